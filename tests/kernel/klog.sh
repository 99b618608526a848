#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# klog.sh --- --klog on a running kernel: its own messages and their groups
#
# First logs that are made up about healthy file systems that are really here,
# mounted and not; then, where the recipes of inject.sh are, messages that the
# kernel itself prints about damage, read from /dev/kmsg.

# shellcheck disable=SC2317 # functions that "steady" calls

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
need setpriv

# user COMMAND...: as somebody without rights.
user()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

# The program where an ordinary user can run it.
cp "$EXT4BMCHECK" "$work/checker"
chmod 755 "$work" "$work/checker"

# line TEXT: of the device that is there.
line()
{
	echo "[   12.621736] EXT4-fs error (device ${loop##*/}): $1"
}

scan()
{
	line "ext4_mb_complex_scan_group:2508: group $1, 8179 free clusters as per group info. But got 8192 blocks"
}

checksum()
{
	line "ext4_validate_block_bitmap:421: comm ext4lazyinit: bg $1: bad block bitmap checksum"
}

no_memory()
{
	line "ext4_discard_preallocations:4028: comm prometheus: Error -12 loading buddy information for $1"
}

mounted()
{
	echo "[   13.000000] EXT4-fs (${loop##*/}): mounted filesystem with ordered data mode."
}

# explain DESCRIPTION STATUS VERDICTS [OPTION]... <LOG
explain()
{
	local what=$1 wanted=$2 verdicts=$3
	shift 3
	json=$("$EXT4BMCHECK" --klog=- --json "$@" 2>"$work/stderr")
	status=$?
	same "$what: exit status" "$wanted" "$status"
	same "$what: verdicts" "$verdicts" \
		"$(jq -r '[.klog[].verdict] | join(" ")' <<<"$json")"
	same "$what: the document has the exit status" "$status" \
		"$(jq .exit <<<"$json")"
}

test_mounted()
{
	mount_new errors=continue 200M -b 1024 || return
	explain "blind spot" 8 not-seen < <(scan 3)
	same "blind spot: only that group was looked at" "1 clean-part" \
		"$(jq -r '.reports[0].summary |
			"\(.groups_checked) \(.verdict)"' <<<"$json")"
	check "blind spot: never called clean" grep -q "^not decided: " \
		<(jq -r .summary.text <<<"$json")
	explain "checksum that is right now" 0 gone < <(checksum 7)
	explain "no memory" 0 no-accusation < <(no_memory 7)
	check "no memory: the group was looked at" grep -q "nothing is wrong" \
		<(jq -r '.klog[0].now' <<<"$json")
	explain "before a mount" 0 gone < <(scan 3; mounted)
	explain "before and after a mount" 8 "gone not-seen" \
		< <(scan 3; mounted; scan 3)
	explain "a group that is not there" 8 not-looked < <(scan 350)
	same "a group that is not there: nothing looked at" 0 \
		"$(jq '.reports | length' <<<"$json")"
	explain "several groups" 8 "not-seen gone gone" \
		< <(scan 3; checksum 4; checksum 9)
	same "several groups: as many looked at" 3 \
		"$(jq '.reports[0].summary.groups_checked' <<<"$json")"
	explain "by device" 8 not-seen "$loop" < <(scan 3)
	explain "by mount point" 8 not-seen "$mnt" < <(scan 3)
	explain "another device" 0 "" / < <(scan 3)
	explain "no look" 8 not-looked --no-look < <(scan 3)
	same "no look: no report" 0 "$(jq '.reports | length' <<<"$json")"
	test_user
	test_uuid
	unmount
}

# Bitmaps and descriptors cannot be compared without the device.
test_user()
{
	json=$(checksum 7 | user "$work/checker" --klog=- --json 2>/dev/null)
	same "ordinary user: exit status" 8 "$?"
	same "ordinary user: not refuted" not-seen \
		"$(jq -r '.klog[0].verdict' <<<"$json")"
	if [ "$(cat /proc/sys/kernel/dmesg_restrict 2>/dev/null)" != 1 ]; then
		skip "/dev/kmsg, ordinary user" "everybody may read it here"
		return
	fi
	user "$work/checker" --klog >"$work/out" 2>"$work/err"
	same "/dev/kmsg, ordinary user: exit status" 8 "$?"
	check "/dev/kmsg, ordinary user: names the way round" \
		grep -q "journalctl -k | ext4bmcheck --klog=-" "$work/err"
}

