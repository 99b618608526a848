/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * klook.h --- look at the groups that a kernel log names on one device
 */
#ifndef KLOOK_H
#define KLOOK_H

#include "options.h"

/**
 * struct klook - a device of a log, and what a check of it found
 * @name:	the kernel's name in the log
 * @path:	what is opened for it
 * @live:	it is mounted: the handle
 * @fs:		it is not mounted: the handle
 * @target:	for @fs
 * @shown:	for the renderers
 * @groups:	what was looked at; owned
 * @report:	the report, or NULL if it could not be looked at
 * @exit:	what the report, or its lack, stands for
 * @reason:	why it could not be looked at, a clause
 */
struct klook {
	const char *name;
	char path[4096];
	struct ext4bm_live *live;
	struct ext4bm *fs;
	struct ext4bm_target *target;
	struct ext4bm_target shown;
	struct ext4bm_range *groups;
	struct ext4bm_report *report;
	int exit;
	char reason[300];
};

/**
 * klook_at() - look at a device, and judge the messages about it
 * @options:	what was asked for
 * @log:	log
 * @device:	a device that it names
 * @image:	path of an image that stands for the device, or NULL to find it
 * @look:	what came of it; freed with klook_free()
 *
 * Mounted filesystems are checked live, others as they are on the disk, in
 * both cases only the groups that matter.
 */
void klook_at(struct options *options, struct ext4bm_klog *log,
	      const struct ext4bm_klog_device *device, const char *image,
	      struct klook *look);

/** Say why a device is not looked at, and judge the messages about it. */
void klook_refuse(struct ext4bm_klog *log,
		  const struct ext4bm_klog_device *device, const char *reason,
		  struct klook *look);

void klook_free(struct klook *look);

#endif
