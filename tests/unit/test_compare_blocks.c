// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_compare_blocks.c --- each damage of a block bitmap, and what it gives
 */
#include "config.h"

#include <endian.h>

#include "unit.h"
#include "world.h"

#define FREE_FIELD E4_GD_FIELD(free_blocks_count)
#define CSUM_FIELD E4_GD_FIELD(block_bitmap_csum_lo)

/* In groups 2 and 4: no superblock copy, items in the clusters 0 to 33. */
#define OWN_CLUSTERS (2 + 32)

static void healthy(void **state)
{
	struct world *world = *state;

	for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
		struct e4_gd gd = world_gd(world, group);

		assert_int_equal(world_check_block(world, group),
				 gd.free_clusters);
		world_healthy(world);
	}
	assert_int_equal(world_gd(world, 2).free_clusters,
			 8192 - OWN_CLUSTERS);
	assert_int_equal(world_gd(world, 4).free_clusters,
			 4000 - OWN_CLUSTERS);
}

static void count_too_low(void **state)
{
	struct world *world = *state;
	uint32_t right = 8192 - OWN_CLUSTERS;
	const struct ext4bm_finding *finding;

	world_raw(world, 2)->bg_free_blocks_count =
		htole16((uint16_t)(right - 13));
	world_raw(world, 2)->bg_flags = htole16(EXT4BM_ITABLE_ZEROED);
	world_seal(world, 2);
	assert_int_equal(world_check_block(world, 2), right);
	finding = world_only(world, EXT4BM_GD_FREE_CLUSTERS);
	world_values(finding, 2, right - 13, right,
		     world_field(world, 2, FREE_FIELD));
	assert_int_equal(finding->flags, EXT4BM_ITABLE_ZEROED);
	assert_int_equal(finding->item, EXT4BM_ITEM_NONE);
	assert_int_equal(finding->nr_ranges, 0);
	assert_int_equal(finding->errnum, 0);
}

/* The high half counts too: 65536 more than there are. */
static void count_too_high(void **state)
{
	struct world *world = *state;
	uint32_t right = 8192 - OWN_CLUSTERS;

	world_raw(world, 2)->bg_free_blocks_count_hi = htole16(1);
	world_seal(world, 2);
	world_check_block(world, 2);
	world_values(world_only(world, EXT4BM_GD_FREE_CLUSTERS), 2,
		     right + 65536, right,
		     world_field(world, 2, FREE_FIELD));
}

static void backup_descriptors(void **state)
{
	struct world *world = *state;

	world->views.judge_descriptors = false;
	world_raw(world, 2)->bg_free_blocks_count = 0;
	world_raw(world, 2)->bg_block_bitmap_csum_lo ^= 1;
	assert_int_equal(world_check_block(world, 2), 8192 - OWN_CLUSTERS);
	world_healthy(world);
	/* what the bitmap says by itself is still judged */
	world_clear_bits(world_block_bitmap(world, 2), 1, 2);
	world_check_block(world, 2);
	world_only(world, EXT4BM_METADATA_FREE);
}

static void checksum(void **state)
{
	struct world *world = *state;
	uint32_t right;

	right = world_gd(world, 1).block_csum;
	world_raw(world, 1)->bg_block_bitmap_csum_hi ^= htole16(0x8000);
	world_check_block(world, 1);
	world_values(world_only(world, EXT4BM_BLOCK_BITMAP_CHECKSUM), 1,
		     right ^ 0x80000000, right,
		     world_field(world, 1, CSUM_FIELD));
}

/* A bit that moves keeps the count: only the checksum sees it. */
static void moved_bit(void **state)
{
	struct world *world = *state;
	uint32_t stored = world_gd(world, 3).block_csum;

	world_set_bits(world_block_bitmap(world, 3), 4000, 4001);
	world_count(world, 3);
	world_check_block(world, 3);
	assert_int_equal(world_only(world, EXT4BM_BLOCK_BITMAP_CHECKSUM)
			 ->stored, stored);
	world_seal(world, 3);
	world_check_block(world, 3);
	world_healthy(world);
}

static void narrow_checksum(void **state)
{
	struct world *world = *state;
	uint32_t right;

	world_free(world);
	world_superblock(world);
	world->sb.s_feature_incompat &= ~EXT4_FEATURE_INCOMPAT_64BIT;
	world_build(world);
	for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
		world_check_block(world, group);
		world_healthy(world);
	}
	right = world_gd(world, 1).block_csum;
	assert_int_equal(right >> 16, 0);
	world_raw(world, 1)->bg_block_bitmap_csum_lo ^= htole16(1);
	world_check_block(world, 1);
	world_values(world_only(world, EXT4BM_BLOCK_BITMAP_CHECKSUM), 1,
		     right ^ 1, right, world_field(world, 1, CSUM_FIELD));
}

