#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# drift.sh --- drift of every kind, made here, for all shapes of clusters
#
# With blocks of 1 and 4 KiB, with and without clusters of several blocks:
# bitmaps and descriptors are changed behind the kernel's back (kernel/edit),
# its copies are dropped and built anew from what is wrong at that moment. All
# of it is found, in the right group, with the right numbers, and nothing
# else.

# shellcheck disable=SC2317 # functions that "steady" calls

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
# shellcheck source=tests/kernel/swap.sh
. "$(dirname "$0")/swap.sh"

# counted GROUP: free clusters in the bitmap of the page cache.
counted()
{
	"$edit" count "$loop" "$1" | cut -d' ' -f2
}

# set_run GROUP used|free 0|1: in the bitmap alone, make $lost clusters free or
# used.
set_run()
{
	"$edit" bits "$loop" "$1" "$("$edit" find "$loop" "$1" "$2" "$lost")" \
		"$lost" "$3"
}

# found: "code group stored counted" of each finding that is one of drift or of
# something not looked at, in order.
found()
{
	jq -r '.findings[] | select(.severity != "informational") |
		"\(.code) \(.group) \(.stored) \(.counted)"' <<<"$json"
}

# verdicts: what became of them, without those that could not be looked at.
verdicts()
{
	jq -r '.findings[] | select(.severity != "operational").verdict' \
		<<<"$json" | sort -u
}

# --- one change for each group, all at once

test_changes()
{
	local name="changes, $1" size=$2 free wanted=() group
	shift 2
	mount_new errors=continue,no_prefetch_block_bitmaps "${size}K" \
		-O ^metadata_csum,^flex_bg "$@" || return
	fill "$size"
	check_json --live "$mnt"
	same "$name: clean before" "0 " "$status $(found)"
	for group in 1 2 3 4 5; do
		free[group]=$(counted "$group")
	done
	drop
	# 1: swapped bits. 2: more used in the bitmap than is counted, which the
	# kernel sees when it builds its copy.
	swap_bits 1
	set_run 2 free 1
	sync -f "$mnt"
	echo 1 >/proc/sys/vm/drop_caches
	"$edit" load "$mnt"
	swap_back 1
	# 3: the descriptor alone. 4 and 5: the bitmap alone, either way.
	"$edit" free "$loop" 3 100
	set_run 4 free 1
	set_run 5 used 0
	check_json --live "$mnt"
	wanted=("buddy-lost-update 1 0 $lost"
		"gd-free-clusters 2 ${free[2]} $((free[2] - lost))"
		"group-marked-corrupt 2 $((free[2] - lost)) ${free[2]}"
		"gd-free-clusters 3 $((free[3] + 100)) ${free[3]}"
		"gd-free-clusters 4 ${free[4]} $((free[4] - lost))"
		"buddy-lost-update 4 0 $lost"
		"gd-free-clusters 5 ${free[5]} $((free[5] + lost))")
	same "$name: all of it, and nothing else" \
		"$(printf '%s\n' "${wanted[@]}")" "$(found)"
	same "$name: exit status" 4 "$status"
	same "$name: all persistent" persistent "$(verdicts)"
	same "$name: where the bits are" "[[$used,$((used + lost - 1))]]" \
		"$(jq -c '.findings[] | select(.code == "buddy-lost-update" and
		.group == 1).clusters' <<<"$json")"
	check "$name: memory is wrong, and the disk too" grep -q \
		"DRIFT in memory, and the disk is wrong too" \
		<(jq -r .summary.text <<<"$json")
	unmount
}

# --- checksums, and errors on the way to the disk

test_checksum()
{
	local name="checksum, $1" size=$2 free
	shift 2
	mount_new errors=continue,no_prefetch_block_bitmaps "${size}K" \
		-O metadata_csum "$@" || return
	fill "$size"
	check_json --live "$mnt"
	same "$name: clean before" "0 " "$status $(found)"
	free=$(counted 2)
	drop
	"$edit" bits "$loop" 2 "$("$edit" find "$loop" 2 free 1)" 1 1
	sync -f "$mnt"
	echo 1 >/proc/sys/vm/drop_caches
	"$edit" load "$mnt"
	check_json --live "$mnt"
	same "$name: bitmap against descriptor, twice, and the mark" \
		"gd-free-clusters 2 $free $((free - 1))
block-bitmap-checksum 2
group-marked-corrupt 2 $free $free" \
		"$(found | sed 's/\(bitmap-checksum 2\) .*/\1/')"
	same "$name: exit status" 4 "$status"
	unmount
}

# The kernel is told to fail when it reads a bitmap.
test_simulated()
{
	local name="simulated error, $1" size=$2 fail
	shift 2
	mount_new errors=continue,no_prefetch_block_bitmaps "${size}K" \
		-O ^uninit_bg,^metadata_csum "$@" || return
	fail=/sys/fs/ext4/$(basename "$loop")/simulate_fail
	if [ ! -w "$fail" ]; then
		skip "$name" "this kernel has no simulate_fail"
		unmount
		return
	fi
	drop
	echo 1 >"$fail"
	cat "/proc/fs/ext4/$(basename "$loop")/mb_groups" >/dev/null
	echo 0 >"$fail"
	check_json --live "$mnt"
	same "$name: no drift, but not all was looked at" \
		"8 incomplete group-load-failed" "$status $(jq -r \
		.summary.verdict <<<"$json") $(found | cut -d' ' -f1 |
		sort -u)"
	same "$name: undecided" "" "$(verdicts | grep -v persistent)"
	check "$name: the kernel's record is shown" jq -e '[.findings[].code] |
		index("kernel-error-record")' <<<"$json"
	unmount
}

