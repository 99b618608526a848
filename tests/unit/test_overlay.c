// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_overlay.c --- reads through an overlay, against a copy made by hand
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "overlay.h"
#include "unit.h"

#define SIZE 1024
#define BLOCKS 40
#define BYTES (BLOCKS * SIZE)
/* The journal lies there, in two pieces; block 3 of it begins the second. */
#define PIECE 20
#define OTHER_PIECE 30

static char path[] = "/tmp/ext4bm-unit-XXXXXX";
static io_channel channel;
static struct e4_overlay *overlay;
static uint8_t device[BYTES], wanted[BYTES];

/* Blocks 3 and 4 side by side, one far away, one past the end. */
static const struct e4_logged logged[] = {
	{ 3, 1, 0 },
	{ 4, 3, E4_LOGGED_ESCAPED },
	{ 17, 2, 0 },
	{ BLOCKS + 1, 4, 0 },
};

static uint32_t place(uint32_t block)
{
	return block < 3 ? PIECE + block : OTHER_PIECE + block - 3;
}

static int lay(void)
{
	struct e4_file_run runs[] = { { 0, 3, PIECE }, { 3, 5, OTHER_PIECE } };

	overlay = calloc(1, sizeof(*overlay));
	if (!overlay)
		return -1;
	overlay->block_size = SIZE;
	overlay->nr = ARRAY_SIZE(logged);
	overlay->list = malloc(sizeof(logged));
	overlay->map.runs = malloc(sizeof(runs));
	overlay->map.nr = 2;
	overlay->map.blocks = 8;
	if (!overlay->list || !overlay->map.runs)
		return -1;
	memcpy(overlay->list, logged, sizeof(logged));
	memcpy(overlay->map.runs, runs, sizeof(runs));
	e4_io_lay(channel, overlay);
	return 0;
}

static int set_up(void **state)
{
	int fd = mkstemp(path);
	uint64_t seed = 1;

	(void)state;
	unit_fill(&seed, device, sizeof(device));
	if (fd < 0 || write(fd, device, BYTES) != BYTES)
		return -1;
	close(fd);
	memcpy(wanted, device, BYTES);
	for (size_t i = 0; i + 1 < ARRAY_SIZE(logged); i++)
		memcpy(wanted + logged[i].block * SIZE,
		       device + place(logged[i].at) * SIZE, SIZE);
	memcpy(wanted + 4 * SIZE, "\xc0\x3b\x39\x98", 4);
	if (e4_io_manager->open(path, 0, &channel))
		return -1;
	return lay();
}

static int tear_down(void **state)
{
	(void)state;
	e4_io_manager->close(channel);
	e4_overlay_free(overlay);
	return unlink(path);
}

static void expect(uint64_t offset, size_t len)
{
	static uint8_t got[BYTES];

	memset(got, 0, sizeof(got));
	assert_int_equal(e4_io_read(channel, got, len, offset), 0);
	assert_memory_equal(got, wanted + offset, len);
}

static void whole(void **state)
{
	(void)state;
	expect(0, BYTES);
	for (uint64_t block = 0; block < BLOCKS; block++)
		expect(block * SIZE, SIZE);
}

/* Every kind of cut through the blocks, also in the escaped magic number. */
static void pieces(void **state)
{
	static const size_t lengths[] = {
		1, 2, 3, 4, 5, 100, SIZE - 1, SIZE, SIZE + 1, 3 * SIZE + 7,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		for (uint64_t at = 2 * SIZE - 5; at < 5 * SIZE + 5; at++)
			expect(at, lengths[i]);
	expect(17 * SIZE + 1000, 30);
}

static void below(void **state)
{
	uint8_t got[3 * SIZE];

	(void)state;
	assert_int_equal(e4_io_read_below(channel, got, sizeof(got),
					  3 * SIZE), 0);
	assert_memory_equal(got, device + 3 * SIZE, sizeof(got));
	e4_io_lay(channel, NULL);
	assert_int_equal(e4_io_read(channel, got, sizeof(got), 3 * SIZE), 0);
	assert_memory_equal(got, device + 3 * SIZE, sizeof(got));
	e4_io_lay(channel, overlay);
}

/* Past the end of the device: what is in the journal can be read. */
static void failing(void **state)
{
	uint8_t got[2 * SIZE];

	(void)state;
	assert_int_equal(e4_io_read(channel, got, SIZE, (BLOCKS + 1) * SIZE),
			 0);
	assert_memory_equal(got, device + place(4) * SIZE, SIZE);
	assert_int_equal(e4_io_read(channel, got, 10,
				    (BLOCKS + 1) * SIZE + 7), 0);
	assert_int_equal(e4_io_read(channel, got, 2 * SIZE, BLOCKS * SIZE),
			 -ENODATA);
	assert_int_equal(e4_io_read(channel, got, SIZE, (BLOCKS + 2) * SIZE),
			 -ENODATA);
	assert_int_equal(e4_io_read(channel, got, SIZE, UINT64_MAX - 3),
			 -ENODATA);
	/* a block that the journal does not have */
	overlay->list[0].at = 8;
	assert_int_equal(e4_io_read(channel, got, SIZE, 3 * SIZE), -ENODATA);
	overlay->list[0].at = 1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(pieces),
		cmocka_unit_test(below),
		cmocka_unit_test(failing),
	};

	return cmocka_run_group_tests_name("overlay", tests, set_up,
					   tear_down);
}
