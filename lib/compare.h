/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * compare.h --- one group: do its descriptor and its bitmaps agree?
 *
 * Pure functions: no I/O, no state but what they are given, findings out.
 */
#ifndef E4_COMPARE_H
#define E4_COMPARE_H

#include <stddef.h>

#include "csum.h"
#include "descriptor.h"
#include "finding.h"
#include "fixed.h"

/*
 * What the comparisons of all groups share.
 * @geo, @csum, @table, @fixed:	the filesystem
 * @judge_descriptors:	counts, flags and checksums in the descriptors are
 *			current (not those of a backup table)
 * @raw_bitmaps:	bitmaps are whole blocks with padding and checksum (not
 *			those of an e2image file)
 * @digests:	NULL, or where the digest of each group's free clusters goes
 *		(e4_bitmap_digest), unless its bitmap is implied or unreadable
 */
struct e4_views {
	const struct ext4bm_geometry *geo;
	const struct e4_csum *csum;
	const struct e4_table *table;
	const struct e4_fixed *fixed;
	bool judge_descriptors;
	bool raw_bitmaps;
	uint64_t *digests;
};

/* The descriptor by itself: checksum, locations, flags. */
void e4_compare_descriptor(const struct e4_views *views, uint32_t group,
			   const struct e4_gd *gd,
			   struct e4_findings *findings);

/*
 * The block bitmap, which was read from byte @offset, against the descriptor
 * and the fixed metadata. Return: free clusters counted.
 */
uint32_t e4_compare_block_bitmap(const struct e4_views *views, uint32_t group,
				 const struct e4_gd *gd, const void *bitmap,
				 uint64_t offset,
				 struct e4_findings *findings);

/*
 * The same for a group whose block bitmap was never written: its content is
 * implied. Return: free clusters that it implies.
 */
uint32_t e4_compare_block_uninit(const struct e4_views *views, uint32_t group,
				 const struct e4_gd *gd,
				 struct e4_findings *findings);

/* The inode bitmap, read from byte @offset. Return: free inodes counted. */
uint32_t e4_compare_inode_bitmap(const struct e4_views *views, uint32_t group,
				 const struct e4_gd *gd, const void *bitmap,
				 uint64_t offset,
				 struct e4_findings *findings);

/* The same where all inodes are free by flag. Return: that number. */
uint32_t e4_compare_inode_uninit(const struct e4_views *views, uint32_t group,
				 const struct e4_gd *gd,
				 struct e4_findings *findings);

/*
 * A descriptor whose checksum is wrong may be right in that a bitmap was never
 * written: what is in its block is rubbish then. True unless @bitmap fits its
 * own checksum and is padded, as only a bitmap that was written is.
 */
bool e4_compare_doubtful(const struct e4_views *views, const struct e4_gd *gd,
			 enum ext4bm_item item, const void *bitmap);

/*
 * A bitmap that could not be read, or with E4_DOUBTFUL must not be judged:
 * @err is a negative errno.
 */
void e4_compare_unreadable(const struct e4_views *views, uint32_t group,
			   const struct e4_gd *gd, enum ext4bm_item item,
			   int err, struct e4_findings *findings);

/* No device says it: what ext4 itself calls a wrong checksum of its own. */
#define E4_DOUBTFUL (-EBADMSG)

/* Byte of a field in a descriptor, by its name without "bg_". */
#define E4_GD_FIELD(name) offsetof(struct ext4_group_desc, bg_##name)

/* Byte in a descriptor of what says where @item is. */
size_t e4_item_field(enum ext4bm_item item);

/* A new finding whose stored value is the descriptor's field at @field. */
struct ext4bm_finding *e4_compare_add(const struct e4_views *views,
				      uint32_t group, const struct e4_gd *gd,
				      struct e4_findings *findings,
				      enum ext4bm_code code, size_t field,
				      uint64_t stored, uint64_t counted);

/* A bitmap against its checksum in the descriptor; @code says which. */
void e4_compare_checksum(const struct e4_views *views, uint32_t group,
			 const struct e4_gd *gd, const void *bitmap,
			 enum ext4bm_code code,
			 struct e4_findings *findings);

/* Bits from @end to the end of the bitmap block must be set. */
void e4_compare_padding(const struct e4_views *views, uint32_t group,
			const struct e4_gd *gd, const void *bitmap,
			uint64_t offset, uint32_t end, enum ext4bm_code code,
			struct e4_findings *findings);

/* bg_itable_unused; @bitmap is NULL where all inodes are free or unread. */
void e4_compare_unused(const struct e4_views *views, uint32_t group,
		       const struct e4_gd *gd, const void *bitmap,
		       struct e4_findings *findings);

#endif
