// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_extent.c --- extent trees: whole, damaged, and made by chance
 */
#include "config.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <ext2fs/ext2_fs.h>

#include "paper.h"
#include "unit.h"

#define DATA EXT4BM_CLAIM_DATA
#define MAPPING EXT4BM_CLAIM_MAPPING
#define UNWRITTEN 32768

static int start(void **state)
{
	static struct paper paper;

	paper_start(&paper);
	paper_flags(&paper, EXT4_EXTENTS_FL);
	paper_size(&paper, 100 * PAPER_SIZE);
	*state = &paper;
	return 0;
}

static int end(void **state)
{
	paper_end(*state);
	return 0;
}

static void header(uint8_t *node, uint16_t entries, uint16_t room,
		   uint16_t depth)
{
	paper_half(node, 0xf30a);
	paper_half(node + 2, entries);
	paper_half(node + 4, room);
	paper_half(node + 6, depth);
}

static void leaf(uint8_t *node, int number, uint32_t logical, uint16_t len,
		 uint64_t block)
{
	uint8_t *at = node + 12 * (number + 1);

	paper_word(at, logical);
	paper_half(at + 4, len);
	paper_half(at + 6, (uint16_t)(block >> 32));
	paper_word(at + 8, (uint32_t)block);
}

static void below(uint8_t *node, int number, uint32_t logical, uint64_t block)
{
	uint8_t *at = node + 12 * (number + 1);

	paper_word(at, logical);
	paper_word(at + 4, (uint32_t)block);
	paper_half(at + 8, (uint16_t)(block >> 32));
}

#define ROOM ((PAPER_SIZE - 12) / 12)

static void in_inode(void **state)
{
	struct paper *paper = *state;
	uint8_t *root = paper_map(paper);

	header(root, 3, 4, 0);
	leaf(root, 0, 0, 10, 100);
	leaf(root, 1, 10, 5, 110);
	leaf(root, 2, 20, UNWRITTEN + 4, 200);
	paper_walk(paper, 12);
	/* Neighbours in the file and on the device are one piece. */
	paper_result(paper, 2, false, 0);
	paper_piece(paper, 0, DATA, 0, 100, 15);
	paper_piece(paper, 1, DATA, 20, 200, 4);
	assert_int_equal(paper->reads, 0);
	/* But not where each of them has a place in its cluster. */
	paper->geo.cluster_ratio = 4;
	paper_walk(paper, 12);
	paper_result(paper, 3, false, 0);
	paper_piece(paper, 0, DATA, 0, 100, 10);
	paper_piece(paper, 1, DATA, 10, 110, 5);
}

static void nothing_mapped(void **state)
{
	struct paper *paper = *state;

	header(paper_map(paper), 0, 4, 0);
	paper_walk(paper, 12);
	paper_result(paper, 0, false, 0);
	leaf(paper_map(paper), 0, 0, 0, 100);
	header(paper_map(paper), 1, 4, 0);
	paper_walk(paper, 12);
	paper_result(paper, 0, false, 0);
}

static void no_tree(void **state)
{
	struct paper *paper = *state;

	paper_walk(paper, 12);
	paper_result(paper, 0, true, 0);
	header(paper_map(paper), 5, 4, 0);
	paper_walk(paper, 12);
	paper_result(paper, 0, true, 0);
	header(paper_map(paper), 1, 9, 0);
	paper_walk(paper, 12);
	paper_result(paper, 0, true, 0);
	header(paper_map(paper), 1, 4, E4_EXTENT_LEVELS + 1);
	paper_walk(paper, 12);
	paper_result(paper, 0, true, 0);
}

