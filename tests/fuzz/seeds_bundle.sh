#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# seeds_bundle.sh FOLDER --- bundles to start fuzzing from, not packed
#
# Those of ext4bmfixture, and of small images by ext4bmcheck; both are found as
# the tests find them.

set -eu
export LC_ALL=C E2FSCK_CONFIG=/dev/null
PATH=$PATH:/usr/sbin:/sbin
: "${EXT4BMCHECK:=../checker/ext4bmcheck}"
: "${EXT4BMFIXTURE:=./ext4bmfixture}"

if [ $# -ne 1 ]; then
	echo "usage: $0 FOLDER" >&2
	exit 2
fi
folder=$1
mkdir -p "$folder"
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

# keep NAME: the bundle that was just made.
keep()
{
	zstd -qdc "$temp/bundle" >"$folder/$1"
	rm -f "$temp/bundle"
}

for name in folio-migration double-check blind-spot; do
	"$EXT4BMFIXTURE" --bundle "$name" "$temp/bundle"
	keep "$name"
done
while read -r name options; do
	# shellcheck disable=SC2086 # several options
	mke2fs -q -F -t ext4 -N 64 -E lazy_itable_init=1 $options \
		"$temp/image" 24M >/dev/null 2>&1
	status=0
	"$EXT4BMCHECK" -q --capture "$temp/bundle" "$temp/image" || status=$?
	[ "$status" -eq 0 ]
	keep "$name"
	rm "$temp/image"
done <<'END'
image-1k -b 1024 -O ^has_journal
image-4k -b 4096 -O ^has_journal
image-meta_bg -b 1024 -O ^has_journal,meta_bg,^resize_inode
image-bigalloc -b 1024 -O ^has_journal,bigalloc -C 16384
END
printf 'ext4bm-bundle 1\n' >"$folder/text"
"$EXT4BMFIXTURE" --bundle preallocation "$folder/packed"
