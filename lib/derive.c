// SPDX-License-Identifier: LGPL-2.0-only
/*
 * derive.c --- the shape of a filesystem whose device may not be read
 *
 * An ordinary user sees no superblock, but everybody sees the block size
 * (statfs), the number of groups (mb_groups), and where superblock copies
 * are and where the filesystem ends (GETFSMAP). The first copy begins group
 * 1, so it tells how large a group is; for the size of a cluster see ratio.c.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ext4bm_err.h"
#include "fsmap.h"
#include "geometry.h"
#include "ratio.h"
#include "suspects.h"

/* Records of a superblock copy: type 'X', code 1 (EXT4_FMR_OWN_FS). */
#define OWNER_SUPERBLOCK FMR_OWNER('X', 1)

/* Looks at the free space until its size in clusters is taken as unknown. */
#define MOST_ROUNDS 4

struct shape {
	const struct ext4bm_geometry *geo;
	uint64_t copy;
	uint64_t end;
	uint64_t groups;
	struct e4_ratio ratio;
	struct e4_stand *stands;
};

static void take_record(void *context, const struct fsmap *record)
{
	struct shape *shape = context;
	uint64_t end = record->fmr_physical + record->fmr_length;
	uint32_t block_size = shape->geo->block_size;

	/* The primary superblock is in the first 64 KiB. */
	if (record->fmr_owner == OWNER_SUPERBLOCK && shape->copy == 0 &&
	    record->fmr_physical >= 65536)
		shape->copy = record->fmr_physical;
	if (record->fmr_owner == FMR_OWN_FREE)
		e4_ratio_run(&shape->ratio, record->fmr_physical / block_size,
			     record->fmr_length / block_size);
	if (end > shape->end)
		shape->end = end;
}

static bool count_line(void *context, const struct e4_mbgroup *line)
{
	struct shape *shape = context;

	/* Memory is asked for by this number: a line stands for each. */
	shape->groups = line->group == shape->groups ? shape->groups + 1
						     : EXT4BM_NO_GROUP;
	return shape->groups != EXT4BM_NO_GROUP;
}

static bool take_line(void *context, const struct e4_mbgroup *line)
{
	struct shape *shape = context;

	if (line->group < shape->groups)
		shape->stands[line->group].after = *line;
	return true;
}

static void take_run(void *context, uint32_t group, uint32_t start,
		     uint32_t len)
{
	struct shape *shape = context;
	struct e4_stand *stand = &shape->stands[group];

	stand->blocks += len;
	stand->runs++;
	e4_ratio_run(&shape->ratio,
		     ext4bm_group_first_block(shape->geo, group) + start, len);
}

/* The counters that ended one round begin the next. */
static int take_round(struct e4_live *live, struct shape *shape)
{
	const struct e4_source *source = &live->source;
	int ret;

	for (uint64_t group = 0; group < shape->groups; group++) {
		struct e4_stand *stand = &shape->stands[group];

		stand->before = stand->after;
		stand->blocks = stand->runs = 0;
	}
	ret = e4_fsmap_read(source, &live->geo, 0, live->geo.groups - 1,
			    take_run, shape);
	if (!ret)
		ret = source->ops->counters(source->context, take_line, shape);
	e4_ratio_end(&shape->ratio, live->geo.blocks);
	if (!ret)
		e4_ratio_round(&shape->ratio, shape->stands,
			       (uint32_t)shape->groups);
	return ret;
}

/* As long as the ratio is open, clusters are blocks. */
static int find_ratio(struct e4_live *live, struct shape *shape)
{
	const struct e4_source *source = &live->source;
	int ret;

	if (e4_ratio_known(&shape->ratio))
		return 0;
	shape->stands = calloc(shape->groups, sizeof(*shape->stands));
	if (!shape->stands)
		return -ENOMEM;
	ret = source->ops->counters(source->context, take_line, shape);
	for (int i = 0; i < MOST_ROUNDS && !ret &&
	     !e4_ratio_known(&shape->ratio); i++)
		ret = take_round(live, shape);
	free(shape->stands);
	return ret;
}

