#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# inject.sh --- drift made in the kernel that runs here is found
#
# The recipes that damage a running kernel's views are not part of the source:
# the test looks at $EXT4BM_INJECT, then for a sibling folder shared/inject,
# and is skipped when there is neither. A recipe calls "$HOOK DEVICE
# MOUNTPOINT GROUP" at each of its stages; the hook here runs the checker.

# shellcheck disable=SC2317 # functions that "steady" calls

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"

recipes=${EXT4BM_INJECT:-$srcdir/../../shared/inject}
if [ ! -f "$recipes/lib.sh" ]; then
	skip inject "no recipes (EXT4BM_INJECT names their folder)"
	done_testing
fi
need python3

# Also keeps which inodes the kernel has by the paths that are named.
cat >"$work/hook" <<'HOOK'
#!/bin/sh
report=$STAGES/$(ls "$STAGES" | wc -l)
"$EXT4BMCHECK" --live --paths --json "$1" >"$report" 2>&1
jq -r '[.findings[].owners[]?.path // empty] | unique[]' "$report" |
	while read -r path; do
		stat -c "%i $path" "$2$path"
	done >>"$STAGES.named" 2>&1
HOOK
chmod +x "$work/hook"

# cached NUMBER: free clusters in descriptor and bitmap as they show them.
cached()
{
	local n='\([0-9]*\)'
	stage "$1" | sed -n \
		"s/.*buffered *gd free $n .* bitmap free $n .*/\1 \2/p"
}

# made STAGES SHOWN: are there so many, and does each line of SHOWN hold,
# "STAGE TEXT", of what the readers show?
made()
{
	local at text
	[ "$(find "$work/stages" -type f | wc -l)" -ge "$1" ] || return
	while read -r at text; do
		stage "$at" | tr '\n' ' ' | grep -qe "$text" || return
	done <<<"$2"
}

# recipe NAME STAGES SHOWN RECIPE [ARGUMENT]...: the reports of its stages are
# then in $work/stages. Some recipes have to win a race against the kernel and
# do not always, or lose what they have won; that is no verdict on the checker,
# so they get several tries.
recipe()
{
	local name=$1 stages=$2 shown=$3 recipe=$4
	shift 4
	for _ in 1 2 3 4; do
		rm -rf "$work/stages" "$work/stages.named"
		mkdir "$work/stages"
		HOOK=$work/hook STAGES=$work/stages W=$work/inject \
			timeout 120 bash "$recipes/$recipe" "$@" \
			>"$work/out" 2>&1
		if made "$stages" "$shown"; then
			return 0
		fi
	done
	skip "$name" "the recipe does not work on this kernel"
	diag "$(tail -20 "$work/out")"
	return 1
}

# inject ...: a recipe whose first stage is healthy.
inject()
{
	recipe "$@" || return
	same "$1: clean before" "[0,[]]" \
		"$(jq -c '[.exit, .findings]' "$work/stages/0")"
}

# finds NAME STAGE CODE GROUP STORED COUNTED
finds()
{
	diag "$(jq -c '.findings[] | [.code, .group, .stored, .counted]' \
		"$work/stages/$2")"
	same "$1: $3" "$4 $5 $6" "$(jq -r --arg code "$3" '.findings[] |
		select(.code == $code) | "\(.group) \(.stored) \(.counted)"' \
		"$work/stages/$2")"
}

# codes STAGE: of drift, and of what could not be looked at.
codes()
{
	jq -r '.findings[] | select(.severity != "informational") |
		"\(.code) \(.group)"' "$work/stages/$1" | sort -u |
		paste -sd' '
}

# verdict NAME STAGE EXIT [CODE]: also that every difference, but for CODE, was
# called persistent.
verdict()
{
	same "$1: exit status" "$3" "$(jq .exit "$work/stages/$2")"
	same "$1: all persistent" "${4:-}" "$(jq -r '.findings[] |
		select(.verdict != "persistent") | .code' \
		"$work/stages/$2")"
}

