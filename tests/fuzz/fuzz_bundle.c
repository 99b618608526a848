/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz_bundle.c --- any bytes as a bundle: no crash, no hang, no leak
 *
 * The input is an archive that is not packed. Checksums of its headers are put
 * right first, or no change of a header would get anywhere; an input that is
 * packed is run as it is.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ext4bm.h"
#include "fuzz.h"

#define BLOCK 512
#define CHECKSUM 148
#define MAGIC 257
#define MAX_FINDINGS 2000

/* One file for the whole run, in memory. */
static int file(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0) {
		perror("fuzz_bundle: memory file");
		exit(1);
	}
	return fd;
}

static uint64_t size_of(const uint8_t *header)
{
	char text[13] = "";

	memcpy(text, header + 124, 12);
	return strtoull(text, NULL, 8);
}

static void seal(uint8_t *header)
{
	unsigned int sum = 0;
	char text[8];

	memset(header + CHECKSUM, ' ', 8);
	for (int i = 0; i < BLOCK; i++)
		sum += header[i];
	snprintf(text, sizeof(text), "%06o", sum & 0777777);
	memcpy(header + CHECKSUM, text, 7);
}

/* Where the headers are follows from the sizes in them. */
static void seal_all(uint8_t *data, size_t size)
{
	size_t at = 0;

	while (size - at >= BLOCK &&
	       memcmp(data + at + MAGIC, "ustar", 5) == 0) {
		uint64_t content = size_of(data + at);

		seal(data + at);
		at += BLOCK;
		if (content > size - at)
			return;
		at += (size_t)(content + BLOCK - 1) / BLOCK * BLOCK;
		if (at > size)
			return;
	}
}

static void ignore_line(void *context, const char *text)
{
	*(size_t *)context += strlen(text);
}

static void read_report(const struct ext4bm_report *report)
{
	char text[512];
	size_t sum = 0;

	for (size_t i = 0; i < report->nr_findings; i++)
		ext4bm_finding_text(report->geometry, &report->findings[i],
				    text, sizeof(text));
	ext4bm_verdict_text(report, text, sizeof(text));
	ext4bm_advice(report, ignore_line, &sum);
	if (ext4bm_exit_status(report) & ~(EXT4BM_EXIT_DRIFT |
					   EXT4BM_EXIT_OPERATIONAL))
		abort();
}

static void check(const char *path)
{
	struct ext4bm_replay_options options = {
		.threads = 1, .max_findings = MAX_FINDINGS, .explain = true,
	};
	struct ext4bm_replay *replay = NULL;
	struct ext4bm_report *report = NULL;
	struct ext4bm_error err;

	if (ext4bm_replay_open(path, &replay, &err) == 0 &&
	    ext4bm_replay_check(replay, &options, &report, &err) == 0)
		read_report(report);
	ext4bm_report_free(report);
	ext4bm_replay_close(replay);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);
	char path[40];

	if (!copy)
		abort();
	memcpy(copy, data, size);
	seal_all(copy, size);
	if (ftruncate(file(), 0) ||
	    pwrite(file(), copy, size, 0) != (ssize_t)size) {
		perror("fuzz_bundle: memory file");
		exit(1);
	}
	free(copy);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file());
	check(path);
	return 0;
}

/* Numbers and words where there is text, bits where there are bitmaps. */
void fuzz_change(uint8_t *data, size_t size, unsigned int seed)
{
	static const char *const words[] = {
		"0", "1", "9", "-1", " ", "\n", "4294967295", "4294967296",
		"99999999", "18446744073709551615", "zeros\n", "ones\n",
		"error 5\n", "error 74\n", "free ", "0x5800000001 ", "from ",
		"end ", "group ", "before ", "after ", "buddy ", "cache ",
		"#350 ", "#0: ", "space ", "total ", "]\n",
		" ] Block bitmap corrupted!\n",
	};
	uint32_t state = seed * 2654435761U | 1;
	unsigned int count = 1 + fuzz_random(&state) % 4;

	for (; size && count; count--) {
		const char *word = words[fuzz_random(&state) %
					 (sizeof(words) / sizeof(*words))];
		size_t at = fuzz_random(&state) % size;
		size_t len = strlen(word);

		/* Text is in front, and there is less of it. */
		if (fuzz_random(&state) % 2)
			at %= 65536;
		if (at < size && fuzz_random(&state) % 3 == 0)
			data[at] ^= 1U << fuzz_random(&state) % 8;
		else if (at < size)
			memcpy(data + at, word,
			       len < size - at ? len : size - at);
	}
}

void fuzz_end(void)
{
}
