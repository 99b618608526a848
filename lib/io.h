/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * io.h --- the only way to the device: positioned reads, nothing else
 */
#ifndef E4_IO_H
#define E4_IO_H

#include <stdint.h>
#include <sys/types.h>
#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>

/* An io_manager for ext2fs_open2() that can read and refuses to write. */
extern io_manager e4_io_manager;

struct e4_store;

/*
 * Have everything that is read from now on go through @store, which must
 * outlive the channel.
 */
void e4_io_attach(io_channel channel, struct e4_store *store);

struct e4_overlay;

/*
 * Read @len bytes at byte @offset of the filesystem (the "offset=" of the
 * open is added here), as they are with the overlay, if one is laid over it.
 * Safe from several threads at once.
 *
 * Return: 0; -ENODATA the device ends before that; -EIO and the like.
 */
int e4_io_read(io_channel channel, void *buf, size_t len, uint64_t offset);

/* The same of the device itself, below any overlay. */
int e4_io_read_below(io_channel channel, void *buf, size_t len,
		     uint64_t offset);

/*
 * Lay an overlay over all reads to come, or take it away (NULL). The channel
 * does not own it.
 */
void e4_io_lay(io_channel channel, const struct e4_overlay *overlay);

#endif
