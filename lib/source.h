/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * source.h --- where a live check takes the kernel's views from
 *
 * All that is read again and again comes through here, but for the blocks of
 * the device, which come through its I/O channel. What is read is compared
 * by code that does not know where it came from.
 */
#ifndef E4_SOURCE_H
#define E4_SOURCE_H

#include <linux/fsmap.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mbgroups.h"

struct e4_kernel;
struct e4_live;
struct e4_sample;
struct e4_total;

/* Called for each group until it returns false. */
typedef bool (*e4_counters_take)(void *to, const struct e4_mbgroup *line);

/* Called for each record of the filesystem's device, in order. */
typedef void (*e4_fsmap_take)(void *to, const struct fsmap *record);

/*
 * Each is given @context of the source first; those that return int return 0
 * or a negative errno.
 * @counters:	the allocator's counters of all groups, in order (mb_groups);
 *		-EBADMSG for a line of no known dialect
 * @records:	records of GETFSMAP from byte @first to byte @last; -EBADMSG,
 *		-EIO, -EUCLEAN: a group there could not be loaded, and what
 *		was taken so far means nothing
 * @block_size:	of the filesystem, in bytes, as statfs() tells everybody
 * @space:	free blocks as statfs() tells everybody, and blocks promised to
 *		delayed writes, which that number is without
 * @attribute:	the line in a file of /sys/fs/ext4/DEV, without its newline
 * @sample:	all views of @nr groups at once, see e4_sample_take(); -ETIME
 *		ends the sampling, as if the time for it were over
 * @total:	that free space and the descriptors at one moment, see
 *		e4_total_take()
 * @again:	what was given so far no longer counts: all is looked at anew
 * @now:	seconds of a clock that only goes forward
 * @pause:	let that many nanoseconds go by
 */
struct e4_source_ops {
	int (*counters)(void *context, e4_counters_take take, void *to);
	int (*records)(void *context, uint64_t first, uint64_t last,
		       e4_fsmap_take take, void *to);
	int (*block_size)(void *context, uint32_t *ret_size);
	int (*space)(void *context, uint64_t *ret_free,
		     uint64_t *ret_delayed);
	int (*attribute)(void *context, const char *name, char *buf,
			 size_t size);
	int (*sample)(void *context, struct e4_live *live,
		      struct e4_sample *samples, size_t nr);
	int (*total)(void *context, struct e4_live *live,
		     struct e4_total *total);
	void (*again)(void *context, const struct e4_live *live);
	double (*now)(void *context);
	void (*pause)(void *context, long nanoseconds);
};

/*
 * @concurrent:	it may be asked while another thread reads the device
 */
struct e4_source {
	const struct e4_source_ops *ops;
	void *context;
	bool concurrent;
};

/* The kernel that runs here; @kernel must outlive the source. */
struct e4_source e4_source_kernel(struct e4_kernel *kernel);

#endif
