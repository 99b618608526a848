// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_sample.c --- what the views of a group, taken together, show
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "geometry.h"
#include "scene.h"
#include "unit.h"

/* Where the device may not be read, there is no page cache. */
static int start_unprivileged(void **state)
{
	struct scene *scene;

	scene_start(state);
	scene = *state;
	scene->live.fs = NULL;
	memset(&scene->live.views, 0, sizeof(scene->live.views));
	for (int i = 0; i < 2; i++) {
		memset(&scene->sample.cache[i].gd, 0,
		       sizeof(scene->sample.cache[i].gd));
		memset(scene->sample.cache[i].bitmaps, 0,
		       2 * (size_t)scene->live.geo.block_size);
	}
	return 0;
}

/* Compare, and leave the sample as it was: it may be compared again. */
static void compare(struct scene *scene)
{
	size_t size = scene->live.geo.block_size;
	uint8_t *bitmaps = malloc(7 * size);
	struct e4_sample before;

	memcpy(&before, &scene->sample, sizeof(before));
	assert_non_null(bitmaps);
	memcpy(bitmaps, before.free, size);
	memcpy(bitmaps + size, before.cache[0].bitmaps, 2 * size);
	memcpy(bitmaps + 3 * size, before.cache[1].bitmaps, 2 * size);
	memcpy(bitmaps + 5 * size, before.disk.bitmaps, 2 * size);
	e4_findings_free(&scene->difference.findings);
	/* whatever was there before must not matter */
	scene->difference.accepted = true;
	e4_sample_compare(&scene->live, &scene->sample, &scene->difference);
	assert_false(scene->difference.findings.failed);
	assert_memory_equal(&scene->sample, &before, sizeof(before));
	assert_memory_equal(before.free, bitmaps, size);
	assert_memory_equal(before.cache[0].bitmaps, bitmaps + size, 2 * size);
	assert_memory_equal(before.cache[1].bitmaps, bitmaps + 3 * size,
			    2 * size);
	assert_memory_equal(before.disk.bitmaps, bitmaps + 5 * size, 2 * size);
	free(bitmaps);
}

static void moving(struct scene *scene)
{
	compare(scene);
	assert_false(scene->difference.accepted);
	assert_int_equal(scene->difference.findings.nr, 0);
	assert_null(scene->difference.findings.list);
}

/* Accepted, with this many findings. */
static void shows(struct scene *scene, size_t nr)
{
	const struct e4_findings *findings = &scene->difference.findings;

	compare(scene);
	assert_true(scene->difference.accepted);
	if (findings->nr != nr)
		for (size_t i = 0; i < findings->nr; i++)
			print_error("found: %s\n", ext4bm_catalogue(
				findings->list[i].code)->name);
	assert_int_equal(findings->nr, nr);
}

/* The one finding with this code; the others have others. */
static const struct ext4bm_finding *found(const struct scene *scene,
					  enum ext4bm_code code)
{
	const struct e4_findings *findings = &scene->difference.findings;
	const struct ext4bm_finding *finding = NULL;

	for (size_t i = 0; i < findings->nr; i++)
		if (findings->list[i].code == code) {
			assert_null(finding);
			finding = &findings->list[i];
		}
	if (!finding)
		print_error("missing: %s\n", ext4bm_catalogue(code)->name);
	assert_non_null(finding);
	assert_int_equal(finding->group, scene->sample.group);
	return finding;
}

/* A finding between two views in memory: no place on the device. */
static const struct ext4bm_finding *memory(const struct scene *scene,
					   enum ext4bm_code code,
					   int64_t stored, int64_t counted,
					   size_t ranges)
{
	const struct ext4bm_finding *finding = found(scene, code);

	world_values(finding, scene->sample.group, (uint64_t)stored,
		     (uint64_t)counted, EXT4BM_NO_OFFSET);
	assert_int_equal(finding->nr_ranges, ranges);
	assert_int_equal(finding->errnum, 0);
	return finding;
}

static void set_counters(struct scene *scene,
			 const struct e4_counters *counters)
{
	scene->sample.before.counters = *counters;
	scene->sample.after.counters = *counters;
}

static void set_free(struct scene *scene, int32_t free)
{
	scene->sample.before.counters.free = free;
	scene->sample.after.counters.free = free;
}

static void set_first(struct scene *scene, int32_t first)
{
	scene->sample.before.counters.first = first;
	scene->sample.after.counters.first = first;
}

