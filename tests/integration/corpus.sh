#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# corpus.sh --- agreement with an independent reader on images made by others
#
# The corpus is a folder with images.tar.zst, repaired.tar.zst, synth.tar.zst,
# oracle.jsonl and synth.jsonl. It is not part of the source: the test looks at
# $EXT4BM_CORPUS, then for a sibling folder shared/corpus, and is skipped when
# there is neither. corpus.py judges.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"

corpus=${EXT4BM_CORPUS:-$srcdir/../../shared/corpus}
if [ ! -f "$corpus/oracle.jsonl" ]; then
	skip corpus "no corpus (EXT4BM_CORPUS names its folder)"
	done_testing
fi
need python3 zstd tar

for set in images repaired synth; do
	mkdir "$work/$set"
	if ! zstd -dc --long=27 "$corpus/$set.tar.zst" |
			tar -S -C "$work/$set" -xf -; then
		result 1 "unpack $set.tar.zst"
		done_testing
	fi
	# The archive may carry its folder.
	if [ -d "$work/$set/$set" ]; then
		mv "$work/$set" "$work/$set.tmp"
		mv "$work/$set.tmp/$set" "$work/$set"
	fi
done

# Not exec: the work folder is removed on the way out.
python3 "$(dirname "$0")/corpus.py" "$EXT4BMCHECK" "$corpus" "$work"
