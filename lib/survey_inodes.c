// SPDX-License-Identifier: LGPL-2.0-only
/*
 * survey_inodes.c --- read all inodes, group by group, with several threads
 *
 * Each group's inode bitmap is compared as soon as its table was read; what
 * its inodes own goes into sets that all threads share.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>

#include "bigalloc.h"
#include "bitmap.h"
#include "pool.h"
#include "survey.h"

/* Groups in a job: some MiB of inode tables. */
#define JOB_GROUPS 4

/* Troubles of one group that are told apart. */
#define MOST_TROUBLES 4096

struct trouble {
	enum e4_trouble trouble;
	uint32_t first;
	uint32_t last;
	int error;
};

/* The groups [@first, @end) and what was found there. */
struct job {
	uint32_t first;
	uint32_t end;
	struct e4_findings findings;
	uint64_t inodes_used;
	uint64_t bytes;
};

struct pass {
	struct e4_survey *survey;
	struct e4_results *results;
	struct job *jobs;
	uint64_t done;
};

/* What a thread works with. */
struct worker {
	struct e4_survey *survey;
	struct e4_walker walker;
	struct e4_visitor visitor;
	struct e4_group_inodes inodes;
	uint8_t *maps;
	uint8_t *bitmap;
	uint8_t *diff;
	uint32_t before;
	struct e4_last_piece last;
	struct trouble *troubles;
	size_t nr_troubles;
	struct job *job;
};

static void set_incomplete(struct e4_survey *survey)
{
	__atomic_store_n(&survey->incomplete, true, __ATOMIC_RELAXED);
}

static void mark(uint8_t *map, const struct worker *worker, uint32_t number)
{
	uint32_t bit = number - worker->before - 1;

	map[bit / 8] |= (uint8_t)(1U << bit % 8);
}

static void see_trouble(void *context, enum e4_trouble trouble,
			uint32_t first, uint32_t last, int error);

/*
 * What could not be read when the survey began can perhaps be read now: then
 * this is the place to say that it was missed.
 */
static void report_early(struct worker *worker, uint32_t number)
{
	const struct e4_survey *survey = worker->survey;
	const struct e4_orphans *orphans = &survey->orphans;

	if (number == EXT2_BAD_INO && survey->bad_error)
		see_trouble(worker, survey->bad_error == -EUCLEAN ?
			    E4_TROUBLE_INVALID : E4_TROUBLE_READ, number,
			    number, survey->bad_error == -EUCLEAN ? 0 :
			    survey->bad_error);
	if (number == orphans->unread)
		see_trouble(worker, E4_TROUBLE_READ, number, number,
			    orphans->error);
}

static bool see_inode(void *context, const struct e4_inode *inode,
		      const struct e4_use *use)
{
	struct worker *worker = context;
	struct e4_group_inodes *inodes = &worker->inodes;

	if (use->orphan) {
		mark(inodes->orphans, worker, inode->number);
		inodes->nr_orphans++;
		inodes->orphan_directories += use->directory;
	} else {
		mark(inodes->used, worker, inode->number);
		inodes->nr_used++;
		inodes->directories += use->directory;
	}
	report_early(worker, inode->number);
	/* Bad blocks were claimed before all others. */
	return inode->number != EXT2_BAD_INO;
}

/* Two deleted files; that is a finding once they are released. */
static void orphaned_twice(void *context, uint32_t group, uint32_t first,
			   uint32_t end)
{
	struct e4_survey *survey = context;

	(void)group, (void)first, (void)end;
	e4_budget_claimed(&survey->budget);
}

/* Clusters that somebody has already: fixed metadata, or another inode. */
static void claimed_twice(void *context, uint32_t group, uint32_t first,
			  uint32_t end)
{
	struct e4_survey *survey = context;
	struct e4_owned *owned = &survey->owned;
	struct e4_run fixed;

	while (first < end) {
		bool any = e4_claims_next(&owned->fixed, group, first, end,
					  &fixed);
		uint32_t until = any ? fixed.first : end;

		if (any || !survey->fs->rules.shared_blocks)
			e4_budget_claimed(&survey->budget);
		if (!survey->fs->rules.shared_blocks)
			e4_claims_add(&owned->shared, group, first, until,
				      NULL, NULL);
		if (any)
			e4_claims_add(&owned->invaded, group, fixed.first,
				      fixed.end, NULL, NULL);
		first = any ? fixed.end : end;
	}
}

