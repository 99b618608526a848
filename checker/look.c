// SPDX-License-Identifier: GPL-2.0-only
/*
 * look.c --- one look of --watch at one file system
 *
 *	open -> is it what it was? -> may we look? -> check -> state
 *
 * Opens everything and keeps nothing open but until look_free(), so that the
 * file system can be unmounted between two looks.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "complain.h"
#include "live.h"
#include "look.h"

double look_clock(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static enum watch_state state_of(const struct ext4bm_report *report)
{
	switch (report->verdict) {
	case EXT4BM_CLEAN:
	case EXT4BM_CLEAN_PART:
		return WATCH_CLEAN;
	case EXT4BM_DRIFT:
		return WATCH_DRIFT;
	default:
		return WATCH_UNDECIDED;
	}
}

/* There is no report, because of an errno of opening it or checking it. */
static enum watch_state fail(struct look *look, int errnum, const char *text)
{
	const char *detail = look->err.text;

	look->err.errnum = errnum;
	if (strcmp(detail, text) == 0)
		detail = "";
	snprintf(look->text, sizeof(look->text), "%s%s%s", text,
		 *detail ? ": " : "", detail);
	look->exit = EXT4BM_EXIT_OPERATIONAL;
	return errnum == ENODEV || errnum == ENOENT ? WATCH_GONE
						    : WATCH_FAILED;
}

/* Not so for a bind mount of a directory of its own file system. */
static bool is_root(const char *path, const struct stat *st)
{
	char above[4096];
	struct stat parent;

	snprintf(above, sizeof(above), "%s/..", path);
	return stat(above, &parent) == 0 && (st->st_dev != parent.st_dev ||
					     st->st_ino == parent.st_ino);
}

/* The name may have led elsewhere when it was opened, a moment ago. */
static bool is_on(const struct stat *st, const char *device)
{
	struct stat node;

	return !device || stat(device, &node) < 0 || st->st_dev == node.st_rdev;
}

/* An image leads to what is in it, whichever device that is on now. */
static bool is_path(const char *name, int fd, struct stat *ret_st)
{
	struct stat opened;

	if (stat(name, ret_st) < 0 || S_ISBLK(ret_st->st_mode))
		return false;
	return !S_ISREG(ret_st->st_mode) || fstat(fd, &opened) < 0 ||
	       opened.st_dev == ret_st->st_dev;
}

/* Is it what it was? Return: false if its name leads elsewhere. */
static bool meet(struct wake *wake, struct watched_list *all,
		 struct watched *it, struct look *look)
{
	const struct ext4bm_live_info *info = ext4bm_live_info(look->handle);
	const char *uuid = ext4bm_live_geometry(look->handle)->uuid;
	struct stat st;
	bool path = is_path(it->name, info->fd, &st);
	bool root = path && is_root(it->name, &st);

	if ((path && !is_on(&st, info->device)) ||
	    watched_led_away(it, info->name, root))
		return false;
	it->is_path = path;
	it->is_root = root;
	look->renewed = watched_renewed(it, uuid);
	watched_meet(all, it, info, uuid);
	it->fsid = it->mountpoint ? wake_mark(wake, it->mountpoint) : 0;
	return true;
}

struct memory {
	const struct conditions *known;
	uint64_t filesystem;
};

/* To read all inodes, look after look, would be asking for too much. */
static bool wants_owners(void *context, const struct ext4bm_finding *finding)
{
	const struct memory *memory = context;

	return !conditions_known(memory->known, memory->filesystem, finding);
}

/* Only here the signals are let in: to end it early. */
static enum watch_state check(const struct options *options,
			      const struct conditions *known,
			      const struct watched *it, struct look *look)
{
	struct ext4bm_live_options how = live_options(options);
	struct memory memory = { known, it->number };
	enum watch_state before = it->state;
	int ret;

	/* Nobody reads what is as it should be, look after look. */
	how.explain = false;
	how.wants_owners = wants_owners;
	how.owners_context = &memory;
	wake_signals(true);
	ret = ext4bm_live_check(look->handle, &how, &look->report, &look->err);
	wake_signals(false);
	if (ret)
		return fail(look, -ret, complain_message(&look->err));
	look->exit = exit_of_report(look->report, options->exit_on);
	ext4bm_verdict_text(look->report, look->text, sizeof(look->text));
	/* One that was ended early leaves things as they were. */
	return look->report->cancelled ? before : state_of(look->report);
}

static enum watch_state examine(const struct options *options,
				struct wake *wake, struct watched_list *all,
				const struct conditions *known,
				struct watched *it, struct look *look)
{
	const struct ext4bm_live_info *info;
	enum watch_state state;

	if (ext4bm_live_open(it->name, &options->live_open, &look->handle,
			     &look->err)) {
		state = fail(look, look->err.errnum,
			     complain_message(&look->err));
		return it->hidden ? WATCH_FAILED : state;
	}
	if (!meet(wake, all, it, look))
		return fail(look, ENODEV,
			    "Is not mounted: the name leads elsewhere now");
	info = ext4bm_live_info(look->handle);
	if (info->panics && !options->allow_kernel_load) {
		fail(look, EBUSY, live_panic_text(info));
		return WATCH_SKIPPED;
	}
	if (it->state == WATCH_NEW)
		live_warn(options, info);
	return check(options, known, it, look);
}

void look_at(const struct options *options, struct wake *wake,
	     struct watched_list *all, const struct conditions *known,
	     struct watched *it, struct look *ret_look)
{
	double start = look_clock();

	*ret_look = (struct look) { .before = it->state };
	clock_gettime(CLOCK_REALTIME, &ret_look->time);
	it->state = examine(options, wake, all, known, it, ret_look);
	it->looked |= ret_look->report && !ret_look->report->cancelled;
	it->wanted = false;
	it->in_round = true;
	ret_look->seconds = look_clock() - start;
}

void look_free(struct look *look)
{
	ext4bm_report_free(look->report);
	ext4bm_live_close(look->handle);
}
