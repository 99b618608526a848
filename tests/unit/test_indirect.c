// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_indirect.c --- block maps: whole, damaged, and made by chance
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
#define NUMBERS (PAPER_SIZE / 4)

static int start(void **state)
{
	static struct paper paper;

	paper_start(&paper);
	*state = &paper;
	return 0;
}

static int end(void **state)
{
	paper_end(*state);
	return 0;
}

static void slot(struct paper *paper, int number, uint32_t block)
{
	paper_word(paper_map(paper) + 4 * number, block);
}

static void in_block(struct paper *paper, uint32_t block, int number,
		     uint32_t value)
{
	paper_word(paper->block[block] + 4 * number, value);
}

static void direct(void **state)
{
	struct paper *paper = *state;

	slot(paper, 0, 100);
	slot(paper, 1, 101);
	slot(paper, 3, 102);
	slot(paper, 11, 50);
	paper_walk(paper, 12);
	paper_result(paper, 3, false, 0);
	paper_piece(paper, 0, DATA, 0, 100, 2);
	paper_piece(paper, 1, DATA, 3, 102, 1);
	paper_piece(paper, 2, DATA, 11, 50, 1);
}

static void all_levels(void **state)
{
	struct paper *paper = *state;
	const uint64_t second = 12 + NUMBERS;
	const uint64_t third = second + NUMBERS * NUMBERS;

	slot(paper, 12, 20);
	in_block(paper, 20, 0, 200);
	in_block(paper, 20, 255, 201);
	slot(paper, 13, 21);
	in_block(paper, 21, 1, 22);
	in_block(paper, 22, 2, 202);
	slot(paper, 14, 23);
	in_block(paper, 23, 0, 24);
	in_block(paper, 24, 3, 25);
	in_block(paper, 25, 4, 203);
	paper_walk(paper, 12);
	paper_result(paper, 10, false, 0);
	paper_piece(paper, 0, MAPPING, 0, 20, 1);
	paper_piece(paper, 1, DATA, 12, 200, 1);
	paper_piece(paper, 2, DATA, 12 + 255, 201, 1);
	paper_piece(paper, 3, MAPPING, 0, 21, 1);
	paper_piece(paper, 4, MAPPING, 0, 22, 1);
	paper_piece(paper, 5, DATA, second + NUMBERS + 2, 202, 1);
	paper_piece(paper, 6, MAPPING, 0, 23, 1);
	paper_piece(paper, 8, MAPPING, 0, 25, 1);
	paper_piece(paper, 9, DATA, third + 3 * NUMBERS + 4, 203, 1);
}

/* A number that cannot be hides itself. */
static void bad_data(void **state)
{
	struct paper *paper = *state;

	slot(paper, 0, 100);
	slot(paper, 1, PAPER_BLOCKS);
	slot(paper, 2, 102);
	paper_walk(paper, 12);
	paper_result(paper, 2, true, 0);
	slot(paper, 1, UINT32_MAX);
	paper_walk(paper, 12);
	paper_result(paper, 2, true, 0);
}

/* That of a block of numbers hides the rest of the block that names it. */
static void bad_numbers(void **state)
{
	struct paper *paper = *state;

	slot(paper, 12, PAPER_BLOCKS + 5);
	slot(paper, 13, 21);
	in_block(paper, 21, 0, 22);
	in_block(paper, 22, 0, 202);
	in_block(paper, 21, 1, PAPER_BLOCKS);
	in_block(paper, 21, 2, 24);
	in_block(paper, 24, 0, 204);
	slot(paper, 14, 25);
	paper_walk(paper, 12);
	paper_result(paper, 4, true, 0);
	paper_piece(paper, 0, MAPPING, 0, 21, 1);
	paper_piece(paper, 1, MAPPING, 0, 22, 1);
	paper_piece(paper, 2, DATA, 12 + NUMBERS, 202, 1);
	paper_piece(paper, 3, MAPPING, 0, 25, 1);
}

/* But what fixed metadata names in their place hides nothing. */
static void numbers_in_fixed(void **state)
{
	struct paper *paper = *state;

	slot(paper, 13, 21);
	in_block(paper, 21, 0, PAPER_BLOCKS);
	in_block(paper, 21, 1, 22);
	in_block(paper, 22, 0, 202);
	paper_walk(paper, 12);
	paper_result(paper, 1, true, 0);
	paper->fixed = 21;
	paper_walk(paper, 12);
	paper_result(paper, 3, true, 0);
	paper_piece(paper, 0, MAPPING, 0, 21, 1);
	paper_piece(paper, 1, MAPPING, 0, 22, 1);
	paper_piece(paper, 2, DATA, 12 + 2 * NUMBERS, 202, 1);
}

