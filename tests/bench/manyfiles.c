/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * manyfiles.c --- fill a mounted filesystem with a great many small files
 *
 * usage: manyfiles FOLDER FILES ROUNDS
 *
 * Twenty files in each directory, of one to four blocks. Each round then ages
 * them: one in four is removed, one in three of the others grows, behind
 * whatever lies there by then, and the removed ones are made again. Nothing
 * is written to the blocks, and all is the same in every run.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK	4096
#define EACH	20

static uint64_t state = 88172645463325252ULL;

static uint32_t random_below(uint32_t end)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 16) % end;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* Append a few blocks to a file of the directory, which is made if need be. */
static void grow(int folder, uint32_t file)
{
	off_t length = (1 + random_below(4)) * BLOCK;
	struct stat st;
	char name[16];
	int fd;

	snprintf(name, sizeof(name), "f%u", file);
	fd = openat(folder, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || fstat(fd, &st) || fallocate(fd, 0, st.st_size, length))
		fail("manyfiles: a file");
	close(fd);
}

static void shrink(int folder, uint32_t file)
{
	char name[16];

	snprintf(name, sizeof(name), "f%u", file);
	if (unlinkat(folder, name, 0) && errno != ENOENT)
		fail("manyfiles: removing a file");
}

/* Return: a descriptor of the directory that has the file. */
static int enter(const char *top, uint32_t file)
{
	char path[4096];
	int folder;

	snprintf(path, sizeof(path), "%s/d%u", top, file / EACH);
	if (mkdir(path, 0700) && errno != EEXIST)
		fail(path);
	folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0)
		fail(path);
	return folder;
}

enum step { MAKE, REMOVE, GROW, MAKE_AGAIN };

static void take_step(const char *top, uint32_t files, enum step step,
		      uint32_t round)
{
	for (uint32_t first = 0; first < files; first += EACH) {
		uint32_t end = first + EACH < files ? first + EACH : files;
		int folder = enter(top, first);

		for (uint32_t file = first; file < end; file++) {
			bool removed = (file + round) % 4 == 0;

			if (step == REMOVE && removed)
				shrink(folder, file);
			else if (step == MAKE ||
				 (step == MAKE_AGAIN && removed) ||
				 (step == GROW && !removed && file % 3 == 0))
				grow(folder, file);
		}
		close(folder);
	}
}

int main(int argc, char **argv)
{
	uint32_t files, rounds;

	if (argc != 4) {
		fprintf(stderr, "usage: manyfiles FOLDER FILES ROUNDS\n");
		return 2;
	}
	files = (uint32_t)strtoul(argv[2], NULL, 10);
	rounds = (uint32_t)strtoul(argv[3], NULL, 10);
	take_step(argv[1], files, MAKE, 0);
	for (uint32_t round = 0; round < rounds; round++) {
		take_step(argv[1], files, REMOVE, round);
		take_step(argv[1], files, GROW, round);
		take_step(argv[1], files, MAKE_AGAIN, round);
	}
	return 0;
}
