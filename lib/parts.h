/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * parts.h --- the parts of a group that fixed metadata takes, in clusters
 */
#ifndef E4_PARTS_H
#define E4_PARTS_H

#include "fixed.h"
#include "geometry.h"

/* Bits [@first, @end) of the group's block bitmap, taken by @item. */
struct e4_part {
	uint32_t first;
	uint32_t end;
	enum ext4bm_item item;
};

/* Where a walk over the parts of a group is; private to parts.c. */
struct e4_parts {
	const struct ext4bm_geometry *geo;
	const struct e4_fixed *fixed;
	uint32_t group;
	struct e4_base base;
	bool has_base;
	int step;
	size_t run;
};

/* Begin a walk over the parts of a group. */
void e4_parts_start(struct e4_parts *parts, const struct ext4bm_geometry *geo,
		    const struct e4_fixed *fixed, uint32_t group);

/*
 * The next part: first what the group begins with, then the bitmaps and
 * tables of any group that lie in it. Return: false at the end.
 */
bool e4_parts_next(struct e4_parts *parts, struct e4_part *ret_part);

/*
 * Clusters in use in a group whose block bitmap was never written.
 *
 * The kernel (ext4_init_block_bitmap) marks what the group begins with, and
 * the group's own bitmaps and table where they lie in the group; never the
 * items of other groups.
 */
uint32_t e4_parts_implied(const struct ext4bm_geometry *geo, uint32_t group,
			  const struct e4_gd *gd);

/* The same, written into @bitmap, which must be all clear. */
void e4_parts_implied_bitmap(const struct ext4bm_geometry *geo,
			     uint32_t group, const struct e4_gd *gd,
			     uint8_t *bitmap);

#endif
