#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# views.sh --- what else a running kernel says of a file system
#
# Its own record of errors, its total of free blocks, what its allocator keeps,
# and the disk below it.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"

need fsfreeze dumpe2fs fallocate

# of CODE FILTER: what the finding with that code says.
of()
{
	jq -r --arg code "$1" ".findings[] | select(.code == \$code) | $2" \
		<<<"$json"
}

# The kernel met errors: told, with time and place, and no drift.
test_record()
{
	local sysfs before after
	mount_new errors=continue 64M -b 1024 || return
	sysfs=/sys/fs/ext4/$(basename "$loop")
	check_json --live "$mnt"
	same "no error met: no record" "0 []" \
		"$status $(jq -c .findings <<<"$json")"
	if [ ! -w "$sysfs/trigger_fs_error" ]; then
		skip "errors met" "this kernel has no trigger_fs_error"
		unmount
		return
	fi
	before=$(date +%s)
	echo one >"$sysfs/trigger_fs_error"
	echo two >"$sysfs/trigger_fs_error"
	after=$(date +%s)
	# the kernel writes its record down a moment later
	while [ "$(cat "$sysfs/errors_count")" != 2 ]; do
		sleep 0.1
	done
	check_json --live "$mnt"
	same "errors met: no drift" "0 clean" \
		"$status $(jq -r .summary.verdict <<<"$json")"
	same "errors met: how many, none of them now" "2 0" \
		"$(of kernel-error-record '"\(.stored) \(.counted)"')"
	same "errors met: informational" informational \
		"$(of kernel-error-record .severity)"
	same "errors met: where" "$(cat "$sysfs/last_error_func")" \
		"$(of kernel-error-record .last_error.function)"
	check "errors met: when" test \
		"$(of kernel-error-record .first_error.time)" -ge "$before" \
		-a "$(of kernel-error-record .last_error.time)" -le "$after"
	check "errors met: the first line tells it" grep -q \
		"clean: .*; the kernel has recorded 2 errors" \
		<(jq -r .summary.text <<<"$json")
	"$EXT4BMCHECK" --live -q "$mnt" >"$work/out" 2>&1
	same "errors met: -q stays quiet" "0 " "$? $(cat "$work/out")"
	"$EXT4BMCHECK" --live "$mnt" >"$work/out" 2>&1
	check "errors met: the report for people has time and function" \
		grep -Eq 'last at 20[0-9-]+ [0-9:]+ UTC in [a-z0-9_]+:' \
		<(tr -s ' \n' ' ' <"$work/out")
	umount "$mnt"
	mount "$loop" "$mnt"
	check_json --live "$mnt"
	same "errors met before it was mounted: still told, still no drift" \
		"0 2" "$status $(of kernel-error-record .stored)"
	umount "$mnt"
	e2fsck -fp "$loop" >/dev/null 2>&1
	mount "$loop" "$mnt"
	check_json --live "$mnt"
	same "after e2fsck: no record" "0 []" \
		"$status $(jq -c .findings <<<"$json")"
	unmount
}

# df and the descriptors say the same, also with bigalloc, and with data that
# has no place yet.
test_space()
{
	local layout
	for layout in "-b 1024" "-b 4096" "-b 4096 -O bigalloc -C 65536" \
			"-b 1024 -O bigalloc -C 8192" \
			"-b 4096 -O ^has_journal"; do
		# shellcheck disable=SC2086 # several options
		if ! mount_new errors=continue 300M $layout; then
			cannot "statfs, $layout" "cannot mount it"
			continue
		fi
		head -c 5M /dev/zero >"$mnt/delayed"
		fallocate -l 20M "$mnt/reserved"
		check_json --live --settle 20 "$mnt"
		same "statfs, $layout: exit status" 0 "$status"
		same "statfs, $layout: read" true \
			"$(jq .views.statfs.read <<<"$json")"
		same "statfs, $layout: equal to the descriptors" "0" \
			"$(jq '.summary.live.space | .free_blocks +
			.delayed_blocks - .gd_free_blocks' <<<"$json")"
		unmount
	done
	mount_new errors=continue 64M -b 1024 -O quota,project || return
	check_json --live "$mnt"
	same "statfs, project quotas: not compared, and said" \
		"0 statfs-free-blocks" "$status $(jq -r '.summary.unchecked[] |
		select(.reason | contains("project")).code' <<<"$json")"
	unmount
}

