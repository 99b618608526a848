// SPDX-License-Identifier: LGPL-2.0-only
/*
 * pathfind.c --- paths for those who own what was found
 *
 * Decides who can have one, and why one who could has none.
 */
#include "config.h"

#include <errno.h>

#include <ext2fs/ext2_fs.h>

#include "pathfind.h"
#include "pathsearch.h"

/* Reserved inodes and files of the filesystem itself have no names. */
static bool is_internal(const struct e4_search *search, uint32_t inode)
{
	const struct e4_rules *rules = &search->tables->fs->rules;

	return (inode < rules->first_inode && inode != EXT2_ROOT_INO) ||
	       inode == rules->journal || inode == rules->user_quota ||
	       inode == rules->group_quota || inode == rules->project_quota ||
	       inode == rules->orphan_file;
}

/* Why an inode has no name. */
static enum ext4bm_nameless reason(const struct e4_search *search,
				   uint32_t inode)
{
	const struct e4_name *it = e4_paths_get(&search->paths, inode);

	if (it ? it->internal : is_internal(search, inode))
		return EXT4BM_NAMELESS_INTERNAL;
	if (it && it->deleted)
		return EXT4BM_NAMELESS_DELETED;
	return search->unread ? EXT4BM_NAMELESS_UNREAD
			      : EXT4BM_NAMELESS;
}

static void each_owner(struct e4_search *search, struct e4_findings *findings,
		       void (*visit)(struct e4_search *search,
				     struct ext4bm_owner *owner))
{
	for (size_t i = 0; i < findings->nr; i++)
		for (size_t j = 0; j < findings->list[i].nr_owners; j++)
			if (findings->list[i].owners[j].inode)
				visit(search, &findings->list[i].owners[j]);
}

static void want(struct e4_search *search, struct ext4bm_owner *owner)
{
	if (!is_internal(search, owner->inode))
		e4_paths_add(&search->paths, owner->inode);
}

static void give(struct e4_search *search, struct ext4bm_owner *owner)
{
	owner->path = e4_paths_make(&search->paths, owner->inode);
	if (!owner->path)
		owner->nameless = reason(search, owner->inode);
}

int e4_pathfind(const struct e4_itables *tables,
		const struct ext4bm_check_options *options,
		struct e4_findings *findings, uint64_t *ret_bytes)
{
	struct e4_search search = {
		.tables = tables, .options = options,
		.groups = tables->views->table->groups,
	};
	int ret = 0;

	if (!options->paths)
		return 0;
	e4_paths_init(&search.paths);
	each_owner(&search, findings, want);
	if (!search.paths.failed)
		ret = e4_search_run(&search);
	/* The names are those that the fastest thread found: nobody's. */
	if (ret == -ELOOP) {
		e4_paths_free(&search.paths);
		e4_paths_init(&search.paths);
		search.unread = true;
		ret = 0;
	}
	if (!ret)
		each_owner(&search, findings, give);
	if (search.paths.failed)
		ret = -ENOMEM;
	*ret_bytes += search.bytes;
	e4_paths_free(&search.paths);
	return ret;
}
