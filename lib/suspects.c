// SPDX-License-Identifier: LGPL-2.0-only
/*
 * suspects.c --- a first quick look at the groups of a mounted filesystem
 *
 * One pass over all that is wanted: the page cache, buddy and counters, by
 * the same code that checks an unmounted device. A group is suspected when
 * anything in it differs; being wrong here costs a sample, so all doubts count.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bitmap.h"
#include "cachelook.h"
#include "disk.h"
#include "fsmap.h"
#include "geometry.h"
#include "halves.h"
#include "suspects.h"
#include "wanted.h"

/* Calls that ask for a part of the buddy, rather than one for all of it. */
#define MOST_CALLS 64

/* What the pass knows of a group. */
struct look {
	struct e4_mbgroup counters;
	struct e4_counters buddy;
	bool seen;
	bool suspected;
	bool lagging;
};

struct pass {
	struct e4_live *live;
	const struct ext4bm_check_options *options;
	struct look *looks;
	/* Groups below it are looked at, as far as they are wanted. */
	uint32_t groups;
	struct e4_cachelook cache;
	/* How the buddy is read. */
	struct e4_halves halves;
	/* Groups that the buddy is asked for just now. */
	struct ext4bm_range asked;
	/* The group that runs come from; its free clusters, and its bitmap. */
	uint32_t group;
	uint8_t *free;
	uint8_t *bitmap;
};

static bool take_line(void *context, const struct e4_mbgroup *line)
{
	struct pass *pass = context;
	struct look *look;

	if (line->group >= pass->groups)
		return false;
	look = &pass->looks[line->group];
	look->seen = true;
	if (line->corrupt || line->errnum)
		look->suspected = true;
	look->counters = *line;
	/* Showing a line loads its group: none is read without need. */
	return line->group + 1 < pass->groups;
}

/* What has no bitmap is judged elsewhere; one that is lost now is a doubt. */
static bool read_bitmap(struct pass *pass, uint32_t group)
{
	const struct e4_live *live = pass->live;
	size_t size = live->geo.block_size;
	struct e4_gd gd;

	if (e4_table_get(&live->fs->table, &live->geo, NULL, group, &gd) ||
	    e4_gd_uninit(&live->geo, &gd, EXT4BM_BLOCK_UNINIT) ||
	    gd.block_bitmap == 0 || gd.block_bitmap >= live->geo.blocks)
		return false;
	if (e4_io_read(live->fs->e2fs->io, pass->bitmap, size,
		       gd.block_bitmap * size) == 0)
		return true;
	pass->looks[group].suspected = true;
	return false;
}

/*
 * Free for the allocator, used in the page cache: now, at least. Most groups
 * have the same clusters free in both, which the digest tells without reading
 * the bitmap a second time.
 */
static void finish_group(struct pass *pass)
{
	uint32_t group = pass->group;
	uint32_t bytes = pass->live->geo.block_size;
	uint32_t clusters;

	pass->group = EXT4BM_NO_GROUP;
	if (group == EXT4BM_NO_GROUP)
		return;
	clusters = ext4bm_group_clusters(&pass->live->geo, group);
	if (e4_bitmap_digest(pass->free, true, clusters) !=
	    pass->cache.digests[group] && read_bitmap(pass, group))
		for (uint32_t i = 0; i < bytes; i++)
			pass->looks[group].suspected |=
				(pass->free[i] & pass->bitmap[i]) != 0;
	memset(pass->free, 0, bytes);
}

static void note_free(struct pass *pass, uint32_t group, uint32_t start,
		      uint32_t len)
{
	if (pass->group != group) {
		/* By the time the kernel answers, this rarely waits. */
		e4_cachelook_end(&pass->cache);
		finish_group(pass);
		pass->group = group;
	}
	e4_bitmap_set(pass->free, start, start + len);
}

static void take_run(void *context, uint32_t group, uint32_t start,
		     uint32_t len)
{
	struct pass *pass = context;

	if (group < pass->asked.first || group > pass->asked.last)
		return;
	e4_buddy_add(&pass->looks[group].buddy, start, len,
		     pass->live->max_order);
	if (pass->live->fs)
		note_free(pass, group, start, len);
}

static int read_groups(void *context, uint64_t first, uint64_t last)
{
	struct pass *pass = context;
	const struct ext4bm_geometry *geo = &pass->live->geo;
	int ret;

	pass->asked = (struct ext4bm_range){ first, last };
	for (uint64_t group = first; group <= last; group++)
		e4_buddy_start(&pass->looks[group].buddy,
			       ext4bm_group_clusters(geo, (uint32_t)group));
	ret = e4_fsmap_read(&pass->live->source, geo, (uint32_t)first,
			    (uint32_t)last, take_run, pass);
	finish_group(pass);
	return ret;
}

static void suspect(void *context, uint64_t first, uint64_t last)
{
	struct pass *pass = context;

	for (uint64_t group = first; group <= last; group++)
		pass->looks[group].suspected = true;
}

/*
 * Each call costs the kernel time for the metadata of all groups, so that
 * many small ones take longer than one that reads too much.
 */
static int read_buddy(struct pass *pass)
{
	const struct ext4bm_range *groups = pass->options->groups;
	size_t nr = pass->options->nr_groups;
	int ret = 0;

	if (nr > MOST_CALLS)
		return e4_halves_read(&pass->halves, groups[0].first,
				      groups[nr - 1].last);
	for (size_t i = 0; i < nr && !ret; i++)
		ret = e4_halves_read(&pass->halves, groups[i].first,
				     groups[i].last);
	return ret;
}

