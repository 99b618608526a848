// SPDX-License-Identifier: GPL-2.0-only
/*
 * laid.c --- write out what the checker sees of an image with a journal
 *
 * laid IMAGE OUT [JOURNAL]: every block of IMAGE, as it is read with the
 * overlay, into the new file OUT. Compared with a copy of the image that was
 * really replayed, the two must be equal.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"

/* Write all blocks that are not zero. Return: 0 or an exit status. */
static int copy(const struct ext4bm *fs, int fd)
{
	size_t size = fs->geo.block_size;
	uint64_t blocks = fs->geo.blocks;
	char *block = calloc(2, size);

	if (!block || ftruncate(fd, (off_t)(blocks * size)) < 0)
		return 1;
	for (uint64_t i = 0; i < blocks; i++) {
		if (e4_io_read(fs->e2fs->io, block, size, i * size) ||
		    (memcmp(block, block + size, size) != 0 &&
		     pwrite(fd, block, size, (off_t)(i * size)) !=
		     (ssize_t)size)) {
			perror("laid");
			return 1;
		}
	}
	free(block);
	return 0;
}

int main(int argc, char **argv)
{
	struct ext4bm_open_options options = { 0 };
	struct ext4bm_target *target = NULL;
	struct ext4bm *fs = NULL;
	struct ext4bm_error err;
	int fd, status;

	if (argc < 3)
		return 2;
	if (argc > 3)
		options.journal_device = argv[3];
	if (ext4bm_resolve(argv[1], &target, &err) ||
	    ext4bm_open(target, &options, &fs, &err)) {
		fprintf(stderr, "%s: %s\n", argv[1], err.text);
		return 1;
	}
	fd = open(argv[2], O_WRONLY | O_CREAT | O_EXCL, 0666);
	status = fd < 0 ? 1 : copy(fs, fd);
	if (fd >= 0)
		close(fd);
	ext4bm_close(fs);
	ext4bm_target_free(target);
	return status;
}
