#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# seeds_journal.sh FOLDER --- logs of every format to start fuzzing from
#
# Written by debugfs, and taken out of the filesystem: superblock and the first
# blocks of the log.

set -eu
export LC_ALL=C E2FSCK_CONFIG=/dev/null
PATH=$PATH:/usr/sbin:/sbin

if [ $# -ne 1 ]; then
	echo "usage: $0 FOLDER" >&2
	exit 2
fi
mkdir -p "$1"
folder=$1

# seed NAME FEATURES OPEN-OPTIONS: three transactions, one of them revokes.
seed()
{
	local image=$folder/image
	mke2fs -q -F -t ext4 -b 1024 -N 16 -J size=2 -O "$2" "$image" 16M \
		>/dev/null 2>&1
	head -c 3072 /dev/zero | tr '\0' 'a' >"$folder/blocks"
	printf '\xc0\x3b\x39\x98' | dd of="$folder/blocks" conv=notrunc \
		status=none
	debugfs -w -f - "$image" >/dev/null 2>&1 <<-END
		jo $3
		jw -b 5000,5001,5002 $folder/blocks
		jw -b 5001,6000 -r 5002 $folder/blocks
		jw -c -b 5001 $folder/blocks
		jc
	END
	debugfs -c -R "dump <8> $folder/$1" "$image" >/dev/null 2>&1
	truncate -s 24K "$folder/$1"
	rm -f "$image" "$folder/blocks"
}

seed plain ^metadata_csum,^64bit ''
seed wide ^metadata_csum,64bit ''
seed v2 ^metadata_csum,^64bit '-c -v 2'
seed v3 ^metadata_csum,^64bit '-c -v 3'
seed v3-wide metadata_csum,64bit '-c -v 3'
printf '' >"$folder/empty"