static void seen_before(void *context, uint32_t group, uint32_t first,
			uint32_t end)
{
	(void)group, (void)first, (void)end;
	*(bool *)context = true;
}

static void claim(struct e4_survey *survey, const struct e4_piece *piece)
{
	e4_claims_add_blocks(&survey->owned.claimed, piece->block, piece->len,
			     claimed_twice, survey);
}

static void see_piece(void *context, const struct e4_inode *inode,
		      const struct e4_piece *given)
{
	struct worker *worker = context;
	struct e4_survey *survey = worker->survey;
	struct e4_piece piece = *given;
	uint32_t bit = inode->number - worker->before - 1;
	bool seen = false, misplaced = false;

	if (piece.claim == EXT4BM_CLAIM_DATA &&
	    survey->views->geo->cluster_ratio > 1)
		misplaced = e4_bigalloc_take(&worker->last,
					     survey->views->geo->cluster_ratio,
					     inode, &piece);
	if (e4_bitmap_has(worker->inodes.orphans, bit)) {
		e4_claims_add_blocks(&survey->owned.orphaned, piece.block,
				     piece.len, orphaned_twice, survey);
		return;
	}
	if (piece.claim == EXT4BM_CLAIM_XATTR)
		e4_claims_add_blocks(&survey->xattrs, piece.block, piece.len,
				     seen_before, &seen);
	if (!seen)
		claim(survey, &piece);
	if (misplaced)
		claim(survey, &piece);
}

static void see_trouble(void *context, enum e4_trouble trouble,
			uint32_t first, uint32_t last, int error)
{
	struct worker *worker = context;
	struct e4_group_inodes *inodes = &worker->inodes;
	struct trouble *before =
		worker->nr_troubles ?
		&worker->troubles[worker->nr_troubles - 1] : NULL;

	set_incomplete(worker->survey);
	for (uint32_t i = first; i <= last; i++) {
		uint32_t bit = i - worker->before - 1;

		if (trouble == E4_TROUBLE_INVALID ||
		    e4_bitmap_has(inodes->used, bit))
			continue;
		mark(trouble == E4_TROUBLE_BAD_BLOCK ? inodes->used
						     : inodes->unknown,
		     worker, i);
		inodes->nr_used += trouble == E4_TROUBLE_BAD_BLOCK;
		inodes->nr_unknown += trouble == E4_TROUBLE_READ;
	}
	if (trouble == E4_TROUBLE_BAD_BLOCK)
		return;
	if (before && before->trouble == trouble && before->error == error &&
	    first <= before->last + 1) {
		before->last = last;
	} else if (worker->nr_troubles < MOST_TROUBLES) {
		worker->troubles[worker->nr_troubles++] =
			(struct trouble){ trouble, first, last, error };
	}
}

