/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * compare_owners.h --- one group: is what is owned what the bitmaps say?
 *
 * Pure functions, as in compare.h.
 */
#ifndef E4_COMPARE_OWNERS_H
#define E4_COMPARE_OWNERS_H

#include "claims.h"
#include "compare.h"

/*
 * The inodes of a group, as its table shows them. The maps have a bit for
 * each inode of the group.
 * @used:	in use
 * @orphans:	nothing links to them, they wait to be released
 * @unknown:	could not be read
 * @looked:	inodes at the beginning of the table that were looked at
 * @hidden:	inodes behind these that the bitmap calls used
 * @nr_used, @nr_orphans, @nr_unknown:	set bits of the maps
 * @orphans_cut:	orphans are missing: any that is not used may be one
 * @directories, @orphan_directories:	of @used and @orphans
 */
struct e4_group_inodes {
	uint8_t *used;
	uint8_t *orphans;
	uint8_t *unknown;
	uint32_t looked;
	uint32_t hidden;
	uint32_t nr_used;
	uint32_t nr_orphans;
	uint32_t nr_unknown;
	bool orphans_cut;
	uint32_t directories;
	uint32_t orphan_directories;
};

/*
 * @bitmap:	inode bitmap, read from byte @offset
 * @diff:	room for a block, to work in
 */
void e4_compare_owned_inodes(const struct e4_views *views, uint32_t group,
			     const struct e4_gd *gd,
			     const struct e4_group_inodes *inodes,
			     const uint8_t *bitmap, uint64_t offset,
			     uint8_t *diff, struct e4_findings *findings);

/* The count of directories in the descriptor. */
void e4_compare_directories(const struct e4_views *views, uint32_t group,
			    const struct e4_gd *gd,
			    const struct e4_group_inodes *inodes,
			    struct e4_findings *findings);

/*
 * What is owned, all of it.
 * @claimed:	by inodes and fixed metadata
 * @orphaned:	by deleted files that wait to be released
 * @shared:	claimed more than once, without a right to it
 * @fixed:	by fixed metadata
 * @invaded:	by fixed metadata and an inode
 * @complete:	everybody who may own something was asked
 */
struct e4_owned {
	struct e4_claims claimed;
	struct e4_claims orphaned;
	struct e4_claims shared;
	struct e4_claims fixed;
	struct e4_claims invaded;
	bool complete;
};

/*
 * @bitmap:	block bitmap, read from byte @offset
 * @work:	room for two blocks
 */
void e4_compare_owned_clusters(const struct e4_views *views, uint32_t group,
			       const struct e4_gd *gd,
			       const struct e4_owned *owned,
			       const uint8_t *bitmap, uint64_t offset,
			       uint8_t *work, struct e4_findings *findings);

/* Clusters that have two owners; needs no bitmap. */
void e4_compare_owners(const struct e4_views *views, uint32_t group,
		       const struct e4_gd *gd, const struct e4_owned *owned,
		       struct e4_findings *findings);

#endif
