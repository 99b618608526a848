// SPDX-License-Identifier: LGPL-2.0-only
/*
 * place.c --- what the user names, and the mounted filesystem it stands for
 *
 * A file is a path on a filesystem, but an image is also a filesystem itself:
 * who names one means what is in it.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "device.h"
#include "ext4bm_err.h"
#include "geometry.h"
#include "mounted.h"
#include "place.h"

/* Looking at a file is not to count as using it, where that can be had. */
static int open_quietly(const char *path)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
	int fd = open(path, flags | O_NOATIME);

	return fd < 0 && errno == EPERM ? open(path, flags) : fd;
}

bool e4_place_is_ext(const char *path, uint64_t offset)
{
	struct ext2_super_block sb;
	int fd = open_quietly(path);
	ssize_t len;

	if (fd < 0)
		return false;
	len = pread(fd, &sb, sizeof(sb),
		    (off_t)(offset + E4_SUPERBLOCK_OFFSET));
	close(fd);
	return len == (ssize_t)sizeof(sb) &&
	       le16toh(sb.s_magic) == EXT2_SUPER_MAGIC &&
	       le32toh(sb.s_log_block_size) <= EXT2_MAX_BLOCK_LOG_SIZE &&
	       sb.s_blocks_per_group != 0 &&
	       !(le32toh(sb.s_feature_incompat) &
		 EXT3_FEATURE_INCOMPAT_JOURNAL_DEV);
}

/* The image is mounted at @where, or so it is said. */
static int take_mount(struct e4_place *place, const char *where,
		      struct ext4bm_error *err)
{
	struct stat st;

	if (*where != '/')
		return e4_error(err, ENODEV, EXT4BM_ET_NOT_MOUNTED, "The image "
				"is mounted in another mount namespace: check "
				"it there (nsenter --target PID --mount)");
	if (stat(where, &st) < 0)
		return e4_error(err, errno, errno,
				"The image is mounted on %s", where);
	place->device = st.st_dev;
	place->on = false;
	return 0;
}

/* @named: what is in it is asked for by an offset. */
static int look_inside(struct e4_place *place, const struct stat *st,
		       uint64_t offset, bool named, struct ext4bm_error *err)
{
	char *where = e4_mounted_at(st, offset);
	int ret = 0;

	if (where)
		ret = take_mount(place, where, err);
	else if (named || e4_place_is_ext(place->path, offset))
		ret = e4_error(err, ENODEV, EXT4BM_ET_UNMOUNTED_IMAGE,
			       "Of the filesystem that holds the image, name "
			       "the directory that it is in");
	free(where);
	return ret;
}

int e4_place_find(const char *name, struct e4_place *place,
		  struct ext4bm_error *err)
{
	char *path = strdup(name);
	uint64_t offset = 0;
	struct stat st;
	bool named;
	int ret;

	memset(place, 0, sizeof(*place));
	ret = path ? e4_resolve_offset(path, &offset) : -ENOMEM;
	named = path && strcmp(path, name) != 0;
	if (!ret)
		ret = e4_resolve_tag(path, &place->path);
	free(path);
	if (ret)
		return e4_error(err, -ret, ret == -ENOMEM ? ENOMEM :
				EXT4BM_ET_NOT_FOUND, "%s", ret == -EINVAL ?
				E4_OFFSET_TEXT : "");
	if (stat(place->path, &st) < 0)
		return e4_error(err, errno, errno == ENOENT ?
				EXT4BM_ET_NOT_FOUND : errno, "%s", "");
	if (named && !S_ISREG(st.st_mode))
		return e4_error(err, EINVAL, EXT4BM_ET_NOT_FOUND,
				"With --live, only an image has an offset");
	place->on = !S_ISBLK(st.st_mode);
	place->device = place->on ? st.st_dev : st.st_rdev;
	return S_ISREG(st.st_mode) ? look_inside(place, &st, offset, named,
						 err) : 0;
}

void e4_place_free(struct e4_place *place)
{
	free(place->path);
	place->path = NULL;
}
