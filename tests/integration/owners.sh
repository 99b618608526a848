#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# owners.sh --- who owns what, as e2fsck -fn has it, on filesystems made here
#
# Each layout is made by mke2fs and filled by the kernel through a loop mount
# (or in small by debugfs, where it cannot be mounted) with all that may own a
# block: extent trees and indirect blocks, attributes that files share, values
# in inodes of their own, inline data, directories, links, devices. Clean, both
# must be silent; damaged, each block and inode that e2fsck calls used,
# unused or claimed twice, and each count of directories, must be ours.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need mke2fs e2fsck debugfs jq

mount_folder
python=$(command -v python3)

# attributes FOLDER: some that are shared, some of each file's own, large ones.
attributes()
{
	[ "$python" ] || return 0
	"$python" - "$1" <<-'END'
	import os, sys
	top = sys.argv[1]
	def put(name, size, fill, attr="user.x"):
	    try:
	        os.setxattr(os.path.join(top, name), attr, fill * size)
	    except OSError:
	        pass
	for i in range(1, 60):
	    put(f"many/{i}", 400, b"s")
	for i in range(60, 70):
	    put(f"many/{i}", 300 + i, bytes([i]))
	for i in range(70, 75):
	    put(f"many/{i}", 20000, b"L")
	put("many", 500, b"d")
	put("deep/long", 10, b"n", "trusted.x")
	END
}

# fill FOLDER: files of many shapes, some removed again.
fill()
{
	local top=$1 i
	mkdir -p "$top/many" "$top/deep/a/b/c" "$top/index" || return 1
	for i in {1..120}; do
		head -c $((i * 71 % 9000)) /dev/zero | tr '\0' x \
			>"$top/many/$i" || return 1
	done
	for i in {1..300}; do
		: >"$top/index/a-name-that-takes-some-room-in-its-directory-$i"
	done
	for i in {5..120..7}; do
		rm "$top/many/$i"
	done
	attributes "$top"
	# A tree of more than one level, and indirect blocks of two.
	for ((i = 0; i < 700; i += 2)); do
		printf x | dd of="$top/holes" bs=1 seek=$((i * 4096)) \
			conv=notrunc 2>/dev/null || return 1
	done
	fallocate -l 3M "$top/big" 2>/dev/null ||
		head -c 3M /dev/zero >"$top/big"
	fallocate -n -l 200K "$top/kept" 2>/dev/null
	truncate -s 300K "$top/big"
	head -c 900K /dev/zero >"$top/deep/a/b/c/data"
	truncate -s 1G "$top/deep/sparse"
	ln -s many "$top/deep/link"
	ln -s "$(printf '%0200d' 7)" "$top/deep/long"
	ln "$top/many/2" "$top/deep/hard"
	mknod "$top/deep/null" c 1 3
	mkfifo "$top/deep/pipe"
	head -c 50 /dev/zero >"$top/tiny"
}

fill_offline()
{
	local i
	head -c 150000 /dev/zero | tr '\0' x >"$work/data"
	{
		echo "mkdir /many"
		echo "mkdir /deep"
		for i in {1..20}; do
			echo "write $work/data /many/$i"
		done
		for i in {3..20..3}; do
			echo "rm /many/$i"
		done
		echo "symlink /deep/long $(printf '%0200d' 7)"
		echo "ea_set /many/2 user.x $(printf '%0400d' 7)"
		echo "write $work/data /holes"
		echo "write $work/data /big"
	} >"$work/commands"
	debugfs -w -f "$work/commands" "$1" >/dev/null 2>&1
}

# numbers: reads "FIRST LAST", prints each number once; of clusters, not of
# blocks.
numbers()
{
	awk -v ratio="${1:-1}" '{
		for (n = int($1 / ratio); n <= int($2 / ratio); n++)
			seen[n] = 1
	} END { for (n in seen) print n }' | sort -n | paste -sd' '
}

