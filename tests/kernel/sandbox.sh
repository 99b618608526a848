#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# sandbox.sh --- what a live check needs is in the sandbox, and no more
#
# Reports on a mounted file system are the same with the sandbox and without,
# and nothing that the checker does by itself is refused: with a freeze, a watch
# and its error events, the kernel's log.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/integration/sandboxed.sh
. "$(dirname "$0")/../integration/sandboxed.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
# shellcheck source=tests/kernel/stop.sh
. "$(dirname "$0")/stop.sh"
need blkid dumpe2fs fallocate setpriv

# Nothing else uses it, so that it is the same each time.
test_ways()
{
	local options
	for options in "" "-v" "--json" "--table" "--groups 1" "--disk-view" \
			"--owners=suspects --paths --json" "--freeze" \
			"--freeze --owners=suspects --paths" "--json=lines"; do
		# shellcheck disable=SC2086 # a list of words
		alike "live ${options:-alone}" 0 --live $options "$mnt"
	done
	alike "live, by device" 0 --live "$loop"
	alike "live, two" 0 --live "$mnt" "$loop"
	alike "mounted, offline" 16 "$loop"
	alike "mounted, offline, by force" "0 4 8" --force "$loop"
	alike "by its UUID" 16 "UUID=$(blkid -p -s UUID -o value "$loop")"
	alike "by nobody's UUID" 8 \
		"UUID=12345678-1234-1234-1234-123456789012"
	alike "a group that the log names" "0 4 8" "--klog=$work/log"
	alike "the counters alone" "0 8" "$loop" \
		--mb-groups "/proc/fs/ext4/${loop##*/}/mb_groups" --live
}

# Others write to the log, too: its explanation may be another the next time.
test_log()
{
	strace -f -qq -Z -e signal=none -o "$work/trace" "$EXT4BMCHECK" \
		--klog --no-look >"$work/out" 2>"$work/err"
	status=$?
	check "/dev/kmsg: it is read (exit status $status)" \
		test $((status & ~12)) -eq 0
	same "/dev/kmsg: nothing is refused" "" "$(refused "$work/trace")"
}

test_capture()
{
	local name=capture
	rm -f "$work/bundle"
	strace -f -qq -Z -e signal=none -o "$work/trace" "$EXT4BMCHECK" \
		--live --freeze --capture "$work/bundle" "$mnt" \
		>"$work/out" 2>"$work/err"
	same "$name: exit status" 0 "$?"
	same "$name: nothing is refused" "" "$(refused "$work/trace")"
	"$EXT4BMCHECK" --replay "$work/bundle" >"$work/out" 2>&1
	same "$name: the bundle is one" 0 "$?"
}

# checks NUMBER: until so many looks were made.
checks()
{
	for _ in $(seq 600); do
		[ "$(grep -c '"check"' "$work/diary")" -lt "$1" ] || return 0
		sleep 0.1
	done
}

test_watch()
{
	local pid
	strace -f -qq -Z -e signal=none -o "$work/trace" "$EXT4BMCHECK" \
		--live --watch=3600 "$mnt" >"$work/diary" 2>"$work/err" &
	pid=$!
	checks 1
	kill -USR1 "$(child "$pid")"
	checks 2
	kill -TERM "$(child "$pid")"
	wait "$pid"
	same "watch: exit status" 0 "$?"
	same "watch: looked when asked" "start signal" "$(jq -r \
		'select(.type == "check") | .cause' "$work/diary" | xargs)"
	same "watch: nothing is refused" "" "$(refused "$work/trace")"
}

# of PID FIELD: as the kernel shows it.
of()
{
	awk -v field="$2:" '$1 == field { print $2 }' "/proc/$1/status"
}

# The process that thaws is in it, too, and the last to go.
test_keeper()
{
	local name=freeze usual
	usual=$(cat /proc/self/oom_score_adj)
	cp "$EXT4BMCHECK" "$work/checker"
	stop_frozen "$work/checker" --live --freeze=60 "$mnt" || return
	check "freeze: it is kept frozen" test -d "/proc/$keeper"
	same "freeze: both are in the sandbox" "2 1 2 1" \
		"$(of "$pid" Seccomp) $(of "$pid" NoNewPrivs) $(of "$keeper" \
			Seccomp) $(of "$keeper" NoNewPrivs)"
	if setpriv --dump | grep 'bounding set' | grep -q sys_resource; then
		same "freeze: who thaws goes last when memory runs out" \
			"-1000" "$(cat "/proc/$keeper/oom_score_adj")"
	else
		skip "freeze: who thaws goes last" "needs CAP_SYS_RESOURCE"
	fi
	same "freeze: and only that" "$usual" \
		"$(cat "/proc/$pid/oom_score_adj")"
	kill -CONT "$pid"
	wait "$pid"
	same "freeze: it goes on" 0 "$?"
}

mount_new errors=continue 128M -b 1024 || {
	cannot "a file system" "it cannot be mounted"
	done_testing
}
fallocate -l 20M "$mnt/file"
sync -f "$mnt"
echo "[   12.621736] EXT4-fs error (device ${loop##*/}): ext4_mb_complex_scan_group:2508: group 3, 8179 free clusters as per group info. But got 8192 blocks" \
	>"$work/log"
test_ways
test_log
test_capture
test_watch
test_keeper
unmount
done_testing
