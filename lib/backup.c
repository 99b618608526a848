// SPDX-License-Identifier: LGPL-2.0-only
/*
 * backup.c --- do the copies of the descriptors give the same places?
 *
 * Every group that begins with descriptor blocks is a copy, but for group 0
 * and the first group of each meta group. One finding for each copy.
 */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "backup.h"
#include "geometry.h"

/*
 * Descriptor blocks that a group holds a copy of.
 * @index:	number of the first one in the table
 * @nr:		how many
 * @block:	where the copy is
 */
struct copy {
	uint32_t group;
	uint32_t index;
	uint32_t nr;
	uint64_t block;
};

static bool find_copy(const struct ext4bm *fs, uint32_t group,
		      struct copy *copy)
{
	const struct ext4bm_geometry *geo = &fs->geo;
	uint32_t per_block = geo->block_size / geo->desc_size;
	uint32_t meta_group = group / per_block;
	struct e4_base base;

	if (group == 0 || !e4_group_base(geo, group, &base) ||
	    base.nr_descriptors == 0)
		return false;
	copy->group = group;
	copy->index = 0;
	copy->nr = (uint32_t)base.nr_descriptors;
	copy->block = base.descriptors;
	if (geo->meta_bg && meta_group >= geo->first_meta_bg) {
		copy->index = meta_group;
		return group % per_block != 0;
	}
	return true;
}

static bool same_places(const struct e4_gd *a, const struct e4_gd *b)
{
	return a->block_bitmap == b->block_bitmap &&
	       a->inode_bitmap == b->inode_bitmap &&
	       a->inode_table == b->inode_table;
}

/* Add @group to the ranges of @finding, which is the newest one. */
static void add_group(struct e4_findings *findings,
		      struct ext4bm_finding *finding, uint32_t group)
{
	struct ext4bm_range *last = NULL;

	finding->counted++;
	if (finding->nr_ranges)
		last = &finding->ranges[finding->nr_ranges - 1];
	if (last && last->last + 1 == group)
		last->last = group;
	else
		e4_finding_range(findings, group, group);
}

static void compare_block(const struct ext4bm *fs, const struct copy *copy,
			  const struct e4_table *block, uint32_t first,
			  struct ext4bm_finding **finding,
			  struct e4_findings *findings)
{
	const struct ext4bm_geometry *geo = &fs->geo;
	uint32_t per_block = geo->block_size / geo->desc_size;

	for (uint32_t i = 0; i < per_block && first + i < fs->table.groups;
	     i++) {
		struct e4_gd ours, theirs;

		if (e4_table_get(&fs->table, geo, NULL, first + i, &ours) ||
		    e4_table_get(block, geo, NULL, i, &theirs) ||
		    same_places(&ours, &theirs))
			continue;
		if (!*finding) {
			*finding = e4_findings_add(findings, EXT4BM_GD_BACKUP,
						   copy->group);
			(*finding)->other_group = first + i;
			(*finding)->offset =
				(copy->block + first / per_block -
				 copy->index) * geo->block_size +
				(uint64_t)i * geo->desc_size;
		}
		add_group(findings, *finding, first + i);
	}
}

static void unreadable(const struct copy *copy, uint64_t block, int err,
		       const struct ext4bm *fs, struct e4_findings *findings)
{
	struct ext4bm_finding *finding =
		e4_findings_add(findings, EXT4BM_GD_UNREADABLE, copy->group);

	finding->item = EXT4BM_ITEM_DESCRIPTORS;
	finding->stored = block;
	finding->offset = block * fs->geo.block_size;
	finding->errnum = -err;
}

static void compare_copy(const struct ext4bm *fs, const struct copy *copy,
			 const volatile int *cancel, uint8_t *buffer,
			 struct e4_findings *findings)
{
	const struct ext4bm_geometry *geo = &fs->geo;
	uint32_t per_block = geo->block_size / geo->desc_size;
	struct ext4bm_finding *finding = NULL;
	uint64_t described = (uint64_t)copy->nr * per_block;
	/* One block of the copy, as a table of its own. */
	int error = 0;
	struct e4_table block = { .raw = buffer, .errors = &error };

	for (uint32_t i = 0; i < copy->nr && !(cancel && *cancel); i++) {
		int err = e4_io_read(fs->e2fs->io, buffer, geo->block_size,
				     (copy->block + i) * geo->block_size);

		if (err) {
			unreadable(copy, copy->block + i, err, fs, findings);
			return;
		}
		compare_block(fs, copy, &block, (copy->index + i) * per_block,
			      &finding, findings);
	}
	if (!finding)
		return;
	if (described > geo->groups - copy->index * per_block)
		described = geo->groups - copy->index * per_block;
	finding->stored = described;
}

int e4_backup_compare(const struct ext4bm *fs, const volatile int *cancel,
		      struct e4_findings *findings)
{
	uint8_t *buffer = malloc(fs->geo.block_size);

	if (!buffer)
		return -ENOMEM;
	for (uint32_t group = 1; group < fs->table.groups; group++) {
		struct copy copy;

		if (cancel && *cancel)
			break;
		if (find_copy(fs, group, &copy))
			compare_copy(fs, &copy, cancel, buffer, findings);
	}
	free(buffer);
	return findings->failed ? -ENOMEM : 0;
}
