// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_sample.c --- what the views of a group, taken together, show
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "geometry.h"
#include "scene.h"
#include "unit.h"

static void moving(struct scene *scene)
{
	scene_compare(scene);
	assert_false(scene->difference.accepted);
	assert_int_equal(scene->difference.findings.nr, 0);
	assert_null(scene->difference.findings.list);
}

static void equal_views(void **state)
{
	struct scene *scene = *state;

	for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
		scene_take(scene, group);
		scene_shows(scene, 0);
	}
	scene_take(scene, GROUP);
	assert_int_equal(scene->sample.buddy.free, RIGHT);
	assert_int_equal(scene->sample.buddy.first, OWN_CLUSTERS);
}

static void equal_unprivileged(void **state)
{
	struct scene *scene = *state;

	scene_shows(scene, 0);
	/* nothing of the page cache is looked at */
	memset(scene->sample.cache[0].bitmaps, 0xff,
	       scene->live.geo.block_size);
	scene->sample.cache[0].error = -EIO;
	scene_shows(scene, 0);
}

/* Whatever moved between the readings of the counters. */
static void moving_counters(void **state)
{
	struct scene *scene = *state;
	struct e4_mbgroup *before = &scene->sample.before;
	int32_t *const fields[] = {
		&before->counters.free, &before->counters.fragments,
		&before->counters.first, &before->counters.orders[0],
		&before->counters.orders[E4_ORDERS - 1],
	};

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		++*fields[i];
		moving(scene);
		--*fields[i];
		scene_shows(scene, 0);
	}
	before->errnum = EIO;
	moving(scene);
	before->errnum = 0;
	before->corrupt = true;
	moving(scene);
	before->corrupt = false;
	scene_shows(scene, 0);
	/* also where there is a difference to find */
	scene->sample.after.counters.free -= 13;
	moving(scene);
}

static void moving_cache(void **state)
{
	struct scene *scene = *state;
	struct e4_cache *cache = scene->sample.cache;
	size_t size = scene->live.geo.block_size;

	for (int i = 0; i < 2; i++) {
		cache[i].gd.free_clusters--;
		moving(scene);
		cache[i].gd.free_clusters++;
		cache[i].gd.flags ^= EXT4BM_ITABLE_ZEROED;
		moving(scene);
		cache[i].gd.flags ^= EXT4BM_ITABLE_ZEROED;
		/* one bit of either bitmap, up to the last one */
		for (size_t at = 0; at < 2 * size; at += size - 1) {
			cache[i].bitmaps[at] ^= 0x80;
			moving(scene);
			cache[i].bitmaps[at] ^= 0x80;
		}
		cache[i].bitmaps[2 * size - 1] ^= 1;
		moving(scene);
		cache[i].bitmaps[2 * size - 1] ^= 1;
		cache[i].error = -EIO;
		moving(scene);
		cache[i].error = 0;
		scene_shows(scene, 0);
	}
	cache[0].error = -EIO;
	cache[1].error = -ENOMEM;
	moving(scene);
}

/* Twice the same error is no movement; what needs the page cache is left. */
static void unreadable_cache(void **state)
{
	struct scene *scene = *state;
	struct e4_cache *cache = scene->sample.cache;
	const struct ext4bm_finding *finding;

	cache[0].error = cache[1].error = -EIO;
	scene_shows(scene, 1);
	finding = &scene->difference.findings.list[0];
	assert_int_equal(finding->code, EXT4BM_BLOCK_BITMAP_UNREADABLE);
	assert_int_equal(finding->errnum, EIO);
	/* what was read before it failed may be anything */
	unit_fill(&(uint64_t){ 1 }, cache[0].bitmaps, 100);
	cache[1].gd.free_clusters = 1;
	scene_shows(scene, 1);
	scene_set_free(scene, RIGHT + 13);
	scene_shows(scene, 2);
	scene_memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, RIGHT + 13, RIGHT, 0);
}

/* The page cache is compared like any bitmap and descriptor. */
static void wrong_cache(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->world;
	uint64_t size = world->geo.block_size;
	uint64_t bitmap = world_gd(world, GROUP).block_bitmap;
	const struct ext4bm_finding *finding;

	/* a bit of the inode table, clear for the allocator too */
	world_clear_bits(world_block_bitmap(world, GROUP), 5, 6);
	world_seal(world, GROUP);
	scene_take(scene, GROUP);
	scene_shows(scene, 3);
	finding = scene_found(scene, EXT4BM_GD_FREE_CLUSTERS);
	assert_int_equal(finding->stored, RIGHT);
	assert_int_equal(finding->counted, RIGHT + 1);
	finding = scene_found(scene, EXT4BM_METADATA_FREE);
	assert_int_equal(finding->offset, bitmap * size);
	assert_int_equal(finding->nr_ranges, 1);
	world_range(finding, 0, 5, 5);
	scene_memory(scene, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, RIGHT, RIGHT + 1,
		     0);
}

