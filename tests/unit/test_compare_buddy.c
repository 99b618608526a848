// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_compare_buddy.c --- the allocator's copies of a group
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "scene.h"
#include "unit.h"

static void set_counters(struct scene *scene,
			 const struct e4_counters *counters)
{
	scene->sample.before.counters = *counters;
	scene->sample.after.counters = *counters;
}

static void set_first(struct scene *scene, int32_t first)
{
	scene->sample.before.counters.first = first;
	scene->sample.after.counters.first = first;
}

/* An empty group: 13 clusters less in the counters than in the bitmap. */
static void free_counts(void **state)
{
	struct scene *scene = *state;
	struct e4_counters counters;

	world_set_bits(scene->sample.free, 0, 8192);
	scene_settle(scene);
	assert_int_equal(scene->sample.buddy.free, 8192);
	scene_set_free(scene, 8179);
	scene_shows(scene, 1);
	scene_memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, 8179, 8192, 0);
	/* the counters of a group that uses 13 clusters in the middle */
	world_clear_bits(scene->sample.free, 100, 113);
	counters = scene_counters(scene);
	world_set_bits(scene->sample.free, 100, 113);
	set_counters(scene, &counters);
	scene_shows(scene, 3);
	scene_memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, 8179, 8192, 0);
	scene_memory(scene, EXT4BM_BUDDY_FRAGMENTS, 2, 1, 0);
	/* the lowest order that differs stands for all */
	world_range(scene_memory(scene, EXT4BM_BUDDY_ORDERS, 1, 0, 1), 0, 0, 0);
	/* or at its start, which moves the hint */
	world_clear_bits(scene->sample.free, 0, 13);
	counters = scene_counters(scene);
	world_set_bits(scene->sample.free, 0, 13);
	set_counters(scene, &counters);
	scene_shows(scene, 3);
	scene_memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, 8179, 8192, 0);
	scene_memory(scene, EXT4BM_BUDDY_FIRST_FREE, 13, 0, 0);
	world_range(scene_memory(scene, EXT4BM_BUDDY_ORDERS, 1, 0, 1), 0, 0, 0);
}

/* Each column by itself, and the orders up to the last one shown. */
static void columns(void **state)
{
	struct scene *scene = *state;
	const struct e4_counters right = scene->sample.buddy;
	struct e4_counters counters = right;

	counters.free -= 13;
	set_counters(scene, &counters);
	scene_shows(scene, 1);
	scene_memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, RIGHT - 13, RIGHT, 0);
	counters = right;
	counters.fragments += 2;
	set_counters(scene, &counters);
	scene_shows(scene, 1);
	scene_memory(scene, EXT4BM_BUDDY_FRAGMENTS, 3, 1, 0);
	for (int order = 0; order < E4_ORDERS; order++) {
		uint64_t at = (uint64_t)order;

		counters = right;
		counters.orders[order] += 8;
		set_counters(scene, &counters);
		scene_shows(scene, 1);
		world_range(scene_memory(scene, EXT4BM_BUDDY_ORDERS,
					 right.orders[order] + 8,
					 right.orders[order], 1), 0, at, at);
	}
}

/* Clusters were given away that were not free: it has happened already. */
static void below_zero(void **state)
{
	struct scene *scene = *state;
	struct e4_counters counters = scene->sample.buddy;

	counters.free = -13;
	counters.orders[2] = -4;
	counters.orders[13] = -1;
	set_counters(scene, &counters);
	scene_shows(scene, 3);
	scene_found(scene, EXT4BM_BUDDY_ORDERS);
	scene_memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, -13, RIGHT, 0);
	scene_memory(scene, EXT4BM_COUNTERS_IMPOSSIBLE, -13, 8192, 2);
	/* more than there are is as impossible */
	counters = scene->sample.buddy;
	counters.free = 8193;
	set_counters(scene, &counters);
	scene_compare(scene);
	scene_memory(scene, EXT4BM_COUNTERS_IMPOSSIBLE, 8193, 8192, 0);
}

