#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# owners.sh --- whose clusters the allocator calls free (--live --owners)
#
# The allocator is made to call 13 clusters of a file free. The file has to be
# named, while nothing moves, while much does, and while it is frozen; also
# when it is deleted and still open. Where nobody owns them nobody is accused,
# and nobody is asked for what is well.

# shellcheck disable=SC2317 # functions that "steady" calls

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
# shellcheck source=tests/kernel/swap.sh
. "$(dirname "$0")/swap.sh"
need debugfs setpriv
need_eio

churn=${EXT4BM_CHURN:-./kernel/churn}

# The program where it is not refused for being on the file system, and where
# an ordinary user can run it.
cp "$EXT4BMCHECK" "$work/checker"
chmod 755 "$work" "$work/checker"

# lost_update EXPRESSION: of the finding of group 1.
lost_update()
{
	jq -r ".findings[] | select(.code == \"buddy-lost-update\" and
		.group == 1) | $1" <<<"$json"
}

# logical_blocks: "LOGICAL BLOCK" of both ends of what the owners have.
logical_blocks()
{
	# shellcheck disable=SC2016 # $i is jq's
	lost_update '.owners[] | range(2) as $i |
		"\(.logical[$i]) \(.blocks[$i])"'
}

# mapped INODE: the same by debugfs, which reads the extent tree by itself.
mapped()
{
	local logical
	while read -r logical _; do
		echo "$logical $(debugfs -R "bmap <$1> $logical" "$loop" \
			2>/dev/null | cut -d' ' -f1)"
	done < <(logical_blocks)
}

# names NAME INODE [PATH]: the finding has that owner, of all of it, and no
# other; the first line has its path if that is asked for.
names()
{
	same "$1: exit status" 4 "$status"
	same "$1: the inode" "$2 regular file data" "$(lost_update \
		'.owners[] | "\(.inode) \(.type) \(.claim)"' | sort -u)"
	same "$1: all of its blocks" "$(lost_update '[.blocks[] |
		.[1] - .[0] + 1] | add')" "$(lost_update '[.owners[].blocks |
		.[1] - .[0] + 1] | add')"
	same "$1: that is all" false "$(lost_update .owners_cut)"
	check "$1: the first line says so" grep -q "$lost clusters of group 1 \
that belong to files (${3:-inode $2}) look" <(jq -r .summary.text <<<"$json")
}

# asked FROZEN: that is what became of the question.
asked()
{
	same "$name: the moment of the answer" "suspects $1 true" \
		"$(jq -r '"\(.summary.owners.of) \(.summary.owners.frozen) " +
			"\(.views.owners.read)"' <<<"$json")"
}

# frozen ARGUMENT...: from elsewhere, or it would be refused.
frozen()
{
	json=$(cd / && "$work/checker" --live --freeze --json "$@" "$mnt" \
		2>"$work/stderr")
	status=$?
}

# no_write NAME: what the checker opens it opens for reading only.
no_write()
{
	if ! command -v strace >/dev/null 2>&1 ||
			! strace -o "$work/trace" true 2>/dev/null; then
		cannot "$1: nothing is written" "strace cannot trace here"
		return
	fi
	ASAN_OPTIONS=detect_leaks=0 strace -f -qq -e signal=none \
		-e trace=openat,pwrite64,pwritev,fsync,fdatasync \
		-o "$work/trace" "$work/checker" --live --owners=suspects \
		"$mnt" >"$work/out" 2>"$work/err"
	check "$1: traced, it finds the same" bit "$?" 4
	check "$1: the device is opened" grep -q "openat.*$loop" "$work/trace"
	same "$1: nothing is written" "" "$(grep -E \
		'(pwrite64|pwritev|fsync|fdatasync)\(|O_(WRONLY|RDWR|CREAT)' \
		"$work/trace")"
}

# make_drift SIZE MKE2FS-ARGUMENT...: in group 1 of a new file system; $inode
# of $victim owns the clusters.
make_drift()
{
	local size=$1
	shift
	mount_new errors=continue,no_prefetch_block_bitmaps "${size}K" \
		-O ^metadata_csum,^flex_bg "$@" || return
	mkdir -p "$mnt/of/my"
	victim=$mnt/of/my/victim
	fill "$size" "$victim"
	inode=$(stat -c %i "$victim")
	drop
	swap_bits 1
	sync -f "$mnt"
	echo 1 >/proc/sys/vm/drop_caches
	"$edit" load "$mnt"
	swap_back 1
}