# says NAME STAGE TEXT: in the first line.
says()
{
	check "$1: the verdict says \"$3\"" grep -q "$3" \
		<(jq -r .summary.text "$work/stages/$2")
}

# recorded NAME STAGE FUNCTION: the kernel's own record is shown.
recorded()
{
	check "$1: the kernel's record names $3" grep -q "$3" \
		<(jq -r '.findings[] | select(.code == "kernel-error-record") |
		.last_error.function' "$work/stages/$2")
}

# --- the drift of the page migration race, which the kernel has not noticed

# stale NAME ARGUMENT TEXT: a lost update in stage 1, TEXT in stage 2.
stale()
{
	# Counters with no mark behind them, then the bitmap.
	inject "$1" 3 "1 #350 *: 8179 [^B]*GETFSMAP group 350: free 8192
2 $3" i_stale_bitmap_page.sh "$2" || return
	verdict "$1" 1 4
	finds "$1" 1 buddy-free-clusters 350 8179 8192
	finds "$1" 1 buddy-lost-update 350 0 13
}

test_stale_page()
{
	local name="stale bitmap page"
	stale "$name" heal "GETFSMAP group 350: free 8179" || return
	same "$name: descriptor and disk are not accused" "" \
		"$(jq -r '.findings[].code | select(startswith("gd-"))' \
		"$work/stages/1")"
	says "$name" 1 "DRIFT in memory only: the disk is right"
	says "$name" 1 "; 13 clusters of group 350 that belong to files (/"
	same "$name: 13 clusters named" 13 "$(jq '.findings[] |
		select(.code == "buddy-lost-update") |
		[.clusters[] | .[1] - .[0] + 1] | add' "$work/stages/1")"
	same "$name: all of them have an owner" 13 "$(jq '.findings[] |
		select(.code == "buddy-lost-update") |
		[.owners[].blocks | .[1] - .[0] + 1] | add' \
		"$work/stages/1")"
	same "$name: and the kernel has the same by these paths" \
		"$(sort -u "$work/stages.named")" "$(jq -r '.findings[] |
		select(.code == "buddy-lost-update") | .owners[] |
		"\(.inode) \(.path)"' "$work/stages/1" | sort -u)"
	same "$name: clean after the page is rebuilt" "[0,[]]" \
		"$(jq -c '[.exit, .findings]' "$work/stages/2")"
}

# The kernel notices: it says what people search for, and marks the group.
test_noticed()
{
	local name="stale bitmap page, noticed"
	stale "$name" message "#350 *: 8179 .*Block bitmap corrupted" || return
	verdict "$name" 2 4
	finds "$name" 2 group-marked-corrupt 350 8179 8179
	same "$name: nothing else" "group-marked-corrupt 350" "$(codes 2)"
	recorded "$name" 2 ext4_mb_complex_scan_group
	says "$name" 2 "most likely in memory only: group 350: marked corrupt"
}

# It does not, and gives clusters away a second time.
test_given_away()
{
	local name="stale bitmap page, given away" gd bitmap
	stale "$name" trigger "#350 .*\\[ 42949672" || return
	read -r gd bitmap <<<"$(cached 2)"
	verdict "$name" 2 4
	check "$name: it has happened" test "$gd" -lt "$bitmap"
	finds "$name" 2 gd-free-clusters 350 "$gd" "$bitmap"
	check "$name: counts are impossible" grep -q "counters-impossible 350" \
		<(codes 2)
	says "$name" 2 "DRIFT in memory, and the disk is wrong too"
	says "$name" 2 "stop writers, do not run fstrim"
}

# Or discards them.
test_discarded()
{
	local name="stale bitmap page, discarded"
	stale "$name" fstrim "#350 .*\\[ 42949672" || return
	verdict "$name" 2 4
	finds "$name" 2 buddy-lost-update 350 0 13
	check "$name: counts are impossible" grep -q "counters-impossible 350" \
		<(codes 2)
	says "$name" 2 "clusters in use were given away or discarded"
}

# Below the first free hint nothing shows it, and that is said; a cluster that
# is freed further down brings it to light.
test_blind_spot()
{
	local name="stale bitmap page, out of sight"
	BLIND=1 inject "$name" 3 "2 GETFSMAP group 350: free 8193" \
		i_stale_bitmap_page.sh reveal || return
	same "$name: not seen" "0 clean" "$(jq -r '"\(.exit) " +
		.summary.verdict' "$work/stages/1")"
	check "$name: said to be out of sight" jq -e '.summary.unchecked[] |
		select(.code == "buddy-free-clusters") | .groups > 0' \
		"$work/stages/1"
	verdict "$name" 2 4
	finds "$name" 2 buddy-free-clusters 350 8180 8193
	finds "$name" 2 buddy-lost-update 350 0 13
}

test_stale_pages()
{
	if [ ! -d /sys/fs/cgroup/memory ] || [ ! -d /sys/fs/cgroup/blkio ]; then
		skip "stale bitmap page" "the recipe needs cgroup v1"
		return
	fi
	test_stale_page
	test_noticed
	test_given_away
	test_discarded
	test_blind_spot
}

# --- other drift in memory

# test_swapped_bits BLOCK-SIZE GROUP: counts agree everywhere, only the bits
# show it.
test_swapped_bits()
{
	local name="swapped bits, $1"
	BS=$1 GRP=$2 inject "$name" 2 "1 GETFSMAP group $2" \
		iii_buddy_free_disk_used.sh || return
	verdict "$name" 1 4
	finds "$name" 1 buddy-lost-update "$2" 0 13
	same "$name: nothing else" "buddy-lost-update $2" "$(codes 1)"
}

# test_set_bits BLOCK-SIZE GROUP: only in the bitmap.
test_set_bits()
{
	local name="set bits, $1" gd bitmap
	MODE=set BS=$1 GRP=$2 inject "$name" 2 "1 GETFSMAP group $2" \
		iii_buddy_free_disk_used.sh || return
	read -r gd bitmap <<<"$(cached 1)"
	verdict "$name" 1 4
	finds "$name" 1 gd-free-clusters "$2" "$gd" "$bitmap"
	finds "$name" 1 buddy-lost-update "$2" 0 13
	same "$name: nothing else" "buddy-lost-update $2 gd-free-clusters $2" \
		"$(codes 1)"
}

# test_flagged_group MODE: the kernel sees that its own count does not fit.
test_flagged_group()
{
	local name="flagged group, $1" gd bitmap
	MODE=$1 inject "$name" 2 "1 Block bitmap corrupted" \
		ii_regenerate_flagged.sh || return
	read -r gd bitmap <<<"$(cached 1)"
	verdict "$name" 1 4
	finds "$name" 1 gd-free-clusters 350 "$gd" "$bitmap"
	finds "$name" 1 group-marked-corrupt 350 "$bitmap" "$gd"
	recorded "$name" 1 ext4_mb_generate_buddy
}

test_bitmap_checksum()
{
	local name="bitmap checksum" gd bitmap
	inject "$name" 2 "1 Block bitmap corrupted" ii_bitmap_csum.sh || return
	read -r gd bitmap <<<"$(cached 0)"
	verdict "$name" 1 4
	finds "$name" 1 gd-free-clusters 3 "$gd" $((bitmap - 1))
	same "$name: all of it, and nothing else" "block-bitmap-checksum 3 \
gd-free-clusters 3 group-marked-corrupt 3" "$(codes 1)"
	recorded "$name" 1 ext4_validate_block_bitmap
}

# test_descriptor [FEATURES]
test_descriptor()
{
	local name="descriptor changed${1:+, $1}"
	CS=${1:-} inject "$name" 2 "1 gd free [0-9]" gd_drift.sh || return
	# With a wrong checksum, nobody knows whether its inode bitmap is one.
	if [ -z "${1:-}" ]; then
		verdict "$name" 1 12 inode-bitmap-unreadable
	else
		verdict "$name" 1 4
	fi
	finds "$name" 1 gd-free-clusters 3 "$(cached 1 | cut -d' ' -f1)" \
		"$(cached 1 | cut -d' ' -f2)"
	same "$name: it was raised by 100" 100 "$(jq '.findings[] |
		select(.code == "gd-free-clusters") | .stored - .counted' \
		"$work/stages/1")"
	# The kernel's own total knows nothing of the 100.
	same "$name: statfs contradicts it" -100 "$(jq '.findings[] |
		select(.code == "statfs-free-blocks") | .stored - .counted' \
		"$work/stages/1")"
}

# --- errors on the way, and damage from before the mount

# test_simulated CODE EXIT CODES FUNCTION [PRELOAD]
test_simulated()
{
	local name="simulated error $1${5:+, loaded before}"
	PRELOAD=${5:-} recipe "$name" 1 "0 GETFSMAP group 3" \
		ii_simulate_fail.sh "$1" || return
	same "$name: exit status" "$2" "$(jq .exit "$work/stages/0")"
	same "$name: what is found" "$3" "$(codes 0)"
	recorded "$name" 0 "$4"
}

# test_before_mount FEATURES MODE GROUP CODES: while it is mounted, or, where
# the kernel refuses to, on the image. Group 2 has no inodes: where the checksum
# of its descriptor is wrong, nobody knows whether its inode bitmap is one.
test_before_mount()
{
	local name="before the mount, $1, $2"
	rm -rf "$work/stages"
	mkdir "$work/stages"
	KEEP=1 CS=$1 MODE=$2 HOOK=$work/hook STAGES=$work/stages \
		W=$work/inject timeout 120 \
		bash "$recipes/mount_precorrupted.sh" >"$work/out" 2>&1
	[ -e "$work/stages/0" ] ||
		"$EXT4BMCHECK" --json "$work/inject/i.img" >"$work/stages/0" \
			2>/dev/null
	same "$name" "$4" "$(jq -r --argjson group "$3" '.findings[] |
		select(.group == $group).code' "$work/stages/0" | sort |
		paste -sd' ')"
	rm -f "$work/inject/i.img"
}