# differences KIND SIGN: what e2fsck says, as "FIRST LAST".
differences()
{
	awk -v kind="$1" -v sign="$2" '
		index($0, kind " bitmap differences:") == 1 {
			for (i = 4; i <= NF; i++) {
				if (substr($i, 1, 1) != sign)
					continue
				it = substr($i, 2)
				gsub(/[()]/, "", it)
				n = split(it, end, "--")
				print end[1], end[n]
			}
		}' "$work/e2fsck"
}

# Blocks with more than one owner, as e2fsck says.
claimed_twice()
{
	sed -n 's/^Multiply-claimed block(s) in inode [0-9]*: *//p' \
		"$work/e2fsck" | tr -s ' ' '\n' |
		awk 'NF { n = split($1, end, "--"); print end[1], end[n] }'
}

# ours UNIT CODE...: what findings of these codes are about.
ours()
{
	local unit=$1
	shift
	printf '%s' "$json" | jq -r --arg unit "$unit" '.findings[] |
		select(.code | IN($ARGS.positional[])) | .[$unit][] |
		"\(.[0]) \(.[1])"' --args "$@"
}

everything_theirs()
{
	local n='\([0-9]*\)'
	echo "used but free: $(differences Block + | numbers "$ratio")"
	echo "free but used: $(differences Block - | numbers "$ratio")"
	echo "claimed twice: $(claimed_twice | numbers "$ratio")"
	echo "inodes used but free: $(differences Inode + | numbers)"
	echo "inodes free but used: $(differences Inode - | numbers)"
	sed -n "s/^Directories count wrong for group #$n ($n, counted=$n)\..*/\
directories: \1 \2 \3/p" "$work/e2fsck"
}

everything_ours()
{
	echo "used but free: $(ours blocks cluster-unmarked | numbers "$ratio")"
	echo "free but used: $(ours blocks cluster-leaked | numbers "$ratio")"
	echo "claimed twice: $(ours blocks cluster-shared metadata-claimed |
		numbers "$ratio")"
	echo "inodes used but free: $(ours inodes inode-unmarked | numbers)"
	echo "inodes free but used: $(ours inodes inode-leaked | numbers)"
	json_rows gd-used-dirs | sed 's/^/directories: /'
}

# agree NAME IMAGE: both say the same, and e2fsck saw something.
agree()
{
	local theirs
	timeout 300 e2fsck -fn "$2" >"$work/e2fsck" 2>&1
	check_json --owners "$2"
	ratio=$(printf '%s' "$json" | jq .geometry.cluster_ratio)
	theirs=$(everything_theirs)
	same "$1" "$theirs" "$(everything_ours)"
	if ! grep -q '[:] [0-9]' <<<"$theirs"; then
		result 1 "$1: e2fsck saw the damage"
		diag "$(cat "$work/e2fsck")"
	fi
}

silent()
{
	timeout 300 e2fsck -fn "$2" >"$work/e2fsck" 2>&1
	result $? "$1: clean for e2fsck"
	check_json --owners "$2"
	same "$1: clean for us" "0 clean " \
		"$status $(jq -r .summary.verdict <<<"$json") $(json_codes)"
}

inode_of()
{
	debugfs -R "stat $2" "$1" 2>/dev/null |
		sed -n 's/^Inode: \([0-9]*\).*/\1/p'
}

block_of()
{
	debugfs -R "bmap $2 0" "$1" 2>/dev/null
}

free_block()
{
	debugfs -R 'ffb 1' "$1" 2>/dev/null | awk '{ print $NF }'
}

edit()
{
	"$EXT4BMFIXTURE" --set-inode "$2" "$1" >/dev/null 2>&1
}

# mapped WHAT IMAGE: word of i_block with the first block that a file has.
first_word()
{
	if debugfs -R "stat $2" "$1" 2>/dev/null | grep -q 'Flags: 0x8'; then
		echo 5
	else
		echo 0
	fi
}

