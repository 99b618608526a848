// SPDX-License-Identifier: LGPL-2.0-only
/*
 * descriptor.c --- the table of group descriptors, as it is on disk
 *
 * The table is read raw and not through ext2fs_open2(): that gives up on the
 * first block it cannot read, and when it is told to use a backup superblock
 * it clears the UNINIT flags, after which bitmaps that were never written
 * look wrong.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "descriptor.h"
#include "geometry.h"

/* Reads are cut to this many bytes, so that one bad block costs little. */
#define READ_BYTES (1U << 20)

static uint32_t per_block(const struct ext4bm_geometry *geo)
{
	return geo->block_size / geo->desc_size;
}

static uint64_t block_offset(const struct e4_table *table,
			     const struct ext4bm_geometry *geo,
			     uint32_t index)
{
	if (table->base)
		return table->base + (uint64_t)index * geo->block_size;
	return e4_descriptor_block(geo, index, table->copy_group) *
	       geo->block_size;
}

/* Number of blocks from @index on that lie behind each other. */
static uint32_t run_length(const struct e4_table *table,
			   const struct ext4bm_geometry *geo, uint32_t index)
{
	uint64_t start = block_offset(table, geo, index);
	uint32_t len = 1;

	while (index + len < table->blocks &&
	       (uint64_t)(len + 1) * geo->block_size <= READ_BYTES &&
	       block_offset(table, geo, index + len) ==
	       start + (uint64_t)len * geo->block_size)
		len++;
	return len;
}

static void read_run(struct e4_table *table, io_channel channel,
		     const struct ext4bm_geometry *geo, uint32_t index,
		     uint32_t len)
{
	size_t size = geo->block_size;

	int err = e4_io_read(channel, table->raw + index * size, len * size,
			     block_offset(table, geo, index));

	if (!err)
		memset(table->errors + index, 0,
		       len * sizeof(*table->errors));
	for (uint32_t i = index; err && i < index + len; i++)
		table->errors[i] =
			e4_io_read(channel, table->raw + i * size, size,
				   block_offset(table, geo, i));
}

int e4_table_read(struct e4_table *table, io_channel channel,
		  const struct ext4bm_geometry *geo, uint64_t size)
{
	uint64_t fit = size / geo->block_size;
	uint64_t groups;

	/* What the device cannot hold is not worth the memory. */
	table->blocks = geo->desc_blocks < fit ? geo->desc_blocks
					       : (uint32_t)fit;
	groups = (uint64_t)table->blocks * per_block(geo);
	table->groups = groups < geo->groups ? (uint32_t)groups : geo->groups;
	table->raw = calloc((size_t)table->blocks + 1, geo->block_size);
	table->errors = calloc((size_t)table->blocks + 1,
			       sizeof(*table->errors));
	if (!table->raw || !table->errors) {
		e4_table_free(table);
		return -ENOMEM;
	}
	e4_table_refresh_all(table, channel, geo);
	return 0;
}

void e4_table_refresh_all(struct e4_table *table, io_channel channel,
			  const struct ext4bm_geometry *geo)
{
	for (uint32_t i = 0; i < table->blocks; ) {
		uint32_t len = run_length(table, geo, i);

		read_run(table, channel, geo, i, len);
		i += len;
	}
}

int e4_table_refresh(struct e4_table *table, io_channel channel,
		     const struct ext4bm_geometry *geo, uint32_t group)
{
	uint32_t index = group / per_block(geo);

	if (index >= table->blocks)
		return -ENODATA;
	table->errors[index] =
		e4_io_read(channel,
			   table->raw + (size_t)index * geo->block_size,
			   geo->block_size, block_offset(table, geo, index));
	return table->errors[index];
}

void e4_table_free(struct e4_table *table)
{
	free(table->raw);
	free(table->errors);
	table->raw = NULL;
	table->errors = NULL;
}

uint64_t e4_table_offset(const struct e4_table *table,
			 const struct ext4bm_geometry *geo, uint32_t group,
			 size_t field)
{
	return block_offset(table, geo, group / per_block(geo)) +
	       (uint64_t)(group % per_block(geo)) * geo->desc_size + field;
}

