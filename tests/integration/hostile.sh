#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# hostile.sh --- small images that claim to be monsters
#
# Each makes some part of a checker grow with a product of two of its numbers.
# What is bounded is memory; the time limit only ends a test that hangs.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need python3 jq timeout

image=$work/image

# claim BLOCK-SIZE INODE-SIZE INODES GROUPS: groups of 8 blocks, all of whose
# bitmaps and tables begin at the same block.
claim()
{
	python3 - "$image" "$@" <<'PYTHON'
import struct, sys
path, (bs, inode_size, inodes, groups) = sys.argv[1], map(int, sys.argv[2:])
first = 1 if bs == 1024 else 0
blocks = -(-groups * 32 // bs)
sb = bytearray(1024)
for at, value in ((0, inodes * groups), (4, groups * 8 + first), (20, first),
                  (24, bs.bit_length() - 11), (28, bs.bit_length() - 11),
                  (32, 8), (36, 8), (40, inodes), (76, 1), (84, 11),
                  (96, 0x212), (260, blocks)):
    struct.pack_into('<I', sb, at, value)
for at, value in ((56, 0xef53), (58, 1), (88, inode_size), (254, 32)):
    struct.pack_into('<H', sb, at, value)
with open(path, 'wb') as file:
    file.seek(1024)
    file.write(sb)
    file.seek((first + 1) * bs)
    file.write((struct.pack('<III', *[first + 1] * 3) + bytes(20)) * groups)
    file.truncate((blocks + 5) * bs)
PYTHON
}

limit=(bash -c 'ulimit -v 1048576; exec "$@"' -)
# A sanitizer needs terabytes of address space for itself.
if ldd "$EXT4BMCHECK" | grep -q libasan; then
	limit=(env)
fi

# survives NAME: says something true, within bounds.
survives()
{
	timeout 300 "${limit[@]}" "$EXT4BMCHECK" --json=lines --threads 2 \
		"$image" >"$work/out" 2>"$work/err"
	status=$?
	check "$1: ends by itself, with drift or refused (status $status)" \
		test "$status" -eq 4 -o "$status" -eq 8 -o "$status" -eq 12
	check "$1: the report is whole" jq -es 'last.exit' "$work/out"
}

claim 65536 32768 8192 8192
survives "each table on thousands of groups"
claim 1024 1024 8192 32768
survives "a thousand ranges in each finding"
claim 1024 128 8 65536
survives "all groups share one bitmap"

# A file that is long, but only its first page is there.
claim 1024 128 8 65536
python3 - "$image" <<'PYTHON'
import struct, sys
with open(sys.argv[1], 'r+b') as file:
    groups = 1 << 28
    file.truncate(groups * 32 * 4)
    for at, value in ((0, 8 * groups), (4, groups * 8 + 1),
                      (260, groups // 32)):
        file.seek(1024 + at)
        file.write(struct.pack('<I', value & 0xffffffff))
PYTHON
survives "a descriptor table of gigabytes"
done_testing