damage()
{
	local image=$2 file=/big other=/deep/a/b/c/data inode word
	[ "$(inode_of "$image" $other)" ] || other=/many/2
	case $1 in
	bits)	{
			echo "freeb $(block_of "$image" $file) 3"
			echo "setb $(free_block "$image") 64"
		} | debugfs -w -f - "$image" >/dev/null 2>&1 ;;
	# Not a directory: e2fsck does not count one that is not marked.
	inodes)	{
			echo "freei $file"
			echo "freei /holes"
			echo "seti <$(debugfs -R 'ffi' "$image" 2>/dev/null |
				awk '{ print $NF }')>"
		} | debugfs -w -f - "$image" >/dev/null 2>&1 ;;
	dirs)	"$EXT4BMFIXTURE" --set gd-used-dirs=0:+3 "$image" ;;
	shared)	inode=$(inode_of "$image" $file)
		word=$(first_word "$image" $file)
		edit "$image" "$inode:block-$word=$(block_of "$image" $other)"
		;;
	metadata)
		inode=$(inode_of "$image" $file)
		word=$(first_word "$image" $file)
		edit "$image" "$inode:block-$word=$((4096 / ${3:-1024} + 3))" ;;
	outside)
		inode=$(inode_of "$image" $file)
		word=$(first_word "$image" $file)
		edit "$image" "$inode:block-$word=0x7fffff00" ;;
	header)	edit "$image" "$(inode_of "$image" /holes):block-0=7" ;;
	cleared)
		printf 'clri %s\nclri /holes\n' $other |
			debugfs -w -f - "$image" >/dev/null 2>&1 ;;
	esac
}

# layout NAME SIZE MOUNT MKE2FS-OPTION...
layout()
{
	local name=$1 size=$2 mountable=$3 image=$work/$1.img out kind
	shift 3
	if ! out=$(mke2fs -q -F "$@" "$image" "$size" 2>&1); then
		skip "$name" "mke2fs cannot make it: $(head -1 <<<"$out")"
		return
	fi
	if [ "$mountable" = yes ] && can_mount &&
			mount -o loop "$image" "$work/mnt" \
				2>"$work/stderr"; then
		fill "$work/mnt" || diag "$name: not all files fit"
		unmount_wait "$work/mnt" || exit 99
	else
		[ "$mountable" = no ] ||
			cannot "$name: filled by the kernel" "no loop mounts"
		fill_offline "$image"
		# debugfs leaves counts of quota to e2fsck.
		e2fsck -fy "$image" >/dev/null 2>&1
	fi
	silent "$name" "$image"
	for kind in bits inodes dirs shared metadata outside header cleared; do
		cp --sparse=always "$image" "$work/damaged.img"
		damage "$kind" "$work/damaged.img"
		agree "$name, $kind" "$work/damaged.img"
	done
	rm -f "$image" "$work/damaged.img"
}

layout 1k 64M yes -t ext4 -b 1024
layout 4k 300M yes -t ext4 -b 4096
layout ext2 64M yes -t ext2 -b 1024
layout ext3-4k 200M yes -t ext3 -b 4096
layout no-extents 48M yes -t ext4 -b 1024 -O ^extents,^64bit
layout small-inodes 48M yes -t ext4 -b 1024 -I 128
layout large-inodes 48M yes -t ext4 -b 4096 -I 1024
layout inline_data 48M yes -t ext4 -b 1024 -O inline_data
layout ea_inode 48M yes -t ext4 -b 1024 -O ea_inode
layout ea_inode-inline 48M yes -t ext4 -b 4096 -O ea_inode,inline_data
layout bigalloc 300M yes -t ext4 -b 1024 -O bigalloc -C 16384
layout bigalloc-4k 400M yes -t ext4 -b 4096 -O bigalloc -C 65536
layout meta_bg 48M yes -t ext4 -b 1024 -O meta_bg,^resize_inode
layout no-flex_bg 48M yes -t ext4 -b 1024 -O ^flex_bg
layout sparse_super2 48M yes -t ext4 -b 1024 -O sparse_super2,^resize_inode
layout uninit_bg 48M yes -t ext4 -b 1024 -O ^metadata_csum,uninit_bg
layout no-csum 48M yes -t ext4 -b 1024 -O ^metadata_csum,^uninit_bg
layout small-groups 48M yes -t ext4 -b 1024 -g 2048
layout mmp 48M yes -t ext4 -b 1024 -O mmp
layout orphan_file 48M yes -t ext4 -b 1024 -O orphan_file
layout quota 48M no -t ext4 -b 1024 -O quota
layout project 48M no -t ext4 -b 1024 -I 256 -O quota,project
layout casefold 48M no -t ext4 -b 1024 -O casefold
layout 64k 300M no -t ext4 -b 65536 -O ^has_journal
layout odd-end 50001k yes -t ext4 -b 1024 -J size=4

