/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * bitmap.h --- counting, finding and setting bits of a bitmap
 *
 * A set bit is in use. Bit n is bit n % 8 of byte n / 8, counted from the
 * low end, as in every ext2/3/4 bitmap on every machine.
 */
#ifndef E4_BITMAP_H
#define E4_BITMAP_H

#include <stdbool.h>
#include <stdint.h>

/* Number of clear bits in [@first, @end). */
uint32_t e4_bitmap_clear(const void *bitmap, uint32_t first, uint32_t end);

/*
 * The next run of bits with value @value in [@first, @end).
 *
 * Return: true, and the run as [*@ret_first, *@ret_end); false if there is
 * none, and both are untouched.
 */
bool e4_bitmap_run(const void *bitmap, bool value, uint32_t first,
		   uint32_t end, uint32_t *ret_first, uint32_t *ret_end);

/*
 * A number that stands for which of the first @end bits have value @value: two
 * bitmaps with the same number are the same, but for one chance in 2^64.
 */
uint64_t e4_bitmap_digest(const void *bitmap, bool value, uint32_t end);

/* Set the bits [@first, @end). */
void e4_bitmap_set(uint8_t *bitmap, uint32_t first, uint32_t end);

/* True if bit @bit is set. */
static inline bool e4_bitmap_has(const uint8_t *bitmap, uint32_t bit)
{
	return bitmap[bit / 8] >> bit % 8 & 1;
}

#endif
