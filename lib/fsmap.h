/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * fsmap.h --- the allocator's bitmap, through FS_IOC_GETFSMAP
 */
#ifndef E4_FSMAP_H
#define E4_FSMAP_H

#include <sys/types.h>

#include "ext4bm.h"
#include "source.h"

/* Called for each run of free clusters of a group, in order. */
typedef void (*e4_fsmap_run)(void *context, uint32_t group, uint32_t start,
			     uint32_t len);

/*
 * The free extents of the groups [@first, @last]; a run that goes on into the
 * next group is cut at the border.
 *
 * Return: 0; -ENOTTY the kernel is too old; -EBADMSG, -EIO, -EUCLEAN a group
 * in the range could not be loaded, and the runs seen so far mean nothing.
 */
int e4_fsmap_read(const struct e4_source *source,
		  const struct ext4bm_geometry *geo, uint32_t first,
		  uint32_t last, e4_fsmap_run run, void *context);

/*
 * Ask the kernel for all records of @device between two bytes, in order.
 * @fd:	any file or directory of the filesystem, open for reading
 * Return: as above.
 */
int e4_fsmap_scan(int fd, dev_t device, uint64_t first, uint64_t last,
		  e4_fsmap_take take, void *context);

#endif
