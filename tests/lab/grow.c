// SPDX-License-Identifier: GPL-2.0-only
/*
 * grow.c --- let a mounted file system grow, step by step
 *
 *	grow FOLDER FROM TO STEP
 *
 * Makes it larger than its FROM blocks by STEP blocks, then by as many again,
 * until it has TO. The kernel adds them to the last group, then groups, in the
 * middle of whatever else is going on.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <unistd.h>

#define EXT4_IOC_RESIZE_FS _IOW('f', 16, uint64_t)

/* Between two steps, so that something else gets a turn, in microseconds. */
#define PAUSE 20000

int main(int argc, char **argv)
{
	uint64_t blocks, last, step;
	int fd;

	if (argc != 5)
		errx(2, "usage: grow FOLDER FROM TO STEP");
	blocks = strtoull(argv[2], NULL, 0);
	last = strtoull(argv[3], NULL, 0);
	step = strtoull(argv[4], NULL, 0);
	fd = open(argv[1], O_RDONLY);
	if (fd < 0)
		err(2, "%s", argv[1]);
	while (blocks < last) {
		blocks = last - blocks < step ? last : blocks + step;
		if (ioctl(fd, EXT4_IOC_RESIZE_FS, &blocks) < 0)
			err(1, "growing to %llu blocks",
			    (unsigned long long)blocks);
		usleep(PAUSE);
	}
	close(fd);
	return 0;
}
