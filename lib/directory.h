/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * directory.h --- read directories
 */
#ifndef E4_DIRECTORY_H
#define E4_DIRECTORY_H

#include "dirents.h"
#include "itable.h"

/*
 * What a thread needs to read directories.
 * @inode:	called for each inode that is seen, in use or an orphan; may be
 *		NULL
 * @entry:	called for each entry of a directory, in the order in which they
 *		lie in it, "." and ".." too
 * @context:	given to both
 * @bytes:	bytes read so far
 * @unread:	something could not be read, or made no sense: there may be
 *		names that were not seen
 * @walker, @visitor, @buffer, @first:	private
 */
struct e4_directories {
	void (*inode)(void *context, const struct e4_inode *inode,
		      const struct e4_use *use);
	void (*entry)(void *context, const struct e4_inode *dir,
		      const struct e4_dirent *dirent);
	void *context;
	uint64_t bytes;
	bool unread;
	struct e4_walker walker;
	struct e4_visitor visitor;
	uint8_t *buffer;
	bool first;
};

/*
 * Prepare, and set the functions then; freed with e4_directories_free().
 * Return: 0 or -ENOMEM.
 */
int e4_directories_init(struct e4_directories *reader,
			const struct e4_itables *tables);

void e4_directories_free(struct e4_directories *reader);

/* Read all directories whose inodes are in groups [@first, @end). */
void e4_directories_read(struct e4_directories *reader, uint32_t first,
			 uint32_t end);

/* Read one directory, if the inode is one. */
void e4_directory_read(struct e4_directories *reader, uint32_t number);

/* The same, of its first block alone, which has "..". */
void e4_directory_begin(struct e4_directories *reader, uint32_t number);

#endif
