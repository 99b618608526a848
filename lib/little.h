/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * little.h --- numbers as they are on the disk: little-endian, anywhere
 */
#ifndef E4_LITTLE_H
#define E4_LITTLE_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* The number that begins at @bytes, which need not be aligned. */
static inline uint16_t e4_le16(const void *bytes)
{
	uint16_t number;

	memcpy(&number, bytes, sizeof(number));
	return le16toh(number);
}

static inline uint32_t e4_le32(const void *bytes)
{
	uint32_t number;

	memcpy(&number, bytes, sizeof(number));
	return le32toh(number);
}

static inline uint64_t e4_le64(const void *bytes)
{
	uint64_t number;

	memcpy(&number, bytes, sizeof(number));
	return le64toh(number);
}

#endif