# Names of devices are used again.
test_uuid()
{
	local uuid other=aa10bbb7-1dd1-4c6d-9e04-52a3074dcc3d
	uuid=$(jq -r '.reports[0].geometry.uuid' <<<"$("$EXT4BMCHECK" \
		--klog=- --json < <(scan 3) 2>/dev/null)")
	explain "the same UUID" 8 not-seen < <(
		echo "EXT4-fs (${loop##*/}): mounted filesystem $uuid r/w"
		scan 3)
	explain "another UUID" 8 not-looked < <(
		echo "EXT4-fs (${loop##*/}): mounted filesystem $other r/w"
		scan 3)
	check "another UUID: says so" \
		grep -q "another filesystem (UUID $other" \
		<(jq -r '.klog[0].now' <<<"$json")
}

# Not mounted: as it is on the disk, and memory is gone.
test_unmounted()
{
	mount_new errors=continue 200M -b 1024 || return
	umount "$mnt"
	explain "unmounted" 0 "gone gone" < <(scan 3; checksum 4)
	same "unmounted: by an offline check" "false 2" \
		"$(jq -r '.reports[0] | [.views.buddy.read,
			.summary.groups_checked] | join(" ")' <<<"$json")"
	losetup -d "$loop"
	explain "device without medium" 8 not-looked < <(scan 3)
}

test_panic()
{
	mount_new errors=panic 64M -b 1024 || return
	explain "errors=panic" 8 not-looked < <(scan 3)
	check "errors=panic: names the way round" \
		grep -q allow-kernel-load <(jq -r '.klog[0].now' <<<"$json")
	explain "errors=panic with consent" 8 not-seen --allow-kernel-load \
		< <(scan 3)
	mount -o remount,errors=continue "$mnt"
	unmount
}

# --- what the kernel itself says

cat >"$work/hook" <<'HOOK'
#!/bin/sh
"$EXT4BMCHECK" --klog --json "$1" >"$STAGES/$(ls "$STAGES" | wc -l)" 2>&1
HOOK
chmod +x "$work/hook"

# messages FILTER STAGE: what is of this mount, not of an earlier one.
messages()
{
	jq -r "[.klog[] | select(.earlier | not) |
		select(.accuses | length > 0)] | $1" "$work/stages/$2"
}

# inject NAME KIND RECIPE [ARGUMENT]...: until the kernel has printed such a
# message; some recipes have to win a race against it, or else it notices the
# damage at another place.
inject()
{
	local name=$1 kind=$2 recipe=$3 i
	shift 3
	for ((i = 0; i < 4; i++)); do
		rm -rf "$work/stages"
		mkdir "$work/stages"
		HOOK=$work/hook STAGES=$work/stages W=$work/inject \
			timeout 120 bash "$recipes/$recipe" "$@" \
			>"$work/out" 2>&1
		last=$(find "$work/stages" -type f | wc -l)
		last=$((last - 1))
		[ "$last" -lt 1 ] ||
			[ "$(messages '.[0].kind' "$last")" != "$kind" ] ||
			return 0
	done
	skip "$name" "the recipe does not work on this kernel"
	diag "$(tail -20 "$work/out")"
	return 1
}

