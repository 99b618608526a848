/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * baretables.c --- the least that any reader of all inodes must do
 *
 * Opens with libext2fs, reads the inode tables as far as they were ever used,
 * in large runs, and counts the inodes with links. No inode is decoded, no
 * extent followed: what asking for owners costs on top of this is its own.
 */
#include "config.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>

#define RUN_BYTES	(1024 * 1024)

static unsigned long long linked, read_bytes;

/* Bytes of a group's table up to the last inode that was ever used. */
static uint64_t used_bytes(ext2_filsys fs, dgrp_t group)
{
	uint32_t inodes = fs->super->s_inodes_per_group;

	if (ext2fs_has_group_desc_csum(fs)) {
		if (ext2fs_bg_flags_test(fs, group, EXT2_BG_INODE_UNINIT))
			return 0;
		inodes -= ext2fs_bg_itable_unused(fs, group);
	}
	return (uint64_t)inodes * EXT2_INODE_SIZE(fs->super);
}

static int read_table(ext2_filsys fs, int fd, dgrp_t group, uint8_t *buf)
{
	uint32_t size = EXT2_INODE_SIZE(fs->super);
	uint64_t left = used_bytes(fs, group);
	uint64_t at = ext2fs_inode_table_loc(fs, group) * fs->blocksize;

	while (left > 0) {
		size_t bytes = left < RUN_BYTES ? left : RUN_BYTES;
		const struct ext2_inode *inode;

		if (pread(fd, buf, bytes, (off_t)at) != (ssize_t)bytes)
			return -1;
		for (size_t i = 0; i < bytes; i += size) {
			inode = (const void *)(buf + i);
			linked += inode->i_links_count != 0;
		}
		read_bytes += bytes;
		at += bytes;
		left -= bytes;
	}
	return 0;
}

int main(int argc, char **argv)
{
	uint8_t *buf = malloc(RUN_BYTES);
	ext2_filsys fs;
	errcode_t error;
	int fd;

	if (argc != 2 || !buf)
		return 2;
	error = ext2fs_open2(argv[1], NULL, EXT2_FLAG_64BITS, 0, 0,
			     unix_io_manager, &fs);
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (error || fd < 0) {
		fprintf(stderr, "baretables: cannot open %s\n", argv[1]);
		return 1;
	}
	for (dgrp_t group = 0; group < fs->group_desc_count; group++)
		if (read_table(fs, fd, group, buf)) {
			perror("baretables");
			return 1;
		}
	printf("%llu inodes with links, %llu bytes\n", linked, read_bytes);
	free(buf);
	close(fd);
	ext2fs_close_free(&fs);
	return 0;
}
