// SPDX-License-Identifier: LGPL-2.0-only
/*
 * compare_owners.c --- one group: is what is owned what the bitmaps say?
 *
 * What is owned but not marked will be given away a second time; what is
 * marked but not owned is lost. The second can only be said when everybody
 * was asked: else it is reported with what may explain it.
 */
#include "config.h"

#include <string.h>

#include "bitmap.h"
#include "compare_owners.h"

/* @diff: the bits of @a that are not in @b. Return: how many. */
static uint32_t subtract(const uint8_t *a, const uint8_t *b, uint32_t bits,
			 uint8_t *diff)
{
	for (uint32_t i = 0; i < (bits + 7) / 8; i++)
		diff[i] = a[i] & (uint8_t)~b[i];
	return bits - e4_bitmap_clear(diff, 0, bits);
}

/* Add the set bits in [@first, @end) to the newest finding, from @base on. */
static void add_bits(struct e4_findings *findings, const uint8_t *bits,
		     uint32_t first, uint32_t end, uint64_t base)
{
	uint32_t start;

	while (e4_bitmap_run(bits, true, first, end, &start, &first))
		e4_finding_range(findings, base + start, base + first - 1);
}

struct place {
	const struct e4_views *views;
	uint32_t group;
	const struct e4_gd *gd;
	uint64_t offset;
	struct e4_findings *findings;
};

/* A finding about the set bits of @bits in [@first, @end), if there are. */
static void add(const struct place *place, enum ext4bm_code code,
		const uint8_t *bits, uint32_t first, uint32_t end,
		uint32_t stored, enum ext4bm_explanation explained)
{
	const struct ext4bm_geometry *geo = place->views->geo;
	uint32_t count = end - first - e4_bitmap_clear(bits, first, end);
	struct ext4bm_finding *finding;
	uint64_t base = 0;

	if (count == 0)
		return;
	finding = e4_compare_add(place->views, place->group, place->gd,
				 place->findings, code, 0, stored, count);
	finding->offset = place->offset;
	finding->explained = explained;
	if (code == EXT4BM_INODE_UNMARKED || code == EXT4BM_INODE_LEAKED)
		base = (uint64_t)place->group * geo->inodes_per_group + 1;
	add_bits(place->findings, bits, first, end, base);
}

void e4_compare_owned_inodes(const struct e4_views *views, uint32_t group,
			     const struct e4_gd *gd,
			     const struct e4_group_inodes *inodes,
			     const uint8_t *bitmap, uint64_t offset,
			     uint8_t *diff, struct e4_findings *findings)
{
	struct place place = { views, group, gd, offset, findings };
	uint32_t nr = views->geo->inodes_per_group;
	uint32_t marked = nr - e4_bitmap_clear(bitmap, 0, nr);
	uint32_t bytes = (nr + 7) / 8;

	if (subtract(inodes->used, bitmap, nr, diff))
		add(&place, EXT4BM_INODE_UNMARKED, diff, 0, nr,
		    inodes->nr_used, EXT4BM_UNEXPLAINED);
	if (!subtract(bitmap, inodes->used, nr, diff))
		return;
	for (uint32_t i = 0; i < bytes; i++)
		diff[i] &= (uint8_t)~(inodes->unknown[i] | inodes->orphans[i]);
	add(&place, EXT4BM_INODE_LEAKED, diff, 0, inodes->looked, marked,
	    inodes->orphans_cut ? EXT4BM_BY_INODES : EXT4BM_UNEXPLAINED);
	/* Nobody looks at the rest of the table, but somebody once did. */
	add(&place, EXT4BM_INODE_LEAKED, diff, inodes->looked, nr, marked,
	    EXT4BM_BY_INODES);
	for (uint32_t i = 0; i < bytes; i++)
		diff[i] = bitmap[i] & inodes->orphans[i];
	add(&place, EXT4BM_INODE_LEAKED, diff, 0, inodes->looked, marked,
	    EXT4BM_BY_ORPHANS);
}

