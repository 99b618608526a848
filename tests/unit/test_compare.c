// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_compare.c --- descriptors that make no sense by themselves
 */
#include "config.h"

#include <endian.h>
#include <errno.h>

#include "unit.h"
#include "world.h"

#define FLAGS_FIELD E4_GD_FIELD(flags)

static void rebuild(struct world *world, uint32_t incompat,
		    uint32_t ro_compat)
{
	world_free(world);
	world_superblock(world);
	world->sb.s_feature_incompat = incompat;
	world->sb.s_feature_ro_compat = ro_compat;
	world_build(world);
}

static void set_flags(struct world *world, uint32_t group, uint16_t flags)
{
	world_raw(world, group)->bg_flags = htole16(flags);
	world_seal(world, group);
}

static void healthy(void **state)
{
	static const uint32_t incompat[] = {
		0, EXT4_FEATURE_INCOMPAT_64BIT, EXT4_FEATURE_INCOMPAT_FLEX_BG,
	};
	static const uint32_t ro_compat[] = {
		0, EXT4_FEATURE_RO_COMPAT_GDT_CSUM,
		EXT4_FEATURE_RO_COMPAT_METADATA_CSUM,
	};
	struct world *world = *state;

	for (size_t i = 0; i < 9; i++) {
		rebuild(world, incompat[i / 3], ro_compat[i % 3]);
		for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
			world_check_descriptor(world, group);
			world_healthy(world);
		}
	}
}

static void item_fields(void **state)
{
	(void)state;
	assert_int_equal(e4_item_field(EXT4BM_ITEM_BLOCK_BITMAP), 0);
	assert_int_equal(e4_item_field(EXT4BM_ITEM_INODE_BITMAP), 4);
	assert_int_equal(e4_item_field(EXT4BM_ITEM_INODE_TABLE), 8);
}

/* Each item, at each kind of place where it cannot be. */
static void locations(void **state)
{
	struct world *world = *state;
	const uint64_t blocks = world->geo.blocks;

	for (enum ext4bm_item item = EXT4BM_ITEM_BLOCK_BITMAP;
	     item <= EXT4BM_ITEM_INODE_TABLE; item++) {
		bool table = item == EXT4BM_ITEM_INODE_TABLE;
		uint32_t len = table ? 32 : 1;
		const uint64_t bad[] = {
			0, blocks, blocks - len + 1, UINT64_C(1) << 32 | 5,
			UINT64_MAX, UINT64_MAX - len + 1,
		};
		struct e4_gd gd = world_gd(world, 2);
		uint64_t right = e4_item_block(&gd, item);

		for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
			const struct ext4bm_finding *finding;

			world_move(world, 2, item, bad[i]);
			world_seal(world, 2);
			world_check_descriptor(world, 2);
			finding = world_only(world, EXT4BM_GD_LOCATION);
			world_values(finding, 2, bad[i], len,
				     world_field(world, 2,
						 e4_item_field(item)));
			assert_int_equal(finding->item, item);
			assert_int_equal(finding->nr_ranges, 0);
			/* no index is spoiled by it */
			world_index(world);
		}
		/* the very last place is one */
		world_move(world, 2, item, blocks - len);
		world_seal(world, 2);
		world_check_descriptor(world, 2);
		world_healthy(world);
		world_move(world, 2, item, right);
		world_seal(world, 2);
	}
}

