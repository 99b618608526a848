// SPDX-License-Identifier: LGPL-2.0-only
/*
 * survey_clusters.c --- compare the block bitmaps with what is owned
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bitmap.h"
#include "pool.h"
#include "survey.h"

/* Groups in a job. */
#define JOB_GROUPS 64

struct pass {
	struct e4_survey *survey;
	struct e4_results *results;
	struct e4_findings *jobs;
	uint64_t done;
};

static void *start_worker(void *context)
{
	const struct pass *pass = context;

	/* A bitmap, and room to compare it in. */
	return malloc(3 * (size_t)pass->survey->views->geo->block_size);
}

static void compare_group(const struct e4_survey *survey, uint32_t group,
			  uint8_t *room, struct e4_findings *findings)
{
	const struct ext4bm_geometry *geo = survey->views->geo;
	struct e4_gd gd = { 0 };
	uint64_t offset;

	if (e4_table_get(survey->views->table, geo, &survey->fs->csum, group,
			 &gd) != 0) {
		e4_compare_owners(survey->views, group, &gd, &survey->owned,
				  findings);
		return;
	}
	if (e4_survey_bitmap(survey, group, &gd, EXT4BM_ITEM_BLOCK_BITMAP,
			     room, &offset, findings))
		e4_compare_owned_clusters(survey->views, group, &gd,
					  &survey->owned, room, offset,
					  room + geo->block_size, findings);
	e4_compare_owners(survey->views, group, &gd, &survey->owned,
			  findings);
}

static void do_job(void *context, void *state, size_t number)
{
	struct pass *pass = context;
	uint32_t groups = pass->survey->views->table->groups;
	uint32_t end = e4_pool_end(number, JOB_GROUPS, groups);

	for (uint32_t group = (uint32_t)number * JOB_GROUPS; group < end;
	     group++)
		if (e4_bitmap_has(pass->survey->wanted, group))
			compare_group(pass->survey, group, state,
				      &pass->jobs[number]);
	e4_findings_sort(&pass->jobs[number]);
}

static void take_job(void *context, size_t number, bool finished)
{
	struct pass *pass = context;
	const struct ext4bm_check_options *options = pass->survey->options;
	struct e4_results *results = pass->results;

	if (!finished)
		return;
	e4_tally_add(results->tally, &pass->jobs[number], 0);
	e4_findings_move(results->findings, &pass->jobs[number],
			 options->max_findings - results->findings->nr);
	pass->done = e4_pool_end(number, JOB_GROUPS,
				 pass->survey->views->table->groups);
	if (options->progress)
		options->progress(options->context, pass->done,
				  pass->survey->views->table->groups);
}

int e4_survey_clusters(struct e4_survey *survey, struct e4_results *results)
{
	struct pass pass = { .survey = survey, .results = results };
	uint32_t groups = survey->views->table->groups;
	struct e4_pool pool = {
		.jobs = (size_t)groups / JOB_GROUPS +
			(groups % JOB_GROUPS != 0),
		.threads = survey->options->threads,
		.cancel = survey->options->cancel, .context = &pass,
		.start = start_worker, .stop = free, .work = do_job,
		.done = take_job,
	};
	int ret;

	pass.jobs = calloc(pool.jobs + 1, sizeof(*pass.jobs));
	if (!pass.jobs)
		return -ENOMEM;
	ret = e4_pool_run(&pool);
	for (size_t i = 0; i < pool.jobs; i++)
		e4_findings_free(&pass.jobs[i]);
	free(pass.jobs);
	return results->findings->failed ? -ENOMEM : ret;
}
