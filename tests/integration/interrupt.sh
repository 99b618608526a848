#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# interrupt.sh --- a check that is ended early says what it has seen
#
# eio.so, preloaded, sends the signal when a given bitmap is read, so that it
# always comes at the same place. Threads take groups in chunks of some
# hundred; the image has several of them.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need debugfs dumpe2fs jq mke2fs
need_eio

groups=4096
image=$work/image
reason="the check was interrupted"

# interrupted SIGNAL GROUP [OPTION]... IMAGE: a check that gets the signal when
# the block bitmap of the group is read. Fills $out, $err and $status.
interrupted()
{
	local number place
	number=$(kill -l "$1")
	place=$(bitmap_offset "$2")
	shift 2
	LD_PRELOAD=$preload EIO_INTERRUPT=$place:$number \
		"$EXT4BMCHECK" --threads 1 "$@" >"$work/out" 2>"$work/err"
	status=$?
	out=$(cat "$work/out")
	err=$(cat "$work/err")
}

# The places do not depend on the damage: dumpe2fs is asked once.
bitmap_offset()
{
	awk -v group="$1" '$1 == group { printf "%.0f", $2 * 4096 }' \
		"$work/places"
}

make_images()
{
	check "an image of $groups groups can be made" \
		"$EXT4BMFIXTURE" --make bench --groups "$groups" "$image"
	dumpe2fs "$image" 2>/dev/null | awk '
		/^Group / { now = $2 + 0 }
		/Block bitmap at / { print now, $4 + 0 }' >"$work/places"
	same "each group has a bitmap" "$groups" \
		"$(awk '$2 > 0' "$work/places" | wc -l)"
	check_json "$image"
	same "it is clean to begin with" "0 clean" \
		"$status $(jq -r .summary.verdict <<<"$json")"
}

# summary EXPRESSION: of the JSON in $out.
summary()
{
	jq -r ".summary | $1" <<<"$out"
}

# json_is_partial NAME: what holds for each document of an interrupted check.
json_is_partial()
{
	check "$1: the document is whole" jq -e .exit <<<"$out"
	same "$1: it is marked as cancelled" true "$(summary .cancelled)"
	same "$1: some groups were looked at, and not all" \
		"true true $groups" "$(summary '"\(.groups_checked > 0) " +
			"\(.groups_checked < .groups_wanted) " +
			"\(.groups_wanted)"')"
	same "$1: the totals are not called complete" false \
		"$(summary .totals.complete)"
	same "$1: the totals were not looked at, and why" \
		"$(printf '%s\n' "sb-free-blocks: $reason" \
			"sb-free-inodes: $reason" \
			"sb-gd-free-blocks: $reason" \
			"sb-gd-free-inodes: $reason")" \
		"$(summary '.unchecked[] | "\(.code): \(.reason)"' | sort)"
}

test_clean()
{
	local signal
	for signal in INT TERM; do
		interrupted "$signal" 2100 --json "$image"
		same "SIG$signal: exit status" "32 32" \
			"$status $(jq .exit <<<"$out")"
		json_is_partial "SIG$signal"
		same "SIG$signal: not clean, and no drift" "incomplete 0 0" \
			"$(summary '"\(.verdict) \(.unexplained) " +
				"\(.operational)"')"
		same "SIG$signal: nothing on stderr" "" "$err"
	done
	# The chunk that the signal came in is the last one.
	interrupted INT 2100 --json "$image"
	check "the group is among those looked at" \
		test "$(summary .groups_checked)" -gt 2100
	same "the same place gives the same report" "$out" \
		"$(interrupted INT 2100 --json "$image"; cat "$work/out")"
	interrupted INT 2100 --json --backups "$image"
	same "--backups: the copies were not looked at, and why" \
		"$reason" "$(summary '.unchecked[] |
			select(.code == "gd-backup") | .reason')"
	interrupted INT 0 --json "$image"
	json_is_partial "in the first group"
	same "in the first group: exit status" 32 "$status"
}

test_text()
{
	interrupted INT 2100 "$image"
	same "text: exit status" 32 "$status"
	check "text: the first line says it" \
		grep -q "^$image: interrupted: " <(head -1 "$work/out")
	check "text: nowhere is it called clean" \
		test "$(grep -ci clean "$work/out")" -eq 0
	check "text: the totals are listed as not looked at" \
		grep -q "sb-free-blocks.*: $reason\$" "$work/out"
	interrupted INT 2100 -q "$image"
	same "-q: exit status and one line at least" "32 true" \
		"$status $([ -s "$work/out" ] && echo true)"
	interrupted INT 2100 --json=lines "$image"
	same "--json=lines: the last line is the summary" "summary true 32" \
		"$(tail -1 "$work/out" | jq -r '"\(.type) " +
			"\(.summary.cancelled) \(.exit)"')"
	interrupted INT 2100 --table "$image"
	check "--table: the first line says it" \
		grep -q "^$image: interrupted: " <(head -1 "$work/out")
	same "--table: exit status" 32 "$status"
}

