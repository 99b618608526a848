/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * kernel.h --- where the running kernel shows a mounted filesystem
 */
#ifndef E4_KERNEL_H
#define E4_KERNEL_H

#include <stdio.h>
#include <sys/types.h>

#include "ext4bm.h"
#include "mbgroups.h"
#include "source.h"

/* What the kernel does when it finds a damaged group; names in live.c. */
enum e4_policy {
	E4_POLICY_CONTINUE,
	E4_POLICY_READ_ONLY,
	E4_POLICY_PANIC,
	E4_POLICY_UNKNOWN,
};

/*
 * A mounted filesystem.
 * @device:	its block device
 * @name:	the kernel's name of it, as in /proc/fs/ext4
 * @node:	device node, or NULL if there is none
 * @mountpoint:	a directory where it is mounted, or NULL
 * @root:	folder in which /proc and /sys are, "" as a rule
 * @counters:	path of its mb_groups
 * @fd:		a file or directory of it, open for reading
 * @policy:	errors= of the mount
 * @discard:	freed clusters are discarded before they are free again
 */
struct e4_kernel {
	dev_t device;
	char name[256];
	char *node;
	char *mountpoint;
	const char *root;
	char *counters;
	int fd;
	enum e4_policy policy;
	bool discard;
};

/*
 * Find what @name (a device node, tag, image, mount point, or path on it) is
 * mounted as. The strings of @options must outlive @kernel.
 * Return: 0; -ENOENT no such thing; -ENODEV not a mounted ext4, or one whose
 * counters are shown nowhere; -EINVAL the counters are a saved copy, or those
 * of another filesystem.
 */
int e4_kernel_find(const char *name,
		   const struct ext4bm_live_open_options *options,
		   struct e4_kernel *kernel, struct ext4bm_error *err);

void e4_kernel_release(struct e4_kernel *kernel);

/* A file that the kernel makes up when it is read, and not a copy of one. */
bool e4_is_kernels(const char *path);

/*
 * Where the counters of the filesystem that the kernel calls @name are shown:
 * in procfs, else in debugfs, below @root. Return: a path, which the caller
 * frees, or NULL if they are in neither.
 */
char *e4_kernel_find_counters(const char *root, const char *name);

/*
 * Read a file of the counters' format; @take is called for each group until
 * it returns false. Return: 0, or a negative errno; -EBADMSG for a line of no
 * known dialect.
 */
int e4_counters_read(const char *path, e4_counters_take take, void *to);

/* Take one line of the mount's options (/proc/fs/ext4/DEV/options). */
void e4_kernel_option(struct e4_kernel *kernel, const char *line);

/* Open a file about the filesystem below @folder of the root, or NULL. */
FILE *e4_kernel_open(const struct e4_kernel *kernel, const char *folder,
		     const char *file);

/*
 * The line in /sys/fs/ext4/DEV/@name, without its newline. Return: 0, or a
 * negative errno; -ENOENT where the kernel does not show it.
 */
int e4_kernel_attribute(const struct e4_kernel *kernel, const char *name,
			char *buf, size_t size);

/* The kernel that runs here, in the words of its first message, or "". */
void e4_kernel_banner(char *buf, size_t size);

#endif
