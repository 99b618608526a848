/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * descriptor.h --- the table of group descriptors, as it is on disk
 */
#ifndef E4_DESCRIPTOR_H
#define E4_DESCRIPTOR_H

#include "csum.h"
#include "ext4bm.h"
#include "io.h"

/*
 * A group descriptor, decoded.
 * @block_bitmap, @inode_bitmap, @inode_table:	block numbers
 * @free_clusters, @free_inodes, @used_dirs:	stored counts
 * @itable_unused:	inodes at the end of the table never used so far
 * @block_csum, @inode_csum:	bitmap checksums, 16 or 32 bits
 * @flags:		bg_flags
 * @csum_ok:		descriptor checksum fits, or there is none
 */
struct e4_gd {
	uint64_t block_bitmap;
	uint64_t inode_bitmap;
	uint64_t inode_table;
	uint32_t free_clusters;
	uint32_t free_inodes;
	uint32_t used_dirs;
	uint32_t itable_unused;
	uint32_t block_csum;
	uint32_t inode_csum;
	uint16_t flags;
	bool csum_ok;
};

/*
 * The raw table.
 * @raw:	descriptors one after the other, @blocks filesystem blocks
 * @errors:	for each of the blocks 0 or the negative errno of its reading
 * @blocks:	blocks in the table; fewer than the filesystem has if the
 *		device is too short to hold them all
 * @groups:	groups in these blocks
 * @copy_group:	group whose copy this is, 0 for the primary table
 * @base:	byte offset of the table in an e2image file, else 0
 */
struct e4_table {
	uint8_t *raw;
	int *errors;
	uint32_t blocks;
	uint32_t groups;
	uint32_t copy_group;
	uint64_t base;
};

/*
 * Read a table of a device of @size bytes; freed with e4_table_free(). A
 * block that cannot be read is noted in @table->errors, not a failure.
 * Return: 0 or -ENOMEM.
 */
int e4_table_read(struct e4_table *table, io_channel channel,
		  const struct ext4bm_geometry *geo, uint64_t size);

void e4_table_free(struct e4_table *table);

/*
 * Read the block that holds the descriptor of @group again.
 * Return: 0 or a negative errno, which is also noted in the table.
 */
int e4_table_refresh(struct e4_table *table, io_channel channel,
		     const struct ext4bm_geometry *geo, uint32_t group);

/* Read all of it again; what fails is noted in the table. */
void e4_table_refresh_all(struct e4_table *table, io_channel channel,
			  const struct ext4bm_geometry *geo);

/* Copy the descriptor of @group, as it is on disk, to or from @raw. */
void e4_table_raw(const struct e4_table *table,
		  const struct ext4bm_geometry *geo, uint32_t group,
		  uint8_t *raw);
void e4_table_put(struct e4_table *table, const struct ext4bm_geometry *geo,
		  uint32_t group, const uint8_t *raw);

/* Byte offset on the device of field @field of a group's descriptor. */
uint64_t e4_table_offset(const struct e4_table *table,
			 const struct ext4bm_geometry *geo, uint32_t group,
			 size_t field);

/*
 * Decode the descriptor of @group and check its checksum; with @csum NULL
 * the checksum is taken to be right.
 * Return: 0, or the negative errno of reading its block.
 */
int e4_table_get(const struct e4_table *table,
		 const struct ext4bm_geometry *geo,
		 const struct e4_csum *csum, uint32_t group,
		 struct e4_gd *gd);

/* Checksum that the descriptor carries; its block must be read. */
uint16_t e4_table_stored_csum(const struct e4_table *table,
			      const struct ext4bm_geometry *geo,
			      uint32_t group);

/* Checksum that the descriptor should carry; its block must be read. */
uint16_t e4_table_csum(const struct e4_table *table,
		       const struct ext4bm_geometry *geo,
		       const struct e4_csum *csum, uint32_t group);

/*
 * True if the kernel would take @flag of the descriptor at its word: flags
 * only count with checksums, and only where the checksum is right.
 */
bool e4_gd_uninit(const struct ext4bm_geometry *geo, const struct e4_gd *gd,
		  uint16_t flag);

#endif
