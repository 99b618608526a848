// SPDX-License-Identifier: LGPL-2.0-only
/*
 * mapper.c --- from an inode to the blocks that it maps
 *
 * What both forms of a mapping share (extent.c, indirect.c).
 */
#include "config.h"

#include <ext2fs/ext2_fs.h>

#include "geometry.h"
#include "mapper.h"

static void flush(struct e4_mapper *mapper)
{
	if (mapper->pending.len)
		mapper->take(mapper->context, &mapper->pending);
	mapper->pending.len = 0;
}

void e4_mapper_take(struct e4_mapper *mapper, enum ext4bm_claim claim,
		    uint64_t logical, uint64_t block, uint64_t len)
{
	struct e4_piece *pending = &mapper->pending;

	if (pending->len && mapper->geo->cluster_ratio == 1 &&
	    claim == EXT4BM_CLAIM_DATA &&
	    pending->claim == EXT4BM_CLAIM_DATA &&
	    pending->logical + pending->len == logical &&
	    pending->block + pending->len == block) {
		pending->len += len;
		return;
	}
	flush(mapper);
	*pending = (struct e4_piece){ claim, logical, block, len };
}

const uint8_t *e4_mapper_read(struct e4_mapper *mapper, uint64_t block,
			      unsigned int number)
{
	uint8_t *buffer = mapper->buffers +
			  (size_t)number * mapper->geo->block_size;

	mapper->error = mapper->read(mapper->context, block, buffer);
	return mapper->error ? NULL : buffer;
}

/* 2 GiB, which is where i_size ended before large_dir. */
uint64_t e4_mapper_last_of_directory(const struct e4_mapper *mapper)
{
	return (UINT64_C(1) << 31) / mapper->geo->block_size;
}

/*
 * All that the resize inode maps but this is the place for descriptors; and
 * it maps nothing by other slots.
 */
static void take_resize(struct e4_mapper *mapper,
			const struct e4_inode *inode)
{
	uint64_t block = e4_inode_slot(inode, EXT2_DIND_BLOCK);

	for (int i = 0; i < EXT2_N_BLOCKS; i++)
		if (i != EXT2_DIND_BLOCK && e4_inode_slot(inode, i))
			mapper->invalid = true;
	if (block == 0)
		return;
	if (e4_blocks_inside(mapper->geo, block, 1))
		e4_mapper_take(mapper, EXT4BM_CLAIM_MAPPING, 0, block, 1);
	else
		mapper->invalid = true;
}

void e4_mapper_walk(struct e4_mapper *mapper, const struct e4_inode *inode,
		    enum e4_mapping mapping)
{
	mapper->invalid = false;
	mapper->error = 0;
	mapper->pending.len = 0;
	switch (mapping) {
	case E4_MAP_NONE:
		break;
	case E4_MAP_EXTENTS:
		e4_extents_walk(mapper, inode);
		break;
	case E4_MAP_BLOCKS:
		e4_indirect_walk(mapper, inode);
		break;
	case E4_MAP_RESIZE:
		take_resize(mapper, inode);
		break;
	case E4_MAP_BAD:
		if (inode->flags & EXT4_EXTENTS_FL)
			e4_extents_walk(mapper, inode);
		else
			e4_indirect_walk(mapper, inode);
		break;
	}
	flush(mapper);
}
