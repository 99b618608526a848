/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * world.h --- a small healthy filesystem in memory, to be damaged by tests
 *
 *	world_superblock() -> change world.sb -> world_build() -> damage
 *	-> world_seal() where the damage is not about checksums -> compare
 */
#ifndef WORLD_H
#define WORLD_H

#include "compare.h"
#include "device.h"

/*
 * @sb:		superblock in host order; world_build() makes the rest from it
 * @views:	of all that follows, judging everything
 * @findings:	of world_block(), world_inode(), world_descriptor()
 * @block, @inode: bitmaps, one block for each group
 */
struct world {
	struct ext2_super_block sb;
	struct ext4bm_geometry geo;
	struct e4_csum csum;
	struct e4_table table;
	struct e4_fixed fixed;
	struct e4_views views;
	struct e4_findings findings;
	uint8_t *block;
	uint8_t *inode;
};

/* Groups of the usual world; the last one is short. */
#define WORLD_GROUPS 5
/* Where bitmaps are pretended to be read from: a byte on the device. */
#define WORLD_OFFSET UINT64_C(0x123456000)

/*
 * Zero the world and give it a superblock: 1 KiB blocks, 8192 of them in
 * each of four groups and 4000 in the fifth, 128 inodes in each, flex_bg,
 * 64bit, metadata_csum, sparse_super.
 */
void world_superblock(struct world *world);

/* Lay out all groups, each holding its own items; no inode but the reserved
 * ones is in use. */
void world_build(struct world *world);

void world_free(struct world *world);

/*
 * To be set up as it is usual, or with 3 blocks in each copy of the table that
 * are reserved for more descriptors, and torn down, by cmocka.
 */
int world_start(void **state);
int world_start_reserved(void **state);
int world_finish(void **state);

/* Raw descriptor of a group. */
struct ext4_group_desc *world_raw(const struct world *world, uint32_t group);

/* Decoded. */
struct e4_gd world_gd(const struct world *world, uint32_t group);

/* Bitmaps of a group. */
uint8_t *world_block_bitmap(const struct world *world, uint32_t group);
uint8_t *world_inode_bitmap(const struct world *world, uint32_t group);

void world_set_bits(uint8_t *bitmap, uint32_t first, uint32_t end);
void world_clear_bits(uint8_t *bitmap, uint32_t first, uint32_t end);

/* Move an item of a group; bitmaps are left as they are. */
void world_move(struct world *world, uint32_t group, enum ext4bm_item item,
		uint64_t block);

/* Make the counts, the checksums and the index fit what is there now. */
void world_count(struct world *world, uint32_t group);
void world_seal(struct world *world, uint32_t group);
void world_index(struct world *world);

/* Compare one view; findings are those of this call alone. */
uint32_t world_check_block(struct world *world, uint32_t group);
uint32_t world_check_inode(struct world *world, uint32_t group);
void world_check_descriptor(struct world *world, uint32_t group);

/* Assert that nothing was found. */
void world_healthy(struct world *world);

/* Assert that this and nothing else was found. */
const struct ext4bm_finding *world_only(struct world *world,
					enum ext4bm_code code);

/* Byte on the device of a field of a group's descriptor. */
uint64_t world_field(const struct world *world, uint32_t group,
		     size_t field);

/* Assert what a finding says. */
void world_values(const struct ext4bm_finding *finding, uint32_t group,
		  uint64_t stored, uint64_t counted, uint64_t offset);
void world_range(const struct ext4bm_finding *finding, size_t number,
		 uint64_t first, uint64_t last);

#endif
