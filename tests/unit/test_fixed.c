// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_fixed.c --- the index of fixed items
 */
#include "config.h"

#include "fixed.h"
#include "unit.h"
#include "world.h"

#define FIRST(group) (1 + (uint64_t)(group) * 8192)

static void assert_run(const struct world *world, size_t number,
		       uint64_t first, uint64_t last, enum ext4bm_item item)
{
	assert_true(number < world->fixed.nr);
	assert_int_equal(world->fixed.runs[number].first, first);
	assert_int_equal(world->fixed.runs[number].last, last);
	assert_int_equal(world->fixed.runs[number].item, item);
}

/* Sorted, not overlapping, and nothing else than the items. */
static void healthy(void **state)
{
	struct world *world = *state;

	assert_false(world->fixed.overlap);
	assert_int_equal(world->fixed.nr, 3 * WORLD_GROUPS);
	for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
		struct e4_gd gd = world_gd(world, group);

		assert_run(world, 3 * group, gd.block_bitmap,
			   gd.block_bitmap, EXT4BM_ITEM_BLOCK_BITMAP);
		assert_run(world, 3 * group + 1, gd.inode_bitmap,
			   gd.inode_bitmap, EXT4BM_ITEM_INODE_BITMAP);
		assert_run(world, 3 * group + 2, gd.inode_table,
			   gd.inode_table + 31, EXT4BM_ITEM_INODE_TABLE);
	}
}

/* As mke2fs lays out a flex_bg: kinds side by side, in the first group. */
static void flex_bg(void **state)
{
	struct world *world = *state;

	for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
		world_move(world, group, EXT4BM_ITEM_BLOCK_BITMAP,
			   100 + group);
		world_move(world, group, EXT4BM_ITEM_INODE_BITMAP,
			   105 + group);
		world_move(world, group, EXT4BM_ITEM_INODE_TABLE,
			   110 + 32 * group);
	}
	world_index(world);
	assert_false(world->fixed.overlap);
	assert_int_equal(world->fixed.nr, 3);
	assert_run(world, 0, 100, 104, EXT4BM_ITEM_BLOCK_BITMAP);
	assert_run(world, 1, 105, 109, EXT4BM_ITEM_INODE_BITMAP);
	assert_run(world, 2, 110, 110 + 5 * 32 - 1, EXT4BM_ITEM_INODE_TABLE);
}

static void find(void **state)
{
	struct world *world = *state;
	const struct e4_fixed *fixed = &world->fixed;

	for (uint64_t block = 0; block < world->geo.blocks + 3; block++) {
		size_t want = 0;

		while (want < fixed->nr && fixed->runs[want].last < block)
			want++;
		if (e4_fixed_find(fixed, block) != want)
			fail_msg("block %llu", (unsigned long long)block);
	}
	assert_int_equal(e4_fixed_find(fixed, UINT64_MAX), fixed->nr);
	assert_int_equal(e4_fixed_find(&(struct e4_fixed){ 0 }, 0), 0);
}

/* What is where it cannot be is not in the index. */
static void impossible_places(void **state)
{
	struct world *world = *state;

	world_move(world, 2, EXT4BM_ITEM_BLOCK_BITMAP, 0);
	world_move(world, 2, EXT4BM_ITEM_INODE_BITMAP, UINT64_MAX);
	world_move(world, 2, EXT4BM_ITEM_INODE_TABLE, world->geo.blocks - 31);
	world_index(world);
	assert_false(world->fixed.overlap);
	assert_int_equal(world->fixed.nr, 3 * (WORLD_GROUPS - 1));
}

static void unread_descriptors(void **state)
{
	struct world *world = *state;

	world->table.errors[0] = -5;
	world_index(world);
	assert_int_equal(world->fixed.nr, 0);
	assert_false(world->fixed.overlap);
}

/* The table reaches three groups only. */
static void short_table(void **state)
{
	struct world *world = *state;

	world->table.groups = 3;
	world_index(world);
	assert_int_equal(world->fixed.nr, 9);
}

static void same_block(void **state)
{
	struct world *world = *state;
	struct e4_gd gd = world_gd(world, 2);

	world_move(world, 3, EXT4BM_ITEM_BLOCK_BITMAP, gd.block_bitmap);
	world_index(world);
	assert_true(world->fixed.overlap);
	assert_int_equal(world->fixed.nr, 3 * WORLD_GROUPS - 1);
	for (size_t i = 1; i < world->fixed.nr; i++)
		assert_true(world->fixed.runs[i].first >
			    world->fixed.runs[i - 1].last);
}

