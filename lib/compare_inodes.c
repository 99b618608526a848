// SPDX-License-Identifier: LGPL-2.0-only
/*
 * compare_inodes.c --- a group's inode bitmap against the other views
 *
 * Leans on two facts of ext4: inodes in the part of a table that is declared
 * unused are never looked at by e2fsck and lazily zeroed by the kernel; and
 * the inodes below s_first_ino are in use from the beginning.
 */
#include "config.h"

#include "bitmap.h"
#include "compare.h"
#include "geometry.h"

/* Inodes at the end of the table that a descriptor may call unused. */
static bool unused_can_be(const struct ext4bm_geometry *geo,
			  const struct e4_gd *gd)
{
	return gd->itable_unused <= geo->inodes_per_group &&
	       gd->itable_unused <= gd->free_inodes;
}

/* Free inodes at the end of the bitmap. */
static uint32_t free_tail(const void *bitmap, uint32_t inodes)
{
	uint32_t first = 0, end = 0;
	uint32_t last_used = 0;

	while (e4_bitmap_run(bitmap, true, end, inodes, &first, &end))
		last_used = end;
	return inodes - last_used;
}

void e4_compare_unused(const struct e4_views *views, uint32_t group,
		       const struct e4_gd *gd, const void *bitmap,
		       struct e4_findings *findings)
{
	const struct ext4bm_geometry *geo = views->geo;
	uint32_t inodes = geo->inodes_per_group;
	uint32_t start, first, end, most = inodes;
	bool used = false;

	if (!geo->gd_csum || !views->judge_descriptors)
		return;
	start = gd->itable_unused < inodes ? inodes - gd->itable_unused : 0;
	if (bitmap)
		used = e4_bitmap_run(bitmap, true, start, inodes, &first, &end);
	if (!used && unused_can_be(geo, gd))
		return;
	if (bitmap)
		most = free_tail(bitmap, inodes);
	e4_compare_add(views, group, gd, findings, EXT4BM_GD_ITABLE_UNUSED,
		       E4_GD_FIELD(itable_unused), gd->itable_unused, most);
	if (!used)
		return;
	for (end = start;
	     e4_bitmap_run(bitmap, true, end, inodes, &first, &end);)
		e4_finding_range(findings, (uint64_t)group * inodes + first + 1,
				 (uint64_t)group * inodes + end);
}

/* Inodes below s_first_ino belong to the filesystem itself. */
static void compare_reserved(const struct e4_views *views, uint32_t group,
			     const struct e4_gd *gd, const void *bitmap,
			     uint64_t offset, struct e4_findings *findings)
{
	uint64_t before = (uint64_t)group * views->geo->inodes_per_group;
	uint32_t reserved = views->geo->first_inode - 1;
	uint32_t clear, first, end = 0;
	struct ext4bm_finding *finding;

	if (before >= reserved)
		return;
	reserved -= (uint32_t)before;
	if (reserved > views->geo->inodes_per_group)
		reserved = views->geo->inodes_per_group;
	clear = e4_bitmap_clear(bitmap, 0, reserved);
	if (clear == 0)
		return;
	finding = e4_compare_add(views, group, gd, findings,
				 EXT4BM_RESERVED_INODE_FREE, 0, reserved,
				 reserved - clear);
	finding->offset = offset;
	while (e4_bitmap_run(bitmap, false, end, reserved, &first, &end))
		e4_finding_range(findings, before + first + 1, before + end);
}

static void compare_free_inodes(const struct e4_views *views, uint32_t group,
				const struct e4_gd *gd, uint32_t counted,
				struct e4_findings *findings)
{
	if (views->judge_descriptors && gd->free_inodes != counted)
		e4_compare_add(views, group, gd, findings,
			       EXT4BM_GD_FREE_INODES,
			       E4_GD_FIELD(free_inodes_count), gd->free_inodes,
			       counted);
}

uint32_t e4_compare_inode_bitmap(const struct e4_views *views, uint32_t group,
				 const struct e4_gd *gd, const void *bitmap,
				 uint64_t offset, struct e4_findings *findings)
{
	uint32_t inodes = views->geo->inodes_per_group;
	uint32_t counted = e4_bitmap_clear(bitmap, 0, inodes);

	compare_free_inodes(views, group, gd, counted, findings);
	e4_compare_unused(views, group, gd, bitmap, findings);
	compare_reserved(views, group, gd, bitmap, offset, findings);
	e4_compare_checksum(views, group, gd, bitmap,
			    EXT4BM_INODE_BITMAP_CHECKSUM, findings);
	e4_compare_padding(views, group, gd, bitmap, offset, inodes,
			   EXT4BM_INODE_BITMAP_PADDING, findings);
	return counted;
}

uint32_t e4_compare_inode_uninit(const struct e4_views *views, uint32_t group,
				 const struct e4_gd *gd,
				 struct e4_findings *findings)
{
	uint32_t counted = views->geo->inodes_per_group;

	compare_free_inodes(views, group, gd, counted, findings);
	e4_compare_unused(views, group, gd, NULL, findings);
	return counted;
}
