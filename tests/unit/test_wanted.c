// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_wanted.c --- which groups a check was asked for
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "ext4bm_err.h"
#include "unit.h"
#include "wanted.h"

static const struct ext4bm_range some[] = {
	{ 0, 0 }, { 3, 5 }, { 6, 6 }, { 90, 99 },
};

static const struct ext4bm_geometry geo = { .groups = 100 };

static int check_ranges(const struct ext4bm_range *ranges, size_t nr,
			struct ext4bm_error *err)
{
	struct ext4bm_check_options options = {
		.groups = ranges, .nr_groups = nr,
	};

	return e4_wanted_check(&geo, &options, err);
}

static void ranges(void **state)
{
	static const struct ext4bm_range bad[][2] = {
		{ { 0, 1 }, { 100, 100 } }, { { 5, 4 }, { 6, 7 } },
		{ { 4, 5 }, { 5, 6 } }, { { 4, 5 }, { 2, 3 } },
		{ { 4, 5 }, { 6, UINT64_MAX } },
	};
	struct ext4bm_error err = { 0 };

	(void)state;
	assert_int_equal(check_ranges(some, ARRAY_SIZE(some), NULL), 0);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(check_ranges(bad[i], 2, NULL), -EINVAL);
	assert_int_equal(check_ranges(bad[0], 2, &err), -EINVAL);
	assert_int_equal(err.code, EXT4BM_ET_GROUPS);
	assert_non_null(strstr(err.text, "0 to 99"));
}

static void any(void **state)
{
	struct ext4bm_check_options options = {
		.groups = some, .nr_groups = ARRAY_SIZE(some),
	};

	(void)state;
	/* Against the plain definition, for every range there is. */
	for (uint64_t first = 0; first < 102; first++)
		for (uint64_t last = first; last < 102; last++) {
			bool wanted = false;

			for (size_t i = 0; i < ARRAY_SIZE(some); i++)
				for (uint64_t group = some[i].first;
				     group <= some[i].last; group++)
					wanted |= group >= first &&
						  group <= last;
			assert_int_equal(e4_wanted_any(&options, first, last),
					 wanted);
		}
	options.nr_groups = 0;
	assert_false(e4_wanted_any(&options, 0, UINT64_MAX));
}

static void count(void **state)
{
	static const struct ext4bm_range halves[] = { { 0, 49 }, { 50, 99 } };
	struct ext4bm_check_options options = {
		.groups = some, .nr_groups = ARRAY_SIZE(some),
	};

	(void)state;
	assert_int_equal(e4_wanted_count(&options), 1 + 3 + 1 + 10);
	assert_false(e4_wanted_all(&geo, &options));
	options.groups = halves;
	options.nr_groups = 2;
	assert_int_equal(e4_wanted_count(&options), 100);
	assert_true(e4_wanted_all(&geo, &options));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges),
		cmocka_unit_test(any),
		cmocka_unit_test(count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
