/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz_journal.c --- any bytes as a journal: no crash, no hang, no lie
 *
 * The input is the journal from its superblock on, with blocks of 1 KiB; what
 * it does not have is zero. Beside that nothing breaks, what recovery would
 * write must hang together: each block once, in order, from inside the log,
 * and a reason where it does not get to the end.
 */
#include "config.h"

#include <endian.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>

#include "fuzz.h"
#include "recovery.h"

#define SIZE 1024
/* Length of the file, however short the input is. */
#define BLOCKS (1U << 20)
#define MAGIC 0xc03b3998U

struct input {
	const uint8_t *data;
	size_t size;
};

static void must(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_journal: inconsistent: %s\n", what);
	abort();
}

static int read_block(void *context, uint32_t block, void *buf)
{
	const struct input *input = context;
	size_t from = (size_t)block * SIZE;
	size_t len = 0;

	if (from < input->size)
		len = input->size - from < SIZE ? input->size - from : SIZE;
	memset(buf, 0, SIZE);
	if (len)
		memcpy(buf, input->data + from, len);
	return 0;
}

static void check(const struct e4_log *log, const struct e4_recovery *recovery)
{
	uint32_t length = log->super.end - log->super.first;

	must(recovery->transactions <= length, "transactions");
	must(recovery->logged <= length, "logged");
	must(recovery->nr + recovery->revoked <= recovery->logged, "copies");
	must(!recovery->trouble.err == !recovery->trouble.why, "reason");
	must(recovery->fast_commits <= log->super.blocks, "fast commits");
	for (size_t i = 0; i < recovery->nr; i++) {
		const struct e4_logged *logged = &recovery->list[i];

		must(i == 0 || logged[-1].block < logged->block, "order");
		must(logged->at >= log->super.first &&
		     logged->at < log->super.end, "place");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct e4_log log = { .read = read_block, .context = &input };
	struct e4_recovery recovery;
	uint8_t super[SIZE];
	const char *why;

	read_block(&input, 0, super);
	if (e4_jbd2_super(super, SIZE, BLOCKS, &log.super, &why) ||
	    !log.super.start)
		return 0;
	if (e4_recover(&log, &recovery))
		abort();
	check(&log, &recovery);
	e4_recovery_free(&recovery);
	return 0;
}

/* ------------------------------------------------------------------ */
/* Changes that get past the checksums                                  */
/* ------------------------------------------------------------------ */

static uint32_t get(const uint8_t *at)
{
	uint32_t word;

	memcpy(&word, at, sizeof(word));
	return be32toh(word);
}

static void put(uint8_t *at, uint32_t value)
{
	value = htobe32(value);
	memcpy(at, &value, sizeof(value));
}

static void seal(uint8_t *block, size_t at, uint32_t seed)
{
	put(block + at, 0);
	put(block + at, ext2fs_crc32c_le(seed, block, SIZE));
}

/* Make all checksums of headers right again, as those of logged blocks stay. */
static void seal_all(uint8_t *data, size_t size)
{
	uint32_t seed = ext2fs_crc32c_le(~0U, data + 48, 16);

	seal(data, 252, ~0U);
	for (size_t at = SIZE; at + SIZE <= size; at += SIZE) {
		uint32_t type = get(data + at + 4);

		if (get(data + at) == MAGIC && type <= E4_JBD2_REVOKE)
			seal(data + at, type == E4_JBD2_COMMIT ? 16 : SIZE - 4,
			     seed);
	}
}

/* A place in the superblock, or in the front of one of the blocks. */
static size_t pick_place(size_t size, uint32_t *state)
{
	size_t blocks = size / SIZE;
	size_t at = fuzz_random(state) % 96;

	if (blocks > 1 && fuzz_random(state) % 4)
		at += (1 + fuzz_random(state) % (blocks - 1)) * SIZE;
	else if (fuzz_random(state) % 8 == 0)
		at = fuzz_random(state);
	return at % size;
}

void fuzz_change(uint8_t *data, size_t size, unsigned int seed)
{
	static const uint32_t values[] = {
		0, 1, 2, 3, 4, 5, 8, 9, 15, 16, 31, 255, 256, 1023, 1024,
		1025, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff, MAGIC,
	};
	uint32_t state = seed * 2654435761U | 1;
	unsigned int count = 1 + fuzz_random(&state) % 4;

	for (; size >= 4 && count; count--) {
		size_t at = pick_place(size, &state) & ~(size_t)3;
		uint32_t value = values[fuzz_random(&state) %
					(sizeof(values) / sizeof(*values))];

		if (at + 4 > size)
			continue;
		if (fuzz_random(&state) % 3 == 0)
			data[at] ^= (uint8_t)(1U << fuzz_random(&state) % 8);
		else
			put(data + at, value);
	}
	if (size >= SIZE && fuzz_random(&state) % 2)
		seal_all(data, size);
}

void fuzz_end(void)
{
}
