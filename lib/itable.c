// SPDX-License-Identifier: LGPL-2.0-only
/*
 * itable.c --- read inodes, and walk all that they map
 *
 * Tables are read in large runs, and only as far as they were ever used. A
 * run that cannot be read is read again in halves, so that one bad block hides
 * its own inodes and no others.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "geometry.h"
#include "itable.h"
#include "parts.h"

/*
 * Largest read: as much as the kernel reads ahead as a rule. Each thread has
 * such a buffer, and larger ones were not faster. A block has at most 64 KiB.
 */
#define RUN_BYTES (128U << 10)

/* Inodes of 128 bytes are the smallest there are. */
#define INODE_BYTES 128

bool e4_itables_ended(const struct e4_itables *tables)
{
	return (tables->cancel && *tables->cancel) ||
	       e4_budget_spent(tables->budget) ||
	       (tables->late && tables->late(tables->context));
}

static int read_map(void *context, uint64_t block, void *buffer)
{
	struct e4_walker *walker = context;
	const struct ext4bm *fs = walker->tables->fs;

	e4_budget_read(walker->tables->budget, block, 1);
	if (e4_itables_ended(walker->tables))
		return -ECANCELED;
	walker->bytes += fs->geo.block_size;
	return e4_io_read(fs->e2fs->io, buffer, fs->geo.block_size,
			  block * fs->geo.block_size);
}

static void take_piece(void *context, const struct e4_piece *piece)
{
	struct e4_walker *walker = context;

	walker->visitor->piece(walker->visitor->context, walker->inode, piece);
}

static bool is_fixed(void *context, uint64_t block)
{
	const struct e4_walker *walker = context;
	const struct e4_views *views = walker->tables->views;
	uint32_t group = e4_block_group(views->geo, block);
	uint32_t bit = e4_block_bit(views->geo, group, block);
	struct e4_parts parts;
	struct e4_part part;

	e4_parts_start(&parts, views->geo, views->fixed, group);
	while (e4_parts_next(&parts, &part))
		if (part.first <= bit && bit < part.end)
			return true;
	return block == walker->tables->fs->rules.mmp_block;
}

int e4_walker_init(struct e4_walker *walker, const struct e4_itables *tables)
{
	const struct ext4bm *fs = tables->fs;

	memset(walker, 0, sizeof(*walker));
	walker->tables = tables;
	walker->table = malloc(RUN_BYTES);
	walker->mapper = (struct e4_mapper){
		.geo = &fs->geo, .rules = &fs->rules, .read = read_map,
		.take = take_piece, .is_fixed = is_fixed, .context = walker,
		.buffers = calloc(E4_MAPPER_BLOCKS, fs->geo.block_size),
	};
	if (walker->table && walker->mapper.buffers)
		return 0;
	e4_walker_free(walker);
	return -ENOMEM;
}

void e4_walker_free(struct e4_walker *walker)
{
	free(walker->table);
	free(walker->mapper.buffers);
	walker->table = walker->mapper.buffers = NULL;
}

static void report(struct e4_walker *walker, enum e4_trouble trouble,
		   uint32_t first, uint32_t last, int error)
{
	const struct e4_visitor *visitor = walker->visitor;

	if (visitor->trouble && first <= last)
		visitor->trouble(visitor->context, trouble, first, last,
				 error);
}

static void take_xattr(struct e4_walker *walker, const struct e4_inode *inode)
{
	const struct ext4bm *fs = walker->tables->fs;
	struct e4_piece piece = {
		EXT4BM_CLAIM_XATTR, EXT4BM_NO_LOGICAL, inode->xattr, 1,
	};

	if (inode->xattr == 0)
		return;
	if (fs->rules.xattr && e4_blocks_inside(&fs->geo, inode->xattr, 1))
		take_piece(walker, &piece);
	else
		report(walker, E4_TROUBLE_INVALID, inode->number,
		       inode->number, 0);
}

static void visit_pieces(struct e4_walker *walker,
			 const struct e4_inode *inode,
			 const struct e4_use *use)
{
	struct e4_mapper *mapper = &walker->mapper;
	uint32_t number = inode->number;

	walker->inode = inode;
	if (use->mapping != E4_MAP_BAD)
		take_xattr(walker, inode);
	if (use->mapping == E4_MAP_NONE)
		return;
	e4_mapper_walk(mapper, inode, use->mapping);
	if (mapper->invalid)
		report(walker, E4_TROUBLE_INVALID, number, number, 0);
	else if (mapper->error && mapper->error != -ECANCELED)
		report(walker, E4_TROUBLE_READ, number, number,
		       mapper->error);
}

