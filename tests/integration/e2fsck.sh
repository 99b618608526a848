#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# e2fsck.sh --- agreement with e2fsck -fn on filesystems made here
#
# Each layout is made by mke2fs and filled by the kernel through a loop mount.
# Clean, both must be silent; damaged by debugfs, the groups, the stored and
# the counted values that e2fsck prints must be ours, to the last digit.
# Last come mounted filesystems. Mounting needs root.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need mke2fs e2fsck debugfs dumpe2fs jq

mount_folder

# fill: files of several sizes, holes, some removed again.
fill()
{
	local top=$1 i
	mkdir -p "$top/many" "$top/deep/a/b/c" || return 1
	for i in {1..240}; do
		head -c $((i * 37 % 9000)) /dev/zero >"$top/many/$i" || return 1
	done
	for i in {1..240..3}; do
		rm "$top/many/$i" || return 1
	done
	fallocate -l 2M "$top/big" || head -c 2M /dev/zero >"$top/big"
	truncate -s 300K "$top/big"
	head -c 700K /dev/zero >"$top/deep/a/b/c/data"
	truncate -s 1G "$top/deep/sparse"
	ln -s many "$top/deep/link"
}

# fill_offline: the same in small, for what this kernel does not mount.
fill_offline()
{
	local i
	head -c 150000 /dev/zero >"$work/data"
	{
		echo "mkdir /many"
		for i in {1..20}; do
			echo "write $work/data /many/$i"
		done
		for i in {1..20..3}; do
			echo "rm /many/$i"
		done
	} >"$work/commands"
	debugfs -w -f "$work/commands" "$1" >/dev/null 2>&1
}

fsck()
{
	timeout 300 e2fsck -fn "$1" >"$work/e2fsck" 2>&1
	fsck_status=$?
}

# What e2fsck said, as "group stored counted" or "- stored counted".
fsck_groups()
{
	local n='\([0-9]*\)'
	sed -n "s/^Free $1 count wrong for group #$n ($n, counted=$n)\..*/\
\1 \2 \3/p" "$work/e2fsck"
}

fsck_total()
{
	local n='\([0-9]*\)'
	sed -n "s/^Free $1 count wrong ($n, counted=$n)\..*/- \1 \2/p" \
		"$work/e2fsck"
}

# agree NAME IMAGE: all four lists are the same on both sides.
agree()
{
	local ours theirs
	fsck "$2"
	check_json "$2"
	theirs=$(fsck_groups blocks; echo inodes; fsck_groups inodes
		 echo totals; fsck_total blocks; echo inodes; fsck_total inodes)
	ours=$(json_rows gd-free-clusters; echo inodes
	       json_rows gd-free-inodes; echo totals; json_rows sb-free-blocks
	       echo inodes; json_rows sb-free-inodes)
	same "$1: counts as e2fsck prints them" "$theirs" "$ours"
	if [ "$theirs" = "$(printf 'inodes\ntotals\ninodes')" ]; then
		result 1 "$1: e2fsck saw the damage"
		diag "$(cat "$work/e2fsck")"
	fi
	bit "$status" 4
	result $? "$1: exit status $status has bit 4"
}

# silent NAME IMAGE: nobody has anything to say.
silent()
{
	fsck "$2"
	result "$fsck_status" "$1: clean for e2fsck"
	[ "$fsck_status" -eq 0 ] || diag "$(cat "$work/e2fsck")"
	check_json "$2"
	same "$1: clean for us" "0 " "$status $(json_codes)"
}

# field IMAGE GROUP FIELD: a stored count of a descriptor.
field()
{
	dumpe2fs "$1" 2>/dev/null | awk -v group="$2" -v want="$3" '
		/^Group / { now = $2 + 0 }
		/ free (blocks|clusters), / && now == group {
			print (want == "blocks") ? $1 : $4
			exit
		}'
}

set_gd()
{
	debugfs -w -f - "$1" >/dev/null 2>&1 <<-END
		set_bg $2 $3 $4
		set_bg $2 checksum calc
	END
}

damage_counts()
{
	local image=$1 last=$2
	set_gd "$image" 0 free_blocks_count $(($(field "$image" 0 blocks) + 13))
	set_gd "$image" "$last" free_blocks_count \
		$(($(field "$image" "$last" blocks) - 7))
}

damage_inodes()
{
	set_gd "$1" 0 free_inodes_count $(($(field "$1" 0 inodes) + 1))
}

damage_bits()
{
	local image=$1 first
	# Three blocks of a file become free, 64 free ones become used: not the
	# same number of clusters either.
	first=$(debugfs -R "bmap /$2 0" "$image" 2>/dev/null)
	{
		echo "freeb $first 3"
		echo "setb $(debugfs -R 'ffb 1' "$image" 2>/dev/null |
			awk '{ print $NF }') 64"
	} | debugfs -w -f - "$image" >/dev/null 2>&1
}

damage_totals()
{
	printf 'ssv free_blocks_count 4096\nssv free_inodes_count 17\n' |
		debugfs -w -f - "$1" >/dev/null 2>&1
}