/* Without flex_bg everything lies in its own group, and wholly so. */
static void locations_without_flex(void **state)
{
	struct world *world = *state;

	rebuild(world, 0, 0);
	world_move(world, 2, EXT4BM_ITEM_BLOCK_BITMAP, 1 + 3 * 8192);
	world_check_descriptor(world, 2);
	world_only(world, EXT4BM_GD_LOCATION);
	world_move(world, 2, EXT4BM_ITEM_BLOCK_BITMAP, 2 * 8192);
	world_check_descriptor(world, 2);
	world_only(world, EXT4BM_GD_LOCATION);
	world_move(world, 2, EXT4BM_ITEM_BLOCK_BITMAP, 1 + 2 * 8192);
	world_check_descriptor(world, 2);
	world_healthy(world);
	world_move(world, 2, EXT4BM_ITEM_INODE_TABLE, 3 * 8192 - 30);
	world_check_descriptor(world, 2);
	world_only(world, EXT4BM_GD_LOCATION);
	world_move(world, 2, EXT4BM_ITEM_INODE_TABLE, 3 * 8192 - 31);
	world_check_descriptor(world, 2);
	world_healthy(world);
}

static void checksum(void **state)
{
	struct world *world = *state;
	struct ext4_group_desc *raw = world_raw(world, 1);
	uint16_t right = le16toh(raw->bg_checksum);
	const struct ext4bm_finding *finding;

	raw->bg_checksum ^= htole16(0x100);
	world_check_descriptor(world, 1);
	finding = world_only(world, EXT4BM_GD_CHECKSUM);
	world_values(finding, 1, right ^ 0x100, right,
		     world_field(world, 1, E4_GD_FIELD(checksum)));
	/* flags of such a descriptor do not count */
	raw->bg_flags = htole16(EXT4BM_BLOCK_UNINIT | EXT4BM_INODE_UNINIT);
	world_check_descriptor(world, 1);
	world_only(world, EXT4BM_GD_CHECKSUM);
	world->views.judge_descriptors = false;
	world_check_descriptor(world, 1);
	world_healthy(world);
}

static void no_checksum(void **state)
{
	struct world *world = *state;

	rebuild(world, 0, 0);
	world_raw(world, 1)->bg_checksum = htole16(0x1234);
	world_check_descriptor(world, 1);
	world_healthy(world);
}

static void uninit_without_feature(void **state)
{
	static const struct {
		uint16_t flags;
		uint16_t unused;
		bool found;
	} cases[] = {
		{ EXT4BM_BLOCK_UNINIT, 0, true },
		{ EXT4BM_INODE_UNINIT, 7, true },
		{ 0, 9, true },
		{ EXT4BM_ITABLE_ZEROED, 0, false },
	};
	struct world *world = *state;

	rebuild(world, 0, 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		set_flags(world, 1, cases[i].flags);
		world_raw(world, 1)->bg_itable_unused =
			htole16(cases[i].unused);
		world_check_descriptor(world, 1);
		if (!cases[i].found) {
			world_healthy(world);
			continue;
		}
		world_values(world_only(world,
					EXT4BM_UNINIT_WITHOUT_FEATURE),
			     1, cases[i].flags, cases[i].unused,
			     world_field(world, 1, FLAGS_FIELD));
	}
}

static void uninit_last_group(void **state)
{
	struct world *world = *state;
	const struct ext4bm_finding *finding;

	set_flags(world, 4, EXT4BM_BLOCK_UNINIT | EXT4BM_ITABLE_ZEROED);
	world_check_descriptor(world, 4);
	finding = world_only(world, EXT4BM_UNINIT_LAST_GROUP);
	world_values(finding, 4, 6, 4000, world_field(world, 4, FLAGS_FIELD));
	assert_int_equal(finding->flags, 6);
	/* its inode bitmap may be missing; and others' block bitmaps */
	set_flags(world, 4, EXT4BM_INODE_UNINIT);
	world_check_descriptor(world, 4);
	world_healthy(world);
	set_flags(world, 3, EXT4BM_BLOCK_UNINIT | EXT4BM_INODE_UNINIT);
	world_check_descriptor(world, 3);
	world_healthy(world);
}

