// SPDX-License-Identifier: LGPL-2.0-only
/*
 * overlay.c --- what recovery would write, laid over all reads
 *
 * Every reader of the filesystem then sees it as it will be after a mount,
 * without a byte of it being written. Not changed once it is laid, so threads
 * share it.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "overlay.h"

/* Bytes of the magic number that an escaped block lacks. */
#define MAGIC_BYTES 4

int e4_overlay_journal(const struct e4_overlay *overlay, io_channel channel,
		       uint32_t block, size_t within, void *buf, size_t len)
{
	uint64_t where = block;

	if (overlay->device)
		channel = overlay->device;
	else if (block < overlay->map.blocks)
		where = e4_filemap_block(&overlay->map, block);
	else
		return -ENODATA;
	return e4_io_read_below(channel, buf, len,
				where * overlay->block_size + within);
}

/* Index of the first logged block that is not below @block. */
static size_t find(const struct e4_overlay *overlay, uint64_t block)
{
	size_t low = 0, high = overlay->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (overlay->list[middle].block < block)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Bytes [@within, @within + @len) of one logged block. */
static int read_logged(const struct e4_overlay *overlay, io_channel channel,
		       const struct e4_logged *logged, size_t within,
		       void *buf, size_t len)
{
	uint8_t start[MAGIC_BYTES];
	int err = e4_overlay_journal(overlay, channel, logged->at, within,
				     buf, len);

	if (err || !(logged->bits & E4_LOGGED_ESCAPED) ||
	    within >= MAGIC_BYTES)
		return err;
	e4_jbd2_unescape(start);
	if (len > MAGIC_BYTES - within)
		len = MAGIC_BYTES - within;
	memcpy(buf, start + within, len);
	return 0;
}

int e4_overlay_apply(const struct e4_overlay *overlay, io_channel channel,
		     void *buf, size_t len, uint64_t offset, int err)
{
	uint64_t size = overlay->block_size;
	uint64_t end = offset + len;
	uint64_t first = offset / size, last = (end - 1) / size;
	size_t from = find(overlay, first), to = from;

	while (to < overlay->nr && overlay->list[to].block <= last)
		to++;
	if (err && to - from != last - first + 1)
		return err;
	for (err = 0; from < to && !err; from++) {
		uint64_t start = overlay->list[from].block * size;
		uint64_t stop = start + size;

		if (start < offset)
			start = offset;
		if (stop > end)
			stop = end;
		err = read_logged(overlay, channel, &overlay->list[from],
				  start % size, (char *)buf + (start - offset),
				  stop - start);
	}
	return err;
}

void e4_overlay_free(struct e4_overlay *overlay)
{
	if (!overlay)
		return;
	free(overlay->list);
	e4_filemap_free(&overlay->map);
	if (overlay->device)
		overlay->device->manager->close(overlay->device);
	free(overlay);
}
