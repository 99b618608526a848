// SPDX-License-Identifier: LGPL-2.0-only
/*
 * scan.c --- look at many groups with several threads
 *
 * The groups are cut into chunks, which the threads of a pool look at; what
 * they found is collected in the order of the groups.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"
#include "scan.h"

/*
 * @chunks:	what the groups were cut into
 * @findings, @tally, @sums:	where the results go
 * @done, @wanted:	groups
 */
struct scan {
	const struct ext4bm *fs;
	const struct e4_views *views;
	const struct ext4bm_check_options *options;
	struct e4_chunk *chunks;
	struct e4_findings *findings;
	struct e4_tally *tally;
	struct e4_sums *sums;
	uint64_t done;
	uint64_t wanted;
};

static void *start_reader(void *context)
{
	struct e4_reader *reader = calloc(1, sizeof(*reader));

	(void)context;
	if (reader && e4_reader_init(reader) != 0) {
		free(reader);
		return NULL;
	}
	return reader;
}

static void stop_reader(void *state)
{
	e4_reader_free(state);
	free(state);
}

static void check_chunk(void *context, void *state, size_t number)
{
	struct scan *scan = context;

	e4_chunk_check(scan->fs, scan->views, state, &scan->chunks[number]);
}

static void add_sums(struct e4_sums *to, const struct e4_sums *from)
{
	to->totals.gd_free_clusters += from->totals.gd_free_clusters;
	to->totals.gd_free_inodes += from->totals.gd_free_inodes;
	to->totals.free_clusters += from->totals.free_clusters;
	to->totals.free_inodes += from->totals.free_inodes;
	to->totals.complete &= from->totals.complete;
	to->gd_complete &= from->gd_complete;
	to->groups += from->groups;
	to->uninit += from->uninit;
	to->bytes_read += from->bytes_read;
}

static void collect(void *context, size_t number, bool finished)
{
	struct scan *scan = context;
	struct e4_chunk *chunk = &scan->chunks[number];

	if (!finished) {
		scan->sums->totals.complete = false;
		scan->sums->gd_complete = false;
		return;
	}
	e4_tally_add(scan->tally, &chunk->findings, 0);
	e4_findings_move(scan->findings, &chunk->findings,
			 scan->options->max_findings - scan->findings->nr);
	add_sums(scan->sums, &chunk->sums);
	scan->done += chunk->end - chunk->first;
	if (scan->options->progress)
		scan->options->progress(scan->options->context, scan->done,
					scan->wanted);
}

/* Cut the ranges asked for, as far as the table reaches, into chunks. */
static size_t cut(const struct ext4bm_check_options *options, uint32_t groups,
		  struct e4_chunk *chunks, uint64_t *wanted)
{
	size_t nr = 0;

	for (size_t i = 0; i < options->nr_groups; i++) {
		uint64_t first = options->groups[i].first;
		uint64_t end = options->groups[i].last + 1;

		if (end > groups)
			end = groups;
		while (first < end) {
			uint64_t len = end - first;

			if (len > E4_CHUNK_GROUPS)
				len = E4_CHUNK_GROUPS;
			if (chunks)
				chunks[nr] = (struct e4_chunk){
					.first = (uint32_t)first,
					.end = (uint32_t)(first + len),
				};
			nr++;
			first += len;
			*wanted += len;
		}
	}
	return nr;
}

int e4_scan(const struct ext4bm *fs, const struct e4_views *views,
	    const struct ext4bm_check_options *options,
	    struct e4_findings *findings, struct e4_tally *tally,
	    struct e4_sums *sums)
{
	struct scan scan = {
		.fs = fs, .views = views, .options = options,
		.findings = findings, .tally = tally, .sums = sums,
	};
	struct e4_pool pool = {
		.threads = options->threads, .cancel = options->cancel,
		.context = &scan, .start = start_reader, .stop = stop_reader,
		.work = check_chunk, .done = collect,
	};
	int ret;

	memset(sums, 0, sizeof(*sums));
	sums->totals.complete = true;
	sums->gd_complete = true;
	pool.jobs = cut(options, views->table->groups, NULL, &scan.wanted);
	scan.chunks = calloc(pool.jobs + 1, sizeof(*scan.chunks));
	if (!scan.chunks)
		return -ENOMEM;
	scan.wanted = 0;
	cut(options, views->table->groups, scan.chunks, &scan.wanted);
	ret = e4_pool_run(&pool);
	for (size_t i = 0; i < pool.jobs; i++)
		e4_findings_free(&scan.chunks[i].findings);
	free(scan.chunks);
	return findings->failed ? -ENOMEM : ret;
}
