// SPDX-License-Identifier: LGPL-2.0-only
/*
 * compare_disk.c --- a group on the disk against the same group in memory
 *
 * Pure. With a journal, memory is ahead of the disk until the journal is
 * written back, and nothing tells how far: a difference is explained by it,
 * unless the filesystem is frozen, which writes all of it. Without a journal,
 * reading the disk makes the kernel write back what is dirty first, so that a
 * difference means that the disk does not hold what was written.
 */
#include "config.h"

#include <string.h>

#include "bitmap.h"
#include "geometry.h"
#include "live.h"

static enum ext4bm_explanation lagging(const struct e4_live *live)
{
	return !live->frozen &&
	       (live->geo.compat & EXT3_FEATURE_COMPAT_HAS_JOURNAL) ?
	       EXT4BM_BY_CHECKPOINT : EXT4BM_UNEXPLAINED;
}

static struct ext4bm_finding *add(const struct e4_live *live,
				  const struct e4_sample *sample,
				  struct e4_findings *findings,
				  enum ext4bm_code code, uint64_t offset,
				  uint64_t stored, uint64_t counted)
{
	struct ext4bm_finding *finding =
		e4_findings_add(findings, code, sample->group);

	finding->offset = offset;
	finding->stored = stored;
	finding->counted = counted;
	finding->flags = sample->disk.gd.flags;
	finding->explained = lagging(live);
	return finding;
}

/* Bits that differ, up to @end; @base is the number of the first. */
static void compare_bits(const struct e4_live *live,
			 const struct e4_sample *sample,
			 struct e4_findings *findings, enum ext4bm_code code,
			 size_t at, uint64_t block, uint32_t end,
			 uint64_t base)
{
	const uint8_t *disk = sample->disk.bitmaps + at;
	const uint8_t *memory = sample->cache[1].bitmaps + at;
	uint32_t first = 0;
	bool any = false;

	for (uint32_t bit = 0; bit <= end; bit++) {
		if (bit < end &&
		    ((disk[bit / 8] ^ memory[bit / 8]) >> bit % 8 & 1))
			continue;
		if (bit > first && !any)
			add(live, sample, findings, code,
			    block * live->geo.block_size,
			    e4_bitmap_clear(disk, 0, end),
			    e4_bitmap_clear(memory, 0, end));
		if (bit > first)
			e4_finding_range(findings, base + first,
					 base + bit - 1);
		any |= bit > first;
		first = bit + 1;
	}
}

void e4_compare_disk(const struct e4_live *live,
		     const struct e4_sample *sample,
		     struct e4_findings *findings)
{
	const struct ext4bm_geometry *geo = &live->geo;
	const struct e4_gd *disk = &sample->disk.gd;
	const struct e4_gd *memory = &sample->cache[1].gd;

	if (sample->disk.error) {
		e4_sample_unreadable(sample, sample->disk.error, findings);
		return;
	}
	if (memcmp(disk, memory, sizeof(*disk)) != 0)
		add(live, sample, findings, EXT4BM_DISK_DESCRIPTOR,
		    e4_table_offset(&live->fs->table, geo, sample->group, 0),
		    disk->free_clusters, memory->free_clusters);
	/* What is not in use yet is rubbish on the disk. */
	if (!e4_gd_uninit(geo, disk, EXT4BM_BLOCK_UNINIT) &&
	    !e4_gd_uninit(geo, memory, EXT4BM_BLOCK_UNINIT))
		compare_bits(live, sample, findings, EXT4BM_DISK_BLOCK_BITMAP,
			     0, memory->block_bitmap,
			     ext4bm_group_clusters(geo, sample->group), 0);
	if (!e4_gd_uninit(geo, disk, EXT4BM_INODE_UNINIT) &&
	    !e4_gd_uninit(geo, memory, EXT4BM_INODE_UNINIT))
		compare_bits(live, sample, findings, EXT4BM_DISK_INODE_BITMAP,
			     geo->block_size, memory->inode_bitmap,
			     geo->inodes_per_group,
			     (uint64_t)sample->group * geo->inodes_per_group +
			     1);
}

/* Bytes that are on the disk as they were in neither reading of memory. */
static bool any_strange(const void *disk, const void *before,
			const void *after, size_t size)
{
	const uint8_t *a = disk, *b = before, *c = after;

	for (size_t i = 0; i < size; i++)
		if ((a[i] ^ b[i]) & (a[i] ^ c[i]))
			return true;
	return false;
}

bool e4_disk_acquits(const struct e4_live *live,
		     const struct e4_sample *sample)
{
	const struct e4_cache *before = &sample->cache[0];
	const struct e4_cache *after = &sample->cache[1];
	size_t size = live->geo.block_size;

	if (sample->disk.error || before->error || after->error)
		return false;
	if (lagging(live))
		return true;
	return before->gd.flags == after->gd.flags &&
	       !any_strange(&sample->disk.gd, &before->gd, &after->gd,
			    sizeof(before->gd)) &&
	       !any_strange(sample->disk.bitmaps, before->bitmaps,
			    after->bitmaps, 2 * size);
}
