#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# freeze.sh --- an exact picture, and a thaw whatever happens
#
# What a frozen file system shows is compared exactly. The thaw comes when the
# checker is killed, stopped, told to end, or loses its helper; what must not
# be frozen is not; what somebody else has frozen stays frozen.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
# shellcheck source=tests/kernel/stop.sh
. "$(dirname "$0")/stop.sh"
need fsfreeze fallocate setpriv dumpe2fs

# The program where it is not refused for being on the file system, and where
# an ordinary user can run it.
cp "$EXT4BMCHECK" "$work/checker"
chmod 755 "$work" "$work/checker"

# thawed NAME: somebody can write, and there is nothing left to thaw.
thawed()
{
	check "$1: writers go on" timeout 20 touch "$mnt/after"
	fsfreeze -u "$mnt" 2>/dev/null
	same "$1: nothing was left frozen" 1 "$?"
}

# --- what it shows

# test_exact REASON MKE2FS-ARGUMENT...
test_exact()
{
	local reason=$1 name
	shift
	name="frozen, $*"
	mount_new errors=continue 200M "$@" || return
	exec 5>>"$mnt/grows"
	head -c 100K /dev/urandom >&5
	fallocate -l 20M "$mnt/freed"
	sync -f "$mnt"
	rm "$mnt/freed"
	head -c 100K /dev/urandom >&5
	check_json --live -v --freeze "$mnt"
	same "$name: clean" "0 clean" \
		"$status $(jq -r .summary.verdict <<<"$json")"
	same "$name: it was" true "$(jq .summary.live.frozen <<<"$json")"
	same "$name: every view was read" "" "$(jq -r '.views | to_entries[] |
		select((.value.read | not) and .key != "owners").key' \
		<<<"$json")"
	same "$name: the disk is not behind" 0 \
		"$(jq .summary.live.lagging <<<"$json")"
	# Frees do not wait any more, and delayed writes have their place.
	same "$name: what is left is explained by" "$reason" \
		"$(jq -r '.findings[].explained' <<<"$json" | sort -u)"
	exec 5>&-
	thawed "$name"
	unmount
}

