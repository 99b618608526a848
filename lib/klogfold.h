/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * klogfold.h --- the messages of a whole log, each once
 */
#ifndef E4_KLOGFOLD_H
#define E4_KLOGFOLD_H

#include "ext4bm.h"

/*
 * A device at a line of the log.
 * @era:	grows whenever what the kernel had in memory for it is gone
 * @uuid:	of the filesystem that is mounted, or ""
 */
struct e4_klogstate {
	uint32_t era;
	char uuid[37];
};

/*
 * @info:	what is public
 * @items:	messages
 * @room:	how many fit
 * @devices:	devices, with @states beside them
 * @states:	what is known of them at this line
 * @kernels:	banners, each once
 * @nr_kernels:	how many
 * @index:	finds an item, for tsearch()
 * @complete:	what follows from all lines together is up to date
 */
struct ext4bm_klog {
	struct ext4bm_klog_info info;
	struct ext4bm_klog_item **items;
	size_t room;
	struct ext4bm_klog_device *devices;
	struct e4_klogstate *states;
	char **kernels;
	size_t nr_kernels;
	void *index;
	bool complete;
};

/* Of a line that is no message: has it words of the kernel all the same? */
bool e4_klog_unread(const char *line);

/* The kernel that writes from here on. Return: 0 or -ENOMEM. */
int e4_klog_kernel(struct ext4bm_klog *log, const char *banner);

/* Call @each for the items of a device. */
void e4_klog_each(struct ext4bm_klog *log, const char *device,
		  void (*each)(void *context, struct ext4bm_klog_item *item),
		  void *context);

#endif
