// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_schedule.c --- when --watch looks again
 */
#include "config.h"

#include "schedule.h"
#include "unit.h"

#define SECONDS(value) ((int)((value) * 1000 + 0.5))

/* A round from 100.0 on that took so long. */
static struct schedule after(double interval, double took)
{
	return (struct schedule) {
		.interval = interval, .full = 100, .begin = 100,
		.end = 100 + took,
	};
}

static void assert_next(const struct schedule *schedule, double next)
{
	assert_int_equal(SECONDS(schedule_next(schedule)), SECONDS(next));
}

static void interval(void **state)
{
	struct schedule schedule = after(60, 0.5);

	(void)state;
	assert_next(&schedule, 160);
	assert_false(schedule_full(&schedule, 159.9));
	assert_true(schedule_full(&schedule, 160));
	/* a round of some, in between, does not move the full one */
	schedule.begin = 130;
	schedule.end = 130.5;
	assert_next(&schedule, 160);
	/* nor does one that ends late, but for its rest */
	schedule.begin = 159;
	schedule.end = 159.9;
	assert_next(&schedule, 160.8);
}

/* At most half of the time, and it never falls behind for ever. */
static void slow(void **state)
{
	struct schedule schedule = after(10, 8);

	(void)state;
	assert_next(&schedule, 116);
	schedule = after(10, 16);
	assert_next(&schedule, 126);
	schedule_wake(&schedule, 100);
	assert_next(&schedule, 126);
}

static void woken(void **state)
{
	struct schedule schedule = after(60, 0.1);

	(void)state;
	schedule_wake(&schedule, 100);
	assert_next(&schedule, 101);
	/* as long as it took */
	schedule = after(60, 16);
	schedule_wake(&schedule, 100);
	assert_next(&schedule, 132);
	/* never later than without */
	schedule = after(0.05, 0.01);
	assert_next(&schedule, 100.05);
	schedule_wake(&schedule, 100);
	assert_next(&schedule, 100.05);
}

/* The earliest wish counts, and none is later than the interval. */
static void wishes(void **state)
{
	struct schedule schedule = after(60, 0.1);

	(void)state;
	schedule_wake(&schedule, 151);
	assert_next(&schedule, 151);
	schedule_wake(&schedule, 153);
	assert_next(&schedule, 151);
	schedule_wake(&schedule, 140);
	assert_next(&schedule, 140);
	schedule.woken = false;
	assert_next(&schedule, 160);
	schedule_wake(&schedule, 150);
	assert_next(&schedule, 150);
	schedule.woken = false;
	schedule_wake(&schedule, 170);
	assert_next(&schedule, 160);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interval),
		cmocka_unit_test(slow),
		cmocka_unit_test(woken),
		cmocka_unit_test(wishes),
	};

	return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