# With a journal, only a frozen file system shows it.
test_lost_write()
{
	local name="lost write" block
	mount_new errors=continue 64M -b 1024 || return
	fallocate -l 50M "$mnt/file"
	sync -f "$mnt"
	fsfreeze -f "$mnt"
	block=$(dumpe2fs "$loop" 2>/dev/null | awk '/^Group 5:/ { here = 1 }
		here && /Block bitmap at/ { print $4; exit }')
	printf '\0' | dd of="$image" bs=1 seek=$((block * 1024 + 20)) \
		conv=notrunc status=none
	sync "$image"
	fsfreeze -u "$mnt"
	check_json --live --disk-view "$mnt"
	same "$name: the journal would explain it" \
		"0 disk-block-bitmap 5 explained" \
		"$status $(json_codes) $(jq -r '.findings[].verdict' \
		<<<"$json")"
	check_json --live --freeze "$mnt"
	same "$name: a freeze proves it" \
		"4 disk-block-bitmap 5 persistent" "$status $(json_codes) $(jq \
		-r '.findings[].verdict' <<<"$json")"
	unmount
}

# --- however it ends

# hold SECONDS: a checker that may keep it frozen for so long, and has stopped
# while it does: $pid, its helper $keeper, and a writer that waits, $writer.
# Unmounts if that fails.
hold()
{
	rm -f "$work/written"
	if ! stop_frozen "$work/checker" --live --json --freeze="$1" "$mnt"; then
		unmount
		return 1
	fi
	(timeout 60 touch "$mnt/held" && touch "$work/written") &
	writer=$!
}

# goes_on NAME: the writer that waited has written.
goes_on()
{
	for _ in $(seq 100); do
		[ ! -e "$work/written" ] || break
		sleep 0.1
	done
	check "$1: the writer that waited goes on" test -e "$work/written"
	wait "$writer"
}

test_killed()
{
	local name="killed with SIGKILL"
	mount_new errors=continue 200M -b 4096 || return
	hold 60 || return
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	goes_on "$name"
	thawed "$name"
	check "$name: the helper has ended" test ! -e "/proc/$keeper/exe"
	unmount
}

test_time()
{
	local name="stopped for longer than it may take"
	mount_new errors=continue 200M -b 1024 || return
	hold 2 || return
	goes_on "$name"
	thawed "$name"
	kill -CONT "$pid"
	wait "$pid"
	same "$name: exit status" 8 "$?"
	same "$name: it says so" "freeze-expired 2 undecided" \
		"$(jq -r '.findings[] | select(.explained == "none") |
		"\(.code) \(.stored) \(.verdict)"' "$work/out")"
	same "$name: all groups were looked at all the same" true \
		"$(jq '.summary.groups_checked == .geometry.groups and
		(.summary.live.frozen | not)' "$work/out")"
	unmount
}

# It ends early and without harm.
test_terminated()
{
	local name="told to end"
	mount_new errors=continue 200M -b 4096 || return
	hold 60 || return
	kill -TERM "$pid"
	kill -CONT "$pid"
	wait "$pid"
	check "$name: exit status" bit "$?" 32
	goes_on "$name"
	thawed "$name"
	unmount
}

# No signal but one reaches the helper; then the checker thaws by itself.
test_helper_killed()
{
	local name="helper killed" signal
	mount_new errors=continue 200M -b 4096 || return
	hold 60 || return
	for signal in HUP INT TERM PIPE USR1 ALRM SEGV; do
		kill -"$signal" "$keeper"
	done
	sleep 0.3
	check "$name: by other signals it is not" test \
		! -e "$work/written" -a -d "/proc/$keeper"
	kill -KILL "$keeper"
	kill -CONT "$pid"
	wait "$pid"
	same "$name: exit status" 0 "$?"
	goes_on "$name"
	thawed "$name"
	unmount
}

# --- what is not frozen

# refused NAME REASON COMMAND...: with 16 and that reason, and left alone.
refused()
{
	local name=$1 reason=$2
	shift 2
	"$@" 2>"$work/err"
	same "$name: refused" 16 "$?"
	check "$name: says why" grep -q "$reason" "$work/err"
	thawed "$name"
}

# Subshells, so that only the checker is on the file system.
# shellcheck disable=SC2317 # called by refused
in_directory()
{
	(cd "$mnt" && exec "$work/checker" --live --freeze "$mnt" \
		>"$work/out")
}

# shellcheck disable=SC2317 # called by refused
to_output()
{
	"$work/checker" --live --freeze "$mnt" >"$mnt/output"
}

# shellcheck disable=SC2317 # called by refused
to_errors()
{
	"$work/checker" --live --freeze "$mnt" >"$work/out" 2>"$mnt/output"
	set -- $?
	cat "$mnt/output" >&2
	return "$1"
}

# shellcheck disable=SC2317 # called by refused
to_progress()
{
	"$work/checker" --live --freeze -C 7 "$mnt" >"$work/out" \
		7>"$mnt/output"
}

# shellcheck disable=SC2317 # called by refused
from_there()
{
	"$mnt/checker" --live --freeze "$mnt" >"$work/out"
}

test_refused()
{
	mount_new errors=continue 64M -b 1024 || return
	cp "$EXT4BMCHECK" "$mnt/checker"
	refused "standard output" "writes to" to_output
	refused "standard error" "writes to" to_errors
	refused "progress" "writes to" to_progress
	refused "current directory" "current directory" in_directory
	refused "program" "holds this program" from_there
	(cd / && "$work/checker" --live --freeze "$mnt" >"$work/out" \
		2>"$work/err")
	same "from elsewhere: not refused" 0 "$?"
	unmount
	if [ "$(stat -f -c %T /)" = ext2/ext3 ]; then
		"$work/checker" --live --freeze / >"$work/out" 2>"$work/err"
		same "root directory: refused" 16 "$?"
		check "root directory: says why" grep -q "root directory" \
			"$work/err"
	fi
}

test_not_ours()
{
	mount_new errors=continue 64M -b 1024 || return
	fsfreeze -f "$mnt"
	"$EXT4BMCHECK" --live --freeze "$mnt" >"$work/out" 2>"$work/err"
	same "frozen by somebody else: exit status" 8 "$?"
	check "frozen by somebody else: says so" \
		grep -q "Somebody else has frozen it" "$work/err"
	check "frozen by somebody else: left frozen" fsfreeze -u "$mnt"
	setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$work/checker" --live --freeze "$mnt" >"$work/out" \
		2>"$work/err"
	same "without the right: exit status" 8 "$?"
	check "without the right: names it" grep -q CAP_SYS_ADMIN "$work/err"
	thawed "without the right"
	unmount
}

# One freeze, one thaw, and nothing written in between.
test_calls()
{
	if ! command -v strace >/dev/null 2>&1 ||
			! strace -o "$work/trace" true 2>/dev/null; then
		cannot "system calls" "strace cannot trace here"
		return
	fi
	mount_new errors=continue 64M -b 1024 || return
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e signal=none \
		-e trace=ioctl,write,pwrite64,writev,fsync,openat \
		-o "$work/trace" "$EXT4BMCHECK" --live --freeze "$mnt" \
		>"$work/out" 2>"$work/err"
	same "traced: exit status" 0 "$?"
	same "traced: one freeze, then one thaw" "FIFREEZE FITHAW" \
		"$(grep -oE 'FIFREEZE|FITHAW' "$work/trace" | tr '\n' ' ' |
		sed 's/ $//')"
	same "traced: nothing is written in between" "" "$(sed -n \
		'/FIFREEZE/,/FITHAW/p' "$work/trace" |
		grep -E -e '(write|writev|pwrite64|fsync)\(' \
			-e 'O_(WRONLY|RDWR|CREAT)')"
	thawed traced
	unmount
}

test_exact preallocation -b 1024
test_exact preallocation -b 4096
test_exact preallocation -b 4096 -O ^has_journal
test_exact preallocation -b 4096 -O bigalloc -C 16384
test_lost_write
test_killed
test_time
test_terminated
test_helper_killed
test_refused
test_not_ours
test_calls
done_testing