/* Where groups are; one alone has room for all that there is. */
static bool find_groups(struct ext4bm_geometry *geo, struct shape *shape)
{
	uint64_t copy = shape->copy / geo->block_size;
	uint64_t size;

	geo->blocks = shape->end / geo->block_size;
	geo->groups = (uint32_t)shape->groups;
	geo->cluster_ratio = 1;
	/* Groups have a multiple of 8 blocks: what is over is in front. */
	geo->first_data_block = (uint32_t)(copy % 8);
	size = shape->groups == 1 ? geo->blocks
				  : copy - geo->first_data_block;
	geo->blocks_per_group = (uint32_t)size;
	if (geo->first_data_block > 1 || geo->blocks_per_group == 0 ||
	    geo->blocks_per_group != size ||
	    geo->blocks <= geo->first_data_block ||
	    (geo->blocks - geo->first_data_block - 1) / size + 1 !=
	    geo->groups)
		return false;
	e4_ratio_end(&shape->ratio, geo->blocks);
	/* With larger clusters, the first one begins at block 0. */
	if (geo->first_data_block == 1)
		shape->ratio.most = 1;
	e4_ratio_group(&shape->ratio, shape->groups == 1 &&
		       geo->block_size == 1024 ? size - 1 : size,
		       geo->block_size);
	return shape->ratio.least <= shape->ratio.most;
}

static void fill(struct ext4bm_geometry *geo, uint32_t ratio)
{
	geo->cluster_ratio = ratio;
	if (geo->groups == 1) {
		geo->first_data_block = geo->block_size == 1024 && ratio == 1;
		geo->blocks_per_group = 8 * geo->block_size * ratio;
	}
	geo->clusters_per_group = geo->blocks_per_group / ratio;
	geo->inodes_per_group = 8;
	geo->flex_groups = 1;
	geo->desc_size = 32;
	geo->desc_blocks = 1;
}

static int read_block_size(const struct e4_source *source,
			   struct ext4bm_geometry *geo)
{
	int ret = source->ops->block_size(source->context, &geo->block_size);

	if (!ret && (geo->block_size < 1024 || geo->block_size > 65536))
		ret = -EINVAL;
	return ret;
}

int e4_derive_blocks(const struct e4_live *live, uint64_t *ret_blocks)
{
	const struct e4_source *source = &live->source;
	struct ext4bm_geometry geo = { 0 };
	struct shape shape = { .geo = &geo };
	int ret = read_block_size(source, &geo);

	e4_ratio_start(&shape.ratio);
	if (!ret)
		ret = source->ops->records(source->context, 0, UINT64_MAX,
					   take_record, &shape);
	if (!ret)
		*ret_blocks = shape.end / geo.block_size;
	return ret;
}

/* What everybody may see, once. */
static int read_views(struct e4_live *live, struct shape *shape)
{
	const struct e4_source *source = &live->source;
	int ret = read_block_size(source, &live->geo);

	if (!ret)
		ret = source->ops->counters(source->context, count_line,
					    shape);
	if (!ret)
		ret = source->ops->records(source->context, 0, UINT64_MAX,
					   take_record, shape);
	return ret;
}

int e4_derive_geometry(struct e4_live *live, struct ext4bm_error *err)
{
	struct shape shape = { .geo = &live->geo };
	int ret;

	memset(&live->geo, 0, sizeof(live->geo));
	live->geo.derived = true;
	e4_ratio_start(&shape.ratio);
	ret = read_views(live, &shape);
	if (!ret && (shape.groups == 0 || shape.groups >= EXT4BM_NO_GROUP ||
		     !find_groups(&live->geo, &shape)))
		return e4_error(err, EACCES, EXT4BM_ET_SHAPE, "How large a "
				"group is cannot be told: no copy of the "
				"superblock shows it");
	if (!ret)
		ret = find_ratio(live, &shape);
	if (ret)
		return e4_error(err, -ret, -ret,
				"The kernel's views could not be read");
	if (!e4_ratio_known(&shape.ratio))
		return e4_error(err, EACCES, EXT4BM_ET_SHAPE, "How large a "
				"cluster is cannot be told: too little is "
				"free, or it changes too fast");
	fill(&live->geo, e4_ratio_known(&shape.ratio));
	return 0;
}
