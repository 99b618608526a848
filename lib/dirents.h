/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * dirents.h --- the names in a block of a directory
 */
#ifndef E4_DIRENTS_H
#define E4_DIRENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inode.h"

/*
 * A name in a directory.
 * @inode:	what it names; within the filesystem, never 0
 * @name:	@len bytes, any of them; points into the block
 */
struct e4_dirent {
	uint32_t inode;
	uint8_t len;
	const uint8_t *name;
};

/*
 * Entries that lie behind each other, which are being read.
 * @data, @size:	where they are
 * @at:		byte of the next one
 * @inodes:	inodes of the filesystem
 * @damaged:	something made no sense: that entry was left out, or all
 *		behind it where its length cannot be right
 */
struct e4_dirents {
	const uint8_t *data;
	size_t size;
	size_t at;
	uint32_t inodes;
	bool damaged;
};

/* Begin with a block, or a part of inline data. */
void e4_dirents_start(struct e4_dirents *dirents, const uint8_t *data,
		      size_t size, uint32_t inodes);

/* The next entry in use, "." and ".." too. Return: false at the end. */
bool e4_dirents_next(struct e4_dirents *dirents, struct e4_dirent *ret_dirent);

/* True for "." and "..". */
bool e4_dirent_is_dots(const struct e4_dirent *dirent);

/* True for "..". */
bool e4_dirent_is_parent(const struct e4_dirent *dirent);

/*
 * A directory kept in its inode. It has neither "." nor "..".
 * @parent:	inode of the directory that it is in
 * @part, @size:	where its entries are: in i_block, and behind the fixed
 *		part of the inode; size 0 where there are none
 * @damaged:	what should have the second part makes no sense
 */
struct e4_inline_dir {
	uint32_t parent;
	const uint8_t *part[2];
	size_t size[2];
	bool damaged;
};

/* Find the parts in @inode, which has inline data. */
void e4_inline_dir_find(const struct e4_inode *inode,
			struct e4_inline_dir *ret_dir);

#endif
