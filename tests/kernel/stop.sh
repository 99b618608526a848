# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# stop.sh --- stop a check at an exact place of its work; sourced
#
# The checker stops itself when it reads a byte of the device that was named,
# so that what happens then always happens in the middle.
# shellcheck disable=SC2154,SC2034 # from harness.sh and mount.sh; for them

need_eio

# stop_at GROUP: environment of a checker that stops when it reads the block
# bitmap of that group for the first time, in $stop.
stop_at()
{
	local block size
	read -r size block <<<"$(dumpe2fs "$loop" 2>/dev/null |
		awk -v group="$1" '
		/^Block size:/ { printf "%s ", $3 }
		$1 == "Group" && $2 == group ":" { here = 1 }
		here && /Block bitmap at/ { print $4; exit }')"
	stop=("LD_PRELOAD=$preload" \
		"EIO_INTERRUPT=$((block * size)):$(kill -l STOP)")
}

# stopped PID: waits until it is; fails if it comes to an end instead.
stopped()
{
	local state
	while state=$(awk '/^State:/ { print $2 }' "/proc/$1/status" \
			2>/dev/null) && [ "$state" != T ]; do
		[ "$state" ] && [ "$state" != Z ] || return 1
		sleep 0.02
	done
	[ "$state" ]
}

# child PID: the one process that it has started.
child()
{
	local list
	list=$(cat "/proc/$1/task/$1/children")
	echo "${list% }"
}

# stop_frozen COMMAND...: a checker that freezes $mnt, and has stopped while it
# does: $pid, and its helper $keeper. Fails, as a test of $name, if it comes to
# an end instead.
stop_frozen()
{
	# By the time it goes on after the fork, its helper has frozen it.
	stop_at 1
	(cd / && exec env "${stop[@]}" EIO_AFTER=fork "$@" >"$work/out" \
		2>"$work/err") &
	pid=$!
	if ! stopped "$pid"; then
		wait "$pid"
		diag "status $?" "$(cat "$work/err")"
		result 1 "$name: it is stopped while it is frozen"
		return 1
	fi
	keeper=$(child "$pid")
}