/* The hint may be too low, never too high. */
static void hint(void **state)
{
	struct scene *scene = *state;

	for (int32_t first = 0; first <= OWN_CLUSTERS; first++) {
		set_first(scene, first);
		scene_shows(scene, 0);
	}
	set_first(scene, OWN_CLUSTERS + 1);
	scene_shows(scene, 1);
	scene_memory(scene, EXT4BM_BUDDY_FIRST_FREE, OWN_CLUSTERS + 1,
		     OWN_CLUSTERS, 0);
	set_first(scene, 8192);
	scene_shows(scene, 1);
	scene_memory(scene, EXT4BM_BUDDY_FIRST_FREE, 8192, OWN_CLUSTERS, 0);
}

/* With nothing free, the hint says nothing. */
static void full_group(void **state)
{
	struct scene *scene = *state;

	memset(scene->sample.free, 0, scene->live.geo.block_size);
	scene_settle(scene);
	for (int32_t first = 0; first <= 8192; first += 512) {
		set_first(scene, first);
		scene_shows(scene, 0);
	}
	scene_set_free(scene, 1);
	scene_shows(scene, 1);
	scene_memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, 1, 0, 0);
	/* in a short group the kernel begins with that of a whole one */
	scene_take(scene, WORLD_GROUPS - 1);
	memset(scene->sample.free, 0, scene->live.geo.block_size);
	scene_settle(scene);
	set_first(scene, 8192);
	scene_shows(scene, 0);
}

/* Used in the bitmap, free for the allocator, whose counters know nothing. */
static void lost_update(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->world;
	uint8_t *bitmap = world_block_bitmap(world, GROUP);
	const struct ext4bm_finding *finding;

	/* one bit, a run across bytes, and up to the last cluster */
	world_set_bits(bitmap, 100, 101);
	world_set_bits(bitmap, 1000, 1033);
	world_set_bits(bitmap, 8190, 8192);
	world_raw(world, GROUP)->bg_flags = htole16(EXT4BM_ITABLE_ZEROED);
	world_count(world, GROUP);
	world_seal(world, GROUP);
	scene_read_cache(scene);
	scene_shows(scene, 2);
	finding = scene_memory(scene, EXT4BM_BUDDY_LOST_UPDATE, 0, 36, 3);
	world_range(finding, 0, 100, 100);
	world_range(finding, 1, 1000, 1032);
	world_range(finding, 2, 8190, 8191);
	assert_int_equal(finding->flags, EXT4BM_ITABLE_ZEROED);
	scene_memory(scene, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, RIGHT - 36,
		     RIGHT, 0);
	/* the counters are right and only the bitmap is stale */
	scene_take(scene, GROUP);
	world_set_bits(scene->sample.free, 1000, 1033);
	scene->sample.buddy = scene_counters(scene);
	scene_compare(scene);
	assert_true(scene->difference.accepted);
	scene_memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, RIGHT - 36, RIGHT - 3,
		     0);
	scene_memory(scene, EXT4BM_BUDDY_FRAGMENTS, 3, 2, 0);
	finding = scene_memory(scene, EXT4BM_BUDDY_LOST_UPDATE, 0, 33, 1);
	world_range(finding, 0, 1000, 1032);
}

/* The last group is short: its end is no multiple of anything. */
static void lost_update_short(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->world;
	uint32_t last = WORLD_GROUPS - 1;
	uint8_t *bitmap = world_block_bitmap(world, last);

	scene_take(scene, last);
	world_set_bits(bitmap, 3999, 4000);
	world_count(world, last);
	world_seal(world, last);
	scene_read_cache(scene);
	scene_shows(scene, 2);
	scene_found(scene, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR);
	world_range(scene_memory(scene, EXT4BM_BUDDY_LOST_UPDATE, 0, 1, 1), 0,
		    3999, 3999);
}

/* Preallocated or not yet given back: used for the allocator alone. */
static void held_back(void **state)
{
	struct scene *scene = *state;

	world_clear_bits(scene->sample.free, 2000, 3000);
	scene_settle(scene);
	assert_int_equal(scene->sample.after.counters.free, RIGHT - 1000);
	scene_shows(scene, 0);
}

/* The one explained finding, with the clusters that are kept. */
static const struct ext4bm_finding *kept(struct scene *scene,
					 enum ext4bm_explanation by)
{
	const struct ext4bm_finding *finding;