void e4_compare_directories(const struct e4_views *views, uint32_t group,
			    const struct e4_gd *gd,
			    const struct e4_group_inodes *inodes,
			    struct e4_findings *findings)
{
	struct ext4bm_finding *finding;

	if (!views->judge_descriptors || inodes->nr_unknown ||
	    gd->used_dirs == inodes->directories)
		return;
	finding = e4_compare_add(views, group, gd, findings,
				 EXT4BM_GD_USED_DIRS,
				 E4_GD_FIELD(used_dirs_count), gd->used_dirs,
				 inodes->directories);
	/* A directory is counted until it is released. */
	if (inodes->hidden || inodes->orphans_cut)
		finding->explained = EXT4BM_BY_INODES;
	else if (gd->used_dirs ==
		 inodes->directories + inodes->orphan_directories)
		finding->explained = EXT4BM_BY_ORPHANS;
}

void e4_compare_owned_clusters(const struct e4_views *views, uint32_t group,
			       const struct e4_gd *gd,
			       const struct e4_owned *owned,
			       const uint8_t *bitmap, uint64_t offset,
			       uint8_t *work, struct e4_findings *findings)
{
	struct place place = { views, group, gd, offset, findings };
	uint32_t nr = ext4bm_group_clusters(views->geo, group);
	uint32_t bytes = (nr + 7) / 8;
	uint8_t *claimed = work, *diff = work + views->geo->block_size;
	uint32_t marked = nr - e4_bitmap_clear(bitmap, 0, nr);

	memset(claimed, 0, bytes);
	e4_claims_mark(&owned->claimed, group, claimed);
	if (subtract(claimed, bitmap, nr, diff))
		add(&place, EXT4BM_CLUSTER_UNMARKED, diff, 0, nr,
		    e4_claims_count(&owned->claimed, group),
		    EXT4BM_UNEXPLAINED);
	if (!subtract(bitmap, claimed, nr, diff))
		return;
	memset(claimed, 0, bytes);
	e4_claims_mark(&owned->orphaned, group, claimed);
	for (uint32_t i = 0; i < bytes; i++) {
		claimed[i] &= diff[i];
		diff[i] &= (uint8_t)~claimed[i];
	}
	add(&place, EXT4BM_CLUSTER_LEAKED, diff, 0, nr, marked,
	    owned->complete ? EXT4BM_UNEXPLAINED : EXT4BM_BY_INODES);
	add(&place, EXT4BM_CLUSTER_LEAKED, claimed, 0, nr, marked,
	    EXT4BM_BY_ORPHANS);
}

/* A finding about the clusters of a set. */
static void add_set(const struct place *place, enum ext4bm_code code,
		    const struct e4_claims *set, const struct e4_claims *of)
{
	uint32_t nr = ext4bm_group_clusters(place->views->geo, place->group);
	uint32_t count = e4_claims_count(set, place->group);
	struct e4_run run = { 0, 0 };
	struct ext4bm_finding *finding;

	if (count == 0)
		return;
	finding = e4_compare_add(place->views, place->group, place->gd,
				 place->findings, code, 0,
				 e4_claims_count(of, place->group), count);
	finding->offset = EXT4BM_NO_OFFSET;
	while (e4_claims_next(set, place->group, run.end, nr, &run))
		e4_finding_range(place->findings, run.first, run.end - 1);
}

void e4_compare_owners(const struct e4_views *views, uint32_t group,
		       const struct e4_gd *gd, const struct e4_owned *owned,
		       struct e4_findings *findings)
{
	struct place place = { .views = views, .group = group, .gd = gd,
			       .findings = findings };

	add_set(&place, EXT4BM_CLUSTER_SHARED, &owned->shared,
		&owned->claimed);
	add_set(&place, EXT4BM_METADATA_CLAIMED, &owned->invaded,
		&owned->fixed);
}
