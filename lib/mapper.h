/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * mapper.h --- from an inode to the blocks that it maps
 *
 * Blocks that hold further block numbers come through a function of the
 * caller, so that a whole tree can be walked in memory.
 */
#ifndef E4_MAPPER_H
#define E4_MAPPER_H

#include "ext4bm.h"
#include "inode.h"

/*
 * Neighbouring blocks that an inode maps in one go.
 * @claim:	what they hold
 * @logical:	number of the first one in the file; of data only
 * @block:	number of the first one on the device
 * @len:	how many
 */
struct e4_piece {
	enum ext4bm_claim claim;
	uint64_t logical;
	uint64_t block;
	uint64_t len;
};

/*
 * A walk over the mapping of one inode after the other.
 * @geo, @rules:	the filesystem; every number is checked against it
 * @read:	read a block into @buffer; a negative errno ends the walk of
 *		this inode
 * @take:	called for each piece, in the order of the walk
 * @is_fixed:	is a block one of fixed metadata? What is read there as block
 *		numbers may be anything
 * @context:	given to all three
 * @buffers:	for blocks that are read, E4_MAPPER_BLOCKS of them
 * @invalid:	set when something in the mapping of the last inode made no
 *		sense: that part was left out
 * @error:	negative errno of the read that ended its walk, or 0
 * @pending:	piece that may still grow; private
 */
struct e4_mapper {
	const struct ext4bm_geometry *geo;
	const struct e4_rules *rules;
	int (*read)(void *context, uint64_t block, void *buffer);
	void (*take)(void *context, const struct e4_piece *piece);
	bool (*is_fixed)(void *context, uint64_t block);
	void *context;
	uint8_t *buffers;
	bool invalid;
	int error;
	struct e4_piece pending;
};

/* Levels of an extent tree that are followed; the kernel makes up to 5. */
#define E4_EXTENT_LEVELS 32
#define E4_MAPPER_BLOCKS (E4_EXTENT_LEVELS + 1)

/* Walk the mapping of an inode. */
void e4_mapper_walk(struct e4_mapper *mapper, const struct e4_inode *inode,
		    enum e4_mapping mapping);

/* What follows is for the files that know the forms of a mapping. */

void e4_extents_walk(struct e4_mapper *mapper, const struct e4_inode *inode);
void e4_indirect_walk(struct e4_mapper *mapper, const struct e4_inode *inode);

/*
 * Hand on a piece, melted with the one before if it goes on there; but with
 * bigalloc each extent is judged by itself.
 */
void e4_mapper_take(struct e4_mapper *mapper, enum ext4bm_claim claim,
		    uint64_t logical, uint64_t block, uint64_t len);

/* Read a block into buffer @number. Return: NULL if the walk must end. */
const uint8_t *e4_mapper_read(struct e4_mapper *mapper, uint64_t block,
			      unsigned int number);

/* Most blocks that a directory of this filesystem can have, less one. */
uint64_t e4_mapper_last_of_directory(const struct e4_mapper *mapper);

#endif