/* uninit_bg only guards descriptors: bitmaps have no checksum. */
static void no_bitmap_checksum(void **state)
{
	struct world *world = *state;

	world_free(world);
	world_superblock(world);
	world->sb.s_feature_ro_compat = EXT4_FEATURE_RO_COMPAT_GDT_CSUM;
	world_build(world);
	world_raw(world, 1)->bg_block_bitmap_csum_lo ^= htole16(1);
	world_seal(world, 1);
	world_check_block(world, 1);
	world_healthy(world);
}

static void padding(void **state)
{
	struct world *world = *state;
	uint8_t *bitmap = world_block_bitmap(world, 4);
	const struct ext4bm_finding *finding;

	world_clear_bits(bitmap, 4000, 4003);
	world_clear_bits(bitmap, 8191, 8192);
	world_seal(world, 4);
	/* not free clusters */
	assert_int_equal(world_check_block(world, 4), 4000 - OWN_CLUSTERS);
	finding = world_only(world, EXT4BM_BLOCK_BITMAP_PADDING);
	world_values(finding, 4, 4192, 4188, WORLD_OFFSET + 500);
	assert_int_equal(finding->nr_ranges, 2);
	world_range(finding, 0, 4000, 4002);
	world_range(finding, 1, 8191, 8191);
	/* the last bit of the group is no padding */
	world_set_bits(bitmap, 4000, 8192);
	world_clear_bits(bitmap, 3999, 4000);
	world_seal(world, 4);
	world_check_block(world, 4);
	world_healthy(world);
}

static void padding_of_image(void **state)
{
	struct world *world = *state;

	world_clear_bits(world_block_bitmap(world, 4), 4000, 8192);
	world->views.raw_bitmaps = false;
	/* its checksum is not judged either */
	world_raw(world, 4)->bg_block_bitmap_csum_lo ^= htole16(1);
	world_check_block(world, 4);
	world_healthy(world);
}

static void metadata_free(void **state)
{
	struct world *world = *state;
	uint8_t *bitmap = world_block_bitmap(world, 2);
	const struct ext4bm_finding *finding;

	/* inode bitmap, and two places of the inode table */
	world_clear_bits(bitmap, 1, 2);
	world_clear_bits(bitmap, 4, 6);
	world_clear_bits(bitmap, 33, 34);
	world_count(world, 2);
	world_seal(world, 2);
	assert_int_equal(world_check_block(world, 2),
			 8192 - OWN_CLUSTERS + 4);
	finding = world_only(world, EXT4BM_METADATA_FREE);
	world_values(finding, 2, OWN_CLUSTERS, OWN_CLUSTERS - 4,
		     WORLD_OFFSET);
	assert_int_equal(finding->item, EXT4BM_ITEM_INODE_BITMAP);
	assert_int_equal(finding->nr_ranges, 3);
	world_range(finding, 0, 1, 1);
	world_range(finding, 1, 4, 5);
	world_range(finding, 2, 33, 33);
}

/* What groups begin with: superblock, descriptors, reserved blocks. */
static void base_free(void **state)
{
	static const enum ext4bm_item items[] = {
		EXT4BM_ITEM_SUPERBLOCK, EXT4BM_ITEM_DESCRIPTORS,
		EXT4BM_ITEM_RESERVED_GDT, EXT4BM_ITEM_RESERVED_GDT,
		EXT4BM_ITEM_BLOCK_BITMAP,
	};
	struct world *world = *state;
	const struct ext4bm_finding *finding;

	world_free(world);
	world_superblock(world);
	world->sb.s_reserved_gdt_blocks = 2;
	world_build(world);
	for (uint32_t n = 0; n < ARRAY_SIZE(items); n++) {
		uint8_t *bitmap = world_block_bitmap(world, 3);

		world_clear_bits(bitmap, n, n + 1);
		world_count(world, 3);
		world_seal(world, 3);
		world_check_block(world, 3);
		finding = world_only(world, EXT4BM_METADATA_FREE);
		world_values(finding, 3, 4 + OWN_CLUSTERS,
			     3 + OWN_CLUSTERS, WORLD_OFFSET);
		assert_int_equal(finding->item, items[n]);
		world_range(finding, 0, n, n);
		world_set_bits(bitmap, n, n + 1);
	}
}

/* flex_bg: the inode table of group 1 lies in group 2. */
static void hosted_free(void **state)
{
	struct world *world = *state;
	uint64_t place = 1 + 2 * 8192 + 1000;
	const struct ext4bm_finding *finding;

	world_move(world, 1, EXT4BM_ITEM_INODE_TABLE, place);
	world_index(world);
	world_check_block(world, 2);
	finding = world_only(world, EXT4BM_METADATA_FREE);
	world_values(finding, 2, OWN_CLUSTERS + 32, OWN_CLUSTERS,
		     WORLD_OFFSET);
	assert_int_equal(finding->item, EXT4BM_ITEM_INODE_TABLE);
	world_range(finding, 0, 1000, 1031);
	world_set_bits(world_block_bitmap(world, 2), 1000, 1032);
	world_count(world, 2);
	world_seal(world, 2);
	world_check_block(world, 2);
	world_healthy(world);
}

