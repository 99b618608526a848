// SPDX-License-Identifier: LGPL-2.0-only
/*
 * mounted.c --- is a device or an image mounted?
 *
 * Asks the kernel's tables only. libext2fs's own test creates a file in the
 * root directory to see whether it is writable, and opening with O_EXCL can
 * make somebody else's mount fail.
 */
#include "config.h"

#include <dirent.h>
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

/* The first one of a file, without the newline. */
static int read_line(const char *path, char *line, size_t size)
{
	FILE *file = fopen(path, "re");

	if (!file)
		return -1;
	if (!fgets(line, (int)size, file))
		line[0] = '\0';
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	return 0;
}

static int read_sysfs(dev_t device, const char *attribute, char *line,
		      size_t size)
{
	char path[SYSFS_PATH];

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%s",
		 major(device), minor(device), attribute);
	return read_line(path, line, size);
}

static uint64_t read_number(dev_t device, const char *attribute)
{
	char line[64];

	return read_sysfs(device, attribute, line, sizeof(line)) < 0 ? 0 :
	       strtoull(line, NULL, 10);
}

/* Is @device a loop device, or a part of one, on byte @offset of @image? */
static bool is_loop_on(dev_t device, const struct stat *image, uint64_t offset)
{
	uint64_t start = 512 * read_number(device, "start");
	char line[4096];
	struct stat st;

	if (read_sysfs(device, "loop/backing_file", line, sizeof(line)) == 0)
		start += read_number(device, "loop/offset");
	else if (read_sysfs(device, "../loop/backing_file", line,
			    sizeof(line)) == 0)
		start += read_number(device, "../loop/offset");
	else
		return false;
	return stat(line, &st) == 0 && st.st_dev == image->st_dev &&
	       st.st_ino == image->st_ino && start == offset;
}

/* What is looked for among what is mounted, and where it was found. */
struct search {
	const struct stat *st;
	uint64_t offset;
	char *where;
};

static bool is_sought(const struct search *search, dev_t device)
{
	return S_ISBLK(search->st->st_mode) ?
	       device == search->st->st_rdev :
	       is_loop_on(device, search->st, search->offset);
}

static bool look_at_mount(void *context, const struct e4_mount *mount)
{
	struct search *search = context;

	if (is_sought(search, mount->device))
		search->where = strdup(mount->target);
	return !search->where;
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

/* The number of a block device by its name, or 0, which none has. */
static dev_t find_number(const char *name)
{
	unsigned int major_nr, minor_nr;
	char path[SYSFS_PATH], line[64];

	snprintf(path, sizeof(path), "/sys/class/block/%s/dev", name);
	if (read_line(path, line, sizeof(line)) < 0 ||
	    sscanf(line, "%u:%u", &major_nr, &minor_nr) != 2)
		return 0;
	return makedev(major_nr, minor_nr);
}

/* ext4 shows a directory in /proc for what is mounted in any namespace. */
static void look_elsewhere(struct search *search)
{
	struct dirent **entries;
	int nr = scandir("/proc/fs/ext4", &entries, NULL, NULL);

	for (int i = 0; i < nr; i++) {
		dev_t device = find_number(entries[i]->d_name);

		if (device && !search->where && is_sought(search, device))
			search->where =
				strdup("(in another mount namespace)");
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
}

char *e4_mounted_at(const struct stat *st, uint64_t offset)
{
	struct search search = { st, offset, NULL };

	e4_mounts_each(look_at_mount, &search);
	if (!search.where)
		look_elsewhere(&search);
	return search.where;
}
