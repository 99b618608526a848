/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * tar.h --- headers of a tar archive, as far as a bundle needs them
 */
#ifndef E4_TAR_H
#define E4_TAR_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes in a header, and in each block of an archive. */
#define E4_TAR_BLOCK 512

/*
 * A member of an archive.
 * @name:	without leading "./" and folders
 * @size:	bytes
 * @is_file:	it is a regular file; others are folders and the like
 */
struct e4_tar_member {
	char name[101];
	uint64_t size;
	bool is_file;
};

/* Largest size that fits into a header. */
#define E4_TAR_MAX_SIZE ((1ULL << 33) - 1)

/* The header of a regular file; @name has at most 99 characters. */
void e4_tar_header(uint8_t block[E4_TAR_BLOCK], const char *name,
		   uint64_t size, int64_t time);

/*
 * Understand a header. Return: 1 and *ret_member; 0 for the block of zeros
 * that ends an archive; -EBADMSG for anything else.
 */
int e4_tar_parse(const uint8_t block[E4_TAR_BLOCK],
		 struct e4_tar_member *ret_member);

#endif