static void equal_views(void **state)
{
	struct scene *scene = *state;

	for (uint32_t group = 0; group < WORLD_GROUPS; group++) {
		scene_take(scene, group);
		shows(scene, 0);
	}
	scene_take(scene, GROUP);
	assert_int_equal(scene->sample.buddy.free, RIGHT);
	assert_int_equal(scene->sample.buddy.first, OWN_CLUSTERS);
}

static void equal_unprivileged(void **state)
{
	struct scene *scene = *state;

	shows(scene, 0);
	/* nothing of the page cache is looked at */
	memset(scene->sample.cache[0].bitmaps, 0xff,
	       scene->live.geo.block_size);
	scene->sample.cache[0].error = -EIO;
	shows(scene, 0);
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
		shows(scene, 0);
	}
	before->errnum = EIO;
	moving(scene);
	before->errnum = 0;
	before->corrupt = true;
	moving(scene);
	before->corrupt = false;
	shows(scene, 0);
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
		shows(scene, 0);
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
	shows(scene, 1);
	finding = &scene->difference.findings.list[0];
	assert_int_equal(finding->code, EXT4BM_BLOCK_BITMAP_UNREADABLE);
	assert_int_equal(finding->errnum, EIO);
	/* what was read before it failed may be anything */
	unit_fill(&(uint64_t){ 1 }, cache[0].bitmaps, 100);
	cache[1].gd.free_clusters = 1;
	shows(scene, 1);
	set_free(scene, RIGHT + 13);
	shows(scene, 2);
	memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, RIGHT + 13, RIGHT, 0);
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
	shows(scene, 3);
	finding = found(scene, EXT4BM_GD_FREE_CLUSTERS);
	assert_int_equal(finding->stored, RIGHT);
	assert_int_equal(finding->counted, RIGHT + 1);
	finding = found(scene, EXT4BM_METADATA_FREE);
	assert_int_equal(finding->offset, bitmap * size);
	assert_int_equal(finding->nr_ranges, 1);
	world_range(finding, 0, 5, 5);
	memory(scene, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, RIGHT, RIGHT + 1, 0);
}

static void wrong_descriptor(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *finding;

	world_raw(&scene->world, GROUP)->bg_checksum ^= htole16(1);
	scene_read_cache(scene);
	shows(scene, 1);
	finding = found(scene, EXT4BM_GD_CHECKSUM);
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
	shows(scene, 1);
	finding = found(scene, EXT4BM_GD_FREE_INODES);
	assert_int_equal(finding->stored, 128);
	assert_int_equal(finding->counted, 127);
}

/* An empty group: 13 clusters less in the counters than in the bitmap. */
static void free_counts(void **state)
{
	struct scene *scene = *state;
	struct e4_counters counters;

	world_set_bits(scene->sample.free, 0, 8192);
	scene_settle(scene);
	assert_int_equal(scene->sample.buddy.free, 8192);
	set_free(scene, 8179);
	shows(scene, 1);
	memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, 8179, 8192, 0);
	/* the counters of a group that uses 13 clusters in the middle */
	world_clear_bits(scene->sample.free, 100, 113);
	counters = scene_counters(scene);
	world_set_bits(scene->sample.free, 100, 113);
	set_counters(scene, &counters);
	shows(scene, 3);
	memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, 8179, 8192, 0);
	memory(scene, EXT4BM_BUDDY_FRAGMENTS, 2, 1, 0);
	/* the lowest order that differs stands for all */
	world_range(memory(scene, EXT4BM_BUDDY_ORDERS, 1, 0, 1), 0, 0, 0);
	/* or at its start, which moves the hint */
	world_clear_bits(scene->sample.free, 0, 13);
	counters = scene_counters(scene);
	world_set_bits(scene->sample.free, 0, 13);
	set_counters(scene, &counters);
	shows(scene, 3);
	memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, 8179, 8192, 0);
	memory(scene, EXT4BM_BUDDY_FIRST_FREE, 13, 0, 0);
	world_range(memory(scene, EXT4BM_BUDDY_ORDERS, 1, 0, 1), 0, 0, 0);
}

