/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * pool.h --- many pieces of work, several threads, results in order
 */
#ifndef E4_POOL_H
#define E4_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * @jobs:	pieces of work, numbered from 0
 * @threads:	threads wanted; 0 chooses
 * @ahead:	jobs that may be done before their turn to be taken; 0: all.
 *		Bounds the memory of results while one job takes its time
 * @cancel:	no job is begun once it is non-zero; may be NULL
 * @context:	given to all functions below
 * @start:	what a thread needs for its jobs; NULL when there is no memory
 * @stop:	frees that; never called with NULL
 * @work:	do a job; called from any of the threads
 * @done:	take the result of a job; called from the calling thread, in
 *		the order of the jobs. @finished is false for one that nobody
 *		did: it was cancelled, or no thread had the memory
 */
struct e4_pool {
	size_t jobs;
	unsigned int threads;
	size_t ahead;
	const volatile int *cancel;
	void *context;
	void *(*start)(void *context);
	void (*stop)(void *state);
	void (*work)(void *context, void *state, size_t job);
	void (*done)(void *context, size_t job, bool finished);
};

/*
 * Do all jobs. Return: 0, also when it was cancelled; -EAGAIN no thread could
 * be made; -ENOMEM not all jobs were done.
 */
int e4_pool_run(const struct e4_pool *pool);

/* Where job number @job ends, if each job takes @each of @groups groups. */
static inline uint32_t e4_pool_end(size_t job, uint32_t each, uint32_t groups)
{
	uint64_t end = ((uint64_t)job + 1) * each;

	return end < groups ? (uint32_t)end : groups;
}

#endif
