// SPDX-License-Identifier: LGPL-2.0-only
/*
 * mounts.c --- the mount table, through libmount
 */
#include "config.h"

#include <libmount/libmount.h>

#include "mounts.h"

void e4_mounts_each(bool (*each)(void *context, const struct e4_mount *mount),
		    void *context)
{
	struct libmnt_table *table =
		mnt_new_table_from_file("/proc/self/mountinfo");
	struct libmnt_iter *iter = mnt_new_iter(MNT_ITER_FORWARD);
	struct libmnt_fs *fs;
	bool more = table && iter;

	while (more && mnt_table_next_fs(table, iter, &fs) == 0) {
		struct e4_mount mount = {
			.device = mnt_fs_get_devno(fs),
			.target = mnt_fs_get_target(fs),
			.type = mnt_fs_get_fstype(fs),
			.source = mnt_fs_get_source(fs),
		};

		more = !mount.target || each(context, &mount);
	}
	mnt_free_iter(iter);
	mnt_unref_table(table);
}
