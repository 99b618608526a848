// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_mbgroups.c --- lines of mb_groups in every kernel's dialect
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mbgroups.h"
#include "unit.h"

#define HEADER \
	"#group: free  frags first [ 2^0   2^1   2^2   2^3   2^4   2^5   " \
	"2^6   2^7   2^8   2^9   2^10  2^11  2^12  2^13  ]"
#define COLUMNS \
	"31743 1     1025  [ 1     1     1     1     1     1     1     1" \
	"     1     1     0     1     1     3     ]"
#define ROW "#1    : " COLUMNS
#define MARK " Block bitmap corrupted!"

static const int32_t row_orders[E4_ORDERS] = {
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 3
};

/* What ret_line holds before; nothing parsed looks like it. */
static struct e4_mbgroup untouched(void)
{
	struct e4_mbgroup line;

	memset(&line, 0, sizeof(line));
	line.group = 4711;
	line.counters.free = -4711;
	line.errnum = 4711;
	return line;
}

/* Only what is accepted may change *ret_line. */
static int parse(const char *text, struct e4_mbgroup *ret_line)
{
	struct e4_mbgroup before = untouched();
	int ret;

	*ret_line = before;
	ret = e4_mbgroups_parse(text, ret_line);
	if (ret != 1)
		assert_true(e4_mbgroups_equal(ret_line, &before));
	return ret;
}

/* The outcome must not depend on the newline. */
static int parse_both(const char *text, struct e4_mbgroup *ret_line)
{
	char with[400];
	struct e4_mbgroup again;
	int ret = parse(text, ret_line);

	assert_true(snprintf(with, sizeof(with), "%s\n", text) <
		    (int)sizeof(with));
	assert_int_equal(parse(with, &again), ret);
	assert_true(e4_mbgroups_equal(ret_line, &again));
	return ret;
}

static void refused(const char *text)
{
	struct e4_mbgroup line;
	int ret = parse_both(text, &line);

	if (ret != -EINVAL)
		print_error("not refused: \"%s\"\n", text);
	assert_int_equal(ret, -EINVAL);
}

static void assert_row(const struct e4_mbgroup *line, uint32_t group,
		       bool corrupt)
{
	assert_int_equal(line->group, group);
	assert_int_equal(line->counters.free, 31743);
	assert_int_equal(line->counters.fragments, 1);
	assert_int_equal(line->counters.first, 1025);
	assert_memory_equal(line->counters.orders, row_orders,
			    sizeof(row_orders));
	assert_int_equal(line->corrupt, corrupt);
	assert_int_equal(line->errnum, 0);
}

static void header(void **state)
{
	struct e4_mbgroup line;

	(void)state;
	assert_int_equal(parse_both(HEADER, &line), 0);
	assert_int_equal(parse_both("", &line), 0);
	assert_int_equal(parse_both("  \t", &line), 0);
}

static void rows(void **state)
{
	struct e4_mbgroup line;

	(void)state;
	assert_int_equal(parse_both(ROW, &line), 1);
	assert_row(&line, 1, false);
	assert_int_equal(parse_both(ROW MARK, &line), 1);
	assert_row(&line, 1, true);
	/* a long number moves everything that follows */
	assert_int_equal(parse_both("#99999: " COLUMNS, &line), 1);
	assert_row(&line, 99999, false);
	assert_int_equal(parse_both("#100000: " COLUMNS, &line), 1);
	assert_row(&line, 100000, false);
	assert_int_equal(parse_both("#4294967295: " COLUMNS MARK, &line), 1);
	assert_row(&line, UINT32_MAX, true);
}

/* Each value in its own field, as the kernel's format pads it. */
static void fields(void **state)
{
	struct e4_mbgroup line;
	char text[400];
	int len = snprintf(text, sizeof(text), "#%-5u: %-5u %-5u %-5u [",
			   123U, 1000000U, 200000U, 32768U);

	(void)state;
	for (unsigned int order = 0; order < E4_ORDERS; order++)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				" %-5u", 99990 + order);
	snprintf(text + len, sizeof(text) - (size_t)len, " ]");
	assert_int_equal(parse_both(text, &line), 1);
	assert_int_equal(line.group, 123);
	assert_int_equal(line.counters.free, 1000000);
	assert_int_equal(line.counters.fragments, 200000);
	assert_int_equal(line.counters.first, 32768);
	for (int order = 0; order < E4_ORDERS; order++)
		assert_int_equal(line.counters.orders[order], 99990 + order);
	assert_false(line.corrupt);
	assert_int_equal(line.errnum, 0);
}

/* The widest line there can be: all fields are printed without sign. */
static void negative(void **state)
{
	struct e4_mbgroup line;
	char text[400];
	int len = snprintf(text, sizeof(text), "#%-5u: %-5u %-5u %-5u [",
			   UINT32_MAX, 4294967283U, 4294967288U, UINT32_MAX);

	(void)state;
	for (int order = 0; order < E4_ORDERS; order++)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				" %-5u", 2147483648U + (unsigned int)order);
	snprintf(text + len, sizeof(text) - (size_t)len, " ]" MARK);
	assert_int_equal(parse_both(text, &line), 1);
	assert_int_equal(line.counters.free, -13);
	assert_int_equal(line.counters.fragments, -8);
	assert_int_equal(line.counters.first, -1);
	for (int order = 0; order < E4_ORDERS; order++)
		assert_int_equal(line.counters.orders[order],
				 INT32_MIN + order);
	assert_true(line.corrupt);
}

