/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * barepass.c --- the least that any check of a mounted filesystem must do
 *
 * One pass of FS_IOC_GETFSMAP with a large buffer, and one reading of the
 * allocator's counters. Only free blocks are added up, nothing is compared:
 * what a check costs on top of this is its own.
 *
 *	barepass DIRECTORY MB_GROUPS
 */
#include "config.h"

#include <fcntl.h>
#include <linux/fsmap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define RECORDS 65536

static unsigned long long free_bytes, records;

static int pass(int fd)
{
	struct fsmap_head *head = calloc(1, fsmap_sizeof(RECORDS));
	int last = 0;

	if (!head)
		return -1;
	head->fmh_count = RECORDS;
	memset(&head->fmh_keys[1], 0xff,
	       (size_t)((char *)&head->fmh_keys[1].fmr_length -
			(char *)&head->fmh_keys[1]));
	while (!last) {
		if (ioctl(fd, FS_IOC_GETFSMAP, head) < 0)
			return -1;
		if (head->fmh_entries == 0)
			break;
		for (unsigned int i = 0; i < head->fmh_entries; i++) {
			const struct fsmap *record = &head->fmh_recs[i];

			if (record->fmr_owner == FMR_OWN_FREE)
				free_bytes += record->fmr_length;
			last |= record->fmr_flags & FMR_OF_LAST;
		}
		records += head->fmh_entries;
		head->fmh_keys[0] = head->fmh_recs[head->fmh_entries - 1];
	}
	free(head);
	return 0;
}

int main(int argc, char **argv)
{
	static char buffer[65536];
	unsigned long long bytes = 0;
	ssize_t got;
	int directory, counters;

	if (argc != 3)
		return 2;
	directory = open(argv[1], O_RDONLY | O_CLOEXEC);
	counters = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (directory < 0 || counters < 0 || pass(directory) < 0) {
		perror("barepass");
		return 1;
	}
	while ((got = read(counters, buffer, sizeof(buffer))) > 0)
		bytes += (unsigned long long)got;
	printf("%llu records, %llu bytes free, %llu bytes of counters\n",
	       records, free_bytes, bytes);
	return got < 0;
}
