#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# load.sh --- no false alarm, however busy the file system is
#
# Two writers allocate, free, punch, truncate, append and sync, a third trims
# the device and has the kernel move its memory about, while the checker looks
# again and again. All of its reports must be clean, and it must have seen
# differences that went away, or nothing was moving.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
need fallocate e2fsck

: "${LOAD_SECONDS:=15}"

# write_files FOLDER: until it is stopped.
write_files()
{
	local dir=$1 i=0
	mkdir "$dir"
	while [ -e "$work/busy" ]; do
		i=$((i + 1))
		head -c $((RANDOM * 8)) /dev/zero >"$dir/small$((i % 50))"
		head -c $((RANDOM / 4)) /dev/zero >>"$dir/log$((i % 7))"
		fallocate -l $((RANDOM * 40 + 1)) "$dir/large$((i % 20))"
		truncate -s "$RANDOM" "$dir/large$((i % 17))"
		fallocate -p -o 4096 -l 65536 "$dir/large$((i % 19))"
		rm -f "$dir/small$((RANDOM % 50))" "$dir/log$((RANDOM % 40))"
		[ $((i % 30)) -ne 0 ] || sync -f "$dir"
	done
}

trim_and_compact()
{
	while [ -e "$work/busy" ]; do
		fstrim "$mnt"
		echo 1 >/proc/sys/vm/compact_memory
		sleep 1
	done
}

# under_load NAME: check again and again.
under_load()
{
	local name=$1 pids=() end checks=0 moved=0 bad=""
	touch "$work/busy"
	write_files "$mnt/one" >/dev/null 2>&1 &
	pids+=($!)
	write_files "$mnt/two" >/dev/null 2>&1 &
	pids+=($!)
	trim_and_compact >/dev/null 2>&1 &
	pids+=($!)
	end=$((SECONDS + LOAD_SECONDS))
	while [ "$SECONDS" -lt "$end" ] || [ "$checks" -lt 50 ]; do
		check_json --live --settle 20 "$mnt"
		checks=$((checks + 1))
		moved=$((moved + $(jq '.summary.live |
			.transient + .rejected' <<<"$json")))
		[ "$status" -eq 0 ] ||
			bad="$bad status $status: $(json_codes | tr '\n' ,)"
	done
	rm "$work/busy"
	wait "${pids[@]}"
	same "$name: no alarm in $checks checks" "" "$bad"
	check "$name: differences seen and rejected" test "$moved" -gt 0
	diag "$name: $checks checks, $moved differences seen and rejected"
	total=$((total + checks))
}

total=0
while read -r name arguments; do
	# shellcheck disable=SC2086 # several options
	if mount_new errors=continue 700M $arguments; then
		under_load "$name"
		umount "$mnt" && losetup -d "$loop"
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
1k-no-journal -b 1024 -O ^has_journal
4k-no-journal -b 4096 -O ^has_journal
LAYOUTS
check "at least 200 checks" test "$total" -ge 200
done_testing
