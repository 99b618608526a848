/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * bigalloc.h --- pieces of files in clusters of several blocks
 */
#ifndef E4_BIGALLOC_H
#define E4_BIGALLOC_H

#include "mapper.h"

/*
 * Where the last piece of data ended.
 * @inode:	of this inode; 0 for none
 * @logical:	cluster of the file
 * @cluster:	cluster of the filesystem
 */
struct e4_last_piece {
	uint32_t inode;
	uint64_t logical;
	uint64_t cluster;
};

/*
 * The next piece of data of @inode, with @ratio blocks in a cluster. What is
 * left in @piece has no blocks of a cluster that the file was seen in already,
 * and may be nothing; @last then is where it ended.
 * Return: true if it is not where the file's clusters must be: all of it is
 * then to be counted twice, and left as it is.
 */
bool e4_bigalloc_take(struct e4_last_piece *last, uint32_t ratio,
		      const struct e4_inode *inode, struct e4_piece *piece);

#endif
