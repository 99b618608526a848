#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# journal.sh --- logs as the kernel leaves them when it stops in mid-work
#
# A busy file system is shut down (the ioctl that xfstests use: no unmount, no
# last commit), which leaves a log and a device that only fit together. What
# the checker sees of it must be what e2fsck makes of one copy and the kernel
# of another; the copies must be clean, and so must be what it says.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/integration/recovered.sh
. "$(dirname "$0")/../integration/recovered.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
need python3 fallocate e2fsck

: "${LOAD_SECONDS:=1}"

# shut_down HOW: 1 writes the log to its end before, 2 does not.
shut_down()
{
	python3 - "$mnt" "$1" <<-'END'
		import fcntl, os, struct, sys
		fd = os.open(sys.argv[1], os.O_RDONLY)
		fcntl.ioctl(fd, 0x8004587d, struct.pack("I", int(sys.argv[2])))
	END
}

# write_files FOLDER: until it is stopped; in vain after the shutdown.
write_files()
{
	local dir=$1 i=0
	mkdir "$dir"
	printf '\xc0\x3b\x39\x98' >"$work/magic"
	while [ -e "$work/busy" ]; do
		i=$((i + 1))
		mkdir -p "$dir/dir$((i % 9))"
		head -c $RANDOM /dev/urandom \
			>"$dir/dir$((i % 9))/$((RANDOM % 60))"
		head -c $RANDOM /dev/zero >>"$dir/log$((i % 7))"
		cat "$work/magic" /dev/zero 2>/dev/null | head -c 20000 \
			>"$dir/magic$((i % 5))"
		fallocate -l $((RANDOM * 30 + 1)) "$dir/large$((i % 9))"
		truncate -s $RANDOM "$dir/large$((i % 7))"
		[ $((i % 13)) -ne 0 ] || rm -rf "$dir/dir$((RANDOM % 9))"
		[ $((i % 7)) -ne 0 ] || sync -f "$dir"
		[ $((i % 5)) -ne 0 ] || sync "$dir/large$((i % 7))"
	done
}

# Open, and deleted: an orphan, as long as this runs.
hold_orphan()
{
	exec 8>"$mnt/orphan"
	head -c 100K /dev/urandom >&8
	rm "$mnt/orphan"
	sync -f "$mnt"
	while [ -e "$work/busy" ]; do
		sleep 0.1
	done
}

# crash HOW [ORPHAN]: load, then the shutdown in the midst of it; fills $image.
crash()
{
	local pids=()
	touch "$work/busy"
	write_files "$mnt/one" >/dev/null 2>&1 &
	pids+=($!)
	write_files "$mnt/two" >/dev/null 2>&1 &
	pids+=($!)
	if [ "$2" = orphan ]; then
		hold_orphan >/dev/null 2>&1 &
		pids+=($!)
	fi
	sleep "$LOAD_SECONDS"
	shut_down "$1"
	rm "$work/busy"
	wait "${pids[@]}"
	unmount_wait "$mnt"
}

# by_the_kernel NAME: mount a copy, so that the kernel replays the journal.
by_the_kernel()
{
	local name=$1
	cp --sparse=always "$image" "$work/copy"
	loop=$(losetup -f --show "$work/copy") && loops+=("$loop")
	check "$name: the kernel recovers it" \
		mount -o noinit_itable "$loop" "$mnt"
	unmount_wait "$mnt"
	check "$name: its copy is clean" "$EXT4BMCHECK" "$work/copy"
}

# same_blocks NAME: what is seen is what the kernel has made of the copy.
same_blocks()
{
	local name=$1 rest
	check "$name: the copy is clean for e2fsck" e2fsck -fn "$work/copy"
	[ -e "$work/seen" ] || "$LAID" "$image" "$work/seen"
	rest=$(differing "$work/seen" "$work/copy" |
		grep -vxF "$(superblocks "$image")")
	same "$name: seen as the kernel recovers it, block by block" "" "$rest"
}

# orphaned [JOURNAL]: was a file just being truncated or deleted? Recovery goes
# on with it behind the replay.
orphaned()
{
	rm -f "$work/seen"
	"$LAID" "$image" "$work/seen" "$@"
	dumpe2fs -h "$work/seen" 2>/dev/null | grep -q '^First orphan inode:'
}

stale=0

