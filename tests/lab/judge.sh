# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# judge.sh --- put a guest's kernel into the state after a lost update, and
# compare what its checker says with what is known; sourced after guest.sh
#
# Everything is about group 350 of $image; $name names the test.
# shellcheck disable=SC2154 # from harness.sh and guest.sh

image=$work/image

# start USED COMMAND...: boots with /victim on these clusters of group 350, and
# fills $page with the place of the group's page in the guest's memory. Fails if
# there is no such state to go on from.
start()
{
	local used=$1
	shift
	rm -f "$image"
	"$EXT4BMFIXTURE" --make folio --file "victim=350:$used" "$image"
	"$@"
	same "$name: the guest starts" 0 "$?"
	ask "mount -t ext4 -o errors=continue /dev/$guest_device /mnt"
	look
	same "$name: clean before" "[0,[]]" "$(jq -c '[.exit, .findings]' \
		<<<"$answer")"
	page=$("$LAB_BIN/poke" find "$guest_ram" 350 "$used")
	same "$name: the page of the group is found once" 1 \
		"$(wc -w <<<"$page")"
	[ "$(wc -w <<<"$page")" -eq 1 ] && return
	guest_end
	return 1
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
