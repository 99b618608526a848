// SPDX-License-Identifier: GPL-2.0-only
/*
 * watch.c --- check mounted file systems again and again (--watch)
 *
 *	who is wanted? -> look at each -> what has changed? -> wait
 *
 * Everything is opened for a look and closed after it, so that a file system
 * can be unmounted in between. Memory does not grow: what is kept from one
 * look to the next is a row for each file system, and a table of conditions
 * with an end.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "diary.h"
#include "finish.h"
#include "help.h"
#include "live.h"
#include "schedule.h"
#include "watch.h"

/* Conditions that are kept; one takes some 100 bytes. */
#define MAX_CONDITIONS 4096

/*
 * Seconds from a mount to the look that it leads to: scripts mount, do
 * something short, and unmount, which a look would be in the way of.
 */
#define MOUNT_DELAY 1

/*
 * @it:		the file system that is being looked at
 * @look:	the look
 * @rounds:	so many were made
 * @drift:	bit of the exit status: drift was seen, at any time
 * @blind:	bit of the exit status: the mount table cannot be read
 * @during:	events are now taken that came during the round
 * @mounts:	the mount table has changed
 */
struct watch {
	struct options *options;
	const struct diary *diary;
	struct wake wake;
	struct watched_list all;
	struct conditions conditions;
	struct schedule schedule;
	const struct watched *it;
	const struct look *look;
	uint64_t rounds;
	int drift;
	int blind;
	bool during;
	bool mounts;
};

static void on_change(void *context, enum condition_change change,
		      const struct condition *condition,
		      const struct ext4bm_finding *finding)
{
	struct watch *watch = context;

	watch->diary->condition(watch->options, watch->it, watch->look, change,
				condition, finding);
}

/* What the look means for the conditions. */
static void enter(struct watch *watch, uint64_t number_before,
		  struct look *look)
{
	struct conditions *table = &watch->conditions;
	const struct watched *it = watch->it;

	if (look->renewed || it->state == WATCH_GONE)
		conditions_drop(table, number_before, on_change, watch);
	if (look->report)
		look->untracked = conditions_enter(table, it->number,
						   look->report, &look->time,
						   on_change, watch);
	else
		conditions_unsure(table, it->number, on_change, watch);
	look->conditions = conditions_count(table, it->number);
}

static void look_and_tell(struct watch *watch, struct watched *it)
{
	uint64_t number_before = it->number;
	struct look look;
	bool quiet = watch->options->quiet;

	look_at(watch->options, &watch->wake, &watch->all,
		&watch->conditions, it, &look);
	watch->it = it;
	watch->look = &look;
	watch->drift |= look.exit & EXT4BM_EXIT_DRIFT;
	if (it->state != look.before)
		watch->diary->state(watch->options, it, &look);
	enter(watch, number_before, &look);
	/* Something was mounted, but not this: no news. */
	quiet |= it->cause == WAKE_MOUNT && it->state == WATCH_GONE &&
		 look.before == WATCH_GONE;
	if (!quiet)
		watch->diary->check(watch->options, it, &look);
	look_free(&look);
}

/* Return: that of this name, or NULL. */
static const struct ext4bm_filesystem *
find_mounted(const struct ext4bm_filesystem *list, size_t nr,
	     const char *kernel)
{
	for (size_t i = 0; i < nr; i++)
		if (strcmp(list[i].name, kernel) == 0)
			return &list[i];
	return NULL;
}

static struct watched *find(struct watch *watch, const char *kernel)
{
	for (size_t i = 0; i < watch->all.nr; i++)
		if (strcmp(watch->all.list[i].kernel, kernel) == 0)
			return &watch->all.list[i];
	return NULL;
}

/*
 * With --all: who has come, and by which name the others are found now. What
 * this mount namespace does not show is, while the mount table changes, as a
 * rule on its way out.
 */
static void add_mounted(struct watch *watch,
			const struct ext4bm_filesystem *list, size_t nr,
			bool full)
{
	for (size_t i = 0; i < nr; i++) {
		struct watched *it = find(watch, list[i].name);

		if (!it && (list[i].shown || full)) {
			it = watched_add(&watch->all, list[i].path);
			snprintf(it->kernel, sizeof(it->kernel), "%s",
				 list[i].name);
			it->hidden = !list[i].shown;
			if (watch->rounds)
				it->cause = WAKE_MOUNT;
		} else if (it && list[i].shown) {
			watched_rename(it, list[i].path);
			it->hidden = false;
		}
	}
}

/*
 * Of those that are known: who is not mounted any more, or may be again.
 */
static void want_changed(struct watch *watch,
			 const struct ext4bm_filesystem *list, size_t nr)
{
	for (size_t i = 0; i < watch->all.nr; i++) {
		struct watched *it = &watch->all.list[i];
		const struct ext4bm_filesystem *mounted =
			find_mounted(list, nr, it->kernel);

		it->hidden &= mounted != NULL;
		if (it->state == WATCH_GONE || !mounted ||
		    mounted->shown == it->hidden)
			watched_want(it, WAKE_MOUNT, "");
	}
}

