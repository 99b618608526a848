/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * edit.c --- change bitmaps and descriptors of a filesystem that is mounted
 *
 * For tests only: it writes through the device's page cache, behind the
 * kernel's back, where the kernel's own buffers are. An image file that is
 * not mounted can be changed as well. Nothing is sealed: on a filesystem with
 * checksums every change is a wrong checksum.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fsmap.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>

static const char usage[] =
	"usage: edit find FILE GROUP used|free COUNT	last run: first bit\n"
	"       edit bits FILE GROUP FIRST COUNT 0|1	clear or set\n"
	"       edit padding FILE GROUP			clear behind the end\n"
	"       edit free FILE GROUP DELTA		change the free count\n"
	"       edit count FILE GROUP			free: stored, counted\n"
	"       edit holes FILE STEP LENGTH		one every STEP bytes\n"
	"       edit size FILE DELTA			change the block "
	"count\n"
	"       edit shutdown DIRECTORY			as if the device was "
	"gone\n"
	"       edit load DIRECTORY			make the kernel load "
	"all groups\n";

struct group {
	ext2_filsys fs;
	int fd;
	dgrp_t nr;
	uint32_t clusters;
	uint64_t offset;
	unsigned char bitmap[EXT2_MAX_BLOCK_SIZE];
};

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "edit: %s: %s\n", what, strerror(errno));
	exit(1);
}

static long number(const char *text)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end) {
		fprintf(stderr, "edit: \"%s\" is no number\n", text);
		exit(2);
	}
	return value;
}

static void open_group(struct group *group, const char *file, const char *nr)
{
	ext2_filsys fs;

	if (ext2fs_open2(file, NULL, EXT2_FLAG_64BITS |
			 EXT2_FLAG_SOFTSUPP_FEATURES |
			 EXT2_FLAG_IGNORE_CSUM_ERRORS, 0, 0, unix_io_manager,
			 &fs))
		fail(file);
	group->fs = fs;
	group->nr = (dgrp_t)number(nr);
	group->fd = open(file, O_RDWR | O_CLOEXEC);
	if (group->fd < 0 || group->nr >= fs->group_desc_count)
		fail(file);
	group->clusters = EXT2FS_NUM_B2C(fs, ext2fs_group_blocks_count(
						fs, group->nr));
	group->offset = ext2fs_block_bitmap_loc(fs, group->nr) *
			fs->blocksize;
	if (pread(group->fd, group->bitmap, fs->blocksize,
		  (off_t)group->offset) != (ssize_t)fs->blocksize)
		fail(file);
}

static int bit(const struct group *group, uint32_t at)
{
	return group->bitmap[at / 8] >> at % 8 & 1;
}

static void set_bits(struct group *group, uint32_t first, uint32_t end,
		     int value)
{
	for (uint32_t at = first; at < end; at++)
		group->bitmap[at / 8] =
			(unsigned char)((group->bitmap[at / 8] &
					 ~(1 << at % 8)) | value << at % 8);
	if (pwrite(group->fd, group->bitmap, group->fs->blocksize,
		   (off_t)group->offset) != (ssize_t)group->fs->blocksize)
		fail("writing a bitmap");
}

/* Files come behind metadata, so the last run holds no metadata. */
static int find(const struct group *group, int value, uint32_t count)
{
	uint32_t run = 0;

	for (uint32_t at = group->clusters; at-- > 0;) {
		run = bit(group, at) == value ? run + 1 : 0;
		if (run == count) {
			printf("%u\n", at);
			return 0;
		}
	}
	fprintf(stderr, "edit: no such run\n");
	return 1;
}

static uint64_t descriptor(const struct group *group)
{
	ext2_filsys fs = group->fs;
	uint32_t each = fs->blocksize / EXT2_DESC_SIZE(fs->super);

	return ext2fs_descriptor_block_loc(fs, fs->super->s_first_data_block,
					   group->nr / each) * fs->blocksize +
	       group->nr % each * EXT2_DESC_SIZE(fs->super);
}

