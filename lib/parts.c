// SPDX-License-Identifier: LGPL-2.0-only
/*
 * parts.c --- the parts of a group that fixed metadata takes, in clusters
 *
 * Turns block numbers into bits of one group's bitmap, cut to the group:
 * a superblock copy may share its cluster with data, and an inode table may
 * begin in one group and end in the next.
 */
#include "config.h"

#include "bitmap.h"
#include "parts.h"

static bool clip(const struct ext4bm_geometry *geo, uint32_t group,
		 uint64_t first, uint64_t len, enum ext4bm_item item,
		 struct e4_part *ret_part)
{
	uint64_t start = ext4bm_group_first_block(geo, group);
	uint64_t end = e4_group_last_block(geo, group);
	uint64_t last = first + len - 1;

	if (len == 0 || first > end || last < start)
		return false;
	if (first < start)
		first = start;
	if (last > end)
		last = end;
	*ret_part = (struct e4_part){
		e4_block_bit(geo, group, first),
		e4_block_bit(geo, group, last) + 1,
		item,
	};
	return true;
}

/* The three things that a group can begin with, by number. */
static bool base_part(const struct ext4bm_geometry *geo, uint32_t group,
		      const struct e4_base *base, int number,
		      struct e4_part *ret_part)
{
	switch (number) {
	case 0:
		return clip(geo, group, base->superblock, base->has_super,
			    EXT4BM_ITEM_SUPERBLOCK, ret_part);
	case 1:
		return clip(geo, group, base->descriptors,
			    base->nr_descriptors, EXT4BM_ITEM_DESCRIPTORS,
			    ret_part);
	default:
		return clip(geo, group,
			    base->descriptors + base->nr_descriptors,
			    base->nr_reserved, EXT4BM_ITEM_RESERVED_GDT,
			    ret_part);
	}
}

void e4_parts_start(struct e4_parts *parts, const struct ext4bm_geometry *geo,
		    const struct e4_fixed *fixed, uint32_t group)
{
	parts->geo = geo;
	parts->fixed = fixed;
	parts->group = group;
	parts->has_base = e4_group_base(geo, group, &parts->base);
	parts->step = parts->has_base ? 0 : 3;
	parts->run = e4_fixed_find(fixed,
				   ext4bm_group_first_block(geo, group));
}

bool e4_parts_next(struct e4_parts *parts, struct e4_part *ret_part)
{
	const struct e4_fixed_run *run;

	while (parts->step < 3)
		if (base_part(parts->geo, parts->group, &parts->base,
			      parts->step++, ret_part))
			return true;
	if (parts->run >= parts->fixed->nr)
		return false;
	run = &parts->fixed->runs[parts->run++];
	return clip(parts->geo, parts->group, run->first,
		    run->last - run->first + 1, run->item, ret_part);
}

/* Bits in the union of the parts: several may share a cluster. */
static uint32_t count_union(const struct e4_part *list, int nr)
{
	uint32_t used = 0, done = 0;

	for (;;) {
		uint32_t first = UINT32_MAX, end = 0;

		for (int i = 0; i < nr; i++) {
			uint32_t from = list[i].first > done ? list[i].first
							     : done;

			if (list[i].end > from && from < first) {
				first = from;
				end = list[i].end;
			}
		}
		if (first == UINT32_MAX)
			return used;
		used += end - first;
		done = end;
	}
}

/* What a group begins with, and its own items as far as they lie in it. */
static int own_parts(const struct ext4bm_geometry *geo, uint32_t group,
		     const struct e4_gd *gd, struct e4_part list[6])
{
	struct e4_base base;
	int nr = 0;

	if (e4_group_base(geo, group, &base))
		for (int i = 0; i < 3; i++)
			nr += base_part(geo, group, &base, i, &list[nr]);
	for (enum ext4bm_item item = EXT4BM_ITEM_BLOCK_BITMAP;
	     item <= EXT4BM_ITEM_INODE_TABLE; item++) {
		uint64_t block = e4_item_block(gd, item);

		if (e4_item_location_ok(geo, group, item, block))
			nr += clip(geo, group, block,
				   e4_item_blocks(geo, item), item,
				   &list[nr]);
	}
	return nr;
}

uint32_t e4_parts_implied(const struct ext4bm_geometry *geo, uint32_t group,
			  const struct e4_gd *gd)
{
	struct e4_part list[6];

	return count_union(list, own_parts(geo, group, gd, list));
}

void e4_parts_implied_bitmap(const struct ext4bm_geometry *geo,
			     uint32_t group, const struct e4_gd *gd,
			     uint8_t *bitmap)
{
	struct e4_part list[6];
	int nr = own_parts(geo, group, gd, list);

	for (int i = 0; i < nr; i++)
		e4_bitmap_set(bitmap, list[i].first, list[i].end);
}
