/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * kernel.h --- where the running kernel shows a mounted filesystem
 */
#ifndef E4_KERNEL_H
#define E4_KERNEL_H

#include <sys/types.h>

#include "ext4bm.h"
#include "mbgroups.h"

/* What the kernel does when it finds a damaged group. */
enum e4_policy {
	E4_POLICY_CONTINUE,
	E4_POLICY_READ_ONLY,
	E4_POLICY_PANIC,
};

/*
 * A mounted filesystem.
 * @device:	its block device
 * @name:	the kernel's name of it, as in /proc/fs/ext4
 * @node:	device node, or NULL if there is none
 * @mountpoint:	a directory where it is mounted, or NULL
 * @fd:		a file or directory of it, open for reading
 * @policy:	errors= of the mount
 */
struct e4_kernel {
	dev_t device;
	char name[256];
	char *node;
	char *mountpoint;
	int fd;
	enum e4_policy policy;
};

/*
 * Find what @name (a device node, tag, mount point, or path on it) is mounted
 * as. Return: 0; -ENOENT no such thing; -ENODEV not a mounted ext4.
 */
int e4_kernel_find(const char *name, struct e4_kernel *kernel,
		   struct ext4bm_error *err);

void e4_kernel_release(struct e4_kernel *kernel);

/*
 * Read mb_groups; @line is called for each group until it returns false.
 * Return: 0, or a negative errno; -EBADMSG for a line of no known dialect.
 */
int e4_kernel_counters(const struct e4_kernel *kernel,
		       bool (*line)(void *context,
				    const struct e4_mbgroup *line),
		       void *context);

/*
 * The line in /sys/fs/ext4/DEV/@name, without its newline. Return: 0, or a
 * negative errno; -ENOENT where the kernel does not show it.
 */
int e4_kernel_attribute(const struct e4_kernel *kernel, const char *name,
			char *buf, size_t size);

#endif