# Inodes and mappings change, but nothing takes the clusters away.
be_busy()
{
	local i=0
	while [ ! -e "$work/stop" ]; do
		touch "$mnt/busy/$((i % 300))" "$victim"
		ln -s "$i" "$mnt/busy/link$((i % 100))"
		rm -f "$mnt/busy/$(((i + 150) % 300))" \
			"$mnt/busy/link$(((i + 50) % 100))"
		i=$((i + 1))
	done
	echo "$i"
}

# While others make, change and delete inodes, the same owner every time.
test_busy()
{
	local i pid wrong=""
	rm -f "$work/stop"
	mkdir "$mnt/busy"
	be_busy >"$work/busy" 2>&1 &
	pid=$!
	for i in 1 2 3 4 5 6; do
		check_json --live --settle 20 --owners=suspects "$mnt"
		[ "$(lost_update '[.owners[].inode] | unique[]')" = \
			"$inode" ] || wrong="$wrong $i"
	done
	touch "$work/stop"
	wait "$pid"
	same "$name, busy: the same owner in 6 checks" "" "$wrong"
	check "$name, busy: much has changed" test \
		"$(tail -1 "$work/busy")" -gt 10
}

test_named()
{
	name="named, $1"
	shift
	make_drift "$@" || return
	check_json --live "$mnt"
	same "$name: without the question, no answer" "4 null null" \
		"$status $(lost_update .owners) $(jq .summary.owners \
		<<<"$json")"
	check_json --live --owners=suspects "$mnt"
	names "$name" "$inode"
	asked false
	same "$name: the blocks of the file" "$(mapped "$inode")" \
		"$(logical_blocks)"
	"$EXT4BMCHECK" --live --paths "$mnt" >"$work/out"
	check "$name: said below the finding" grep -q "owned by inode $inode, \
regular file /of/my/victim: its blocks" "$work/out"
	check "$name: and that it is of a moment" grep -q \
		"those of a moment after" "$work/out"
	"$EXT4BMCHECK" --live --paths --table --output GROUP,OWNERS "$mnt" \
		>"$work/out"
	check "$name: in the table" grep -qE "^ *1 /of/my/victim *$" \
		"$work/out"
	no_write "$name"
	frozen --owners=suspects --paths
	names "$name, frozen" "$inode" /of/my/victim
	same "$name, frozen: the path" /of/my/victim \
		"$(lost_update '.owners[].path' | sort -u)"
	asked true
	same "$name: it was frozen" true \
		"$(jq .summary.live.frozen <<<"$json")"
	test_busy
	# It is gone from its directory, and what it has still is its own.
	exec 5<"$victim"
	rm "$victim"
	check_json --live --owners=suspects "$mnt"
	names "$name, deleted while open" "$inode"
	exec 5<&-
	unmount
}

