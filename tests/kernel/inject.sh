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

# inject NAME RECIPE [ARGUMENT]...: the reports of its stages in $work/stages.
inject()
{
	local name=$1 recipe=$2
	shift 2
	rm -rf "$work/stages"
	mkdir "$work/stages"
	HOOK=$work/hook STAGES=$work/stages W=$work/inject \
		timeout 120 bash "$recipes/$recipe" "$@" >"$work/out" 2>&1
	check "$name: clean before" test \
		"$(jq -c '[.exit, .findings]' "$work/stages/0")" = "[0,[]]"
}

# finds NAME STAGE CODE GROUP STORED COUNTED
finds()
{
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
if [ -d /sys/fs/cgroup/memory ] && [ -d /sys/fs/cgroup/blkio ]; then
	name="stale bitmap page"
	inject "$name" i_stale_bitmap_page.sh heal
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
else
	skip "stale bitmap page" "the recipe needs cgroup v1"
fi

# Counts agree everywhere: only the bits show it.
for size in 1024 4096; do
	name="swapped bits, $size"
	export BS=$size GRP=$((size == 1024 ? 350 : 5))
	inject "$name" iii_buddy_free_disk_used.sh
	unset BS GRP
	verdict "$name" 1 4
	group=$(jq '.findings[0].group' "$work/stages/1")
	finds "$name" 1 buddy-lost-update "$group" 0 13
	same "$name: nothing else" 1 "$(jq '.findings | length' \
		"$work/stages/1")"
done

name="flagged group"
inject "$name" ii_regenerate_flagged.sh
verdict "$name" 1 4
finds "$name" 1 gd-free-clusters 350 8180 8167
check "$name: marked corrupt" jq -e '[.findings[].code] |
	index("group-marked-corrupt")' "$work/stages/1"

# One group that cannot be loaded fails the kernel's answer for all of them.
name="bitmap checksum"
inject "$name" ii_bitmap_csum.sh
check "$name: group 3 is named" jq -e '[.findings[].group] | index(3)' \
	"$work/stages/1"
same "$name: no other group is" 3 \
	"$(jq '[.findings[].group] | unique | .[]' "$work/stages/1")"
check "$name: not clean" jq -e '.exit != 0' "$work/stages/1"

name="descriptor changed"
inject "$name" gd_drift.sh
verdict "$name" 1 4
finds "$name" 1 gd-free-clusters 3 2072 1972
done_testing
