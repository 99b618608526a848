// SPDX-License-Identifier: LGPL-2.0-only
/*
 * naming.c --- read the inodes again, for those who own what was found
 *
 * While all is surveyed nobody knows yet whose clusters will be wanted, and
 * to remember all owners would take too much memory. So the few that matter
 * are looked for in a second reading, which only damaged filesystems need.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>

#include "attach.h"
#include "geometry.h"
#include "naming.h"
#include "pool.h"

/* Groups in a job, and owners that one may find. */
#define JOB_GROUPS 4
#define MOST_HITS (1U << 15)

/* Jobs that may wait with what they found. */
#define JOBS_AHEAD 64

struct hit {
	struct ext4bm_owner owner;
	bool orphan;
};

struct job {
	struct hit *hits;
	size_t nr;
	struct e4_findings unread;
	uint64_t bytes;
	bool cut;
	bool failed;
};

struct pass {
	const struct e4_itables *tables;
	const struct ext4bm_check_options *options;
	struct e4_subjects subjects;
	struct e4_findings *unread;
	struct job *jobs;
	uint32_t groups;
	uint64_t bytes;
	uint64_t done;
	bool cut;
	bool failed;
};

struct worker {
	struct pass *pass;
	struct e4_walker walker;
	struct e4_visitor visitor;
	struct job *job;
	bool orphan;
};

static void add_hit(struct job *job, const struct hit *hit)
{
	size_t nr = job->nr;

	if (nr >= MOST_HITS) {
		job->cut = true;
		return;
	}
	/* Allocated in powers of two: full at 1, 2, 4, ... of them. */
	if ((nr & (nr - 1)) == 0) {
		struct hit *hits = reallocarray(job->hits, nr ? 2 * nr : 1,
						sizeof(*hits));

		if (!hits) {
			job->failed = true;
			return;
		}
		job->hits = hits;
	}
	job->hits[job->nr++] = *hit;
}

static bool see_inode(void *context, const struct e4_inode *inode,
		      const struct e4_use *use)
{
	struct worker *worker = context;
	struct hit hit = {
		.owner = { .inode = inode->number, .mode = inode->mode,
			   .logical = EXT4BM_NO_LOGICAL },
		.orphan = use->orphan,
	};

	worker->orphan = use->orphan;
	if (e4_subjects_inode(&worker->pass->subjects, inode->number))
		add_hit(worker->job, &hit);
	return true;
}

static void see_piece(void *context, const struct e4_inode *inode,
		      const struct e4_piece *piece)
{
	struct worker *worker = context;
	bool data = piece->claim == EXT4BM_CLAIM_DATA;
	struct hit hit = {
		.owner = {
			.claim = piece->claim, .inode = inode->number,
			.mode = inode->mode, .block = piece->block,
			.count = piece->len,
			.logical = data ? piece->logical : EXT4BM_NO_LOGICAL,
		},
		.orphan = worker->orphan,
	};

	if (!e4_claims_touch(&worker->pass->subjects.clusters, piece->block,
			     piece->len))
		return;
	if (inode->number == EXT2_BAD_INO && data) {
		hit.owner.claim = EXT4BM_CLAIM_BAD;
		hit.owner.logical = EXT4BM_NO_LOGICAL;
	}
	add_hit(worker->job, &hit);
}

/* One finding for each group and errno, as long as these follow each other. */
static void note_unread(struct worker *worker, uint32_t first, uint32_t last,
			int error)
{
	uint32_t each = worker->pass->tables->views->geo->inodes_per_group;
	uint32_t group = (first - 1) / each;
	struct e4_findings *unread = &worker->job->unread;
	struct ext4bm_finding *finding =
		unread->nr ? &unread->list[unread->nr - 1] : NULL;

	if (!finding || finding->group != group ||
	    finding->errnum != -error) {
		finding = e4_findings_add(unread, EXT4BM_INODE_UNREADABLE,
					  group);
		finding->item = EXT4BM_ITEM_INODE_TABLE;
		finding->stored = first;
		finding->errnum = -error;
	}
	finding->counted += last - first + 1;
	e4_finding_range(unread, first, last);
}

/* Who could not be asked may be an owner too. */
static void see_trouble(void *context, enum e4_trouble trouble,
			uint32_t first, uint32_t last, int error)
{
	struct worker *worker = context;

	if (trouble != E4_TROUBLE_READ)
		return;
	worker->job->cut = true;
	if (worker->pass->unread)
		note_unread(worker, first, last, error);
}

/* Return: 0, or the negative errno for which a table could not be visited. */
static int visit(struct worker *worker, uint32_t group)
{
	uint32_t each = worker->pass->tables->views->geo->inodes_per_group;
	int ret = e4_itable_visit(&worker->walker, group, &worker->visitor);

	if (ret && ret != -ECANCELED)
		see_trouble(worker, E4_TROUBLE_READ, group * each + 1,
			    (group + 1) * each, ret);
	return ret;
}

static void stop_worker(void *state)
{
	struct worker *worker = state;

	e4_walker_free(&worker->walker);
	free(worker);
}

static void *start_worker(void *context)
{
	struct pass *pass = context;
	struct worker *worker = calloc(1, sizeof(*worker));

	if (!worker)
		return NULL;
	worker->pass = pass;
	worker->visitor = (struct e4_visitor){
		.inode = see_inode, .piece = see_piece,
		.trouble = see_trouble, .context = worker,
	};
	if (e4_walker_init(&worker->walker, pass->tables) == 0)
		return worker;
	free(worker);
	return NULL;
}

