# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# swap.sh --- let the allocator call clusters free that are in use; sourced
# after mount.sh
#
# The bitmap is wrong for the moment in which the kernel builds its copy anew:
# 13 clusters in use are free there and 13 free ones used, so that the counts
# are what the kernel expects. Needs no_prefetch_block_bitmaps and no checksums.
# shellcheck disable=SC2154 # from harness.sh and mount.sh

need fallocate fsfreeze

edit=${EXT4BM_EDIT:-./kernel/edit}
if [ ! -x "$edit" ]; then
	cannot "$(basename "$0")" "kernel/edit is not built"
	done_testing
fi

# Clusters of each damage.
lost=13

# drop: what the kernel has not written is written, then it forgets its copies.
drop()
{
	fsfreeze -f "$mnt" && fsfreeze -u "$mnt"
	sync -f "$mnt"
	echo 1 >/proc/sys/vm/drop_caches
}

# fill SIZE-IN-KIB [FILE]: a file in all groups, with a hole every now and then.
fill()
{
	local kib=$(($1 / 128)) step file=${2:-$mnt/file}
	step=$((kib * 1024))
	fallocate -l $(($1 * 3 / 4))K "$file"
	"$edit" holes "$file" $step $((step / 4))
	sync -f "$mnt"
}

# swap: the allocator has 13 clusters free that are used, and 13 the other way
# round, so that its counts agree; the bitmap is put right again.
swap_bits()
{
	used=$("$edit" find "$loop" "$1" used "$lost")
	unused=$("$edit" find "$loop" "$1" free "$lost")
	"$edit" bits "$loop" "$1" "$used" "$lost" 0
	"$edit" bits "$loop" "$1" "$unused" "$lost" 1
}

swap_back()
{
	"$edit" bits "$loop" "$1" "$used" "$lost" 1
	"$edit" bits "$loop" "$1" "$unused" "$lost" 0
}
