// SPDX-License-Identifier: LGPL-2.0-only
/*
 * kernel.c --- where the running kernel shows a mounted filesystem
 *
 * Goes from whatever the user names to the device number, and from there to
 * the kernel's name, because mount tables may say /dev/root, a mapper name
 * or a symbolic link. Only looks: opening the counters wakes nothing, reading
 * them loads groups (e4_kernel_counters).
 */
#include "config.h"

#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "device.h"
#include "ext4bm_err.h"
#include "kernel.h"
#include "mounted.h"
#include "mounts.h"
#include "place.h"

#define PATH_SIZE 4096

/*
 * The oldest mount of a device, as in filesystems.c; one that leads to it, if
 * there is any: a mount point may be covered by another mount.
 */
struct oldest {
	dev_t device;
	char *where;
};

static bool keep_oldest(void *context, const struct e4_mount *mount)
{
	struct oldest *oldest = context;
	struct stat st;
	bool leads;

	if (mount->device != oldest->device)
		return true;
	leads = stat(mount->target, &st) == 0 && st.st_dev == mount->device;
	if (leads || !oldest->where) {
		free(oldest->where);
		oldest->where = strdup(mount->target);
	}
	return !leads;
}

/* A directory where the device is mounted; the caller frees it. */
static char *find_mountpoint(dev_t device)
{
	struct oldest oldest = { .device = device };

	e4_mounts_each(keep_oldest, &oldest);
	return oldest.where;
}

/* By whatever driver, in whatever mount namespace. */
static bool is_mounted(dev_t device)
{
	struct stat st = { .st_mode = S_IFBLK, .st_rdev = device };
	char *where = e4_mounted_at(&st, 0);

	free(where);
	return where != NULL;
}

/* A file about the filesystem. Return: false if its path is too long. */
static bool in_root(const struct e4_kernel *kernel, char path[PATH_SIZE],
		    const char *folder, const char *file)
{
	return snprintf(path, PATH_SIZE, "%s/%s/%s/%s", kernel->root, folder,
			kernel->name, file) < PATH_SIZE;
}

FILE *e4_kernel_open(const struct e4_kernel *kernel, const char *folder,
		     const char *file)
{
	char path[PATH_SIZE];

	return in_root(kernel, path, folder, file) ? fopen(path, "re") : NULL;
}

void e4_kernel_option(struct e4_kernel *kernel, const char *line)
{
	if (strncmp(line, "errors=remount-ro", 17) == 0)
		kernel->policy = E4_POLICY_READ_ONLY;
	else if (strncmp(line, "errors=panic", 12) == 0)
		kernel->policy = E4_POLICY_PANIC;
	else if (strcmp(line, "discard\n") == 0)
		kernel->discard = true;
}

static void find_policy(struct e4_kernel *kernel)
{
	FILE *file = e4_kernel_open(kernel, "proc/fs/ext4", "options");
	char line[200];

	kernel->policy = E4_POLICY_UNKNOWN;
	if (!file)
		return;
	kernel->policy = E4_POLICY_CONTINUE;
	while (fgets(line, sizeof(line), file))
		e4_kernel_option(kernel, line);
	fclose(file);
}

static int open_mounted(struct e4_kernel *kernel, const struct e4_place *place,
			struct ext4bm_error *err)
{
	struct stat st;

	kernel->mountpoint = find_mountpoint(kernel->device);
	if (!place->on && !kernel->mountpoint)
		return e4_error(err, ENODEV, EXT4BM_ET_NOT_MOUNTED,
				"It is mounted, but where this mount "
				"namespace does not show it");
	kernel->fd = open(place->on ? place->path : kernel->mountpoint,
			  O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (kernel->fd < 0)
		return e4_error(err, errno, errno, "%s%s", place->on ? "" :
				"It is mounted on ", place->on ? "" :
				kernel->mountpoint);
	if (fstat(kernel->fd, &st) < 0 || st.st_dev != kernel->device)
		return e4_error(err, ENODEV, EXT4BM_ET_NOT_MOUNTED,
				"Other mounts cover each of its mount points");
	return 0;
}

char *e4_kernel_find_counters(const char *root, const char *name)
{
	static const char *const folders[] = {
		"proc/fs/ext4", "sys/kernel/debug/ext4",
	};
	struct e4_kernel kernel = { .root = root };
	char path[PATH_SIZE];

	snprintf(kernel.name, sizeof(kernel.name), "%s", name);
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		if (in_root(&kernel, path, folders[i], "mb_groups") &&
		    access(path, F_OK) == 0)
			return strdup(path);
	return NULL;
}

bool e4_is_kernels(const char *path)
{
	struct statfs st;

	return statfs(path, &st) == 0 &&
	       (st.f_type == PROC_SUPER_MAGIC || st.f_type == DEBUGFS_MAGIC ||
		st.f_type == SYSFS_MAGIC);
}

/* Views of different filesystems would differ in everything. */
static bool is_of(const struct e4_kernel *kernel, const char *counters)
{
	char *path = realpath(counters, NULL);
	char *end = path ? strrchr(path, '/') : NULL;
	const char *folder = NULL;
	bool same;

	if (end) {
		*end = '\0';
		folder = strrchr(path, '/');
	}
	same = folder && strcmp(folder + 1, kernel->name) == 0;
	free(path);
	return same;
}

static int check_counters(const struct e4_kernel *kernel,
			  struct ext4bm_error *err)
{
	if (access(kernel->counters, R_OK) < 0)
		return e4_error(err, errno, errno,
				"The allocator's counters are in %s",
				kernel->counters);
	if (!e4_is_kernels(kernel->counters))
		return e4_error(err, EINVAL, EXT4BM_ET_SAVED,
				"Compare it with an unmounted device or an "
				"image: leave --live out");
	if (!is_of(kernel, kernel->counters))
		return e4_error(err, EINVAL, EXT4BM_ET_COUNTERS,
				"The kernel calls this filesystem %s, and "
				"shows its counters in a folder of that name",
				kernel->name);
	return 0;
}

static int find_counters(struct e4_kernel *kernel, const char *given,
			 struct ext4bm_error *err)
{
	char path[PATH_SIZE];