static void uninit_hosts(void **state)
{
	struct world *world = *state;
	uint64_t place = 1 + 2 * 8192 + 5000;
	const struct ext4bm_finding *finding;

	set_flags(world, 2, EXT4BM_BLOCK_UNINIT);
	world_check_descriptor(world, 2);
	world_healthy(world);
	world_move(world, 1, EXT4BM_ITEM_INODE_TABLE, place);
	world_seal(world, 1);
	world_index(world);
	world_check_descriptor(world, 2);
	finding = world_only(world, EXT4BM_UNINIT_HOSTS_METADATA);
	world_values(finding, 2, EXT4BM_BLOCK_UNINIT, 32,
		     world_field(world, 2, FLAGS_FIELD));
	assert_int_equal(finding->nr_ranges, 1);
	world_range(finding, 0, place, place + 31);
	/* an owner with a bitmap may host what it likes */
	set_flags(world, 2, EXT4BM_INODE_UNINIT);
	world_check_descriptor(world, 2);
	world_healthy(world);
}

/* Its own item and another one lie behind each other: one run of the index. */
static void uninit_hosts_neighbour(void **state)
{
	struct world *world = *state;
	struct e4_gd gd = world_gd(world, 2);
	const struct ext4bm_finding *finding;

	set_flags(world, 2, EXT4BM_BLOCK_UNINIT);
	/* after its own */
	world_move(world, 3, EXT4BM_ITEM_INODE_TABLE, gd.inode_table + 32);
	world_index(world);
	world_check_descriptor(world, 2);
	finding = world_only(world, EXT4BM_UNINIT_HOSTS_METADATA);
	assert_int_equal(finding->counted, 32);
	world_range(finding, 0, gd.inode_table + 32, gd.inode_table + 63);
	/* before its own */
	world_move(world, 3, EXT4BM_ITEM_INODE_TABLE, 1 + 3 * 8192 + 100);
	world_move(world, 2, EXT4BM_ITEM_INODE_TABLE, 1 + 2 * 8192 + 132);
	world_move(world, 1, EXT4BM_ITEM_INODE_TABLE, 1 + 2 * 8192 + 100);
	world_seal(world, 2);
	world_index(world);
	world_check_descriptor(world, 2);
	finding = world_only(world, EXT4BM_UNINIT_HOSTS_METADATA);
	assert_int_equal(finding->counted, 32);
	world_range(finding, 0, 1 + 2 * 8192 + 100, 1 + 2 * 8192 + 131);
	/* both are inside the run of three, of which it owns the middle */
	world_move(world, 3, EXT4BM_ITEM_INODE_TABLE, 1 + 2 * 8192 + 164);
	world_seal(world, 3);
	world_index(world);
	world_check_descriptor(world, 2);
	world_only(world, EXT4BM_UNINIT_HOSTS_METADATA);
}

/* The same with items of one block. */
static void uninit_hosts_bitmap(void **state)
{
	struct world *world = *state;
	uint64_t place = 1 + 2 * 8192 + 200;
	const struct ext4bm_finding *finding;

	set_flags(world, 2, EXT4BM_BLOCK_UNINIT);
	for (uint64_t before = 0; before < 2; before++) {
		world_move(world, 2, EXT4BM_ITEM_BLOCK_BITMAP,
			   place + before);
		world_move(world, 3, EXT4BM_ITEM_BLOCK_BITMAP,
			   place + !before);
		world_seal(world, 2);
		world_index(world);
		world_check_descriptor(world, 2);
		finding = world_only(world, EXT4BM_UNINIT_HOSTS_METADATA);
		assert_int_equal(finding->counted, 1);
		world_range(finding, 0, place + !before, place + !before);
	}
}

/* A table of a neighbour that ends in this group: only that part is here. */
static void uninit_hosts_end(void **state)
{
	struct world *world = *state;
	const struct ext4bm_finding *finding;

	set_flags(world, 2, EXT4BM_BLOCK_UNINIT);
	/* group 2 begins at 16385; its own items leave the first blocks */
	world_move(world, 2, EXT4BM_ITEM_BLOCK_BITMAP, 16385 + 200);
	world_move(world, 2, EXT4BM_ITEM_INODE_BITMAP, 16385 + 201);
	world_move(world, 2, EXT4BM_ITEM_INODE_TABLE, 16385 + 202);
	world_seal(world, 2);
	world_move(world, 1, EXT4BM_ITEM_INODE_TABLE, 16385 - 27);
	world_index(world);
	world_check_descriptor(world, 2);
	finding = world_only(world, EXT4BM_UNINIT_HOSTS_METADATA);
	assert_int_equal(finding->counted, 5);
	world_range(finding, 0, 16385, 16389);
}

