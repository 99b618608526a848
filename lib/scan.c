// SPDX-License-Identifier: LGPL-2.0-only
/*
 * scan.c --- look at many groups with several threads
 *
 * The groups are cut into chunks; each thread takes the next chunk that
 * nobody has. The calling thread collects finished chunks in the order of
 * the groups, which is why the report does not depend on the threads.
 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan.h"

/* Threads that are chosen, and threads that may be asked for. */
#define DEFAULT_THREADS 4
#define MAX_THREADS 64

/*
 * @next:	first chunk that no thread has taken
 * @running:	threads that may still take one
 */
struct scan {
	const struct ext4bm *fs;
	const struct e4_views *views;
	const struct ext4bm_check_options *options;
	struct e4_chunk *chunks;
	size_t nr_chunks;
	size_t next;
	unsigned int running;
	pthread_mutex_t lock;
	pthread_cond_t finished;
};

static bool cancelled(const struct scan *scan)
{
	return scan->options->cancel && *scan->options->cancel;
}

static struct e4_chunk *take(struct scan *scan)
{
	struct e4_chunk *chunk = NULL;

	pthread_mutex_lock(&scan->lock);
	if (scan->next < scan->nr_chunks && !cancelled(scan))
		chunk = &scan->chunks[scan->next++];
	pthread_mutex_unlock(&scan->lock);
	return chunk;
}

static void give_back(struct scan *scan, struct e4_chunk *chunk)
{
	pthread_mutex_lock(&scan->lock);
	if (chunk)
		chunk->done = true;
	else
		scan->running--;
	pthread_cond_signal(&scan->finished);
	pthread_mutex_unlock(&scan->lock);
}

static void *work(void *data)
{
	struct scan *scan = data;
	struct e4_reader reader = { 0 };
	struct e4_chunk *chunk;

	if (e4_reader_init(&reader) == 0)
		while ((chunk = take(scan))) {
			e4_chunk_check(scan->fs, scan->views, &reader, chunk);
			give_back(scan, chunk);
		}
	e4_reader_free(&reader);
	give_back(scan, NULL);
	return NULL;
}

/* Wait for a chunk. Return: false if nobody will ever finish it. */
static bool wait_for(struct scan *scan, const struct e4_chunk *chunk)
{
	bool done;

	pthread_mutex_lock(&scan->lock);
	while (!chunk->done && scan->running > 0)
		pthread_cond_wait(&scan->finished, &scan->lock);
	done = chunk->done;
	pthread_mutex_unlock(&scan->lock);
	return done;
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

static void collect(struct scan *scan, struct e4_findings *findings,
		    struct e4_tally *tally, struct e4_sums *sums,
		    uint64_t wanted)
{
	uint64_t done = 0;

	for (size_t i = 0; i < scan->nr_chunks; i++) {
		struct e4_chunk *chunk = &scan->chunks[i];

		if (!wait_for(scan, chunk)) {
			sums->totals.complete = false;
			sums->gd_complete = false;
			continue;
		}
		e4_tally_add(tally, &chunk->findings, 0);
		e4_findings_move(findings, &chunk->findings,
				 scan->options->max_findings - findings->nr);
		add_sums(sums, &chunk->sums);
		done += chunk->end - chunk->first;
		if (scan->options->progress)
			scan->options->progress(scan->options->context, done,
						wanted);
	}
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

static unsigned int choose_threads(const struct scan *scan)
{
	unsigned int threads = scan->options->threads;

	if (threads == 0)
		threads = DEFAULT_THREADS;
	if (threads > MAX_THREADS)
		threads = MAX_THREADS;
	return threads < scan->nr_chunks ? threads
					 : (unsigned int)scan->nr_chunks;
}

/* Start up to @wanted threads. Return: how many. */
static unsigned int start(struct scan *scan, pthread_t *threads,
			  unsigned int wanted)
{
	unsigned int started = 0;

	while (started < wanted) {
		scan->running++;
		if (pthread_create(&threads[started], NULL, work, scan) != 0) {
			scan->running--;
			break;
		}
		started++;
	}
	return started;
}

static int run(struct scan *scan, struct e4_findings *findings,
	       struct e4_tally *tally, struct e4_sums *sums, uint64_t wanted)
{
	pthread_t threads[MAX_THREADS];
	unsigned int started;
	int ret = 0;

	pthread_mutex_lock(&scan->lock);
	started = start(scan, threads, choose_threads(scan));
	pthread_mutex_unlock(&scan->lock);
	if (started == 0 && scan->nr_chunks > 0)
		return -EAGAIN;
	collect(scan, findings, tally, sums, wanted);
	for (unsigned int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	/* All threads gone without the work done: they had no memory. */
	if (sums->groups < wanted && !cancelled(scan) &&
	    scan->next < scan->nr_chunks)
		ret = -ENOMEM;
	return findings->failed ? -ENOMEM : ret;
}

int e4_scan(const struct ext4bm *fs, const struct e4_views *views,
	    const struct ext4bm_check_options *options,
	    struct e4_findings *findings, struct e4_tally *tally,
	    struct e4_sums *sums)
{
	struct scan scan = {
		.fs = fs, .views = views, .options = options,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.finished = PTHREAD_COND_INITIALIZER,
	};
	uint64_t wanted = 0;
	int ret;

	memset(sums, 0, sizeof(*sums));
	sums->totals.complete = true;
	sums->gd_complete = true;
	scan.nr_chunks = cut(options, views->table->groups, NULL, &wanted);
	scan.chunks = calloc(scan.nr_chunks + 1, sizeof(*scan.chunks));
	if (!scan.chunks)
		return -ENOMEM;
	wanted = 0;
	cut(options, views->table->groups, scan.chunks, &wanted);
	ret = run(&scan, findings, tally, sums, wanted);
	for (size_t i = 0; i < scan.nr_chunks; i++)
		e4_findings_free(&scan.chunks[i].findings);
	free(scan.chunks);
	return ret;
}