	scene_shows(scene, 1);
	finding = scene_memory(scene, EXT4BM_COUNTERS_BELOW_DESCRIPTOR, RIGHT,
			       RIGHT - 1000, 1);
	world_range(finding, 0, 2000, 2999);
	assert_int_equal(finding->explained, by);
	return finding;
}

/* Who asks is told, with the reason, as far as it can be known. */
static void held_back_explained(void **state)
{
	struct scene *scene = *state;

	scene->live.explain = true;
	scene_shows(scene, 0);
	world_clear_bits(scene->sample.free, 2000, 3000);
	scene_settle(scene);
	kept(scene, EXT4BM_BY_PREALLOCATION);
	/* with a journal, frees wait for the commit */
	scene->live.geo.compat |= EXT3_FEATURE_COMPAT_HAS_JOURNAL;
	kept(scene, EXT4BM_BY_PENDING_FREE);
	/* which a freeze brings about */
	scene->live.frozen = true;
	kept(scene, EXT4BM_BY_PREALLOCATION);
	scene->live.frozen = false;
	/* without one, perhaps for a discard */
	scene->live.geo.compat &= ~(uint32_t)EXT3_FEATURE_COMPAT_HAS_JOURNAL;
	scene->live.kernel.discard = true;
	kept(scene, EXT4BM_BY_PENDING_FREE);
}

/* Counts apart, in either direction, in a group that the kernel shuns. */
static void marked_explained(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *finding;

	scene->live.explain = true;
	scene->sample.before.corrupt = scene->sample.after.corrupt = true;
	scene_set_free(scene, RIGHT);
	scene_shows(scene, 1);
	scene_memory(scene, EXT4BM_GROUP_MARKED_CORRUPT, RIGHT, RIGHT, 0);
	scene_set_free(scene, RIGHT - 5);
	scene_shows(scene, 2);
	finding = scene_memory(scene, EXT4BM_COUNTERS_BELOW_DESCRIPTOR, RIGHT,
			       RIGHT - 5, 0);
	assert_int_equal(finding->explained, EXT4BM_BY_FLAG);
	scene_set_free(scene, RIGHT + 5);
	scene_shows(scene, 2);
	finding = scene_memory(scene, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, RIGHT,
			       RIGHT + 5, 0);
	assert_int_equal(finding->explained, EXT4BM_BY_FLAG);
	/* the flag itself is not explained by anything */
	finding = scene_found(scene, EXT4BM_GROUP_MARKED_CORRUPT);
	assert_int_equal(finding->explained, EXT4BM_UNEXPLAINED);
}

/* Never seen by who may not read the device. */
static void lost_unprivileged(void **state)
{
	struct scene *scene = *state;

	memset(scene->sample.cache[0].bitmaps, 0xff,
	       scene->live.geo.block_size);
	memset(scene->sample.cache[1].bitmaps, 0xff,
	       scene->live.geo.block_size);
	scene_shows(scene, 0);
}

static void above_descriptor(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *finding;

	world_raw(&scene->world, GROUP)->bg_free_blocks_count =
		htole16(RIGHT - 13);
	world_seal(&scene->world, GROUP);
	scene_read_cache(scene);
	scene_shows(scene, 2);
	finding = scene_found(scene, EXT4BM_GD_FREE_CLUSTERS);
	assert_int_equal(finding->stored, RIGHT - 13);
	assert_int_equal(finding->counted, RIGHT);
	scene_memory(scene, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, RIGHT - 13,
		     RIGHT, 0);
	/* a negative counter is above nothing */
	scene_set_free(scene, -1);
	scene_shows(scene, 3);
	scene_memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, -1, RIGHT, 0);
	scene_memory(scene, EXT4BM_COUNTERS_IMPOSSIBLE, -1, 8192, 0);
}

static void mark(struct scene *scene)
{
	scene->sample.before.corrupt = scene->sample.after.corrupt = true;
	/* counters that fit nothing */
	scene_set_free(scene, 8158);
	set_first(scene, 8000);
	world_set_bits(scene->sample.free, 0, OWN_CLUSTERS);
}