# told NAME KIND GROUP VALUES: in the last stage, not in the first.
told()
{
	same "$1: nothing is said before" 0 "$(messages length 0)"
	same "$1: kind, group and values" "$2 $3 $4" "$(messages \
		".[0] | \"\(.kind) \(.group) \" +
		([.values[] | tostring] | join(\" \"))" "$last")"
	same "$1: confirmed" confirmed "$(messages '.[0].verdict' "$last")"
	check "$1: exit status" bit "$(jq .exit "$work/stages/$last")" 4
	same "$1: only that group was looked at" "$3" \
		"$(jq '[.reports[0].findings[].group | values] | unique | .[]' \
		"$work/stages/$last")"
	check "$1: the first line says so" grep -q "^DRIFT: loop" \
		<(jq -r .summary.text "$work/stages/$last")
}

test_scan()
{
	local name="the allocator finds more than it counts"
	if [ ! -d /sys/fs/cgroup/memory ] || [ ! -d /sys/fs/cgroup/blkio ]; then
		skip "$name" "the recipe needs cgroup v1"
		return
	fi
	inject "$name" scan-above-counters i_stale_bitmap_page.sh message ||
		return
	told "$name" scan-above-counters 350 "8179 8192"
	same "$name: the kernel is known" "$(uname -r)" \
		"$(messages '.[0].kernel | split(" ")[0]' "$last")"
	same "$name: it may be the page migration race" CVE-2026-45942 \
		"$(messages '.[0].fixes[0].name' "$last")"
	# Bitmap and descriptor are right: it was in memory only.
	same "$name: the disk is not accused" "" \
		"$(jq -r '.reports[0].findings[].code |
			select(startswith("gd-"))' "$work/stages/$last")"
}

# A lost update where no interface shows it: everything agrees, and the message
# is true all the same.
test_blind()
{
	local name="the blind spot" i
	if [ ! -d /sys/fs/cgroup/memory ] || [ ! -d /sys/fs/cgroup/blkio ]; then
		skip "$name" "the recipe needs cgroup v1"
		return
	fi
	cat >"$work/blind" <<'HOOK'
#!/bin/sh
echo "EXT4-fs error (device ${1##*/}): ext4_mb_complex_scan_group:2508: group $3, 8179 free clusters as per group info. But got 8192 blocks" |
	"$EXT4BMCHECK" --klog=- --json "$1" \
		>"$STAGES/$(ls "$STAGES" | wc -l)" 2>&1
HOOK
	chmod +x "$work/blind"
	for ((i = 0; i < 4; i++)); do
		rm -rf "$work/stages"
		mkdir "$work/stages"
		BLIND=1 HOOK=$work/blind STAGES=$work/stages W=$work/inject \
			timeout 120 bash "$recipes/i_stale_bitmap_page.sh" \
			>"$work/out" 2>&1
		[ ! -f "$work/stages/1" ] || break
	done
	if [ ! -f "$work/stages/1" ]; then
		skip "$name" "the recipe does not work on this kernel"
		diag "$(tail -20 "$work/out")"
		return
	fi
	same "$name: no drift is seen" "[]" \
		"$(jq -c .reports[0].findings "$work/stages/1")"
	same "$name: and not refuted" "not-seen 8" \
		"$(jq -r '"\(.klog[0].verdict) \(.exit)"' "$work/stages/1")"
	check "$name: it is named" \
		grep -q "clusters below the first free hint" \
		<(jq -r '.klog[0].now' "$work/stages/1")
}

test_mismatch()
{
	local name="bitmap and descriptor"
	inject "$name" buddy-mismatch ii_regenerate_flagged.sh || return
	told "$name" buddy-mismatch 350 "8167 8180"
	same "$name: the counts of the message are found" "8180 8167" \
		"$(jq -r '.reports[0].findings[] |
			select(.code == "gd-free-clusters") |
			"\(.stored) \(.counted)"' "$work/stages/$last")"
}

test_checksum()
{
	local name="bitmap checksum"
	inject "$name" bitmap-checksum ii_bitmap_csum.sh || return
	told "$name" bitmap-checksum 3 ""
}

steady test_mounted
test_unmounted
test_panic
recipes=${EXT4BM_INJECT:-$srcdir/../../shared/inject}
if [ ! -f "$recipes/lib.sh" ]; then
	skip "messages of the kernel" \
		"no recipes (EXT4BM_INJECT names their folder)"
elif ! dd if=/dev/kmsg of=/dev/null bs=8192 count=1 iflag=nonblock \
		2>/dev/null; then
	cannot "messages of the kernel" "/dev/kmsg may not be read"
else
	need python3
	steady test_scan
	steady test_blind
	steady test_mismatch
	steady test_checksum
fi
done_testing
