// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_filemap.c --- extent trees and block maps, whole and damaged
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "filemap.h"
#include "unit.h"

#define SIZE 1024
/* Blocks of the filesystem; that many are in the file behind it, too. */
#define BLOCKS 600

static char path[] = "/tmp/ext4bm-unit-XXXXXX";
static const struct ext4bm_geometry geo = {
	.block_size = SIZE, .blocks = BLOCKS, .first_data_block = 1,
	.cluster_ratio = 1, .groups = 1, .blocks_per_group = 8192,
};
static io_channel channel;
static int fd;
static struct e4_filemap map;

static int set_up(void **state)
{
	(void)state;
	fd = mkstemp(path);
	return fd < 0 || ftruncate(fd, BLOCKS * SIZE) ||
	       e4_io_manager->open(path, 0, &channel) ? -1 : 0;
}

static int tear_down(void **state)
{
	(void)state;
	e4_filemap_free(&map);
	e4_io_manager->close(channel);
	close(fd);
	return unlink(path);
}

static void write_block(uint32_t block, const void *data)
{
	assert_int_equal(pwrite(fd, data, SIZE, (off_t)block * SIZE), SIZE);
}

static int read_map(const void *i_block, uint32_t blocks)
{
	uint32_t words[E4_IBLOCK_WORDS];

	memcpy(words, i_block, sizeof(words));
	e4_filemap_free(&map);
	return e4_filemap_read(&map, channel, &geo, words, blocks);
}

/* A node: its header, and what follows as groups of three words. */
static void node(void *to, uint16_t entries, uint16_t depth)
{
	uint16_t header[4] = {
		htole16(0xf30a), htole16(entries), htole16(84), htole16(depth),
	};

	memcpy(to, header, sizeof(header));
}

static void extent(void *to, int index, uint32_t logical, uint16_t len,
		   uint32_t block)
{
	uint8_t *at = (uint8_t *)to + 12 + 12 * index;
	uint32_t word = htole32(logical);
	uint16_t half = htole16(len);

	memcpy(at, &word, 4);
	memcpy(at + 4, &half, 2);
	memset(at + 6, 0, 2);
	word = htole32(block);
	memcpy(at + 8, &word, 4);
}

static void branch(void *to, int index, uint32_t logical, uint32_t block)
{
	uint8_t *at = (uint8_t *)to + 12 + 12 * index;
	uint32_t word = htole32(logical);

	memcpy(at, &word, 4);
	word = htole32(block);
	memcpy(at + 4, &word, 4);
	memset(at + 8, 0, 4);
}

static void extents(void **state)
{
	uint8_t root[60] = { 0 };

	(void)state;
	node(root, 3, 0);
	extent(root, 0, 0, 10, 100);
	extent(root, 1, 10, 5, 110);	/* goes on where the first ended */
	extent(root, 2, 15, 32768 + 5, 50);
	assert_int_equal(read_map(root, 20), 0);
	assert_int_equal(map.blocks, 20);
	assert_int_equal(map.nr, 2);
	assert_int_equal(e4_filemap_block(&map, 0), 100);
	assert_int_equal(e4_filemap_block(&map, 14), 114);
	assert_int_equal(e4_filemap_block(&map, 15), 50);
	assert_int_equal(e4_filemap_block(&map, 19), 54);
	/* no more than asked for, and no less */
	assert_int_equal(read_map(root, 12), 0);
	assert_int_equal(map.blocks, 12);
	assert_int_equal(map.nr, 1);
	assert_int_equal(read_map(root, 21), -EUCLEAN);
	assert_int_equal(map.nr, 0);
}

static void bad_extents(void **state)
{
	uint8_t root[60] = { 0 };

	(void)state;
	/* a hole */
	node(root, 2, 0);
	extent(root, 0, 0, 10, 100);
	extent(root, 1, 11, 10, 200);
	assert_int_equal(read_map(root, 20), -EUCLEAN);
	/* out of order */
	extent(root, 1, 9, 10, 200);
	assert_int_equal(read_map(root, 19), -EUCLEAN);
	/* the same blocks twice */
	extent(root, 1, 10, 10, 109);
	assert_int_equal(read_map(root, 20), -EUCLEAN);
	extent(root, 1, 10, 10, 110);
	assert_int_equal(read_map(root, 20), 0);
	/* outside, at its start and at its end */
	extent(root, 1, 10, 10, BLOCKS - 9);
	assert_int_equal(read_map(root, 20), -EUCLEAN);
	extent(root, 1, 10, 10, 0);
	assert_int_equal(read_map(root, 20), -EUCLEAN);
	extent(root, 1, 10, 0, 200);
	assert_int_equal(read_map(root, 20), -EUCLEAN);
	/* more entries than fit, or none */
	node(root, 5, 0);
	assert_int_equal(read_map(root, 20), -EUCLEAN);
	node(root, 0, 0);
	assert_int_equal(read_map(root, 20), -EUCLEAN);
	node(root, 1, 6);
	assert_int_equal(read_map(root, 20), -EUCLEAN);
}

