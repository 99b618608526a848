// SPDX-License-Identifier: LGPL-2.0-only
/*
 * compare.c --- one group: does its descriptor make sense by itself?
 *
 * Also what the comparisons of both bitmaps share (compare_blocks.c,
 * compare_inodes.c). Leans on this fact of ext4: UNINIT flags only count
 * with checksums, and the last group never has one.
 */
#include "config.h"

#include <errno.h>
#include <stddef.h>

#include "bitmap.h"
#include "compare.h"
#include "geometry.h"

size_t e4_item_field(enum ext4bm_item item)
{
	switch (item) {
	case EXT4BM_ITEM_BLOCK_BITMAP:
		return E4_GD_FIELD(block_bitmap);
	case EXT4BM_ITEM_INODE_BITMAP:
		return E4_GD_FIELD(inode_bitmap);
	default:
		return E4_GD_FIELD(inode_table);
	}
}

struct ext4bm_finding *e4_compare_add(const struct e4_views *views,
				      uint32_t group, const struct e4_gd *gd,
				      struct e4_findings *findings,
				      enum ext4bm_code code, size_t field,
				      uint64_t stored, uint64_t counted)
{
	struct ext4bm_finding *finding = e4_findings_add(findings, code, group);

	finding->stored = stored;
	finding->counted = counted;
	finding->offset =
		e4_table_offset(views->table, views->geo, group, field);
	finding->flags = gd->flags;
	return finding;
}

static void compare_locations(const struct e4_views *views, uint32_t group,
			      const struct e4_gd *gd,
			      struct e4_findings *findings)
{
	const struct ext4bm_geometry *geo = views->geo;

	for (enum ext4bm_item item = EXT4BM_ITEM_BLOCK_BITMAP;
	     item <= EXT4BM_ITEM_INODE_TABLE; item++) {
		uint64_t block = e4_item_block(gd, item);
		struct ext4bm_finding *finding;

		if (e4_item_location_ok(geo, group, item, block))
			continue;
		finding =
			e4_compare_add(views, group, gd, findings,
				       EXT4BM_GD_LOCATION, e4_item_field(item),
				       block, e4_item_blocks(geo, item));
		finding->item = item;
	}
}

/* True if an item of another group lies in this one. */
static bool hosts_others(const struct e4_views *views, uint32_t group,
			 const struct e4_gd *gd, struct ext4bm_range *ret)
{
	const struct ext4bm_geometry *geo = views->geo;
	uint64_t first = ext4bm_group_first_block(geo, group);
	uint64_t last = e4_group_last_block(geo, group);
	const struct e4_fixed *fixed = views->fixed;

	for (size_t i = e4_fixed_find(fixed, first);
	     i < fixed->nr && fixed->runs[i].first <= last; i++) {
		const struct e4_fixed_run *run = &fixed->runs[i];
		uint64_t own = e4_item_block(gd, run->item);
		uint64_t own_last = own + e4_item_blocks(geo, run->item) - 1;
		uint64_t from = run->first < first ? first : run->first;
		uint64_t to = run->last > last ? last : run->last;

		/* What is left of the run when the own item is cut out. */
		if (own <= from && own_last >= from)
			from = own_last + 1;
		if (own <= to && own_last >= to && own > from)
			to = own - 1;
		if (from <= to && !(own <= from && own_last >= to)) {
			*ret = (struct ext4bm_range){ from, to };
			return true;
		}
	}
	return false;
}

static void compare_flags(const struct e4_views *views, uint32_t group,
			  const struct e4_gd *gd, struct e4_findings *findings)
{
	const struct ext4bm_geometry *geo = views->geo;
	const uint16_t uninit = EXT4BM_BLOCK_UNINIT | EXT4BM_INODE_UNINIT;
	struct ext4bm_range hosted;

	if (!geo->gd_csum && ((gd->flags & uninit) || gd->itable_unused))
		e4_compare_add(views, group, gd, findings,
			       EXT4BM_UNINIT_WITHOUT_FEATURE,
			       E4_GD_FIELD(flags), gd->flags,
			       gd->itable_unused);
	if (group == geo->groups - 1 && geo->gd_csum &&
	    (gd->flags & EXT4BM_BLOCK_UNINIT))
		e4_compare_add(views, group, gd, findings,
			       EXT4BM_UNINIT_LAST_GROUP, E4_GD_FIELD(flags),
			       gd->flags, ext4bm_group_clusters(geo, group));
	if (e4_gd_uninit(geo, gd, EXT4BM_BLOCK_UNINIT) &&
	    hosts_others(views, group, gd, &hosted)) {
		e4_compare_add(views, group, gd, findings,
			       EXT4BM_UNINIT_HOSTS_METADATA, E4_GD_FIELD(flags),
			       gd->flags, hosted.last - hosted.first + 1);
		e4_finding_range(findings, hosted.first, hosted.last);
	}
}

