// SPDX-License-Identifier: GPL-2.0-only
/*
 * fill.c --- allocate the free space of a guest's file system, piece by piece
 *
 *	fill FOLDER KIB [BLOCK]
 *
 * Makes files of KIB KiB until there is no room, or until one of them is given
 * BLOCK of the file system, and prints how many there are. Without BLOCK every
 * group has then been allocated from.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <unistd.h>

#define EXTENTS 512

/* Is this byte of the device in one of the first extents of the file? */
static bool owns(int fd, uint64_t byte)
{
	static struct fiemap *map;

	if (!map)
		map = malloc(sizeof(*map) +
			     EXTENTS * sizeof(map->fm_extents[0]));
	if (!map)
		errx(2, "out of memory");
	*map = (struct fiemap) { .fm_length = FIEMAP_MAX_OFFSET,
				 .fm_extent_count = EXTENTS };
	if (ioctl(fd, FS_IOC_FIEMAP, map) < 0)
		err(2, "asking for the extents");
	for (unsigned int i = 0; i < map->fm_mapped_extents; i++)
		if (byte >= map->fm_extents[i].fe_physical &&
		    byte - map->fm_extents[i].fe_physical <
		    map->fm_extents[i].fe_length)
			return true;
	return false;
}

/* Return: 0, 1 if the block was given away, -1 with errno. */
static int make_file(const char *folder, unsigned int number, off_t size,
		     uint64_t byte)
{
	char path[200];
	int fd, ret;

	snprintf(path, sizeof(path), "%s/fill%u", folder, number);
	fd = open(path, O_CREAT | O_EXCL | O_RDWR, 0644);
	if (fd < 0)
		return -1;
	ret = fallocate(fd, 0, 0, size);
	if (!ret && byte)
		ret = owns(fd, byte);
	close(fd);
	return ret;
}

int main(int argc, char **argv)
{
	struct statfs fs;
	uint64_t byte = 0;
	unsigned int made = 0;
	int ret;

	if (argc < 3)
		errx(2, "usage: fill FOLDER KIB [BLOCK]");
	if (statfs(argv[1], &fs) < 0)
		err(2, "%s", argv[1]);
	if (argc > 3)
		byte = strtoull(argv[3], NULL, 0) * (uint64_t)fs.f_bsize;
	do {
		ret = make_file(argv[1], made, atol(argv[2]) * 1024, byte);
		made += ret >= 0;
	} while (!ret);
	if (ret < 0 && errno != ENOSPC)
		err(2, "file %u", made);
	printf("%u\n", made);
	/* A block that was asked for was not given away. */
	return ret < 0 && byte ? 1 : 0;
}
