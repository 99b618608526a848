#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# seeds.sh FOLDER --- small images of many layouts to start fuzzing from
#
# Only the part in front that holds metadata is kept; the rest of a file is a
# hole for fuzz_image. Made anew each time, so that none is kept in the source.

set -eu
export LC_ALL=C E2FSCK_CONFIG=/dev/null
PATH=$PATH:/usr/sbin:/sbin

if [ $# -ne 1 ]; then
	echo "usage: $0 FOLDER" >&2
	exit 2
fi
mkdir -p "$1"

# seed NAME KEPT-KIB SIZE MKE2FS-OPTION...
seed()
{
	local file=$1 kept=$2 size=$3
	shift 3
	mke2fs -q -F -U 01234567-89ab-cdef-0123-456789abcdef \
		-E lazy_itable_init=1 "$@" "$folder/$file" "$size" \
		>/dev/null 2>&1 ||
		{ echo "seeds.sh: mke2fs $*: failed" >&2; exit 1; }
	truncate -s "$kept"K "$folder/$file"
}

folder=$1
seed ext2-1k 64 64K -t ext2 -b 1024 -N 16
seed ext2-rev0 64 1M -t ext2 -b 1024 -r 0 -N 16
seed ext3-1k 96 8M -t ext3 -b 1024 -N 16 -J size=1
seed ext4-1k 96 24M -t ext4 -b 1024 -N 64 -O ^has_journal
seed ext4-4k 128 1M -t ext4 -b 4096 -N 16 -O ^has_journal
seed no-csum 96 24M -t ext4 -b 1024 -N 64 -O ^has_journal,^metadata_csum,^uninit_bg
seed uninit 96 24M -t ext4 -b 1024 -N 64 -O ^has_journal,^metadata_csum,uninit_bg
seed bigalloc 96 256M -t ext4 -b 1024 -N 64 -O ^has_journal,bigalloc -C 16384
seed meta_bg 96 24M -t ext4 -b 1024 -N 64 -O ^has_journal,meta_bg,^resize_inode
seed no-flex 64 24M -t ext4 -b 1024 -N 64 -O ^has_journal,^flex_bg
seed desc-32 96 24M -t ext4 -b 1024 -N 64 -O ^has_journal,^64bit
seed sparse2 96 24M -t ext4 -b 1024 -N 64 -O ^has_journal,sparse_super2,^resize_inode
seed small-groups 96 8M -t ext4 -b 1024 -g 256 -N 64 -O ^has_journal
seed 64k 448 8M -t ext4 -b 65536 -N 16 -O ^has_journal
seed journal 96 8M -t ext4 -b 1024 -N 64 -J size=1

# Files: an extent tree, indirect blocks, a directory, a link, a twin, and one
# that was deleted. The data are not kept, what maps them is.
for ((i = 0; i < 400; i += 20)); do
	printf '%d\n' $i | dd of="$folder/holes" bs=1K seek=$i conv=notrunc
done 2>/dev/null
# files NAME KEPT-KIB SIZE MKE2FS-OPTION...
files()
{
	local file=$folder/$1 kept=$2
	seed "$@"
	truncate -s "$3" "$file"
	mke2fs -q -F -U 01234567-89ab-cdef-0123-456789abcdef "${@:4}" \
		"$file" "$3" >/dev/null 2>&1
	cat >"$folder/commands" <<-END
		mkdir d
		write $folder/holes a
		write $folder/holes d/b
		symlink short target
		symlink long $(printf '%0100d' 7)
		ln a c
		write $folder/holes e
		set_inode_field e links_count 0
		ssv last_orphan 17
		ea_set a user.name $(printf '%0300d' 7)
	END
	debugfs -w -f "$folder/commands" "$file" >/dev/null 2>&1
	truncate -s "$kept"K "$file"
	rm "$folder/commands"
}
# unmarked NAME KEPT-KIB SIZE FILE...: inodes not marked, for owners to name.
unmarked()
{
	local file=$folder/$1 kept=$2 size=$3
	shift 3
	truncate -s "$size" "$file"
	printf 'freei %s\n' "$@" | debugfs -w -f - "$file" >/dev/null 2>&1
	truncate -s "$kept"K "$file"
}
files files-ext4 256 8M -t ext4 -b 1024 -N 64 -O ^has_journal,^resize_inode
files files-ext2 256 8M -t ext2 -b 1024 -N 64 -O ^resize_inode
files files-inline 256 8M -t ext4 -b 1024 -N 64 -O ^has_journal,^resize_inode,inline_data
files files-bigalloc 256 64M -t ext4 -b 1024 -N 64 -O ^has_journal,bigalloc -C 8192
for it in ext4 ext2 inline; do
	cp "$folder/files-$it" "$folder/names-$it"
	unmarked names-$it 256 8M a d/b long d
done
rm "$folder/holes"

# Damage: a wrong count, a bitmap that is nowhere, a journal to be replayed.
damage()
{
	cp "$folder/$1" "$folder/$1-$2"
	truncate -s "$3" "$folder/$1-$2"
	cat >"$folder/commands"
	debugfs -w -f "$folder/commands" "$folder/$1-$2" >/dev/null 2>&1
	truncate -s 96K "$folder/$1-$2"
	rm "$folder/commands"
}
damage no-csum counts 24M <<-END
	set_bg 1 free_blocks_count 99
	set_bg 2 free_inodes_count 9
	ssv free_blocks_count 1
END
damage no-flex place 24M <<-END
	set_bg 1 block_bitmap 0
	set_bg 1 checksum calc
	set_bg 2 inode_table 4294967295
	set_bg 2 checksum calc
END
damage journal dirty 8M <<-END
	feature needs_recovery
	set_bg 0 free_blocks_count 9
	set_bg 0 checksum calc
END
# A log that is to be replayed, in front where it is not cut off.
seed packed 8192 8M -t ext4 -b 1024 -N 16 -J size=1 \
	-E packed_meta_blocks=1,lazy_itable_init=1
head -c 2K /dev/urandom >"$folder/blocks"
damage packed pending 8M <<-END
	jo -c
	jw -b 5000,5001 $folder/blocks
	jw -b 5001 -r 5000 $folder/blocks
	jc
END
truncate -s 96K "$folder/packed"
rm "$folder/blocks"
printf '' >"$folder/empty"
head -c 1K /dev/zero >"$folder/no-superblock"