# A directory, and blocks of an extent tree: whoever it is that has the block.
test_metadata()
{
	local block owner claim
	name="mapping"
	mount_new errors=continue,no_prefetch_block_bitmaps 62000K \
		-b 1024 -O ^metadata_csum,^flex_bg || return
	fallocate -l 30M "$mnt/file"
	"$edit" holes "$mnt/file" 8192 4096
	sync -f "$mnt"
	inode=$(stat -c %i "$mnt/file")
	block=$(debugfs -R "ex <$inode>" "$loop" 2>/dev/null |
		awk '$1 == "1/" && $3 == "1/" { print $8; exit }')
	if [ -z "$block" ]; then
		block=$(debugfs -R "ex <$inode>" "$loop" 2>/dev/null |
			awk '$1 == "0/" { print $8; exit }')
	fi
	lost=1
	drop
	used=$(((block - 1) % 8192))
	group=$(((block - 1) / 8192))
	unused=$("$edit" find "$loop" "$group" free 1)
	"$edit" bits "$loop" "$group" "$used" 1 0
	"$edit" bits "$loop" "$group" "$unused" 1 1
	sync -f "$mnt"
	echo 1 >/proc/sys/vm/drop_caches
	"$edit" load "$mnt"
	swap_back "$group"
	check_json --live --owners=suspects "$mnt"
	read -r owner claim < <(jq -r '.findings[] |
		select(.code == "buddy-lost-update").owners[] |
		"\(.inode) \(.claim)"' <<<"$json")
	same "$name: block $block of the tree" "4 $inode mapping" \
		"$status $owner $claim"
	lost=13
	unmount
}

# The bitmap says used, and nobody has them.
test_nobody()
{
	name="nobody"
	mount_new errors=continue 62000K -b 1024 -O ^metadata_csum,^flex_bg ||
		return
	fill 62000
	"$edit" load "$mnt"
	"$edit" bits "$loop" 1 "$("$edit" find "$loop" 1 free "$lost")" \
		"$lost" 1
	check_json --live --owners=suspects "$mnt"
	same "$name: exit status" 4 "$status"
	same "$name: no owner" "[] false" \
		"$(lost_update '"\(.owners) \(.owners_cut)"')"
	check "$name: nobody is accused" grep -q \
		"$lost clusters of group 1 that are in use (no owner found)" \
		<(jq -r .summary.text <<<"$json")
	"$EXT4BMCHECK" --live --owners=suspects "$mnt" >"$work/out"
	check "$name: nor below the finding" grep -q \
		"no owner found of $lost clusters: perhaps" "$work/out"
	(cd / && "$work/checker" --live --freeze --owners=suspects "$mnt") \
		>"$work/out"
	check "$name, frozen: nobody was writing" grep -qx \
		" *no owner found of $lost clusters" "$work/out"
	unmount
}

# Who cannot be asked may own them as well, and that is not drift.
test_unreadable()
{
	local block
	name="unreadable inodes"
	make_drift 62000 -b 1024 || return
	block=$(debugfs -R stats "$loop" 2>/dev/null | sed -n \
		's/^ *Group  0: .*inode table at \([0-9]*\).*/\1/p')
	json=$(LD_PRELOAD=$preload EIO_RANGE=$((block * 1024))-$((block * \
		1024 + 1023)) "$EXT4BMCHECK" --live --owners=suspects \
		--json "$mnt" 2>"$work/stderr")
	status=$?
	same "$name: drift, and not all was looked at" 12 "$status"
	same "$name: which" "inode-unreadable 0 1 5 undecided" \
		"$(jq -r '.findings[] | select(.code == "inode-unreadable") |
			"\(.code) \(.group) \(.stored) \(.errno) " + .verdict' \
			<<<"$json")"
	same "$name: the others were asked" "$inode true" "$(lost_update \
		'"\(.owners[0].inode) \(.owners_cut)"')"
	check "$name: it still is known where the drift is" grep -q \
		"DRIFT in memory only.*(inode $inode and others)" \
		<(jq -r .summary.text <<<"$json")
	unmount
}

# Asked once for what is new: to read all inodes at each look is too much.
test_watch()
{
	local i
	name="watch"
	make_drift 62000 -b 1024 || return
	"$EXT4BMCHECK" --live --watch=3600 --owners=suspects "$mnt" \
		>"$work/diary" 2>&1 &
	i=$!
	looks 1
	kill -USR1 "$i"
	looks 2
	kill -TERM "$i"
	wait "$i"
	same "$name: exit status" 4 "$?"
	same "$name: the condition names it once" "appeared $inode" "$(jq -r \
		'select(.type == "condition" and
			.code == "buddy-lost-update") |
		"\(.change) \(.finding.owners[0].inode)"' "$work/diary")"
	same "$name: asked at the first look only" "true false" "$(jq -r \
		'select(.type == "check") | .text |
		contains("(inode '"$inode"')")' "$work/diary" | paste -sd' ')"
	unmount
}

# looks NUMBER: until there were so many.
looks()
{
	local i
	for ((i = 0; i < 600; i++)); do
		[ "$(jq -c 'select(.type == "check")' "$work/diary" | wc -l)" \
			-lt "$1" ] || return
		sleep 0.1
	done
	result 1 "$name: look $1"
}

# Where reading all inodes would take longer than half of what is left of the
# freeze, it is done after it: writers wait no longer for it.
test_slow()
{
	local slow=/sys/fs/cgroup/blkio/slow$$ first blocks
	name="slow device"
	if ! mkdir "$slow" 2>/dev/null; then
		skip "$name" "it takes the blkio cgroup, version 1"
		return
	fi
	# All of the tables are read where nobody knows how far they are used.
	make_drift 62000 -b 1024 -O ^uninit_bg -N 8192 || return
	echo "$(cat "/sys/block/$(basename "$loop")/dev") 200000" \
		>"$slow/blkio.throttle.read_bps_device"
	# Bitmaps stay in memory, and with them what is wrong there.
	while read -r first blocks; do
		dd if="$loop" of=/dev/null iflag=nocache bs=1024 \
			skip="$first" count="$blocks" status=none
	done < <(dumpe2fs "$loop" 2>/dev/null | sed -n \
		's/^ *Inode table at \([0-9]*\)-\([0-9]*\).*/\1 \2/p' |
		awk '{ print $1, $2 - $1 + 1 }')
	json=$(echo "$BASHPID" >"$slow/cgroup.procs" && cd / &&
		"$work/checker" --live --freeze=6 --owners=suspects \
			--threads 1 --json "$mnt" 2>"$work/stderr")
	status=$?
	same "$name: it was frozen, and not for the owners" "true false" \
		"$(jq -r '"\(.summary.live.frozen) " +
			"\(.summary.owners.frozen)"' <<<"$json")"
	names "$name" "$inode"
	frozen --owners=suspects
	same "$name: at once, now that all is in memory" true \
		"$(jq .summary.owners.frozen <<<"$json")"
	unmount
	rmdir "$slow"
}

