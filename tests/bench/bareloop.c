/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bareloop.c --- the least that any bitmap checker must do
 *
 * Opens with libext2fs, reads every bitmap that is not implied, in runs of
 * blocks that lie together, and counts bits. Nothing is compared but counts,
 * no checksum is computed: what a checker costs on top of this is its own.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <unistd.h>

#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>

#define RUN_BYTES	(1024 * 1024)

struct bitmap {
	blk64_t block;
	dgrp_t group;
	int is_block_bitmap;
};

static unsigned long long wrong, read_bytes;

static int by_block(const void *left, const void *right)
{
	const struct bitmap *a = left, *b = right;

	return (a->block > b->block) - (a->block < b->block);
}

/* All bitmaps that were written, in the order of the device. */
static size_t list_bitmaps(ext2_filsys fs, struct bitmap *list)
{
	int gd_csum = ext2fs_has_group_desc_csum(fs);
	size_t count = 0;
	dgrp_t group;

	for (group = 0; group < fs->group_desc_count; group++) {
		if (!gd_csum || !ext2fs_bg_flags_test(fs, group,
						      EXT2_BG_BLOCK_UNINIT))
			list[count++] = (struct bitmap) {
				ext2fs_block_bitmap_loc(fs, group), group, 1 };
		if (!gd_csum || !ext2fs_bg_flags_test(fs, group,
						      EXT2_BG_INODE_UNINIT))
			list[count++] = (struct bitmap) {
				ext2fs_inode_bitmap_loc(fs, group), group, 0 };
	}
	qsort(list, count, sizeof(*list), by_block);
	return count;
}

static void count_bits(ext2_filsys fs, const struct bitmap *bitmap,
		       const unsigned char *block)
{
	uint32_t bits, used = 0, free_count;
	uint64_t word;
	uint32_t i;

	if (bitmap->is_block_bitmap) {
		bits = fs->super->s_clusters_per_group;
		free_count = ext2fs_bg_free_blocks_count(fs, bitmap->group);
		if (bitmap->group == fs->group_desc_count - 1)
			bits = EXT2FS_NUM_B2C(fs, ext2fs_group_blocks_count(fs,
							bitmap->group));
	} else {
		bits = fs->super->s_inodes_per_group;
		free_count = ext2fs_bg_free_inodes_count(fs, bitmap->group);
	}
	for (i = 0; i + 64 <= bits; i += 64) {
		memcpy(&word, block + i / 8, 8);
		used += __builtin_popcountll(word);
	}
	for (; i < bits; i++)
		used += block[i / 8] >> i % 8 & 1;
	wrong += bits - used != free_count;
}

int main(int argc, char **argv)
{
	unsigned char *buf;
	struct bitmap *list;
	size_t count, first, last, i;
	ext2_filsys fs;
	errcode_t error;
	int fd;

	if (argc != 2)
		return 2;
	error = ext2fs_open2(argv[1], NULL, EXT2_FLAG_64BITS, 0, 0,
			     unix_io_manager, &fs);
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (error || fd < 0) {
		fprintf(stderr, "bareloop: cannot open %s\n", argv[1]);
		return 1;
	}
	list = calloc(fs->group_desc_count, 2 * sizeof(*list));
	buf = malloc(RUN_BYTES);
	if (!list || !buf)
		return 1;
	count = list_bitmaps(fs, list);
	for (first = 0; first < count; first = last) {
		size_t size = fs->blocksize;

		for (last = first + 1; last < count &&
		     list[last].block == list[first].block + last - first &&
		     size + fs->blocksize <= RUN_BYTES; last++)
			size += fs->blocksize;
		if (pread(fd, buf, size, list[first].block * fs->blocksize) !=
		    (ssize_t)size) {
			perror("bareloop");
			return 1;
		}
		read_bytes += size;
		for (i = first; i < last; i++)
			count_bits(fs, &list[i],
				   buf + (i - first) * fs->blocksize);
	}
	printf("%zu bitmaps, %llu bytes, %llu wrong\n", count, read_bytes,
	       wrong);
	free(buf);
	free(list);
	close(fd);
	ext2fs_close_free(&fs);
	return wrong != 0;
}
