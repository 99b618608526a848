/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * pathsearch.h --- read directories, for the names of a few inodes
 */
#ifndef E4_PATHSEARCH_H
#define E4_PATHSEARCH_H

#include "itable.h"
#include "pathnames.h"

/*
 * A search for names.
 * @tables, @options, @groups:	where, and how
 * @paths:	inodes whose names are wanted; gets these and those above
 * @dirs, @nr_dirs:	private
 * @bytes:	bytes read
 * @unread:	not all names were seen
 */
struct e4_search {
	const struct e4_itables *tables;
	const struct ext4bm_check_options *options;
	struct e4_paths paths;
	size_t *dirs;
	size_t nr_dirs;
	uint32_t groups;
	uint64_t bytes;
	bool unread;
};

/*
 * Find the names of the inodes in @search->paths, and of all directories above
 * them. Return: 0, also when it was ended early; -ELOOP, and no names, if it
 * was made to last; -ENOMEM, -EAGAIN (no thread).
 */
int e4_search_run(struct e4_search *search);

#endif
