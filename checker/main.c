// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c --- ext4bmcheck: do the views of a filesystem's free space agree?
 *
 *	options -> sandbox -> resolve -> open -> check -> render -> exit
 *
 * Each step hands one struct to the next. The device is only ever opened for
 * reading, by the library. A mounted one is refused without --force, because
 * its bitmaps change while they are read.
 */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "clean.h"
#include "complain.h"
#include "exit.h"
#include "explain.h"
#include "finish.h"
#include "freeze.h"
#include "help.h"
#include "klog.h"
#include "live.h"
#include "options.h"
#include "progress.h"
#include "render.h"
#include "sandbox.h"
#include "saved.h"
#include "table.h"
#include "timing.h"

/* For a shell, a name with anything else in it would have to be quoted. */
static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
			    "XYZ0123456789/._-+,:@%";

/* What to do instead: @place is a mount point, or says that it is elsewhere. */
static void advise_mounted(const char *place, char *buf, size_t size)
{
	if (*place == '/')
		snprintf(buf, size, "Check it with: %s --live %s\n"
			 "Or unmount it, or check a snapshot. ", program_name,
			 place[strspn(place, plain)] ? "MOUNTPOINT" : place);
	else
		snprintf(buf, size, "Check it with --live in that mount "
			 "namespace (nsenter --target PID --mount),\n"
			 "or unmount it, or check a snapshot. ");
	strncat(buf, "--force reads it anyway\n(the report is then "
		"labelled).", size - strlen(buf) - 1);
}

static int refuse_mounted(const struct options *options,
			  const struct ext4bm_target *target)
{
	char *device = clean_text(target->device);
	char *place = clean_place(target->mountpoint);
	char *where = clean_text(target->mountpoint);
	char text[4096], advice[4096];

	snprintf(text, sizeof(text), "%s is mounted%s: its bitmaps "
		 "change while they are read.", device, place);
	advise_mounted(where, advice, sizeof(advice));
	free(device);
	free(place);
	free(where);
	return finish_refused(options, text, advice);
}

/* Of a captured /proc tree nothing else may be at hand. */
static int check_counters(struct options *options)
{
	struct ext4bm_target target = {
		.name = (char *)(uintptr_t)options->device,
		.device = (char *)(uintptr_t)options->device,
	};
	struct ext4bm_report *report = NULL;
	struct ext4bm_error err = { 0 };
	struct ext4bm *fs = NULL;
	int status;

	if (ext4bm_open_counters(options->check.mb_groups, &fs, &err) ||
	    ext4bm_check(fs, &options->check, &report, &err))
		status = finish_failed(options, &err, "checking");
	else
		status = finish_report(options, &target, report);
	ext4bm_report_free(report);
	ext4bm_close(fs);
	return status;
}

static int check(struct options *options)
{
	struct ext4bm_target *target = NULL;
	struct ext4bm *fs = NULL;
	struct ext4bm_report *report = NULL;
	struct ext4bm_error err = { 0 };
	bool complete = false;
	int status;

	if (options->verbose)
		help_banner();
	progress_start(options, options->device);
	status = bundle_begin(options);
	if (status)
		return status;
	if (saved_find(options, &err)) {
		status = finish_failed(options, &err, "looking for");
	} else if (ext4bm_resolve(options->device, &target, &err)) {
		if (options->saved)
			return check_counters(options);
		status = finish_failed(options, &err, "trying to open");
	} else if (target->mountpoint && !options->force) {
		status = refuse_mounted(options, target);
	} else if (ext4bm_open(target, &options->open, &fs, &err)) {
		status = finish_failed(options, &err, "trying to open");
	} else {
		options->check.mounted = target->mountpoint;
		if (ext4bm_check(fs, &options->check, &report, &err))
			status = finish_failed(options, &err, "checking");
		else
			status = finish_report(options, target, report);
		complete = report && !report->cancelled;
	}
	ext4bm_report_free(report);
	ext4bm_close(fs);
	ext4bm_target_free(target);
	return bundle_end(options, status, complete);
}

/* From here on, what somebody else has made is read. */
static void lock_up(const struct options *options)
{
	if (options->freeze)
		freeze_prepare();
	sandbox_enter(options);
}

static int act(struct options *options)
{
	switch (options->action) {
	case ACTION_HELP:
		help_print();
		break;
	case ACTION_VERSION:
		help_version();
		break;
	case ACTION_EXPLAIN:
		return explain(options);
	case ACTION_KLOG:
		return klog(options);
	case ACTION_REPLAY:
		return bundle_replay(options);
	case ACTION_LIVE:
		if (!saved_wanted(options))
			return live(options);
		return saved_refuse(options) ? EXT4BM_EXIT_USAGE :
					       check(options);
	case ACTION_CHECK:
		return check(options);
	}
	return EXT4BM_EXIT_CLEAN;
}

int main(int argc, char **argv)
{
	struct options options;
	int status;

	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
	timing_start();
	complain_start();
	status = options_parse(argc, argv, &options);
	if (!status)
		status = table_columns(&options);
	if (!status)
		lock_up(&options);
	if (!status)
		status = act(&options);
	options_free(&options);
	complain_end();
	return exit_close_stdout(status);
}