layout bigalloc-inline 100M yes -t ext4 -b 1024 \
	-O bigalloc,inline_data,ea_inode,orphan_file -C 4096
layout bigalloc-quota 100M no -t ext4 -b 1024 -I 256 \
	-O bigalloc,quota,project,orphan_file -C 8192

# extents IMAGE INODE LOGICAL:LEN:BLOCK...: give a file these extents.
extents()
{
	local image=$1 inode=$2 word=3 edits it
	shift 2
	edits=(--set-inode "$inode:block-0=$((0xf30a + $# * 0x10000))")
	for it; do
		local logical=${it%%:*} block=${it##*:} len=${it#*:}
		edits+=(--set-inode "$inode:block-$word=$logical"
			--set-inode "$inode:block-$((word + 1))=${len%:*}"
			--set-inode "$inode:block-$((word + 2))=$block")
		word=$((word + 3))
	done
	"$EXT4BMFIXTURE" "${edits[@]}" "$image" >/dev/null 2>&1
}

# Clusters of four blocks in which the blocks of a file are not in their place,
# and one cluster of a file that is two on the disk. What is merely in parts is
# in order.
placement()
{
	local image=$work/placed.img damaged=$work/damaged.img inode start it
	mke2fs -q -F -t ext4 -b 1024 -O bigalloc,^metadata_csum,^uninit_bg \
		-C 4096 "$image" 32M >/dev/null 2>&1
	head -c 20000 /dev/zero | tr '\0' x >"$work/data"
	debugfs -w -R "write $work/data file" "$image" >/dev/null 2>&1
	inode=$(inode_of "$image" /file)
	start=$(block_of "$image" /file)
	cp "$image" "$damaged"
	extents "$damaged" "$inode" 0:1:"$start" 1:2:$((start + 1)) \
		3:$((32768 + 3)):$((start + 3)) 7:13:$((start + 7))
	silent "bigalloc: in parts" "$damaged"
	for it in "0:20:$((start + 1))" "1:19:$start" \
			"0:2:$start 2:2:$((start + 6))" \
			"0:2:$start 2:9:$((start + 10)) 11:3:$((start + 19))" \
			"0:4:$start 4:4:$((start + 5)) 8:4:$((start + 9))" \
			"0:9:$((start + 1)) 9:3:$((start + 10))" \
			"0:1:30 1:3:$((start + 1))"; do
		cp "$image" "$damaged"
		# shellcheck disable=SC2086
		extents "$damaged" "$inode" $it
		agree "bigalloc: $it" "$damaged"
		grep -q 'violates cluster allocation rules' "$work/e2fsck"
		result $? "bigalloc: $it: against the rules"
	done
}
placement

# poke IMAGE BYTE NUMBER: put a number of 16 bits there.
poke()
{
	printf %b "$(printf '\\x%x\\x%x' $(($3 % 256)) $(($3 / 256)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# The number of the orphan file, at byte 0x280 of the superblock, where it has
# none, or where it is that of a directory: that makes no inode used, and no
# directory none.
orphan_number()
{
	local image=$work/number.img
	mke2fs -q -F -t ext4 -b 1024 -O ^metadata_csum,^uninit_bg,"$1" \
		"$image" 32M >/dev/null 2>&1
	poke "$image" $((1024 + 0x280)) "$2"
	timeout 300 e2fsck -fn "$image" >"$work/e2fsck" 2>&1
	check_json --owners "$image"
	ratio=1
	same "number $2, $1" "$(everything_theirs)" "$(everything_ours)"
}
if mke2fs -q -F -t ext4 -b 1024 -O orphan_file "$work/number.img" 32M \
		>/dev/null 2>&1; then
	edit "$work/number.img" "12:links=0"
	agree "orphan file without a link" "$work/number.img"
	for feature in ^orphan_file orphan_file; do
		orphan_number $feature 3000
		orphan_number $feature 2
	done
else
	skip "number of the orphan file" "mke2fs knows no orphan file"
fi

# Where a bitmap is taken for a block of block numbers, most of these cannot be,
# and yet all that can be count. (Which of them are claimed twice, e2fsck's next
# pass lists up to the first that cannot be only.)
numbers_in_bitmap()
{
	local image=$work/numbers.img inode bitmap place word theirs
	mke2fs -q -F -t ext2 -b 1024 "$image" 12M >/dev/null 2>&1
	mount -o loop "$image" "$work/mnt" || exit 99
	printf x | dd of="$work/mnt/far" bs=1 seek=1G conv=notrunc 2>/dev/null
	unmount_wait "$work/mnt" || exit 99
	inode=$(inode_of "$image" /far)
	place=$(debugfs -R "stat /far" "$image" 2>/dev/null |
		sed -n 's/.*(TIND):\([0-9]*\).*/\1/p')
	bitmap=$(dumpe2fs "$image" 2>/dev/null |
		sed -n 's/.*Block bitmap at \([0-9]*\).*/\1/p' | head -1)
	for word in 0 1; do
		cp "$image" "$work/damaged.img"
		poke "$work/damaged.img" $((place * 1024 + 4 * word)) "$bitmap"
		timeout 300 e2fsck -fn "$work/damaged.img" \
			>"$work/e2fsck" 2>&1
		check_json --owners "$work/damaged.img"
		ratio=1
		theirs=$(everything_theirs | grep -v 'claimed twice')
		same "numbers in a bitmap, named by word $word" "$theirs" \
			"$(everything_ours | grep -v 'claimed twice')"
		grep -q '^used but free: [0-9]' <<<"$theirs"
		result $? "numbers in a bitmap: e2fsck saw some"
		same "numbers in a bitmap: in inode $inode" "$inode" \
			"$(ours inodes inode-invalid | cut -d' ' -f1)"
	done
}
if can_mount; then
	numbers_in_bitmap
else
	cannot "numbers in a bitmap" "no loop mounts"
fi

# The resize inode has one block, which leads to those that are kept for the
# descriptors: e2fsck rejects it as a whole if another slot is in use.
for slot in 0 11 12 14; do
	mke2fs -q -F -t ext4 -b 1024 "$work/resize.img" 32M >/dev/null 2>&1
	edit "$work/resize.img" "7:block-$slot=9000"
	timeout 300 e2fsck -fn "$work/resize.img" >"$work/e2fsck" 2>&1
	grep -q 'Resize inode not valid' "$work/e2fsck"
	result $? "resize inode, slot $slot: e2fsck rejects it"
	check_json --owners "$work/resize.img"
	same "resize inode, slot $slot: so do we" "8 inode-invalid 0" \
		"$status $(json_codes)"
done

# Bad blocks: in the middle of nowhere, and in an inode table.
mke2fs -q -F -t ext4 -b 1024 -g 8192 "$work/bad.img" 48M >/dev/null 2>&1
printf '%s\n' 9000 9001 20000 $(($(dumpe2fs "$work/bad.img" 2>/dev/null |
	sed -n 's/.*Inode table at \([0-9]*\)-.*/\1/p' | sed -n 2p) + 3)) \
	>"$work/badblocks"
mke2fs -q -F -t ext4 -b 1024 -g 8192 -l "$work/badblocks" "$work/bad.img" 48M \
	>/dev/null 2>&1
fill_offline "$work/bad.img"
e2fsck -fy "$work/bad.img" >/dev/null 2>&1
silent bad-blocks "$work/bad.img"
for kind in bits inodes shared; do
	cp --sparse=always "$work/bad.img" "$work/damaged.img"
	damage "$kind" "$work/damaged.img"
	agree "bad-blocks, $kind" "$work/damaged.img"
done

# Files that were deleted while they were open: the copy of a filesystem in
# use, its journal replayed. e2fsck -n does not look at the list of them; what
# it calls unused is ours, told apart.
orphans()
{
	local name=$1 count=$2 i holder image=$work/$1.img
	shift 2
	mke2fs -q -F "$@" "$image" 48M >/dev/null 2>&1 || return
	mount -o loop "$image" "$work/mnt" || exit 99
	for ((i = 0; i < count; i++)); do
		head -c 30000 /dev/zero >"$work/mnt/file$i"
	done
	tail -f "$work"/mnt/file* >/dev/null 2>&1 &
	holder=$!
	until [ "$(find "/proc/$holder/fd" -lname "$work/mnt/*" |
			wc -l)" -ge "$count" ]; do
		sleep 0.1
	done
	rm "$work"/mnt/file*
	sync -f "$work/mnt"
	cp --sparse=always "$image" "$work/copy.img"
	kill "$holder"
	wait "$holder" 2>/dev/null
	unmount_wait "$work/mnt" || exit 99
	debugfs -w -R jr "$work/copy.img" >/dev/null 2>&1
	agree "$name: deleted files" "$work/copy.img"
	same "$name: which is no drift" "cluster-leaked orphans
inode-leaked orphans" "$(printf '%s' "$json" | jq -r '.findings[] |
		select(.code | test("leaked")) | "\(.code) \(.explained)"' |
		sort)"
	same "$name: and they are named" "$count" "$(printf '%s' "$json" |
		jq '[.findings[] | select(.code == "inode-leaked") |
			.owners[].inode] | unique | length')"
	rm -f "$image" "$work/copy.img"
}
if can_mount; then
	orphans orphan-list 5 -t ext4 -b 1024 -O ^orphan_file
	orphans orphan-file-list 9 -t ext4 -b 1024 -O orphan_file
else
	cannot orphan-list "no loop mounts"
fi

# A file whose inode is hidden in one group owns clusters of another: looked at
# alone, these must not be called leaked.
"$EXT4BMFIXTURE" --make 1k --file victim=1:4000-4012 \
	--set gd-itable-unused=0:+2 "$work/hidden.img"
check_json --owners --groups 1 "$work/hidden.img"
same "hidden in another group: undecided" "8 cluster-leaked inodes" \
	"$status $(printf '%s' "$json" | jq -r '.findings[] |
		"\(.code) \(.explained)"')"

# Long and empty: what was never used is not read.
for dir in "$work" /dev/shm; do
	huge=$(mktemp "$dir/ext4bm-huge.XXXXXX") || continue
	truncate -s 17T "$huge" 2>/dev/null && break
	rm -f "$huge"
	huge=
done
if [ "$huge" ]; then
	trap 'rm -f "$huge"; cleanup' EXIT
	mke2fs -q -F -t ext4 -E lazy_itable_init=1,lazy_journal_init=1 \
		"$huge" >/dev/null 2>&1
	check_json --owners "$huge"
	same "17 TiB: clean" "0 clean " \
		"$status $(jq -r .summary.verdict <<<"$json") $(json_codes)"
	rm -f "$huge"
else
	skip "17 TiB" "no file system here holds a sparse file of 17 TiB"
fi
done_testing
