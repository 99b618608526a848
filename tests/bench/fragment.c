/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fragment.c --- fill a mounted filesystem so that no group is like the next
 *
 * usage: fragment FOLDER GROUP-BYTES GROUPS
 *
 * One file takes all the space there is in steps of a group; then holes of
 * several sizes are punched into it, some in each group, the same in every
 * run. Nothing is written to its blocks, so this takes seconds.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#define BLOCK	4096ULL
#define HOLES	6

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

int main(int argc, char **argv)
{
	uint64_t group_bytes, groups, done, hole, state = 88172645463325252ULL;
	char path[4096];
	int fd = -1;

	if (argc != 4) {
		fprintf(stderr, "usage: fragment FOLDER GROUP-BYTES GROUPS\n");
		return 2;
	}
	group_bytes = strtoull(argv[2], NULL, 10);
	groups = strtoull(argv[3], NULL, 10);
	snprintf(path, sizeof(path), "%s/data", argv[1]);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	for (done = 0; fd >= 0 && done < groups; done++)
		if (fallocate(fd, 0, done * group_bytes, group_bytes))
			break;
	if (fd < 0 || (done < groups && errno != ENOSPC && errno != EFBIG)) {
		perror(path);
		return 1;
	}
	for (hole = 0; hole < done * HOLES; hole++) {
		uint64_t at = hole / HOLES * group_bytes +
			      next_random(&state) % (group_bytes / BLOCK) *
			      BLOCK;
		uint64_t length = (1 + next_random(&state) % 64) * BLOCK;

		if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			      at, length)) {
			perror("punching a hole");
			return 1;
		}
	}
	close(fd);
	printf("%" PRIu64 " groups filled\n", done);
	return 0;
}
