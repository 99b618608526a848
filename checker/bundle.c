// SPDX-License-Identifier: GPL-2.0-only
/*
 * bundle.c --- bundles on the command line (--capture, --replay)
 *
 * Decides that a bundle is of one complete check or does not exist, and what
 * stands in a report for the names that a bundle does not have.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bundle.h"
#include "complain.h"
#include "finish.h"
#include "help.h"
#include "progress.h"

/* For a mount point, whose name was left out. */
#define ELSEWHERE "(not in the bundle)"

bool bundle_goes_to(const struct options *options, dev_t device)
{
	const char *path = options->capture;
	const char *slash = path ? strrchr(path, '/') : NULL;
	struct stat st;
	char *folder;
	bool it;

	if (!path)
		return false;
	folder = slash ? strndup(path, (size_t)(slash - path) + 1)
		       : strdup(".");
	it = !folder || (stat(folder, &st) == 0 && st.st_dev == device);
	free(folder);
	return it;
}

int bundle_begin(struct options *options)
{
	struct ext4bm_capture *capture = NULL;
	struct ext4bm_error err = { 0 };

	if (!options->capture)
		return 0;
	if (ext4bm_capture_begin(options->capture, &capture, &err)) {
		options->device = options->capture;
		return finish_failed(options, &err, "trying to write");
	}
	options->open.capture = options->live_open.capture = capture;
	return 0;
}

int bundle_end(struct options *options, int status, bool complete)
{
	struct ext4bm_capture *capture = options->open.capture;
	struct ext4bm_error err = { 0 };

	if (!capture)
		return status;
	options->open.capture = options->live_open.capture = NULL;
	if (!complete) {
		fprintf(stderr, "%s: the bundle was not written, because the "
			"check was not completed\n", program_name);
	} else if (ext4bm_capture_end(capture, &err)) {
		complain(&err, "trying to write", options->capture);
		status |= EXT4BM_EXIT_OPERATIONAL;
	}
	ext4bm_capture_free(capture);
	return status;
}

/* As of a live check that looks at a mounted file system. */
static int refuse_limit(const struct options *options)
{
	return finish_refused(options, "The bundle is of a mounted file "
			      "system, of which all findings are kept.",
			      "Check it without --max-findings.");
}

static int check(struct options *options, struct ext4bm_replay *replay)
{
	const struct ext4bm_replay_info *info = ext4bm_replay_info(replay);
	struct ext4bm_replay_options how = {
		.threads = options->check.threads,
		.max_findings = options->check.max_findings,
		.cancel = options->check.cancel,
		.explain = options->verbose,
	};
	char elsewhere[] = ELSEWHERE;
	struct ext4bm_target target = {
		.name = (char *)(uintptr_t)options->device,
		.device = (char *)(uintptr_t)options->device,
		.mountpoint = info->mounted ? elsewhere : NULL,
		.kind = info->kind,
		.size = info->size,
	};
	struct ext4bm_report *report = NULL;
	struct ext4bm_error err = { 0 };
	int status;

	options->bundle = info;
	if (info->live && options->check.max_findings)
		return refuse_limit(options);
	if (ext4bm_replay_check(replay, &how, &report, &err))
		return finish_failed(options, &err, "checking");
	if (info->live)
		target.size = report->geometry->blocks *
			      report->geometry->block_size;
	status = finish_report(options, &target, report);
	ext4bm_report_free(report);
	return status;
}

int bundle_replay(struct options *options)
{
	struct ext4bm_replay *replay = NULL;
	struct ext4bm_error err = { 0 };
	int status;

	if (options->verbose)
		help_banner();
	progress_start(options, options->device);
	if (ext4bm_replay_open(options->device, &replay, &err))
		status = finish_failed(options, &err, "trying to open");
	else
		status = check(options, replay);
	ext4bm_replay_close(replay);
	return status;
}
