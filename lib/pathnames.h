/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * pathnames.h --- what inodes are called, from the root directory on
 */
#ifndef E4_PATHNAMES_H
#define E4_PATHNAMES_H

#include <pthread.h>

#include "dirents.h"

/* Inodes that names are kept of; and bytes of a path. */
#define E4_MOST_NAMES (1U << 18)
#define E4_PATH_BYTES 4096

/*
 * What is known of the name of an inode.
 * @inode:	inode number
 * @parent:	directory that it is in, or 0
 * @name:	what it is called there, or NULL
 * @asked:	all directories are asked for its name, or were; else only
 *		@parent is
 * @wanted:	a directory that names are looked for in; for who looks
 * @deleted:	it waits to be released
 * @internal:	it holds values of attributes: no directory names it
 * @path:	number of the last path that went through it
 */
struct e4_name {
	uint32_t inode;
	uint32_t parent;
	char *name;
	bool asked;
	bool wanted;
	bool deleted;
	bool internal;
	uint32_t path;
};

/*
 * @list:	in the order in which they were added
 * @slots:	index, @nr_slots of them: place in @list and 1, or 0
 * @bytes:	of the paths that were made
 * @made:	paths that were made
 * @cut:	there are more inodes than names are kept of
 * @failed:	memory ran out
 */
struct e4_paths {
	struct e4_name *list;
	size_t nr;
	size_t room;
	uint32_t *slots;
	size_t nr_slots;
	size_t bytes;
	uint32_t made;
	bool cut;
	bool failed;
	pthread_mutex_t lock;
};

void e4_paths_init(struct e4_paths *paths);
void e4_paths_free(struct e4_paths *paths);

/* Add an inode, if it is not there. Not while others use @paths. */
void e4_paths_add(struct e4_paths *paths, uint32_t inode);

/* Return: what is known of an inode; NULL if it was not added. */
struct e4_name *e4_paths_get(const struct e4_paths *paths, uint32_t inode);

/*
 * The directory @dir has an entry. Of several names of an inode that all
 * directories are asked for, the first one in the directory with the lowest
 * number is kept, whatever the order in which they are learned. Safe from
 * several threads.
 * @encrypted:	its names are
 */
void e4_paths_learn(struct e4_paths *paths, uint32_t dir, bool encrypted,
		    const struct e4_dirent *dirent);

/*
 * The path of an inode, freed with free(). Where a directory on the way has
 * no name, is on the way already, or does not fit any more, the path begins
 * with that directory's number instead: "<77>/name".
 *
 * Return: NULL if the inode has no name, or memory ran out.
 */
char *e4_paths_make(struct e4_paths *paths, uint32_t inode);

#endif
