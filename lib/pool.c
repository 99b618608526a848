// SPDX-License-Identifier: LGPL-2.0-only
/*
 * pool.c --- many pieces of work, several threads, results in order
 *
 * Each thread takes the next job that nobody has. The calling thread takes
 * the results in the order of the jobs, which is why a report does not depend
 * on the number of threads.
 */
#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "pool.h"

/* Threads that are chosen, and threads that may be asked for. */
#define DEFAULT_THREADS 4
#define MAX_THREADS 64

/*
 * @next:	first job that no thread has taken
 * @collected:	jobs whose results were taken
 * @finished:	a flag for each job
 * @running:	threads that may still take one
 */
struct run {
	const struct e4_pool *pool;
	size_t next;
	size_t collected;
	bool *finished;
	unsigned int running;
	pthread_mutex_t lock;
	pthread_cond_t changed;
};

static bool cancelled(const struct run *run)
{
	return run->pool->cancel && *run->pool->cancel;
}

static bool must_wait(const struct run *run)
{
	return run->pool->ahead && run->next < run->pool->jobs &&
	       run->next - run->collected >= run->pool->ahead &&
	       !cancelled(run);
}

static bool take(struct run *run, size_t *ret_job)
{
	bool taken = false;

	pthread_mutex_lock(&run->lock);
	while (must_wait(run))
		pthread_cond_wait(&run->changed, &run->lock);
	if (run->next < run->pool->jobs && !cancelled(run)) {
		*ret_job = run->next++;
		taken = true;
	}
	pthread_mutex_unlock(&run->lock);
	return taken;
}

static void finish(struct run *run, size_t job)
{
	pthread_mutex_lock(&run->lock);
	run->finished[job] = true;
	pthread_cond_broadcast(&run->changed);
	pthread_mutex_unlock(&run->lock);
}

static void leave(struct run *run)
{
	pthread_mutex_lock(&run->lock);
	run->running--;
	pthread_cond_broadcast(&run->changed);
	pthread_mutex_unlock(&run->lock);
}

static void *work(void *data)
{
	struct run *run = data;
	const struct e4_pool *pool = run->pool;
	void *state = pool->start(pool->context);
	size_t job;

	if (state) {
		while (take(run, &job)) {
			pool->work(pool->context, state, job);
			finish(run, job);
		}
		pool->stop(state);
	}
	leave(run);
	return NULL;
}

/* Wait for a job. Return: false if nobody will ever finish it. */
static bool wait_for(struct run *run, size_t job)
{
	bool finished;

	pthread_mutex_lock(&run->lock);
	while (!run->finished[job] && run->running > 0)
		pthread_cond_wait(&run->changed, &run->lock);
	finished = run->finished[job];
	pthread_mutex_unlock(&run->lock);
	return finished;
}

static void collect(struct run *run, size_t job)
{
	run->pool->done(run->pool->context, job, wait_for(run, job));
	pthread_mutex_lock(&run->lock);
	run->collected = job + 1;
	pthread_cond_broadcast(&run->changed);
	pthread_mutex_unlock(&run->lock);
}

static unsigned int choose_threads(const struct e4_pool *pool)
{
	unsigned int threads = pool->threads;

	if (threads == 0)
		threads = DEFAULT_THREADS;
	if (threads > MAX_THREADS)
		threads = MAX_THREADS;
	return threads < pool->jobs ? threads : (unsigned int)pool->jobs;
}

/* Start up to @wanted threads. Return: how many. */
static unsigned int start(struct run *run, pthread_t *threads,
			  unsigned int wanted)
{
	unsigned int started = 0;

	pthread_mutex_lock(&run->lock);
	while (started < wanted) {
		run->running++;
		if (pthread_create(&threads[started], NULL, work, run) != 0) {
			run->running--;
			break;
		}
		started++;
	}
	pthread_mutex_unlock(&run->lock);
	return started;
}

int e4_pool_run(const struct e4_pool *pool)
{
	struct run run = {
		.pool = pool,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER,
	};
	pthread_t threads[MAX_THREADS];
	unsigned int started;
	int ret = 0;

	if (pool->jobs == 0)
		return 0;
	run.finished = calloc(pool->jobs, sizeof(*run.finished));
	if (!run.finished)
		return -ENOMEM;
	started = start(&run, threads, choose_threads(pool));
	if (started == 0) {
		ret = -EAGAIN;
		goto out;
	}
	for (size_t job = 0; job < pool->jobs; job++)
		collect(&run, job);
	for (unsigned int i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	/* All threads gone without the work done: they had no memory. */
	if (run.next < pool->jobs && !cancelled(&run))
		ret = -ENOMEM;
out:
	free(run.finished);
	return ret;
}
