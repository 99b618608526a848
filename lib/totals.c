// SPDX-License-Identifier: LGPL-2.0-only
/*
 * totals.c --- the superblock against everything else
 *
 * Totals are in blocks, the groups count in clusters. A total is only
 * compared with a sum that has every group in it.
 */
#include "config.h"

#include <errno.h>
#include <stddef.h>

#include "geometry.h"
#include "totals.h"

#define FIELD(name) offsetof(struct ext2_super_block, s_##name)

static void add(const struct ext4bm *fs, struct e4_findings *findings,
		enum ext4bm_code code, size_t field, uint64_t stored,
		uint64_t counted)
{
	struct ext4bm_finding *finding =
		e4_findings_add(findings, code, EXT4BM_NO_GROUP);

	finding->stored = stored;
	finding->counted = counted;
	finding->offset = fs->super_offset + field;
}

void e4_compare_superblock(const struct ext4bm *fs,
			   struct e4_findings *findings)
{
	uint64_t held = fs->target->size / fs->geo.block_size;

	if (fs->geo.metadata_csum && fs->super_stored != fs->super_counted)
		add(fs, findings, EXT4BM_SB_CHECKSUM, FIELD(checksum),
		    fs->super_stored, fs->super_counted);
	/* An e2image file is always shorter than what it is an image of. */
	if (fs->target->kind != EXT4BM_TARGET_E2IMAGE &&
	    held < fs->geo.blocks)
		add(fs, findings, EXT4BM_DEVICE_SHORT, FIELD(blocks_count),
		    fs->geo.blocks, held);
}

void e4_compare_totals(const struct ext4bm *fs, const struct e4_sums *sums,
		       struct e4_findings *findings)
{
	const struct ext4bm_geometry *geo = &fs->geo;
	const struct ext4bm_totals *totals = &sums->totals;
	uint64_t counted = totals->free_clusters * geo->cluster_ratio;
	uint64_t described = totals->gd_free_clusters * geo->cluster_ratio;

	if (totals->complete && geo->free_blocks != counted)
		add(fs, findings, EXT4BM_SB_FREE_BLOCKS,
		    FIELD(free_blocks_count), geo->free_blocks, counted);
	if (totals->complete && geo->free_inodes != totals->free_inodes)
		add(fs, findings, EXT4BM_SB_FREE_INODES,
		    FIELD(free_inodes_count), geo->free_inodes,
		    totals->free_inodes);
	if (sums->gd_complete && geo->free_blocks != described)
		add(fs, findings, EXT4BM_SB_GD_FREE_BLOCKS,
		    FIELD(free_blocks_count), geo->free_blocks, described);
	if (sums->gd_complete && geo->free_inodes != totals->gd_free_inodes)
		add(fs, findings, EXT4BM_SB_GD_FREE_INODES,
		    FIELD(free_inodes_count), geo->free_inodes,
		    totals->gd_free_inodes);
}

static void add_unreadable(const struct ext4bm *fs,
			   struct e4_findings *findings, uint64_t block,
			   uint32_t first, uint32_t last, int err)
{
	struct ext4bm_finding *finding =
		e4_findings_add(findings, EXT4BM_GD_UNREADABLE, first);

	finding->item = EXT4BM_ITEM_DESCRIPTORS;
	finding->stored = block;
	finding->counted = (uint64_t)last - first + 1;
	finding->offset = block * fs->geo.block_size;
	finding->errnum = -err;
	e4_finding_range(findings, first, last);
}

void e4_compare_table(const struct ext4bm *fs, struct e4_findings *findings)
{
	const struct ext4bm_geometry *geo = &fs->geo;
	const struct e4_table *table = &fs->table;
	uint32_t per_block = geo->block_size / geo->desc_size;

	for (uint32_t i = 0; i < table->blocks; i++) {
		uint32_t first = i * per_block;
		uint32_t last = first + per_block - 1;

		if (!table->errors[i])
			continue;
		if (last >= geo->groups)
			last = geo->groups - 1;
		add_unreadable(fs, findings,
			       e4_descriptor_block(geo, i, table->copy_group),
			       first, last, table->errors[i]);
	}
	if (table->groups < geo->groups)
		add_unreadable(fs, findings,
			       e4_descriptor_block(geo, table->blocks,
						   table->copy_group),
			       table->groups, geo->groups - 1, -ENODATA);
}