/* The kernel has given the group up: its buddy may be anything. */
static void marked_corrupt(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *finding;

	mark(scene);
	scene_shows(scene, 1);
	scene_memory(scene, EXT4BM_GROUP_MARKED_CORRUPT, 8158, RIGHT, 0);
	/* also if it cannot be read */
	scene->sample.buddy_error = -EUCLEAN;
	scene_shows(scene, 1);
	scene_memory(scene, EXT4BM_GROUP_MARKED_CORRUPT, 8158, RIGHT, 0);
	/* the page cache is still compared */
	world_raw(&scene->world, GROUP)->bg_free_blocks_count =
		htole16(RIGHT - 13);
	world_seal(&scene->world, GROUP);
	scene_read_cache(scene);
	scene_shows(scene, 2);
	finding = scene_found(scene, EXT4BM_GD_FREE_CLUSTERS);
	assert_int_equal(finding->counted, RIGHT);
	scene_memory(scene, EXT4BM_GROUP_MARKED_CORRUPT, 8158, RIGHT - 13, 0);
}

/* What had happened before it was marked is no less true for it. */
static void marked_below_zero(void **state)
{
	struct scene *scene = *state;

	mark(scene);
	scene_set_free(scene, -9);
	scene_shows(scene, 2);
	scene_memory(scene, EXT4BM_GROUP_MARKED_CORRUPT, -9, RIGHT, 0);
	scene_memory(scene, EXT4BM_COUNTERS_IMPOSSIBLE, -9, 8192, 0);
}

static void marked_unprivileged(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *finding;

	mark(scene);
	scene_shows(scene, 1);
	finding = scene_found(scene, EXT4BM_GROUP_MARKED_CORRUPT);
	assert_int_equal(finding->stored, 8158);
}

/* With or without the device: the line shows an error and no counters. */
static void load_error(void **state)
{
	static const int errors[] = { EUCLEAN, EBADMSG, EIO, ENOMEM, EROFS };
	struct scene *scene = *state;
	const struct e4_counters none = { 0 };

	set_counters(scene, &none);
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		for (int buddy = 0; buddy < 2; buddy++) {
			const struct ext4bm_finding *finding;

			scene->sample.before.errnum = errors[i];
			scene->sample.after.errnum = errors[i];
			scene->sample.buddy_error = buddy ? -ENXIO : 0;
			scene_shows(scene, 1);
			finding = scene_found(scene, EXT4BM_GROUP_LOAD_FAILED);
			assert_int_equal(finding->errnum, errors[i]);
			assert_int_equal(finding->stored, 0);
			assert_int_equal(finding->counted, 0);
			assert_int_equal(finding->nr_ranges, 0);
		}
}

/* The counters are there, the bitmap cannot be asked for. */
static void buddy_error(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *finding;

	scene->sample.buddy_error = -EUCLEAN;
	e4_buddy_start(&scene->sample.buddy, 8192);
	memset(scene->sample.free, 0xff, scene->live.geo.block_size);
	scene_shows(scene, 1);
	finding = scene_found(scene, EXT4BM_GROUP_LOAD_FAILED);
	assert_int_equal(finding->errnum, EUCLEAN);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scene_start, scene_finish)
#define TEST_UNPRIVILEGED(name) \
	cmocka_unit_test_setup_teardown(name, scene_start_unprivileged, \
					scene_finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_UNPRIVILEGED(free_counts),
		TEST_UNPRIVILEGED(columns),
		TEST_UNPRIVILEGED(below_zero),
		TEST(hint),
		TEST_UNPRIVILEGED(hint),
		TEST_UNPRIVILEGED(full_group),
		TEST(lost_update),
		TEST(lost_update_short),
		TEST(held_back),
		TEST(held_back_explained),
		TEST(marked_explained),
		TEST_UNPRIVILEGED(lost_unprivileged),
		TEST(above_descriptor),
		TEST(marked_corrupt),
		TEST(marked_below_zero),
		TEST_UNPRIVILEGED(marked_unprivileged),
		TEST(load_error),
		TEST_UNPRIVILEGED(load_error),
		TEST(buddy_error),
		TEST_UNPRIVILEGED(buddy_error),
	};

	return cmocka_run_group_tests_name("compare_buddy", tests, NULL, NULL);
}