# test_explained WORD MKE2FS-ARGUMENT...: clusters that the allocator keeps are
# counted, told with -v, and called WORD.
test_explained()
{
	local word=$1 name
	shift
	name="kept clusters, $*"
	mount_new errors=continue,nodelalloc 300M "$@" || return
	# A file that grows, and stays open, has some in reserve.
	exec 5>>"$mnt/grows"
	head -c 100K /dev/urandom >&5
	sync -f "$mnt/grows"
	check_json --live "$mnt"
	same "$name: clean, nothing listed" "0 []" \
		"$status $(jq -c .findings <<<"$json")"
	check_json --live -v "$mnt"
	same "$name: -v changes no verdict" "0 clean" \
		"$status $(jq -r .summary.verdict <<<"$json")"
	same "$name: -v lists them, with the reason" "explained $word" \
		"$(jq -r '.findings[] | "\(.verdict) \(.explained)"' \
		<<<"$json" | sort -u)"
	same "$name: the clusters are those that are missing" true \
		"$(jq '[.findings[] | .stored - .counted ==
		([.clusters[] | .[1] - .[0] + 1] | add)] | all' <<<"$json")"
	same "$name: all of them are counted" true \
		"$(jq '.summary.live.kept.clusters ==
		([.findings[] | .stored - .counted] | add)' <<<"$json")"
	same "$name: and none is a transient" 0 \
		"$(jq .summary.live.transient <<<"$json")"
	exec 5>&-
	unmount
}

# What data without a place yet takes off the total.
test_delayed()
{
	mount_new errors=continue 300M -b 4096 || return
	head -c 4M /dev/zero >"$mnt/delayed"
	check_json --live -v "$mnt"
	if [ "$(jq .summary.live.space.delayed_blocks <<<"$json")" = 0 ]; then
		skip "delayed allocation" "it was written too soon"
	else
		same "delayed allocation: explained" \
			"explained delayed-allocation" \
			"$(of statfs-free-blocks '"\(.verdict) \(.explained)"')"
	fi
	same "delayed allocation: no drift" 0 "$status"
	unmount
}

# test_disk JOURNAL MKE2FS-ARGUMENT...: what is not written to its place yet is
# told, and explained where a journal is in between; then nothing is left.
test_disk()
{
	local journal=$1 name
	shift
	name="disk view, $*"
	mount_new errors=continue 200M "$@" || return
	sync -f "$mnt"
	fallocate -l 3M "$mnt/file"
	touch "$mnt/another"
	check_json --live "$mnt"
	same "$name: off unless it is asked for" "0 false null" \
		"$status $(jq -r '"\(.views.disk.read) " +
			"\(.summary.live.lagging)"' <<<"$json")"
	check_json --live --disk-view "$mnt"
	same "$name: read" "0 true" "$status $(jq .views.disk.read <<<"$json")"
	if [ "$journal" = yes ]; then
		same "$name: memory is ahead, and why" "explained checkpoint" \
			"$(jq -r '.findings[] | "\(.verdict) \(.explained)"' \
			<<<"$json" | sort -u)"
		check "$name: by at least the two files" test \
			"$(jq '[.findings[] | select(.code ==
			"disk-inode-bitmap") | .stored - .counted] | add' \
			<<<"$json")" -ge 2
		same "$name: the verdict is clean" clean \
			"$(jq -r .summary.verdict <<<"$json")"
		# Freezing writes it all.
		fsfreeze -f "$mnt"
		check_json --live --disk-view "$mnt"
		fsfreeze -u "$mnt"
	fi
	same "$name: then nothing is left to write" "0 0 []" "$status $(jq -c \
		.summary.live.lagging <<<"$json") $(jq -c .findings <<<"$json")"
	unmount
}

# A write that did not reach the disk; without a journal nothing explains it.
test_lost_write()
{
	local block
	mount_new errors=continue 64M -b 1024 -O ^has_journal || return
	fallocate -l 50M "$mnt/file"
	sync -f "$mnt"
	check_json --live --disk-view "$mnt"
	same "lost write: clean before" "0 []" \
		"$status $(jq -c .findings <<<"$json")"
	block=$(dumpe2fs "$loop" 2>/dev/null | awk '/^Group 3:/ { here = 1 }
		here && /Block bitmap at/ { print $4; exit }')
	# Below the device, which the page cache above does not notice.
	printf '\0' | dd of="$image" bs=1 seek=$((block * 1024 + 20)) \
		conv=notrunc status=none
	sync "$image"
	check_json --live "$mnt"
	same "lost write: memory is right" "0 []" \
		"$status $(jq -c .findings <<<"$json")"
	check_json --live --disk-view "$mnt"
	same "lost write: found, and nothing else" "4 disk-block-bitmap 3" \
		"$status $(json_codes)"
	same "lost write: persistent" persistent \
		"$(of disk-block-bitmap .verdict)"
	same "lost write: the clusters" "[[160,167]]" \
		"$(jq -c '.findings[].clusters' <<<"$json")"
	same "lost write: 8 more are free on the disk" 8 \
		"$(of disk-block-bitmap '.stored - .counted')"
	unmount
}

test_record
test_space
test_disk yes -b 1024
test_disk yes -b 4096
test_disk yes -b 4096 -O bigalloc -C 16384
test_disk no -b 1024 -O ^has_journal
test_disk no -b 4096 -O ^has_journal
test_lost_write
test_explained pending-free -b 1024
test_explained pending-free -b 4096
test_explained preallocation -b 4096 -O ^has_journal
test_explained pending-free -b 4096 -O bigalloc -C 16384
test_delayed
done_testing
