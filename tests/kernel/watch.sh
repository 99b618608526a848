#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# watch.sh --- --watch: drift appears and is cleared, and all that wakes it
#
# The watch runs in the background with an interval of an hour, so that each
# look but the first is one that something has asked for. Nothing here judges
# how long that takes; what does not come at all ends the wait.

# shellcheck disable=SC2317 # functions that "steady" calls

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
need setpriv dd unshare

pids=()
hour=3600
# The sanitizers keep freed memory for a while, which is no growth of ours.
export ASAN_OPTIONS=quarantine_size_mb=1:${ASAN_OPTIONS:-}

# shellcheck disable=SC2317 # called by trap
end_watches()
{
	[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null
	cleanup
}
trap end_watches EXIT

# watch_start [OPTION]... DEVICE...: in the background; its lines are in $diary.
watch_start()
{
	diary=$work/diary.$((${#pids[@]} + 1))
	"${prefix[@]}" "$EXT4BMCHECK" --live --watch="$hour" "$@" \
		>"$diary" 2>"$diary.err" &
	pid=$!
	pids+=("$pid")
}
prefix=(env)

# lines FILTER: how many lines of the diary pass.
lines()
{
	jq -c "select($1)" "$diary" 2>/dev/null | wc -l
}

# await DESCRIPTION FILTER [NUMBER]: until that many lines pass.
await()
{
	local i
	for ((i = 0; i < 600; i++)); do
		[ "$(lines "$2")" -lt "${3:-1}" ] || break
		sleep 0.1
	done
	if [ "$i" -lt 600 ]; then
		result 0 "$1"
	else
		result 1 "$1"
		diag "no such line: $2" "$(tail -5 "$diary")" \
			"$(cat "$diary.err")"
	fi
}

# last FILTER EXPRESSION: of the last line that passes.
last()
{
	jq -r "select($1) | $2" "$diary" | tail -1
}

# watch_end DESCRIPTION STATUS [SIGNAL]
watch_end()
{
	kill -"${3:-TERM}" "$pid"
	wait "$pid"
	same "$1: exit status" "$2" "$?"
	same "$1: the last line says so" "end SIG${3:-TERM} $2" \
		"$(last true '"\(.type) \(.reason) \(.exit)"')"
}

# set_free COUNT: the two bytes of it in the descriptor of the group.
set_free()
{
	# shellcheck disable=SC2059 # the bytes are the format
	printf "\\$(printf %o $(($1 % 256)))\\$(printf %o $(($1 / 256)))" |
		dd bs=1 count=2 of="$loop" seek="$place" conv=notrunc \
			2>/dev/null
}

test_signals()
{
	watch_start "$mnt"
	await "it begins with a look" '.type == "check" and .cause == "start"'
	same "the first line says what is watched" "start $mnt $hour" \
		"$(last '.type == "start"' \
			'"\(.type) \(.names[]) \(.interval | floor)"')"
	same "times are those of RFC 3339" 0 "$(lines '.time | test(
		"^[0-9-]{10}T[0-9:]{8}[.][0-9]{3}Z$") | not')"
	same "the state is told" "clean null" "$(last '.type == "state"' \
		'"\(.state) \(.before)"')"
	kill -USR1 "$pid"
	await "SIGUSR1 asks for a look" \
		'.type == "check" and .cause == "signal"'
	same "nothing was found in any" 0 "$(lines '.exit > 0')"
	same "the state is told once" 1 "$(lines '.type == "state"')"
	watch_end "clean" 0
	watch_start "$loop"
	await "by device" '.type == "check"'
	watch_end "SIGINT" 0 INT
}

test_drift()
{
	local right wrong codes
	# 1 KiB blocks: the table begins in block 2.
	place=$((2048 + group * 64 + 12))
	right=$(od -An -tu2 -N2 -j"$place" "$loop")
	wrong=$((right - 13))
	watch_start "$mnt"
	await "drift: clean before" '.type == "check" and .exit == 0'
	set_free "$wrong"
	kill -USR1 "$pid"
	await "drift: it appears" '.type == "condition" and
		.change == "appeared" and .code == "gd-free-clusters"'
	codes='.type == "condition" and .code == "gd-free-clusters"'
	same "drift: with group and values" "$group 13 $((wrong)) $((right))" \
		"$(last "$codes" '"\(.group) \(.difference) " +
			"\(.finding.stored) \(.finding.counted)"' |
			tr -s ' ')"
	same "drift: first seen now" true "$(last "$codes" \
		'.first_seen == .time and .last_seen == .time')"
	same "drift: the state is told, with what to do" "drift clean true" \
		"$(last '.type == "state"' '"\(.state) \(.before) " +
			"\(.summary.advice | length > 0)"')"
	kill -USR1 "$pid"
	await "drift: looked at again" '.type == "check" and .exit == 4' 2
	same "drift: not told again" 1 "$(lines "$codes")"
	set_free "$right"
	kill -USR1 "$pid"
	await "drift: it is cleared" "$codes and .change == \"cleared\""
	same "drift: seen by two looks, the first known" "2 true" \
		"$(last "$codes" '"\(.checks) \(.first_seen < .last_seen and
			.last_seen < .time)"')"
	await "drift: clean again" \
		'.type == "state" and .state == "clean"' 2
	watch_end "drift, although it is gone" 4
}

# Who may not read the device, nor hear of errors, can look and ask.
test_user()
{
	prefix=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	cp "$EXT4BMCHECK" "$work/checker"
	chmod 755 "$work" "$work/checker" "$mnt"
	local EXT4BMCHECK=$work/checker
	watch_start -q "$mnt"
	prefix=(env)
	await "ordinary user: watched" \
		'.type == "state" and .state == "clean"'
	check "ordinary user: what cannot wake it is said" test ok != \
		"$(last '.type == "start"' '.wake["error-event"]')"
	watch_end "ordinary user" 0
	same "with -q: no line for a look" 0 "$(lines '.type == "check"')"
}

# For a person, at a terminal.
test_text()
{
	if ! script -qec true /dev/null </dev/null >/dev/null 2>&1; then
		cannot "text" "script(1) gets no terminal"
		return
	fi
	diary=$work/text
	: >"$diary.err"
	# shellcheck disable=SC2016 # the shell of script
	CHECK="'$EXT4BMCHECK' --live --watch=$hour -v '$mnt'" \
		PID=$work/pid script -qec \
		'echo $$ >"$PID"; eval "exec $CHECK"' /dev/null \
		</dev/null >"$diary" 2>&1 &
	pids+=($!)
	for _ in {1..600}; do
		! grep -q "looked at in" "$diary" || break
		sleep 0.1
	done
	kill -INT "$(cat "$work/pid")"
	wait "${pids[-1]}"
	same "text: exit status" 0 "$?"
	tr -d '\r' <"$diary" >"$work/out"
	check "text: how often" grep -qx \
		"watching 1 file system every $hour s; ends with Ctrl-C" \
		"$work/out"
	check "text: time, device and verdict" grep -Eq \
		"^[0-9-]{10}T[0-9:]{8}Z $loop: .*clean: the allocator" \
		"$work/out"
	check "text: the end" grep -qx \
		"ended after 1 round: no drift was seen" "$work/out"
}

# An error of the kernel, that is announced and printed.
test_errors()
{
	local trigger=/sys/fs/ext4/${loop##*/}/trigger_fs_error
	if [ ! -w "$trigger" ]; then
		skip "errors" "this kernel has no $trigger"
		return
	fi
	watch_start "$mnt"
	await "error event: watched" '.type == "check"'
	if [ "$(last '.type == "start"' '.wake["error-event"]')" = ok ]; then
		echo "test of ext4bmcheck" >"$trigger"
		await "error event: wakes" \
			'.type == "check" and .cause == "error-event"'
		await "error event: the kernel's record is a condition" \
			'.type == "condition" and
			.code == "kernel-error-record"'
	else
		cannot "error event" "this kernel has none (Linux 5.16)"
	fi
	watch_end "error event" 0
	if [ ! -r /dev/kmsg ]; then
		cannot "kernel log" "no /dev/kmsg"
		return
	fi
	# The events take a right that the log does not.
	prefix=(setpriv --bounding-set -sys_admin)
	watch_start "$mnt"
	prefix=(env)
	await "kernel log: watched" '.type == "check"'
	same "kernel log: no events, and why" "Operation not permitted" \
		"$(last '.type == "start"' '.wake["error-event"]')"
	# What anybody can write is not the kernel's.
	echo "EXT4-fs error (device ${loop##*/}): ext4_x:1: forged" >/dev/kmsg
	echo "test of ext4bmcheck" >"$trigger"
	await "kernel log: wakes" \
		'.type == "check" and .cause == "kernel-log"'
	check "kernel log: by the kernel's message" grep -q \
		"test of ext4bmcheck" <(last '.cause == "kernel-log"' .message)
	same "kernel log: and by nobody else's" 0 \
		"$(lines '.message // "" | contains("forged")')"
	watch_end "kernel log" 0
}

# It is not in the way of umount, and goes on when it is mounted again.
test_unmount()
{
	watch_start "$mnt"
	await "unmounted: watched" '.type == "check"'
	check "unmounted: nothing holds it" umount "$mnt"
	await "unmounted: told" '.type == "state" and .state == "gone"'
	mount "$loop" "$mnt"
	await "mounted again: told" \
		'.type == "state" and .state == "clean" and .before == "gone"'
	umount "$mnt"
	await "unmounted again: told" \
		'.type == "state" and .state == "gone"' 2
	watch_end "unmounted at the end" 0
	watch_start "$loop"
	await "not mounted at the start: it waits" \
		'.type == "state" and .state == "gone"'
	watch_end "never mounted: nothing was looked at" 8
	mount "$loop" "$mnt"
}

test_all()
{
	local other=$work/other
	mkdir "$other"
	truncate -s 16M "$work/image2"
	mke2fs -q -F -t ext4 "$work/image2" >/dev/null 2>&1
	watch_start --all
	await "--all: watched" ".type == \"check\" and
		.target.device == \"$loop\""
	mount -o loop "$work/image2" "$other"
	mounts=("$other" "${mounts[@]}")
	await "--all: what is mounted is looked at" \
		".type == \"check\" and .target.mountpoint == \"$other\" and
		.cause == \"mount\" and .state == \"clean\""
	umount "$other"
	await "--all: what is unmounted is gone" \
		".type == \"state\" and .target.mountpoint == \"$other\" and
		.state == \"gone\""
	kill "$pid"
	wait "$pid"
	await "--all: ends" '.type == "end"'
}

# What only another mount namespace shows cannot be looked at, and is said.
test_hidden()
{
	local device it
	device=$(losetup -f --show "$work/image2")
	loops+=("$device")
	mkfifo "$work/hide"
	# shellcheck disable=SC2016 # the shell in there
	unshare -m sh -c 'mount "$1" "$2" && read -r _ <"$3"' sh "$device" \
		"$work/other" "$work/hide" &
	pids+=($!)
	for _ in {1..600}; do
		[ ! -e "/proc/fs/ext4/${device##*/}" ] || break
		sleep 0.1
	done
	for it in "$device" "$work/image2"; do
		"$EXT4BMCHECK" "$it" 2>"$work/err"
		same "hidden: refused, ${it##*/}" 16 "$?"
		check "hidden: and why, ${it##*/}" grep -qF \
			"$it is mounted (in another mount namespace): " \
			"$work/err"
	done
	hour=0.5
	watch_start --all
	hour=3600
	await "hidden: it cannot be looked at" '.type == "state" and
		.state == "failed" and .target.name == "'"$device"'"'
	echo >"$work/hide"
	await "hidden: it is gone" '.type == "state" and
		.state == "gone" and .target.name == "'"$device"'"'
	kill "$pid"
	wait "$pid"
	losetup -d "$device"
}

resident()
{
	awk '/^VmRSS/ { print $2 }' "/proc/$pid/status"
}

test_memory()
{
	local few many
	hour=0.01
	# A sanitizer keeps what was freed, which would be all that is seen.
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=0:\
thread_local_quarantine_size_kb=0:malloc_context_size=0 watch_start "$mnt"
	hour=3600
	await "memory: 5 looks" '.type == "check"' 5
	few=$(resident)
	await "memory: 200 looks" '.type == "check"' 200
	many=$(resident)
	check "memory: $few KiB after 5 looks, $many after 200" \
		test "$many" -le $((few + 512))
	watch_end "memory" 0
}

test_other_ends()
{
	"$EXT4BMCHECK" --live --watch="$hour" "$mnt" 2>"$work/err" |
		head -n 3 >"$work/out"
	same "a broken pipe ends it, and is no error" "0 3 " \
		"${PIPESTATUS[0]} $(wc -l <"$work/out") $(cat "$work/err")"
	"$EXT4BMCHECK" --live --watch "$work/nothing" >"$work/out" \
		2>"$work/err"
	same "a name that leads nowhere" "8 " "$? $(cat "$work/out")"
	mount -o remount,errors=panic "$mnt"
	"$EXT4BMCHECK" --live --watch "$mnt" >"$work/out" 2>"$work/err"
	same "errors=panic: refused" "16 " "$? $(cat "$work/out")"
	mount -o remount,errors=continue "$mnt"
	watch_start "$mnt"
	await "errors=panic: watched before" '.type == "check"'
	mount -o remount,errors=panic "$mnt"
	kill -USR1 "$pid"
	await "errors=panic: skipped from then on" \
		'.type == "state" and .state == "skipped"'
	watch_end "errors=panic" 8
	mount -o remount,errors=continue "$mnt"
}

# A recipe calls the hook at each of its stages, before and after the drift.
test_recipe()
{
	local recipes=${EXT4BM_INJECT:-$srcdir/../../shared/inject}
	local name="recipe"
	if [ ! -f "$recipes/lib.sh" ]; then
		skip "$name" "no recipes (EXT4BM_INJECT names their folder)"
		return
	fi
	need python3
	rm -f "$work/stage" "$work/go"
	mkfifo "$work/stage" "$work/go"
	cat >"$work/hook" <<-'HOOK'
		#!/bin/sh
		echo "$1" >"$STAGE"
		read -r _ <"$GO"
	HOOK
	chmod +x "$work/hook"
	HOOK=$work/hook STAGE=$work/stage GO=$work/go W=$work/inject BS=4096 \
		GRP=5 timeout 300 bash "$recipes/iii_buddy_free_disk_used.sh" \
		>"$work/out" 2>&1 &
	pids+=($!)
	read -r device <"$work/stage"
	watch_start "$device"
	await "$name: clean before" '.type == "check" and .exit == 0'
	echo >"$work/go"
	read -r device <"$work/stage"
	kill -USR1 "$pid"
	await "$name: it appears" '.type == "condition" and .group == 5 and
		.code == "buddy-lost-update" and .difference == 13'
	# The kernel builds the page anew, from the bitmap.
	sync
	echo 1 >/proc/sys/vm/drop_caches
	kill -USR1 "$pid"
	await "$name: it is cleared" '.type == "condition" and .group == 5 and
		.code == "buddy-lost-update" and .change == "cleared"'
	echo >"$work/go"
	await "$name: the recipe ends, and its file system is gone" \
		'.type == "state" and .state == "gone"'
	watch_end "$name" 4
}

group=3
if ! mount_new errors=continue 64M -b 1024 -O ^metadata_csum,^uninit_bg,64bit
then
	cannot watch "cannot mount ext4"
	done_testing
fi
test_signals
steady test_drift
test_user
test_text
test_errors
test_unmount
test_all
test_hidden
test_memory
test_other_ends
steady test_recipe
done_testing
