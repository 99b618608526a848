/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * place.h --- what the user names, and the mounted filesystem it stands for
 */
#ifndef E4_PLACE_H
#define E4_PLACE_H

#include <sys/types.h>

#include "ext4bm.h"

/*
 * @path:	what is named, without tag and offset
 * @device:	block device of the filesystem that is meant
 * @on:		@path is a file or directory on it; else it is the device
 *		itself, or an image of which a part is that device
 */
struct e4_place {
	char *path;
	dev_t device;
	bool on;
};

/*
 * Find the filesystem that @name (a device, a tag, an image, a mount point or
 * a path) stands for: an image that is mounted through a loop device stands
 * for what is in it, not for what holds it.
 * Return: 0; -ENOENT no such thing; -ENODEV an image that is not mounted, or
 * not here. In any case the place is freed with e4_place_free().
 */
int e4_place_find(const char *name, struct e4_place *place,
		  struct ext4bm_error *err);

void e4_place_free(struct e4_place *place);

/* Does a device or file have a filesystem of the family on it? */
bool e4_place_is_ext(const char *path, uint64_t offset);

#endif
