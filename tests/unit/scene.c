// SPDX-License-Identifier: GPL-2.0-only
/*
 * scene.c --- a group of a healthy filesystem, as a live check samples it
 */
#include "config.h"

#include <string.h>

#include "bitmap.h"
#include "geometry.h"
#include "scene.h"
#include "unit.h"

struct e4_counters scene_counters(const struct scene *scene)
{
	uint32_t clusters = ext4bm_group_clusters(&scene->live.geo,
						  scene->sample.group);
	struct e4_counters counters;
	uint32_t first, end = 0;

	e4_buddy_start(&counters, clusters);
	while (e4_bitmap_run(scene->sample.free, true, end, clusters, &first,
			     &end))
		e4_buddy_add(&counters, first, end - first, MAX_ORDER);
	return counters;
}

void scene_settle(struct scene *scene)
{
	scene->sample.buddy = scene_counters(scene);
	scene->sample.before.counters = scene->sample.buddy;
	scene->sample.after.counters = scene->sample.buddy;
}

void scene_read(const struct scene *scene, struct e4_cache *cache)
{
	const struct world *world = &scene->world;
	uint32_t group = scene->sample.group;
	size_t size = world->geo.block_size;

	/* all of it: readings are compared byte by byte */
	memset(&cache->gd, 0, sizeof(cache->gd));
	assert_int_equal(e4_table_get(&world->table, &world->geo, &world->csum,
				      group, &cache->gd), 0);
	memcpy(cache->bitmaps, world_block_bitmap(world, group), size);
	memcpy(cache->bitmaps + size, world_inode_bitmap(world, group), size);
}

void scene_read_cache(struct scene *scene)
{
	scene_read(scene, &scene->sample.cache[0]);
	scene_read(scene, &scene->sample.cache[1]);
}

void scene_take(struct scene *scene, uint32_t group)
{
	struct e4_sample *sample = &scene->sample;
	uint32_t clusters = ext4bm_group_clusters(&scene->live.geo, group);

	sample->group = sample->before.group = sample->after.group = group;
	scene_read_cache(scene);
	scene_read(scene, &sample->disk);
	memset(sample->free, 0, scene->live.geo.block_size);
	for (uint32_t n = 0; n < clusters; n++)
		if (!(sample->cache[0].bitmaps[n / 8] >> n % 8 & 1))
			world_set_bits(sample->free, n, n + 1);
	scene_settle(scene);
}

int scene_start(void **state)
{
	static struct scene scene;

	memset(&scene, 0, sizeof(scene));
	world_superblock(&scene.world);
	world_build(&scene.world);
	scene.fs.table = scene.world.table;
	scene.live.fs = &scene.fs;
	scene.live.geo = scene.world.geo;
	scene.live.views = scene.world.views;
	scene.live.max_order = MAX_ORDER;
	assert_int_equal(e4_sample_init(&scene.live, &scene.sample), 0);
	scene_take(&scene, GROUP);
	*state = &scene;
	return 0;
}

int scene_finish(void **state)
{
	struct scene *scene = *state;

	e4_findings_free(&scene->difference.findings);
	e4_sample_free(&scene->sample);
	assert_null(scene->sample.free);
	world_free(&scene->world);
	return 0;
}
