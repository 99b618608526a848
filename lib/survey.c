// SPDX-License-Identifier: LGPL-2.0-only
/*
 * survey.c --- ask everybody what they own: who is not an ordinary inode
 *
 * Fixed metadata and the list of bad blocks are claimed first, so that what
 * an inode claims of them is known for what it is.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>

#include "bitmap.h"
#include "geometry.h"
#include "parts.h"
#include "survey.h"

static void claim_fixed(struct e4_survey *survey, uint64_t block,
			uint64_t len)
{
	e4_claims_add_blocks(&survey->owned.fixed, block, len, NULL, NULL);
	e4_claims_add_blocks(&survey->owned.claimed, block, len, NULL, NULL);
}

/*
 * What a descriptor names is taken, even where it may not be: it is used
 * until the descriptor is put right. The index has all others.
 */
static void claim_stray_items(struct e4_survey *survey, uint32_t group)
{
	const struct ext4bm_geometry *geo = survey->views->geo;
	struct e4_gd gd;

	if (e4_table_get(survey->views->table, geo, NULL, group, &gd) != 0)
		return;
	for (enum ext4bm_item item = EXT4BM_ITEM_BLOCK_BITMAP;
	     item <= EXT4BM_ITEM_INODE_TABLE; item++) {
		uint64_t block = e4_item_block(&gd, item);
		uint64_t len = e4_item_blocks(geo, item);

		if (block == 0 || !e4_blocks_inside(geo, block, 1) ||
		    e4_item_location_ok(geo, group, item, block))
			continue;
		if (len > geo->blocks - block)
			len = geo->blocks - block;
		claim_fixed(survey, block, len);
	}
}

static void claim_base(struct e4_survey *survey, uint32_t group)
{
	const struct ext4bm_geometry *geo = survey->views->geo;
	struct e4_parts parts;
	struct e4_part part;

	e4_parts_start(&parts, geo, survey->views->fixed, group);
	while (e4_parts_next(&parts, &part)) {
		e4_claims_add(&survey->owned.fixed, group, part.first,
			      part.end, NULL, NULL);
		e4_claims_add(&survey->owned.claimed, group, part.first,
			      part.end, NULL, NULL);
	}
}

static void claim_metadata(struct e4_survey *survey)
{
	const struct ext4bm_geometry *geo = survey->views->geo;
	uint64_t mmp = survey->fs->rules.mmp_block;

	for (uint32_t group = 0; group < survey->views->table->groups;
	     group++) {
		claim_base(survey, group);
		claim_stray_items(survey, group);
	}
	if (mmp > geo->first_data_block && e4_blocks_inside(geo, mmp, 1))
		claim_fixed(survey, mmp, 1);
}

static bool want_inode(void *context, const struct e4_inode *inode,
		       const struct e4_use *use)
{
	(void)context, (void)inode, (void)use;
	return true;
}

static void see_twice(void *context, uint32_t group, uint32_t first,
		      uint32_t end)
{
	struct e4_survey *survey = context;

	(void)group, (void)first, (void)end;
	e4_budget_claimed(&survey->budget);
}

/*
 * A bad block may well be one of fixed metadata: it then is as bad for both,
 * and not claimed twice.
 */
static void take_bad(void *context, const struct e4_inode *inode,
		     const struct e4_piece *piece)
{
	struct e4_survey *survey = context;

	(void)inode;
	if (piece->claim == EXT4BM_CLAIM_DATA)
		e4_claims_add_blocks(&survey->bad, piece->block, piece->len,
				     see_twice, survey);
	e4_claims_add_blocks(&survey->owned.claimed, piece->block, piece->len,
			     NULL, NULL);
}

static void see_trouble(void *context, enum e4_trouble trouble,
			uint32_t first, uint32_t last, int error)
{
	struct e4_survey *survey = context;

	(void)first, (void)last;
	survey->bad_error = trouble == E4_TROUBLE_READ ? error : -EUCLEAN;
}

/* That it could not be read is said when its table is visited. */
static int claim_bad_blocks(struct e4_survey *survey)
{
	struct e4_visitor visitor = {
		.inode = want_inode, .piece = take_bad,
		.trouble = see_trouble, .context = survey,
	};
	struct e4_walker walker;
	struct e4_inode inode;
	struct e4_use use;
	uint8_t raw[128];

	survey->bad_error = e4_itable_read(&survey->tables, EXT2_BAD_INO, raw);
	if (survey->bad_error)
		return 0;
	if (e4_walker_init(&walker, &survey->tables) != 0)
		return -ENOMEM;
	e4_inode_read(&inode, &survey->fs->rules, EXT2_BAD_INO, raw);
	use = e4_inode_use(&survey->fs->rules, &inode);
	e4_itable_visit_inode(&walker, &inode, &use, &visitor);
	e4_walker_free(&walker);
	return 0;
}

static int init_sets(struct e4_survey *survey)
{
	const struct ext4bm_geometry *geo = survey->views->geo;
	struct e4_owned *owned = &survey->owned;
	struct e4_claims *sets[] = {
		&owned->claimed, &owned->orphaned, &owned->shared,
		&owned->fixed, &owned->invaded, &survey->xattrs,
	};
	uint32_t groups = survey->views->table->groups;
	int ret = e4_claims_init(&survey->bad, geo, groups);

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]) && !ret; i++) {
		ret = e4_claims_init(sets[i], geo, groups);
		sets[i]->only = survey->wanted;
	}
	return ret;
}

