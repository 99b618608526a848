/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * orphans.h --- deleted files that wait to be released
 *
 * A file that is deleted while it is open keeps its inode and its blocks; a
 * list in the filesystem remembers it, so that the next mount after a crash
 * can release them.
 */
#ifndef E4_ORPHANS_H
#define E4_ORPHANS_H

#include "itable.h"

/*
 * Inodes on the list.
 * @list:	sorted, each once
 * @unread:	inode at which reading the list failed, or 0
 * @error:	with @unread: the negative errno
 */
struct e4_orphans {
	uint32_t *list;
	size_t nr;
	size_t room;
	uint32_t unread;
	int error;
};

/*
 * Read the list, as far as it makes sense; freed with e4_orphans_free(). A
 * list that is damaged counts up to where it is. Return: 0 or -ENOMEM.
 */
int e4_orphans_read(struct e4_orphans *orphans,
		    const struct e4_itables *tables);

void e4_orphans_free(struct e4_orphans *orphans);

/*
 * Add the inodes that a block of an orphan file names. @inodes is the number
 * of inodes of the filesystem. Return: 0; -EINVAL no such block; -ENOMEM.
 */
int e4_orphans_add_block(struct e4_orphans *orphans, const void *block,
			 uint32_t size, uint32_t inodes);

#endif
