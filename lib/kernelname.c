// SPDX-License-Identifier: LGPL-2.0-only
/*
 * kernelname.c --- from a device to what the kernel calls it, and back
 *
 * The kernel's messages name a device as /proc/fs/ext4 does, "dm-0" and not
 * what the mapper is called. A node that has such a name is only believed if
 * sysfs agrees: /dev belongs to udev, not to the kernel.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "mounted.h"

int ext4bm_kernel_name(const char *name, char *buf, size_t size)
{
	char *path = NULL;
	struct stat st;
	int ret = e4_resolve_tag(name, &path);

	if (ret)
		return ret;
	ret = stat(path, &st) < 0 ? -errno : 0;
	free(path);
	if (ret)
		return ret;
	if (!S_ISBLK(st.st_mode) && !S_ISDIR(st.st_mode))
		return -ENODEV;
	return e4_device_name(S_ISBLK(st.st_mode) ? st.st_rdev : st.st_dev,
			      buf, size) < 0 ? -ENODEV : 0;
}

int ext4bm_device_node(const char *name, char *buf, size_t size)
{
	char path[300], again[256];
	struct stat st;
	int len = snprintf(path, sizeof(path), "/dev/%s", name);

	for (char *at = path; (at = strchr(at, '!')); )
		*at = '/';
	if (len >= (int)sizeof(path) || (size_t)len >= size ||
	    stat(path, &st) < 0 || !S_ISBLK(st.st_mode) ||
	    e4_device_name(st.st_rdev, again, sizeof(again)) < 0 ||
	    strcmp(again, name) != 0)
		return -ENOENT;
	memcpy(buf, path, (size_t)len + 1);
	return 0;
}
