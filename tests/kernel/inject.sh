#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# inject.sh --- drift made in the kernel that runs here is found
#
# The recipes that damage a running kernel's views are not part of the source:
# the test looks at $EXT4BM_INJECT, then for a sibling folder shared/inject,
# and is skipped when there is neither. A recipe calls "$HOOK DEVICE
# MOUNTPOINT GROUP" at each of its stages; the hook here runs the checker.

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

cat >"$work/hook" <<'HOOK'
#!/bin/sh
"$EXT4BMCHECK" --live --json "$1" >"$STAGES/$(ls "$STAGES" | wc -l)" 2>&1
HOOK
chmod +x "$work/hook"

# made STAGES TEXT: did the recipe get that far, and do its own readers, which
# share nothing with the checker, show TEXT in the stage after the injection?
made()
{
	[ "$(find "$work/stages" -type f | wc -l)" -ge "$1" ] &&
		awk '/^---/ { stage++ } stage == 2' "$work/out" |
			grep -qe "$2"
}

# inject NAME STAGES TEXT RECIPE [ARGUMENT]...: the reports of its stages are
# then in $work/stages. Some recipes have to win a race against the kernel and
# do not always; that is no verdict on the checker, so they get several tries.
inject()
{
	local name=$1 stages=$2 text=$3 recipe=$4
	shift 4
	for _ in 1 2 3 4; do
		rm -rf "$work/stages"
		mkdir "$work/stages"
		HOOK=$work/hook STAGES=$work/stages W=$work/inject \
			timeout 120 bash "$recipes/$recipe" "$@" \
			>"$work/out" 2>&1
		if made "$stages" "$text"; then
			check "$name: clean before" test \
				"$(jq -c '[.exit, .findings]' \
				"$work/stages/0")" = "[0,[]]"
			return 0
		fi
	done
	skip "$name" "the recipe does not work on this kernel"
	diag "$(tail -20 "$work/out")"
	return 1
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

# verdict NAME STAGE EXIT: also that every difference was called persistent.
verdict()
{
	same "$1: exit status" "$3" "$(jq .exit "$work/stages/$2")"
	same "$1: all persistent" "" "$(jq -r '.findings[] |
		select(.verdict != "persistent") | .code' \
		"$work/stages/$2")"
}

# The drift of the page migration race, which the kernel has not noticed.
test_stale_page()
{
	local name="stale bitmap page"
	if [ ! -d /sys/fs/cgroup/memory ] || [ ! -d /sys/fs/cgroup/blkio ]; then
		skip "$name" "the recipe needs cgroup v1"
		return
	fi
	inject "$name" 3 "GETFSMAP group 350: free 8192" \
		i_stale_bitmap_page.sh heal || return
	verdict "$name" 1 4
	finds "$name" 1 buddy-free-clusters 350 8179 8192
	finds "$name" 1 buddy-lost-update 350 0 13
	same "$name: descriptor and disk are not accused" "" \
		"$(jq -r '.findings[].code | select(startswith("gd-"))' \
		"$work/stages/1")"
	check "$name: the verdict says memory only" grep -q \
		"DRIFT in memory only" <(jq -r .summary.text "$work/stages/1")
	same "$name: 13 clusters named" 13 "$(jq '.findings[] |
		select(.code == "buddy-lost-update") |
		[.clusters[] | .[1] - .[0] + 1] | add' "$work/stages/1")"
	same "$name: clean after the page is rebuilt" "[0,[]]" \
		"$(jq -c '[.exit, .findings]' "$work/stages/2")"
}

# test_swapped_bits BLOCK-SIZE GROUP: counts agree everywhere, only the bits
# show it.
test_swapped_bits()
{
	local name="swapped bits, $1"
	BS=$1 GRP=$2 inject "$name" 2 "GETFSMAP group $2" \
		iii_buddy_free_disk_used.sh || return
	verdict "$name" 1 4
	finds "$name" 1 buddy-lost-update "$2" 0 13
	same "$name: nothing else" 1 "$(jq '.findings | length' \
		"$work/stages/1")"
}

test_flagged_group()
{
	local name="flagged group"
	inject "$name" 2 "Block bitmap corrupted" ii_regenerate_flagged.sh ||
		return
	verdict "$name" 1 4
	finds "$name" 1 gd-free-clusters 350 8180 8167
	check "$name: marked corrupt" jq -e '[.findings[].code] |
		index("group-marked-corrupt")' "$work/stages/1"
}

# One group that cannot be loaded fails the kernel's answer for all of them.
test_bitmap_checksum()
{
	local name="bitmap checksum"
	inject "$name" 2 "Block bitmap corrupted" ii_bitmap_csum.sh || return
	same "$name: group 3 is named and no other" 3 \
		"$(jq '[.findings[] | select(.severity != "informational").group] |
		unique | .[]' "$work/stages/1")"
	check "$name: not clean" jq -e '.exit != 0' "$work/stages/1"
}

test_descriptor()
{
	local name="descriptor changed"
	inject "$name" 2 "gd free 2072" gd_drift.sh || return
	verdict "$name" 1 4
	finds "$name" 1 gd-free-clusters 3 2072 1972
	# The kernel's own total knows nothing of the 100.
	same "$name: statfs contradicts it" -100 "$(jq '.findings[] |
		select(.code == "statfs-free-blocks") | .stored - .counted' \
		"$work/stages/1")"
}

test_stale_page
test_swapped_bits 1024 350
test_swapped_bits 4096 5
test_flagged_group
test_bitmap_checksum
test_descriptor
done_testing
