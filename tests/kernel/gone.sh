#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# gone.sh --- a file system that goes away while it is looked at
#
# It is unmounted, resized, shut down, or loses its device in the middle of a
# check. The check then says that it could not look, or it has had a hold on
# the file system and finishes; it never calls it drift.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
# shellcheck source=tests/kernel/stop.sh
. "$(dirname "$0")/stop.sh"
need losetup truncate dumpe2fs

edit=${EXT4BM_EDIT:-./kernel/edit}
if [ ! -x "$edit" ]; then
	cannot "$(basename "$0")" "kernel/edit is not built"
	done_testing
fi

# Enough groups that a check takes a moment.
make_it()
{
	mount_new errors=continue,no_prefetch_block_bitmaps 16G -b 1024 \
		-O ^metadata_csum,^uninit_bg,^flex_bg -N 32768 \
		-E lazy_journal_init=1
}

# middle: a checker that has looked at half of the groups, and stopped: $pid.
middle()
{
	stop_at 1024
	env "${stop[@]}" "$EXT4BMCHECK" --live --json --threads 1 "$mnt" \
		>"$work/out" 2>"$work/err" &
	pid=$!
	stopped "$pid" && return
	result 1 "$name: it is stopped in the middle"
	wait "$pid"
	return 1
}

# ends: let it go on; its exit status is then in $status.
ends()
{
	kill -CONT "$pid"
	wait "$pid"
	status=$?
}

# no_drift NAME: bit 4 of the exit status is never set, and who was not able to
# look says so, as a document too.
no_drift()
{
	check "$1: no drift" test $((status & 4)) -eq 0
	same "$1: the document has the same exit status" "$status" \
		"$(jq .exit "$work/out")"
	if [ "$status" -ne 0 ]; then
		same "$1: could not look" 8 "$status"
		check "$1: and says why" jq -e '(.error.text // "") +
			(.error.detail // "") + (.summary.text // "") |
			length > 20' "$work/out"
	fi
	diag "$1: $(jq -r '.error.detail // .error.text // .summary.text' \
		"$work/out")"
}

test_unmounted()
{
	local name="unmounted, lazily"
	make_it || return
	if middle; then
		umount -l "$mnt"
		ends
		no_drift "$name"
		# Who holds a directory of it, holds all of it.
		same "$name: it was held, so it was finished" 0 "$status"
		"$EXT4BMCHECK" --live "$loop" >"$work/out" 2>"$work/err"
		same "$name: afterwards there is nothing to look at" 8 "$?"
		check "$name: which is said" grep -q "not a mounted ext4" \
			"$work/err"
	else
		umount "$mnt"
	fi
	losetup -d "$loop"
	rm -f "$image"
}

test_resized()
{
	local name="resized"
	make_it || return
	if middle; then
		"$edit" size "$loop" 8192
		ends
		"$edit" size "$loop" -8192
		no_drift "$name"
		same "$name: exit status" 8 "$status"
		check "$name: says so" grep -q \
			"was resized meanwhile: check again" "$work/err"
		check_json --live "$mnt"
		same "$name: clean when it is checked again" 0 "$status"
	fi
	unmount
}

test_shut_down()
{
	local name="shut down"
	make_it || return
	if middle; then
		if "$edit" shutdown "$mnt" 2>"$work/shutdown"; then
			ends
			no_drift "$name"
		else
			ends
			skip "$name" "$(cat "$work/shutdown")"
		fi
	fi
	unmount
}

# The device has no block left; what memory has forgotten cannot be read.
test_lost_device()
{
	local name="device lost"
	make_it || return
	if middle; then
		fsfreeze -f "$mnt" && fsfreeze -u "$mnt"
		truncate -s 1M "$image"
		losetup -c "$loop"
		echo 1 >/proc/sys/vm/drop_caches
		ends
		no_drift "$name"
		same "$name: exit status" 8 "$status"
		check "$name: says so" grep -q -e "was it removed?" \
			-e "could not load it" -e "could not be read" \
			"$work/out" "$work/err"
	fi
	umount "$mnt"
	losetup -d "$loop"
	rm -f "$image"
}

test_unmounted
test_resized
test_shut_down
test_lost_device
done_testing
