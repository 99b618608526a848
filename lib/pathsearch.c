// SPDX-License-Identifier: LGPL-2.0-only
/*
 * pathsearch.c --- read directories, for the names of a few inodes
 *
 * A filesystem may have many more names than fit into memory, so only those
 * that are wanted are kept:
 *
 *  1. All directories are read once, in the order of the inode tables, for the
 *     names of these inodes.
 *  2. From the directories in which these are, ".." leads up to the root: the
 *     first blocks of a few directories are read.
 *  3. Each directory on the way is read for what those below it are called.
 *
 * Memory goes with the number of inodes and of directories above them, and no
 * directory is read more often than once for each of the three, which are a
 * pass each (budget.h). Where ".." is damaged, or names a directory that knows
 * nothing of it, that directory is looked for like the inodes, from 1 on; a
 * few times at most.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>

#include "directory.h"
#include "pool.h"
#include "pathsearch.h"

/* Groups in a job, and times that all directories are read. */
#define JOB_GROUPS 4
#define MOST_ROUNDS 3

/* What a thread works with. @parent: of 2, what ".." says, or 0. */
struct worker {
	struct e4_search *search;
	struct e4_directories reader;
	uint32_t parent;
};

static bool ended(const struct e4_search *search)
{
	return e4_itables_ended(search->tables);
}

static void see_inode(void *context, const struct e4_inode *inode,
		      const struct e4_use *use)
{
	struct worker *worker = context;
	struct e4_search *search = worker->search;
	struct e4_name *it = e4_paths_get(&search->paths, inode->number);

	/* Each inode is seen by one thread only. */
	if (it && it->asked) {
		it->deleted = use->orphan;
		it->internal = search->tables->fs->rules.ea_inode &&
			       (inode->flags & EXT4_EA_INODE_FL);
	}
}

static void see_entry(void *context, const struct e4_inode *dir,
		      const struct e4_dirent *dirent)
{
	struct worker *worker = context;

	e4_paths_learn(&worker->search->paths, dir->number,
		       dir->flags & EXT4_ENCRYPT_FL, dirent);
}

static void see_parent(void *context, const struct e4_inode *dir,
		       const struct e4_dirent *dirent)
{
	struct worker *worker = context;

	(void)dir;
	if (!worker->parent && e4_dirent_is_parent(dirent))
		worker->parent = dirent->inode;
}

static bool prepare(struct worker *worker, struct e4_search *search)
{
	memset(worker, 0, sizeof(*worker));
	worker->search = search;
	if (e4_directories_init(&worker->reader, search->tables) != 0)
		return false;
	worker->reader.entry = see_entry;
	worker->reader.context = worker;
	return true;
}

/* Add up what a thread has seen; each tells it when it ends. */
static void finish(struct worker *worker)
{
	struct e4_search *search = worker->search;

	pthread_mutex_lock(&search->paths.lock);
	search->bytes += worker->reader.bytes;
	search->unread |= worker->reader.unread;
	pthread_mutex_unlock(&search->paths.lock);
	e4_directories_free(&worker->reader);
}

static void *start_worker(void *context)
{
	struct worker *worker = malloc(sizeof(*worker));

	if (worker && !prepare(worker, context)) {
		free(worker);
		return NULL;
	}
	return worker;
}

static void stop_worker(void *state)
{
	finish(state);
	free(state);
}

static void read_groups(void *context, void *state, size_t number)
{
	const struct e4_search *search = context;
	struct worker *worker = state;

	worker->reader.inode = see_inode;
	e4_directories_read(&worker->reader, (uint32_t)number * JOB_GROUPS,
			    e4_pool_end(number, JOB_GROUPS, search->groups));
}

/* Threads that end may say so at the same time. */
static void set_unread(struct e4_search *search)
{
	pthread_mutex_lock(&search->paths.lock);
	search->unread = true;
	pthread_mutex_unlock(&search->paths.lock);
}

static void groups_read(void *context, size_t number, bool finished)
{
	struct e4_search *search = context;
	uint32_t end = e4_pool_end(number, JOB_GROUPS, search->groups);

	if (!finished)
		set_unread(search);
	else if (search->options->progress)
		search->options->progress(search->options->context, end,
					  search->groups);
}

