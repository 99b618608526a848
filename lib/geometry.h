/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * geometry.h --- where groups, blocks and clusters are
 */
#ifndef E4_GEOMETRY_H
#define E4_GEOMETRY_H

#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>

#include "ext4bm.h"

/* Length of the superblock, and where the primary one is, in bytes. */
#define E4_SUPERBLOCK_SIZE 1024
#define E4_SUPERBLOCK_OFFSET 1024

/*
 * The shape that superblock @sb (in host order) describes.
 *
 * Return: NULL, or a sentence that says what in it cannot be.
 */
const char *e4_geometry_fill(struct ext4bm_geometry *geo,
			     const struct ext2_super_block *sb);

/* Last block of a group; the last group ends with the filesystem. */
uint64_t e4_group_last_block(const struct ext4bm_geometry *geo,
			     uint32_t group);

/* Group of a block, which must be inside the filesystem. */
uint32_t e4_block_group(const struct ext4bm_geometry *geo, uint64_t block);

/* Bit of the group's block bitmap that stands for a block of the group. */
uint32_t e4_block_bit(const struct ext4bm_geometry *geo, uint32_t group,
		      uint64_t block);

/* True if @len blocks from @block on are inside the filesystem. */
bool e4_blocks_inside(const struct ext4bm_geometry *geo, uint64_t block,
		      uint64_t len);

/* True if the group begins with a copy of the superblock. */
bool e4_group_has_super(const struct ext4bm_geometry *geo, uint32_t group);

/*
 * What a group begins with.
 * @superblock:		block of the superblock copy, if @has_super
 * @has_super:		there is one
 * @descriptors:	first block of the descriptor copy
 * @nr_descriptors:	blocks of the descriptor copy, may be 0
 * @nr_reserved:	blocks kept behind it for growth, may be 0
 */
struct e4_base {
	uint64_t superblock;
	bool has_super;
	uint64_t descriptors;
	uint64_t nr_descriptors;
	uint64_t nr_reserved;
};

/* What a group begins with. Return: false if that is nothing. */
bool e4_group_base(const struct ext4bm_geometry *geo, uint32_t group,
		   struct e4_base *base);

/*
 * Block that holds descriptor block @index: of the primary table, or with
 * @copy_group not 0 of the copy that belongs to that group.
 */
uint64_t e4_descriptor_block(const struct ext4bm_geometry *geo,
			     uint32_t index, uint32_t copy_group);

#endif
