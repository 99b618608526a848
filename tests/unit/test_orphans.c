// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_orphans.c --- blocks of an orphan file
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "orphans.h"
#include "paper.h"
#include "unit.h"

#define SIZE 1024

static void numbers(void **state)
{
	struct e4_orphans orphans = { 0 };
	uint8_t block[SIZE] = { 0 };

	(void)state;
	paper_word(block, 12);
	paper_word(block + 40, 99);
	paper_word(block + 44, 101);
	paper_word(block + SIZE - 12, 100);
	paper_word(block + SIZE - 8, 0x0b10ca04);
	/* A checksum, which is no inode. */
	paper_word(block + SIZE - 4, 50);
	assert_int_equal(e4_orphans_add_block(&orphans, block, SIZE, 100), 0);
	assert_int_equal(orphans.nr, 3);
	assert_int_equal(orphans.list[0], 12);
	assert_int_equal(orphans.list[1], 99);
	assert_int_equal(orphans.list[2], 100);
	e4_orphans_free(&orphans);
}

static void not_one(void **state)
{
	struct e4_orphans orphans = { 0 };
	uint8_t block[SIZE];

	(void)state;
	memset(block, 1, sizeof(block));
	assert_int_equal(e4_orphans_add_block(&orphans, block, SIZE,
					      UINT32_MAX), -EINVAL);
	assert_int_equal(orphans.nr, 0);
}

/* Nothing is read any more: else it is known that inode 12 cannot be. */
static void ended(void **state)
{
	struct ext4bm_geometry geo = {
		.inodes = 100, .inodes_per_group = 100,
	};
	struct e4_table table = { 0 };
	struct e4_views views = { .geo = &geo, .table = &table };
	struct ext4bm fs = {
		.rules = { .last_orphan = 12, .first_inode = 11 },
	};
	int cancel = 0;
	struct e4_budget budget = { 0 };
	struct e4_itables tables = {
		.fs = &fs, .views = &views, .cancel = &cancel,
		.budget = &budget,
	};
	struct e4_orphans orphans;

	(void)state;
	assert_int_equal(e4_orphans_read(&orphans, &tables), 0);
	assert_int_equal(orphans.unread, 12);
	e4_orphans_free(&orphans);
	cancel = 1;
	assert_int_equal(e4_orphans_read(&orphans, &tables), 0);
	assert_int_equal(orphans.unread, 0);
	e4_orphans_free(&orphans);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(not_one),
		cmocka_unit_test(ended),
	};

	return cmocka_run_group_tests_name("orphans", tests, NULL, NULL);
}
