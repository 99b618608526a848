// SPDX-License-Identifier: LGPL-2.0-only
/*
 * fixed.c --- where the bitmaps and inode tables of all groups are
 *
 * Items that lie behind each other are kept as one run, so that the index of
 * a flex_bg filesystem is a few entries for each flex_bg and not three for
 * each group. Which group an item in a run belongs to is only worked out
 * (overlap.c) when two items claim a block.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fixed.h"
#include "geometry.h"

uint64_t e4_item_block(const struct e4_gd *gd, enum ext4bm_item item)
{
	switch (item) {
	case EXT4BM_ITEM_BLOCK_BITMAP:
		return gd->block_bitmap;
	case EXT4BM_ITEM_INODE_BITMAP:
		return gd->inode_bitmap;
	default:
		return gd->inode_table;
	}
}

uint32_t e4_item_blocks(const struct ext4bm_geometry *geo,
			enum ext4bm_item item)
{
	return item == EXT4BM_ITEM_INODE_TABLE ? geo->itable_blocks : 1;
}

bool e4_item_location_ok(const struct ext4bm_geometry *geo, uint32_t group,
			 enum ext4bm_item item, uint64_t block)
{
	uint32_t len = e4_item_blocks(geo, item);

	if (block == 0 || !e4_blocks_inside(geo, block, len))
		return false;
	return geo->flex_bg ||
	       (block >= ext4bm_group_first_block(geo, group) &&
		block + len - 1 <= e4_group_last_block(geo, group));
}

void e4_items_start(struct e4_items *items, const struct ext4bm_geometry *geo,
		    const struct e4_table *table)
{
	*items = (struct e4_items){
		.geo = geo, .table = table, .next = EXT4BM_ITEM_BLOCK_BITMAP,
	};
}

bool e4_items_next(struct e4_items *items, struct e4_item *ret_item)
{
	const struct ext4bm_geometry *geo = items->geo;

	for (; items->group < items->table->groups; items->group++) {
		if (items->next == EXT4BM_ITEM_BLOCK_BITMAP &&
		    e4_table_get(items->table, geo, NULL, items->group,
				 &items->gd) != 0)
			continue;
		while (items->next <= EXT4BM_ITEM_INODE_TABLE) {
			enum ext4bm_item item = items->next++;
			uint64_t block = e4_item_block(&items->gd, item);
			uint64_t last = block + e4_item_blocks(geo, item) - 1;

			if (!e4_item_location_ok(geo, items->group, item,
						 block))
				continue;
			*ret_item = (struct e4_item){ block, last,
						      items->group, item };
			return true;
		}
		items->next = EXT4BM_ITEM_BLOCK_BITMAP;
	}
	return false;
}

/* Runs of each kind, in the order of the groups. */
static void collect(struct e4_fixed *fixed, const struct ext4bm_geometry *geo,
		    const struct e4_table *table)
{
	struct e4_fixed_run *newest[EXT4BM_ITEM_INODE_TABLE + 1] = { NULL };
	struct e4_items items;
	struct e4_item item;

	e4_items_start(&items, geo, table);
	while (e4_items_next(&items, &item)) {
		struct e4_fixed_run **run = &newest[item.item];

		if (*run && item.first == (*run)->last + 1) {
			(*run)->last = item.last;
			continue;
		}
		*run = &fixed->runs[fixed->nr++];
		**run = (struct e4_fixed_run){ item.first, item.last,
					       item.item };
	}
}

static int compare_runs(const void *a, const void *b)
{
	const struct e4_fixed_run *x = a;
	const struct e4_fixed_run *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (int)x->item - (int)y->item;
}

/* True if a run touches what a group it lies in begins with. */
static bool on_base(const struct ext4bm_geometry *geo,
		    const struct e4_fixed_run *run)
{
	uint32_t group = e4_block_group(geo, run->first);
	uint32_t last = e4_block_group(geo, run->last);

	for (; group <= last; group++) {
		struct e4_base base;

		if (e4_group_base(geo, group, &base) &&
		    run->first < base.descriptors + base.nr_descriptors +
				 base.nr_reserved &&
		    run->last >= base.superblock)
			return true;
	}
	return false;
}

/* Cut the runs so that they do not overlap, and note whether they did. */
static void separate(struct e4_fixed *fixed, const struct ext4bm_geometry *geo)
{
	size_t nr = 0;

	for (size_t i = 0; i < fixed->nr; i++) {
		struct e4_fixed_run run = fixed->runs[i];

		if (nr && run.first <= fixed->runs[nr - 1].last) {
			fixed->overlap = true;
			run.first = fixed->runs[nr - 1].last + 1;
			if (run.first > run.last)
				continue;
		}
		fixed->overlap = fixed->overlap || on_base(geo, &run);
		fixed->runs[nr++] = run;
	}
	fixed->nr = nr;
}

int e4_fixed_build(struct e4_fixed *fixed, const struct ext4bm_geometry *geo,
		   const struct e4_table *table)
{
	struct e4_fixed_run *smaller;

	memset(fixed, 0, sizeof(*fixed));
	fixed->runs = calloc((size_t)table->groups * E4_GROUP_ITEMS + 1,
			     sizeof(*fixed->runs));
	if (!fixed->runs)
		return -ENOMEM;
	collect(fixed, geo, table);
	if (fixed->nr > 1)
		qsort(fixed->runs, fixed->nr, sizeof(*fixed->runs),
		      compare_runs);
	separate(fixed, geo);
	smaller = reallocarray(fixed->runs, fixed->nr + 1, sizeof(*smaller));
	if (smaller)
		fixed->runs = smaller;
	return 0;
}

void e4_fixed_free(struct e4_fixed *fixed)
{
	free(fixed->runs);
	memset(fixed, 0, sizeof(*fixed));
}

size_t e4_fixed_find(const struct e4_fixed *fixed, uint64_t block)
{
	size_t low = 0, high = fixed->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (fixed->runs[middle].last < block)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