void e4_compare_descriptor(const struct e4_views *views, uint32_t group,
			   const struct e4_gd *gd, struct e4_findings *findings)
{
	compare_locations(views, group, gd, findings);
	if (!views->judge_descriptors)
		return;
	if (!gd->csum_ok)
		e4_compare_add(views, group, gd, findings, EXT4BM_GD_CHECKSUM,
			       E4_GD_FIELD(checksum),
			       e4_table_stored_csum(views->table, views->geo,
						    group),
			       e4_table_csum(views->table, views->geo,
					     views->csum, group));
	compare_flags(views, group, gd, findings);
}

static uint32_t bitmap_csum(const struct e4_views *views, const void *bitmap,
			    bool blocks)
{
	return e4_csum_bitmap(views->csum, bitmap,
			      blocks ? views->geo->clusters_per_group
				     : views->geo->inodes_per_group,
			      views->geo->desc_size >=
				      EXT2_MIN_DESC_SIZE_64BIT);
}

bool e4_compare_doubtful(const struct e4_views *views, const struct e4_gd *gd,
			 enum ext4bm_item item, const void *bitmap)
{
	bool blocks = item == EXT4BM_ITEM_BLOCK_BITMAP;
	uint16_t flag = blocks ? EXT4BM_BLOCK_UNINIT : EXT4BM_INODE_UNINIT;

	if (gd->csum_ok || !(gd->flags & flag))
		return false;
	if (!views->geo->metadata_csum || !views->raw_bitmaps ||
	    bitmap_csum(views, bitmap, blocks) !=
	    (blocks ? gd->block_csum : gd->inode_csum))
		return true;
	/* It does not cover the padding, and no inodes look like zeroes. */
	return e4_bitmap_clear(bitmap, blocks ? views->geo->clusters_per_group
					      : views->geo->inodes_per_group,
			       8 * views->geo->block_size) != 0;
}

void e4_compare_checksum(const struct e4_views *views, uint32_t group,
			 const struct e4_gd *gd, const void *bitmap,
			 enum ext4bm_code code, struct e4_findings *findings)
{
	bool blocks = code == EXT4BM_BLOCK_BITMAP_CHECKSUM;
	uint32_t stored = blocks ? gd->block_csum : gd->inode_csum;
	uint32_t counted;

	if (!views->geo->metadata_csum || !views->raw_bitmaps ||
	    !views->judge_descriptors)
		return;
	counted = bitmap_csum(views, bitmap, blocks);
	if (stored != counted)
		e4_compare_add(views, group, gd, findings, code,
			       blocks ? E4_GD_FIELD(block_bitmap_csum_lo)
				      : E4_GD_FIELD(inode_bitmap_csum_lo),
			       stored, counted);
}

void e4_compare_padding(const struct e4_views *views, uint32_t group,
			const struct e4_gd *gd, const void *bitmap,
			uint64_t offset, uint32_t end, enum ext4bm_code code,
			struct e4_findings *findings)
{
	uint32_t bits = 8 * views->geo->block_size;
	uint32_t clear, first, last;
	struct ext4bm_finding *finding;

	if (!views->raw_bitmaps)
		return;
	clear = e4_bitmap_clear(bitmap, end, bits);
	if (clear == 0)
		return;
	finding = e4_compare_add(views, group, gd, findings, code, 0,
				 bits - end, bits - end - clear);
	finding->offset = offset + end / 8;
	for (first = end;
	     e4_bitmap_run(bitmap, false, first, bits, &first, &last);
	     first = last)
		e4_finding_range(findings, first, last - 1);
}

void e4_compare_unreadable(const struct e4_views *views, uint32_t group,
			   const struct e4_gd *gd, enum ext4bm_item item,
			   int err, struct e4_findings *findings)
{
	bool blocks = item == EXT4BM_ITEM_BLOCK_BITMAP;
	struct ext4bm_finding *finding =
		e4_compare_add(views, group, gd, findings,
			       blocks ? EXT4BM_BLOCK_BITMAP_UNREADABLE
				      : EXT4BM_INODE_BITMAP_UNREADABLE,
			       e4_item_field(item), e4_item_block(gd, item), 0);

	finding->item = item;
	finding->errnum = -err;
	/* What the descriptor says by itself can still be judged. */
	if (!blocks)
		e4_compare_unused(views, group, gd, NULL, findings);
}