static const uint8_t *raw_descriptor(const struct e4_table *table,
				     const struct ext4bm_geometry *geo,
				     uint32_t group)
{
	return table->raw + (size_t)(group / per_block(geo)) * geo->block_size +
	       (size_t)(group % per_block(geo)) * geo->desc_size;
}

void e4_table_raw(const struct e4_table *table,
		  const struct ext4bm_geometry *geo, uint32_t group,
		  uint8_t *raw)
{
	memcpy(raw, raw_descriptor(table, geo, group), geo->desc_size);
}

void e4_table_put(struct e4_table *table, const struct ext4bm_geometry *geo,
		  uint32_t group, const uint8_t *raw)
{
	table->errors[group / per_block(geo)] = 0;
	memcpy(table->raw + (raw_descriptor(table, geo, group) - table->raw),
	       raw, geo->desc_size);
}

uint16_t e4_table_csum(const struct e4_table *table,
		       const struct ext4bm_geometry *geo,
		       const struct e4_csum *csum, uint32_t group)
{
	return e4_csum_descriptor(csum, group,
				  raw_descriptor(table, geo, group),
				  geo->desc_size);
}

uint16_t e4_table_stored_csum(const struct e4_table *table,
			      const struct ext4bm_geometry *geo,
			      uint32_t group)
{
	uint16_t stored;

	memcpy(&stored, raw_descriptor(table, geo, group) +
	       offsetof(struct ext4_group_desc, bg_checksum), sizeof(stored));
	return le16toh(stored);
}

static uint32_t wide16(uint16_t low, uint16_t high)
{
	return le16toh(low) | (uint32_t)le16toh(high) << 16;
}

static uint64_t wide32(uint32_t low, uint32_t high)
{
	return le32toh(low) | (uint64_t)le32toh(high) << 32;
}

int e4_table_get(const struct e4_table *table,
		 const struct ext4bm_geometry *geo,
		 const struct e4_csum *csum, uint32_t group,
		 struct e4_gd *gd)
{
	int err = table->errors[group / per_block(geo)];
	struct ext4_group_desc raw = { 0 };

	if (err)
		return err;
	/* The high halves stay 0 where the descriptor has none. */
	memcpy(&raw, raw_descriptor(table, geo, group),
	       geo->desc_size < sizeof(raw) ? geo->desc_size : sizeof(raw));
	gd->block_bitmap = wide32(raw.bg_block_bitmap,
				  raw.bg_block_bitmap_hi);
	gd->inode_bitmap = wide32(raw.bg_inode_bitmap,
				  raw.bg_inode_bitmap_hi);
	gd->inode_table = wide32(raw.bg_inode_table, raw.bg_inode_table_hi);
	gd->free_clusters = wide16(raw.bg_free_blocks_count,
				   raw.bg_free_blocks_count_hi);
	gd->free_inodes = wide16(raw.bg_free_inodes_count,
				 raw.bg_free_inodes_count_hi);
	gd->used_dirs = wide16(raw.bg_used_dirs_count,
			       raw.bg_used_dirs_count_hi);
	gd->itable_unused = wide16(raw.bg_itable_unused,
				   raw.bg_itable_unused_hi);
	gd->block_csum = wide16(raw.bg_block_bitmap_csum_lo,
				raw.bg_block_bitmap_csum_hi);
	gd->inode_csum = wide16(raw.bg_inode_bitmap_csum_lo,
				raw.bg_inode_bitmap_csum_hi);
	gd->flags = le16toh(raw.bg_flags);
	gd->csum_ok = !csum || !geo->gd_csum ||
		      le16toh(raw.bg_checksum) ==
		      e4_table_csum(table, geo, csum, group);
	return 0;
}

bool e4_gd_uninit(const struct ext4bm_geometry *geo, const struct e4_gd *gd,
		  uint16_t flag)
{
	return geo->gd_csum && gd->csum_ok && (gd->flags & flag);
}
