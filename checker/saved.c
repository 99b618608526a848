// SPDX-License-Identifier: GPL-2.0-only
/*
 * saved.c --- saved counters on the command line (--mb-groups, --proc-root)
 *
 * Decides whether a captured /proc, or a copy of a file in it, is meant, or
 * that of the kernel which runs here.
 */
#include "config.h"

#include <stdlib.h>

#include "complain.h"
#include "saved.h"

static bool is_mounted(const char *device)
{
	struct ext4bm_target *target = NULL;
	bool mounted = ext4bm_resolve(device, &target, NULL) != 0 ||
		       target->mountpoint;

	ext4bm_target_free(target);
	return mounted;
}

bool saved_wanted(const struct options *options)
{
	const struct ext4bm_live_open_options *open = &options->live_open;
	char *counters = NULL;
	bool saved;

	if (open->mb_groups)
		return ext4bm_is_saved(open->mb_groups) &&
		       !is_mounted(options->device);
	if (!open->proc_root)
		return false;
	saved = ext4bm_saved_counters(open->proc_root, options->device,
				      &counters, NULL) != 0 ||
		ext4bm_is_saved(counters);
	free(counters);
	return saved;
}

bool saved_refuse(const struct options *options)
{
	const char *option = options->watch ? "--watch" :
			     options->freeze ? "--freeze" :
			     options->disk_view ? "--disk-view" : NULL;

	if (option)
		usage_error("%s takes a mounted file system, not saved "
			    "counters", option);
	else if (options_several(options))
		usage_error("Saved counters are compared with one file "
			    "system at a time");
	return option || options_several(options);
}

int saved_find(struct options *options, struct ext4bm_error *err)
{
	const struct ext4bm_live_open_options *open = &options->live_open;
	int ret = 0;

	if (!open->mb_groups && open->proc_root)
		ret = ext4bm_saved_counters(open->proc_root, options->device,
					    &options->saved, err);
	options->check.proc_root = open->proc_root;
	options->check.mb_groups = open->mb_groups ? open->mb_groups
						   : options->saved;
	return ret;
}
