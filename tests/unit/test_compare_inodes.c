// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_compare_inodes.c --- each damage of an inode bitmap, and what it gives
 */
#include "config.h"

#include <endian.h>
#include <string.h>

#include "unit.h"
#include "world.h"

#define FREE_FIELD E4_GD_FIELD(free_inodes_count)
#define UNUSED_FIELD E4_GD_FIELD(itable_unused)
#define CSUM_FIELD E4_GD_FIELD(inode_bitmap_csum_lo)

static void set_unused(struct world *world, uint32_t group, uint32_t unused)
{
	world_raw(world, group)->bg_itable_unused =
		htole16((uint16_t)unused);
	world_raw(world, group)->bg_itable_unused_hi =
		htole16((uint16_t)(unused >> 16));
	world_seal(world, group);
}

static void healthy(void **state)
{
	struct world *world = *state;

	set_unused(world, 0, 118);
	set_unused(world, 3, 128);
	for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
		assert_int_equal(world_check_inode(world, group),
				 group ? 128 : 118);
		world_healthy(world);
	}
}

static void count_wrong(void **state)
{
	struct world *world = *state;

	world_raw(world, 2)->bg_free_inodes_count = htole16(127);
	world_seal(world, 2);
	assert_int_equal(world_check_inode(world, 2), 128);
	world_values(world_only(world, EXT4BM_GD_FREE_INODES), 2, 127, 128,
		     world_field(world, 2, FREE_FIELD));
	assert_int_equal(world->findings.list[0].nr_ranges, 0);
	world_raw(world, 2)->bg_free_inodes_count = htole16(128);
	world_raw(world, 2)->bg_free_inodes_count_hi = htole16(1);
	world_seal(world, 2);
	world_check_inode(world, 2);
	world_values(world_only(world, EXT4BM_GD_FREE_INODES), 2, 65664, 128,
		     world_field(world, 2, FREE_FIELD));
}

/* Inodes 261 and 263 to 264, in group 2, lie in the part called unused. */
static void used_in_unused(void **state)
{
	struct world *world = *state;
	const struct ext4bm_finding *finding;

	world_set_bits(world_inode_bitmap(world, 2), 4, 5);
	world_set_bits(world_inode_bitmap(world, 2), 6, 8);
	world_count(world, 2);
	set_unused(world, 2, 124);
	world_check_inode(world, 2);
	finding = world_only(world, EXT4BM_GD_ITABLE_UNUSED);
	world_values(finding, 2, 124, 120,
		     world_field(world, 2, UNUSED_FIELD));
	assert_int_equal(finding->nr_ranges, 2);
	world_range(finding, 0, 2 * 128 + 5, 2 * 128 + 5);
	world_range(finding, 1, 2 * 128 + 7, 2 * 128 + 8);
	/* one less and all fits */
	set_unused(world, 2, 120);
	world_check_inode(world, 2);
	world_healthy(world);
	set_unused(world, 2, 121);
	world_check_inode(world, 2);
	finding = world_only(world, EXT4BM_GD_ITABLE_UNUSED);
	assert_int_equal(finding->nr_ranges, 1);
	world_range(finding, 0, 2 * 128 + 8, 2 * 128 + 8);
}

static void unused_too_large(void **state)
{
	struct world *world = *state;

	set_unused(world, 2, 129);
	world_check_inode(world, 2);
	world_values(world_only(world, EXT4BM_GD_ITABLE_UNUSED), 2, 129, 128,
		     world_field(world, 2, UNUSED_FIELD));
	assert_int_equal(world->findings.list[0].nr_ranges, 0);
	/* the high half is part of it */
	set_unused(world, 2, 65536);
	world_check_inode(world, 2);
	world_values(world_only(world, EXT4BM_GD_ITABLE_UNUSED), 2, 65536,
		     128, world_field(world, 2, UNUSED_FIELD));
}

/* More unused inodes than free ones cannot be, whatever the bitmap says. */
static void unused_over_free(void **state)
{
	struct world *world = *state;
	struct e4_gd gd;

	set_unused(world, 2, 100);
	world_raw(world, 2)->bg_free_inodes_count = htole16(99);
	world_seal(world, 2);
	gd = world_gd(world, 2);
	e4_compare_unused(&world->views, 2, &gd, NULL, &world->findings);
	world_values(world_only(world, EXT4BM_GD_ITABLE_UNUSED), 2, 100, 128,
		     world_field(world, 2, UNUSED_FIELD));
	/* nor more than there are, even if that many are called free */
	e4_findings_free(&world->findings);
	gd.itable_unused = gd.free_inodes = 129;
	e4_compare_unused(&world->views, 2, &gd, NULL, &world->findings);
	world_values(world_only(world, EXT4BM_GD_ITABLE_UNUSED), 2, 129, 128,
		     world_field(world, 2, UNUSED_FIELD));
}

/* Without descriptor checksums nobody looks at the number. */
static void unused_without_feature(void **state)
{
	struct world *world = *state;

	world_free(world);
	world_superblock(world);
	world->sb.s_feature_ro_compat = 0;
	world_build(world);
	world_set_bits(world_inode_bitmap(world, 2), 127, 128);
	world_count(world, 2);
	set_unused(world, 2, 128);
	world_check_inode(world, 2);
	world_healthy(world);
}

