// SPDX-License-Identifier: LGPL-2.0-only
/*
 * cachelook.c --- the offline check on the page cache of a mounted device
 *
 * The kernel needs most of the time of a live check to show its buddy
 * bitmaps; what the page cache has is read and compared meanwhile.
 */
#include "config.h"

#include "cachelook.h"
#include "tally.h"
#include "wanted.h"

/* Read the blocks of descriptors anew that hold wanted ones. */
static void refresh_table(const struct e4_cachelook *look)
{
	struct e4_live *live = look->live;
	uint32_t each = live->geo.block_size / live->geo.desc_size;

	for (uint32_t i = 0; i < live->fs->table.blocks; i++)
		if (e4_wanted_any(look->options, (uint64_t)i * each,
				  (uint64_t)i * each + each - 1))
			e4_table_refresh(&live->fs->table, live->fs->e2fs->io,
					 &live->geo, i * each);
}

static void *look_at_cache(void *context)
{
	struct e4_cachelook *look = context;
	struct e4_live *live = look->live;
	struct e4_views views = live->views;
	struct e4_tally tally = { 0 };

	look->result = e4_tally_init(&tally, &live->geo, live->geo.groups,
				     true);
	views.digests = look->digests;
	refresh_table(look);
	if (!look->result)
		look->result = e4_scan(live->fs, &views, look->options,
				       &look->findings, &tally, &look->sums);
	e4_tally_free(&tally);
	return NULL;
}

/* Whoever asks for one thread wants one processor to be busy. */
static bool may_run_aside(const struct e4_cachelook *look)
{
	return look->live->source.concurrent && look->options->threads != 1;
}

void e4_cachelook_begin(struct e4_cachelook *look)
{
	look->running = may_run_aside(look) &&
			pthread_create(&look->thread, NULL, look_at_cache,
				       look) == 0;
	if (!look->running)
		look_at_cache(look);
}

int e4_cachelook_end(struct e4_cachelook *look)
{
	if (look->running)
		pthread_join(look->thread, NULL);
	look->running = false;
	return look->result;
}

void e4_cachelook_free(struct e4_cachelook *look)
{
	e4_cachelook_end(look);
	e4_findings_free(&look->findings);
}