static bool is_orphan(const struct e4_itables *tables, uint32_t number)
{
	size_t low = 0, high = tables->nr_orphans;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (tables->orphans[middle] == number)
			return true;
		if (tables->orphans[middle] < number)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

void e4_itable_visit_inode(struct e4_walker *walker,
			   const struct e4_inode *inode,
			   const struct e4_use *use,
			   const struct e4_visitor *visitor)
{
	walker->visitor = visitor;
	if (visitor->inode(visitor->context, inode, use) && visitor->piece &&
	    use->owns)
		visit_pieces(walker, inode, use);
}

/* Inodes [@first, @first + @nr) of the filesystem, which begin at @raw. */
static void visit_run(struct e4_walker *walker, uint32_t first, uint32_t nr,
		      const uint8_t *raw)
{
	const struct e4_rules *rules = &walker->tables->fs->rules;

	for (uint32_t i = 0; i < nr; i++, raw += rules->inode_size) {
		struct e4_inode inode;
		struct e4_use use;

		e4_inode_read(&inode, rules, first + i, raw);
		e4_inode_tail(&inode, rules, raw);
		use = e4_inode_use(rules, &inode);
		if (!use.used && is_orphan(walker->tables, first + i))
			use = e4_inode_use_of_orphan(rules, &inode);
		if (use.used || use.orphan)
			e4_itable_visit_inode(walker, &inode, &use,
					      walker->visitor);
	}
}

/* Return: -ENODATA if the device ends before the first of the blocks. */
static int read_table(struct e4_walker *walker, uint64_t block,
		      uint32_t blocks)
{
	const struct ext4bm *fs = walker->tables->fs;
	uint64_t size = fs->geo.block_size;
	int err;

	if (block >= fs->target->size / size)
		return -ENODATA;
	err = e4_io_read(fs->e2fs->io, walker->table, blocks * size,
			 block * size);
	/* It ends in the middle: what is before that can be read. */
	return err == -ENODATA && blocks > 1 ? -EIO : err;
}

/*
 * The part [@first, @end) of a group's table, in inodes, which begins at a
 * block and fits into the buffer.
 */
static void visit_part(struct e4_walker *walker, uint32_t before,
		       uint64_t block, uint32_t first, uint32_t end)
{
	const struct ext4bm *fs = walker->tables->fs;
	uint32_t size = fs->geo.block_size;
	uint32_t per_block = size / fs->rules.inode_size;
	uint32_t blocks = (end - first + per_block - 1) / per_block;
	bool bad = walker->tables->bad &&
		   e4_claims_touch(walker->tables->bad, block, blocks);
	int err = 0;

	if (!bad || blocks == 1) {
		err = read_table(walker, block, blocks);
		walker->bytes += (uint64_t)blocks * size;
	}
	if (blocks > 1 && (bad || err) && err != -ENODATA) {
		uint32_t half = first + blocks / 2 * per_block;

		visit_part(walker, before, block, first, half);
		visit_part(walker, before, block + blocks / 2, half, end);
	} else if (bad || err) {
		report(walker, bad ? E4_TROUBLE_BAD_BLOCK : E4_TROUBLE_READ,
		       before + first + 1, before + end, err);
	} else {
		visit_run(walker, before + first + 1, end - first,
			  walker->table);
	}
}

uint32_t e4_itable_used(const struct ext4bm_geometry *geo,
			const struct e4_gd *gd)
{
	if (!geo->gd_csum)
		return geo->inodes_per_group;
	if ((gd->flags & EXT4BM_INODE_UNINIT) ||
	    gd->itable_unused >= geo->inodes_per_group)
		return 0;
	return geo->inodes_per_group - gd->itable_unused;
}

int e4_itable_visit(struct e4_walker *walker, uint32_t group,
		    const struct e4_visitor *visitor)
{
	const struct e4_itables *tables = walker->tables;
	const struct ext4bm_geometry *geo = tables->views->geo;
	uint32_t per_block = geo->block_size / tables->fs->rules.inode_size;
	uint32_t step = RUN_BYTES / geo->block_size * per_block;
	uint32_t used, first = 0;
	struct e4_gd gd;
	int ret = e4_table_get(tables->views->table, geo, NULL, group, &gd);

	if (ret)
		return ret;
	used = e4_itable_used(geo, &gd);
	if (used && !e4_item_location_ok(geo, group, EXT4BM_ITEM_INODE_TABLE,
					 gd.inode_table))
		return -ENXIO;
	walker->visitor = visitor;
	if (used)
		e4_budget_read(tables->budget, gd.inode_table,
			       (used + per_block - 1) / per_block);
	for (; first < used && !e4_itables_ended(tables); first += step)
		visit_part(walker, group * geo->inodes_per_group,
			   gd.inode_table + first / per_block, first,
			   first + step < used ? first + step : used);
	return e4_itables_ended(tables) ? -ECANCELED : 0;
}

int e4_itable_place(const struct e4_itables *tables, uint32_t number,
		    uint64_t *ret_offset)
{
	const struct ext4bm_geometry *geo = tables->views->geo;
	uint32_t group, place;
	struct e4_gd gd;
	int ret;

	if (number == 0 || number > geo->inodes)
		return -EINVAL;
	group = (number - 1) / geo->inodes_per_group;
	place = (number - 1) % geo->inodes_per_group;
	if (group >= tables->views->table->groups)
		return -ENODATA;
	ret = e4_table_get(tables->views->table, geo, NULL, group, &gd);
	if (ret)
		return ret;
	if (!e4_item_location_ok(geo, group, EXT4BM_ITEM_INODE_TABLE,
				 gd.inode_table))
		return -ENXIO;
	*ret_offset = gd.inode_table * geo->block_size +
		      (uint64_t)place * tables->fs->rules.inode_size;
	return 0;
}

int e4_itable_read(const struct e4_itables *tables, uint32_t number, void *raw)
{
	uint64_t offset;
	int ret = e4_itable_place(tables, number, &offset);

	if (ret)
		return ret;
	return e4_io_read(tables->fs->e2fs->io, raw, INODE_BYTES, offset);
}