static void two_levels(void **state)
{
	struct paper *paper = *state;
	uint8_t *root = paper_map(paper);

	header(root, 2, 4, 1);
	below(root, 0, 0, 50);
	below(root, 1, 30, 51);
	header(paper->block[50], 2, ROOM, 0);
	leaf(paper->block[50], 0, 0, 5, 100);
	leaf(paper->block[50], 1, 10, 5, 120);
	header(paper->block[51], 1, ROOM - 1, 0);
	leaf(paper->block[51], 0, 30, 5, 140);
	paper_walk(paper, 12);
	paper_result(paper, 5, false, 0);
	paper_piece(paper, 0, DATA, 0, 100, 5);
	paper_piece(paper, 1, DATA, 10, 120, 5);
	paper_piece(paper, 2, MAPPING, 0, 50, 1);
	paper_piece(paper, 3, DATA, 30, 140, 5);
	paper_piece(paper, 4, MAPPING, 0, 51, 1);
}

/* One bad entry hides itself and nothing else. */
static void bad_entries(void **state)
{
	static const struct {
		uint32_t logical;
		uint16_t len;
		uint64_t block;
	} bad[] = {
		{ 10, 5, 0 },			/* no block */
		{ 10, 5, PAPER_BLOCKS },	/* outside */
		{ 10, 5, PAPER_BLOCKS - 4 },	/* ends outside */
		{ 10, 5, 1ULL << 40 },
		{ 4, 5, 300 },			/* overlaps the one before */
	};
	struct paper *paper = *state;
	uint8_t *root = paper_map(paper);

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		header(root, 3, 4, 0);
		leaf(root, 0, 0, 10, 100);
		leaf(root, 1, bad[i].logical, bad[i].len, bad[i].block);
		leaf(root, 2, 50, 10, 200);
		paper_walk(paper, 12);
		paper_result(paper, 2, true, 0);
		paper_piece(paper, 0, DATA, 0, 100, 10);
		paper_piece(paper, 1, DATA, 50, 200, 10);
	}
}

/* A leaf must keep to what the node above it stands for. */
static void behind_its_node(void **state)
{
	struct paper *paper = *state;
	uint8_t *root = paper_map(paper);

	header(root, 2, 4, 1);
	below(root, 0, 0, 50);
	below(root, 1, 30, 51);
	header(paper->block[50], 1, ROOM, 0);
	leaf(paper->block[50], 0, 28, 5, 100);
	header(paper->block[51], 1, ROOM, 0);
	leaf(paper->block[51], 0, 30, 5, 140);
	paper_walk(paper, 12);
	paper_result(paper, 3, true, 0);
	paper_piece(paper, 0, MAPPING, 0, 50, 1);
	paper_piece(paper, 1, DATA, 30, 140, 5);
	/* Blocks kept behind the end of the file may. */
	paper_size(paper, 10 * PAPER_SIZE);
	header(root, 1, 4, 1);
	leaf(paper->block[50], 0, 0, UNWRITTEN + 40, 100);
	paper_walk(paper, 12);
	paper_result(paper, 2, false, 0);
	paper_piece(paper, 0, DATA, 0, 100, 40);
	leaf(paper->block[50], 0, 0, 40, 100);
	paper_walk(paper, 12);
	paper_result(paper, 1, true, 0);
}

/* A node that is none is left out; one that cannot be read ends the walk. */
static void bad_nodes(void **state)
{
	struct paper *paper = *state;
	uint8_t *root = paper_map(paper);

	header(root, 3, 4, 1);
	below(root, 0, 0, 50);
	below(root, 1, 30, 51);
	below(root, 2, 60, 52);
	for (int i = 0; i < 3; i++) {
		header(paper->block[50 + i], 1, ROOM, 0);
		leaf(paper->block[50 + i], 0, 30 * (uint32_t)i, 5,
		     100 + 10 * (uint64_t)i);
	}
	memset(paper->block[51], 0, 12);
	paper_walk(paper, 12);
	paper_result(paper, 4, true, 0);
	paper_piece(paper, 2, DATA, 60, 120, 5);
	header(paper->block[51], 0, ROOM, 0);
	paper_walk(paper, 12);
	paper_result(paper, 2, true, 0);
	header(paper->block[51], 1, ROOM, 0);
	paper->fail = 51;
	paper_walk(paper, 12);
	paper_result(paper, 2, false, -EIO);
	paper_piece(paper, 1, MAPPING, 0, 50, 1);
}