static void unreadable(void **state)
{
	struct world *world = *state;
	struct e4_gd gd;
	const struct ext4bm_finding *finding;

	gd = world_gd(world, 2);
	e4_compare_unreadable(&world->views, 2, &gd, EXT4BM_ITEM_BLOCK_BITMAP,
			      -EIO, &world->findings);
	finding = world_only(world, EXT4BM_BLOCK_BITMAP_UNREADABLE);
	world_values(finding, 2, gd.block_bitmap, 0,
		     world_field(world, 2, 0));
	assert_int_equal(finding->item, EXT4BM_ITEM_BLOCK_BITMAP);
	assert_int_equal(finding->errnum, EIO);
	e4_findings_free(&world->findings);
	e4_compare_unreadable(&world->views, 2, &gd, EXT4BM_ITEM_INODE_BITMAP,
			      -ENODATA, &world->findings);
	finding = world_only(world, EXT4BM_INODE_BITMAP_UNREADABLE);
	world_values(finding, 2, gd.inode_bitmap, 0,
		     world_field(world, 2, 4));
	assert_int_equal(finding->item, EXT4BM_ITEM_INODE_BITMAP);
	assert_int_equal(finding->errnum, ENODATA);
}

/* What a descriptor says by itself is judged without its bitmap. */
static void unreadable_and_wrong(void **state)
{
	struct world *world = *state;
	struct e4_gd gd = world_gd(world, 2);

	gd.itable_unused = 129;
	e4_compare_unreadable(&world->views, 2, &gd, EXT4BM_ITEM_INODE_BITMAP,
			      0, &world->findings);
	assert_int_equal(world->findings.nr, 2);
	assert_int_equal(world->findings.list[0].code,
			 EXT4BM_INODE_BITMAP_UNREADABLE);
	assert_int_equal(world->findings.list[0].errnum, 0);
	assert_int_equal(world->findings.list[1].code,
			 EXT4BM_GD_ITABLE_UNUSED);
}

/* Several damages of one descriptor are several findings. */
static void together(void **state)
{
	struct world *world = *state;

	world_move(world, 4, EXT4BM_ITEM_BLOCK_BITMAP, 0);
	world_move(world, 4, EXT4BM_ITEM_INODE_TABLE, 0);
	set_flags(world, 4, EXT4BM_BLOCK_UNINIT);
	world_raw(world, 4)->bg_checksum ^= 1;
	world_check_descriptor(world, 4);
	assert_int_equal(world->findings.nr, 4);
	assert_int_equal(world->findings.list[0].code, EXT4BM_GD_LOCATION);
	assert_int_equal(world->findings.list[1].code, EXT4BM_GD_LOCATION);
	assert_int_equal(world->findings.list[2].code, EXT4BM_GD_CHECKSUM);
	assert_int_equal(world->findings.list[3].code,
			 EXT4BM_UNINIT_LAST_GROUP);
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, world_start, world_finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(healthy),
		TEST(item_fields),
		TEST(locations),
		TEST(locations_without_flex),
		TEST(checksum),
		TEST(no_checksum),
		TEST(uninit_without_feature),
		TEST(uninit_last_group),
		TEST(uninit_hosts),
		TEST(uninit_hosts_neighbour),
		TEST(uninit_hosts_bitmap),
		TEST(uninit_hosts_end),
		TEST(unreadable),
		TEST(unreadable_and_wrong),
		TEST(together),
	};

	return cmocka_run_group_tests_name("compare", tests, NULL, NULL);
}
