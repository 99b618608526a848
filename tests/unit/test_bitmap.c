// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_bitmap.c --- counting and finding bits, against one bit at a time
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "bitmap.h"
#include "unit.h"

#define BITS 256
#define LAST_END 200

static bool bit(const uint8_t *bytes, uint32_t n)
{
	return bytes[n / 8] >> (n % 8) & 1;
}

static uint32_t naive_clear(const uint8_t *bytes, uint32_t first, uint32_t end)
{
	uint32_t clear = 0;

	for (uint32_t n = first; n < end; n++)
		clear += !bit(bytes, n);
	return clear;
}

static bool naive_run(const uint8_t *bytes, bool value, uint32_t first,
		      uint32_t end, uint32_t *from, uint32_t *to)
{
	uint32_t n = first;

	while (n < end && bit(bytes, n) != value)
		n++;
	if (n >= end)
		return false;
	*from = n;
	while (n < end && bit(bytes, n) == value)
		n++;
	*to = n;
	return true;
}

/* All starts and ends; @bytes may lie at any address. */
static void compare_all(const uint8_t *bytes)
{
	for (uint32_t end = 0; end <= LAST_END; end++) {
		for (uint32_t first = 0; first <= end; first++) {
			assert_int_equal(e4_bitmap_clear(bytes, first, end),
					 naive_clear(bytes, first, end));
			for (int value = 0; value < 2; value++) {
				uint32_t from = 7777, to = 8888;
				uint32_t want_from = 7777, want_to = 8888;
				bool want = naive_run(bytes, value, first, end,
						      &want_from, &want_to);

				assert_int_equal(e4_bitmap_run(bytes, value,
					first, end, &from, &to), want);
				/* untouched when there is none */
				assert_int_equal(from, want_from);
				assert_int_equal(to, want_to);
			}
		}
	}
}

static void random_data(void **state)
{
	uint8_t room[BITS / 8 + 8];
	uint64_t seed = 1;

	(void)state;
	for (int align = 0; align < 8; align++) {
		unit_fill(&seed, room, sizeof(room));
		compare_all(room + align);
	}
}

/* Long runs, which random data never has: these take the words' way. */
static void sparse_data(void **state)
{
	uint8_t bytes[BITS / 8];
	uint64_t seed = 2;

	(void)state;
	for (int i = 0; i < 6; i++) {
		memset(bytes, i & 1 ? 0xff : 0, sizeof(bytes));
		for (int flips = 0; flips < i; flips++) {
			uint32_t n = unit_random(&seed) % LAST_END;

			bytes[n / 8] ^= (uint8_t)(1 << n % 8);
		}
		compare_all(bytes);
	}
}

/* Not a byte behind the last bit is touched: the heap checkers would see. */
static void exact_room(void **state)
{
	(void)state;
	for (uint32_t bits = 1; bits <= LAST_END; bits++) {
		uint8_t *bytes = malloc((bits + 7) / 8);
		uint32_t first, end;

		assert_non_null(bytes);
		memset(bytes, 0, (bits + 7) / 8);
		assert_int_equal(e4_bitmap_clear(bytes, 0, bits), bits);
		assert_true(e4_bitmap_run(bytes, false, 0, bits, &first,
					  &end));
		assert_int_equal(first, 0);
		assert_int_equal(end, bits);
		free(bytes);
	}
}

/* Bit 0 is the low bit of byte 0, whatever the machine. */
static void order_of_bits(void **state)
{
	static const uint8_t bytes[8] = { 0x01, 0x80, 0, 0, 0, 0, 0, 0x40 };
	uint32_t first, end;

	(void)state;
	assert_true(e4_bitmap_run(bytes, true, 0, 64, &first, &end));
	assert_int_equal(first, 0);
	assert_int_equal(end, 1);
	assert_true(e4_bitmap_run(bytes, true, 1, 64, &first, &end));
	assert_int_equal(first, 15);
	assert_int_equal(end, 16);
	assert_true(e4_bitmap_run(bytes, true, 16, 64, &first, &end));
	assert_int_equal(first, 62);
	assert_int_equal(end, 63);
	assert_int_equal(e4_bitmap_clear(bytes, 0, 64), 61);
}

static void whole_block(void **state)
{
	const uint32_t bits = 8 * 65536;
	uint8_t *bytes = malloc(bits / 8);
	uint64_t seed = 3;

	(void)state;
	assert_non_null(bytes);
	unit_fill(&seed, bytes, bits / 8);
	assert_int_equal(e4_bitmap_clear(bytes, 0, bits),
			 naive_clear(bytes, 0, bits));
	memset(bytes, 0xff, bits / 8);
	assert_int_equal(e4_bitmap_clear(bytes, 0, bits), 0);
	memset(bytes, 0, bits / 8);
	assert_int_equal(e4_bitmap_clear(bytes, 0, bits), bits);
	assert_int_equal(e4_bitmap_clear(bytes, 5, 5), 0);
	assert_int_equal(e4_bitmap_clear(bytes, 9, 5), 0);
	free(bytes);
}

/* The digest of a copy with some bits flipped. */
static uint64_t digest_flipped(const uint8_t *bytes, uint32_t a, uint32_t b)
{
	uint8_t copy[BITS / 8];

	memcpy(copy, bytes, sizeof(copy));
	copy[a / 8] ^= (uint8_t)(1 << a % 8);
	if (a != b)
		copy[b / 8] ^= (uint8_t)(1 << b % 8);
	return e4_bitmap_digest(copy, true, LAST_END);
}

/*
 * Not even a swap, which leaves all counts as they are, goes unnoticed; what
 * is behind the end does.
 */
static void digest_sees_all(void **state)
{
	uint8_t bytes[BITS / 8] = { 0 };
	uint64_t seed = 4, digest;

	(void)state;
	for (int filled = 0; filled < 3; filled++) {
		digest = e4_bitmap_digest(bytes, true, LAST_END);
		for (uint32_t a = 0; a < BITS; a++)
			for (uint32_t b = a; b < BITS; b++)
				assert_int_equal(
					digest == digest_flipped(bytes, a, b),
					a >= LAST_END);
		if (filled)
			memset(bytes, 0xff, sizeof(bytes));
		else
			unit_fill(&seed, bytes, sizeof(bytes));
	}
}

static void digest_of_either_value(void **state)
{
	uint8_t room[BITS / 8 + 8], inverse[BITS / 8];
	uint64_t seed = 5;

	(void)state;
	unit_fill(&seed, room, sizeof(room));
	for (int align = 0; align < 8; align++) {
		for (int i = 0; i < BITS / 8; i++)
			inverse[i] = (uint8_t)~room[align + i];
		for (uint32_t end = 0; end <= BITS; end++) {
			uint64_t used = e4_bitmap_digest(room + align, true,
							 end);

			assert_int_equal(used, e4_bitmap_digest(inverse,
								false, end));
			if (naive_clear(inverse, 0, end) > 0)
				assert_int_not_equal(used, 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_data),
		cmocka_unit_test(sparse_data),
		cmocka_unit_test(exact_room),
		cmocka_unit_test(order_of_bits),
		cmocka_unit_test(whole_block),
		cmocka_unit_test(digest_sees_all),
		cmocka_unit_test(digest_of_either_value),
	};

	return cmocka_run_group_tests_name("bitmap", tests, NULL, NULL);
}
