// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_arguments.c --- seconds, as --watch takes them
 */
#include "config.h"

#include "arguments.h"
#include "unit.h"

static const struct option_row row = { .name = "watch", .letter = 300 };

static void assert_seconds(const char *text, double want)
{
	double seconds = -1;

	assert_int_equal(argument_seconds(&row, text, &seconds), 0);
	assert_true(seconds == want);
}

static void assert_bad(const char *text)
{
	double seconds = -1;

	assert_int_equal(argument_seconds(&row, text, &seconds),
			 EXT4BM_EXIT_USAGE);
	assert_true(seconds == -1);
}

static void good(void **state)
{
	(void)state;
	assert_seconds("1", 1);
	assert_seconds("60", 60);
	assert_seconds("0.5", 0.5);
	assert_seconds(".25", 0.25);
	assert_seconds("2.", 2);
	assert_seconds("0.01", 0.01);
	assert_seconds("86400", 86400);
	assert_seconds("007", 7);
}

static void bad(void **state)
{
	static const char *const texts[] = {
		"", ".", "..", "1.2.3", "0", "0.0", "0.001", "-1", "+1", " 1",
		"1 ", "1s", "1e3", "0x10", "nan", "inf", "1,5", "/dev/sda1",
		"99999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_bad(texts[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(bad),
	};

	return cmocka_run_group_tests_name("arguments", tests, NULL, NULL);
}
