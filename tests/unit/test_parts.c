// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_parts.c --- what fixed metadata takes of a group, in clusters
 */
#include "config.h"

#include "parts.h"
#include "unit.h"
#include "world.h"

#define FIRST(group) (1 + (uint64_t)(group) * 8192)

static void assert_parts(const struct world *world, uint32_t group,
			 const struct e4_part *want, size_t nr)
{
	struct e4_parts parts;
	struct e4_part part;
	size_t i = 0;

	e4_parts_start(&parts, &world->geo, &world->fixed, group);
	while (e4_parts_next(&parts, &part)) {
		assert_true(i < nr);
		assert_int_equal(part.first, want[i].first);
		assert_int_equal(part.end, want[i].end);
		assert_int_equal(part.item, want[i].item);
		i++;
	}
	assert_int_equal(i, nr);
	/* an end stays an end */
	assert_false(e4_parts_next(&parts, &part));
}

static void with_base(void **state)
{
	static const struct e4_part want[] = {
		{ 0, 1, EXT4BM_ITEM_SUPERBLOCK },
		{ 1, 2, EXT4BM_ITEM_DESCRIPTORS },
		{ 2, 5, EXT4BM_ITEM_RESERVED_GDT },
		{ 5, 6, EXT4BM_ITEM_BLOCK_BITMAP },
		{ 6, 7, EXT4BM_ITEM_INODE_BITMAP },
		{ 7, 39, EXT4BM_ITEM_INODE_TABLE },
	};

	assert_parts(*state, 0, want, ARRAY_SIZE(want));
	assert_parts(*state, 1, want, ARRAY_SIZE(want));
	assert_parts(*state, 3, want, ARRAY_SIZE(want));
}

static void without_base(void **state)
{
	static const struct e4_part want[] = {
		{ 0, 1, EXT4BM_ITEM_BLOCK_BITMAP },
		{ 1, 2, EXT4BM_ITEM_INODE_BITMAP },
		{ 2, 34, EXT4BM_ITEM_INODE_TABLE },
	};

	assert_parts(*state, 2, want, ARRAY_SIZE(want));
	assert_parts(*state, 4, want, ARRAY_SIZE(want));
}

/* A table that begins in group 1 and ends in group 2 is cut at the border. */
static void across(void **state)
{
	static const struct e4_part left[] = {
		{ 0, 1, EXT4BM_ITEM_SUPERBLOCK },
		{ 1, 2, EXT4BM_ITEM_DESCRIPTORS },
		{ 2, 5, EXT4BM_ITEM_RESERVED_GDT },
		{ 5, 6, EXT4BM_ITEM_BLOCK_BITMAP },
		{ 6, 7, EXT4BM_ITEM_INODE_BITMAP },
		{ 8165, 8192, EXT4BM_ITEM_INODE_TABLE },
	};
	static const struct e4_part right[] = {
		{ 0, 5, EXT4BM_ITEM_INODE_TABLE },
		{ 50, 51, EXT4BM_ITEM_BLOCK_BITMAP },
		{ 51, 52, EXT4BM_ITEM_INODE_BITMAP },
		{ 52, 84, EXT4BM_ITEM_INODE_TABLE },
	};
	struct world *world = *state;

	world_move(world, 2, EXT4BM_ITEM_BLOCK_BITMAP, FIRST(2) + 50);
	world_move(world, 2, EXT4BM_ITEM_INODE_BITMAP, FIRST(2) + 51);
	world_move(world, 2, EXT4BM_ITEM_INODE_TABLE, FIRST(2) + 52);
	world_move(world, 1, EXT4BM_ITEM_INODE_TABLE, FIRST(2) - 27);
	world_index(world);
	assert_parts(world, 1, left, ARRAY_SIZE(left));
	assert_parts(world, 2, right, ARRAY_SIZE(right));
}

