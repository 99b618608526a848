#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# super.sh --- a device whose superblock cannot be read any more at the end
#
# What was found until then is told, and that not all could be looked at.

# shellcheck source=tests/integration/harness.sh
. "$(dirname "$0")/../integration/harness.sh"
# shellcheck source=tests/kernel/mount.sh
. "$(dirname "$0")/mount.sh"
need_eio

edit=${EXT4BM_EDIT:-./kernel/edit}
if [ ! -x "$edit" ]; then
	cannot "$(basename "$0")" "kernel/edit is not built"
	done_testing
fi

# at_the_end WANTED ARGUMENT...: checks with one more read of the superblock
# that goes well each time, until all do and the status is the one WANTED, then
# again with all but the last. Leaves the report in $json.
at_the_end()
{
	local wanted=$1 good last=''
	shift
	for good in $(seq 60); do
		rm -f "$work/bundle"
		EIO_GOOD=$good EIO_RANGE=1024-2047 LD_PRELOAD=$preload \
			"$EXT4BMCHECK" --json "$@" >"$work/out" 2>"$work/err"
		status=$?
		[ "$status" -ne "$wanted" ] || break
		last=$good
	done
	same "$*: all reads but so many go well" "$wanted" "$status"
	rm -f "$work/bundle"
	json=$(EIO_GOOD=$last EIO_RANGE=1024-2047 LD_PRELOAD=$preload \
		"$EXT4BMCHECK" --json "$@" 2>"$work/err")
	status=$?
}

codes()
{
	jq -r '.findings[] | select(.severity != "informational") |
		"\(.code) \(.group)"' <<<"$json"
}

test_end()
{
	mount_new errors=continue,no_prefetch_block_bitmaps 64M \
		-O ^metadata_csum,^flex_bg || return
	at_the_end 0 --live "$mnt"
	same "clean: not all could be looked at" \
		"8 superblock-unreadable null incomplete" \
		"$status $(codes) $(jq -r .summary.verdict <<<"$json")"
	check "clean: the first line says why" grep -q \
		"^incomplete: no drift seen, but superblock: it could not be read again" \
		<(jq -r .summary.text <<<"$json")
	check "clean: all groups were looked at" jq -e \
		'.summary.groups_checked == 8' <<<"$json"
	at_the_end 0 --live --freeze=60 "$mnt"
	same "frozen, the last read: the same" "8 superblock-unreadable null" \
		"$status $(codes)"
	"$edit" free "$loop" 3 100
	at_the_end 4 --live "$mnt"
	same "drift: found, and not all could be looked at" \
		"12 superblock-unreadable null gd-free-clusters 3 drift" \
		"$status $(codes | grep -v statfs | tr '\n' ' ')$(jq -r .summary.verdict <<<"$json")"
	at_the_end 4 --live --capture "$work/bundle" "$mnt"
	same "a bundle could not tell of it: none is made" 8 "$status"
	check "a bundle could not tell of it: none is there" \
		test ! -e "$work/bundle"
	unmount
}

if ! test_end; then
	cannot "$(basename "$0")" "cannot mount here"
fi
done_testing
