// SPDX-License-Identifier: LGPL-2.0-only
/*
 * indirect.c --- the blocks that a block map maps
 *
 * Twelve numbers in the inode, then blocks full of numbers, of numbers of
 * such blocks, and once more. Decides what of a damaged map counts, as
 * e2fsck's first pass does when it may not repair: a number that cannot be
 * is left out; where it is that of a block of numbers, the rest of the block
 * that names it is left out as well, and of those above. Not so where the
 * block that names it is fixed metadata, and holds no numbers at all.
 */
#include "config.h"

#include <sys/stat.h>

#include <ext2fs/ext2_fs.h>

#include "geometry.h"
#include "little.h"
#include "mapper.h"

/* @next:	logical number of the next block */
struct map {
	struct e4_mapper *mapper;
	const struct e4_inode *inode;
	uint64_t next;
};

/* Can an inode of this kind have a block with that logical number? */
static bool may_have(const struct map *map, uint64_t logical)
{
	const struct e4_inode *inode = map->inode;

	if (inode->number == EXT2_BAD_INO || S_ISREG(inode->mode))
		return true;
	if (!S_ISDIR(inode->mode))
		return logical == 0;
	return map->mapper->rules->large_dir || inode->size >> 32 != 0 ||
	       logical <= e4_mapper_last_of_directory(map->mapper);
}

static void take_data(struct map *map, uint32_t block)
{
	struct e4_mapper *mapper = map->mapper;
	uint64_t logical = map->next++;

	if (block == 0)
		return;
	if (e4_blocks_inside(mapper->geo, block, 1) && may_have(map, logical))
		e4_mapper_take(mapper, EXT4BM_CLAIM_DATA, logical, block, 1);
	else
		mapper->invalid = true;
}

/* Logical blocks below a block of numbers of @level. */
static uint64_t span(const struct map *map, int level)
{
	uint64_t numbers = map->mapper->geo->block_size / 4;
	uint64_t blocks = 1;

	while (level-- > 0)
		blocks *= numbers;
	return blocks;
}

/*
 * A block of numbers, named by block @from: of data at @level 1. Return: false
 * if the rest of @from must be left out.
 */
static bool take_numbers(struct map *map, uint32_t from, uint32_t block,
			 int level)
{
	struct e4_mapper *mapper = map->mapper;
	bool inside = e4_blocks_inside(mapper->geo, block, 1);
	const uint8_t *numbers;

	if (block && !inside) {
		mapper->invalid = true;
		if (!from || !mapper->is_fixed(mapper->context, from))
			return false;
	}
	if (block == 0 || !inside) {
		map->next += span(map, level);
		return true;
	}
	e4_mapper_take(mapper, EXT4BM_CLAIM_MAPPING, 0, block, 1);
	numbers = e4_mapper_read(mapper, block, (unsigned int)level - 1);
	if (!numbers)
		return false;
	for (size_t i = 0; i < mapper->geo->block_size; i += 4) {
		uint32_t number = e4_le32(numbers + i);

		if (level == 1)
			take_data(map, number);
		else if (!take_numbers(map, block, number, level - 1))
			return false;
	}
	return true;
}

void e4_indirect_walk(struct e4_mapper *mapper, const struct e4_inode *inode)
{
	struct map map = { .mapper = mapper, .inode = inode };
	uint64_t start = EXT2_NDIR_BLOCKS;
	int error = 0;

	if (inode->translator &&
	    e4_blocks_inside(mapper->geo, inode->translator, 1))
		e4_mapper_take(mapper, EXT4BM_CLAIM_MAPPING, 0,
			       inode->translator, 1);
	for (int i = 0; i < EXT2_NDIR_BLOCKS; i++)
		take_data(&map, e4_inode_slot(inode, i));
	for (int level = 1; level <= 3; level++) {
		map.next = start;
		take_numbers(&map, 0,
			     e4_inode_slot(inode, EXT2_NDIR_BLOCKS + level - 1),
			     level);
		start += span(&map, level);
		/* What one of the three hides, the others do not. */
		if (!error)
			error = mapper->error;
		mapper->error = 0;
	}
	mapper->error = error;
}
