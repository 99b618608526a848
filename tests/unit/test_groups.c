// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_groups.c --- lists of groups, as -g takes them
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "groups.h"
#include "unit.h"

static void assert_list(const char *text, const struct ext4bm_range *want,
			size_t nr)
{
	const char *bad = "untouched";
	struct ext4bm_range *ranges = NULL;
	size_t count = 0;

	assert_int_equal(groups_parse(text, &ranges, &count, &bad), 0);
	assert_string_equal(bad, "untouched");
	assert_int_equal(count, nr);
	for (size_t i = 0; i < nr; i++) {
		assert_int_equal(ranges[i].first, want[i].first);
		assert_int_equal(ranges[i].last, want[i].last);
	}
	free(ranges);
}

#define LIST(text, ...) do { \
	static const struct ext4bm_range want[] = { __VA_ARGS__ }; \
	assert_list(text, want, ARRAY_SIZE(want)); \
} while (0)

static void good(void **state)
{
	(void)state;
	LIST("0", { 0, 0 });
	LIST("007", { 7, 7 });
	LIST("5-5", { 5, 5 });
	LIST("1,5,8-12", { 1, 1 }, { 5, 5 }, { 8, 12 });
	LIST("4294967294", { 4294967294, 4294967294 });
	LIST("0-4294967294", { 0, 4294967294 });
}

static void merged(void **state)
{
	(void)state;
	LIST("9,1", { 1, 1 }, { 9, 9 });
	LIST("1,1,1", { 1, 1 });
	LIST("1,2,3", { 1, 3 });
	LIST("1-5,3-9", { 1, 9 });
	LIST("1-9,3-5", { 1, 9 });
	LIST("3-5,1-9,10,12", { 1, 10 }, { 12, 12 });
	LIST("5-6,1-4", { 1, 6 });
	LIST("0-4294967294,4294967294", { 0, 4294967294 });
}

static void bad(void **state)
{
	/* the list, and where its trouble starts */
	static const struct {
		const char *text;
		size_t at;
	} cases[] = {
		{ "", 0 }, { ",", 0 }, { "1,", 2 }, { ",1", 0 },
		{ "1,,2", 2 }, { "-1", 0 }, { "1-", 0 }, { "1--2", 0 },
		{ "5-4", 0 }, { "1,5-4", 2 }, { "a", 0 }, { "1,a", 2 },
		{ "1a", 0 }, { " 1", 0 }, { "1 ", 0 }, { "1, 2", 2 },
		{ "0x1", 0 }, { "1-2-3", 0 }, { "+1", 0 },
		{ "4294967295", 0 }, { "0-4294967295", 0 },
		{ "99999999999999999999999999", 0 },
		{ "18446744073709551617", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ext4bm_range *ranges = (void *)&cases;
		const char *where = NULL;
		size_t count = 77;

		assert_int_equal(groups_parse(cases[i].text, &ranges, &count,
					      &where), -EINVAL);
		assert_ptr_equal(where, cases[i].text + cases[i].at);
		assert_ptr_equal(ranges, (void *)&cases);
		assert_int_equal(count, 77);
	}
}

/* Random lists against a set of small numbers. */
static void random_lists(void **state)
{
	uint64_t seed = 31;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		bool set[64] = { false };
		char text[400] = "";
		struct ext4bm_range *ranges;
		const char *where;
		size_t count, at = 0;
		size_t nr = 1 + unit_random(&seed) % 8;

		for (size_t i = 0; i < nr; i++) {
			uint32_t first = unit_random(&seed) % 64;
			uint32_t last = first + unit_random(&seed) %
					(64 - first) / 4;

			at += (size_t)sprintf(text + at, "%s%u-%u",
					      i ? "," : "", first, last);
			for (uint32_t n = first; n <= last; n++)
				set[n] = true;
		}
		assert_int_equal(groups_parse(text, &ranges, &count, &where),
				 0);
		for (size_t i = 0; i < count; i++) {
			assert_true(ranges[i].first <= ranges[i].last);
			if (i)
				assert_true(ranges[i].first >
					    ranges[i - 1].last + 1);
			for (uint64_t n = ranges[i].first;
			     n <= ranges[i].last; n++) {
				assert_true(set[n]);
				set[n] = false;
			}
		}
		for (size_t n = 0; n < 64; n++)
			assert_false(set[n]);
		free(ranges);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(merged),
		cmocka_unit_test(bad),
		cmocka_unit_test(random_lists),
	};

	return cmocka_run_group_tests_name("groups", tests, NULL, NULL);
}