static int compare_troubles(const void *a, const void *b)
{
	const struct trouble *x = a, *y = b;

	if (x->trouble != y->trouble)
		return (int)x->trouble - (int)y->trouble;
	if (x->error != y->error)
		return x->error < y->error ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

/* One finding for each kind and errno. */
static void report_troubles(struct worker *worker, uint32_t group)
{
	struct e4_findings *findings = &worker->job->findings;
	struct ext4bm_finding *finding = NULL;
	const struct trouble *before = NULL;

	if (worker->nr_troubles > 1)
		qsort(worker->troubles, worker->nr_troubles,
		      sizeof(*worker->troubles), compare_troubles);
	for (size_t i = 0; i < worker->nr_troubles; i++) {
		const struct trouble *it = &worker->troubles[i];

		if (!before || before->trouble != it->trouble ||
		    before->error != it->error) {
			finding = e4_findings_add(
				findings, it->trouble == E4_TROUBLE_READ ?
				EXT4BM_INODE_UNREADABLE :
				EXT4BM_INODE_INVALID, group);
			finding->item = EXT4BM_ITEM_INODE_TABLE;
			finding->stored = it->first;
			finding->errnum = -it->error;
		}
		finding->counted += it->last - it->first + 1;
		e4_finding_range(findings, it->first, it->last);
		before = it;
	}
}

/*
 * Inodes that a group's descriptor calls never used, but its bitmap used, own
 * what nobody knows, wherever that is: also in a group that is compared.
 */
static void look_for_hidden(struct worker *worker, uint32_t group,
			    const struct e4_gd *gd)
{
	struct e4_survey *survey = worker->survey;
	uint32_t nr = survey->views->geo->inodes_per_group;
	uint32_t looked = e4_itable_used(survey->views->geo, gd);
	struct e4_findings elsewhere = { 0 };
	uint64_t offset;

	if (looked == nr)
		return;
	if (!e4_survey_bitmap(survey, group, gd, EXT4BM_ITEM_INODE_BITMAP,
			      worker->bitmap, &offset, &elsewhere) ||
	    e4_bitmap_clear(worker->bitmap, looked, nr) < nr - looked)
		set_incomplete(survey);
	e4_findings_free(&elsewhere);
}

static void compare_group(struct worker *worker, uint32_t group)
{
	struct e4_survey *survey = worker->survey;
	const struct ext4bm_geometry *geo = survey->views->geo;
	struct e4_group_inodes *inodes = &worker->inodes;
	struct e4_findings *findings = &worker->job->findings;
	uint64_t offset;
	struct e4_gd gd;
	uint32_t nr;

	if (e4_table_get(survey->views->table, geo, &survey->fs->csum, group,
			 &gd) != 0)
		return;
	if (!e4_bitmap_has(survey->wanted, group)) {
		look_for_hidden(worker, group, &gd);
		return;
	}
	survey->free_inodes[group] = inodes->nr_unknown ? E4_NOT_KNOWN :
				     geo->inodes_per_group - inodes->nr_used;
	inodes->looked = e4_itable_used(geo, &gd);
	if (e4_survey_bitmap(survey, group, &gd, EXT4BM_ITEM_INODE_BITMAP,
			     worker->bitmap, &offset, findings)) {
		nr = geo->inodes_per_group;
		inodes->hidden = nr - inodes->looked -
				 e4_bitmap_clear(worker->bitmap,
						 inodes->looked, nr);
		e4_compare_owned_inodes(survey->views, group, &gd, inodes,
					worker->bitmap, offset, worker->diff,
					findings);
	} else if (inodes->looked < geo->inodes_per_group) {
		set_incomplete(survey);
	}
	e4_compare_directories(survey->views, group, &gd, inodes, findings);
	/* Inodes that are not looked at own what nobody knows. */
	if (inodes->hidden)
		set_incomplete(survey);
}

static void look_at(struct worker *worker, uint32_t group)
{
	const struct ext4bm_geometry *geo = worker->survey->views->geo;
	uint32_t bytes = geo->block_size;
	int ret;

	memset(worker->maps, 0, 3 * (size_t)bytes);
	worker->inodes = (struct e4_group_inodes){
		.used = worker->maps, .orphans = worker->maps + bytes,
		.unknown = worker->maps + 2 * (size_t)bytes,
		.orphans_cut = worker->survey->orphans.unread != 0,
	};
	worker->before = group * geo->inodes_per_group;
	worker->last.inode = 0;
	worker->nr_troubles = 0;
	ret = e4_itable_visit(&worker->walker, group, &worker->visitor);
	if (ret == -ECANCELED)
		return;
	if (ret == -ENXIO)
		see_trouble(worker, E4_TROUBLE_READ, worker->before + 1,
			    worker->before + geo->inodes_per_group, ret);
	/* Of a descriptor that was not read there is a finding already. */
	if (ret)
		set_incomplete(worker->survey);
	worker->job->inodes_used += worker->inodes.nr_used;
	compare_group(worker, group);
	report_troubles(worker, group);
}

static void stop_worker(void *state)
{
	struct worker *worker = state;

	e4_walker_free(&worker->walker);
	free(worker->maps);
	free(worker->bitmap);
	free(worker->troubles);
	free(worker);
}

static void *start_worker(void *context)
{
	struct pass *pass = context;
	struct e4_survey *survey = pass->survey;
	uint32_t size = survey->views->geo->block_size;
	struct worker *worker = calloc(1, sizeof(*worker));

	if (!worker)
		return NULL;
	worker->survey = survey;
	worker->visitor = (struct e4_visitor){
		see_inode, see_piece, see_trouble, worker,
	};
	worker->maps = malloc(3 * (size_t)size);
	worker->bitmap = malloc(2 * (size_t)size);
	worker->troubles = calloc(MOST_TROUBLES, sizeof(*worker->troubles));
	if (worker->maps && worker->bitmap && worker->troubles &&
	    e4_walker_init(&worker->walker, &survey->tables) == 0) {
		worker->diff = worker->bitmap + size;
		return worker;
	}
	stop_worker(worker);
	return NULL;
}

static void do_job(void *context, void *state, size_t number)
{
	struct pass *pass = context;
	struct worker *worker = state;

	worker->job = &pass->jobs[number];
	worker->walker.bytes = 0;
	for (uint32_t group = worker->job->first; group < worker->job->end;
	     group++)
		look_at(worker, group);
	worker->job->bytes = worker->walker.bytes;
	e4_findings_sort(&worker->job->findings);
}

static void take_job(void *context, size_t number, bool finished)
{
	struct pass *pass = context;
	const struct ext4bm_check_options *options = pass->survey->options;
	struct e4_results *results = pass->results;
	struct job *job = &pass->jobs[number];

	if (!finished)
		return;
	e4_tally_add(results->tally, &job->findings, 0);
	e4_findings_move(results->findings, &job->findings,
			 options->max_findings - results->findings->nr);
	results->sums->inodes_used += job->inodes_used;
	results->sums->table_bytes += job->bytes;
	pass->done += job->end - job->first;
	if (options->progress)
		options->progress(options->context, pass->done,
				  pass->survey->views->table->groups);
}

int e4_survey_inodes(struct e4_survey *survey, struct e4_results *results)
{
	uint32_t groups = survey->views->table->groups;
	struct pass pass = { .survey = survey, .results = results };
	struct e4_pool pool = {
		.jobs = (groups + JOB_GROUPS - 1) / JOB_GROUPS,
		.threads = survey->options->threads,
		.cancel = survey->options->cancel, .context = &pass,
		.start = start_worker, .stop = stop_worker, .work = do_job,
		.done = take_job,
	};
	int ret;

	pass.jobs = calloc(pool.jobs + 1, sizeof(*pass.jobs));
	if (!pass.jobs || e4_budget_again(&survey->budget) != 0) {
		free(pass.jobs);
		return -ENOMEM;
	}
	for (size_t i = 0; i < pool.jobs; i++) {
		pass.jobs[i].first = (uint32_t)i * JOB_GROUPS;
		pass.jobs[i].end = pass.jobs[i].first + JOB_GROUPS < groups ?
				   pass.jobs[i].first + JOB_GROUPS : groups;
	}
	ret = e4_pool_run(&pool);
	for (size_t i = 0; i < pool.jobs; i++)
		e4_findings_free(&pass.jobs[i].findings);
	free(pass.jobs);
	/* Groups without a descriptor have inodes too. */
	if (groups < survey->views->geo->groups)
		survey->incomplete = true;
	survey->owned.complete = !survey->incomplete;
	if (survey->owned.claimed.failed || survey->owned.shared.failed ||
	    survey->owned.invaded.failed || survey->owned.orphaned.failed ||
	    survey->owned.fixed.failed || survey->xattrs.failed ||
	    survey->bad.failed || survey->budget.seen.failed ||
	    results->findings->failed)
		return -ENOMEM;
	return !ret && e4_budget_spent(&survey->budget) ? -ELOOP : ret;
}