/* A tree that bites its tail comes to an end. */
static void loops(void **state)
{
	struct paper *paper = *state;
	uint8_t *root = paper_map(paper);

	header(root, 1, 4, 5);
	below(root, 0, 0, 50);
	header(paper->block[50], 2, ROOM, 4);
	below(paper->block[50], 0, 0, 51);
	below(paper->block[50], 1, 40, 51);
	header(paper->block[51], 1, ROOM, 3);
	below(paper->block[51], 0, 0, 50);
	paper_walk(paper, 12);
	paper_result(paper, 0, true, 0);
	assert_in_range(paper->reads, 1, 3);
}

static void deep(void **state)
{
	struct paper *paper = *state;
	uint8_t *root = paper_map(paper);

	header(root, 1, 4, E4_EXTENT_LEVELS);
	below(root, 0, 0, 50);
	for (int i = 0; i < E4_EXTENT_LEVELS; i++) {
		header(paper->block[50 + i], 1, ROOM, 0);
		below(paper->block[50 + i], 0, 0, 51 + (uint64_t)i);
	}
	leaf(paper->block[50 + E4_EXTENT_LEVELS - 1], 0, 0, 7, 500);
	paper_walk(paper, 12);
	paper_result(paper, E4_EXTENT_LEVELS + 1, false, 0);
	paper_piece(paper, 0, DATA, 0, 500, 7);
}

static void long_directory(void **state)
{
	struct paper *paper = *state;
	uint8_t *root = paper_map(paper);

	paper_mode(paper, S_IFDIR | 0755);
	header(root, 1, 4, 0);
	leaf(root, 0, (1U << 21) - 5, 5, 100);
	paper_walk(paper, 12);
	paper_result(paper, 1, false, 0);
	leaf(root, 0, (1U << 21) - 4, 5, 100);
	paper_walk(paper, 12);
	paper_result(paper, 0, true, 0);
	paper->rules.large_dir = true;
	paper_walk(paper, 12);
	paper_result(paper, 1, false, 0);
}

/* Whatever is in the blocks: pieces are inside, and the walk ends. */
static void rubbish(void **state)
{
	struct paper *paper = *state;
	uint64_t seed = 11;

	for (int round = 0; round < 3000; round++) {
		uint8_t *root = paper_map(paper);
		unsigned int depth = unit_random(&seed) % 4;

		unit_fill(&seed, root, E4_INODE_BLOCK_BYTES);
		header(root, (uint16_t)(unit_random(&seed) % 5), 4,
		       (uint16_t)depth);
		for (int i = 0; i < 4; i++)
			below(root, i, unit_random(&seed) % 100,
			      unit_random(&seed) % 20);
		for (int i = 1; i < 20; i++) {
			unit_fill(&seed, paper->block[i], 60);
			header(paper->block[i],
			       (uint16_t)(unit_random(&seed) % 4), ROOM, 0);
			for (int j = 0; j < 3; j++)
				below(paper->block[i], j,
				      unit_random(&seed) % 100,
				      unit_random(&seed) % 25);
		}
		paper_walk(paper, 12);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(in_inode, start, end),
		cmocka_unit_test_setup_teardown(nothing_mapped, start, end),
		cmocka_unit_test_setup_teardown(no_tree, start, end),
		cmocka_unit_test_setup_teardown(two_levels, start, end),
		cmocka_unit_test_setup_teardown(bad_entries, start, end),
		cmocka_unit_test_setup_teardown(behind_its_node, start, end),
		cmocka_unit_test_setup_teardown(bad_nodes, start, end),
		cmocka_unit_test_setup_teardown(loops, start, end),
		cmocka_unit_test_setup_teardown(deep, start, end),
		cmocka_unit_test_setup_teardown(long_directory, start, end),
		cmocka_unit_test_setup_teardown(rubbish, start, end),
	};

	return cmocka_run_group_tests_name("extent", tests, NULL, NULL);
}
