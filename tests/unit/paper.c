// SPDX-License-Identifier: GPL-2.0-only
/*
 * paper.c --- a filesystem of some blocks on paper, for walks over mappings
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <ext2fs/ext2_fs.h>

#include "paper.h"
#include "unit.h"

static int read_block(void *context, uint64_t block, void *buffer)
{
	struct paper *paper = context;

	assert_true(block < PAPER_BLOCKS);
	paper->reads++;
	if (block == paper->fail)
		return -EIO;
	memcpy(buffer, paper->block[block], PAPER_SIZE);
	return 0;
}

static void take(void *context, const struct e4_piece *piece)
{
	struct paper *paper = context;

	assert_true(paper->nr < PAPER_PIECES);
	assert_true(piece->len > 0);
	assert_true(piece->block >= 1 &&
		    piece->block + piece->len <= PAPER_BLOCKS);
	paper->pieces[paper->nr++] = *piece;
}

static bool is_fixed(void *context, uint64_t block)
{
	const struct paper *paper = context;

	return block == paper->fixed;
}

void paper_start(struct paper *paper)
{
	memset(paper, 0, sizeof(*paper));
	paper->geo = (struct ext4bm_geometry){
		.block_size = PAPER_SIZE, .cluster_ratio = 1,
		.blocks = PAPER_BLOCKS, .first_data_block = 1, .groups = 1,
		.blocks_per_group = 8192, .clusters_per_group = 8192,
	};
	paper->rules.first_inode = 11;
	paper->rules.inode_size = 128;
	paper->mapper = (struct e4_mapper){
		.geo = &paper->geo, .rules = &paper->rules,
		.read = read_block, .take = take, .is_fixed = is_fixed,
		.context = paper,
		.buffers = calloc(E4_MAPPER_BLOCKS, PAPER_SIZE),
	};
	assert_non_null(paper->mapper.buffers);
	paper_mode(paper, S_IFREG | 0644);
	paper_half(paper->raw + offsetof(struct ext2_inode, i_links_count), 1);
}

void paper_end(struct paper *paper)
{
	free(paper->mapper.buffers);
}

void paper_half(uint8_t *at, uint16_t number)
{
	at[0] = (uint8_t)number;
	at[1] = (uint8_t)(number >> 8);
}

void paper_word(uint8_t *at, uint32_t number)
{
	paper_half(at, (uint16_t)number);
	paper_half(at + 2, (uint16_t)(number >> 16));
}

void paper_mode(struct paper *paper, uint16_t mode)
{
	paper_half(paper->raw + offsetof(struct ext2_inode, i_mode), mode);
}

void paper_flags(struct paper *paper, uint32_t flags)
{
	paper_word(paper->raw + offsetof(struct ext2_inode, i_flags), flags);
}

void paper_size(struct paper *paper, uint64_t size)
{
	paper_word(paper->raw + offsetof(struct ext2_inode, i_size),
		   (uint32_t)size);
	paper_word(paper->raw + offsetof(struct ext2_inode, i_size_high),
		   (uint32_t)(size >> 32));
}

uint8_t *paper_map(struct paper *paper)
{
	return paper->raw + offsetof(struct ext2_inode, i_block);
}

void paper_walk(struct paper *paper, uint32_t number)
{
	struct e4_inode inode;

	e4_inode_read(&inode, &paper->rules, number, paper->raw);
	paper->nr = 0;
	paper->reads = 0;
	e4_mapper_walk(&paper->mapper, &inode,
		       e4_inode_use(&paper->rules, &inode).mapping);
}

void paper_piece(const struct paper *paper, size_t number,
		 enum ext4bm_claim claim, uint64_t logical, uint64_t block,
		 uint64_t len)
{
	const struct e4_piece *piece = &paper->pieces[number];

	assert_true(number < paper->nr);
	assert_int_equal(piece->claim, claim);
	if (claim == EXT4BM_CLAIM_DATA)
		assert_int_equal(piece->logical, logical);
	assert_int_equal(piece->block, block);
	assert_int_equal(piece->len, len);
}

void paper_result(const struct paper *paper, size_t pieces, bool invalid,
		  int error)
{
	assert_int_equal(paper->nr, pieces);
	assert_int_equal(paper->mapper.invalid, invalid);
	assert_int_equal(paper->mapper.error, error);
}
