#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# replay.sh --- the fuzz target on its seeds and on changed copies of them
#
# The same changes in every run, with any compiler. FUZZ_VARIANTS says how many
# copies of each seed. What fuzzing once found belongs into fuzz/regressions/.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
: "${FUZZ_IMAGE_REPLAY:=./fuzz/fuzz_image_replay}"
: "${FUZZ_VARIANTS:=300}"
need mke2fs debugfs timeout

here=$(cd "$(dirname "$0")" && pwd)
replay=$(cd "$(dirname "$FUZZ_IMAGE_REPLAY")" && pwd)/fuzz_image_replay

if ! out=$("$here/seeds.sh" "$work/seeds" 2>&1); then
	result 1 "make seeds"
	diag "$out"
	done_testing
fi
# Memory: hostile numbers must not become large allocations. A sanitizer
# needs terabytes of address space for itself, so it is bounded differently.
limit=(bash -c 'ulimit -v 786432; exec "$@"' -)
if ldd "$replay" | grep -q libasan; then
	limit=(env)
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}max_allocation_size_mb=512
	export ASAN_OPTIONS
fi
for seed in "$work"/seeds/* "$here"/regressions/*; do
	[ -f "$seed" ] || continue
	check "$(basename "$seed"), $FUZZ_VARIANTS changed copies" \
		timeout 300 "${limit[@]}" "$replay" -n "$FUZZ_VARIANTS" "$seed"
done
done_testing
