// SPDX-License-Identifier: LGPL-2.0-only
/*
 * bitmap.c --- counting, finding and setting bits of a bitmap
 *
 * Pure functions over bytes in memory; words are read little-endian, so that
 * bit order is the same on every machine.
 */
#include "config.h"

#include <string.h>

#include "bitmap.h"
#include "little.h"

/* Most x86-64 builds may not assume the instruction, but most machines
 * have it: it makes counting four times as fast. */
#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("popcnt")))
static uint64_t ones_popcnt(const uint8_t *bytes, uint32_t words)
{
	uint64_t ones = 0;

	for (uint32_t i = 0; i < words; i++)
		ones += (uint64_t)__builtin_popcountll(e4_le64(bytes + 8 * i));
	return ones;
}
#define HAVE_POPCNT() __builtin_cpu_supports("popcnt")
#else
#define ones_popcnt ones_plain
#define HAVE_POPCNT() false
#endif

static uint64_t ones_plain(const uint8_t *bytes, uint32_t words)
{
	uint64_t ones = 0;

	for (uint32_t i = 0; i < words; i++)
		ones += (uint64_t)__builtin_popcountll(e4_le64(bytes + 8 * i));
	return ones;
}

/* Number of set bits in the @bits bits of a byte from bit @from on. */
static uint32_t ones_in_byte(uint8_t byte, uint32_t from, uint32_t bits)
{
	uint32_t mask = ((1U << bits) - 1) << from;

	return (uint32_t)__builtin_popcount(byte & mask);
}

uint32_t e4_bitmap_clear(const void *bitmap, uint32_t first, uint32_t end)
{
	const uint8_t *bytes = bitmap;
	uint32_t at = first;
	uint64_t ones = 0;
	uint32_t words;

	if (first >= end)
		return 0;
	while (at < end && at % 64) {
		uint32_t bits = 8 - at % 8;

		if (bits > end - at)
			bits = end - at;
		ones += ones_in_byte(bytes[at / 8], at % 8, bits);
		at += bits;
	}
	words = (end - at) / 64;
	ones += HAVE_POPCNT() ? ones_popcnt(bytes + at / 8, words)
			      : ones_plain(bytes + at / 8, words);
	at += words * 64;
	while (at < end) {
		uint32_t bits = end - at < 8 ? end - at : 8;

		ones += ones_in_byte(bytes[at / 8], 0, bits);
		at += bits;
	}
	return end - first - (uint32_t)ones;
}

/* First bit with value @value in [@at, @end), or @end. */
static uint32_t find(const uint8_t *bytes, bool value, uint32_t at,
		     uint32_t end)
{
	const uint64_t none = value ? 0 : UINT64_MAX;

	while (at < end) {
		if (at % 64 == 0 && end - at >= 64 &&
		    e4_le64(bytes + at / 8) == none)
			at += 64;
		else if (((bytes[at / 8] >> at % 8) & 1) == value)
			return at;
		else
			at++;
	}
	return end;
}

bool e4_bitmap_run(const void *bitmap, bool value, uint32_t first,
		   uint32_t end, uint32_t *ret_first, uint32_t *ret_end)
{
	uint32_t start = find(bitmap, value, first, end);

	if (start >= end)
		return false;
	*ret_first = start;
	*ret_end = find(bitmap, !value, start, end);
	return true;
}

/* Spread each bit over all others: the finalizer of SplitMix64. */
static uint64_t mix(uint64_t word)
{
	word = (word ^ word >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	word = (word ^ word >> 27) * UINT64_C(0x94d049bb133111eb);
	return word ^ word >> 31;
}

/* What bits in word number @at add; that differs in each place. */
static uint64_t digest_word(uint64_t word, uint32_t at)
{
	const uint64_t place = UINT64_C(0x9e3779b97f4a7c15);

	return word ? mix(mix(word) + (at + 1) * place) : 0;
}

uint64_t e4_bitmap_digest(const void *bitmap, bool value, uint32_t end)
{
	const uint64_t invert = value ? 0 : UINT64_MAX;
	const uint8_t *bytes = bitmap;
	uint32_t at = 0;
	uint64_t digest = 0, word = 0;

	/* Most have no such bit, and are skipped some words at a time. */
	for (; at + 8 <= end / 64; at += 8) {
		for (uint32_t i = at; i < at + 8; i++)
			word |= e4_le64(bytes + 8 * i) ^ invert;
		for (uint32_t i = at; word && i < at + 8; i++)
			digest += digest_word(e4_le64(bytes + 8 * i) ^ invert,
					      i);
		word = 0;
	}
	for (uint32_t bit = at * 64; bit < end; bit++) {
		if (e4_bitmap_has(bytes, bit) == value)
			word |= UINT64_C(1) << bit % 64;
		if (bit % 64 == 63 || bit + 1 == end) {
			digest += digest_word(word, bit / 64);
			word = 0;
		}
	}
	return digest;
}

void e4_bitmap_set(uint8_t *bitmap, uint32_t first, uint32_t end)
{
	for (; first < end && first % 8; first++)
		bitmap[first / 8] |= (uint8_t)(1U << first % 8);
	if (first < end)
		memset(bitmap + first / 8, 0xff, (end - first) / 8);
	for (first += (end - first) / 8 * 8; first < end; first++)
		bitmap[first / 8] |= (uint8_t)(1U << first % 8);
}
