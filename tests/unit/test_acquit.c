// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_acquit.c --- what a sample of a moving group can clear it of
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "scene.h"
#include "settle.h"
#include "unit.h"

#define OTHERS(charge) (E4_ALL_CHARGES & ~(charge))

/* Clear of all but these; and nothing is cleared that would be found. */
static void accused(const struct scene *scene, unsigned int charges)
{
	struct e4_difference difference;

	assert_int_equal(e4_sample_acquits(&scene->live, &scene->sample),
			 OTHERS(charges));
	e4_sample_compare(&scene->live, &scene->sample, &difference);
	if (difference.findings.nr > 0)
		assert_int_not_equal(charges, 0);
	e4_findings_free(&difference.findings);
}

static void nothing_moves(void **state)
{
	struct scene *scene = *state;

	accused(scene, 0);
	scene->live.fs = NULL;
	accused(scene, 0);
}

/* Where the counters moved, they are comparable with nothing. */
static void counters_move(void **state)
{
	struct scene *scene = *state;

	scene->sample.before.counters.free++;
	accused(scene, E4_CHARGE_COUNTERS);
	scene->live.fs = NULL;
	accused(scene, E4_CHARGE_COUNTERS);
	/* the same in both readings: drift, if it lasts */
	scene->sample.after.counters.free++;
	accused(scene, E4_CHARGE_COUNTERS);
}

/* The page cache moved on, and each reading is well. */
static void cache_moves(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->world;

	for (int i = 0; i < 2; i++) {
		world_set_bits(world_block_bitmap(world, GROUP),
			       100 + 100 * (uint32_t)i, 113 + 100 *
			       (uint32_t)i);
		world_set_bits(world_inode_bitmap(world, GROUP), 20, 21);
		world_count(world, GROUP);
		world_seal(world, GROUP);
		scene_read(scene, &scene->sample.cache[1 - i]);
		/* used in both readings, free for the allocator */
		accused(scene, i == 0 ? 0 : E4_CHARGE_BITS);
	}
}

/* A bit is lost only if it is in both readings. */
static void bits(void **state)
{
	struct scene *scene = *state;
	struct e4_cache *cache = scene->sample.cache;

	world_set_bits(cache[0].bitmaps, 8191, 8192);
	accused(scene, 0);
	world_set_bits(cache[1].bitmaps, 8190, 8191);
	accused(scene, E4_CHARGE_CACHE);
	world_set_bits(cache[1].bitmaps, 8191, 8192);
	accused(scene, E4_CHARGE_CACHE | E4_CHARGE_BITS);
	/* in use, for the allocator as well */
	world_clear_bits(scene->sample.free, 8191, 8192);
	scene->sample.buddy = scene_counters(scene);
	accused(scene, E4_CHARGE_CACHE | E4_CHARGE_COUNTERS);
}

/* One good reading is enough, a bad one or none is not. */
static void cache_is_bad(void **state)
{
	struct scene *scene = *state;
	struct e4_cache *cache = scene->sample.cache;

	cache[0].gd.free_clusters++;
	accused(scene, 0);
	cache[1].gd.free_clusters--;
	accused(scene, E4_CHARGE_CACHE);
	cache[0].gd.free_clusters--;
	accused(scene, 0);
	cache[0].error = -EIO;
	accused(scene, E4_CHARGE_CACHE | E4_CHARGE_BITS);
	cache[1].gd.free_clusters++;
	accused(scene, E4_CHARGE_BITS);
	/* what changed in the middle of a reading may hide what was there */
	cache[0].error = 0;
	accused(scene, 0);
	cache[0].torn = true;
	accused(scene, 0);
	cache[1].torn = true;
	accused(scene, E4_CHARGE_CACHE);
}

/* A bitmap that was never written is rubbish, before and after. */
static void uninit(void **state)
{
	struct scene *scene = *state;
	struct world *world = &scene->world;
	struct e4_cache *cache = scene->sample.cache;
	size_t size = world->geo.block_size;

	world_raw(world, GROUP)->bg_flags = htole16(EXT4BM_BLOCK_UNINIT);
	world_seal(world, GROUP);
	scene_read(scene, &cache[0]);
	memset(cache[0].bitmaps, 0, size);
	accused(scene, 0);
	/* what was taken since, the allocator has still free */
	world_set_bits(cache[1].bitmaps, 100, 113);
	accused(scene, E4_CHARGE_BITS);
	scene_read(scene, &cache[1]);
	memset(cache[1].bitmaps, 0xff, size);
	accused(scene, 0);
	/* below zero is not above the descriptor */
	scene_set_free(scene, -1);
	accused(scene, E4_CHARGE_COUNTERS);
	scene_settle(scene);
	/* more free for the allocator than for the descriptor */
	cache[0].gd.free_clusters--;
	cache[1].gd.free_clusters--;
	accused(scene, E4_CHARGE_CACHE | E4_CHARGE_BITS);
}

/* The allocator's views of a group that was given up may be anything. */
static void given_up(void **state)
{
	struct scene *scene = *state;
	struct e4_sample *sample = &scene->sample;

	sample->after.corrupt = true;
	accused(scene, E4_CHARGE_COUNTERS | E4_CHARGE_BITS);
	sample->after.corrupt = false;
	sample->after.errnum = EIO;
	accused(scene, E4_CHARGE_COUNTERS | E4_CHARGE_BITS);
	sample->after.errnum = 0;
	sample->buddy_error = -EUCLEAN;
	accused(scene, E4_CHARGE_COUNTERS | E4_CHARGE_BITS);
	scene->live.fs = NULL;
	accused(scene, E4_CHARGE_COUNTERS);
}

