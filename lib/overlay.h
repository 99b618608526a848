/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * overlay.h --- what recovery would write, laid over all reads
 */
#ifndef E4_OVERLAY_H
#define E4_OVERLAY_H

#include "filemap.h"
#include "recovery.h"

/*
 * Contents stay in the journal and are read there when they are wanted: only
 * where they are is kept.
 * @block_size:	bytes
 * @list:	logged blocks, sorted by block, each once
 * @nr:		how many; 0 if nothing is laid over anything
 * @map:	where the blocks of the journal are, if it is a file
 * @device:	an external journal, else NULL
 */
struct e4_overlay {
	uint32_t block_size;
	struct e4_logged *list;
	size_t nr;
	struct e4_filemap map;
	io_channel device;
};

/*
 * Read part of a block of the journal: @len bytes from byte @within on.
 * @channel is the filesystem's. Return: 0 or a negative errno.
 */
int e4_overlay_journal(const struct e4_overlay *overlay, io_channel channel,
		       uint32_t block, size_t within, void *buf, size_t len);

/*
 * Bring @len bytes that were read at @offset up to the state after recovery.
 *
 * @err: what came of that read; where all of it is in the journal, a failure
 *	 does not matter
 *
 * Return: 0 or a negative errno.
 */
int e4_overlay_apply(const struct e4_overlay *overlay, io_channel channel,
		     void *buf, size_t len, uint64_t offset, int err);

/* Free what it holds; NULL is fine. */
void e4_overlay_free(struct e4_overlay *overlay);

#endif