static void do_job(void *context, void *state, size_t number)
{
	struct pass *pass = context;
	struct worker *worker = state;
	uint32_t end = e4_pool_end(number, JOB_GROUPS, pass->groups);

	worker->job = &pass->jobs[number];
	worker->walker.bytes = 0;
	for (uint32_t group = (uint32_t)number * JOB_GROUPS; group < end;
	     group++)
		if (visit(worker, group) != 0)
			worker->job->cut = true;
	worker->job->bytes = worker->walker.bytes;
}

static void take_job(void *context, size_t number, bool finished)
{
	struct pass *pass = context;
	struct job *job = &pass->jobs[number];

	for (size_t i = 0; i < job->nr && finished; i++)
		e4_subjects_attach(&pass->subjects, &job->hits[i].owner,
				   job->hits[i].orphan);
	if (pass->unread)
		e4_findings_move(pass->unread, &job->unread, UINT64_MAX);
	pass->cut |= job->cut;
	pass->failed |= job->failed;
	pass->bytes += job->bytes;
	free(job->hits);
	job->hits = NULL;
	pass->done = e4_pool_end(number, JOB_GROUPS, pass->groups);
	if (finished && pass->options->progress)
		pass->options->progress(pass->options->context, pass->done,
					pass->groups);
}

static void attach_fixed(struct pass *pass, enum ext4bm_item item,
			 uint32_t group, uint64_t block, uint64_t count)
{
	const struct ext4bm_geometry *geo = pass->tables->views->geo;
	struct ext4bm_owner owner = {
		.claim = EXT4BM_CLAIM_FIXED, .item = item, .group = group,
		.block = block, .count = count, .logical = EXT4BM_NO_LOGICAL,
	};

	if (count && e4_blocks_inside(geo, block, count))
		e4_subjects_attach(&pass->subjects, &owner, false);
}

static void attach_items(struct pass *pass, uint32_t group)
{
	const struct e4_views *views = pass->tables->views;
	struct e4_base base;
	struct e4_gd gd;

	if (e4_group_base(views->geo, group, &base)) {
		attach_fixed(pass, EXT4BM_ITEM_SUPERBLOCK, group,
			     base.superblock, base.has_super);
		attach_fixed(pass, EXT4BM_ITEM_DESCRIPTORS, group,
			     base.descriptors, base.nr_descriptors);
		attach_fixed(pass, EXT4BM_ITEM_RESERVED_GDT, group,
			     base.descriptors + base.nr_descriptors,
			     base.nr_reserved);
	}
	if (e4_table_get(views->table, views->geo, NULL, group, &gd) != 0)
		return;
	for (enum ext4bm_item item = EXT4BM_ITEM_BLOCK_BITMAP;
	     item <= EXT4BM_ITEM_INODE_TABLE; item++)
		attach_fixed(pass, item, group, e4_item_block(&gd, item),
			     e4_item_blocks(views->geo, item));
}

static int run(struct pass *pass)
{
	struct e4_pool pool = {
		.jobs = (pass->groups + JOB_GROUPS - 1) / JOB_GROUPS,
		.threads = pass->options->threads, .ahead = JOBS_AHEAD,
		.cancel = pass->options->cancel, .context = pass,
		.start = start_worker, .stop = stop_worker, .work = do_job,
		.done = take_job,
	};
	int ret;

	pass->jobs = calloc(pool.jobs + 1, sizeof(*pass->jobs));
	if (!pass->jobs || e4_budget_again(pass->tables->budget) != 0) {
		free(pass->jobs);
		return -ENOMEM;
	}
	for (uint32_t group = 0; group < pass->groups; group++)
		attach_items(pass, group);
	attach_fixed(pass, EXT4BM_ITEM_MMP, 0,
		     pass->tables->fs->rules.mmp_block,
		     pass->tables->fs->rules.mmp_block != 0);
	ret = e4_pool_run(&pool);
	for (size_t i = 0; i < pool.jobs; i++)
		free(pass->jobs[i].hits);
	free(pass->jobs);
	e4_subjects_finish(&pass->subjects, pass->cut);
	if (pass->failed || pass->subjects.failed)
		return -ENOMEM;
	if (ret || !e4_budget_spent(pass->tables->budget))
		return ret;
	/* Who was found goes by which thread was faster. */
	e4_subjects_forget(&pass->subjects);
	return -ELOOP;
}

int e4_naming_find(const struct e4_itables *tables,
		   const struct ext4bm_check_options *options,
		   struct e4_findings *findings, struct e4_findings *unread,
		   uint64_t *ret_bytes)
{
	struct pass pass = {
		.tables = tables, .options = options, .unread = unread,
		.groups = tables->views->table->groups,
	};
	int ret = e4_subjects_init(&pass.subjects, tables->views->geo,
				   pass.groups, findings);

	if (!ret && pass.subjects.nr) {
		if (options->pass)
			options->pass(options->context, EXT4BM_PASS_NAMES);
		ret = run(&pass);
		*ret_bytes += pass.bytes;
	}
	e4_subjects_free(&pass.subjects);
	return ret;
}