# --- damaged before it is mounted

test_before_mount()
{
	local name="before the mount, $1" size=$2 free last
	shift 2
	mount_new errors=continue,no_prefetch_block_bitmaps "${size}K" \
		-O ^metadata_csum,^flex_bg "$@" || return
	fill "$size"
	umount "$mnt"
	last=$(dumpe2fs "$loop" 2>/dev/null | grep -c '^Group [0-9]')
	last=$((last - 1))
	free=("" "$(counted 1)" "$(counted 2)")
	"$edit" free "$loop" 1 -77
	set_run 2 used 0
	"$edit" padding "$loop" "$last"
	sync
	mount -o errors=continue,no_prefetch_block_bitmaps "$loop" "$mnt"
	check_json --live "$mnt"
	same "$name: all of it, and nothing else" \
		"gd-free-clusters 1 $((free[1] - 77)) ${free[1]}
group-marked-corrupt 1 ${free[1]} $((free[1] - 77))
gd-free-clusters 2 ${free[2]} $((free[2] + lost))
group-marked-corrupt 2 $((free[2] + lost)) ${free[2]}
block-bitmap-padding $last" "$(found | grep -v group-load-failed |
		sed 's/\(padding [0-9]*\) .*/\1/')"
	# With it, the kernel cannot load the others in the same page.
	same "$name: what could not be loaded" "group-load-failed $last 0 0" \
		"$(found | grep group-load-failed | tail -1)"
	same "$name: exit status" 12 "$status"
	unmount
}

# --- a lost update, as the page migration race leaves it

# Where a block is as large as a page, the bitmap of a group and its chunk map
# are two pages. One of them is dropped alone: each is charged to a memory
# group of its own, and one of these is reclaimed. The process that loads them
# moves from one to the other while it waits in between, for a block of the
# device that somebody else reads slowly.
test_stale()
{
	local name="lost update, $1" size=$2 groups=/sys/fs/cgroup
	local first=$groups/memory/first$$ second=$groups/memory/second$$
	local slow=$groups/blkio/slow$$ free at block reader loader
	shift 2
	if ! mkdir "$first" "$second" "$slow" 2>/dev/null; then
		rmdir "$first" "$second" "$slow" 2>/dev/null
		skip "$name" "it takes the memory and blkio cgroups, version 1"
		return
	fi
	mount_new errors=continue,no_prefetch_block_bitmaps "${size}K" \
		-O ^metadata_csum,^flex_bg "$@" || return
	fill "$size"
	"$edit" load "$mnt"
	free=$(counted 3)
	at=$("$edit" find "$loop" 3 used "$lost")
	block=$(dumpe2fs "$loop" 2>/dev/null | awk '/^Group 3:/ { here = 1 }
		here && /Block bitmap at/ { print $4; exit }')
	echo "$(cat "/sys/block/$(basename "$loop")/dev") 1024" \
		>"$slow/blkio.throttle.read_bps_device"
	drop
	blockdev --setra 0 "$loop"
	echo 1 >/proc/sys/vm/drop_caches
	(
		echo "$BASHPID" >"$slow/cgroup.procs"
		exec dd if="$loop" of=/dev/null bs=4096 skip="${block%,}" \
			count=1 status=none
	) &
	reader=$!
	sleep 0.5
	(
		echo "$BASHPID" >"$first/cgroup.procs"
		exec "$edit" load "$mnt"
	) &
	loader=$!
	sleep 1
	echo "$loader" >"$second/cgroup.procs"
	wait "$reader" "$loader"
	# The bitmap is wrong for the moment in which its copy is built anew.
	"$edit" bits "$loop" 3 "$at" "$lost" 0
	sync -f "$mnt"
	echo 0 >"$first/memory.force_empty"
	"$edit" load "$mnt"
	"$edit" bits "$loop" 3 "$at" "$lost" 1
	check_json --live "$mnt"
	if [ "$(found)" = "" ] && [ "$status" -eq 0 ]; then
		skip "$name" "the kernel dropped both pages, or none"
	else
		same "$name: allocator against bitmap, and its own counts" \
			"buddy-lost-update 3 0 $lost
buddy-free-clusters 3 $free $((free + lost))" \
			"$(found | grep -v 'buddy-fragments\|buddy-orders')"
		same "$name: exit status" 4 "$status"
		check "$name: memory only" grep -q "DRIFT in memory only: the \
disk is right .*; $lost clusters of group 3 that belong to files" \
			<(jq -r .summary.text <<<"$json")
		echo 1 >/proc/sys/vm/drop_caches
		check_json --live "$mnt"
		same "$name: dropping the pages heals it" "0 " \
			"$status $(found)"
	fi
	unmount
	rmdir "$first" "$second" "$slow" 2>/dev/null
}

while read -r name size arguments; do
	read -ra options <<<"$arguments"
	steady test_changes "$name" "$size" "${options[@]}"
	steady test_checksum "$name" "$size" "${options[@]}"
	steady test_simulated "$name" "$size" "${options[@]}"
	steady test_before_mount "$name" "$size" "${options[@]}"
done <<'LAYOUTS'
1k 62000 -b 1024
4k 960000 -b 4096
bigalloc-1k 500000 -b 1024 -O bigalloc -C 8192
bigalloc-4k 3900000 -b 4096 -O bigalloc -C 16384
LAYOUTS
steady test_stale 4k 960000 -b 4096
steady test_stale bigalloc-4k 3900000 -b 4096 -O bigalloc -C 16384
done_testing