# In the last chunk, the groups are all looked at: that is still not clean.
test_last()
{
	interrupted INT $((groups - 1)) --json "$image"
	same "in the last group: exit status and cancelled" "32 true" \
		"$status $(summary .cancelled)"
	same "in the last group: not called clean" incomplete \
		"$(summary .verdict)"
	check "in the last group: the totals were not looked at" \
		grep -q "\"sb-free-blocks\"" <(summary .unchecked)
}

# Drift in front of the place is reported, drift behind it is not known.
test_drift()
{
	# What is called not looked at must not be found as well.
	check "a wrong total can be made" "$EXT4BMFIXTURE" \
		--set-sb free-blocks=99 "$image"
	interrupted INT $((groups - 1)) --json "$image"
	same "a wrong total, and the last group: found, or not looked at" \
		"0 1" "$(jq -r '"\([.findings[] |
			select(.code == "sb-free-blocks")] | length) " +
			"\([.summary.unchecked[] |
			select(.code == "sb-free-blocks")] | length)"' \
			<<<"$out")"
	check "drift can be made" "$EXT4BMFIXTURE" --set gd-free=3:99 \
		--set gd-free=4000:99 "$image"
	interrupted TERM 2100 --json "$image"
	same "drift: exit status" 36 "$status"
	same "drift: the verdict" drift "$(summary .verdict)"
	json_is_partial "drift"
	same "drift: what was looked at is reported" "3 99" \
		"$(jq -r '.findings[] | "\(.group) \(.stored)"' <<<"$out")"
	interrupted INT 2100 "$image"
	check "drift: the first line says it" \
		grep -q "^$image: DRIFT: group 3: " <(head -1 "$work/out")
	check "drift: the second line says how far it came" \
		grep -Eq '^interrupted: [0-9]+ of 4096 groups looked at$' \
		<(sed -n 2p "$work/out")
	same "drift: exit status" 36 "$status"
	interrupted INT 2100 --exit-on=none "$image"
	same "drift: --exit-on=none leaves the other bit" 32 "$status"
}

# Where the groups are all looked at, and owners or directories are not.
# while_owners NAME PLACE REASON: the signal comes when the byte is read.
while_owners()
{
	LD_PRELOAD=$preload EIO_INTERRUPT=$2:$(kill -l INT) \
		"$EXT4BMCHECK" --threads 1 --json --owners --paths "$owned" \
		>"$work/out" 2>"$work/err"
	status=$?
	out=$(cat "$work/out")
	check "$1: exit status $status" test $((status & 32)) -ne 0
	same "$1: it is marked as cancelled" true "$(summary .cancelled)"
	check "$1: it is not called clean" \
		test "$(grep -c '"verdict": "clean' "$work/out")" -eq 0
}

test_owners()
{
	local table directory
	owned=$work/owned
	mke2fs -q -F -t ext4 -b 1024 "$owned" 64M >/dev/null 2>&1
	printf '%s\n' "mkdir one" "cd one" "write /dev/null a" "freei a" |
		debugfs -w -f - "$owned" >/dev/null 2>&1
	table=$(dumpe2fs "$owned" 2>/dev/null |
		sed -n 's/.*Inode table at \([0-9]*\)-.*/\1/p' | head -1)
	directory=$(debugfs -R "bmap /one 0" "$owned" 2>/dev/null)
	while_owners "inodes" $((table * 1024))
	same "inodes: owners were not found out, and why" "null $reason" \
		"$(summary '"\(.owners) " + ([.unchecked[] |
			select(.code == "cluster-unmarked") | .reason][0])')"
	while_owners "directories" $((directory * 1024))
	same "directories: what was found is, and no name made up" \
		"inode-unmarked" "$(jq -r '.findings[] |
			select(.code == "inode-unmarked") | .code' <<<"$out")"
	check "directories: it has its name, or a part of it, or the reason" \
		jq -e '[.findings[].owners // [] | .[] |
			if .path then .path | test("^(/one|<[0-9]+>)/a$")
			else .nameless == "unread" end] |
			length > 0 and all' <<<"$out"
}

make_images
test_clean
test_text
test_last
test_drift
test_owners
done_testing