/* Cut so that each block is in one run: the earlier keeps it. */
static void partly(void **state)
{
	struct world *world = *state;
	uint64_t table = FIRST(2) + 100;

	world_move(world, 2, EXT4BM_ITEM_INODE_TABLE, table);
	world_move(world, 3, EXT4BM_ITEM_INODE_TABLE, table + 20);
	world_move(world, 1, EXT4BM_ITEM_INODE_BITMAP, table + 5);
	world_index(world);
	assert_true(world->fixed.overlap);
	assert_run(world, 6, FIRST(2) + 1, FIRST(2) + 1,
		   EXT4BM_ITEM_INODE_BITMAP);
	assert_run(world, 7, table, table + 31, EXT4BM_ITEM_INODE_TABLE);
	assert_run(world, 8, table + 32, table + 51,
		   EXT4BM_ITEM_INODE_TABLE);
}

/* On the superblock copy of group 3, and on each block of its table. */
static void on_base(void **state)
{
	struct world *world = *state;

	world_free(world);
	world_superblock(world);
	world->sb.s_reserved_gdt_blocks = 3;
	world_build(world);
	assert_false(world->fixed.overlap);
	for (uint64_t n = 0; n < 5; n++) {
		world_move(world, 1, EXT4BM_ITEM_INODE_BITMAP, FIRST(3) + n);
		world_index(world);
		assert_true(world->fixed.overlap);
	}
	/* group 2 has no copy */
	world_move(world, 1, EXT4BM_ITEM_INODE_BITMAP, FIRST(2) + 40);
	world_index(world);
	assert_false(world->fixed.overlap);
	/* a table that begins in group 2 and ends on the copy */
	world_move(world, 1, EXT4BM_ITEM_INODE_TABLE, FIRST(3) - 31);
	world_index(world);
	assert_true(world->fixed.overlap);
	world_move(world, 1, EXT4BM_ITEM_INODE_TABLE, FIRST(3) - 32);
	world_index(world);
	assert_false(world->fixed.overlap);
}

/* Group after group, without what is where it cannot be, or was not read. */
static void walk(void **state)
{
	struct world *world = *state;
	struct e4_items items;
	struct e4_item item;

	world_move(world, 1, EXT4BM_ITEM_INODE_BITMAP, 0);
	e4_items_start(&items, &world->geo, &world->table);
	for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
		struct e4_gd gd = world_gd(world, group);

		assert_true(e4_items_next(&items, &item));
		assert_int_equal(item.group, group);
		assert_int_equal(item.item, EXT4BM_ITEM_BLOCK_BITMAP);
		assert_int_equal(item.first, gd.block_bitmap);
		assert_int_equal(item.last, gd.block_bitmap);
		if (group != 1) {
			assert_true(e4_items_next(&items, &item));
			assert_int_equal(item.item, EXT4BM_ITEM_INODE_BITMAP);
			assert_int_equal(item.first, gd.inode_bitmap);
		}
		assert_true(e4_items_next(&items, &item));
		assert_int_equal(item.group, group);
		assert_int_equal(item.item, EXT4BM_ITEM_INODE_TABLE);
		assert_int_equal(item.first, gd.inode_table);
		assert_int_equal(item.last, gd.inode_table + 31);
	}
	assert_false(e4_items_next(&items, &item));
	assert_false(e4_items_next(&items, &item));
	world->table.errors[0] = -5;
	e4_items_start(&items, &world->geo, &world->table);
	assert_false(e4_items_next(&items, &item));
}

static void items(void **state)
{
	struct world *world = *state;
	struct e4_gd gd = { .block_bitmap = 1, .inode_bitmap = 2,
			    .inode_table = 3 };

	assert_int_equal(e4_item_block(&gd, EXT4BM_ITEM_BLOCK_BITMAP), 1);
	assert_int_equal(e4_item_block(&gd, EXT4BM_ITEM_INODE_BITMAP), 2);
	assert_int_equal(e4_item_block(&gd, EXT4BM_ITEM_INODE_TABLE), 3);
	assert_int_equal(e4_item_blocks(&world->geo,
					EXT4BM_ITEM_BLOCK_BITMAP), 1);
	assert_int_equal(e4_item_blocks(&world->geo,
					EXT4BM_ITEM_INODE_BITMAP), 1);
	assert_int_equal(e4_item_blocks(&world->geo,
					EXT4BM_ITEM_INODE_TABLE), 32);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, world_start, world_finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(healthy),
		TEST(flex_bg),
		TEST(find),
		TEST(impossible_places),
		TEST(unread_descriptors),
		TEST(short_table),
		TEST(same_block),
		TEST(partly),
		TEST(on_base),
		TEST(walk),
		TEST(items),
	};

	return cmocka_run_group_tests_name("fixed", tests, NULL, NULL);
}