static void tree(void **state)
{
	uint8_t root[60] = { 0 }, leaf[SIZE] = { 0 }, middle[SIZE] = { 0 };

	(void)state;
	node(root, 1, 2);
	branch(root, 0, 0, 20);
	node(middle, 2, 1);
	branch(middle, 0, 0, 21);
	branch(middle, 1, 84, 22);
	write_block(20, middle);
	node(leaf, 84, 0);
	for (int i = 0; i < 84; i++)
		extent(leaf, i, i, 1, 100 + 2 * i);
	write_block(21, leaf);
	node(leaf, 1, 0);
	extent(leaf, 0, 84, 16, 400);
	write_block(22, leaf);
	assert_int_equal(read_map(root, 100), 0);
	assert_int_equal(map.nr, 85);
	for (uint32_t i = 0; i < 84; i++)
		assert_int_equal(e4_filemap_block(&map, i), 100 + 2 * i);
	assert_int_equal(e4_filemap_block(&map, 99), 415);
	/* back into itself, or into a leaf once more */
	branch(middle, 1, 84, 20);
	write_block(20, middle);
	assert_int_equal(read_map(root, 100), -EUCLEAN);
	branch(middle, 1, 84, 21);
	write_block(20, middle);
	assert_int_equal(read_map(root, 100), -EUCLEAN);
	/* nodes that are not there */
	branch(middle, 1, 84, BLOCKS);
	write_block(20, middle);
	assert_int_equal(read_map(root, 100), -EUCLEAN);
	branch(middle, 1, 84, 30);
	write_block(20, middle);
	assert_int_equal(read_map(root, 100), -EUCLEAN);
	/* what is wanted does not need them */
	assert_int_equal(read_map(root, 84), 0);
}

/* A filesystem that says it is longer than the device. */
static void unreadable(void **state)
{
	struct ext4bm_geometry longer = geo;
	uint32_t words[E4_IBLOCK_WORDS] = { 0 };

	(void)state;
	longer.blocks = 2 * BLOCKS;
	node(words, 1, 1);
	branch(words, 0, 0, BLOCKS + 5);
	e4_filemap_free(&map);
	assert_int_equal(e4_filemap_read(&map, channel, &longer, words, 5),
			 -ENODATA);
}

static void block_map(void **state)
{
	uint32_t words[15] = { 0 }, below[256], twice[256];

	(void)state;
	for (int i = 0; i < 12; i++)
		words[i] = htole32(50 + i);
	words[12] = htole32(20);
	words[13] = htole32(21);
	for (int i = 0; i < 256; i++) {
		below[i] = htole32(100 + i);
		twice[i] = htole32(i == 0 ? 22 : 0);
	}
	write_block(20, below);
	write_block(21, twice);
	for (int i = 0; i < 256; i++)
		below[i] = htole32(i < 100 ? 400 + i : 0);
	write_block(22, below);
	assert_int_equal(read_map(words, 12 + 256 + 100), 0);
	assert_int_equal(map.nr, 3);
	assert_int_equal(e4_filemap_block(&map, 11), 61);
	assert_int_equal(e4_filemap_block(&map, 12), 100);
	assert_int_equal(e4_filemap_block(&map, 267), 355);
	assert_int_equal(e4_filemap_block(&map, 268), 400);
	assert_int_equal(e4_filemap_block(&map, 367), 499);
	/* a hole at its end, outside, and the same block twice */
	assert_int_equal(read_map(words, 12 + 256 + 101), -EUCLEAN);
	words[3] = htole32(BLOCKS);
	assert_int_equal(read_map(words, 12), -EUCLEAN);
	assert_int_equal(read_map(words, 3), 0);
	words[3] = htole32(50);
	assert_int_equal(read_map(words, 12), -EUCLEAN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(extents),
		cmocka_unit_test(bad_extents),
		cmocka_unit_test(tree),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(block_map),
	};

	return cmocka_run_group_tests_name("filemap", tests, set_up,
					   tear_down);
}
