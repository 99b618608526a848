#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# hostile.sh --- small images that claim to be monsters
#
# Each makes some part of a checker grow with a product of two of its numbers.
# What is bounded is memory; the time limit only ends a test that hangs.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need python3 jq timeout mke2fs debugfs dumpe2fs

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

# bounded NAME [OPTION]...: says something true, within bounds.
bounded()
{
	local name=$1
	shift
	timeout 300 "${limit[@]}" "$EXT4BMCHECK" --json=lines --threads 2 \
		"$@" "$image" >"$work/out" 2>"$work/err"
	status=$?
	check "$name: ends by itself, with drift or refused (status $status)" \
		test "$status" -eq 4 -o "$status" -eq 8 -o "$status" -eq 12
	check "$name: the report is whole" jq -es 'last.exit' "$work/out"
}

survives()
{
	bounded "$1"
	bounded "$1, with owners" --owners --paths
}

claim 65536 32768 8192 8192
bounded "each table on thousands of groups"
claim 65536 32768 8192 1024
bounded "each table on a thousand groups, with owners" --owners --paths
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

# lead KIND [GROUPS]: a small file with block numbers that lead to the same few
# blocks over and over: all groups have one table, in which each inode has a
# tree of extents or a block map that looks the same wherever one goes.
lead()
{
	rm -f "$image"
	python3 - "$image" "$@" <<'PYTHON'
import struct, sys
path, kind, groups = sys.argv[1], sys.argv[2], int(sys.argv[3])
size, per_group, inodes = 1024, 8192, 2048
descriptors = -(-groups * 32 // size)
bitmap, table = descriptors + 2, descriptors + 4
node = table + inodes * 128 // size
entries = size // 12 - 1
sb = bytearray(1024)
for at, value in ((0, inodes * groups), (4, groups * per_group + 1), (20, 1),
                  (32, per_group), (36, per_group), (40, inodes), (76, 1),
                  (84, 11), (96, 0x242)):
    struct.pack_into('<I', sb, at, value)
for at, value in ((56, 0xef53), (58, 1), (88, 128)):
    struct.pack_into('<H', sb, at, value)
raw = bytearray(128)
struct.pack_into('<H', raw, 0, 0x81a4)
struct.pack_into('<H', raw, 26, 1)
struct.pack_into('<I', raw, 108, 16)
def index(count, below, step):
    return b''.join(struct.pack('<III', i * step, below, 0)
                    for i in range(count))
with open(path, 'wb') as file:
    file.truncate((groups * per_group + 1) * size)
    file.seek(1024)
    file.write(sb)
    file.seek(2 * size)
    file.write((struct.pack('<III', bitmap, bitmap + 1, table) + bytes(20)) *
               groups)
    if kind == 'tree':
        struct.pack_into('<I', raw, 32, 0x80000)
        raw[40:52] = struct.pack('<HHHHI', 0xf30a, 4, 4, 5, 0)
        raw[52:100] = index(4, node, 20000 * entries)
        for i in range(5):
            leaf = struct.pack('<IHHI', 0, 20000, 0, 1) * entries
            file.seek((node + i) * size)
            file.write(struct.pack('<HHHHI', 0xf30a, entries, entries, 4 - i,
                                   0) + (index(entries, node + i + 1, 20000)
                                         if i < 4 else leaf))
    elif kind == 'map':
        struct.pack_into('<III', raw, 88, node, node, node)
        file.seek(node * size)
        file.write(struct.pack('<I', node) * (size // 4))
    else:
        struct.pack_into('<I', raw, 32, 0x80000)
        raw[40:100] = struct.pack('<HHHHI', 0xf30a, 4, 4, 0, 0) + b''.join(
            struct.pack('<IHHI', i * 20000, 20000, 0, i + 1) for i in range(4))
    file.seek(table * size + 11 * 128)
    file.write(raw * (inodes - 11))
PYTHON
}

# entangled NAME: owners are given up, whoever was faster, and that is said.
entangled()
{
	local name=$1
	bounded "$name" --owners --paths
	check "$name: owners are given up, drift is not" \
		test "$status" -eq 12
	same "$name: that is said, and nothing else about owners" \
		"owners-entangled" \
		"$(jq -r 'select(.code) | .code | select(test("^(cluster-|inode-(un|le|in)|metadata-cl|owners-)"))' \
			"$work/out" | grep -v padding)"
	cp "$work/out" "$work/out.2"
	bounded "$name, one thread" --owners --paths --threads 1
	check "$name: the same with one thread" \
		diff <(jq -s 'del(.. | .timing?, .time?)' "$work/out.2") \
		<(jq -s 'del(.. | .timing?, .time?)' "$work/out")
}

lead tree 64
entangled "trees of extents that meet"
lead map 64
entangled "block maps that lead to themselves"
lead table 1000
entangled "one inode table for all groups"
lead table 8
bounded "one inode table for few groups" --owners
check "one inode table for few groups: who has it is found out" \
	grep -q '"code": "cluster-shared"' "$work/out"

# honest NAME: the one file that is in order has its name, or it is said that
# not all was read.
honest()
{
	same "$1: an honest file has a name, or is not read" true \
		"$(jq -s '[.[].owners // [] | .[] | select(.inode == 12)] |
			length > 0 and (all(.path // "" | endswith("/honest"))
			or all(.nameless == "unread"))' "$work/out")"
}

# A thousand directories each of which has all blocks of the device; or each
# has the next one, in a ring; or each is in the next one, and all have blocks
# in common.
rm -f "$image"
mke2fs -q -F -t ext4 -b 1024 -N 2048 -O ^metadata_csum,^uninit_bg,^flex_bg \
	"$image" 64M >/dev/null 2>&1
{
	echo "write /dev/null honest"
	seq -f 'mkdir d%.0f' 1000
	printf '%s\n' "write /dev/null lost+found/stray" \
		"freei lost+found/stray" "freei honest"
} | debugfs -w -f - "$image" >/dev/null 2>&1
tables=$(dumpe2fs "$image" 2>/dev/null |
	sed -n 's/.*Inode table at \([0-9]*\)-.*/\1/p' | paste -sd,)
cp "$image" "$work/ring"
python3 - "$image" "$tables" <<'PYTHON'
import struct, sys
with open(sys.argv[1], 'r+b') as file:
    for table in map(int, sys.argv[2].split(',')):
        for at in range(table * 1024, table * 1024 + 256 * 256, 256):
            file.seek(at)
            if struct.unpack('<H', file.read(2))[0] >> 12 != 4:
                continue
            file.seek(at + 40)
            file.write(struct.pack('<HHHHI', 0xf30a, 4, 4, 0, 0))
            for i in range(4):
                file.write(struct.pack('<IHHI', i * 16000, 16000, 0,
                                       i * 16000 + 1))
PYTHON
bounded "directories that have everything" --owners --paths
honest "directories that have everything"

cp "$work/ring" "$image"
python3 - "$image" "$tables" <<'PYTHON'
import struct, sys
with open(sys.argv[1], 'r+b') as file:
    inodes, number = {}, 0
    for table in map(int, sys.argv[2].split(',')):
        for at in range(table * 1024, table * 1024 + 256 * 256, 256):
            number += 1
            file.seek(at)
            inode = file.read(128)
            if inode[1] >> 4 == 4:
                inodes[number] = at, struct.unpack_from('<I', inode, 60)[0]
    def fill(block, number, parent, child, name):
        file.seek(block * 1024)
        file.write(struct.pack('<IHBB4sIHBB4sIHBB8s',
                               number, 12, 1, 2, b'.', parent, 12, 2, 2, b'..',
                               child, 1000, len(name), 0, name))
    # The root has the honest file only. What is in lost+found leads to those
    # in the ring of which no finding says that they own something.
    at, block = inodes.pop(2)
    fill(block, 2, 2, 12, b'honest')
    file.seek(at + 40)
    file.write(struct.pack('<HHHHIIHHI', 0xf30a, 1, 4, 0, 0, 0, 1, 0, block))
    at, block = inodes.pop(11)
    file.seek(block * 1024 + 12)
    file.write(struct.pack('<I', list(inodes)[-1]))
    ring = list(inodes)[-700:]
    for i, (at, block) in enumerate(inodes[number] for number in ring):
        fill(block, ring[i], ring[i - 1], ring[(i + 1) % len(ring)], b'r')
        file.seek(at + 40)
        file.write(struct.pack('<HHHHI', 0xf30a, 4, 4, 0, 0) +
                   struct.pack('<IHHI', 0, 1, 0, block))
        for i in range(3):
            file.write(struct.pack('<IHHI', 1 + i * 14000, 14000, 0,
                                   20001 + i * 14000))
PYTHON
bounded "a ring of directories with blocks in common" --owners --paths
honest "a ring of directories with blocks in common"
# All blocks at most once for each of three stages, three times.
check "a ring of directories with blocks in common: what is read is bounded" \
	test "$(jq -s 'last.summary.owners.bytes_read' "$work/out")" -le \
	$((10 * (64 << 20)))

cp "$work/ring" "$image"
python3 - "$image" "$tables" <<'PYTHON'
import struct, sys
with open(sys.argv[1], 'r+b') as file:
    first = []
    for table in map(int, sys.argv[2].split(',')):
        for at in range(table * 1024, table * 1024 + 256 * 256, 256):
            number = len(first) + 1
            file.seek(at)
            inode = file.read(128)
            first.append(struct.unpack_from('<I', inode, 60)[0]
                         if inode[1] >> 4 == 4 and number > 11 else 0)
    ring = [n + 1 for n, block in enumerate(first) if block]
    for i, number in enumerate(ring):
        file.seek(first[number - 1] * 1024)
        file.write(struct.pack('<IHBB4sIHBB4sIHBB4s',
                               number, 12, 1, 2, b'.',
                               ring[i - 1], 12, 2, 2, b'..',
                               ring[(i + 1) % len(ring)], 1000, 1, 2, b'r'))
    # The root has none of them, and all of them are findings.
    file.seek(int(sys.argv[2].split(',')[0]) * 1024 + 256 + 40)
    file.write(struct.pack('<HHHHI', 0xf30a, 0, 4, 0, 0))
    for table in map(int, sys.argv[2].split(',')):
        file.seek((table - 1) * 1024)
        file.write(bytes(32))
PYTHON
bounded "a ring of directories" --owners --paths
check "a ring of directories: paths begin somewhere in it" \
	grep -q '"path": "<[0-9]*>/r/r' "$work/out"
done_testing
