// SPDX-License-Identifier: LGPL-2.0-only
/*
 * filesystems.c --- every mounted ext4, each once
 *
 * The mount table says where something is mounted, /proc/fs/ext4 what the
 * ext4 driver has mounted: also as ext2 or ext3, and also where this mount
 * namespace does not show it. Nothing is opened, so nothing is woken.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "device.h"
#include "mounted.h"
#include "mounts.h"

#define MOUNT_TABLE "/proc/self/mountinfo"
#define EXT4_FOLDER "/proc/fs/ext4"

struct found {
	struct ext4bm_filesystem *list;
	size_t nr;
	bool failed;
};

static bool is_known(const struct found *found, const char *name)
{
	for (size_t i = 0; i < found->nr; i++)
		if (strcmp(found->list[i].name, name) == 0)
			return true;
	return false;
}

static void add(struct found *found, const char *name, const char *path,
		bool shown)
{
	struct ext4bm_filesystem *grown =
		reallocarray(found->list, found->nr + 1, sizeof(*grown));

	if (!grown) {
		found->failed = true;
		return;
	}
	found->list = grown;
	grown += found->nr++;
	grown->name = strdup(name);
	grown->path = strdup(path);
	grown->shown = shown;
	found->failed |= !grown->name || !grown->path;
}

/*
 * A mount point may be covered by a later mount, and then leads elsewhere.
 * Only what is on a block device is asked: others may not answer.
 */
static bool add_mount(void *context, const struct e4_mount *mount)
{
	struct found *found = context;
	dev_t device = mount->device;
	char name[256];
	struct statfs fs;
	struct stat st;

	if (major(device) == 0 || stat(mount->target, &st) < 0 ||
	    st.st_dev != device || statfs(mount->target, &fs) < 0 ||
	    fs.f_type != EXT4_SUPER_MAGIC)
		return true;
	if (e4_device_name(device, name, sizeof(name)) < 0)
		snprintf(name, sizeof(name), "%u:%u", major(device),
			 minor(device));
	if (!is_known(found, name))
		add(found, name, mount->target, true);
	return true;
}

/* What no mount led to; the node is where udev puts it. */
static void add_rest(struct found *found)
{
	struct dirent **entries;
	int nr = scandir(EXT4_FOLDER, &entries, NULL, alphasort);
	char path[sizeof("/dev/") + sizeof(entries[0]->d_name)];

	for (int i = 0; i < nr; i++) {
		const char *name = entries[i]->d_name;

		snprintf(path, sizeof(path), "/dev/%s", name);
		for (char *at = path; (at = strchr(at, '!')); )
			*at = '/';
		if (*name != '.' && !is_known(found, name))
			add(found, name, path, false);
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
}

int ext4bm_filesystems(struct ext4bm_filesystem **ret_list, size_t *ret_nr,
		       struct ext4bm_error *err)
{
	struct found found = { 0 };

	if (access(MOUNT_TABLE, R_OK) < 0)
		return e4_error(err, errno, errno,
				"The mount table could not be read");
	e4_mounts_each(add_mount, &found);
	add_rest(&found);
	if (found.failed) {
		ext4bm_filesystems_free(found.list, found.nr);
		return e4_error(err, ENOMEM, ENOMEM, "%s", "");
	}
	*ret_list = found.list;
	*ret_nr = found.nr;
	return 0;
}

void ext4bm_filesystems_free(struct ext4bm_filesystem *list, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		free(list[i].name);
		free(list[i].path);
	}
	free(list);
}