/* Each column by itself, and the orders up to the last one shown. */
static void columns(void **state)
{
	struct scene *scene = *state;
	const struct e4_counters right = scene->sample.buddy;
	struct e4_counters counters = right;

	counters.free -= 13;
	set_counters(scene, &counters);
	shows(scene, 1);
	memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, RIGHT - 13, RIGHT, 0);
	counters = right;
	counters.fragments += 2;
	set_counters(scene, &counters);
	shows(scene, 1);
	memory(scene, EXT4BM_BUDDY_FRAGMENTS, 3, 1, 0);
	for (int order = 0; order < E4_ORDERS; order++) {
		uint64_t at = (uint64_t)order;

		counters = right;
		counters.orders[order] += 8;
		set_counters(scene, &counters);
		shows(scene, 1);
		world_range(memory(scene, EXT4BM_BUDDY_ORDERS,
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
	shows(scene, 3);
	found(scene, EXT4BM_BUDDY_ORDERS);
	memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, -13, RIGHT, 0);
	memory(scene, EXT4BM_COUNTERS_IMPOSSIBLE, -13, 8192, 2);
	/* more than there are is as impossible */
	counters = scene->sample.buddy;
	counters.free = 8193;
	set_counters(scene, &counters);
	compare(scene);
	memory(scene, EXT4BM_COUNTERS_IMPOSSIBLE, 8193, 8192, 0);
}

/* The hint may be too low, never too high. */
static void hint(void **state)
{
	struct scene *scene = *state;

	for (int32_t first = 0; first <= OWN_CLUSTERS; first++) {
		set_first(scene, first);
		shows(scene, 0);
	}
	set_first(scene, OWN_CLUSTERS + 1);
	shows(scene, 1);
	memory(scene, EXT4BM_BUDDY_FIRST_FREE, OWN_CLUSTERS + 1, OWN_CLUSTERS,
	       0);
	set_first(scene, 8192);
	shows(scene, 1);
	memory(scene, EXT4BM_BUDDY_FIRST_FREE, 8192, OWN_CLUSTERS, 0);
}

/* With nothing free, the hint says nothing. */
static void full_group(void **state)
{
	struct scene *scene = *state;

	memset(scene->sample.free, 0, scene->live.geo.block_size);
	scene_settle(scene);
	for (int32_t first = 0; first <= 8192; first += 512) {
		set_first(scene, first);
		shows(scene, 0);
	}
	set_free(scene, 1);
	shows(scene, 1);
	memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, 1, 0, 0);
	/* in a short group the kernel begins with that of a whole one */
	scene_take(scene, WORLD_GROUPS - 1);
	memset(scene->sample.free, 0, scene->live.geo.block_size);
	scene_settle(scene);
	set_first(scene, 8192);
	shows(scene, 0);
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
	shows(scene, 2);
	finding = memory(scene, EXT4BM_BUDDY_LOST_UPDATE, 0, 36, 3);
	world_range(finding, 0, 100, 100);
	world_range(finding, 1, 1000, 1032);
	world_range(finding, 2, 8190, 8191);
	assert_int_equal(finding->flags, EXT4BM_ITABLE_ZEROED);
	memory(scene, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, RIGHT - 36, RIGHT, 0);
	/* the counters are right and only the bitmap is stale */
	scene_take(scene, GROUP);
	world_set_bits(scene->sample.free, 1000, 1033);
	scene->sample.buddy = scene_counters(scene);
	compare(scene);
	assert_true(scene->difference.accepted);
	memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, RIGHT - 36, RIGHT - 3, 0);
	memory(scene, EXT4BM_BUDDY_FRAGMENTS, 3, 2, 0);
	finding = memory(scene, EXT4BM_BUDDY_LOST_UPDATE, 0, 33, 1);
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
	shows(scene, 2);
	found(scene, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR);
	world_range(memory(scene, EXT4BM_BUDDY_LOST_UPDATE, 0, 1, 1), 0, 3999,
		    3999);
}

/* Preallocated or not yet given back: used for the allocator alone. */
static void held_back(void **state)
{
	struct scene *scene = *state;

	world_clear_bits(scene->sample.free, 2000, 3000);
	scene_settle(scene);
	assert_int_equal(scene->sample.after.counters.free, RIGHT - 1000);
	shows(scene, 0);
}

/* The one explained finding, with the clusters that are kept. */
static const struct ext4bm_finding *kept(struct scene *scene,
					 enum ext4bm_explanation by)
{
	const struct ext4bm_finding *finding;