static const struct {
	const char *text;
	int errnum;
} load_errors[] = {
	{ "I/O error", EIO },
	{ "IO failure", EIO },
	{ "Corrupt filesystem", EUCLEAN },
	{ "Filesystem failed CRC", EBADMSG },
	{ "Out of memory", ENOMEM },
	{ "Journal has aborted", EROFS },
	{ "error 5", EIO },
	{ "error -5", EIO },
	{ "error 28", ENOSPC },
	{ "error 4095", 4095 },
};

static void errors(void **state)
{
	static const struct e4_counters none;
	static const char *const groups[] = { "7    ", "100000", "0    " };
	static const uint32_t numbers[] = { 7, 100000, 0 };
	struct e4_mbgroup line;
	char text[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(load_errors); i++)
		for (size_t g = 0; g < ARRAY_SIZE(groups); g++) {
			snprintf(text, sizeof(text), "#%s: %s", groups[g],
				 load_errors[i].text);
			assert_int_equal(parse_both(text, &line), 1);
			assert_int_equal(line.group, numbers[g]);
			assert_int_equal(line.errnum, load_errors[i].errnum);
			assert_false(line.corrupt);
			assert_memory_equal(&line.counters, &none,
					    sizeof(none));
		}
}

/* The first @len bytes alone, so that a sanitizer sees a read behind. */
static char *cut(const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

/*
 * A row without its end is refused, wherever it ends. Behind the bracket it
 * is whole, and nothing says that a mark would have followed; a part of the
 * mark is refused again.
 */
static void truncated_rows(void **state)
{
	static const char row[] = ROW MARK;
	size_t bracket = sizeof(ROW) - 1;
	struct e4_mbgroup line;

	(void)state;
	for (size_t len = 1; len < sizeof(row) - 1; len++) {
		char *text = cut(row, len);

		if (len == bracket || len == bracket + 1) {
			assert_int_equal(parse_both(text, &line), 1);
			assert_row(&line, 1, false);
		} else {
			refused(text);
		}
		free(text);
	}
}

/* A number that is cut is another number; all other texts are refused. */
static void truncated_errors(void **state)
{
	const size_t start = strlen("#7    : ");
	char text[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(load_errors); i++) {
		size_t end = start + strcspn(load_errors[i].text,
					     "0123456789");

		snprintf(text, sizeof(text), "#7    : %s",
			 load_errors[i].text);
		for (size_t len = 1; len < end; len++) {
			char *part = cut(text, len);

			refused(part);
			free(part);
		}
	}
}

static void truncated_header(void **state)
{
	struct e4_mbgroup line;

	(void)state;
	for (size_t len = 0; len < sizeof(HEADER); len++) {
		char *text = cut(HEADER, len);

		assert_int_not_equal(parse_both(text, &line), 1);
		free(text);
	}
}

static void rubbish(void **state)
{
	static const char *const texts[] = {
		"#", "##", "#:", "#x", "#1", "#1 ", "#1:", "#1    : ", "x",
		"1    : " COLUMNS, "x" ROW, "x1    : " COLUMNS,
		"#-1   : " COLUMNS, "#+1   : " COLUMNS, "#0x1  : " COLUMNS,
		"#1    ; " COLUMNS, "#1 2  : " COLUMNS,
		"# group", "#1    : hello", "#1    : 31743", "#1    : [ ]",
		"#1    : Block bitmap corrupted!", "#1    :" MARK,
		ROW " x", ROW " 1", ROW " ]", ROW " Block", ROW "\r",
		ROW " I/O error", ROW ROW,
		"#1    : error", "#1    : error ", "#1    : error x",
		"#1    : error 0", "#1    : error -0", "#1    : error --5",
		"#1    : error +5", "#1    : error 4096", "#1    : i/o error",
		"#1    : error 4294967301", "\377\376", "EXT4-fs",
	};
	uint64_t seed = 20240501;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		refused(texts[i]);
	/* one wrong character between the colon and the bracket */
	for (size_t at = strlen("#1    "); at < sizeof(ROW) - 1; at++) {
		char text[] = ROW;

		text[at] = 'x';
		refused(text);
		text[at] = '-';
		refused(text);
	}
	/* whatever it is, it must not crash */
	for (int i = 0; i < 20000; i++) {
		struct e4_mbgroup line;
		char text[] = ROW MARK "\n";
		size_t at = unit_random(&seed) % (sizeof(text) - 1);

		text[at] = (char)unit_random(&seed);
		e4_mbgroups_parse(text, &line);
		unit_fill(&seed, text + 8, sizeof(text) - 9);
		assert_int_not_equal(parse(text, &line), 1);
	}
}

/* As many columns as there are orders, no more and no less. */
static void columns(void **state)
{
	struct e4_mbgroup line;

	(void)state;
	for (int nr = 0; nr <= 20; nr++) {
		char text[400];
		int len = snprintf(text, sizeof(text), "#1    : 1 1 0 [");

		for (int i = 0; i < nr; i++)
			len += snprintf(text + len,
					sizeof(text) - (size_t)len, " %-5u",
					1U);
		snprintf(text + len, sizeof(text) - (size_t)len, " ]");
		if (nr == E4_ORDERS)
			assert_int_equal(parse_both(text, &line), 1);
		else
			refused(text);
	}
	refused("#1    : 1     1     [ 1 1 1 1 1 1 1 1 1 1 1 1 1 1 ]");
	refused("#1    : 1 1   1   1 [ 1 1 1 1 1 1 1 1 1 1 1 1 1 1 ]");
}

/* A number that does not fit is refused in every place. */
static void overflow(void **state)
{
	static const char *const big[] = {
		"4294967296", "18446744073709551615", "18446744073709551616",
		"99999999999999999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(big); i++)
		for (int place = 0; place <= 3 + E4_ORDERS; place++) {
			char text[400];
			int len = snprintf(text, sizeof(text), "#%s :",
					   place == 0 ? big[i] : "1");

			for (int n = 1; n <= 3 + E4_ORDERS; n++)
				len += snprintf(text + len,
						sizeof(text) - (size_t)len,
						" %s%s", n == 4 ? "[ " : "",
						n == place ? big[i] : "2");
			snprintf(text + len, sizeof(text) - (size_t)len, " ]");
			refused(text);
		}
}

static void equality(void **state)
{
	struct e4_mbgroup a, b;
	int32_t *const counters[] = {
		&b.counters.free, &b.counters.fragments, &b.counters.first,
		&b.counters.orders[0], &b.counters.orders[E4_ORDERS - 1],
	};

	(void)state;
	/* what lies between the fields is no difference */
	memset(&a, 0x55, sizeof(a));
	memset(&b, 0xaa, sizeof(b));
	assert_int_equal(e4_mbgroups_parse(ROW, &a), 1);
	b.group = a.group;
	b.counters = a.counters;
	b.corrupt = a.corrupt;
	b.errnum = a.errnum;
	assert_true(e4_mbgroups_equal(&a, &b));
	assert_true(e4_mbgroups_equal(&a, &a));
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++) {
		++*counters[i];
		assert_false(e4_mbgroups_equal(&a, &b));
		assert_false(e4_mbgroups_equal(&b, &a));
		--*counters[i];
		assert_true(e4_mbgroups_equal(&a, &b));
	}
	b.group++;
	assert_false(e4_mbgroups_equal(&a, &b));
	b.group--;
	b.corrupt = true;
	assert_false(e4_mbgroups_equal(&a, &b));
	b.corrupt = false;
	b.errnum = EIO;
	assert_false(e4_mbgroups_equal(&a, &b));
	b.errnum = 0;
	assert_true(e4_mbgroups_equal(&a, &b));
}

/* What is made of a line leads to the same line. */
static void made(void **state)
{
	uint64_t seed = 4;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct e4_mbgroup line = { .group = unit_random(&seed) };
		struct e4_mbgroup again;
		char text[E4_MBGROUPS_LINE];

		if (i % 3 == 0)
			line.errnum = 1 + i % 200;
		else
			unit_fill(&seed, &line.counters,
				  sizeof(line.counters));
		line.corrupt = i % 3 == 1;
		e4_mbgroups_format(&line, text);
		assert_int_equal(text[strlen(text) - 1], '\n');
		assert_int_equal(e4_mbgroups_parse(text, &again), 1);
		assert_true(e4_mbgroups_equal(&line, &again));
	}
}

/* As the kernel pads it. */
static void made_alike(void **state)
{
	struct e4_mbgroup line = {
		.group = 350, .corrupt = true,
		.counters = { .free = 8179, .fragments = 1, .first = 13,
			      .orders = { 1, 1 } },
	};
	char text[E4_MBGROUPS_LINE];

	(void)state;
	e4_mbgroups_format(&line, text);
	assert_string_equal(text, "#350  : 8179  1     13    [ 1     1     "
			    "0     0     0     0     0     0     0     0     "
			    "0     0     0     0     ] Block bitmap "
			    "corrupted!\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header),
		cmocka_unit_test(rows),
		cmocka_unit_test(fields),
		cmocka_unit_test(negative),
		cmocka_unit_test(errors),
		cmocka_unit_test(truncated_rows),
		cmocka_unit_test(truncated_errors),
		cmocka_unit_test(truncated_header),
		cmocka_unit_test(rubbish),
		cmocka_unit_test(columns),
		cmocka_unit_test(overflow),
		cmocka_unit_test(equality),
		cmocka_unit_test(made),
		cmocka_unit_test(made_alike),
	};

	return cmocka_run_group_tests_name("mbgroups", tests, NULL, NULL);
}
