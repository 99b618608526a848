// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c --- ext4bmcheck: do the views of a filesystem's free space agree?
 *
 *	options -> resolve -> open -> check -> render -> exit
 *
 * Each step hands one struct to the next. The device is only ever opened for
 * reading, by the library. A mounted one is refused without --force, because
 * its bitmaps change while they are read.
 */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "clean.h"
#include "complain.h"
#include "exit.h"
#include "explain.h"
#include "help.h"
#include "options.h"
#include "progress.h"
#include "render.h"
#include "table.h"
#include "timing.h"

static void (*const renderers[])(const struct result *result) = {
	[FORMAT_TEXT] = render_text,
	[FORMAT_TABLE] = render_table,
	[FORMAT_JSON] = render_json,
	[FORMAT_JSON_LINES] = render_json,
};

/* A step could not be done: say so to the person and to the program. */
static int failed(const struct options *options,
		  const struct ext4bm_error *err, const char *doing)
{
	int status = exit_of_error(err);

	complain(err, doing, options->device);
	if (options_json(options))
		render_json_error(options, err->errnum, complain_message(err),
				  err->text, status);
	return status;
}

static int refuse_mounted(const struct options *options,
			  const struct ext4bm_target *target)
{
	static const char advice[] =
		"Unmount it, freeze it and check a snapshot, or read it "
		"anyway with --force\n(the report is then labelled). A live "
		"check (--live) is not in this version.";
	char *device = clean_text(target->device);
	char *mountpoint = clean_text(target->mountpoint);
	char text[4096];

	snprintf(text, sizeof(text), "%s is mounted on %s: its bitmaps "
		 "change while they are read.", device, mountpoint);
	free(device);
	free(mountpoint);
	usage_refuse("%s\n%s", text, advice);
	if (options_json(options))
		render_json_error(options, EBUSY, text, "",
				  EXT4BM_EXIT_USAGE);
	return EXT4BM_EXIT_USAGE;
}

static int show(const struct options *options,
		const struct ext4bm_target *target,
		const struct ext4bm_report *report)
{
	struct result result = {
		options, target, report,
		exit_of_report(report, options->exit_on),
		color_wanted(options->color) };

	progress_end();
	renderers[options->format](&result);
	if (options->timing)
		timing_print(report);
	return result.exit;
}

static int check(struct options *options)
{
	struct ext4bm_target *target = NULL;
	struct ext4bm *fs = NULL;
	struct ext4bm_report *report = NULL;
	struct ext4bm_error err = { 0 };
	int status;

	if (options->verbose)
		help_banner();
	progress_start(options, options->device);
	if (ext4bm_resolve(options->device, &target, &err)) {
		status = failed(options, &err, "trying to open");
	} else if (target->mountpoint && !options->force) {
		status = refuse_mounted(options, target);
	} else if (ext4bm_open(target, &options->open, &fs, &err)) {
		status = failed(options, &err, "trying to open");
	} else {
		options->check.mounted = target->mountpoint;
		if (ext4bm_check(fs, &options->check, &report, &err))
			status = failed(options, &err, "checking");
		else
			status = show(options, target, report);
	}
	ext4bm_report_free(report);
	ext4bm_close(fs);
	ext4bm_target_free(target);
	return status;
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
		status = act(&options);
	options_free(&options);
	complain_end();
	return exit_close_stdout(status);
}
