// SPDX-License-Identifier: GPL-2.0-only
/*
 * live.c --- the check of a mounted file system
 *
 *	options -> find the mount -> may we look? -> check -> render -> exit
 *
 * Looking makes the kernel load groups. Where a damaged one would end the
 * system (errors=panic) that needs consent.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "all.h"
#include "bundle.h"
#include "complain.h"
#include "ext4bm_err.h"
#include "finish.h"
#include "freeze.h"
#include "help.h"
#include "live.h"
#include "progress.h"
#include "watch.h"

const char *live_panic_text(const struct ext4bm_live_info *info)
{
	if (strcmp(info->errors, "panic") == 0)
		return "The kernel panics when it loads a damaged group "
		       "(errors=panic), and looking makes it load all of "
		       "them.";
	return "Looking makes the kernel load all groups, and what it does "
	       "with a damaged one (errors=) could not be found out: it may "
	       "panic.";
}

int live_refuse_panic(const struct options *options,
		      const struct ext4bm_live_info *info)
{
	static const char advice[] = "Mount it with errors=continue first "
		"(mount -o remount,errors=continue), or say "
		"--allow-kernel-load.\nWithout --live, --force compares "
		"bitmaps and descriptors alone, and makes it load nothing.";
	const char *text = live_panic_text(info);

	return options->all ? finish_skipped(options, text, advice)
			    : finish_refused(options, text, advice);
}

static int refuse_freeze(const struct options *options,
			 const struct ext4bm_live_info *info)
{
	return finish_refused(options, freeze_refusal(options, info->fd),
			      "It is not frozen. Check it without --freeze; "
			      "what moves is looked at again until it "
			      "settles.");
}

/* What an allocator hands out that has lost an update may be in use. */
static bool writes_to(const struct options *options,
		      const struct ext4bm_live_info *info)
{
	struct stat st;

	return options->capture && (fstat(info->fd, &st) < 0 ||
				    bundle_goes_to(options, st.st_dev));
}

static int refuse_bundle(const struct options *options)
{
	return finish_refused(options, "The bundle would be written to the "
			      "file system that is looked at, whose free "
			      "space may be in use.",
			      "Write it elsewhere: to /dev/shm, if there is "
			      "no other disk.");
}

struct ext4bm_target live_describe(const struct options *options,
				     const struct ext4bm_live_info *info)
{
	struct ext4bm_target target = {
		.name = (char *)(uintptr_t)options->device,
		.device = (char *)(uintptr_t)(info->device ? info->device
							   : info->name),
		.mountpoint = (char *)(uintptr_t)info->mountpoint,
		.kind = EXT4BM_TARGET_DEVICE,
	};

	return target;
}

void live_warn(const struct options *options,
	       const struct ext4bm_live_info *info)
{
	if (strcmp(info->errors, "remount-ro") == 0 && !options->quiet)
		fprintf(stderr, "%s: if the kernel meets a damaged group "
			"while this looks, it will make the file system "
			"read-only (errors=remount-ro)\n", program_name);
}

struct ext4bm_live_options live_options(const struct options *options)
{
	return (struct ext4bm_live_options) {
		.threads = options->check.threads,
		.settle = options->settle,
		.cancel = options->check.cancel,
		.groups = options->check.groups,
		.nr_groups = options->check.nr_groups,
		.explain = options->verbose,
		.disk = options->disk_view,
		.owners = options->check.owners,
		.paths = options->check.paths,
	};
}

static void look(struct options *options, struct ext4bm_live *handle,
		 struct live_outcome *outcome)
{
	const struct ext4bm_live_info *info = ext4bm_live_info(handle);
	const struct ext4bm_geometry *geo = ext4bm_live_geometry(handle);
	struct ext4bm_target target = live_describe(options, info);
	struct ext4bm_live_options how = live_options(options);
	struct freeze freeze = { .fd = info->fd, .seconds = options->freeze };
	struct ext4bm_report *report = NULL;
	struct ext4bm_error err = { 0 };

	if (options->freeze) {
		how.freeze = freeze_begin;
		how.thaw = freeze_end;
		how.freeze_context = &freeze;
		how.freeze_seconds = options->freeze;
	}
	live_warn(options, info);
	if (ext4bm_live_check(handle, &how, &report, &err)) {
		outcome->status = finish_failed(options, &err, "checking");
		return;
	}
	target.size = geo->blocks * geo->block_size;
	outcome->status = finish_report(options, &target, report);
	outcome->looked = true;
	outcome->cancelled = report->cancelled;
	outcome->verdict = report->verdict;
	ext4bm_report_free(report);
}

/* Below what was unmounted, its mount point leads to another one. */
static int led_away(const struct options *options)
{
	struct ext4bm_error err = {
		.errnum = ENODEV, .code = EXT4BM_ET_NOT_MOUNTED,
		.text = "It was unmounted meanwhile: the name leads to "
			"another file system now",
	};

	return finish_failed(options, &err, "trying to open");
}

void live_one(struct options *options, const char *kernel,
	      struct live_outcome *ret_outcome)
{
	struct ext4bm_live *handle = NULL;
	struct ext4bm_error err = { 0 };

	*ret_outcome = (struct live_outcome) { 0 };
	if (ext4bm_live_open(options->device, &options->live_open, &handle,
			     &err))
		ret_outcome->status = finish_failed(options, &err,
						    "trying to open");
	else if (kernel &&
		 strcmp(ext4bm_live_info(handle)->name, kernel) != 0)
		ret_outcome->status = led_away(options);
	else if (options->freeze &&
		 freeze_refusal(options, ext4bm_live_info(handle)->fd))
		ret_outcome->status = refuse_freeze(
			options, ext4bm_live_info(handle));
	else if (writes_to(options, ext4bm_live_info(handle)))
		ret_outcome->status = refuse_bundle(options);
	else if (ext4bm_live_info(handle)->panics &&
		 !options->allow_kernel_load)
		ret_outcome->status = live_refuse_panic(
			options, ext4bm_live_info(handle));
	else
		look(options, handle, ret_outcome);
	ext4bm_live_close(handle);
}

int live(struct options *options)
{
	struct live_outcome outcome;

	if (options->watch)
		return watch(options);
	if (options->verbose)
		help_banner();
	progress_start(options, options->device);
	if (options_several(options))
		return live_all(options);
	outcome.status = bundle_begin(options);
	if (outcome.status)
		return outcome.status;
	live_one(options, NULL, &outcome);
	return bundle_end(options, outcome.status,
			  outcome.looked && !outcome.cancelled);
}
