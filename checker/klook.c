// SPDX-License-Identifier: GPL-2.0-only
/*
 * klook.c --- look at the groups that a kernel log names on one device
 *
 *	name in the log -> mounted? -> open -> groups -> check -> verdicts
 *
 * A check that cannot be made is a result, too.
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "klook.h"
#include "live.h"

static void __attribute__((format(printf, 2, 3)))
refuse(struct klook *look, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(look->reason, sizeof(look->reason), format, args);
	va_end(args);
}

static void refuse_error(struct klook *look, const struct ext4bm_error *err)
{
	refuse(look, "%s: %s%s%s", look->path, complain_message(err),
	       *err->text ? ": " : "", err->text);
}

/* Where the device is mounted, as ext4bm_live_open() wants to know it. */
static bool find_mounted(struct klook *look)
{
	struct ext4bm_filesystem *list = NULL;
	bool found = false;
	size_t nr = 0;

	if (ext4bm_filesystems(&list, &nr, NULL))
		return false;
	for (size_t i = 0; i < nr && !found; i++) {
		found = strcmp(list[i].name, look->name) == 0;
		if (found)
			snprintf(look->path, sizeof(look->path), "%s",
				 list[i].path);
	}
	ext4bm_filesystems_free(list, nr);
	return found;
}

static bool may_look(const struct options *options, struct klook *look)
{
	const struct ext4bm_live_info *info = ext4bm_live_info(look->live);

	if (!info->panics || options->allow_kernel_load) {
		live_warn(options, info);
		return true;
	}
	refuse(look, "looking could make the kernel panic (errors=%s): say "
	       "--allow-kernel-load", info->errors);
	return false;
}

/* True if the shape of the filesystem is known. */
static bool open_live(const struct options *options, struct klook *look)
{
	struct ext4bm_error err = { 0 };

	if (ext4bm_live_open(look->path, &options->live_open, &look->live,
			     &err)) {
		refuse_error(look, &err);
		return false;
	}
	return may_look(options, look);
}

static bool open_device(const struct options *options, struct klook *look)
{
	struct ext4bm_error err = { 0 };

	if (ext4bm_resolve(look->path, &look->target, &err) ||
	    ext4bm_open(look->target, &options->open, &look->fs, &err)) {
		refuse_error(look, &err);
		return false;
	}
	return true;
}

static const struct ext4bm_geometry *geometry(const struct klook *look)
{
	return look->live ? ext4bm_live_geometry(look->live)
			  : ext4bm_geometry(look->fs);
}

static int check_live(const struct options *options, struct klook *look,
		      size_t nr, struct ext4bm_error *err)
{
	struct ext4bm_live_options how = live_options(options);
	int ret;

	how.groups = look->groups;
	how.nr_groups = nr;
	ret = ext4bm_live_check(look->live, &how, &look->report, err);
	look->shown = live_describe(options, ext4bm_live_info(look->live));
	look->shown.name = (char *)(uintptr_t)look->path;
	look->shown.size = geometry(look)->blocks *
			   geometry(look)->block_size;
	return ret;
}

static int check_device(const struct options *options, struct klook *look,
			size_t nr, struct ext4bm_error *err)
{
	struct ext4bm_check_options how = options->check;

	how.groups = look->groups;
	how.nr_groups = nr;
	how.mounted = look->target->mountpoint != NULL;
	look->shown = *look->target;
	return ext4bm_check(look->fs, &how, &look->report, err);
}

/* Return: true if there is a report, or nothing to report on. */
static bool check(const struct options *options, struct ext4bm_klog *log,
		  const char *name, struct klook *look)
{
	struct ext4bm_error err = { 0 };
	size_t nr = 0;
	int ret;

	if (geometry(look)->groups == 0) {
		refuse(look, "%s: how large its groups are is not known "
		       "without the right to read the device", look->path);
		return false;
	}
	if (ext4bm_klog_groups(log, name, geometry(look), &look->groups, &nr))
		out_of_memory();
	if (nr == 0) {
		refuse(look, "no message names a group of the filesystem "
		       "that is there now");
		return false;
	}
	ret = look->live ? check_live(options, look, nr, &err)
			 : check_device(options, look, nr, &err);
	if (ret) {
		refuse_error(look, &err);
		return false;
	}
	look->exit = exit_of_report(look->report, options->exit_on);
	return true;
}

static bool open_any(const struct options *options, const char *image,
		     struct klook *look)
{
	if (image) {
		snprintf(look->path, sizeof(look->path), "%s", image);
		return open_device(options, look);
	}
	if (find_mounted(look))
		return open_live(options, look);
	if (ext4bm_device_node(look->name, look->path, sizeof(look->path))) {
		refuse(look, "there is no %s here", look->name);
		return false;
	}
	return open_device(options, look);
}

void klook_at(struct options *options, struct ext4bm_klog *log,
	      const struct ext4bm_klog_device *device, const char *image,
	      struct klook *look)
{
	*look = (struct klook) { .name = device->name };
	if (open_any(options, image, look) &&
	    check(options, log, device->name, look))
		ext4bm_klog_judge(log, device->name, look->report);
	else
		ext4bm_klog_not_looked(log, device->name, look->reason);
}

void klook_refuse(struct ext4bm_klog *log,
		  const struct ext4bm_klog_device *device, const char *reason,
		  struct klook *look)
{
	*look = (struct klook) { .name = device->name };
	refuse(look, "%s", reason);
	ext4bm_klog_not_looked(log, device->name, look->reason);
}

void klook_free(struct klook *look)
{
	ext4bm_report_free(look->report);
	ext4bm_live_close(look->live);
	ext4bm_close(look->fs);
	ext4bm_target_free(look->target);
	free(look->groups);
}
