// SPDX-License-Identifier: LGPL-2.0-only
/*
 * mounted.c --- is a device or an image mounted?
 *
 * Asks the kernel's tables only. libext2fs's own test creates a file in the
 * root directory to see whether it is writable, and opening with O_EXCL can
 * make somebody else's mount fail.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "mounted.h"
#include "mounts.h"

#define SYSFS_PATH 300

/* First line of an attribute of a block device, without the newline. */
static int read_sysfs(dev_t device, const char *attribute, char *line,
		      size_t size)
{
	char path[SYSFS_PATH];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s",
		 major(device), minor(device), attribute);
	file = fopen(path, "re");
	if (!file)
		return -1;
	if (!fgets(line, (int)size, file))
		line[0] = '\0';
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return 0;
}

/* True if @device is a loop device on byte @offset of the file @image. */
static int is_loop_on(dev_t device, const struct stat *image, uint64_t offset)
{
	char line[4096];
	struct stat st;

	if (read_sysfs(device, "loop/backing_file", line, sizeof(line)) < 0 ||
	    stat(line, &st) < 0 || st.st_dev != image->st_dev ||
	    st.st_ino != image->st_ino)
		return 0;
	return read_sysfs(device, "loop/offset", line, sizeof(line)) < 0 ||
	       strtoull(line, NULL, 10) == offset;
}

/* What is looked for in the mount table, and where it was found. */
struct search {
	const struct stat *st;
	uint64_t offset;
	char *where;
};

static bool is_sought(void *context, const struct e4_mount *mount)
{
	struct search *search = context;

	if (S_ISBLK(search->st->st_mode) ?
	    mount->device == search->st->st_rdev :
	    is_loop_on(mount->device, search->st, search->offset))
		search->where = strdup(mount->target);
	return !search->where;
}

static char *find_mount(const struct stat *st, uint64_t offset)
{
	struct search search = { st, offset, NULL };

	e4_mounts_each(is_sought, &search);
	return search.where;
}

int e4_device_name(dev_t device, char *name, size_t size)
{
	char link[SYSFS_PATH], target[SYSFS_PATH];
	const char *last;
	ssize_t len;

	snprintf(link, sizeof(link), "/sys/dev/block/%u:%u", major(device),
		 minor(device));
	len = readlink(link, target, sizeof(target) - 1);
	if (len < 0)
		return -errno;
	target[len] = '\0';
	last = strrchr(target, '/');
	snprintf(name, size, "%s", last ? last + 1 : target);
	return 0;
}

/* ext4 shows a directory in /proc for what is mounted in any namespace. */
static char *find_elsewhere(const struct stat *st)
{
	char name[256], path[SYSFS_PATH];

	if (!S_ISBLK(st->st_mode) ||
	    e4_device_name(st->st_rdev, name, sizeof(name)) < 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/fs/ext4/%s", name);
	return access(path, F_OK) == 0 ?
	       strdup("(in another mount namespace)") : NULL;
}

char *e4_mounted_at(const struct stat *st, uint64_t offset)
{
	char *where = find_mount(st, offset);

	return where ? where : find_elsewhere(st);
}
