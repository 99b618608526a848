#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh TARGET SEEDS [SECONDS [FOLDER]] --- run a libFuzzer target
#
# SEEDS makes the seeds.
# FOLDER keeps the corpus and what was found (default: ./fuzz-corpus). Ends with
# an error when something was found, and says how to run it again.

set -eu
if [ $# -lt 2 ]; then
	echo "usage: $0 TARGET SEEDS [SECONDS [FOLDER]]" >&2
	exit 2
fi
target=$1
seeds=$2
seconds=${3:-30}
folder=${4:-fuzz-corpus}

mkdir -p "$folder/new" "$folder/found"
[ -d "$folder/seeds" ] || "$seeds" "$folder/seeds"
status=0
"$target" -max_total_time="$seconds" -max_len=524288 -timeout=20 \
	-rss_limit_mb=1024 -malloc_limit_mb=512 -print_final_stats=1 \
	-artifact_prefix="$folder/found/" "$folder/new" "$folder/seeds" \
	>"$folder/log" 2>&1 || status=$?
grep -E '^(Done|stat::number_of_executed|SUMMARY|==.*ERROR)' "$folder/log" || :
if [ "$status" -ne 0 ]; then
	tail -40 "$folder/log"
	echo "fuzzing found something; again: $target $folder/found/*"
fi
exit "$status"
