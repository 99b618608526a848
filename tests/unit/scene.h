/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scene.h --- a group of a healthy filesystem, as a live check samples it
 *
 *	scene_start() -> damage the world and read it again, or change the
 *	sample -> compare
 */
#ifndef SCENE_H
#define SCENE_H

#include "live.h"
#include "world.h"

/* The group of the sample: without a copy of the superblock, its own items,
 * then free. */
#define GROUP 2
#define OWN_CLUSTERS (2 + 32)
#define RIGHT (8192 - OWN_CLUSTERS)
#define MAX_ORDER 11

/*
 * @fs:		only says that the device may be read
 * @difference:	of the last comparison
 */
struct scene {
	struct world world;
	struct ext4bm fs;
	struct e4_live live;
	struct e4_sample sample;
	struct e4_difference difference;
};

/*
 * To be set up, with a sample of GROUP, and torn down, by cmocka; also as for
 * who may not read the device: there is no page cache.
 */
int scene_start(void **state);
int scene_start_unprivileged(void **state);
int scene_finish(void **state);

/* One reading of the page cache or of the disk, as the world is now. */
void scene_read(const struct scene *scene, struct e4_cache *cache);

/* Both readings of the page cache. */
void scene_read_cache(struct scene *scene);

/* All views of a group, equal. */
void scene_take(struct scene *scene, uint32_t group);

/* Counters that belong to what is free in the sample. */
struct e4_counters scene_counters(const struct scene *scene);

/* The allocator has the bitmap of the sample, and its counters fit. */
void scene_settle(struct scene *scene);

/* So many are free in the counters, before and after. */
void scene_set_free(struct scene *scene, int32_t free);

/* Compare, and leave the sample as it was: it may be compared again. */
void scene_compare(struct scene *scene);

/* The same, and assert that it is accepted, with this many findings. */
void scene_shows(struct scene *scene, size_t nr);

/* The one finding with this code; the others have others. */
const struct ext4bm_finding *scene_found(const struct scene *scene,
					 enum ext4bm_code code);

/* The same, between two views in memory: no place on the device. */
const struct ext4bm_finding *scene_memory(const struct scene *scene,
					  enum ext4bm_code code,
					  int64_t stored, int64_t counted,
					  size_t ranges);

#endif