# layout NAME SIZE MOUNT MKE2FS-OPTION...
layout()
{
	local name=$1 size=$2 mountable=$3 image=$work/$1.img last file out
	shift 3
	if ! out=$(mke2fs -q -F "$@" "$image" "$size" 2>&1); then
		result 1 "$name: mke2fs"
		diag "$out"
		return
	fi
	file=many/2
	if [ "$mountable" = yes ] && can_mount &&
			mount -o loop "$image" "$work/mnt" \
				2>"$work/stderr"; then
		fill "$work/mnt" || diag "$name: not all files fit"
		unmount_wait "$work/mnt" || exit 99
		file=deep/a/b/c/data
	else
		[ "$mountable" = no ] ||
			cannot "$name: filled by the kernel" "no loop mounts"
		fill_offline "$image"
	fi
	silent "$name" "$image"

	last=$(dumpe2fs "$image" 2>/dev/null | grep -c '^Group ')
	last=$((last - 1))
	local damage
	for damage in counts inodes bits totals; do
		cp --sparse=always "$image" "$work/damaged.img"
		case $damage in
		counts)	damage_counts "$work/damaged.img" "$last" ;;
		inodes)	damage_inodes "$work/damaged.img" ;;
		bits)	damage_bits "$work/damaged.img" "$file" ;;
		totals)	damage_totals "$work/damaged.img" ;;
		esac
		agree "$name, $damage" "$work/damaged.img"
	done
	rm -f "$image" "$work/damaged.img"
}

layout 1k 48M yes -t ext4 -b 1024
layout 2k 96M yes -t ext4 -b 2048
layout 4k 600M yes -t ext4 -b 4096
layout ext2 48M yes -t ext2 -b 1024
layout ext3 96M yes -t ext3 -b 1024
layout bigalloc 300M yes -t ext4 -b 1024 -O bigalloc -C 16384
layout bigalloc-4k 600M yes -t ext4 -b 4096 -O bigalloc -C 65536
layout meta_bg 96M yes -t ext4 -b 1024 -O meta_bg,^resize_inode
layout no-flex_bg 96M yes -t ext4 -b 1024 -O ^flex_bg
layout uninit_bg 96M yes -t ext4 -b 1024 -O ^metadata_csum,uninit_bg
layout no-csum 96M yes -t ext4 -b 1024 -O ^metadata_csum,^uninit_bg
layout sparse_super2 96M yes -t ext4 -b 1024 -O sparse_super2,^resize_inode
layout csum_seed 96M yes -t ext4 -b 1024 -O metadata_csum_seed
layout small-groups 48M yes -t ext4 -b 1024 -g 2048
layout desc-32 96M yes -t ext4 -b 1024 -O ^64bit
layout desc-64 96M yes -t ext4 -b 1024 -O 64bit,^metadata_csum,uninit_bg
layout odd-end 50001k yes -t ext4 -b 1024
layout 64k 300M no -t ext4 -b 65536 -O ^has_journal

# More than 2^32 blocks, where a sparse file can be that long.
huge=
for dir in "$work" /dev/shm; do
	[ -w "$dir" ] || continue
	huge=$(mktemp "$dir/ext4bm-huge.XXXXXX") || continue
	truncate -s 17T "$huge" 2>/dev/null && break
	rm -f "$huge"
	huge=
done
if [ -n "$huge" ]; then
	trap 'rm -f "$huge"; cleanup' EXIT
	mke2fs -q -F -t ext4 -E lazy_itable_init=1,lazy_journal_init=1 \
		"$huge" >/dev/null 2>&1
	silent 17-TiB "$huge"
	damage_counts "$huge" 139263
	agree 17-TiB "$huge"
	rm -f "$huge"
else
	skip 17-TiB "no file system here holds a sparse file of 17 TiB"
fi

# An image is in use, too, when a part of a loop device on it is mounted.
test_part()
{
	local loop number
	truncate -s 20M "$work/parts.img"
	loop=$(losetup -f --show "$work/parts.img") || exit 99
	loops+=("$loop")
	addpart "$loop" 1 2048 32768
	number=$(cat "/sys/class/block/${loop##*/}p1/dev")
	mknod "$work/part" b "${number%:*}" "${number#*:}"
	mke2fs -q -F -t ext4 "$work/part" >/dev/null 2>&1
	mount "$work/part" "$work/mnt" || exit 99
	"$EXT4BMCHECK" "$work/parts.img?offset=1048576" 2>"$work/stderr"
	same "part of an image: refused" 16 $?
	check "part of an image: the message says where it is mounted" \
		grep -qF " is mounted on $work/mnt: " "$work/stderr"
	"$EXT4BMCHECK" "$work/parts.img?offset=2097152" 2>"$work/stderr"
	same "another part of it: not refused" 8 $?
	unmount_wait "$work/mnt"
	delpart "$loop" 1
	detach "$loop"
}

# A mounted filesystem is refused, unless the user insists.
if can_mount; then
	test_part
	mke2fs -q -F -t ext4 "$work/mounted.img" 64M >/dev/null 2>&1
	if ! loop=$(losetup -f --show "$work/mounted.img"); then
		cannot mounted "no loop device"
		done_testing
	fi
	loops+=("$loop")
	mount "$loop" "$work/mnt" || exit 99
	fill "$work/mnt"
	for target in "$loop" "$work/mounted.img"; do
		name=mounted-${target##*/}
		[ "$target" = "$loop" ] && name=mounted-device
		"$EXT4BMCHECK" "$target" >"$work/stdout" 2>"$work/stderr"
		same "$name: refused" 16 $?
		check "$name: the message names --force" \
			grep -q -e --force "$work/stderr"
		"$EXT4BMCHECK" --force "$target" >"$work/stdout" \
			2>"$work/stderr"
		status=$?
		[ "$status" -ne 16 ] && ! bit "$status" 4
		result $? "$name: read with --force, no drift claimed ($status)"
		check "$name: the answer says that it is mounted" \
			grep -qi mounted "$work/stdout" "$work/stderr"
	done
	unmount_wait "$work/mnt" &&
		loop=$(losetup -f --show "$work/mounted.img") || exit 99
	loops+=("$loop")
	silent "mounted-device: after unmount" "$loop"
	losetup -d "$loop"
else
	cannot mounted "no loop mounts"
fi
done_testing