static void unreadable(void **state)
{
	struct paper *paper = *state;

	slot(paper, 12, 20);
	in_block(paper, 20, 0, 200);
	slot(paper, 13, 21);
	in_block(paper, 21, 0, 22);
	in_block(paper, 22, 0, 202);
	paper->fail = 20;
	paper_walk(paper, 12);
	/* The block of numbers is there, even if it cannot be read. */
	paper_result(paper, 4, false, -EIO);
	paper_piece(paper, 0, MAPPING, 0, 20, 1);
	paper_piece(paper, 3, DATA, 12 + NUMBERS, 202, 1);
}

/* Short symbolic links and devices keep other things in i_block. */
static void no_numbers(void **state)
{
	struct paper *paper = *state;

	slot(paper, 0, 100);
	paper_mode(paper, S_IFLNK | 0777);
	paper_size(paper, 20);
	paper_walk(paper, 12);
	paper_result(paper, 0, false, 0);
	paper_mode(paper, S_IFCHR | 0600);
	paper_walk(paper, 12);
	paper_result(paper, 0, false, 0);
	paper_mode(paper, S_IFREG | 0600);
	paper_flags(paper, EXT4_INLINE_DATA_FL);
	paper_walk(paper, 12);
	paper_result(paper, 0, false, 0);
}

/* A long link has one block, a directory has an end. */
static void too_long(void **state)
{
	struct paper *paper = *state;

	paper_mode(paper, S_IFLNK | 0777);
	paper_size(paper, 100);
	paper_word(paper->raw + offsetof(struct ext2_inode, i_blocks), 2);
	slot(paper, 0, 100);
	slot(paper, 1, 101);
	paper_walk(paper, 12);
	paper_result(paper, 1, true, 0);
}

/* All that the resize inode maps but one block is kept for descriptors. */
static void resize_inode(void **state)
{
	struct paper *paper = *state;

	slot(paper, 13, 21);
	in_block(paper, 21, 0, 22);
	in_block(paper, 22, 0, 202);
	paper_walk(paper, EXT2_RESIZE_INO);
	paper_result(paper, 1, false, 0);
	paper_piece(paper, 0, MAPPING, 0, 21, 1);
	assert_int_equal(paper->reads, 0);
	slot(paper, 13, PAPER_BLOCKS);
	paper_walk(paper, EXT2_RESIZE_INO);
	paper_result(paper, 0, true, 0);
	/* It has no other. */
	slot(paper, 13, 21);
	slot(paper, 14, 30);
	paper_walk(paper, EXT2_RESIZE_INO);
	paper_result(paper, 1, true, 0);
	slot(paper, 14, 0);
	slot(paper, 0, 900);
	paper_walk(paper, EXT2_RESIZE_INO);
	paper_result(paper, 1, true, 0);
}

/* The bad blocks inode has no mode, and yet it has blocks. */
static void bad_blocks_inode(void **state)
{
	struct paper *paper = *state;

	paper_mode(paper, 0);
	slot(paper, 0, 100);
	slot(paper, 5, 7);
	paper_walk(paper, EXT2_BAD_INO);
	paper_result(paper, 2, false, 0);
}

static void rubbish(void **state)
{
	struct paper *paper = *state;
	uint64_t seed = 5;

	for (int round = 0; round < 300; round++) {
		for (int i = 0; i < 15; i++)
			slot(paper, i, unit_random(&seed) % 8 ? 0 :
			     unit_random(&seed) % 1100);
		for (uint32_t block = 1; block < 1000; block++)
			in_block(paper, block, (int)(block % NUMBERS),
				 unit_random(&seed) % 1100);
		paper_walk(paper, 12);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(direct, start, end),
		cmocka_unit_test_setup_teardown(all_levels, start, end),
		cmocka_unit_test_setup_teardown(bad_data, start, end),
		cmocka_unit_test_setup_teardown(bad_numbers, start, end),
		cmocka_unit_test_setup_teardown(numbers_in_fixed, start, end),
		cmocka_unit_test_setup_teardown(unreadable, start, end),
		cmocka_unit_test_setup_teardown(no_numbers, start, end),
		cmocka_unit_test_setup_teardown(too_long, start, end),
		cmocka_unit_test_setup_teardown(resize_inode, start, end),
		cmocka_unit_test_setup_teardown(bad_blocks_inode, start, end),
		cmocka_unit_test_setup_teardown(rubbish, start, end),
	};

	return cmocka_run_group_tests_name("indirect", tests, NULL, NULL);
}
