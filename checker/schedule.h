/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * schedule.h --- when the next check of --watch may begin
 */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include <stdbool.h>

/**
 * struct schedule - times are seconds of a clock that only goes forward
 * @interval:	from the begin of one full round to that of the next
 * @full:	when the latest round of all filesystems began
 * @begin:	when the latest round began, of whatever
 * @end:	when it ended
 * @woken:	something has asked for a check since
 * @wanted:	when it wants to have it
 */
struct schedule {
	double interval;
	double full;
	double begin;
	double end;
	bool woken;
	double wanted;
};

/** Something wants a check at that time, or as soon after as can be. */
void schedule_wake(struct schedule *schedule, double time);

/**
 * schedule_next() - when the next round begins
 *
 * A wake-up brings it forward, but not at any price: there is at most one a
 * second, and the rest after it is as long as the last one took. Neither is
 * longer than the interval, if that is shorter.
 */
double schedule_next(const struct schedule *schedule);

/** At that time, is it a full round that is due? */
bool schedule_full(const struct schedule *schedule, double now);

#endif