static void wrong_descriptor(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *finding;

	world_raw(&scene->world, GROUP)->bg_checksum ^= htole16(1);
	scene_read_cache(scene);
	scene_shows(scene, 1);
	finding = scene_found(scene, EXT4BM_GD_CHECKSUM);
	assert_int_equal(finding->stored ^ finding->counted, 1);
}

static void wrong_inodes(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->world;
	const struct ext4bm_finding *finding;

	world_set_bits(world_inode_bitmap(world, GROUP), 7, 8);
	world_seal(world, GROUP);
	scene_read_cache(scene);
	scene_shows(scene, 1);
	finding = scene_found(scene, EXT4BM_GD_FREE_INODES);
	assert_int_equal(finding->stored, 128);
	assert_int_equal(finding->counted, 127);
}

/* What lies in the block of a bitmap that was never written is rubbish. */
static void block_uninit(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->world;
	size_t size = world->geo.block_size;

	world_raw(world, GROUP)->bg_flags = htole16(EXT4BM_BLOCK_UNINIT);
	world_seal(world, GROUP);
	scene_read_cache(scene);
	assert_true(e4_gd_uninit(&scene->live.geo, &scene->sample.cache[1].gd,
				 EXT4BM_BLOCK_UNINIT));
	for (int byte = 0; byte <= 0xff; byte += 0xff) {
		memset(scene->sample.cache[0].bitmaps, byte, size);
		memset(scene->sample.cache[1].bitmaps, byte, size);
		scene_shows(scene, 0);
	}
	/* counters and descriptor are compared as ever */
	scene_set_free(scene, RIGHT + 1);
	scene_shows(scene, 2);
	scene_memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, RIGHT + 1, RIGHT, 0);
	scene_memory(scene, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, RIGHT, RIGHT + 1,
		     0);
}

/*
 * Where the checksum of the descriptor is wrong, only the bitmap's own one
 * tells that it was written.
 */
static void uninit_doubtful(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->world;
	struct ext4_group_desc *raw = world_raw(world, GROUP);
	size_t size = world->geo.block_size;

	raw->bg_flags = htole16(EXT4BM_BLOCK_UNINIT | EXT4BM_INODE_UNINIT);
	world_seal(world, GROUP);
	raw->bg_checksum ^= htole16(1);
	scene_read_cache(scene);
	scene_shows(scene, 1);
	assert_int_equal(scene->difference.findings.list[0].code,
			 EXT4BM_GD_CHECKSUM);
	for (int byte = 0; byte <= 0xff; byte += 0xff) {
		const struct ext4bm_finding *list;

		memset(scene->sample.cache[0].bitmaps, byte, 2 * size);
		memset(scene->sample.cache[1].bitmaps, byte, 2 * size);
		scene_shows(scene, 3);
		list = scene->difference.findings.list;
		assert_int_equal(list[0].code, EXT4BM_GD_CHECKSUM);
		assert_int_equal(list[1].code, EXT4BM_BLOCK_BITMAP_UNREADABLE);
		assert_true(e4_finding_doubtful(&list[1]));
		assert_int_equal(list[2].code, EXT4BM_INODE_BITMAP_UNREADABLE);
		assert_true(e4_finding_doubtful(&list[2]));
	}
	/* a bitmap that was written is judged, whatever the flag says */
	world_set_bits(world_block_bitmap(world, GROUP), 500, 501);
	world_seal(world, GROUP);
	raw->bg_checksum ^= htole16(1);
	scene_read_cache(scene);
	scene_shows(scene, 3);
	scene_memory(scene, EXT4BM_BUDDY_LOST_UPDATE, 0, 1, 1);
}

static void inode_uninit(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->world;
	size_t size = world->geo.block_size;

	world_raw(world, GROUP)->bg_flags = htole16(EXT4BM_INODE_UNINIT);
	world_raw(world, GROUP)->bg_itable_unused = htole16(128);
	world_seal(world, GROUP);
	scene_read_cache(scene);
	for (int i = 0; i < 2; i++)
		memset(scene->sample.cache[i].bitmaps + size, 0xff, size);
	scene_shows(scene, 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scene_start, scene_finish)
#define TEST_UNPRIVILEGED(name) \
	cmocka_unit_test_setup_teardown(name, scene_start_unprivileged, \
					scene_finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(equal_views),
		TEST_UNPRIVILEGED(equal_unprivileged),
		TEST(moving_counters),
		TEST_UNPRIVILEGED(moving_counters),
		TEST(moving_cache),
		TEST(unreadable_cache),
		TEST(wrong_cache),
		TEST(wrong_descriptor),
		TEST(wrong_inodes),
		TEST(block_uninit),
		TEST(uninit_doubtful),
		TEST(inode_uninit),
	};

	return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
