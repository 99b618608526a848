// SPDX-License-Identifier: LGPL-2.0-only
/*
 * compare_blocks.c --- a group's block bitmap against the other views
 *
 * Leans on two facts of ext4: the bitmap block of a BLOCK_UNINIT group holds
 * rubbish, its content follows from the layout; and bits past the end of a
 * group are set in every bitmap that was written.
 */
#include "config.h"

#include "bitmap.h"
#include "compare.h"
#include "parts.h"

static void compare_metadata(const struct e4_views *views, uint32_t group,
			     const struct e4_gd *gd, const void *bitmap,
			     uint64_t offset, struct e4_findings *findings)
{
	struct ext4bm_finding *finding = NULL;
	uint64_t fixed = 0, clear = 0;
	enum ext4bm_item item = EXT4BM_ITEM_NONE;
	struct e4_parts parts;
	struct e4_part part;
	uint32_t done = 0;

	e4_parts_start(&parts, views->geo, views->fixed, group);
	while (e4_parts_next(&parts, &part)) {
		uint32_t first = part.first, last;

		/* With bigalloc, several parts may share a cluster. */
		if (first < done)
			first = done;
		if (first >= part.end)
			continue;
		done = part.end;
		fixed += part.end - first;
		while (e4_bitmap_run(bitmap, false, first, part.end, &first,
				     &last)) {
			if (!finding) {
				finding = e4_compare_add(views, group, gd,
							 findings,
							 EXT4BM_METADATA_FREE,
							 0, 0, 0);
				item = part.item;
			}
			e4_finding_range(findings, first, last - 1);
			clear += last - first;
			first = last;
		}
	}
	if (!finding)
		return;
	finding->item = item;
	finding->stored = fixed;
	finding->counted = fixed - clear;
	finding->offset = offset;
}

static void compare_free_clusters(const struct e4_views *views, uint32_t group,
				  const struct e4_gd *gd, uint32_t counted,
				  struct e4_findings *findings)
{
	if (views->judge_descriptors && gd->free_clusters != counted)
		e4_compare_add(views, group, gd, findings,
			       EXT4BM_GD_FREE_CLUSTERS,
			       E4_GD_FIELD(free_blocks_count),
			       gd->free_clusters, counted);
}

uint32_t e4_compare_block_bitmap(const struct e4_views *views, uint32_t group,
				 const struct e4_gd *gd, const void *bitmap,
				 uint64_t offset, struct e4_findings *findings)
{
	uint32_t clusters = ext4bm_group_clusters(views->geo, group);
	uint32_t counted = e4_bitmap_clear(bitmap, 0, clusters);

	compare_free_clusters(views, group, gd, counted, findings);
	compare_metadata(views, group, gd, bitmap, offset, findings);
	e4_compare_checksum(views, group, gd, bitmap,
			    EXT4BM_BLOCK_BITMAP_CHECKSUM, findings);
	e4_compare_padding(views, group, gd, bitmap, offset, clusters,
			   EXT4BM_BLOCK_BITMAP_PADDING, findings);
	if (views->digests)
		views->digests[group] = e4_bitmap_digest(bitmap, false,
							 clusters);
	return counted;
}

uint32_t e4_compare_block_uninit(const struct e4_views *views, uint32_t group,
				 const struct e4_gd *gd,
				 struct e4_findings *findings)
{
	uint32_t counted = ext4bm_group_clusters(views->geo, group) -
			   e4_parts_implied(views->geo, group, gd);

	compare_free_clusters(views, group, gd, counted, findings);
	return counted;
}