steady test_stale_pages
steady test_swapped_bits 1024 350
steady test_swapped_bits 4096 5
steady test_set_bits 1024 350
steady test_set_bits 4096 5
steady test_flagged_group set
steady test_flagged_group clear
steady test_bitmap_checksum
steady test_descriptor
steady test_descriptor ^metadata_csum
steady test_simulated 1 8 "group-load-failed 3" ext4_wait_block_bitmap
steady test_simulated 2 8 "group-load-failed 3" ext4_validate_block_bitmap
steady test_simulated 1 4 "group-marked-corrupt 3" ext4_wait_block_bitmap 1
steady test_simulated 2 4 "group-marked-corrupt 3" ext4_validate_block_bitmap 1
steady test_simulated 3 0 "" ext4_read_inode_bitmap
steady test_simulated 4 0 "" ext4_validate_inode_bitmap
while read -r features mode group wanted; do
	steady test_before_mount "$features" "$mode" "$group" "$wanted"
done <<'DAMAGE'
metadata_csum gdfree 2 gd-checksum gd-free-clusters inode-bitmap-unreadable
metadata_csum gdcsum 2 gd-checksum inode-bitmap-unreadable
metadata_csum bbloc 2 block-bitmap-checksum gd-checksum gd-free-clusters gd-overlap inode-bitmap-unreadable
metadata_csum bitmap-set 2
metadata_csum bitmap-clear 2 block-bitmap-checksum gd-free-clusters group-load-failed
metadata_csum padding 4 block-bitmap-checksum block-bitmap-padding group-load-failed
^metadata_csum,uninit_bg gdfree 2 gd-free-clusters group-marked-corrupt
^metadata_csum,uninit_bg gdcsum 2 gd-checksum inode-bitmap-unreadable
^metadata_csum,uninit_bg bitmap-clear 2 gd-free-clusters group-marked-corrupt
^metadata_csum,^uninit_bg gdcsum 2
^metadata_csum,^uninit_bg bbloc 2 gd-free-clusters gd-overlap
^metadata_csum,^uninit_bg padding 4 block-bitmap-padding group-load-failed
DAMAGE
done_testing
