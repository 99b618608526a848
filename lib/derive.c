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
#include "halves.h"
#include "ratio.h"
#include "suspects.h"

/* Records of a superblock copy: type 'X', code 1 (EXT4_FMR_OWN_FS). */
#define OWNER_SUPERBLOCK FMR_OWNER('X', 1)

/* Looks at the free space until its size in clusters is taken as unknown. */
#define MOST_ROUNDS 4

/* Parts that the filesystem is cut into, for each of its groups. */
#define PARTS_PER_GROUP 16

/*
 * What is known of it so far.
 * @copy:	byte of the first superblock copy, 0 while none was seen
 * @end:	byte behind the last one that was seen
 * @lost:	byte behind the last one that could not be read
 * @first, @last:	bytes that are just asked for
 * @parts:	that it is cut into to be read, see part_start()
 */
struct shape {
	const struct e4_source *source;
	const struct ext4bm_geometry *geo;
	uint64_t copy;
	uint64_t end;
	uint64_t lost;
	uint64_t first;
	uint64_t last;
	uint64_t parts;
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
	/* A run may be cut off where the part ends. */
	if (record->fmr_owner == FMR_OWN_FREE && end - 1 != shape->last &&
	    record->fmr_physical != shape->first)
		e4_ratio_run(&shape->ratio, record->fmr_physical / block_size,
			     record->fmr_length / block_size);
	if (end > shape->end)
		shape->end = end;
}

/*
 * Byte where a part begins: each is as large as a usual group without
 * bigalloc, whatever the groups are. The last one has no end.
 */
static uint64_t part_start(const struct shape *shape, uint64_t part)
{
	uint64_t size = shape->geo->block_size;

	return part ? (8 * size * part + (size == 1024)) * size : 0;
}

static int read_parts(void *context, uint64_t first, uint64_t last)
{
	struct shape *shape = context;
	const struct e4_source *source = shape->source;

	shape->first = part_start(shape, first);
	shape->last = last == shape->parts - 1 ? UINT64_MAX :
		      part_start(shape, last + 1) - 1;
	return source->ops->records(source->context, shape->first,
				    shape->last, take_record, shape);
}

static void lose_parts(void *context, uint64_t first, uint64_t last)
{
	struct shape *shape = context;

	(void)first;
	shape->lost = last == shape->parts - 1 ? UINT64_MAX :
		      part_start(shape, last + 1);
}

/* All records. Where the last group cannot be read, the end is not known. */
static int read_records(struct shape *shape)
{
	struct e4_halves halves = { read_parts, lose_parts, shape, 0, 0 };
	int ret;

	shape->parts = PARTS_PER_GROUP * shape->groups;
	ret = e4_halves_read(&halves, 0, shape->parts - 1);
	if (!ret && shape->end < shape->lost)
		ret = halves.error;
	return ret;
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

static int read_groups(void *context, uint64_t first, uint64_t last)
{
	struct shape *shape = context;

	for (uint64_t group = first; group <= last; group++)
		shape->stands[group].blocks = shape->stands[group].runs = 0;
	return e4_fsmap_read(shape->source, shape->geo, (uint32_t)first,
			     (uint32_t)last, take_run, shape);
}

/* No group has so many runs: they tell nothing. */
static void lose_groups(void *context, uint64_t first, uint64_t last)
{
	struct shape *shape = context;

	for (uint64_t group = first; group <= last; group++)
		shape->stands[group].runs = UINT32_MAX;
}

/* The counters that ended one round begin the next. */
static int take_round(struct shape *shape)
{
	struct e4_halves halves = { read_groups, lose_groups, shape, 0, 0 };
	const struct e4_source *source = shape->source;
	int ret;

	for (uint64_t group = 0; group < shape->groups; group++)
		shape->stands[group].before = shape->stands[group].after;
	ret = e4_halves_read(&halves, 0, shape->groups - 1);
	e4_ratio_end(&shape->ratio, shape->geo->blocks);
	if (!ret)
		ret = source->ops->counters(source->context, take_line, shape);
	if (!ret)
		e4_ratio_round(&shape->ratio, shape->stands,
			       (uint32_t)shape->groups);
	return ret;
}

/* As long as the ratio is open, clusters are blocks. */
static int find_ratio(struct shape *shape)
{
	const struct e4_source *source = shape->source;
	int ret;

	if (e4_ratio_known(&shape->ratio))
		return 0;
	shape->stands = calloc(shape->groups, sizeof(*shape->stands));
	if (!shape->stands)
		return -ENOMEM;
	ret = source->ops->counters(source->context, take_line, shape);
	for (int i = 0; i < MOST_ROUNDS && !ret &&
	     !e4_ratio_known(&shape->ratio); i++)
		ret = take_round(shape);
	free(shape->stands);
	return ret;
}

/*
 * The size of a group, in blocks. As a rule the first copy is that of group
 * 1; where that cannot be read, or sparse_super2 has put it elsewhere, only
 * one group can have it, for the number of groups is known. Return: 0 if it
 * does not show.
 */
static uint64_t group_size(const struct ext4bm_geometry *geo, uint64_t copy)
{
	uint64_t blocks = geo->blocks - geo->first_data_block;

	if (geo->groups == 1)
		return geo->blocks;
	copy -= geo->first_data_block;
	for (uint32_t group = 1; copy && group < geo->groups; group++) {
		uint64_t size = copy / group;

		if (size && copy % group == 0 && size % 8 == 0 &&
		    (blocks - 1) / size + 1 == geo->groups)
			return size;
	}
	return 0;
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
	geo->first_data_block = geo->groups == 1 ? 0 : (uint32_t)(copy % 8);
	if (geo->first_data_block > 1 ||
	    geo->blocks <= geo->first_data_block)
		return false;
	size = group_size(geo, copy);
	geo->blocks_per_group = (uint32_t)size;
	if (size == 0 || geo->blocks_per_group != size)
		return false;
	e4_ratio_end(&shape->ratio, geo->blocks);
	/* With larger clusters, the first one begins at block 0. */
	if (geo->first_data_block == 1)
		shape->ratio.most = 1;
	e4_ratio_group(&shape->ratio, geo->groups == 1 &&
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
	struct shape shape = { .source = source, .geo = &geo,
			       .groups = live->geo.groups };
	int ret = read_block_size(source, &geo);

	e4_ratio_start(&shape.ratio);
	if (!ret)
		ret = read_records(&shape);
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
	/* Without groups, and with too many, there is nothing to be cut. */
	if (!ret && shape->groups && shape->groups < EXT4BM_NO_GROUP)
		ret = read_records(shape);
	return ret;
}

int e4_derive_geometry(struct e4_live *live, struct ext4bm_error *err)
{
	struct shape shape = { .source = &live->source, .geo = &live->geo };
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
		ret = find_ratio(&shape);
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
