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

#endif
