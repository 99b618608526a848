// SPDX-License-Identifier: LGPL-2.0-only
/*
 * derive.c --- the shape of a filesystem whose device may not be read
 *
 * An ordinary user sees no superblock, but everybody sees the block size
 * (statfs), the number of groups (mb_groups), and where superblock copies
 * are and where the filesystem ends (GETFSMAP). The first copy begins group
 * 1, so it tells how large a group is; the two views of free space tell how
 * large a cluster is.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "fsmap.h"
#include "suspects.h"

/* Records of a superblock copy: type 'X', code 1 (EXT4_FMR_OWN_FS). */
#define OWNER_SUPERBLOCK FMR_OWNER('X', 1)

struct shape {
	uint64_t copy;
	uint64_t end;
	uint64_t free;
	uint64_t free_clusters;
	uint64_t groups;
};

static void take_record(void *context, const struct fsmap *record)
{
	struct shape *shape = context;
	uint64_t end = record->fmr_physical + record->fmr_length;

	/* The primary superblock is in the first 64 KiB. */
	if (record->fmr_owner == OWNER_SUPERBLOCK && shape->copy == 0 &&
	    record->fmr_physical >= 65536)
		shape->copy = record->fmr_physical;
	if (record->fmr_owner == FMR_OWN_FREE)
		shape->free += record->fmr_length;
	if (end > shape->end)
		shape->end = end;
}

static bool take_line(void *context, const struct e4_mbgroup *line)
{
	struct shape *shape = context;

	if (line->group >= shape->groups)
		shape->groups = (uint64_t)line->group + 1;
	if (line->counters.free > 0)
		shape->free_clusters += (uint64_t)line->counters.free;
	return true;
}

/* Free blocks per free cluster, to the nearest power of two. */
static uint32_t cluster_ratio(const struct shape *shape, uint32_t block_size)
{
	uint64_t blocks = shape->free / block_size;
	uint32_t ratio = 1;

	while (ratio < (1U << 16) &&
	       2 * blocks > 3 * (uint64_t)ratio * shape->free_clusters)
		ratio *= 2;
	return shape->free_clusters ? ratio : 1;
}

static bool fill(struct ext4bm_geometry *geo, const struct shape *shape)
{
	uint64_t copy = shape->copy / geo->block_size;

	geo->blocks = shape->end / geo->block_size;
	geo->cluster_ratio = cluster_ratio(shape, geo->block_size);
	geo->groups = (uint32_t)shape->groups;
	/* Groups have a multiple of 8 blocks: what is over is in front. */
	geo->first_data_block = (uint32_t)(copy % 8);
	geo->blocks_per_group = (uint32_t)(copy - geo->first_data_block);
	if (shape->groups == 1) {
		geo->first_data_block = geo->block_size == 1024 &&
					geo->cluster_ratio == 1;
		geo->blocks_per_group = 8 * geo->block_size *
					geo->cluster_ratio;
	}
	geo->clusters_per_group = geo->blocks_per_group / geo->cluster_ratio;
	geo->inodes_per_group = 8;
	geo->flex_groups = 1;
	geo->desc_size = 32;
	geo->desc_blocks = 1;
	return geo->first_data_block <= 1 && geo->blocks_per_group != 0 &&
	       geo->clusters_per_group <= 8 * geo->block_size &&
	       geo->blocks > geo->first_data_block &&
	       (geo->blocks - geo->first_data_block - 1) /
	       geo->blocks_per_group + 1 == geo->groups;
}

int e4_derive_geometry(struct e4_live *live, struct ext4bm_error *err)
{
	struct ext4bm_geometry *geo = &live->geo;
	const struct e4_source *source = &live->source;
	struct shape shape = { 0 };
	int ret;

	memset(geo, 0, sizeof(*geo));
	geo->derived = true;
	ret = source->ops->block_size(source->context, &geo->block_size);
	if (!ret)
		ret = source->ops->counters(source->context, take_line,
					    &shape);
	if (!ret)
		ret = source->ops->records(source->context, 0, UINT64_MAX,
					   take_record, &shape);
	if (ret)
		return e4_error(err, -ret, -ret,
				"The kernel's views could not be read");
	if (geo->block_size < 1024 || geo->block_size > 65536 ||
	    shape.groups == 0 || shape.groups >= EXT4BM_NO_GROUP ||
	    !fill(geo, &shape))
		return e4_error(err, EACCES, EACCES, "Without access to the "
				"device the size of a group cannot be "
				"found out");
	return 0;
}