static bool buddy_differs(const struct look *look)
{
	const struct e4_counters *counters = &look->counters.counters;
	const struct e4_counters *buddy = &look->buddy;

	return counters->free != buddy->free ||
	       counters->fragments != buddy->fragments ||
	       !e4_buddy_first_ok(counters, buddy) ||
	       memcmp(counters->orders, buddy->orders,
		      sizeof(buddy->orders)) != 0;
}

static void take_cache(struct pass *pass)
{
	const struct e4_findings *findings = &pass->cache.findings;

	for (size_t i = 0; i < findings->nr; i++)
		pass->looks[findings->list[i].group].suspected = true;
}

/* With a journal, the disk may lag behind; without one, it may not. */
static void take_lagging(void *context, uint32_t group)
{
	struct pass *pass = context;

	pass->looks[group].lagging = true;
	if (pass->live->frozen ||
	    !(pass->live->geo.compat & EXT3_FEATURE_COMPAT_HAS_JOURNAL))
		pass->looks[group].suspected = true;
}

/*
 * The buddy is read once, and before the counters: a mark that loading it set
 * is in them. Drift that stands still differs from any reading.
 */
static int look_at_all(struct pass *pass)
{
	const struct e4_source *source = &pass->live->source;
	int ret = 0;

	if (pass->live->fs)
		e4_cachelook_begin(&pass->cache);
	if (pass->live->disk)
		ret = e4_cachelook_end(&pass->cache);
	if (!ret && pass->live->disk)
		ret = e4_disk_look(pass->live, pass->options, take_lagging,
				   pass);
	if (!ret)
		ret = read_buddy(pass);
	if (!ret)
		ret = e4_cachelook_end(&pass->cache);
	if (ret)
		return ret;
	take_cache(pass);
	return source->ops->counters(source->context, take_line, pass);
}

/* Clusters that the descriptor calls free and the allocator does not. */
static int64_t count_kept(const struct pass *pass, uint32_t group)
{
	const struct e4_live *live = pass->live;
	int64_t counters = pass->looks[group].counters.counters.free;
	struct e4_gd gd;

	if (!live->fs || e4_table_get(&live->fs->table, &live->geo, NULL,
				      group, &gd))
		return 0;
	return (int64_t)gd.free_clusters - counters;
}

/* What is as it should be, and what of it cannot be seen. */
static void account(const struct pass *pass, uint32_t group,
		    struct e4_suspects *suspects)
{
	struct ext4bm_kept *kept = &suspects->kept;
	int32_t hint = pass->looks[group].counters.counters.first;
	int64_t clusters = count_kept(pass, group);

	if (clusters > 0) {
		kept->clusters += (uint64_t)clusters;
		kept->groups++;
	}
	if ((clusters > 0 && pass->live->explain) ||
	    pass->looks[group].lagging)
		suspects->explain[suspects->nr_explain++] = group;
	if (hint > 0) {
		kept->hidden_clusters += (uint32_t)hint;
		kept->hidden_groups++;
	}
}

static int collect(const struct pass *pass, struct e4_suspects *suspects)
{
	size_t room = (size_t)pass->groups + 1;

	suspects->groups = calloc(room, sizeof(*suspects->groups));
	suspects->explain = calloc(room, sizeof(*suspects->explain));
	if (!suspects->groups || !suspects->explain)
		return -ENOMEM;
	for (uint32_t group = 0; group < pass->groups; group++) {
		if (!e4_wanted_any(pass->options, group, group))
			continue;
		suspects->lagging += pass->looks[group].lagging;
		if (!pass->looks[group].seen ||
		    pass->looks[group].suspected ||
		    buddy_differs(&pass->looks[group]) ||
		    count_kept(pass, group) < 0)
			suspects->groups[suspects->nr++] = group;
		else
			account(pass, group, suspects);
	}
	return 0;
}

static bool make_room(struct pass *pass)
{
	size_t size = pass->live->geo.block_size;

	pass->looks = calloc(pass->groups, sizeof(*pass->looks));
	pass->cache.digests = calloc(pass->groups,
				     sizeof(*pass->cache.digests));
	pass->free = calloc(2, size);
	if (!pass->looks || !pass->cache.digests || !pass->free)
		return false;
	pass->bitmap = pass->free + size;
	return true;
}

int e4_suspects_find(struct e4_live *live,
		     const struct ext4bm_check_options *options,
		     struct e4_suspects *suspects)
{
	struct pass pass = {
		.live = live, .options = options,
		.cache = { .live = live, .options = options },
		.groups = (uint32_t)options->groups[options->nr_groups - 1]
			.last + 1,
		.group = EXT4BM_NO_GROUP,
		.halves = { read_groups, suspect, &pass, 0, 0 },
	};
	int ret;

	memset(suspects, 0, sizeof(*suspects));
	ret = make_room(&pass) ? look_at_all(&pass) : -ENOMEM;
	if (!ret)
		ret = collect(&pass, suspects);
	e4_cachelook_free(&pass.cache);
	suspects->sums = pass.cache.sums;
	free(pass.looks);
	free(pass.cache.digests);
	free(pass.free);
	return ret;
}

void e4_suspects_free(struct e4_suspects *suspects)
{
	free(suspects->groups);
	free(suspects->explain);
	memset(suspects, 0, sizeof(*suspects));
}
