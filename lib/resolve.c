// SPDX-License-Identifier: LGPL-2.0-only
/*
 * resolve.c --- from an argument to a device or an image
 *
 * Tags go through libblkid, with its cache file out of the way: a checker
 * has no business in writing one. A path that exists is taken at its word
 * even when it looks like a tag or holds a question mark.
 */
#include "config.h"

#include <blkid/blkid.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "ext4bm_err.h"
#include "mounted.h"

int e4_resolve_offset(char *path, uint64_t *offset)
{
	static const char key[] = "?offset=";
	char *options = strrchr(path, '?');
	char *end;

	if (!options || access(path, F_OK) == 0)
		return 0;
	if (strncmp(options, key, sizeof(key) - 1) != 0)
		return -EINVAL;
	options += sizeof(key) - 1;
	errno = 0;
	*offset = strtoull(options, &end, 0);
	if (*options < '0' || *options > '9' || *end || errno ||
	    *offset > INT64_MAX)
		return -EINVAL;
	options -= sizeof(key) - 1;
	*options = '\0';
	return 0;
}

int e4_resolve_tag(const char *name, char **ret_device)
{
	char *type = NULL, *value = NULL, *device = NULL;
	blkid_cache cache = NULL;

	if (!strchr(name, '=') || access(name, F_OK) == 0) {
		*ret_device = strdup(name);
		return *ret_device ? 0 : -ENOMEM;
	}
	if (blkid_parse_tag_string(name, &type, &value) == 0 &&
	    blkid_get_cache(&cache, "/dev/null") == 0) {
		device = blkid_evaluate_tag(type, value, &cache);
		blkid_put_cache(cache);
	}
	free(type);
	free(value);
	*ret_device = device;
	return device ? 0 : -ENOENT;
}

/* A name for a shell, or false if it has no room or would upset a terminal. */
static bool quote(const char *name, char *buf, size_t size)
{
	size_t len = 0;

	/* What is before a colon is a protocol for qemu-img. */
	if (*name != '/')
		len = (size_t)snprintf(buf, size, "./");
	for (; *name; name++) {
		if ((unsigned char)*name < ' ' || *name == 0x7f ||
		    len + 5 > size)
			return false;
		len += (size_t)snprintf(buf + len, size - len,
					*name == '\'' ? "'\\''" : "%c", *name);
	}
	return true;
}

static int refuse_qcow2(const char *device, struct ext4bm_error *err)
{
	char name[sizeof(err->text) / 2 - 28];

	if (!quote(device, name, sizeof(name)))
		strcpy(name, "IMAGE");
	return e4_error(err, EMEDIUMTYPE, EXT4BM_ET_QCOW2,
			"Convert it with: qemu-img convert -O raw '%s' "
			"'%s.raw'", name, name);
}

static int check_form(struct ext4bm_target *target, int fd,
		      struct ext4bm_error *err)
{
	uint8_t bytes[E4_IMAGE_HEADER_SIZE] = { 0 };
	ssize_t len = pread(fd, bytes, sizeof(bytes), (off_t)target->offset);

	if (len < 0)
		return e4_error(err, errno, errno,
				"Its start could not be read");
	switch (e4_image_form(bytes, (uint32_t)len)) {
	case E4_IMAGE_QCOW2:
		return refuse_qcow2(target->device, err);
	case E4_IMAGE_E2IMAGE:
		target->kind = EXT4BM_TARGET_E2IMAGE;
		return 0;
	default:
		return 0;
	}
}

static int examine(struct ext4bm_target *target, int fd,
		   struct ext4bm_error *err)
{
	struct stat st;
	off_t size;

	if (fstat(fd, &st) < 0)
		return e4_error(err, errno, errno, "%s", "");
	if (S_ISDIR(st.st_mode))
		return e4_error(err, EISDIR, EXT4BM_ET_DIRECTORY, "%s", "");
	if (!S_ISBLK(st.st_mode) && !S_ISREG(st.st_mode))
		return e4_error(err, EINVAL, EXT4BM_ET_NOT_A_DEVICE, "%s", "");
	target->kind = S_ISBLK(st.st_mode) ? EXT4BM_TARGET_DEVICE
					   : EXT4BM_TARGET_IMAGE;
	size = lseek(fd, 0, SEEK_END);
	if (size < 0)
		return e4_error(err, errno, errno,
				"Its size could not be found out");
	if ((uint64_t)size > target->offset)
		target->size = (uint64_t)size - target->offset;
	target->mountpoint = e4_mounted_at(&st, target->offset);
	return check_form(target, fd, err);
}

static int open_and_examine(struct ext4bm_target *target,
			    struct ext4bm_error *err)
{
	/* Not blocking: the name may be that of a pipe. */
	int fd = open(target->device, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int ret;

	if (fd < 0 && errno == ENOENT)
		return e4_error(err, ENOENT, EXT4BM_ET_NOT_FOUND, "%s", "");
	if (fd < 0)
		return e4_error(err, errno, errno, "%s", "");
	ret = examine(target, fd, err);
	close(fd);
	return ret;
}

int ext4bm_resolve(const char *name, struct ext4bm_target **ret_target,
		   struct ext4bm_error *err)
{
	struct ext4bm_target *target = calloc(1, sizeof(*target));
	char *path = strdup(name);
	int ret;

	if (target)
		target->name = strdup(name);
	if (!target || !target->name || !path) {
		ret = e4_error(err, ENOMEM, ENOMEM, "%s", "");
		goto out;
	}
	ret = e4_resolve_offset(path, &target->offset);
	if (ret) {
		ret = e4_error(err, EINVAL, EXT4BM_ET_NOT_FOUND,
			       E4_OFFSET_TEXT);
		goto out;
	}
	ret = e4_resolve_tag(path, &target->device);
	if (ret) {
		ret = e4_error(err, -ret, ret == -ENOENT ?
			       EXT4BM_ET_NOT_FOUND : ENOMEM, "%s", "");
		goto out;
	}
	ret = open_and_examine(target, err);
	if (!ret) {
		*ret_target = target;
		target = NULL;
	}
out:
	ext4bm_target_free(target);
	free(path);
	return ret;
}

void ext4bm_target_free(struct ext4bm_target *target)
{
	if (!target)
		return;
	free(target->name);
	free(target->device);
	free(target->mountpoint);
	free(target);
}
