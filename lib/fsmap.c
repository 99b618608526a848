// SPDX-License-Identifier: LGPL-2.0-only
/*
 * fsmap.c --- the allocator's bitmap, through FS_IOC_GETFSMAP
 *
 * Facts of ext4's implementation that the code leans on: free records come
 * from the buddy cache and from nowhere else; both keys must carry the device
 * number or the kernel ignores their bounds; each call costs time in
 * proportion to the metadata of all groups, so the buffer is large; a record
 * of an external journal carries another device.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

#include "fsmap.h"
#include "geometry.h"

/* Records fetched by one call: 4 MiB of them. */
#define RECORDS 65536

/* The kernel's encoding of a device number in fmr_device. */
static uint32_t encode(dev_t device)
{
	return (minor(device) & 0xff) | (major(device) << 8) |
	       ((minor(device) & ~0xffU) << 12);
}

static void set_keys(struct fsmap_head *head, dev_t device, uint64_t first,
		     uint64_t last)
{
	memset(head, 0, sizeof(*head));
	head->fmh_count = RECORDS;
	head->fmh_keys[0].fmr_device = encode(device);
	head->fmh_keys[0].fmr_physical = first;
	head->fmh_keys[1].fmr_device = encode(device);
	head->fmh_keys[1].fmr_flags = UINT32_MAX;
	head->fmh_keys[1].fmr_physical = last;
	head->fmh_keys[1].fmr_owner = UINT64_MAX;
	head->fmh_keys[1].fmr_offset = UINT64_MAX;
}

int e4_fsmap_scan(int fd, dev_t device, uint64_t first, uint64_t last,
		  e4_fsmap_take take, void *context)
{
	struct fsmap_head *head = malloc(fsmap_sizeof(RECORDS));
	bool done = false;
	int ret = 0;

	if (!head)
		return -ENOMEM;
	set_keys(head, device, first, last);
	while (!done && !ret) {
		if (ioctl(fd, FS_IOC_GETFSMAP, head) < 0) {
			ret = -errno;
			break;
		}
		for (uint32_t i = 0; i < head->fmh_entries; i++) {
			const struct fsmap *record = &head->fmh_recs[i];

			if (record->fmr_device == encode(device))
				take(context, record);
			done |= (record->fmr_flags & FMR_OF_LAST) != 0;
		}
		/* Goes on behind the last record. */
		if (head->fmh_entries == 0)
			done = true;
		else
			head->fmh_keys[0] =
				head->fmh_recs[head->fmh_entries - 1];
	}
	free(head);
	return ret;
}

struct reading {
	const struct ext4bm_geometry *geo;
	e4_fsmap_run run;
	void *context;
};

/* Cut a free extent at the borders of groups. */
static void take_free(void *context, const struct fsmap *record)
{
	const struct reading *reading = context;
	const struct ext4bm_geometry *geo = reading->geo;
	uint64_t block = record->fmr_physical / geo->block_size;
	uint64_t len = record->fmr_length / geo->block_size;

	if (record->fmr_owner != FMR_OWN_FREE)
		return;
	while (len > 0 && e4_blocks_inside(geo, block, 1)) {
		uint32_t group = e4_block_group(geo, block);
		uint64_t here = e4_group_last_block(geo, group) - block + 1;
		uint64_t part = len < here ? len : here;

		reading->run(reading->context, group,
			     e4_block_bit(geo, group, block),
			     (uint32_t)((part + geo->cluster_ratio - 1) /
					geo->cluster_ratio));
		block += part;
		len -= part;
	}
}

int e4_fsmap_read(const struct e4_source *source,
		  const struct ext4bm_geometry *geo, uint32_t first,
		  uint32_t last, e4_fsmap_run run, void *context)
{
	struct reading reading = { geo, run, context };
	uint64_t from = ext4bm_group_first_block(geo, first);
	uint64_t to = e4_group_last_block(geo, last) + 1;

	return source->ops->records(source->context, from * geo->block_size,
				    to * geo->block_size - 1, take_free,
				    &reading);
}
