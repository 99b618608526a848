// SPDX-License-Identifier: LGPL-2.0-only
/*
 * cache.c --- descriptor and bitmaps of one group, as the kernel has them now
 *
 * A buffered read of the block device shows the very pages that ext4 is
 * changing. They are read without the group's lock, so two readings around
 * everything else must be equal before drift is believed (sample.c), and the
 * descriptor must be the same after the bitmaps before it is believed that
 * there is none (acquit.c).
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "live.h"

static int read_bitmap(const struct ext4bm *fs, uint64_t block, bool uninit,
		       uint8_t *bitmap)
{
	size_t size = fs->geo.block_size;

	memset(bitmap, 0, size);
	if (uninit)
		return 0;
	if (block == 0 || block >= fs->geo.blocks)
		return -EUCLEAN;
	return e4_io_read(fs->e2fs->io, bitmap, size, block * size);
}

/* Is the descriptor another one than before the bitmaps were read? */
static bool moved_on(const struct ext4bm *fs, uint32_t group,
		     const struct e4_cache *cache)
{
	uint8_t raw[EXT2_MAX_DESC_SIZE];
	uint64_t offset = e4_table_offset(&fs->table, &fs->geo, group, 0);
	uint32_t size = fs->geo.desc_size;

	return e4_io_read(fs->e2fs->io, raw, size, offset) != 0 ||
	       memcmp(raw, cache->raw, size) != 0;
}

void e4_cache_read(struct e4_live *live, uint32_t group,
		   struct e4_cache *cache)
{
	struct ext4bm *fs = live->fs;
	const struct ext4bm_geometry *geo = &live->geo;
	struct e4_gd *gd = &cache->gd;

	/* Readings are compared byte by byte, also between the fields. */
	memset(gd, 0, sizeof(*gd));
	cache->error = e4_table_refresh(&fs->table, fs->e2fs->io, geo, group);
	if (!cache->error)
		cache->error = e4_table_get(&fs->table, geo, &fs->csum, group,
					    gd);
	if (!cache->error)
		e4_table_raw(&fs->table, geo, group, cache->raw);
	if (!cache->error)
		cache->error = read_bitmap(
			fs, gd->block_bitmap,
			e4_gd_uninit(geo, gd, EXT4BM_BLOCK_UNINIT),
			cache->bitmaps);
	if (!cache->error)
		cache->error = read_bitmap(
			fs, gd->inode_bitmap,
			e4_gd_uninit(geo, gd, EXT4BM_INODE_UNINIT),
			cache->bitmaps + geo->block_size);
	cache->torn = !cache->error && moved_on(fs, group, cache);
}
