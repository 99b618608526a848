#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# load.sh --- no false alarm, however busy the file system is
#
# Two writers make small files, append, preallocate, truncate, punch, sync and
# remove (kernel/churn); a third trims the device, has the kernel move its
# memory about, and lets the file system grow where the kernel allows it. The
# checker looks again and again, at times at the disk too, and freezes it in
# between. All of its reports must be clean, and it must have seen differences
# that went away, or nothing was moving.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
need fstrim e2fsck resize2fs

: "${LOAD_SECONDS:=6}"
churn=${EXT4BM_CHURN:-./kernel/churn}
if [ ! -x "$churn" ]; then
	cannot "$(basename "$0")" "kernel/churn is not built"
	done_testing
fi

trim_and_compact()
{
	while [ ! -e "$work/stop" ]; do
		fstrim "$mnt"
		echo 1 >/proc/sys/vm/compact_memory
		sleep 1
	done
}

# look NUMBER: one check, of another kind each time. A resize in the middle of
# it is said, and is no drift.
look()
{
	case $(($1 % 10)) in
	3)	check_json --live --settle 20 --disk-view "$mnt" ;;
	6)	check_json --live --settle 20 -v "$mnt" ;;
	*)	check_json --live --settle 20 "$mnt" ;;
	esac
	moved=$((moved + $(jq '.summary.live |
		(.transient + .rejected)? // 0' <<<"$json")))
	[ "$status" -eq 0 ] || grep -q "was resized meanwhile" "$work/stderr" ||
		bad="$bad status $status: $(json_codes | tr '\n' ,)"
}

# grow NAME: once, in the middle of it all.
grow()
{
	if resize2fs "$loop" 2>"$work/resize" >/dev/null; then
		diag "$1: it grew while it was looked at"
	else
		diag "$1: it did not grow: $(tail -1 "$work/resize")"
	fi
}

# under_load NAME: check again and again.
under_load()
{
	local name=$1 pids=() end checks=0 moved=0 bad=""
	rm -f "$work/stop"
	# While a group is trimmed, nothing in it is free.
	mkdir "$mnt/one" "$mnt/two"
	"$churn" "$mnt/one" 1 "$work/stop" >"$work/churn1" 2>&1 &
	pids+=($!)
	"$churn" "$mnt/two" 2 "$work/stop" >"$work/churn2" 2>&1 &
	pids+=($!)
	trim_and_compact >/dev/null 2>&1 &
	pids+=($!)
	end=$((SECONDS + LOAD_SECONDS))
	while [ "$SECONDS" -lt "$end" ] || [ "$checks" -lt 36 ]; do
		[ "$checks" -ne 15 ] || grow "$name"
		look "$checks"
		checks=$((checks + 1))
	done
	check_json --live --freeze=60 "$mnt"
	same "$name: nor when it is frozen in between" "0 true" \
		"$status $(jq .summary.live.frozen <<<"$json")"
	touch "$work/stop"
	wait "${pids[@]}"
	same "$name: no alarm in $checks checks" "" "$bad"
	check "$name: differences seen and rejected" test "$moved" -gt 0
	diag "$name: $checks checks, $moved differences seen and rejected"
	diag "$name: $(cat "$work/churn1")" "$name: $(cat "$work/churn2")"
	check "$name: the writers were well" grep -q changes "$work/churn1"
	total=$((total + checks))
}

total=0
while read -r name arguments; do
	# Room to grow is behind it.
	# shellcheck disable=SC2086 # several options
	if mount_new errors=continue 500M $arguments && truncate -s 600M \
			"$image" && losetup -c "$loop"; then
		under_load "$name"
		unmount_wait "$mnt"
		check "$name: e2fsck finds nothing afterwards" \
			e2fsck -fn "$image"
		check "$name: nor does a check of the disk" \
			"$EXT4BMCHECK" "$image"
		rm -f "$image"
	else
		cannot "$name" "cannot mount it"
	fi
done <<'LAYOUTS'
1k -b 1024
4k -b 4096
bigalloc -b 1024 -O bigalloc -C 4096
1k-no-journal -b 1024 -O ^has_journal
4k-no-journal -b 4096 -O ^has_journal
bigalloc-no-journal -b 4096 -O bigalloc,^has_journal -C 16384
LAYOUTS
check "at least 200 checks" test "$total" -ge 200
done_testing