/* Counts of the groups that tests make fit the low half. */
static uint16_t read_free(const struct group *group)
{
	uint16_t low;

	if (pread(group->fd, &low, 2, (off_t)(descriptor(group) +
		  offsetof(struct ext2_group_desc, bg_free_blocks_count))) != 2)
		fail("reading a descriptor");
	return le16toh(low);
}

static int change_free(const struct group *group, long delta)
{
	uint16_t low = htole16((uint16_t)(read_free(group) + delta));

	if (pwrite(group->fd, &low, 2, (off_t)(descriptor(group) +
		   offsetof(struct ext2_group_desc,
			    bg_free_blocks_count))) != 2)
		fail("writing a descriptor");
	return 0;
}

static int count(const struct group *group)
{
	uint32_t nr = 0;

	for (uint32_t at = 0; at < group->clusters; at++)
		nr += !bit(group, at);
	printf("%u %u\n", read_free(group), nr);
	return 0;
}

static int holes(const char *file, long step, long length)
{
	int fd = open(file, O_RDWR | O_CLOEXEC);
	off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);

	if (end < 0 || step <= 0)
		fail(file);
	for (off_t at = 0; at < end; at += step)
		if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			      at, length) < 0)
			fail("fallocate");
	close(fd);
	return 0;
}

/* As an online resize would, to a reader of the superblock. */
static int change_size(const char *file, long delta)
{
	off_t at = 1024 + offsetof(struct ext2_super_block, s_blocks_count);
	int fd = open(file, O_RDWR | O_CLOEXEC);
	uint32_t blocks;

	if (fd < 0 || pread(fd, &blocks, 4, at) != 4)
		fail(file);
	blocks = htole32((uint32_t)(le32toh(blocks) + delta));
	if (pwrite(fd, &blocks, 4, at) != 4)
		fail(file);
	close(fd);
	return 0;
}

/* EXT4_IOC_SHUTDOWN, without a flush of the journal. */
static int shut_down(const char *directory)
{
	uint32_t flags = 2;
	int fd = open(directory, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, _IOR('X', 125, uint32_t), &flags) < 0)
		fail(directory);
	close(fd);
	return 0;
}

/* Asks once, whatever comes of it. */
static int load(const char *directory)
{
	struct fsmap_head head;
	int fd = open(directory, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail(directory);
	memset(&head, 0, sizeof(head));
	memset(&head.fmh_keys[1], 0xff, offsetof(struct fsmap, fmr_length));
	ioctl(fd, FS_IOC_GETFSMAP, &head);
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	static struct group group;
	const char *verb = argc > 1 ? argv[1] : "";

	if (argc == 3 && !strcmp(verb, "load"))
		return load(argv[2]);
	if (argc == 3 && !strcmp(verb, "shutdown"))
		return shut_down(argv[2]);
	if (argc == 4 && !strcmp(verb, "size"))
		return change_size(argv[2], number(argv[3]));
	if (argc == 5 && !strcmp(verb, "holes"))
		return holes(argv[2], number(argv[3]), number(argv[4]));
	if (argc < 4) {
		fputs(usage, stderr);
		return 2;
	}
	open_group(&group, argv[2], argv[3]);
	if (argc == 6 && !strcmp(verb, "find"))
		return find(&group, !strcmp(argv[4], "used"),
			    (uint32_t)number(argv[5]));
	if (argc == 4 && !strcmp(verb, "count"))
		return count(&group);
	if (argc == 5 && !strcmp(verb, "free"))
		return change_free(&group, number(argv[4]));
	if (argc == 7 && !strcmp(verb, "bits"))
		set_bits(&group, (uint32_t)number(argv[4]),
			 (uint32_t)(number(argv[4]) + number(argv[5])),
			 number(argv[6]) != 0);
	else if (argc == 4 && !strcmp(verb, "padding"))
		set_bits(&group, group.clusters,
			 8 * group.fs->blocksize, 0);
	else
		fputs(usage, stderr);
	return 0;
}