/* All items in group 0: the other groups keep what they begin with. */
static void packed(void **state)
{
	static const struct e4_part zero[] = {
		{ 0, 1, EXT4BM_ITEM_SUPERBLOCK },
		{ 1, 2, EXT4BM_ITEM_DESCRIPTORS },
		{ 2, 5, EXT4BM_ITEM_RESERVED_GDT },
		{ 10, 15, EXT4BM_ITEM_BLOCK_BITMAP },
		{ 15, 20, EXT4BM_ITEM_INODE_BITMAP },
		{ 20, 180, EXT4BM_ITEM_INODE_TABLE },
	};
	struct world *world = *state;

	for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
		world_move(world, group, EXT4BM_ITEM_BLOCK_BITMAP,
			   11 + group);
		world_move(world, group, EXT4BM_ITEM_INODE_BITMAP,
			   16 + group);
		world_move(world, group, EXT4BM_ITEM_INODE_TABLE,
			   21 + 32 * group);
	}
	world_index(world);
	assert_parts(world, 0, zero, ARRAY_SIZE(zero));
	assert_parts(world, 1, zero, 3);
	assert_parts(world, 2, NULL, 0);
	assert_parts(world, 3, zero, 3);
	assert_parts(world, 4, NULL, 0);
}

static uint32_t implied_of(const struct world *world, uint32_t group)
{
	struct e4_gd gd = world_gd(world, group);

	return e4_parts_implied(&world->geo, group, &gd);
}

static void implied(void **state)
{
	struct world *world = *state;

	assert_int_equal(implied_of(world, 1), 39);
	assert_int_equal(implied_of(world, 2), 34);
	/* another group's table here is not implied */
	world_move(world, 1, EXT4BM_ITEM_INODE_TABLE, FIRST(2) + 100);
	world_index(world);
	assert_int_equal(implied_of(world, 1), 7);
	assert_int_equal(implied_of(world, 2), 34);
	/* an own table that ends in the next group: only the part here */
	world_move(world, 2, EXT4BM_ITEM_INODE_TABLE, FIRST(3) - 10);
	assert_int_equal(implied_of(world, 2), 12);
	/* nor one where it cannot be */
	world_move(world, 2, EXT4BM_ITEM_INODE_TABLE, 0);
	world_move(world, 2, EXT4BM_ITEM_BLOCK_BITMAP, UINT64_MAX);
	assert_int_equal(implied_of(world, 2), 1);
}

/* What is claimed twice is used once. */
static void implied_union(void **state)
{
	struct world *world = *state;
	struct e4_gd gd = world_gd(world, 2);

	world_move(world, 2, EXT4BM_ITEM_BLOCK_BITMAP, gd.inode_table + 3);
	assert_int_equal(implied_of(world, 2), 33);
	world_move(world, 2, EXT4BM_ITEM_INODE_BITMAP, gd.inode_table + 3);
	assert_int_equal(implied_of(world, 2), 32);
	world_move(world, 2, EXT4BM_ITEM_INODE_BITMAP, gd.inode_table + 40);
	assert_int_equal(implied_of(world, 2), 33);
}

static void implied_clusters(void **state)
{
	struct world *world = *state;
	uint64_t group_1 = 16 * 8192;

	world_free(world);
	world_superblock(world);
	world->sb.s_feature_ro_compat |= EXT4_FEATURE_RO_COMPAT_BIGALLOC;
	world->sb.s_first_data_block = 0;
	world->sb.s_log_cluster_size = 4;
	world->sb.s_blocks_per_group = 16 * 8192;
	world->sb.s_blocks_count = 5 * 16 * 8192 - 100;
	world_build(world);
	/* blocks 0 to 35: three clusters */
	assert_int_equal(implied_of(world, 1), 3);
	world_move(world, 1, EXT4BM_ITEM_INODE_BITMAP, group_1 + 15);
	assert_int_equal(implied_of(world, 1), 3);
	world_move(world, 1, EXT4BM_ITEM_INODE_TABLE, group_1 + 31);
	/* 0; 31 to 62 */
	assert_int_equal(implied_of(world, 1), 4);
	world_move(world, 1, EXT4BM_ITEM_INODE_TABLE, group_1 + 32);
	assert_int_equal(implied_of(world, 1), 3);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, world_start_reserved, \
					world_finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(with_base),
		TEST(without_base),
		TEST(across),
		TEST(packed),
		TEST(implied),
		TEST(implied_union),
		TEST(implied_clusters),
	};

	return cmocka_run_group_tests_name("parts", tests, NULL, NULL);
}
