/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * disk.h --- what is on the disk below a mounted filesystem
 */
#ifndef E4_DISK_H
#define E4_DISK_H

#include "live.h"

/*
 * @fd:		the device, past the page cache
 * @bounce:	aligned memory that direct reads go to
 * @store:	stands before it, or NULL
 * @direct:	with @store, aligned memory of its own
 * @table:	group descriptors, as far as they were read
 */
struct e4_disk {
	int fd;
	uint8_t *bounce;
	struct e4_store *store;
	uint8_t *direct;
	struct e4_table table;
};

/*
 * Open the device of @fs past the page cache; closed with e4_disk_close().
 * Return: 0 or a negative errno.
 */
int e4_disk_open(const struct ext4bm *fs, struct e4_disk **ret_disk);

/* NULL is fine. */
void e4_disk_close(struct e4_disk *disk);

/*
 * Read the descriptor of a group from the disk, and its bitmaps from where
 * @places has them; the kernel writes back what is dirty there first.
 */
void e4_disk_read(struct e4_live *live, uint32_t group,
		  const struct e4_gd *places, struct e4_cache *disk);

/*
 * Compare descriptors and bitmaps of all wanted groups with the page cache,
 * quickly: @differs is called for each group that differs just now, or that
 * could not be read, perhaps more than once. Return: 0 or -ENOMEM.
 */
int e4_disk_look(struct e4_live *live,
		 const struct ext4bm_check_options *options,
		 void (*differs)(void *context, uint32_t group),
		 void *context);

#endif
