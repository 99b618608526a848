// SPDX-License-Identifier: GPL-2.0-only
/*
 * schedule.c --- when the next check of --watch may begin
 *
 * A kernel that meets errors all the time wakes the watch all the time. Each
 * check makes it walk through all of its groups: at most one a second, and at
 * most half of the time.
 */
#include "config.h"

#include "schedule.h"

#define LEAST_PERIOD 1.0

static double later(double a, double b)
{
	return a > b ? a : b;
}

static double shorter(double a, double b)
{
	return a < b ? a : b;
}

void schedule_wake(struct schedule *schedule, double time)
{
	if (!schedule->woken || time < schedule->wanted)
		schedule->wanted = time;
	schedule->woken = true;
}

double schedule_next(const struct schedule *schedule)
{
	double took = schedule->end - schedule->begin;
	double rested = schedule->end + shorter(took, schedule->interval);
	double due = schedule->full + schedule->interval;

	if (schedule->woken)
		due = shorter(due, later(schedule->wanted,
				 schedule->begin + shorter(LEAST_PERIOD,
						schedule->interval)));
	return later(due, rested);
}

bool schedule_full(const struct schedule *schedule, double now)
{
	return now >= schedule->full + schedule->interval;
}
