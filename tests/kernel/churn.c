/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * churn.c --- keep a filesystem's allocator busy, until told to stop
 *
 * For tests only. Makes small and large files, appends to some that stay
 * open (which makes the allocator keep clusters for them), preallocates,
 * truncates, punches holes, syncs and removes, in an order that its seed
 * decides. A full filesystem is part of the game.
 *
 *	churn FOLDER SEED STOP-FILE
 *
 * Ends when STOP-FILE is there, and prints how much it has done.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define FILES 120
#define LOGS 6
#define BUFFER (256 * 1024)
#define LARGE (6 * 1024 * 1024)

static char buffer[BUFFER];
static uint64_t state;
static unsigned long done, full;

static uint32_t random_below(uint32_t end)
{
	state = state * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % end;
}

/* What cannot be done now is done another time. */
static void count(long ret)
{
	if (ret >= 0)
		done++;
	else if (errno == ENOSPC)
		full++;
	else if (errno != ENOENT && errno != EINTR) {
		perror("churn");
		exit(1);
	}
}

static const char *name(uint32_t nr)
{
	static char text[16];

	snprintf(text, sizeof(text), "f%u", nr);
	return text;
}

static void write_file(uint32_t nr)
{
	uint32_t size = random_below(8) ? random_below(20000)
					: random_below(BUFFER);
	int fd = open(name(nr), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		      0644);

	if (fd < 0) {
		count(fd);
		return;
	}
	count(write(fd, buffer, size));
	if (random_below(20) == 0)
		count(fsync(fd));
	close(fd);
}

/* Any change of the space of a file that there may be. */
static void change_file(uint32_t nr)
{
	int fd = open(name(nr), O_RDWR | O_CLOEXEC);
	off_t at = random_below(LARGE);
	off_t len = 1 + random_below(LARGE / 2);

	if (fd < 0)
		return;
	switch (random_below(5)) {
	case 0:
		count(fallocate(fd, 0, at, len));
		break;
	case 1:
		count(fallocate(fd, FALLOC_FL_KEEP_SIZE, at, len));
		break;
	case 2:
		count(fallocate(fd, FALLOC_FL_PUNCH_HOLE |
				FALLOC_FL_KEEP_SIZE, at, len));
		break;
	case 3:
		count(ftruncate(fd, at / 4));
		break;
	default:
		count(pwrite(fd, buffer, 1 + random_below(60000), at));
		break;
	}
	close(fd);
}

static void append(int logs[LOGS], uint32_t nr)
{
	char text[16];

	snprintf(text, sizeof(text), "log%u", nr);
	if (logs[nr] < 0)
		logs[nr] = open(text, O_WRONLY | O_CREAT | O_APPEND |
				O_CLOEXEC, 0644);
	if (logs[nr] < 0) {
		count(-1);
		return;
	}
	count(write(logs[nr], buffer, 1 + random_below(30000)));
	if (random_below(30) == 0)
		count(fdatasync(logs[nr]));
	if (random_below(40) == 0) {
		close(logs[nr]);
		logs[nr] = -1;
		count(unlink(text));
	}
}

static int crowded(void)
{
	struct statvfs st;

	return statvfs(".", &st) == 0 && st.f_bfree < st.f_blocks / 12;
}

static void step(int logs[LOGS])
{
	uint32_t nr = random_below(FILES);

	switch (crowded() ? 9 : random_below(10)) {
	case 0: case 1: case 2: case 3:
		write_file(nr);
		break;
	case 4: case 5: case 6:
		change_file(nr);
		break;
	case 7: case 8:
		append(logs, random_below(LOGS));
		break;
	default:
		count(unlink(name(nr)));
		break;
	}
}

int main(int argc, char **argv)
{
	int logs[LOGS];

	if (argc != 4) {
		fputs("usage: churn FOLDER SEED STOP-FILE\n", stderr);
		return 2;
	}
	for (int i = 0; i < LOGS; i++)
		logs[i] = -1;
	state = strtoull(argv[2], NULL, 10);
	memset(buffer, 'c', sizeof(buffer));
	if ((mkdir(argv[1], 0755) < 0 && errno != EEXIST) ||
	    chdir(argv[1]) < 0) {
		perror(argv[1]);
		return 1;
	}
	while (access(argv[3], F_OK) < 0)
		for (int i = 0; i < 20; i++)
			step(logs);
	printf("%lu changes, %lu without room\n", done, full);
	return 0;
}
