// SPDX-License-Identifier: LGPL-2.0-only
/*
 * claims.c --- a set of clusters of the whole filesystem
 *
 * Files are mostly allocated side by side, so that the runs of a group melt
 * into few: the usual filling of a filesystem takes some hundred bytes a
 * group where a bitmap takes 4 KiB.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bitmap.h"
#include "claims.h"
#include "geometry.h"

int e4_claims_init(struct e4_claims *claims,
		   const struct ext4bm_geometry *geo, uint32_t groups)
{
	memset(claims, 0, sizeof(*claims));
	claims->geo = geo;
	claims->nr = groups;
	claims->groups = calloc((size_t)groups + 1, sizeof(*claims->groups));
	if (!claims->groups)
		return -ENOMEM;
	for (int i = 0; i < E4_CLAIM_LOCKS; i++)
		pthread_mutex_init(&claims->locks[i], NULL);
	return 0;
}

void e4_claims_free(struct e4_claims *claims)
{
	if (!claims->groups)
		return;
	for (uint32_t i = 0; i < claims->nr; i++)
		if (claims->groups[i].nr == E4_AS_BITMAP)
			free(claims->groups[i].bitmap);
		else if (claims->groups[i].room)
			free(claims->groups[i].list);
	free(claims->groups);
	claims->groups = NULL;
	for (int i = 0; i < E4_CLAIM_LOCKS; i++)
		pthread_mutex_destroy(&claims->locks[i]);
}

static const struct e4_run *runs_of(const struct e4_group_claims *claims)
{
	return claims->room ? claims->list : &claims->one;
}

/* The first run that ends at or behind @at, or @claims->nr. */
static uint32_t find(const struct e4_group_claims *claims, uint32_t at)
{
	const struct e4_run *list = runs_of(claims);
	uint32_t low = 0, high = claims->nr;

	/* Most files are claimed in the order in which they lie. */
	if (high && list[high - 1].end < at)
		return high;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (list[middle].end < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool to_bitmap(struct e4_group_claims *claims, uint32_t clusters)
{
	uint8_t *bitmap = calloc(clusters / 8 + 1, 1);
	const struct e4_run *list = runs_of(claims);

	if (!bitmap)
		return false;
	for (uint32_t i = 0; i < claims->nr; i++)
		e4_bitmap_set(bitmap, list[i].first, list[i].end);
	if (claims->room)
		free(claims->list);
	claims->nr = E4_AS_BITMAP;
	claims->bitmap = bitmap;
	return true;
}

/* Room for one more run than there are. */
static bool grow(struct e4_group_claims *claims)
{
	uint32_t room = claims->room ? 2 * claims->room : 4;
	struct e4_run *list;

	if (claims->nr < claims->room || (claims->nr == 0 && !claims->room))
		return true;
	list = reallocarray(claims->room ? claims->list : NULL, room,
			    sizeof(*list));
	if (!list)
		return false;
	if (!claims->room)
		list[0] = claims->one;
	claims->list = list;
	claims->room = room;
	return true;
}

static void report(const struct e4_run *run, uint32_t group, uint32_t first,
		   uint32_t end, e4_claimed_twice *twice, void *context)
{
	if (first < run->first)
		first = run->first;
	if (end > run->end)
		end = run->end;
	if (first < end && twice)
		twice(context, group, first, end);
}

static void add_to_bitmap(struct e4_group_claims *claims, uint32_t group,
			  uint32_t first, uint32_t end,
			  e4_claimed_twice *twice, void *context)
{
	struct e4_run run = { first, first };

	while (twice && e4_bitmap_run(claims->bitmap, true, run.end, end,
				      &run.first, &run.end))
		twice(context, group, run.first, run.end);
	e4_bitmap_set(claims->bitmap, first, end);
}

/* Return: false when there is no memory. */
static bool add_to_runs(struct e4_group_claims *claims, uint32_t group,
			uint32_t first, uint32_t end,
			e4_claimed_twice *twice, void *context)
{
	uint32_t at = find(claims, first), after = at;
	struct e4_run *list = claims->room ? claims->list : &claims->one;

	for (; after < claims->nr && list[after].first <= end; after++)
		report(&list[after], group, first, end, twice, context);
	if (after > at) {
		if (list[at].first < first)
			first = list[at].first;
		if (list[after - 1].end > end)
			end = list[after - 1].end;
	} else if (!grow(claims)) {
		return false;
	}
	list = claims->room ? claims->list : &claims->one;
	memmove(&list[at + 1], &list[after],
		(claims->nr - after) * sizeof(*list));
	list[at] = (struct e4_run){ first, end };
	claims->nr = claims->nr + 1 - (after - at);
	return true;
}

void e4_claims_add(struct e4_claims *claims, uint32_t group, uint32_t first,
		   uint32_t end, e4_claimed_twice *twice, void *context)
{
	pthread_mutex_t *lock = &claims->locks[group % E4_CLAIM_LOCKS];
	struct e4_group_claims *entry = &claims->groups[group];
	uint32_t clusters = claims->geo->clusters_per_group;
	bool good = true;

	if (first >= end || group >= claims->nr ||
	    (claims->only && !e4_bitmap_has(claims->only, group)))
		return;
	pthread_mutex_lock(lock);
	if (entry->nr != E4_AS_BITMAP &&
	    entry->nr >= clusters / 8 / sizeof(struct e4_run) &&
	    entry->nr > 1)
		good = to_bitmap(entry, clusters);
	if (entry->nr == E4_AS_BITMAP)
		add_to_bitmap(entry, group, first, end, twice, context);
	else if (good)
		good = add_to_runs(entry, group, first, end, twice, context);
	pthread_mutex_unlock(lock);
	if (!good)
		__atomic_store_n(&claims->failed, true, __ATOMIC_RELAXED);
}

/* The part of @len blocks from *@block on that lies in one group, as a run;
 * *@block and *@len become the rest. */
static uint32_t cut(const struct ext4bm_geometry *geo, uint64_t *block,
		    uint64_t *len, struct e4_run *run)
{
	uint32_t group = e4_block_group(geo, *block);
	uint64_t last = e4_group_last_block(geo, group);

	if (last > *block + *len - 1)
		last = *block + *len - 1;
	run->first = e4_block_bit(geo, group, *block);
	run->end = e4_block_bit(geo, group, last) + 1;
	*len -= last - *block + 1;
	*block = last + 1;
	return group;
}

void e4_claims_add_blocks(struct e4_claims *claims, uint64_t block,
			  uint64_t len, e4_claimed_twice *twice, void *context)
{
	while (len > 0) {
		struct e4_run run;
		uint32_t group = cut(claims->geo, &block, &len, &run);

		e4_claims_add(claims, group, run.first, run.end, twice,
			      context);
	}
}

bool e4_claims_next(const struct e4_claims *claims, uint32_t group,
		    uint32_t first, uint32_t end, struct e4_run *ret_run)
{
	const struct e4_group_claims *entry = &claims->groups[group];
	const struct e4_run *list;
	uint32_t at;

	if (group >= claims->nr)
		return false;
	if (entry->nr == E4_AS_BITMAP)
		return e4_bitmap_run(entry->bitmap, true, first, end,
				     &ret_run->first, &ret_run->end);
	at = find(entry, first + 1);
	list = runs_of(entry);
	if (first >= end || at >= entry->nr || list[at].first >= end)
		return false;
	ret_run->first = list[at].first > first ? list[at].first : first;
	ret_run->end = list[at].end < end ? list[at].end : end;
	return true;
}

uint32_t e4_claims_count(const struct e4_claims *claims, uint32_t group)
{
	const struct e4_group_claims *entry = &claims->groups[group];
	uint32_t clusters = ext4bm_group_clusters(claims->geo, group);
	uint32_t count = 0;

	if (group >= claims->nr)
		return 0;
	if (entry->nr == E4_AS_BITMAP)
		return clusters - e4_bitmap_clear(entry->bitmap, 0, clusters);
	for (uint32_t i = 0; i < entry->nr; i++)
		count += runs_of(entry)[i].end - runs_of(entry)[i].first;
	return count;
}

bool e4_claims_touch(const struct e4_claims *claims, uint64_t block,
		     uint64_t len)
{
	while (len > 0) {
		struct e4_run run, found;
		uint32_t group = cut(claims->geo, &block, &len, &run);

		if (e4_claims_next(claims, group, run.first, run.end, &found))
			return true;
	}
	return false;
}

void e4_claims_mark(const struct e4_claims *claims, uint32_t group,
		    uint8_t *bitmap)
{
	uint32_t clusters = ext4bm_group_clusters(claims->geo, group);
	struct e4_run run = { 0, 0 };

	while (e4_claims_next(claims, group, run.end, clusters, &run))
		e4_bitmap_set(bitmap, run.first, run.end);
}
