#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# states.sh --- the states that a lost update leaves in a kernel's memory
#
# A user-mode Linux mounts an image whose group 350 is empty but for 13
# clusters of /victim. From outside, the page with the group's bitmap and chunk
# map is made to hold what it held before an allocation, or before a freeing.
# That is the state after the page migration race, bit for bit; the race itself
# is not run here. The checker in the guest has to find it, and not more.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/lab/guest.sh
. "$(dirname "$0")/guest.sh"
# shellcheck source=tests/lab/judge.sh
. "$(dirname "$0")/judge.sh"
need linux.uml busybox cpio setsid ps jq e2fsck

guest_initramfs "$work/initramfs.uml"

blind_spot()
{
	same "$name: exit status" 0 "$(jq .exit <<<"$answer")"
	check "$name: says what it cannot see" grep -q \
		"first free hint.*chunk map" <<<"$answer"
}

# The file whose clusters they are, by the check of the running kernel alone.
whose()
{
	local inode freeze
	ask "stat -c %i /mnt/victim"
	inode=$answer
	for freeze in "" --freeze; do
		ask "ext4bmcheck --live $freeze --owners=suspects --paths \
--json /mnt"
		same "$name: /victim is named${freeze:+, frozen}" \
			"4 $inode /victim 0-12 ${freeze:+true}" \
			"$(jq -r '.exit as $exit |
				(.summary.owners.frozen | if . then "true" else
					"" end) as $frozen | .findings[] |
				select(.code == "buddy-lost-update").owners[] |
				"\($exit) \(.inode) \(.path) " +
				"\(.logical | join("-")) \($frozen)"' \
			<<<"$answer")"
	done
	ask "ext4bmcheck --live --paths /mnt"
	check "$name: in the first line" grep -q \
		"13 clusters of group 350 that belong to files (/victim)" \
		<(head -1 <<<"$answer")
	check "$name: and by its path" grep -q \
		"owned by inode $inode, regular file /victim: its blocks 0-12" \
		<<<"$answer"
}

# The drift of the report: an allocation of 13 clusters is lost.
test_lost_allocation()
{
	name="lost allocation"
	start 4000-4012 guest_uml "$image" || return
	silent
	poke put 4000-4012 none
	look
	drift "DRIFT in memory only"
	finding buddy-free-clusters 8179 8192
	finding buddy-lost-update 0 13
	same "$name: clusters at risk" "[[4000,4012]]" "$(jq -c '.findings[] |
		select(.code == "buddy-lost-update") | .clusters' <<<"$answer")"
	whose
	silent
	ask "fill /mnt 8192"
	noticed "8179 free clusters as per group info. But got 8192 blocks"
	ask "ext4bmcheck --klog --json"
	same "$name: the message is explained and confirmed" \
		"4 confirmed scan-above-counters ubda 350 8179 8192" \
		"$status $(jq -r '[.summary.verdict] + (.klog[0] | [.kind,
			.device, .group, .values.free_per_group_info,
			.values.got]) | map(tostring) | join(" ")' \
			<<<"$answer")"
	end
}

# The page is rebuilt from the disk, as the advice says.
test_healed()
{
	name="healed"
	start 4000-4012 guest_uml "$image" || return
	poke put 4000-4012 none
	look
	drift "DRIFT in memory only"
	ask "sync; echo 1 >/proc/sys/vm/drop_caches"
	look
	same "$name: clean again" "[0,[]]" "$(jq -c '[.exit, .findings]' \
		<<<"$answer")"
	silent
	end
	check "$name: e2fsck finds nothing" e2fsck -fn "$image"
}

# The other sign: the allocator does not see what was freed.
test_lost_freeing()
{
	name="lost freeing"
	start 4000-4012 guest_uml "$image" || return
	ask "rm /mnt/victim; sync; sleep 1; sync"
	in_page none
	poke put none 4000-4012
	look
	drift "nothing is at risk"
	finding buddy-free-clusters 8192 8179
	same "$name: no cluster at risk" "" "$(jq -r '.findings[] |
		select(.code == "buddy-lost-update")' <<<"$answer")"
	silent
	ask "fill /mnt 8192"
	noticed "13 free clusters as per group info. But bitmap says 0"
	end
}

# The kernel gives the clusters of /victim away, and never knows.
test_double_allocation()
{
	name="double allocation"
	start 4000-4012 guest_uml "$image" || return
	poke put 4000-4012 none
	ask "fill /mnt 2048 2871201"
	same "$name: the first of them is given away" 0 "$status"
	silent
	look
	drift "350"
	finding gd-free-clusters 4083 4096
	end
	check_json --owners "$image"
	same "$name: exit status of the check of the disk" 4 "$status"
	same "$name: the drift is on the disk" "350 4083 4096" \
		"$(json_rows gd-free-clusters)"
	same "$name: the two owners of the 13 clusters" \
		"350 13 4000-4012 13 1314" \
		"$(jq -r '.findings[] | select(.code == "cluster-shared") |
			"\(.group) \(.counted) \(.clusters[] | join("-")) " +
			([.owners[].inode | tostring] | join(" "))' <<<"$json")"
	e2fsck -fn "$image" >"$work/fsck" 2>&1
	check "$name: two files share 13 clusters" grep -q \
		"has 13 multiply-claimed block(s), shared with 1 file(s)" \
		"$work/fsck"
	check "$name: one of them is /victim" grep -q "^File /victim" \
		"$work/fsck"
}

# Below the first free hint no interface of the kernel looks. With a message
# about the group, as a kernel would print that marks no groups, that is no
# reason to call it clean.
test_blind_spot()
{
	local message="EXT4-fs error (device ubda): \
ext4_mb_complex_scan_group:2381: group 350, 8179 free clusters as per group \
info. But got 8192 blocks"
	name="blind spot"
	start 0-12 guest_uml "$image" || return
	poke put 0-12 none
	in_page none
	look
	blind_spot
	silent
	ask "echo '$message' >/tmp/log; ext4bmcheck --klog=/tmp/log --json"
	same "$name: with a message about the group" "8 not-seen" \
		"$status $(jq -r .summary.verdict <<<"$answer")"
	check "$name: and the blind spot is the reason" grep -q \
		"below the first free hint" <(jq -r .summary.text <<<"$answer")
	end
}

# Nor is there one for the chunk map, until the kernel trips over it.
test_blind_spot_chunk_map()
{
	name="blind spot, chunk map"
	start 4000-4012 guest_uml "$image" || return
	poke put-chunks 4000-4012 none
	in_page 4000-4012
	look
	blind_spot
	silent
	ask "fill /mnt 8192"
	noticed "8179 free clusters as per group info. But got 8192 blocks"
	end
}

test_lost_allocation
test_healed
test_lost_freeing
test_double_allocation
test_blind_spot
test_blind_spot_chunk_map
done_testing