static void take_mounts(struct watch *watch, bool full)
{
	struct ext4bm_filesystem *list = NULL;
	struct ext4bm_error err = { 0 };
	size_t nr = 0;

	watch->blind = 0;
	if (ext4bm_filesystems(&list, &nr, &err)) {
		complain(&err, "looking for", "mounted file systems");
		watch->blind = EXT4BM_EXIT_OPERATIONAL;
		return;
	}
	want_changed(watch, list, nr);
	if (watch->options->all)
		add_mounted(watch, list, nr, full);
	watch->mounts = false;
	ext4bm_filesystems_free(list, nr);
}

static void on_event(void *context, const struct wake_event *event)
{
	struct watch *watch = context;

	switch (event->cause) {
	case WAKE_MOUNT:
		watch->mounts = true;
		schedule_wake(&watch->schedule, look_clock() + MOUNT_DELAY);
		break;
	case WAKE_SIGNAL:
		for (size_t i = 0; i < watch->all.nr; i++)
			watched_want(&watch->all.list[i], WAKE_SIGNAL, "");
		schedule_wake(&watch->schedule, look_clock());
		break;
	default:
		if (watched_wake(&watch->all, event, watch->during))
			schedule_wake(&watch->schedule, look_clock());
	}
}

/* Who is looked at in this round? */
static void choose(struct watch *watch, bool full)
{
	if (watch->mounts || (watch->options->all && full))
		take_mounts(watch, full);
	for (size_t i = 0; i < watch->all.nr; i++) {
		watch->all.list[i].in_round = false;
		if (full)
			watched_want(&watch->all.list[i], WAKE_INTERVAL, "");
	}
}

static void make_round(struct watch *watch)
{
	struct schedule *schedule = &watch->schedule;
	bool full = !watch->rounds || schedule_full(schedule, look_clock());

	schedule->begin = look_clock();
	schedule->woken = false;
	if (full)
		schedule->full = schedule->begin;
	choose(watch, full);
	for (size_t i = 0; i < watch->all.nr && !wake_end && !ferror(stdout);
	     i++) {
		struct watched *it = &watch->all.list[i];

		if (it->wanted)
			look_and_tell(watch, it);
		/* It may never come back; what was named is waited for. */
		if (watch->options->all && it->state == WATCH_GONE)
			watched_remove(&watch->all, &watch->all.list[i--]);
	}
	schedule->end = look_clock();
	watch->rounds++;
}

static void wait_for_round(struct watch *watch)
{
	watch->during = true;
	wake_wait(&watch->wake, 0, on_event, watch);
	watch->during = false;
	while (!wake_end) {
		double left = schedule_next(&watch->schedule) -
			      look_clock();

		if (left <= 0)
			return;
		wake_wait(&watch->wake, left, on_event, watch);
	}
}

/*
 * Drift counts whenever it was seen; what could not be looked at only if that
 * is how it was left, because each look replaces the one before.
 */
static int status_at_end(const struct watch *watch)
{
	int status = watch->drift | watch->blind;

	for (size_t i = 0; i < watch->all.nr; i++) {
		const struct watched *it = &watch->all.list[i];

		if (!it->looked || it->state == WATCH_UNDECIDED ||
		    it->state == WATCH_FAILED || it->state == WATCH_SKIPPED)
			status |= EXT4BM_EXIT_OPERATIONAL;
	}
	return status;
}

/*
 * What is named must be there, or it may be a mistake; but it need not be
 * mounted yet. Return: 0, or the exit status of a refusal.
 */
static int try_names(struct watch *watch)
{
	struct options *options = watch->options;
	int status = 0;

	for (int i = 0; i < options->nr_devices && !status; i++) {
		struct ext4bm_live *live = NULL;
		struct ext4bm_error err = { 0 };

		options->device = options->devices[i];
		if (ext4bm_live_open(options->device, &options->live_open,
				     &live, &err) == -ENOENT)
			status = finish_failed(options, &err,
					       "trying to open");
		else if (live && ext4bm_live_info(live)->panics &&
			 !options->allow_kernel_load)
			status = live_refuse_panic(options,
						   ext4bm_live_info(live));
		ext4bm_live_close(live);
		watched_add(&watch->all, options->device);
	}
	return status;
}

static int run(struct watch *watch)
{
	int status = try_names(watch);

	if (status)
		return status;
	if (watch->options->all)
		take_mounts(watch, true);
	watch->diary->start(watch->options, &watch->wake, &watch->all);
	while (!wake_end && !ferror(stdout)) {
		make_round(watch);
		wait_for_round(watch);
	}
	status = status_at_end(watch);
	if (wake_end_reason())
		watch->diary->end(watch->options, watch->rounds, status);
	return status;
}

int watch(struct options *options)
{
	bool text = isatty(STDOUT_FILENO) && !options_json(options);
	struct watch watch = {
		.options = options,
		.diary = text ? &diary_text : &diary_json,
		.schedule.interval = options->interval,
	};
	int status;

	if (options->verbose)
		help_banner();
	if (conditions_init(&watch.conditions, MAX_CONDITIONS))
		out_of_memory();
	options->check.cancel = &wake_end;
	wake_open(&watch.wake);
	status = run(&watch);
	wake_close(&watch.wake);
	watched_free(&watch.all);
	conditions_free(&watch.conditions);
	return status;
}