/* The disk has what memory had before or after, or what it never had. */
static void disk(void **state)
{
	struct scene *scene = *state;
	struct e4_sample *sample = &scene->sample;
	struct e4_disk *any = (struct e4_disk *)scene;

	scene->live.geo.compat &= ~(uint32_t)EXT3_FEATURE_COMPAT_HAS_JOURNAL;
	world_set_bits(sample->disk.bitmaps, 200, 201);
	accused(scene, 0);
	scene->live.disk = any;
	accused(scene, E4_CHARGE_DISK);
	world_set_bits(sample->cache[0].bitmaps, 200, 201);
	accused(scene, 0);
	sample->disk.gd.free_inodes--;
	accused(scene, E4_CHARGE_DISK);
	/* what the journal holds is not on the disk yet, but when frozen */
	scene->live.geo.compat |= EXT3_FEATURE_COMPAT_HAS_JOURNAL;
	accused(scene, 0);
	scene->live.frozen = true;
	accused(scene, E4_CHARGE_DISK);
	sample->disk.gd.free_inodes++;
	accused(scene, 0);
	sample->disk.error = -EIO;
	accused(scene, E4_CHARGE_DISK);
}

/*
 * What the group shows from sample to sample, one letter each, the last one
 * stays; two seconds each.
 *
 *	c	the counters move
 *	p	the page cache moves, and is well in no reading
 *	3	nothing moves, and three clusters are missing in the counters
 *	x	the counters move, and three clusters are missing in both
 */
struct restless {
	struct scene *scene;
	const char *shows;
	unsigned int taken;
	double now;
};

static int take(void *context, struct e4_live *live,
		struct e4_sample *samples, size_t nr)
{
	struct restless *restless = context;
	struct e4_sample *from = &restless->scene->sample;
	char letter = restless->shows[restless->taken];
	size_t size = live->geo.block_size;
	struct e4_sample *to = samples;

	assert_int_equal(nr, 1);
	if (restless->shows[++restless->taken] == '\0')
		restless->taken--;
	to->before = to->after = from->before;
	to->buddy = from->buddy;
	memcpy(to->free, from->free, size);
	for (int i = 0; i < 2; i++) {
		to->cache[i].gd = from->cache[i].gd;
		memcpy(to->cache[i].bitmaps, from->cache[i].bitmaps, 2 * size);
		if (letter == 'p')
			to->cache[i].gd.free_clusters -= 1 + (uint32_t)i;
	}
	if (letter == '3' || letter == 'x')
		to->after.counters.free -= 3;
	to->before.counters.free = to->after.counters.free -
				   (letter == 'c' || letter == 'x');
	restless->now += 2;
	return 0;
}

static double now(void *context)
{
	return ((struct restless *)context)->now;
}

static void no_pause(void *context, long nanoseconds)
{
	(void)context, (void)nanoseconds;
}

/* Return: samples taken in an hour. */
static uint64_t settle(struct scene *scene, const char *shows,
		       struct e4_settled *settled)
{
	static const struct e4_source_ops ops = {
		.sample = take, .now = now, .pause = no_pause,
	};
	struct restless restless = { .scene = scene, .shows = shows };
	const uint32_t group = GROUP;

	memset(settled, 0, sizeof(*settled));
	scene->live.source = (struct e4_source){
		.ops = &ops, .context = &restless };
	assert_int_equal(e4_settle(&scene->live, &group, 1, 3600, NULL,
				   settled), 0);
	return settled->samples;
}

/* No sample in which all stands still, and together they clear the group. */
static void settles(void **state)
{
	struct scene *scene = *state;
	struct e4_settled settled;

	assert_int_equal(settle(scene, "ccp", &settled), 3);
	assert_int_equal(settled.rejected, 3);
	assert_int_equal(settled.transient, 1);
	assert_int_equal(settled.findings.nr, 0);
	/* what is found counts anew, and has to go away in all of it */
	assert_int_equal(settle(scene, "c3pppc", &settled), 6);
	assert_int_equal(settled.transient, 1);
	assert_int_equal(settled.findings.nr, 0);
	/* explanations take a sample that stands still: there was time */
	scene->live.explain = true;
	assert_int_equal(settle(scene, "cp", &settled), 1800);
	assert_int_equal(settled.transient, 1);
	assert_int_equal(settled.findings.nr, 0);
}

/* Drift that lasts is not cleared by whatever moves around it. */
static void stays(void **state)
{
	struct scene *scene = *state;
	struct e4_settled settled;

	assert_int_equal(settle(scene, "x", &settled), 1800);
	assert_int_equal(settled.unsettled, 1);
	assert_int_equal(settled.findings.nr, 1);
	assert_int_equal(settled.findings.list[0].code,
			 EXT4BM_GROUP_UNSETTLED);
	e4_findings_free(&settled.findings);
	assert_int_equal(settle(scene, "x3x3x3", &settled), 6);
	assert_int_equal(settled.findings.nr, 1);
	assert_int_equal(settled.findings.list[0].code,
			 EXT4BM_BUDDY_FREE_CLUSTERS);
	e4_findings_free(&settled.findings);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, scene_start, scene_finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_moves), TEST(counters_move), TEST(cache_moves),
		TEST(bits), TEST(cache_is_bad), TEST(uninit), TEST(given_up),
		TEST(disk), TEST(settles), TEST(stays),
	};

	return cmocka_run_group_tests_name("acquit", tests, NULL, NULL);
}
