#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh FUZZ_IMAGE [SECONDS [FOLDER]] --- run the libFuzzer target
#
# FOLDER keeps the corpus and what was found (default: ./fuzz-corpus). Ends with
# an error when something was found, and says how to run it again.

set -eu
if [ $# -lt 1 ]; then
	echo "usage: $0 FUZZ_IMAGE [SECONDS [FOLDER]]" >&2
	exit 2
fi
target=$1
seconds=${2:-30}
folder=${3:-fuzz-corpus}
here=$(cd "$(dirname "$0")" && pwd)

mkdir -p "$folder/new" "$folder/found"
[ -d "$folder/seeds" ] || "$here/seeds.sh" "$folder/seeds"
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