static void reserved_free(void **state)
{
	struct world *world = *state;
	const struct ext4bm_finding *finding;

	world_clear_bits(world_inode_bitmap(world, 0), 1, 2);
	world_clear_bits(world_inode_bitmap(world, 0), 7, 10);
	world_count(world, 0);
	world_seal(world, 0);
	assert_int_equal(world_check_inode(world, 0), 122);
	finding = world_only(world, EXT4BM_RESERVED_INODE_FREE);
	world_values(finding, 0, 10, 6, WORLD_OFFSET);
	assert_int_equal(finding->nr_ranges, 2);
	world_range(finding, 0, 2, 2);
	world_range(finding, 1, 8, 10);
}

/* s_first_ino lies in the second group: both hold reserved inodes. */
static void reserved_in_two_groups(void **state)
{
	struct world *world = *state;
	const struct ext4bm_finding *finding;

	world_free(world);
	world_superblock(world);
	world->sb.s_first_ino = 131;
	world_build(world);
	/* the world only fills group 0, so far */
	world_set_bits(world_inode_bitmap(world, 0), 0, 128);
	world_count(world, 0);
	world_seal(world, 0);
	world_check_inode(world, 0);
	world_healthy(world);
	memset(world_inode_bitmap(world, 1), 0, 16);
	world_set_bits(world_inode_bitmap(world, 1), 0, 1);
	world_count(world, 1);
	world_seal(world, 1);
	world_check_inode(world, 1);
	finding = world_only(world, EXT4BM_RESERVED_INODE_FREE);
	world_values(finding, 1, 2, 1, WORLD_OFFSET);
	assert_int_equal(finding->nr_ranges, 1);
	world_range(finding, 0, 130, 130);
	world_check_inode(world, 2);
	world_healthy(world);
}

static void checksum(void **state)
{
	struct world *world = *state;
	uint32_t right = world_gd(world, 1).inode_csum;

	world_raw(world, 1)->bg_inode_bitmap_csum_lo ^= htole16(2);
	world_check_inode(world, 1);
	world_values(world_only(world, EXT4BM_INODE_BITMAP_CHECKSUM), 1,
		     right ^ 2, right, world_field(world, 1, CSUM_FIELD));
	/* only the inodes are in it, not the padding */
	world_raw(world, 1)->bg_inode_bitmap_csum_lo ^= htole16(2);
	world_clear_bits(world_inode_bitmap(world, 1), 128, 129);
	world_check_inode(world, 1);
	world_only(world, EXT4BM_INODE_BITMAP_PADDING);
}

static void padding(void **state)
{
	struct world *world = *state;
	const struct ext4bm_finding *finding;

	world_clear_bits(world_inode_bitmap(world, 1), 200, 300);
	assert_int_equal(world_check_inode(world, 1), 128);
	finding = world_only(world, EXT4BM_INODE_BITMAP_PADDING);
	world_values(finding, 1, 8192 - 128, 8192 - 128 - 100,
		     WORLD_OFFSET + 16);
	assert_int_equal(finding->nr_ranges, 1);
	world_range(finding, 0, 200, 299);
	world->views.raw_bitmaps = false;
	world_check_inode(world, 1);
	world_healthy(world);
}

static void backup_descriptors(void **state)
{
	struct world *world = *state;

	world->views.judge_descriptors = false;
	world_raw(world, 1)->bg_free_inodes_count = 0;
	world_raw(world, 1)->bg_itable_unused = htole16(200);
	world_raw(world, 1)->bg_inode_bitmap_csum_lo ^= 1;
	assert_int_equal(world_check_inode(world, 1), 128);
	world_healthy(world);
	world_clear_bits(world_inode_bitmap(world, 0), 0, 1);
	world_check_inode(world, 0);
	world_only(world, EXT4BM_RESERVED_INODE_FREE);
}

static void uninit(void **state)
{
	struct world *world = *state;
	struct e4_gd gd;

	set_unused(world, 2, 128);
	gd = world_gd(world, 2);
	assert_int_equal(e4_compare_inode_uninit(&world->views, 2, &gd,
						 &world->findings), 128);
	world_healthy(world);
	gd.free_inodes = 127;
	gd.itable_unused = 127;
	e4_compare_inode_uninit(&world->views, 2, &gd, &world->findings);
	world_values(world_only(world, EXT4BM_GD_FREE_INODES), 2, 127, 128,
		     world_field(world, 2, FREE_FIELD));
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, world_start, world_finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(healthy),
		TEST(count_wrong),
		TEST(used_in_unused),
		TEST(unused_too_large),
		TEST(unused_over_free),
		TEST(unused_without_feature),
		TEST(reserved_free),
		TEST(reserved_in_two_groups),
		TEST(checksum),
		TEST(padding),
		TEST(backup_descriptors),
		TEST(uninit),
	};

	return cmocka_run_group_tests_name("compare_inodes", tests, NULL,
					   NULL);
}
