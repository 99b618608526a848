// SPDX-License-Identifier: LGPL-2.0-only
/*
 * sample.c --- all views of some groups, as close to one moment as it gets
 *
 * Order matters: free clusters reach the bitmap before the buddy, and used
 * ones the buddy before the bitmap, so the page cache is read around the
 * counters and the counters around the buddy. Only what stands still in both
 * brackets is compared. One bracket alone let through one wrong difference
 * in a thousand under load; both, three times, none.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"
#include "fsmap.h"
#include "geometry.h"
#include "live.h"

int e4_sample_init(const struct e4_live *live, struct e4_sample *sample)
{
	size_t size = live->geo.block_size;

	memset(sample, 0, sizeof(*sample));
	sample->free = calloc(1, 7 * size + 3 * live->geo.desc_size);
	if (!sample->free)
		return -ENOMEM;
	sample->cache[0].bitmaps = sample->free + size;
	sample->cache[1].bitmaps = sample->free + 3 * size;
	sample->disk.bitmaps = sample->free + 5 * size;
	sample->cache[0].raw = sample->free + 7 * size;
	sample->cache[1].raw = sample->cache[0].raw + live->geo.desc_size;
	sample->disk.raw = sample->cache[1].raw + live->geo.desc_size;
	return 0;
}

void e4_sample_free(struct e4_sample *sample)
{
	free(sample->free);
	sample->free = NULL;
}

struct reading {
	struct e4_sample *samples;
	size_t nr;
	size_t found;
	bool after;
};

/* Samples are in the order of their groups, and so are the lines. */
static bool take_line(void *context, const struct e4_mbgroup *line)
{
	struct reading *reading = context;
	struct e4_sample *sample;

	while (reading->found < reading->nr &&
	       reading->samples[reading->found].group < line->group)
		reading->found++;
	if (reading->found == reading->nr)
		return false;
	sample = &reading->samples[reading->found];
	if (sample->group == line->group) {
		*(reading->after ? &sample->after : &sample->before) = *line;
		reading->found++;
	}
	return reading->found < reading->nr;
}

static int take_counters(struct e4_live *live, struct e4_sample *samples,
			 size_t nr, bool after)
{
	struct reading reading = { samples, nr, 0, after };

	for (size_t i = 0; i < nr; i++)
		*(after ? &samples[i].after : &samples[i].before) =
			(struct e4_mbgroup){ .group = samples[i].group,
					     .errnum = ENODATA };
	return live->source.ops->counters(live->source.context, take_line,
					  &reading);
}

struct building {
	const struct e4_live *live;
	struct e4_sample *sample;
};

static void take_run(void *context, uint32_t group, uint32_t start,
		     uint32_t len)
{
	struct building *building = context;
	struct e4_sample *sample = building->sample;

	if (group != sample->group)
		return;
	e4_buddy_add(&sample->buddy, start, len, building->live->max_order);
	for (uint32_t bit = start; bit < start + len; bit++)
		sample->free[bit / 8] |= (uint8_t)(1U << bit % 8);
}

static void take_buddy(struct e4_live *live, struct e4_sample *sample)
{
	struct building building = { live, sample };

	memset(sample->free, 0, live->geo.block_size);
	e4_buddy_start(&sample->buddy,
		       ext4bm_group_clusters(&live->geo, sample->group));
	sample->buddy_error = e4_fsmap_read(&live->source, &live->geo,
					    sample->group, sample->group,
					    take_run, &building);
}

int e4_sample_take(struct e4_live *live, struct e4_sample *samples, size_t nr)
{
	int ret;

	for (size_t i = 0; i < nr && live->fs; i++)
		e4_cache_read(live, samples[i].group, &samples[i].cache[0]);
	for (size_t i = 0; i < nr && live->disk; i++)
		e4_disk_read(live, samples[i].group, &samples[i].cache[0].gd,
			     &samples[i].disk);
	ret = take_counters(live, samples, nr, false);
	for (size_t i = 0; i < nr; i++)
		take_buddy(live, &samples[i]);
	if (!ret)
		ret = take_counters(live, samples, nr, true);
	for (size_t i = 0; i < nr && live->fs; i++)
		e4_cache_read(live, samples[i].group, &samples[i].cache[1]);
	return ret;
}

static bool same_cache(const struct e4_live *live,
		       const struct e4_sample *sample)
{
	const struct e4_cache *a = &sample->cache[0];
	const struct e4_cache *b = &sample->cache[1];

	return a->error == b->error &&
	       (a->error ||
		(memcmp(&a->gd, &b->gd, sizeof(a->gd)) == 0 &&
		 memcmp(a->bitmaps, b->bitmaps, 2 * live->geo.block_size)
		 == 0));
}

void e4_sample_cache(const struct e4_live *live, uint32_t group,
		     const struct e4_cache *cache,
		     struct e4_findings *findings)
{
	const struct e4_views *views = &live->views;
	const struct e4_gd *gd = &cache->gd;
	const uint8_t *inodes = cache->bitmaps + live->geo.block_size;
	uint64_t size = live->geo.block_size;

	e4_compare_descriptor(views, group, gd, findings);
	if (e4_gd_uninit(&live->geo, gd, EXT4BM_BLOCK_UNINIT))
		e4_compare_block_uninit(views, group, gd, findings);
	else if (e4_compare_doubtful(views, gd, EXT4BM_ITEM_BLOCK_BITMAP,
				     cache->bitmaps))
		e4_compare_unreadable(views, group, gd,
				      EXT4BM_ITEM_BLOCK_BITMAP, E4_DOUBTFUL,
				      findings);
	else
		e4_compare_block_bitmap(views, group, gd,
					cache->bitmaps,
					gd->block_bitmap * size, findings);
	if (e4_gd_uninit(&live->geo, gd, EXT4BM_INODE_UNINIT))
		e4_compare_inode_uninit(views, group, gd, findings);
	else if (e4_compare_doubtful(views, gd, EXT4BM_ITEM_INODE_BITMAP,
				     inodes))
		e4_compare_unreadable(views, group, gd,
				      EXT4BM_ITEM_INODE_BITMAP, E4_DOUBTFUL,
				      findings);
	else
		e4_compare_inode_bitmap(views, group, gd, inodes,
					gd->inode_bitmap * size, findings);
}

/* Which of descriptor and bitmaps it was does not matter here. */
void e4_sample_unreadable(const struct e4_sample *sample, int err,
			  struct e4_findings *findings)
{
	struct ext4bm_finding *finding =
		e4_findings_add(findings, EXT4BM_BLOCK_BITMAP_UNREADABLE,
				sample->group);

	finding->item = EXT4BM_ITEM_BLOCK_BITMAP;
	finding->stored = sample->cache[1].gd.block_bitmap;
	finding->errnum = -err;
}

void e4_sample_compare(const struct e4_live *live,
		       const struct e4_sample *sample,
		       struct e4_difference *difference)
{
	struct e4_findings *findings = &difference->findings;
	bool counters = e4_mbgroups_equal(&sample->before, &sample->after);
	bool cache = live->fs && same_cache(live, sample);
	int error = sample->cache[1].error;

	memset(difference, 0, sizeof(*difference));
	difference->accepted = counters && (cache || !live->fs);
	if (!difference->accepted)
		return;
	if (cache && error)
		e4_sample_unreadable(sample, error, findings);
	else if (cache)
		e4_sample_cache(live, sample->group, &sample->cache[1],
				findings);
	if (cache && !error && live->disk)
		e4_compare_disk(live, sample, findings);
	e4_compare_buddy(live, sample, cache && !error, findings);
}
