/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz_image.c --- any bytes as a filesystem: no crash, no hang, no leak
 *
 * The input is the beginning of an image. ext4 leaves the first 1024 bytes to
 * the boot loader; they steer the run here:
 *
 *	byte 0-1	length of the image in KiB, 0: as the superblock says
 *	byte 2		threads (0 to 3), bit 2: look at the backups too,
 *			bit 3: force, bit 4: as if mounted, bit 5: one group,
 *			bit 6: no owners, bit 7: of suspects only; owners get
 *			paths
 *	byte 3		block of a backup superblock, 0: the primary
 *
 * so that a plain image is an input as it is, and a short one stands for a
 * long sparse file.
 */
#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ext4bm.h"
#include "fuzz.h"

#define SUPERBLOCK	1024
#define MAX_LENGTH	(1ULL << 40)
#define MAX_FINDINGS	2000
#define MAX_OWNED	(64L << 20)

static uint32_t le32(const uint8_t *at)
{
	return at[0] | at[1] << 8 | at[2] << 16 | (uint32_t)at[3] << 24;
}

/* Where the image ends; the file is sparse behind the data. */
static uint64_t image_length(const uint8_t *data, size_t size)
{
	uint64_t length = size;
	uint32_t shift;

	if (size < SUPERBLOCK + 1024)
		return size;
	if (data[0] || data[1])
		return (data[0] | (uint64_t)data[1] << 8) * 1024;
	shift = le32(data + SUPERBLOCK + 24);
	if (shift <= 6)
		length = (uint64_t)le32(data + SUPERBLOCK + 4) << (10 + shift);
	return length < MAX_LENGTH ? length : MAX_LENGTH;
}

/* One file for the whole run, in memory where there is room for it. */
static const char *image_file(int *ret_fd)
{
	static char path[64];
	static int fd = -1;

	if (fd < 0) {
		strcpy(path, "/dev/shm/ext4bm-fuzz.XXXXXX");
		fd = mkstemp(path);
	}
	if (fd < 0) {
		strcpy(path, "/tmp/ext4bm-fuzz.XXXXXX");
		fd = mkstemp(path);
	}
	if (fd < 0) {
		perror("fuzz_image: temporary file");
		exit(1);
	}
	*ret_fd = fd;
	return path;
}

void fuzz_end(void)
{
	int fd;

	unlink(image_file(&fd));
}

static void write_image(int fd, const uint8_t *data, size_t size)
{
	if (ftruncate(fd, 0) || pwrite(fd, data, size, 0) != (ssize_t)size ||
	    ftruncate(fd, image_length(data, size))) {
		perror("fuzz_image: writing the image");
		exit(1);
	}
}

static void ignore_line(void *context, const char *text)
{
	*(size_t *)context += strlen(text);
}

/* Everything a program does with a report. */
static void read_report(const struct ext4bm_report *report)
{
	char text[512];
	size_t i, sum = 0;

	for (i = 0; i < report->nr_findings; i++) {
		const struct ext4bm_finding *finding = &report->findings[i];
		size_t j;

		ext4bm_finding_text(report->geometry, finding, text,
				    sizeof(text));
		for (j = 0; j < finding->nr_owners; j++)
			sum += ext4bm_owner_text(&finding->owners[j], text,
						 sizeof(text));
		if (ext4bm_catalogue(finding->code)->unit !=
		    EXT4BM_UNIT_CLUSTERS || finding->group == EXT4BM_NO_GROUP)
			continue;
		for (j = 0; j < finding->nr_ranges; j++)
			sum += ext4bm_cluster_blocks(report->geometry,
						     finding->group,
						     finding->ranges[j]).last;
	}
	for (i = 0; i < report->nr_patterns; i++)
		ext4bm_pattern_text(report, &report->patterns[i], text,
				    sizeof(text));
	ext4bm_verdict_text(report, text, sizeof(text));
	ext4bm_advice(report, ignore_line, &sum);
	if (ext4bm_exit_status(report) & ~(EXT4BM_EXIT_DRIFT |
					   EXT4BM_EXIT_OPERATIONAL))
		abort();
}

