/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * mounted.h --- is a device or an image mounted?
 */
#ifndef E4_MOUNTED_H
#define E4_MOUNTED_H

#include <stdint.h>
#include <sys/stat.h>

/*
 * Where the block device or image file @st is mounted; for an image through
 * a loop device at byte @offset of it.
 *
 * Return: a path, or a description where the kernel has it mounted but this
 * mount namespace does not show it; the caller frees it. NULL if it is not.
 */
char *e4_mounted_at(const struct stat *st, uint64_t offset);

/*
 * The kernel's name of a block device, as in /proc/fs/ext4: sysfs writes "/"
 * in it as "!" too. Return: 0 or a negative errno.
 */
int e4_device_name(dev_t device, char *name, size_t size);

#endif
