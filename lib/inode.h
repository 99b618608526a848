/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * inode.h --- what an inode says that it owns
 */
#ifndef E4_INODE_H
#define E4_INODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ext4bm.h"

/* Bytes of i_block: 15 block numbers, the root of an extent tree, a short
 * symbolic link or data. */
#define E4_INODE_BLOCK_BYTES 60

/*
 * What of a superblock decides what inodes own.
 * @first_inode:	first inode that is not reserved
 * @inode_size:		bytes of an inode in the table
 * @journal, @user_quota, @group_quota, @project_quota, @orphan_file:	inode
 *			numbers, 0 where there is none
 * @last_orphan:	first inode of the list of deleted files that somebody
 *			still had open
 * @mmp_block:		block of the multi-mount protection, or 0
 * @quota, @orphans, @ea_inode, @xattr, @large_dir, @wide, @shared_blocks:
 *			features
 * @hurd:		made by the Hurd
 */
struct e4_rules {
	uint32_t first_inode;
	uint32_t inode_size;
	uint32_t journal;
	uint32_t user_quota;
	uint32_t group_quota;
	uint32_t project_quota;
	uint32_t orphan_file;
	uint32_t last_orphan;
	uint64_t mmp_block;
	bool quota;
	bool orphans;
	bool ea_inode;
	bool xattr;
	bool large_dir;
	bool wide;
	bool shared_blocks;
	bool hurd;
};

/* Read them from a raw superblock. */
void e4_rules_read(struct e4_rules *rules, const void *raw);

/*
 * An inode, decoded.
 * @number:	inode number
 * @mode, @links, @flags, @dtime:	as on disk
 * @size:	bytes
 * @sectors:	i_blocks: what it takes, in 512 bytes
 * @xattr:	block of its extended attributes, or 0
 * @translator:	block of a translator of the Hurd, or 0
 * @block:	its i_block, E4_INODE_BLOCK_BYTES of the table
 * @tail, @tail_size:	what is behind the first 128 bytes, where the attributes
 *		in the inode are; 0 bytes if nobody called e4_inode_tail()
 */
struct e4_inode {
	uint32_t number;
	uint16_t mode;
	uint16_t links;
	uint32_t flags;
	uint32_t dtime;
	uint64_t size;
	uint64_t sectors;
	uint64_t xattr;
	uint32_t translator;
	const uint8_t *block;
	const uint8_t *tail;
	size_t tail_size;
};

/* Decode the inode @number, which begins at @raw. */
void e4_inode_read(struct e4_inode *inode, const struct e4_rules *rules,
		   uint32_t number, const void *raw);

/* Of an inode that was read to its end: set its @tail. */
void e4_inode_tail(struct e4_inode *inode, const struct e4_rules *rules,
		   const void *raw);

/* One of the 15 numbers of a block map. */
uint32_t e4_inode_slot(const struct e4_inode *inode, int slot);

/*
 * enum e4_mapping - where the numbers of an inode's blocks are
 * @E4_MAP_NONE:	it has none
 * @E4_MAP_EXTENTS:	in an extent tree
 * @E4_MAP_BLOCKS:	in i_block, and from there in indirect blocks
 * @E4_MAP_RESIZE:	the resize inode, which owns one indirect block: all
 *			else that it maps is kept for the descriptor table
 * @E4_MAP_BAD:		the bad blocks inode: what it maps may be anything
 */
enum e4_mapping {
	E4_MAP_NONE,
	E4_MAP_EXTENTS,
	E4_MAP_BLOCKS,
	E4_MAP_RESIZE,
	E4_MAP_BAD,
};

/*
 * What an inode is used for.
 * @used:	the inode bitmap must have it
 * @directory:	it counts as a directory of its group
 * @owns:	blocks that it names are its own (@mapping, @xattr)
 * @orphan:	nothing links to it, but it waits to be released
 * @mapping:	where the numbers of its blocks are
 */
struct e4_use {
	bool used;
	bool directory;
	bool owns;
	bool orphan;
	enum e4_mapping mapping;
};

/* What @inode is used for; pure. */
struct e4_use e4_inode_use(const struct e4_rules *rules,
			   const struct e4_inode *inode);

/* The same for an inode that is on the list of orphans and in no other use. */
struct e4_use e4_inode_use_of_orphan(const struct e4_rules *rules,
				     const struct e4_inode *inode);

/* True for a directory, whatever its use. */
bool e4_inode_is_directory(const struct e4_inode *inode);

#endif
