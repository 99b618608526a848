#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# replay.sh --- the fuzz targets on their seeds and on changed copies of them
#
# The same changes in every run, with any compiler. FUZZ_VARIANTS says how many
# copies of each seed. What fuzzing once found belongs into
# fuzz/regressions/TARGET/.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
: "${FUZZ_REPLAY:=./fuzz}"
: "${FUZZ_VARIANTS:=300}"
need mke2fs debugfs timeout zstd

here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "$FUZZ_REPLAY" && pwd)

# Memory: hostile numbers must not become large allocations. A sanitizer
# needs terabytes of address space for itself, so it is bounded differently.
limit=(bash -c 'ulimit -v 786432; exec "$@"' -)
if ldd "$folder/fuzz_image_replay" | grep -q libasan; then
	limit=(env)
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}max_allocation_size_mb=512
	export ASAN_OPTIONS
fi

# replay_target NAME SEEDS: on all of its seeds.
replay_target()
{
	local seed
	if ! out=$("$here/$2" "$work/$1" 2>&1); then
		result 1 "$1: make seeds"
		diag "$out"
		return
	fi
	for seed in "$work/$1"/* "$here/regressions/$1"/*; do
		[ -f "$seed" ] || continue
		check "$1: $(basename "$seed"), $FUZZ_VARIANTS changed copies" \
			timeout 300 "${limit[@]}" "$folder/fuzz_$1_replay" \
			-n "$FUZZ_VARIANTS" "$seed"
	done
}

replay_target image seeds.sh
replay_target journal seeds_journal.sh
replay_target klog seeds_klog.sh
replay_target bundle seeds_bundle.sh
done_testing