# snapshot NAME HOW KIND: one crash. Of a kind "orphan", recovery frees those
# behind the replay. Of a kind "fast", fast commits may be pending, on which the
# kernel itself goes wrong (i_blocks), and e2fsck 1.47.0 gives up on one that a
# later commit made void.
snapshot()
{
	local name=$1 how=$2 kind=$3 wanted="0 clean replayed"
	crash "$how" "$kind"
	bs=$(block_size_of "$image")
	if [ -z "$kind" ] && orphaned; then
		diag "$name: with an orphan"
		kind=orphan
	fi
	rm -f "$work/seen"
	check_json --journal=ignore "$image"
	[ "$(jq '[.findings[] | select(.code | startswith("sb-") | not)] |
		length' <<<"$json")" -eq 0 ] || stale=$((stale + 1))
	if [ "$kind" ]; then
		check_json --owners "$image"
	else
		as_recovered "$name"
	fi
	[ "$(journal_of fast_commits)" -eq 0 ] ||
		wanted="8 incomplete replayed"
	same "$name: clean after journal replay" "$wanted" \
		"$status $(jq -r .summary.verdict <<<"$json") \
$(journal_of state)"
	check "$name: something was replayed" \
		test "$(journal_of transactions)" -gt 0
	diag "$name: $(journal_of transactions) transactions, \
$(journal_of blocks) blocks, $(journal_of revoked) revoked"
	by_the_kernel "$name"
	if [ "$kind" != orphan ] && [ "${wanted%% *}" -eq 0 ]; then
		same_blocks "$name"
	fi
	rm -f "$image"
}

# Changes of single files, each made permanent alone, and no commit behind.
test_fast_commits()
{
	local i commits
	mount_new noinit_itable 200M -b 4096 -O fast_commit || return
	for i in $(seq 20); do
		head -c 30000 /dev/urandom >"$mnt/$i"
	done
	sync -f "$mnt"
	for i in 1 2 3 4 5; do
		head -c 50000 /dev/urandom >>"$mnt/$i"
		sync "$mnt/$i"
	done
	commits=$(awk '/ commits$/ { print $1 }' \
		"/proc/fs/ext4/$(basename "$loop")/fc_info")
	shut_down 2
	unmount_wait "$mnt"
	if [ "${commits:-0}" -eq 0 ]; then
		cannot "fast commits" "this kernel makes none"
		return
	fi
	check_json "$image"
	same "fast commits: as many as the kernel has made" "- $commits 0" \
		"$(json_rows journal-fast-commits)"
	same "fast commits: not called clean" "8 incomplete" \
		"$status $(jq -r .summary.verdict <<<"$json")"
	same "fast commits: before them all agrees" "[]" "$(facts)"
	by_the_kernel "fast commits"
	rm -f "$image"
}

test_external()
{
	local journal=$work/journal log
	truncate -s 20M "$journal"
	mke2fs -q -F -b 4096 -O journal_dev "$journal" >/dev/null 2>&1 &&
		log=$(losetup -f --show "$journal") || return
	loops+=("$log")
	if mount_new noinit_itable 200M -b 4096 -J device="$log"; then
		crash 2 ""
		losetup -d "$log"
		bs=4096
		if orphaned "$journal"; then
			diag "external: with an orphan"
			check_json -j "$journal" "$image"
		else
			as_recovered "external" "$journal"
		fi
		same "external: clean after journal replay" "0 replayed true" \
			"$status $(journal_of state) $(journal_of external)"
		check "external: something was replayed" \
			test "$(journal_of transactions)" -gt 0
	else
		cannot "external" "cannot mount it"
	fi
	rm -f "$image"
}

while IFS='|' read -r name how kind options arguments; do
	# shellcheck disable=SC2086 # several options
	if mount_new "noinit_itable$options" 200M $arguments; then
		snapshot "$name" "$how" "$kind"
	else
		cannot "$name" "cannot mount it"
	fi
done <<'LAYOUTS'
4k|2|||-b 4096
4k, log flushed|1|||-b 4096
1k, small log|2|||-b 1024 -J size=4
no checksums|2|||-b 4096 -O ^metadata_csum
no checksums, no 64bit|2|||-b 1024 -J size=4 -O ^metadata_csum,^64bit
no 64bit|2|||-b 4096 -O ^64bit
journal_checksum|2||,journal_checksum|-b 4096 -O ^metadata_csum
async commits|2||,data=writeback,journal_async_commit|-b 4096
async commits, journal_checksum|2||,data=writeback,journal_async_commit|-b 4096 -O ^metadata_csum
data=journal|2||,data=journal|-b 4096 -J size=8
data=journal, no checksums|2||,data=journal|-b 1024 -J size=4 -O ^metadata_csum
ext3|2|||-b 1024 -J size=4 -O ^extents,^flex_bg,^huge_file,^64bit,^metadata_csum
bigalloc|2|||-b 4096 -O bigalloc -C 16384
orphan|2|orphan||-b 4096
orphan file|2|orphan||-b 4096 -O orphan_file
fast_commit|2|fast||-b 4096 -O fast_commit
LAYOUTS
check "the state before recovery was another one, mostly" \
	test "$stale" -ge 5
test_fast_commits
test_external
done_testing
