// SPDX-License-Identifier: GPL-2.0-only
/*
 * poke.c --- find and rewrite one group's page of the allocator's bitmaps in
 * the memory of a guest
 *
 *	poke find RAM GROUP USED	at which offsets is it?
 *	poke show RAM OFFSET		which clusters does it call used?
 *	poke put RAM OFFSET USED NEW	make it say NEW instead of USED
 *	poke put-chunks RAM OFFSET USED NEW	only in the chunk map
 *
 * RAM is a file that is the guest's memory. USED and NEW are clusters of the
 * group, for example 4000-4012,5000, or "none".
 *
 * With blocks of 1 KiB the kernel keeps a group's bitmap and its chunk map,
 * which follows from the bitmap, side by side in one page. These 2 KiB match
 * nothing else: behind the copy of the bitmap that is on disk there is no chunk
 * map. To put back what they held earlier is to lose the updates made since;
 * the counters, which lie elsewhere, keep them.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 1024
#define CLUSTERS (BLOCK * 8u)
/* Chunks of 2^0 to 2^11 clusters: twice the bits of a block's size. */
#define MAX_ORDER 11
#define PAGE 4096
#define WINDOW (1 << 20)

/* What the kernel keeps of a group. */
struct pair {
	uint8_t bitmap[BLOCK];
	uint8_t chunks[BLOCK];
};

static unsigned long number(const char **at)
{
	char *end;
	unsigned long value = strtoul(*at, &end, 0);

	if (end == *at)
		errx(2, "not a number: %s", *at);
	*at = end;
	return value;
}

static unsigned long whole_number(const char *text)
{
	unsigned long value = number(&text);

	if (*text)
		errx(2, "not a number: %s", text);
	return value;
}

static void parse_used(const char *list, bool used[CLUSTERS])
{
	memset(used, false, CLUSTERS * sizeof(*used));
	if (strcmp(list, "none") == 0)
		return;
	do {
		unsigned long first = number(&list), last = first;

		if (*list == '-') {
			list++;
			last = number(&list);
		}
		if (first > last || last >= CLUSTERS)
			errx(2, "no such clusters: %lu-%lu", first, last);
		memset(used + first, true, last - first + 1);
	} while (*list++ == ',');
	if (list[-1])
		errx(2, "not a list of clusters: %s", list - 1);
}

/*
 * A clear bit of the chunk map is a free chunk that is not half of a larger
 * free one. Orders follow each other from 1 on; order 0 is the bitmap itself.
 */
static void make_pair(const bool used[CLUSTERS], struct pair *pair)
{
	static bool free_chunk[MAX_ORDER + 2][CLUSTERS];
	unsigned int offset = 0;

	memset(pair->bitmap, 0, BLOCK);
	memset(pair->chunks, 0xff, BLOCK);
	for (unsigned int i = 0; i < CLUSTERS; i++) {
		free_chunk[0][i] = !used[i];
		if (used[i])
			pair->bitmap[i / 8] |= (uint8_t)(1 << i % 8);
	}
	for (unsigned int order = 1; order <= MAX_ORDER; order++)
		for (unsigned int i = 0; i < CLUSTERS >> order; i++)
			free_chunk[order][i] = free_chunk[order - 1][2 * i] &&
					       free_chunk[order - 1][2 * i + 1];
	for (unsigned int order = 1; order <= MAX_ORDER; order++) {
		for (unsigned int i = 0; i < CLUSTERS >> order; i++) {
			unsigned int bit = offset + i;

			if (free_chunk[order][i] &&
			    !free_chunk[order + 1][i / 2])
				pair->chunks[bit / 8] &=
					(uint8_t)~(1 << bit % 8);
		}
		offset += CLUSTERS >> order;
	}
}

static void make_pair_of(const char *list, struct pair *pair)
{
	static bool used[CLUSTERS];

	parse_used(list, used);
	make_pair(used, pair);
}

static int open_ram(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);

	if (fd < 0)
		err(2, "%s", path);
	return fd;
}

static size_t read_ram(int fd, void *buf, size_t len, off_t at)
{
	ssize_t got = pread(fd, buf, len, at);

	if (got < 0)
		err(2, "reading the guest's memory");
	return (size_t)got;
}

/* Groups lie in their pages one after the other. */
static size_t place_in_page(unsigned long group)
{
	return group % (PAGE / sizeof(struct pair)) * sizeof(struct pair);
}

static int find(int fd, unsigned long group, const struct pair *wanted)
{
	static uint8_t window[WINDOW];
	unsigned int found = 0;
	off_t start = 0;
	size_t len;

	while ((len = read_ram(fd, window, WINDOW, start)) > 0) {
		for (size_t at = place_in_page(group);
		     at + sizeof(*wanted) <= len; at += PAGE) {
			if (memcmp(window + at, wanted, sizeof(*wanted)) != 0)
				continue;
			printf("%" PRIdMAX "\n",
			       (intmax_t)start + (intmax_t)at);
			found++;
		}
		start += (off_t)len;
	}
	return found == 1 ? 0 : 1;
}

static int show(int fd, off_t offset)
{
	struct pair pair;
	const char *comma = "";
	unsigned int first = CLUSTERS;

	if (read_ram(fd, &pair, sizeof(pair), offset) != sizeof(pair))
		errx(2, "no such place in the guest's memory");
	for (unsigned int i = 0; i <= CLUSTERS; i++) {
		bool used = i < CLUSTERS && pair.bitmap[i / 8] >> i % 8 & 1;

		if (used && first == CLUSTERS) {
			first = i;
		} else if (!used && first < CLUSTERS) {
			printf("%s%u-%u", comma, first, i - 1);
			comma = ",";
			first = CLUSTERS;
		}
	}
	puts(*comma ? "" : "none");
	return 0;
}

static int put(int fd, off_t offset, const struct pair *wanted,
	       const struct pair *replacement)
{
	struct pair pair;

	if (read_ram(fd, &pair, sizeof(pair), offset) != sizeof(pair) ||
	    memcmp(&pair, wanted, sizeof(pair)) != 0)
		errx(1, "the page is not there any more");
	if (pwrite(fd, replacement, sizeof(*replacement), offset) !=
	    sizeof(*replacement))
		err(2, "writing the guest's memory");
	return 0;
}

int main(int argc, char **argv)
{
	bool chunks_only = argc == 6 && strcmp(argv[1], "put-chunks") == 0;
	struct pair used, replacement;

	if (argc == 5 && strcmp(argv[1], "find") == 0) {
		make_pair_of(argv[4], &used);
		return find(open_ram(argv[2], O_RDONLY), whole_number(argv[3]),
			    &used);
	}
	if (argc == 4 && strcmp(argv[1], "show") == 0)
		return show(open_ram(argv[2], O_RDONLY),
			    (off_t)whole_number(argv[3]));
	if (chunks_only || (argc == 6 && strcmp(argv[1], "put") == 0)) {
		make_pair_of(argv[4], &used);
		make_pair_of(argv[5], &replacement);
		if (chunks_only)
			memcpy(replacement.bitmap, used.bitmap, BLOCK);
		return put(open_ram(argv[2], O_RDWR),
			   (off_t)whole_number(argv[3]), &used, &replacement);
	}
	fputs("usage: poke find RAM GROUP USED\n"
	      "       poke show RAM OFFSET\n"
	      "       poke put|put-chunks RAM OFFSET USED NEW\n", stderr);
	return 2;
}
