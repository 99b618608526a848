// SPDX-License-Identifier: GPL-2.0-only
/*
 * bits.c --- a group's bits in one view, for people to look at
 *
 *	bits buddy FOLDER GROUP FIRST COUNT	the allocator's, in a guest
 *	bits bitmap FILE BLOCK FIRST COUNT	those in a block of a device
 *
 * Prints how many clusters of the group are free, and COUNT of them from FIRST
 * on: "#" in use, "." free. For file systems with blocks of 1 KiB, which have
 * 8192 clusters in a group and begin with block 1.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/fsmap.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BLOCK 1024
#define CLUSTERS (BLOCK * 8u)
#define RECORDS 1024

static bool used[CLUSTERS];

/* Free extents of the whole file system; what lies in the group is marked. */
static void take_free(const struct fsmap *record, uint64_t group)
{
	uint64_t start = 1 + group * CLUSTERS;
	uint64_t block = record->fmr_physical / BLOCK;
	uint64_t end = block + record->fmr_length / BLOCK;

	if (record->fmr_owner != FMR_OWN_FREE)
		return;
	for (; block < end; block++)
		if (block >= start && block - start < CLUSTERS)
			used[block - start] = false;
}

static void read_buddy(const char *folder, uint64_t group)
{
	struct fsmap_head *head = calloc(1, fsmap_sizeof(RECORDS));
	int fd = open(folder, O_RDONLY | O_CLOEXEC);

	if (!head || fd < 0)
		err(2, "%s", folder);
	memset(used, true, sizeof(used));
	memset(&head->fmh_keys[1], 0xff, sizeof(head->fmh_keys[1]));
	memset(head->fmh_keys[1].fmr_reserved, 0,
	       sizeof(head->fmh_keys[1].fmr_reserved));
	head->fmh_count = RECORDS;
	do {
		if (ioctl(fd, FS_IOC_GETFSMAP, head) < 0)
			err(2, "asking for free extents");
		for (uint32_t i = 0; i < head->fmh_entries; i++)
			take_free(&head->fmh_recs[i], group);
		if (head->fmh_entries)
			fsmap_advance(head);
	} while (head->fmh_entries &&
		 !(head->fmh_recs[head->fmh_entries - 1].fmr_flags &
		   FMR_OF_LAST));
	close(fd);
	free(head);
}

static void read_bitmap(const char *path, uint64_t block)
{
	uint8_t bitmap[BLOCK];
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || pread(fd, bitmap, BLOCK, (off_t)(block * BLOCK)) != BLOCK)
		err(2, "%s", path);
	for (unsigned int i = 0; i < CLUSTERS; i++)
		used[i] = bitmap[i / 8] >> i % 8 & 1;
	close(fd);
}

int main(int argc, char **argv)
{
	unsigned long where, first, count, free_clusters = 0;

	if (argc != 6)
		errx(2, "usage: bits buddy|bitmap PATH NUMBER FIRST COUNT");
	where = strtoul(argv[3], NULL, 0);
	first = strtoul(argv[4], NULL, 0);
	count = strtoul(argv[5], NULL, 0);
	if (count > CLUSTERS || first > CLUSTERS - count)
		errx(2, "a group has no such clusters");
	if (strcmp(argv[1], "buddy") == 0)
		read_buddy(argv[2], where);
	else
		read_bitmap(argv[2], where);
	for (unsigned int i = 0; i < CLUSTERS; i++)
		free_clusters += !used[i];
	printf("%lu ", free_clusters);
	for (unsigned long i = first; i < first + count; i++)
		putchar(used[i] ? '#' : '.');
	putchar('\n');
	return 0;
}
