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
need linux.uml busybox cpio setsid pgrep jq e2fsck

image=$work/image
guest_initramfs "$work/initramfs.uml"

# start USED: boots with /victim on these clusters of group 350, and fills
# $page with the place of the group's page in the guest's memory.
start()
{
	rm -f "$image"
	"$EXT4BMFIXTURE" --make folio --file "victim=350:$1" "$image"
	guest_uml "$image"
	same "$name: the guest starts" 0 "$?"
	ask "mount -t ext4 -o errors=continue /dev/$guest_device /mnt"
	look
	same "$name: clean before" "[0,[]]" "$(jq -c '[.exit, .findings]' \
		<<<"$answer")"
	page=$("$LAB_BIN/poke" find "$guest_ram" 350 "$1")
	same "$name: the page of the group is found once" 1 \
		"$(wc -w <<<"$page")"
}

# poke WHAT USED NEW: the page says NEW from now on, and nothing else changes.
poke()
{
	check "$name: the page is rewritten" \
		"$LAB_BIN/poke" "$1" "$guest_ram" "$page" "$2" "$3"
}

# in_page USED: what the page says, which the host can see at any time.
in_page()
{
	same "$name: used in the page" "$1" \
		"$("$LAB_BIN/poke" show "$guest_ram" "$page")"
}

# The live check; the other functions ask its report.
look()
{
	ask "ext4bmcheck --live --json /mnt"
}

# finding CODE STORED COUNTED, of group 350
finding()
{
	same "$name: $1" "350 $2 $3" "$(jq -r --arg code "$1" '.findings[] |
		select(.code == $code) | "\(.group) \(.stored) \(.counted)"' \
		<<<"$answer")"
}

# drift SUMMARY: that is what it says first, and about no other group.
drift()
{
	same "$name: exit status" 4 "$(jq .exit <<<"$answer")"
	check "$name: says \"$1\"" grep -qe "$1" \
		<(jq -r .summary.text <<<"$answer")
	same "$name: every difference is persistent, in group 350" \
		'["350 persistent"]' "$(jq -c '[.findings[] |
			"\(.group) \(.verdict)"] | unique' <<<"$answer")"
}

silent()
{
	same "$name: the kernel has not noticed" "" "$(guest_log)"
}

# noticed TEXT: the kernel says so about group 350, and marks it.
noticed()
{
	check "$name: the kernel notices" grep -Eqe "group 350, $1" \
		<(guest_log)
	look
	same "$name: exit status afterwards" 4 "$(jq .exit <<<"$answer")"
	check "$name: the mark is reported" jq -e '[.findings[] |
		[.code, .group]] | index([["group-marked-corrupt", 350]])' \
		<<<"$answer"
}

end()
{
	guest_off
	same "$name: the guest ends in order" 0 "$?"
}

blind_spot()
{
	same "$name: exit status" 0 "$(jq .exit <<<"$answer")"
	check "$name: says what it cannot see" grep -q \
		"first free hint.*chunk map" <<<"$answer"
}

# The drift of the report: an allocation of 13 clusters is lost.
name="lost allocation"
start 4000-4012
silent
poke put 4000-4012 none
look
drift "DRIFT in memory only"
finding buddy-free-clusters 8179 8192
finding buddy-lost-update 0 13
same "$name: clusters at risk" "[[4000,4012]]" "$(jq -c '.findings[] |
	select(.code == "buddy-lost-update") | .clusters' <<<"$answer")"
silent
ask "fill /mnt 8192"
noticed "8179 free clusters as per group info. But got 8192 blocks"
end

# The page is rebuilt from the disk, as the advice says.
name="healed"
start 4000-4012
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

# The other sign: the allocator does not see what was freed.
name="lost freeing"
start 4000-4012
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

# The kernel gives the clusters of /victim away, and never knows.
name="double allocation"
start 4000-4012
poke put 4000-4012 none
ask "fill /mnt 2048 2871201"
same "$name: the first of them is given away" 0 "$status"
silent
look
drift "350"
finding gd-free-clusters 4083 4096
end
check_json "$image"
same "$name: exit status of the check of the disk" 4 "$status"
same "$name: the drift is on the disk" "350 4083 4096" \
	"$(json_rows gd-free-clusters)"
e2fsck -fn "$image" >"$work/fsck" 2>&1
check "$name: two files share 13 clusters" grep -q \
	"has 13 multiply-claimed block(s), shared with 1 file(s)" "$work/fsck"
check "$name: one of them is /victim" grep -q "^File /victim" "$work/fsck"

# Below the first free hint no interface of the kernel looks.
name="blind spot"
start 0-12
poke put 0-12 none
in_page none
look
blind_spot
silent
end

# Nor is there one for the chunk map, until the kernel trips over it.
name="blind spot, chunk map"
start 4000-4012
poke put-chunks 4000-4012 none
in_page 4000-4012
look
blind_spot
silent
ask "fill /mnt 8192"
noticed "8179 free clusters as per group info. But got 8192 blocks"
end
done_testing
