/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * fixed.h --- where the bitmaps and inode tables of all groups are
 *
 * With flex_bg they may lie in any group; this index answers which of them
 * lie in a given one. Superblock and descriptor copies are not in it: they
 * follow from the group number (geometry.h).
 */
#ifndef E4_FIXED_H
#define E4_FIXED_H

#include "descriptor.h"
#include "finding.h"

/* Blocks of one kind of item that lie behind each other. */
struct e4_fixed_run {
	uint64_t first;
	uint64_t last;
	enum ext4bm_item item;
};

/*
 * @runs:	sorted, not overlapping
 * @nr:		how many
 * @overlap:	two items, or an item and a superblock or descriptor copy,
 *		claim the same block
 */
struct e4_fixed {
	struct e4_fixed_run *runs;
	size_t nr;
	bool overlap;
};

/*
 * True if an item of @group at @block is where it may be: inside the
 * filesystem, and without flex_bg inside its group.
 */
bool e4_item_location_ok(const struct ext4bm_geometry *geo, uint32_t group,
			 enum ext4bm_item item, uint64_t block);

/* Blocks that an item takes. */
uint32_t e4_item_blocks(const struct ext4bm_geometry *geo,
			enum ext4bm_item item);

/* Place of an item according to a descriptor. */
uint64_t e4_item_block(const struct e4_gd *gd, enum ext4bm_item item);

/* Items of each group: block bitmap, inode bitmap, inode table. */
#define E4_GROUP_ITEMS 3

/* An item of @group, which may lie in another one. */
struct e4_item {
	uint64_t first;
	uint64_t last;
	uint32_t group;
	enum ext4bm_item item;
};

/*
 * Walk through the items of all groups, as far as they are where they may be;
 * groups whose descriptor was not read have none.
 * @next:	which item of @group comes next
 * @gd:		descriptor of @group, if that is not the first
 */
struct e4_items {
	const struct ext4bm_geometry *geo;
	const struct e4_table *table;
	uint32_t group;
	enum ext4bm_item next;
	struct e4_gd gd;
};

void e4_items_start(struct e4_items *items, const struct ext4bm_geometry *geo,
		    const struct e4_table *table);

/* The next item; false at the end. */
bool e4_items_next(struct e4_items *items, struct e4_item *ret_item);

/*
 * Index all items of @table that are where they may be; freed with
 * e4_fixed_free(). Return: 0 or -ENOMEM.
 */
int e4_fixed_build(struct e4_fixed *fixed, const struct ext4bm_geometry *geo,
		   const struct e4_table *table);

void e4_fixed_free(struct e4_fixed *fixed);

/*
 * The first run that ends at or behind @block. Return: its index, or
 * @fixed->nr if there is none.
 */
size_t e4_fixed_find(const struct e4_fixed *fixed, uint64_t block);

/*
 * Add a gd-overlap finding for each item that lies on another one or on a
 * superblock or descriptor copy. Only worth calling when @fixed->overlap.
 * Return: 0 or -ENOMEM.
 */
int e4_fixed_overlaps(const struct ext4bm_geometry *geo,
		      const struct e4_table *table,
		      struct e4_findings *findings);

#endif
