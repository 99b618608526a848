#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# eio.sh --- a place that cannot be read is said, and hides nothing else
#
# eio.so, preloaded, makes a range of the image unreadable. What lies there is
# reported as not looked at (exit bit 8); every other group is still checked.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/harness.sh"
need mke2fs debugfs dumpe2fs jq
need_eio

# with_eio FIRST LENGTH [OPTION]... IMAGE: fills $json and $status.
with_eio()
{
	local first=$1 last=$(($1 + $2 - 1))
	shift 2
	json=$(LD_PRELOAD=$preload EIO_RANGE=$first-$last \
		"$EXT4BMCHECK" --json "$@" 2>"$work/stderr")
	status=$?
}

# place IMAGE GROUP WHAT: the block where "Block bitmap" or "Inode bitmap" is.
place()
{
	dumpe2fs "$1" 2>/dev/null | awk -v group="$2" -v what="$3 at " '
		/^Group / { now = $2 + 0 }
		now == group && (at = index($0, what)) {
			print substr($0, at + length(what)) + 0
			exit
		}'
}

# unreadable NAME FIRST LENGTH CODE GROUP IMAGE
unreadable()
{
	local name=$1 code=$4 group=$5 image=$6
	with_eio "$2" "$3" "$image"
	same "$name: only that is unreadable" "$code $group" \
		"$(json_codes | grep unreadable)"
	same "$name: the error is kept" 5 "$(printf '%s' "$json" |
		jq -r --arg code "$code" '.findings[] |
			select(.code == $code) |
			(.errno // .errnum // .error)' 2>/dev/null)"
	same "$name: drift in another group is still found" "$drift" \
		"$(json_rows gd-free-clusters)"
	same "$name: exit status" 12 "$status"
	local one=$json
	with_eio "$2" "$3" --threads 8 "$image"
	same "$name: the same with 8 threads" "$one" "$json"
}

# In a flex_bg the bitmaps of all groups lie in a row and are read together; a
# bad block in the middle must not take its neighbours along.
for features in metadata_csum ^metadata_csum,^uninit_bg \
		^metadata_csum,^uninit_bg,^flex_bg; do
	image=$work/image
	mke2fs -q -F -t ext4 -b 1024 -O "$features" "$image" 64M >/dev/null 2>&1
	check_json "$image"
	same "$features: clean to begin with" "0 " "$status $(json_codes)"

	free=$(dumpe2fs "$image" 2>/dev/null | awk '
		/^Group / { now = $2 + 0 }
		/ free blocks, / && now == 5 { print $1; exit }')
	printf 'set_bg 5 free_blocks_count %d\nset_bg 5 checksum calc\n' \
		$((free - 13)) | debugfs -w -f - "$image" >/dev/null 2>&1
	drift="5 $((free - 13)) $free"
	check_json "$image"
	same "$features: drift without bad blocks" "$drift" \
		"$(json_rows gd-free-clusters)"

	# A group in the middle of a run, and group 0, which is always written.
	group=$(dumpe2fs "$image" 2>/dev/null | awk '
		/^Group / && !/BLOCK_UNINIT|INODE_UNINIT/ {
			group = $2 + 0
			if (group != 5)
				last = group
		}
		END { print last }')
	for group in 0 $((group > 2 ? 2 : group)); do
		block=$(place "$image" $group "Block bitmap")
		name="$features, group $group"
		unreadable "$name, block bitmap" $((block * 1024)) 1024 \
			block-bitmap-unreadable $group "$image"
		# One sector of it is enough.
		unreadable "$name, sector" $((block * 1024 + 512)) 512 \
			block-bitmap-unreadable $group "$image"
		block=$(place "$image" $group "Inode bitmap")
		unreadable "$name, inode bitmap" $((block * 1024)) 1024 \
			inode-bitmap-unreadable $group "$image"
	done
	# What is implied is not read, so not missed.
	group=$(dumpe2fs "$image" 2>/dev/null |
		sed -n '/^Group 5/d
			s/^Group \([0-9]*\):.*BLOCK_UNINIT.*/\1/p' |
		head -1)
	if [ -n "$group" ]; then
		block=$(place "$image" "$group" "Block bitmap")
		with_eio $((block * 1024)) 1024 "$image"
		same "$features: implied, the drift is still found" "$drift" \
			"$(json_rows gd-free-clusters)"
		same "$features: implied, nothing is unreadable" "" \
			"$(json_codes | grep unreadable)"
	fi
done

# With owners: an inode table and a directory.
plain=$image
image=$work/owned
mke2fs -q -F -t ext4 -b 1024 -O ^inline_data "$image" 64M >/dev/null 2>&1
head -c 5000 /dev/urandom >"$work/data"
printf '%s\n' "mkdir one" "mkdir two" "cd one" "write $work/data a" \
	"cd ../two" "write $work/data b" "freei b" "freei /one/a" |
	debugfs -w -f - "$image" >/dev/null 2>&1

# owners: "PATH NAMELESS" of each inode that is called free.
owners()
{
	printf '%s' "$json" | jq -r '.findings[] |
		select(.code == "inode-unmarked") | .owners[] |
		"\(.path) \(.nameless)"'
}
check_json --owners --paths "$image"
same "owners: named" "4 /one/a null
/two/b null" "$status $(owners)"
block=$(debugfs -R "bmap /one 0" "$image" 2>/dev/null)
with_eio $((block * 1024)) 1024 --owners --paths "$image"
same "a directory: only its names are missing, and why" "4 null unread
/two/b null" "$status $(owners)"
one=$json
with_eio $((block * 1024)) 1024 --owners --paths --threads 8 "$image"
same "a directory: the same with 8 threads" "$one" "$json"
block=$(place "$image" 0 "Inode table")
with_eio $(((block + 2) * 1024)) 1024 --owners --paths "$image"
same "an inode table: it is said, and no name is made up" \
	"12 inode-unreadable 0 [[9,12]]" "$status $(printf '%s' "$json" |
	jq -r '.findings[] | select(.code == "inode-unreadable") |
		"\(.code) \(.group) \(.inodes | tojson)"')"

# A list of deleted files whose first one cannot be read: those behind it are
# not known, and no leak.
list=$work/list
mke2fs -q -F -t ext4 -b 1024 -I 128 -N 1024 \
	-O ^metadata_csum,^uninit_bg,^has_journal "$list" 8M >/dev/null 2>&1
{
	seq -f "write /dev/null f%.0f" 0 89
	printf '%s\n' "sif f0 links_count 0" "sif f60 links_count 0" \
		"unlink f0" "unlink f60" "sif <72> dtime 12" \
		"ssv last_orphan 72"
} | debugfs -w -f - "$list" >/dev/null 2>&1
block=$(($(place "$list" 0 "Inode table") + (72 - 1) / 8))
with_eio $((8 << 20)) 1 --owners "$list"
same "deleted files: explained when all are known" "0 2" \
	"$status $(jq '[.findings[] | select(.explained == "orphans") |
		.counted] | add' <<<"$json")"
with_eio $((block * 1024)) 1024 --owners "$list"
same "deleted files: no leak that may be one of them" \
	"8 inode-leaked inodes" "$status $(jq -r '.findings[] |
		select(.code == "inode-leaked") | "\(.code) \(.explained)"' \
		<<<"$json")"

# The descriptors: whatever is made of it, it must be said.
image=$plain
with_eio 2048 1024 "$image"
bit "$status" 8
result $? "descriptor table: exit status $status has bit 8"
check "descriptor table: the answer is JSON" jq -e .exit <<<"$json"

# The superblock: nothing can be known.
with_eio 1024 1024 "$image"
same "superblock: exit status" 8 "$status"
check "superblock: the reason is given" jq -e .error <<<"$json"
done_testing
