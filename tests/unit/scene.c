// SPDX-License-Identifier: GPL-2.0-only
/*
 * scene.c --- a group of a healthy filesystem, as a live check samples it
 */
#include "config.h"

#include <stdlib.h>
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

int scene_start_unprivileged(void **state)
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

void scene_compare(struct scene *scene)
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

void scene_shows(struct scene *scene, size_t nr)
{
	const struct e4_findings *findings = &scene->difference.findings;

	scene_compare(scene);
	assert_true(scene->difference.accepted);
	if (findings->nr != nr)
		for (size_t i = 0; i < findings->nr; i++)
			print_error("found: %s\n", ext4bm_catalogue(
				findings->list[i].code)->name);
	assert_int_equal(findings->nr, nr);
}

const struct ext4bm_finding *scene_found(const struct scene *scene,
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

const struct ext4bm_finding *scene_memory(const struct scene *scene,
					  enum ext4bm_code code,
					  int64_t stored, int64_t counted,
					  size_t ranges)
{
	const struct ext4bm_finding *finding = scene_found(scene, code);

	world_values(finding, scene->sample.group, (uint64_t)stored,
		     (uint64_t)counted, EXT4BM_NO_OFFSET);
	assert_int_equal(finding->nr_ranges, ranges);
	assert_int_equal(finding->errnum, 0);
	return finding;
}

void scene_set_free(struct scene *scene, int32_t free)
{
	scene->sample.before.counters.free = free;
	scene->sample.after.counters.free = free;
}