# The other ways to a live check.
test_ways()
{
	local message="EXT4-fs error (device NAME): \
ext4_mb_complex_scan_group:2508: group 1, 50 free clusters as per group info. \
But got 63 blocks"
	name="ways"
	make_drift 62000 -b 1024 || return
	message=${message/NAME/$(basename "$loop")}
	json=$("$EXT4BMCHECK" --klog=- --owners=suspects --json "$loop" \
		<<<"$message" 2>"$work/stderr")
	same "$name: --klog names it" "$inode" "$(jq -r '[.. | objects |
		select(.code? == "buddy-lost-update").owners[].inode] |
		unique[]' <<<"$json")"
	json=$("$EXT4BMCHECK" --live --all --owners=suspects --json \
		2>"$work/stderr" | jq --arg mnt "$mnt" \
		'.[] | select(.target.mountpoint == $mnt)')
	same "$name: --all names it" "$inode" "$(lost_update \
		'[.owners[].inode] | unique[]')"
	check_json --live --owners=suspects -g 1 "$mnt"
	same "$name: --groups, the group" "4 $inode" \
		"$status $(lost_update '[.owners[].inode] | unique[]')"
	check_json --live --owners=suspects -g 2-3 "$mnt"
	same "$name: --groups, other ones" "0 suspects 0" "$status $(jq -r \
		'.summary.owners | "\(.of) \(.bytes_read)"' <<<"$json")"
	for options in "--owners" "--owners=all" "--owners --paths" \
			"--owners=suspects --capture $work/bundle"; do
		# shellcheck disable=SC2086 # several words
		"$EXT4BMCHECK" --live $options "$mnt" >"$work/out" \
			2>"$work/err"
		same "$name: refused: $options" "16 0" \
			"$? $(wc -c <"$work/out")"
	done
	"$EXT4BMCHECK" --live --owners "$mnt" 2>"$work/err"
	check "$name: it says what is possible" grep -q \
		"say --owners=suspects" "$work/err"
	unmount
}

# What is well is not asked about, and stays well however busy it is.
test_healthy()
{
	local i bad=""
	name="healthy"
	if [ ! -x "$churn" ]; then
		cannot "$name" "$churn is not built"
		return
	fi
	mount_new errors=continue 200M -b 1024 || return
	rm -f "$work/stop"
	mkdir "$mnt/busy"
	"$churn" "$mnt/busy" 1 "$work/stop" >"$work/churn" 2>&1 &
	i=$!
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		check_json --live --settle 20 --owners=suspects "$mnt"
		[ "$status" -eq 0 ] || bad="$bad $status $(json_codes)"
	done
	frozen --owners=suspects
	[ "$status" -eq 0 ] || bad="$bad frozen $status $(json_codes)"
	touch "$work/stop"
	wait $i
	same "$name: no alarm, however busy" "" "$bad"
	same "$name: nothing to ask" 0 \
		"$(jq .summary.owners.bytes_read <<<"$json")"
	json=$(setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$work/checker" --live --owners=suspects --json "$mnt" \
		2>"$work/stderr")
	same "$name, ordinary user: exit status" 0 "$?"
	same "$name, ordinary user: nobody was asked" "null false" "$(jq -r \
		'"\(.summary.owners) \(.views.owners.read)"' <<<"$json")"
	same "$name, ordinary user: says why" \
		"the device may not be read, which takes root as a rule" \
		"$(jq -r '.summary.unchecked[] |
		select(.code == "cluster-unmarked").reason' <<<"$json")"
	unmount
}

steady test_named 1k 62000 -b 1024
steady test_named 4k 960000 -b 4096
steady test_named bigalloc 500000 -b 1024 -O bigalloc -C 8192
steady test_named no-extents 62000 -b 1024 -O ^extents
steady test_metadata
steady test_nobody
steady test_unreadable
steady test_watch
steady test_slow
steady test_ways
test_healthy
done_testing