/*
 * bigalloc: superblock and descriptors share a cluster, which is one cluster
 * whatever is in it.
 */
static void shared_cluster(void **state)
{
	struct world *world = *state;
	const struct ext4bm_finding *finding;

	world_free(world);
	world_superblock(world);
	world->sb.s_feature_ro_compat |= EXT4_FEATURE_RO_COMPAT_BIGALLOC;
	world->sb.s_first_data_block = 0;
	world->sb.s_log_cluster_size = 4;
	world->sb.s_blocks_per_group = 16 * 8192;
	world->sb.s_blocks_count = 5 * 16 * 8192 - 100;
	world_build(world);
	for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
		world_check_block(world, group);
		world_healthy(world);
	}
	/* superblock, one block of descriptors, both bitmaps, the table */
	world_clear_bits(world_block_bitmap(world, 1), 0, 1);
	world_count(world, 1);
	world_seal(world, 1);
	world_check_block(world, 1);
	finding = world_only(world, EXT4BM_METADATA_FREE);
	assert_int_equal(finding->item, EXT4BM_ITEM_SUPERBLOCK);
	world_values(finding, 1, 3, 2, WORLD_OFFSET);
	assert_int_equal(finding->nr_ranges, 1);
	world_range(finding, 0, 0, 0);
}

static void implied(void **state)
{
	struct world *world = *state;
	struct e4_gd gd;

	/* rubbish in the bitmap block does not matter */
	for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
		gd = world_gd(world, group);
		e4_findings_free(&world->findings);
		assert_int_equal(e4_compare_block_uninit(&world->views, group,
				 &gd, &world->findings), gd.free_clusters);
		world_healthy(world);
	}
	world_raw(world, 2)->bg_free_blocks_count = htole16(1);
	world_raw(world, 2)->bg_flags = htole16(EXT4BM_BLOCK_UNINIT);
	world_seal(world, 2);
	gd = world_gd(world, 2);
	assert_int_equal(e4_compare_block_uninit(&world->views, 2, &gd,
						 &world->findings),
			 8192 - OWN_CLUSTERS);
	world_values(world_only(world, EXT4BM_GD_FREE_CLUSTERS), 2, 1,
		     8192 - OWN_CLUSTERS, world_field(world, 2, FREE_FIELD));
	assert_int_equal(world->findings.list[0].flags, EXT4BM_BLOCK_UNINIT);
}

/* What only a bitmap that was written can be is its own checksum's. */
static void doubtful(void **state)
{
	const enum ext4bm_item item = EXT4BM_ITEM_BLOCK_BITMAP;
	struct world *world = *state;
	const uint8_t *bitmap = world_block_bitmap(world, 2);
	struct e4_gd gd = world_gd(world, 2);

	gd.csum_ok = false;
	assert_false(e4_compare_doubtful(&world->views, &gd, item, bitmap));
	gd.flags = EXT4BM_BLOCK_UNINIT;
	assert_false(e4_compare_doubtful(&world->views, &gd, item, bitmap));
	gd.block_csum ^= 1;
	assert_true(e4_compare_doubtful(&world->views, &gd, item, bitmap));
	gd.csum_ok = true;
	assert_false(e4_compare_doubtful(&world->views, &gd, item, bitmap));
	gd.csum_ok = false;
	gd.flags = EXT4BM_INODE_UNINIT;
	assert_false(e4_compare_doubtful(&world->views, &gd, item, bitmap));
	gd = world_gd(world, 2);
	gd.csum_ok = false;
	gd.flags = EXT4BM_BLOCK_UNINIT;
	/* where bitmaps have none, or not here, it is not known */
	world->views.raw_bitmaps = false;
	assert_true(e4_compare_doubtful(&world->views, &gd, item, bitmap));
	world->views.raw_bitmaps = true;
	world->geo.metadata_csum = false;
	assert_true(e4_compare_doubtful(&world->views, &gd, item, bitmap));
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, world_start, world_finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(healthy),
		TEST(count_too_low),
		TEST(count_too_high),
		TEST(backup_descriptors),
		TEST(checksum),
		TEST(moved_bit),
		TEST(narrow_checksum),
		TEST(no_bitmap_checksum),
		TEST(padding),
		TEST(padding_of_image),
		TEST(metadata_free),
		TEST(base_free),
		TEST(hosted_free),
		TEST(shared_cluster),
		TEST(implied),
		TEST(doubtful),
	};

	return cmocka_run_group_tests_name("compare_blocks", tests, NULL,
					   NULL);
}
