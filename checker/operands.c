// SPDX-License-Identifier: GPL-2.0-only
/*
 * operands.c --- what stands behind the options on the command line
 *
 * Decides whose turn it is to be looked at, and what several of them, or one
 * that is not mounted, cannot be asked.
 */
#include "config.h"

#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "complain.h"
#include "operands.h"

/* An option that means nothing where nothing is mounted, or NULL. */
static const char *only_live(const struct options *options)
{
	return options->all ? "all" :
	       options->watch ? "watch" :
	       options->freeze ? "freeze" :
	       options->disk_view ? "disk-view" :
	       options->settle ? "settle" :
	       options->allow_kernel_load ? "allow-kernel-load" : NULL;
}

/* "--watch 5": what an option may do without is never the next word. */
static const char *stray_number(const struct options *options)
{
	if (!options->watch && !options->freeze)
		return NULL;
	for (int i = 0; i < options->nr_devices; i++) {
		const char *word = options->devices[i];

		if (*word && !word[strspn(word, "0123456789")] &&
		    access(word, F_OK) < 0)
			return word;
	}
	return NULL;
}

static int take_number_of_devices(const struct options *options, bool live)
{
	const char *number = stray_number(options);

	if (number)
		return usage_error("A number follows an equals sign: --%s=%s",
				   options->watch ? "watch" : "freeze",
				   number);
	if (options->all && options->nr_devices)
		return usage_error("--all means every mounted ext4, and takes "
				   "no device");
	if (!options->all && live && options->nr_devices < 1)
		return usage_error("--live needs a device or a mount point, "
				   "or --all for every mounted ext4");
	if (!options->all && !live && options->nr_devices != 1)
		return usage_operands();
	return 0;
}

/* Nothing else than --live looks at several, or at what is mounted. */
static int take_devices(int argc, char **argv, struct options *options)
{
	bool live = options->action == ACTION_LIVE;
	int status;

	if (!live && only_live(options))
		return usage_error("--%s needs --live", only_live(options));
	if (options->no_look)
		return usage_error("--no-look needs --klog");
	if (live && options->check.owners == EXT4BM_OWNERS_ALL)
		return usage_refuse("While it is mounted, inodes and bitmaps "
				    "are never of the same moment: with "
				    "--live, say --owners=suspects");
	options->devices = argv + optind;
	options->nr_devices = argc - optind;
	status = take_number_of_devices(options, live);
	if (status)
		return status;
	if (options_several(options) && options->format == FORMAT_TABLE)
		return usage_error("A table is about one file system");
	if (options_several(options) && options->capture)
		return usage_error("A bundle is about one file system");
	if (options_several(options) && options->live_open.mb_groups)
		return usage_error("Counters are of one file system");
	if (options_several(options) && options->check.nr_groups)
		return usage_error("A list of groups is about one file "
				   "system");
	if (!options->all)
		options->device = argv[optind];
	return 0;
}

/* A device only narrows down what a log is asked for. */
static int take_klog(int argc, char **argv, struct options *options)
{
	options->devices = argv + optind;
	options->nr_devices = argc - optind;
	return options->nr_devices > 1 ? usage_operands() : 0;
}

int operands_take(int argc, char **argv, struct options *options)
{
	switch (options->action) {
	case ACTION_CHECK:
	case ACTION_LIVE:
		return take_devices(argc, argv, options);
	case ACTION_KLOG:
		return take_klog(argc, argv, options);
	case ACTION_REPLAY:
		if (optind < argc)
			return usage_error("--replay takes no device");
		break;
	case ACTION_EXPLAIN:
		while (optind < argc)
			options->codes[options->nr_codes++] = argv[optind++];
		break;
	case ACTION_HELP:
	case ACTION_VERSION:
		break;
	}
	return 0;
}