static void read_dir(void *context, void *state, size_t number)
{
	struct e4_search *search = context;
	struct worker *worker = state;

	e4_directory_read(&worker->reader,
			  search->paths.list[search->dirs[number]].inode);
}

static void dir_read(void *context, size_t number, bool finished)
{
	(void)number;
	if (!finished)
		set_unread(context);
}

static int outcome(const struct e4_search *search)
{
	if (search->paths.failed)
		return -ENOMEM;
	return e4_budget_spent(search->tables->budget) ? -ELOOP : 0;
}

static int run(struct e4_search *search, size_t jobs,
	       void (*work)(void *context, void *state, size_t job),
	       void (*done)(void *context, size_t job, bool finished))
{
	struct e4_pool pool = {
		.jobs = jobs, .threads = search->options->threads,
		.cancel = search->options->cancel, .context = search,
		.start = start_worker, .stop = stop_worker, .work = work,
		.done = done,
	};
	int ret = e4_budget_again(search->tables->budget);

	if (!ret)
		ret = e4_pool_run(&pool);
	return ret ? ret : outcome(search);
}

static bool is_nameless(const struct e4_name *it)
{
	return !it->name && !it->asked && it->inode != EXT2_ROOT_INO;
}

/* 1: all directories, for all that have no name and were not asked for. */
static int ask_all(struct e4_search *search)
{
	for (size_t i = 0; i < search->paths.nr; i++) {
		struct e4_name *it = &search->paths.list[i];

		if (is_nameless(it)) {
			it->asked = true;
			it->parent = 0;
		}
	}
	if (search->options->pass)
		search->options->pass(search->options->context,
				      EXT4BM_PASS_PATHS);
	return run(search, (search->groups + JOB_GROUPS - 1) / JOB_GROUPS,
		   read_groups, groups_read);
}

/* 2: the list grows while it is gone through. */
static int climb(struct e4_search *search)
{
	struct e4_paths *paths = &search->paths;
	struct worker worker;

	if (e4_budget_again(search->tables->budget) ||
	    !prepare(&worker, search))
		return -ENOMEM;
	worker.reader.entry = see_parent;
	for (size_t i = 0; i < paths->nr && !ended(search); i++) {
		struct e4_name *it = &paths->list[i];
		uint32_t parent;

		if (is_nameless(it) && !it->parent) {
			worker.parent = 0;
			e4_directory_begin(&worker.reader, it->inode);
			it->parent = worker.parent;
		}
		parent = it->parent;
		if (parent)
			e4_paths_add(paths, parent);
	}
	finish(&worker);
	search->unread |= paths->cut || ended(search);
	return outcome(search);
}

/* 3: each directory that must have one on the way in it. */
static int ask_parents(struct e4_search *search)
{
	struct e4_paths *paths = &search->paths;
	int ret;

	search->nr_dirs = 0;
	search->dirs = calloc(paths->nr + 1, sizeof(*search->dirs));
	if (!search->dirs)
		return -ENOMEM;
	for (size_t i = 0; i < paths->nr; i++) {
		const struct e4_name *it = &paths->list[i];
		struct e4_name *dir = e4_paths_get(paths, it->parent);

		if (!is_nameless(it) || !dir || dir->wanted)
			continue;
		dir->wanted = true;
		search->dirs[search->nr_dirs++] = (size_t)(dir - paths->list);
	}
	ret = run(search, search->nr_dirs, read_dir, dir_read);
	for (size_t i = 0; i < search->nr_dirs; i++)
		paths->list[search->dirs[i]].wanted = false;
	free(search->dirs);
	return ret;
}

static bool any_nameless(const struct e4_search *search)
{
	for (size_t i = 0; i < search->paths.nr; i++)
		if (is_nameless(&search->paths.list[i]))
			return true;
	return false;
}

int e4_search_run(struct e4_search *search)
{
	int ret = 0;

	for (int round = 0; round < MOST_ROUNDS && any_nameless(search) &&
	     !ended(search); round++) {
		ret = ask_all(search);
		if (!ret)
			ret = climb(search);
		if (!ret)
			ret = ask_parents(search);
		if (ret)
			return ret;
	}
	search->unread |= ended(search);
	return 0;
}
