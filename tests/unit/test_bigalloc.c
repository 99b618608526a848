// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_bigalloc.c --- where pieces of a file lie in clusters of four blocks
 */
#include "config.h"

#include <ext2fs/ext2_fs.h>

#include "bigalloc.h"
#include "unit.h"

#define RATIO 4

static const struct e4_inode file = { .number = 12, .flags = EXT4_EXTENTS_FL };

/* What is left of a piece of [@logical, + @len) at @block. */
static void assert_left(struct e4_last_piece *last, uint64_t logical,
			uint64_t block, uint64_t len, uint64_t left_block,
			uint64_t left_len)
{
	struct e4_piece piece = {
		.logical = logical, .block = block, .len = len,
	};

	assert_false(e4_bigalloc_take(last, RATIO, &file, &piece));
	assert_int_equal(piece.len, left_len);
	if (left_len)
		assert_int_equal(piece.block, left_block);
}

static void assert_misplaced(struct e4_last_piece *last,
			     const struct e4_inode *inode, uint64_t logical,
			     uint64_t block, bool misplaced)
{
	struct e4_piece piece = {
		.logical = logical, .block = block, .len = 2,
	};

	assert_int_equal(e4_bigalloc_take(last, RATIO, inode, &piece),
			 misplaced);
	if (misplaced) {
		assert_int_equal(piece.block, block);
		assert_int_equal(piece.len, 2);
	}
}

/* A cluster that is mapped in parts is the file's own. */
static void own(void **state)
{
	struct e4_last_piece last = { 0 };

	(void)state;
	assert_left(&last, 0, 40, 2, 40, 2);
	assert_left(&last, 2, 42, 1, 0, 0);
	assert_left(&last, 3, 43, 6, 44, 5);
	assert_left(&last, 10, 50, 1, 0, 0);
	/* behind a hole, in another cluster */
	assert_left(&last, 17, 61, 1, 61, 1);
}

static void misplaced(void **state)
{
	struct e4_last_piece last = { 0 };
	struct e4_inode other = file, mapped = { .number = 12 };

	(void)state;
	assert_misplaced(&last, &file, 0, 40, false);
	/* one cluster of the file in two places */
	assert_misplaced(&last, &file, 2, 46, true);
	/* not at the same place of the cluster */
	assert_misplaced(&last, &file, 4, 81, true);
	assert_misplaced(&last, &file, 9, 84, true);
	/* of another inode nothing was seen yet */
	other.number = 13;
	assert_misplaced(&last, &file, 12, 40, false);
	assert_misplaced(&last, &other, 14, 46, false);
	/* block maps have no such rule */
	assert_misplaced(&last, &mapped, 1, 44, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own),
		cmocka_unit_test(misplaced),
	};

	return cmocka_run_group_tests_name("bigalloc", tests, NULL, NULL);
}
