// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_pool.c --- every job once, results in order, whatever the threads
 */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

#include "pool.h"
#include "unit.h"

#define JOBS 1000

/* @ahead: jobs that may wait for their turn, or 0. */
struct scene {
	size_t ahead;
	int made[JOBS];
	size_t next;
	size_t unfinished;
	bool no_memory;
	volatile int cancel;
	size_t cancel_at;
	int states;
};

static void *start(void *context)
{
	struct scene *scene = context;

	if (scene->no_memory)
		return NULL;
	__atomic_add_fetch(&scene->states, 1, __ATOMIC_SEQ_CST);
	return scene;
}

static void stop(void *state)
{
	struct scene *scene = state;

	__atomic_sub_fetch(&scene->states, 1, __ATOMIC_SEQ_CST);
}

static void work(void *context, void *state, size_t job)
{
	struct scene *scene = context;

	assert_ptr_equal(state, context);
	if (scene->ahead) {
		/* The others have all that they may do done meanwhile. */
		while (job == 0 && !__atomic_load_n(
			&scene->made[scene->ahead - 1], __ATOMIC_SEQ_CST))
			sched_yield();
		assert_true(job < scene->ahead + __atomic_load_n(
			&scene->next, __ATOMIC_SEQ_CST));
	}
	__atomic_add_fetch(&scene->made[job], 1, __ATOMIC_SEQ_CST);
	if (scene->cancel_at && job >= scene->cancel_at)
		scene->cancel = 1;
}

static void done(void *context, size_t job, bool finished)
{
	struct scene *scene = context;

	assert_int_equal(job, __atomic_fetch_add(&scene->next, 1,
						 __ATOMIC_SEQ_CST));
	assert_int_equal(scene->made[job], finished);
	scene->unfinished += !finished;
}

static int run(struct scene *scene, size_t jobs, unsigned int threads)
{
	struct e4_pool pool = {
		.jobs = jobs, .threads = threads, .cancel = &scene->cancel,
		.ahead = scene->ahead,
		.context = scene, .start = start, .stop = stop, .work = work,
		.done = done,
	};

	return e4_pool_run(&pool);
}

static void all_in_order(void **state)
{
	static const unsigned int threads[] = { 0, 1, 2, 7, 1000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		struct scene scene = { .next = 0 };

		assert_int_equal(run(&scene, JOBS, threads[i]), 0);
		assert_int_equal(scene.next, JOBS);
		assert_int_equal(scene.unfinished, 0);
		assert_int_equal(scene.states, 0);
	}
}

static void not_far_ahead(void **state)
{
	static const unsigned int threads[] = { 2, 3, 64 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		struct scene scene = { .ahead = 8 };

		assert_int_equal(run(&scene, JOBS, threads[i]), 0);
		assert_int_equal(scene.next, JOBS);
		assert_int_equal(scene.unfinished, 0);
		scene = (struct scene){ .ahead = 2 + i, .cancel_at = 100 };
		assert_int_equal(run(&scene, JOBS, threads[i]), 0);
		assert_int_equal(scene.next, JOBS);
		assert_true(scene.unfinished > 0);
	}
}

static void nothing_to_do(void **state)
{
	struct scene scene = { .no_memory = true };

	(void)state;
	assert_int_equal(run(&scene, 0, 2), 0);
	assert_int_equal(scene.next, 0);
}

static void no_memory(void **state)
{
	struct scene scene = { .no_memory = true };

	(void)state;
	assert_int_equal(run(&scene, 10, 2), -ENOMEM);
	assert_int_equal(scene.next, 10);
	assert_int_equal(scene.unfinished, 10);
}

static void cancelled(void **state)
{
	struct scene scene = { .cancel_at = 100 };

	(void)state;
	assert_int_equal(run(&scene, JOBS, 2), 0);
	assert_int_equal(scene.next, JOBS);
	assert_in_range(scene.unfinished, JOBS - 110, JOBS - 101);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_in_order),
		cmocka_unit_test(not_far_ahead),
		cmocka_unit_test(nothing_to_do),
		cmocka_unit_test(no_memory),
		cmocka_unit_test(cancelled),
	};

	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