	shows(scene, 1);
	finding = memory(scene, EXT4BM_COUNTERS_BELOW_DESCRIPTOR, RIGHT,
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
	shows(scene, 0);
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

	scene->live.explain = true;
	scene->sample.before.corrupt = scene->sample.after.corrupt = true;
	set_free(scene, RIGHT);
	shows(scene, 1);
	memory(scene, EXT4BM_GROUP_MARKED_CORRUPT, RIGHT, RIGHT, 0);
	set_free(scene, RIGHT - 5);
	shows(scene, 2);
	assert_int_equal(memory(scene, EXT4BM_COUNTERS_BELOW_DESCRIPTOR,
				RIGHT, RIGHT - 5, 0)->explained,
			 EXT4BM_BY_FLAG);
	set_free(scene, RIGHT + 5);
	shows(scene, 2);
	assert_int_equal(memory(scene, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR,
				RIGHT, RIGHT + 5, 0)->explained,
			 EXT4BM_BY_FLAG);
	/* the flag itself is not explained by anything */
	assert_int_equal(found(scene, EXT4BM_GROUP_MARKED_CORRUPT)->explained,
			 EXT4BM_UNEXPLAINED);
}

/* Never seen by who may not read the device. */
static void lost_unprivileged(void **state)
{
	struct scene *scene = *state;

	memset(scene->sample.cache[0].bitmaps, 0xff,
	       scene->live.geo.block_size);
	memset(scene->sample.cache[1].bitmaps, 0xff,
	       scene->live.geo.block_size);
	shows(scene, 0);
}

static void above_descriptor(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *finding;

	world_raw(&scene->world, GROUP)->bg_free_blocks_count =
		htole16(RIGHT - 13);
	world_seal(&scene->world, GROUP);
	scene_read_cache(scene);
	shows(scene, 2);
	finding = found(scene, EXT4BM_GD_FREE_CLUSTERS);
	assert_int_equal(finding->stored, RIGHT - 13);
	assert_int_equal(finding->counted, RIGHT);
	memory(scene, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, RIGHT - 13, RIGHT, 0);
	/* a negative counter is above nothing */
	set_free(scene, -1);
	shows(scene, 3);
	memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, -1, RIGHT, 0);
	memory(scene, EXT4BM_COUNTERS_IMPOSSIBLE, -1, 8192, 0);
}

static void mark(struct scene *scene)
{
	scene->sample.before.corrupt = scene->sample.after.corrupt = true;
	/* counters that fit nothing */
	set_free(scene, 8158);
	set_first(scene, 8000);
	world_set_bits(scene->sample.free, 0, OWN_CLUSTERS);
}

/* The kernel has given the group up: its buddy may be anything. */
static void marked_corrupt(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *finding;

	mark(scene);
	shows(scene, 1);
	memory(scene, EXT4BM_GROUP_MARKED_CORRUPT, 8158, RIGHT, 0);
	/* also if it cannot be read */
	scene->sample.buddy_error = -EUCLEAN;
	shows(scene, 1);
	memory(scene, EXT4BM_GROUP_MARKED_CORRUPT, 8158, RIGHT, 0);
	/* the page cache is still compared */
	world_raw(&scene->world, GROUP)->bg_free_blocks_count =
		htole16(RIGHT - 13);
	world_seal(&scene->world, GROUP);
	scene_read_cache(scene);
	shows(scene, 2);
	finding = found(scene, EXT4BM_GD_FREE_CLUSTERS);
	assert_int_equal(finding->counted, RIGHT);
	memory(scene, EXT4BM_GROUP_MARKED_CORRUPT, 8158, RIGHT - 13, 0);
}

/* What had happened before it was marked is no less true for it. */
static void marked_below_zero(void **state)
{
	struct scene *scene = *state;

	mark(scene);
	set_free(scene, -9);
	shows(scene, 2);
	memory(scene, EXT4BM_GROUP_MARKED_CORRUPT, -9, RIGHT, 0);
	memory(scene, EXT4BM_COUNTERS_IMPOSSIBLE, -9, 8192, 0);
}

static void marked_unprivileged(void **state)
{
	struct scene *scene = *state;

	mark(scene);
	shows(scene, 1);
	assert_int_equal(found(scene, EXT4BM_GROUP_MARKED_CORRUPT)->stored,
			 8158);
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
			shows(scene, 1);
			finding = found(scene, EXT4BM_GROUP_LOAD_FAILED);
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
	shows(scene, 1);
	finding = found(scene, EXT4BM_GROUP_LOAD_FAILED);
	assert_int_equal(finding->errnum, EUCLEAN);
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
		shows(scene, 0);
	}
	/* counters and descriptor are compared as ever */
	set_free(scene, RIGHT + 1);
	shows(scene, 2);
	memory(scene, EXT4BM_BUDDY_FREE_CLUSTERS, RIGHT + 1, RIGHT, 0);
	memory(scene, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, RIGHT, RIGHT + 1, 0);
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
	shows(scene, 0);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scene_start, scene_finish)
#define TEST_UNPRIVILEGED(name) \
	cmocka_unit_test_setup_teardown(name, start_unprivileged, scene_finish)

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
		TEST(block_uninit),
		TEST(inode_uninit),
	};

	return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
