// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_compare_disk.c --- a group on the disk against the one in memory
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "scene.h"
#include "unit.h"

static void compare(struct scene *scene, size_t nr)
{
	struct e4_findings *findings = &scene->difference.findings;

	e4_findings_free(findings);
	e4_compare_disk(&scene->live, &scene->sample, findings);
	assert_int_equal(findings->nr, nr);
}

static const struct ext4bm_finding *found(const struct scene *scene,
					  size_t number)
{
	return &scene->difference.findings.list[number];
}

static void equal(void **state)
{
	struct scene *scene = *state;

	for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
		scene_take(scene, group);
		compare(scene, 0);
	}
}

static void block_bitmap(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *finding;

	/* as many as before, but others; the last cluster is one of them */
	world_set_bits(scene->sample.disk.bitmaps, 100, 113);
	world_set_bits(scene->sample.disk.bitmaps, 8191, 8192);
	world_clear_bits(scene->sample.disk.bitmaps, 0, 14);
	compare(scene, 1);
	finding = found(scene, 0);
	assert_int_equal(finding->code, EXT4BM_DISK_BLOCK_BITMAP);
	world_values(finding, GROUP, RIGHT, RIGHT,
		     scene->sample.disk.gd.block_bitmap *
		     scene->live.geo.block_size);
	assert_int_equal(finding->nr_ranges, 3);
	world_range(finding, 0, 0, 13);
	world_range(finding, 1, 100, 112);
	world_range(finding, 2, 8191, 8191);
	assert_int_equal(finding->explained, EXT4BM_UNEXPLAINED);
	/* which of the two has the bit makes no difference */
	scene_take(scene, GROUP);
	world_set_bits(scene->sample.cache[1].bitmaps, 100, 113);
	compare(scene, 1);
	world_values(found(scene, 0), GROUP, RIGHT, RIGHT - 13,
		     scene->sample.disk.gd.block_bitmap *
		     scene->live.geo.block_size);
}

/* Inodes are counted from 1, through all groups. */
static void inode_bitmap(void **state)
{
	struct scene *scene = *state;
	size_t size = scene->live.geo.block_size;
	const struct ext4bm_finding *finding;

	world_set_bits(scene->sample.disk.bitmaps + size, 0, 1);
	world_set_bits(scene->sample.disk.bitmaps + size, 127, 128);
	compare(scene, 1);
	finding = found(scene, 0);
	assert_int_equal(finding->code, EXT4BM_DISK_INODE_BITMAP);
	world_values(finding, GROUP, 126, 128,
		     scene->sample.disk.gd.inode_bitmap * size);
	assert_int_equal(finding->nr_ranges, 2);
	world_range(finding, 0, 257, 257);
	world_range(finding, 1, 384, 384);
}

/* Any field counts, not only the number that is told. */
static void descriptor(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *finding;

	scene->sample.disk.gd.free_clusters = 5;
	compare(scene, 1);
	finding = found(scene, 0);
	assert_int_equal(finding->code, EXT4BM_DISK_DESCRIPTOR);
	world_values(finding, GROUP, 5, RIGHT,
		     world_field(&scene->world, GROUP, 0));
	scene_take(scene, GROUP);
	scene->sample.disk.gd.itable_unused++;
	compare(scene, 1);
	world_values(found(scene, 0), GROUP, RIGHT, RIGHT,
		     world_field(&scene->world, GROUP, 0));
}

/* With a journal, memory is ahead for as long as it likes. */
static void journal(void **state)
{
	struct scene *scene = *state;

	scene->live.geo.compat |= EXT3_FEATURE_COMPAT_HAS_JOURNAL;
	scene->sample.disk.gd.free_clusters = 5;
	world_set_bits(scene->sample.disk.bitmaps, 100, 113);
	compare(scene, 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(found(scene, i)->explained,
				 EXT4BM_BY_CHECKPOINT);
	/* freezing has written it all */
	scene->live.frozen = true;
	compare(scene, 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(found(scene, i)->explained,
				 EXT4BM_UNEXPLAINED);
}

/* What was never written is rubbish, whichever side says so. */
static void uninit(void **state)
{
	struct scene *scene = *state;
	size_t size = scene->live.geo.block_size;
	struct e4_cache *sides[] = { &scene->sample.disk,
				     &scene->sample.cache[1] };

	for (size_t i = 0; i < ARRAY_SIZE(sides); i++) {
		scene_take(scene, GROUP);
		memset(scene->sample.disk.bitmaps, 0x55, 2 * size);
		sides[i]->gd.flags = EXT4BM_BLOCK_UNINIT | EXT4BM_INODE_UNINIT;
		compare(scene, 1);
		assert_int_equal(found(scene, 0)->code,
				 EXT4BM_DISK_DESCRIPTOR);
	}
}

static void unreadable(void **state)
{
	struct scene *scene = *state;

	scene->sample.disk.error = -EIO;
	memset(scene->sample.disk.bitmaps, 0x55, scene->live.geo.block_size);
	compare(scene, 1);
	assert_int_equal(found(scene, 0)->code,
			 EXT4BM_BLOCK_BITMAP_UNREADABLE);
	assert_int_equal(found(scene, 0)->errnum, EIO);
	assert_int_equal(found(scene, 0)->explained,
			 EXT4BM_UNEXPLAINED);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scene_start, scene_finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(equal), TEST(block_bitmap), TEST(inode_bitmap),
		TEST(descriptor), TEST(journal), TEST(uninit),
		TEST(unreadable),
	};

	return cmocka_run_group_tests_name("compare_disk", tests, NULL, NULL);
}
