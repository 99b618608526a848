/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * filemap.h --- where the blocks of a file without holes are
 */
#ifndef E4_FILEMAP_H
#define E4_FILEMAP_H

#include "ext4bm.h"
#include "io.h"

/*
 * Blocks that lie behind each other in the file and on the device.
 * @logical:	first block of the file
 * @len:	how many
 * @block:	first block on the device
 */
struct e4_file_run {
	uint32_t logical;
	uint32_t len;
	uint64_t block;
};

/*
 * @runs:	the file from its first block on, in order, without gaps
 * @nr:		how many
 * @blocks:	blocks in them
 */
struct e4_filemap {
	struct e4_file_run *runs;
	size_t nr;
	uint32_t blocks;
};

/* The 15 words of i_block, as on disk. */
#define E4_IBLOCK_WORDS 15

/*
 * Map the first @blocks blocks of a file by its extent tree or, if @i_block
 * does not begin with one, its block map.
 *
 * Return: 0; -EUCLEAN it has a hole, a block where none can be, or one twice;
 * -EFBIG too many pieces; -ENOMEM; an error of reading the tree.
 */
int e4_filemap_read(struct e4_filemap *map, io_channel channel,
		    const struct ext4bm_geometry *geo,
		    const uint32_t i_block[E4_IBLOCK_WORDS], uint32_t blocks);

void e4_filemap_free(struct e4_filemap *map);

/* Block on the device of a block of the file, which must be in the map. */
uint64_t e4_filemap_block(const struct e4_filemap *map, uint32_t logical);

#endif
