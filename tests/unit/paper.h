/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * paper.h --- a filesystem of some blocks on paper, for walks over mappings
 */
#ifndef PAPER_H
#define PAPER_H

#include "mapper.h"

#define PAPER_BLOCKS 1000
#define PAPER_SIZE 1024
#define PAPER_PIECES 64

/*
 * @block:	contents; only those that a test writes are not zero
 * @fail:	block that cannot be read, or 0
 * @fixed:	block of fixed metadata, or 0
 * @raw:	an inode as it is in the table
 * @pieces:	what the last walk handed on
 */
struct paper {
	struct ext4bm_geometry geo;
	struct e4_rules rules;
	struct e4_mapper mapper;
	uint8_t block[PAPER_BLOCKS][PAPER_SIZE];
	uint64_t fail;
	uint64_t fixed;
	unsigned int reads;
	uint8_t raw[128];
	struct e4_piece pieces[PAPER_PIECES];
	size_t nr;
};

/* An empty one, and a regular file without blocks. */
void paper_start(struct paper *paper);
void paper_end(struct paper *paper);

/* Write little-endian numbers. */
void paper_half(uint8_t *at, uint16_t number);
void paper_word(uint8_t *at, uint32_t number);

/* Fields of the inode. */
void paper_mode(struct paper *paper, uint16_t mode);
void paper_flags(struct paper *paper, uint32_t flags);
void paper_size(struct paper *paper, uint64_t size);
uint8_t *paper_map(struct paper *paper);

/* Walk the mapping of inode @number. */
void paper_walk(struct paper *paper, uint32_t number);

/* Assert what piece @number is. */
void paper_piece(const struct paper *paper, size_t number,
		 enum ext4bm_claim claim, uint64_t logical, uint64_t block,
		 uint64_t len);

/* Assert how the walk ended. */
void paper_result(const struct paper *paper, size_t pieces, bool invalid,
		  int error);

#endif
