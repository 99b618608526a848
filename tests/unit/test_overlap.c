// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_overlap.c --- which two items claim the same block
 */
#include "config.h"

#include <endian.h>

#include "fixed.h"
#include "unit.h"
#include "world.h"

#define FIRST(group) (1 + (uint64_t)(group) * 8192)

static void look(struct world *world)
{
	e4_findings_free(&world->findings);
	assert_int_equal(e4_fixed_overlaps(&world->geo, &world->table,
					   &world->findings), 0);
	e4_findings_sort(&world->findings);
}

static void assert_overlap(const struct world *world, size_t number,
			   uint32_t group, enum ext4bm_item item,
			   uint32_t other_group, enum ext4bm_item other,
			   uint64_t first, uint64_t last)
{
	const struct ext4bm_finding *finding;
	struct e4_gd gd = world_gd(world, group);

	assert_true(number < world->findings.nr);
	finding = &world->findings.list[number];
	assert_int_equal(finding->code, EXT4BM_GD_OVERLAP);
	world_values(finding, group, e4_item_block(&gd, item),
		     last - first + 1,
		     world_field(world, group, e4_item_field(item)));
	assert_int_equal(finding->item, item);
	assert_int_equal(finding->other_item, other);
	assert_int_equal(finding->other_group, other_group);
	assert_int_equal(finding->flags, gd.flags);
	assert_int_equal(finding->nr_ranges, 1);
	world_range(finding, 0, first, last);
}

static void healthy(void **state)
{
	look(*state);
	world_healthy(*state);
}

/* The later group has the finding, whichever was moved. */
static void same_block(void **state)
{
	struct world *world = *state;
	struct e4_gd two = world_gd(world, 2);

	world_raw(world, 3)->bg_flags = htole16(EXT4BM_ITABLE_ZEROED);
	world_move(world, 3, EXT4BM_ITEM_BLOCK_BITMAP, two.inode_bitmap);
	look(world);
	assert_int_equal(world->findings.nr, 1);
	assert_overlap(world, 0, 3, EXT4BM_ITEM_BLOCK_BITMAP,
		       2, EXT4BM_ITEM_INODE_BITMAP,
		       two.inode_bitmap, two.inode_bitmap);
}

static void moved_back(void **state)
{
	struct world *world = *state;
	struct e4_gd three = world_gd(world, 3);

	world_move(world, 2, EXT4BM_ITEM_BLOCK_BITMAP,
		   three.inode_table + 7);
	look(world);
	assert_int_equal(world->findings.nr, 1);
	assert_overlap(world, 0, 3, EXT4BM_ITEM_INODE_TABLE,
		       2, EXT4BM_ITEM_BLOCK_BITMAP,
		       three.inode_table + 7, three.inode_table + 7);
}

/* Two items of one group. */
static void same_group(void **state)
{
	struct world *world = *state;
	struct e4_gd two = world_gd(world, 2);

	world_move(world, 2, EXT4BM_ITEM_BLOCK_BITMAP, two.inode_bitmap);
	look(world);
	assert_int_equal(world->findings.nr, 1);
	assert_overlap(world, 0, 2, EXT4BM_ITEM_INODE_BITMAP,
		       2, EXT4BM_ITEM_BLOCK_BITMAP,
		       two.inode_bitmap, two.inode_bitmap);
}

static void tables(void **state)
{
	struct world *world = *state;
	uint64_t place = FIRST(2) + 500;

	world_move(world, 2, EXT4BM_ITEM_INODE_TABLE, place);
	world_move(world, 4, EXT4BM_ITEM_INODE_TABLE, place + 30);
	look(world);
	assert_int_equal(world->findings.nr, 1);
	assert_overlap(world, 0, 4, EXT4BM_ITEM_INODE_TABLE,
		       2, EXT4BM_ITEM_INODE_TABLE, place + 30, place + 31);
	/* touching is not overlapping */
	world_move(world, 4, EXT4BM_ITEM_INODE_TABLE, place + 32);
	look(world);
	world_healthy(world);
}

/* A bitmap in the middle of a table hides nothing of what comes behind. */
static void three_at_once(void **state)
{
	struct world *world = *state;
	uint64_t place = FIRST(2) + 500;

	world_move(world, 1, EXT4BM_ITEM_INODE_TABLE, place);
	world_move(world, 2, EXT4BM_ITEM_BLOCK_BITMAP, place + 5);
	world_move(world, 3, EXT4BM_ITEM_INODE_BITMAP, place + 31);
	look(world);
	assert_int_equal(world->findings.nr, 2);
	assert_overlap(world, 0, 2, EXT4BM_ITEM_BLOCK_BITMAP,
		       1, EXT4BM_ITEM_INODE_TABLE, place + 5, place + 5);
	assert_overlap(world, 1, 3, EXT4BM_ITEM_INODE_BITMAP,
		       1, EXT4BM_ITEM_INODE_TABLE, place + 31, place + 31);
}

static void on_base(void **state)
{
	static const enum ext4bm_item under[] = {
		EXT4BM_ITEM_SUPERBLOCK, EXT4BM_ITEM_DESCRIPTORS,
		EXT4BM_ITEM_RESERVED_GDT, EXT4BM_ITEM_RESERVED_GDT,
		EXT4BM_ITEM_RESERVED_GDT,
	};
	struct world *world = *state;

	for (uint64_t n = 0; n < ARRAY_SIZE(under); n++) {
		world_move(world, 2, EXT4BM_ITEM_INODE_BITMAP, FIRST(3) + n);
		look(world);
		assert_int_equal(world->findings.nr, 1);
		assert_overlap(world, 0, 2, EXT4BM_ITEM_INODE_BITMAP,
			       3, under[n], FIRST(3) + n, FIRST(3) + n);
	}
}

/* A table from group 2 into group 3 lies on all that group 3 begins with. */
static void across(void **state)
{
	struct world *world = *state;

	world_move(world, 2, EXT4BM_ITEM_INODE_TABLE, FIRST(3) - 28);
	look(world);
	assert_int_equal(world->findings.nr, 3);
	assert_overlap(world, 0, 2, EXT4BM_ITEM_INODE_TABLE,
		       3, EXT4BM_ITEM_SUPERBLOCK, FIRST(3), FIRST(3));
	assert_overlap(world, 1, 2, EXT4BM_ITEM_INODE_TABLE,
		       3, EXT4BM_ITEM_DESCRIPTORS, FIRST(3) + 1,
		       FIRST(3) + 1);
	assert_overlap(world, 2, 2, EXT4BM_ITEM_INODE_TABLE,
		       3, EXT4BM_ITEM_RESERVED_GDT, FIRST(3) + 2,
		       FIRST(3) + 3);
}

/* What cannot be where it is said to be overlaps with nothing. */
static void impossible(void **state)
{
	struct world *world = *state;

	for (uint32_t group = 0; group < WORLD_GROUPS; group++)
		world_move(world, group, EXT4BM_ITEM_INODE_TABLE, 0);
	look(world);
	world_healthy(world);
	world->table.errors[0] = -5;
	look(world);
	world_healthy(world);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, world_start_reserved, \
					world_finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(healthy),
		TEST(same_block),
		TEST(moved_back),
		TEST(same_group),
		TEST(tables),
		TEST(three_at_once),
		TEST(on_base),
		TEST(across),
		TEST(impossible),
	};

	return cmocka_run_group_tests_name("overlap", tests, NULL, NULL);
}