static void check_image(const char *path, const uint8_t *knobs)
{
	struct ext4bm_range one_group = { knobs[3], knobs[3] };
	struct ext4bm_open_options open_options = {
		.superblock = knobs[3],
		.force = knobs[2] & 8,
	};
	struct stat st;
	struct ext4bm_check_options options = {
		.threads = knobs[2] & 3,
		.backups = knobs[2] & 4,
		.mounted = knobs[2] & 16,
		.max_findings = MAX_FINDINGS,
		.owners = knobs[2] & 64 ? EXT4BM_OWNERS_NONE :
			  knobs[2] & 128 ? EXT4BM_OWNERS_SUSPECTS :
			  EXT4BM_OWNERS_ALL,
		.paths = true,
	};
	struct ext4bm_target *target = NULL;
	struct ext4bm_report *report = NULL;
	struct ext4bm *fs = NULL;
	struct ext4bm_error err;

	/* Empty inode tables of a long sparse file take long to read. */
	if (stat(path, &st) || st.st_size > MAX_OWNED)
		options.owners = EXT4BM_OWNERS_NONE;
	if (knobs[2] & 32) {
		options.groups = &one_group;
		options.nr_groups = 1;
	}
	if (ext4bm_resolve(path, &target, &err))
		return;
	if (!ext4bm_open(target, &open_options, &fs, &err) &&
	    !ext4bm_check(fs, &options, &report, &err))
		read_report(report);
	ext4bm_report_free(report);
	ext4bm_close(fs);
	ext4bm_target_free(target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t no_knobs[4];
	const char *path;
	int fd;

	path = image_file(&fd);
	write_image(fd, data, size);
	check_image(path, size > 4 ? data : no_knobs);
	return 0;
}

/* ------------------------------------------------------------------ */
/* Changes that hit something: superblock, descriptors, inodes, knobs  */
/* ------------------------------------------------------------------ */

/* A place in the metadata at the front of the image. */
static size_t pick_place(const uint8_t *data, size_t size, uint32_t *state)
{
	uint32_t shift = 0, kind = fuzz_random(state) % 14;
	size_t start, length;

	if (size < SUPERBLOCK + 1024)
		return fuzz_random(state) % size;
	shift = le32(data + SUPERBLOCK + 24) % 7;
	switch (kind) {
	case 0:					/* knobs */
		start = 0;
		length = 4;
		break;
	case 1: case 2: case 3:			/* superblock */
		start = SUPERBLOCK;
		length = 0x180;
		break;
	case 4: case 5:				/* descriptors */
		start = shift ? (size_t)1024 << shift : 2048;
		length = 512;
		break;
	case 6:					/* bitmaps, mostly */
		start = 0;
		length = 65536;
		break;
	case 7: case 8: case 9:			/* inodes of group 0 */
		start = shift ? (size_t)1024 << shift : 2048;
		start = start + 12 < size ?
			(size_t)le32(data + start + 8) << (10 + shift) : 0;
		length = 32 * 256;
		break;
	case 10: case 11:			/* behind them: directories */
		start = size / 4;
		length = 32768;
		break;
	default:
		start = 0;
		length = size;
	}
	start += fuzz_random(state) % length;
	return start < size ? start : fuzz_random(state) % size;
}

static void change(uint8_t *data, size_t size, uint32_t *state)
{
	static const uint32_t values[] = {
		0, 1, 2, 3, 7, 8, 15, 16, 0x7f, 0x80, 0xff, 0x100, 0x1fff,
		0x2000, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff,
		0x80000000, 0xfffffffe, 0xffffffff,
	};
	size_t at = pick_place(data, size, state);
	uint32_t value = values[fuzz_random(state) %
				(sizeof(values) / sizeof(values[0]))];
	unsigned int i, width = 1U << fuzz_random(state) % 3;

	switch (fuzz_random(state) % 4) {
	case 0:
		data[at] ^= 1U << fuzz_random(state) % 8;
		break;
	case 1:
		data[at] = fuzz_random(state);
		break;
	default:				/* a whole, aligned field */
		at -= at % width;
		for (i = 0; i < width && at + i < size; i++)
			data[at + i] = value >> 8 * i;
	}
}

void fuzz_change(uint8_t *data, size_t size, unsigned int seed)
{
	uint32_t state = seed * 2654435761U | 1;
	unsigned int i, count = 1 + fuzz_random(&state) % 4;

	for (i = 0; size && i < count; i++)
		change(data, size, &state);
}
