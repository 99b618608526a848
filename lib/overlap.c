// SPDX-License-Identifier: LGPL-2.0-only
/*
 * overlap.c --- which two fixed items claim the same block
 *
 * Runs only when the index of fixed items found that some do. One finding
 * for each item that begins on another one, named after the later of the
 * two in group order, and one for each item on a superblock or descriptor
 * copy.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "compare.h"
#include "geometry.h"

static int compare_items(const void *a, const void *b)
{
	const struct e4_item *x = a;
	const struct e4_item *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (int)x->item - (int)y->item;
}

/* @other is where @item lies: first and last are the blocks both claim. */
static void report(const struct ext4bm_geometry *geo,
		   const struct e4_table *table, struct e4_findings *findings,
		   const struct e4_item *item, const struct e4_item *other)
{
	uint64_t first = item->first > other->first ? item->first
						    : other->first;
	uint64_t last = item->last < other->last ? item->last : other->last;
	struct ext4bm_finding *finding =
		e4_findings_add(findings, EXT4BM_GD_OVERLAP, item->group);
	struct e4_gd gd;

	finding->item = item->item;
	finding->other_item = other->item;
	finding->other_group = other->group;
	finding->stored = item->first;
	finding->counted = last - first + 1;
	finding->offset = e4_table_offset(table, geo, item->group,
					  e4_item_field(item->item));
	if (e4_table_get(table, geo, NULL, item->group, &gd) == 0)
		finding->flags = gd.flags;
	e4_finding_range(findings, first, last);
}

static void report_pair(const struct ext4bm_geometry *geo,
			const struct e4_table *table,
			struct e4_findings *findings,
			const struct e4_item *a, const struct e4_item *b)
{
	bool b_is_later = b->group != a->group ? b->group > a->group
					       : b->item > a->item;

	if (b_is_later)
		report(geo, table, findings, b, a);
	else
		report(geo, table, findings, a, b);
}

/* Compare an item with what one of the groups it lies in begins with. */
static bool report_base(const struct ext4bm_geometry *geo,
			const struct e4_table *table,
			struct e4_findings *findings,
			const struct e4_item *item, uint32_t group)
{
	struct e4_base base;
	struct e4_item parts[3];
	uint64_t reserved;
	bool any = false;

	if (!e4_group_base(geo, group, &base))
		return false;
	reserved = base.descriptors + base.nr_descriptors;
	parts[0] = (struct e4_item){
		base.superblock, base.superblock + base.has_super - 1, group,
		EXT4BM_ITEM_SUPERBLOCK
	};
	parts[1] = (struct e4_item){
		base.descriptors, reserved - 1, group, EXT4BM_ITEM_DESCRIPTORS
	};
	parts[2] = (struct e4_item){
		reserved, reserved + base.nr_reserved - 1, group,
		EXT4BM_ITEM_RESERVED_GDT
	};
	for (int i = 0; i < 3; i++)
		if (parts[i].first <= parts[i].last &&
		    item->first <= parts[i].last &&
		    item->last >= parts[i].first) {
			report(geo, table, findings, item, &parts[i]);
			any = true;
		}
	return any;
}

int e4_fixed_overlaps(const struct ext4bm_geometry *geo,
		      const struct e4_table *table,
		      struct e4_findings *findings)
{
	struct e4_item *list = calloc((size_t)table->groups * E4_GROUP_ITEMS +
				      1, sizeof(*list));
	const struct e4_item *furthest = NULL;
	struct e4_items items;
	size_t nr = 0;

	if (!list)
		return -ENOMEM;
	e4_items_start(&items, geo, table);
	while (e4_items_next(&items, &list[nr]))
		nr++;
	if (nr > 1)
		qsort(list, nr, sizeof(*list), compare_items);
	for (size_t i = 0; i < nr; i++) {
		uint32_t last = e4_block_group(geo, list[i].last);

		if (furthest && list[i].first <= furthest->last)
			report_pair(geo, table, findings, furthest, &list[i]);
		if (!furthest || list[i].last > furthest->last)
			furthest = &list[i];
		/* A table may lie on the beginning of thousands of groups. */
		for (uint32_t group = e4_block_group(geo, list[i].first);
		     group <= last; group++)
			if (report_base(geo, table, findings, &list[i], group))
				break;
	}
	free(list);
	return 0;
}