	kernel->counters = given ? strdup(given) :
			   e4_kernel_find_counters(kernel->root, kernel->name);
	if (kernel->counters)
		return check_counters(kernel, err);
	if (in_root(kernel, path, "sys/fs/ext4", "") &&
	    access(path, F_OK) == 0)
		return e4_error(err, ENODEV, EXT4BM_ET_NOT_MOUNTED,
				"It is mounted, but its mb_groups is neither "
				"in procfs nor in debugfs: name the file with "
				"--mb-groups");
	return e4_error(err, ENODEV, EXT4BM_ET_NOT_MOUNTED, "%s", "");
}

/* Who knows what is on it and names it nevertheless is told the way. */
static int refuse_unmounted(const struct e4_place *place,
			    struct ext4bm_error *err)
{
	bool ext = !place->on && e4_place_is_ext(place->path, 0);

	return e4_error(err, ENODEV, EXT4BM_ET_NOT_MOUNTED, "%s", ext ?
			"It holds an ext2, ext3 or ext4 that is not mounted: "
			"leave --live out" : "");
}

static int find(const struct e4_place *place, const char *given,
		struct e4_kernel *kernel, struct ext4bm_error *err)
{
	int ret;

	kernel->device = place->device;
	if (e4_device_name(kernel->device, kernel->name,
			   sizeof(kernel->name)) < 0)
		return e4_error(err, ENODEV, EXT4BM_ET_NOT_MOUNTED, "%s", "");
	ret = find_counters(kernel, given, err);
	if (ret == -ENODEV && !is_mounted(kernel->device))
		ret = refuse_unmounted(place, err);
	if (!ret)
		ret = open_mounted(kernel, place, err);
	if (ret)
		return ret;
	kernel->node = blkid_devno_to_devname(kernel->device);
	find_policy(kernel);
	return 0;
}

int e4_kernel_find(const char *name,
		   const struct ext4bm_live_open_options *options,
		   struct e4_kernel *kernel, struct ext4bm_error *err)
{
	struct e4_place place;
	int ret;

	memset(kernel, 0, sizeof(*kernel));
	kernel->fd = -1;
	kernel->root = options->proc_root ? options->proc_root : "";
	ret = e4_place_find(name, &place, err);
	if (!ret)
		ret = find(&place, options->mb_groups, kernel, err);
	e4_place_free(&place);
	if (ret)
		e4_kernel_release(kernel);
	return ret;
}

void e4_kernel_release(struct e4_kernel *kernel)
{
	if (kernel->fd >= 0)
		close(kernel->fd);
	free(kernel->node);
	free(kernel->mountpoint);
	free(kernel->counters);
	kernel->fd = -1;
	kernel->node = kernel->mountpoint = kernel->counters = NULL;
}

int e4_counters_read(const char *path, e4_counters_take take, void *to)
{
	FILE *file = fopen(path, "re");
	/* The kernel fills a page at a time, stdio would ask for a quarter. */
	char buffer[8192];
	char text[400];
	bool more = true;
	int ret = 0;

	if (!file)
		return -errno;
	setvbuf(file, buffer, _IOFBF, sizeof(buffer));
	while (more && ret >= 0 && fgets(text, sizeof(text), file)) {
		struct e4_mbgroup parsed;

		ret = e4_mbgroups_parse(text, &parsed);
		if (ret == 1)
			more = take(to, &parsed);
	}
	if (ferror(file))
		ret = -EIO;
	fclose(file);
	return ret == -EINVAL ? -EBADMSG : ret < 0 ? ret : 0;
}

int e4_kernel_attribute(const struct e4_kernel *kernel, const char *name,
			char *buf, size_t size)
{
	FILE *file = e4_kernel_open(kernel, "sys/fs/ext4", name);
	int ret = 0;

	if (!file)
		return -errno;
	if (fgets(buf, (int)size, file))
		buf[strcspn(buf, "\n")] = '\0';
	else
		ret = ferror(file) ? -EIO : -ENODATA;
	fclose(file);
	return ret;
}

void e4_kernel_banner(char *buf, size_t size)
{
	struct utsname name;

	*buf = '\0';
	if (uname(&name) == 0)
		snprintf(buf, size, "%s %s", name.release, name.version);
}