/* Bitmaps that were found unreadable already need not be so again. */
static int note_unread(struct e4_survey *survey,
		       const struct e4_findings *findings)
{
	uint32_t groups = survey->views->table->groups;

	for (int i = 0; i < 2; i++) {
		survey->unread[i] = calloc(groups / 8 + 1, 1);
		if (!survey->unread[i])
			return -ENOMEM;
	}
	for (size_t i = 0; i < findings->nr; i++) {
		const struct ext4bm_finding *it = &findings->list[i];
		bool inodes = it->code == EXT4BM_INODE_BITMAP_UNREADABLE;

		if ((inodes || it->code == EXT4BM_BLOCK_BITMAP_UNREADABLE) &&
		    it->group < groups)
			e4_bitmap_set(survey->unread[inodes], it->group,
				      it->group + 1);
	}
	return 0;
}

int e4_survey_init(struct e4_survey *survey, const struct ext4bm *fs,
		   const struct e4_views *views,
		   const struct ext4bm_check_options *options, uint8_t *wanted,
		   const struct e4_findings *findings)
{
	int ret;

	survey->fs = fs;
	survey->views = views;
	survey->options = options;
	survey->wanted = wanted;
	survey->tables.fs = fs;
	survey->tables.views = views;
	survey->tables.cancel = options->cancel;
	survey->tables.budget = &survey->budget;
	survey->free_inodes = calloc((size_t)views->table->groups + 1,
				     sizeof(*survey->free_inodes));
	if (!survey->free_inodes)
		return -ENOMEM;
	ret = e4_budget_init(&survey->budget, views->geo,
			     views->table->groups);
	if (!ret)
		ret = note_unread(survey, findings);
	if (!ret)
		ret = init_sets(survey);
	if (ret)
		return ret;
	claim_metadata(survey);
	ret = claim_bad_blocks(survey);
	survey->tables.bad = &survey->bad;
	if (!ret)
		ret = e4_orphans_read(&survey->orphans, &survey->tables);
	survey->tables.orphans = survey->orphans.list;
	survey->tables.nr_orphans = survey->orphans.nr;
	if (!ret && e4_budget_spent(&survey->budget))
		ret = -ELOOP;
	return ret;
}

void e4_survey_free(struct e4_survey *survey)
{
	e4_claims_free(&survey->owned.claimed);
	e4_claims_free(&survey->owned.orphaned);
	e4_claims_free(&survey->owned.shared);
	e4_claims_free(&survey->owned.fixed);
	e4_claims_free(&survey->owned.invaded);
	e4_claims_free(&survey->xattrs);
	e4_claims_free(&survey->bad);
	e4_orphans_free(&survey->orphans);
	e4_budget_free(&survey->budget);
	free(survey->free_inodes);
	free(survey->unread[0]);
	free(survey->unread[1]);
	free(survey->wanted);
}

static int read_bitmap(const struct e4_survey *survey, uint32_t group,
		       const struct e4_gd *gd, enum ext4bm_item item,
		       uint8_t *bitmap, uint64_t *ret_offset)
{
	const struct ext4bm_geometry *geo = survey->views->geo;
	uint64_t block = e4_item_block(gd, item);
	bool blocks = item == EXT4BM_ITEM_BLOCK_BITMAP;
	int ret;

	*ret_offset = EXT4BM_NO_OFFSET;
	if (e4_gd_uninit(geo, gd, blocks ? EXT4BM_BLOCK_UNINIT
					 : EXT4BM_INODE_UNINIT)) {
		memset(bitmap, 0, geo->block_size);
		if (blocks)
			e4_parts_implied_bitmap(geo, group, gd, bitmap);
		return 0;
	}
	if (block == 0 || !e4_blocks_inside(geo, block, 1))
		return -ENXIO;
	*ret_offset = block * geo->block_size;
	ret = e4_io_read(survey->fs->e2fs->io, bitmap, geo->block_size,
			 *ret_offset);
	if (!ret && e4_compare_doubtful(survey->views, gd, item, bitmap))
		ret = E4_DOUBTFUL;
	return ret;
}

bool e4_survey_bitmap(const struct e4_survey *survey, uint32_t group,
		      const struct e4_gd *gd, enum ext4bm_item item,
		      uint8_t *bitmap, uint64_t *ret_offset,
		      struct e4_findings *findings)
{
	bool inodes = item == EXT4BM_ITEM_INODE_BITMAP;
	int err = read_bitmap(survey, group, gd, item, bitmap, ret_offset);
	struct ext4bm_finding *finding;

	if (!err)
		return true;
	/* It could be read before: a device that fails now and then. */
	if (!e4_bitmap_has(survey->unread[inodes], group)) {
		finding = e4_compare_add(survey->views, group, gd, findings,
					 inodes ?
					 EXT4BM_INODE_BITMAP_UNREADABLE :
					 EXT4BM_BLOCK_BITMAP_UNREADABLE,
					 e4_item_field(item),
					 e4_item_block(gd, item), 0);
		finding->item = item;
		finding->errnum = err == -ENXIO ? 0 : -err;
	}
	return false;
}
