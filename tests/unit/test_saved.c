// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_saved.c --- saved counters: what one line by itself, and beside its
 * descriptor, can show
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "saved.h"
#include "unit.h"

static const struct ext4bm_geometry shape = {
	.block_size = 1024, .cluster_ratio = 1, .blocks = 8193 + 4000,
	.first_data_block = 1, .blocks_per_group = 8192, .groups = 2,
};

/* Findings of the last comparison, and the only one of a code among them. */
static struct e4_findings findings;

static const struct ext4bm_finding *only(enum ext4bm_code code)
{
	assert_int_equal(findings.nr, 1);
	assert_int_equal(findings.list[0].code, code);
	return &findings.list[0];
}

static void values(enum ext4bm_code code, int64_t stored, int64_t counted)
{
	const struct ext4bm_finding *finding = only(code);

	assert_int_equal(finding->group, 1);
	assert_int_equal((int64_t)finding->stored, stored);
	assert_int_equal((int64_t)finding->counted, counted);
}

static void compare(const struct e4_mbgroup *line, int64_t gd_free)
{
	struct e4_gd gd = { .free_clusters = (uint32_t)gd_free, .flags = 4 };

	e4_findings_free(&findings);
	e4_counters_compare(&shape, line, gd_free < 0 ? NULL : &gd, &findings);
	assert_false(findings.failed);
}

/* Fewer than the descriptor has is preallocation, frees not yet committed. */
static void possible(void **state)
{
	struct e4_mbgroup line = { .group = 1 };

	(void)state;
	for (int32_t nr = 0; nr <= 4000; nr += 500) {
		line.counters.free = nr;
		compare(&line, 4000);
		assert_int_equal(findings.nr, 0);
		compare(&line, nr);
		assert_int_equal(findings.nr, 0);
		compare(&line, -1);
		assert_int_equal(findings.nr, 0);
	}
}

static void above(void **state)
{
	struct e4_mbgroup line = { .group = 1, .counters.free = 3000 };

	(void)state;
	compare(&line, 2999);
	values(EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, 2999, 3000);
	assert_int_equal(findings.list[0].flags, 4);
}

/* The short last group has 4000 clusters. */
static void impossible(void **state)
{
	struct e4_mbgroup line = { .group = 1, .counters.free = 4001 };

	(void)state;
	compare(&line, 8192);
	values(EXT4BM_COUNTERS_IMPOSSIBLE, 4001, 4000);
	line.counters.free = -8;
	compare(&line, 3);
	values(EXT4BM_COUNTERS_IMPOSSIBLE, -8, 4000);
	assert_int_equal(findings.list[0].nr_ranges, 0);
	line.counters.free = 0;
	line.counters.fragments = -1;
	compare(&line, 3);
	values(EXT4BM_COUNTERS_IMPOSSIBLE, 0, 4000);
	line.counters.fragments = 1;
	line.counters.orders[0] = -13;
	line.counters.orders[9] = -1;
	compare(&line, 3);
	values(EXT4BM_COUNTERS_IMPOSSIBLE, 0, 4000);
	assert_int_equal(findings.list[0].nr_ranges, 2);
	assert_int_equal(findings.list[0].ranges[0].first, 0);
	assert_int_equal(findings.list[0].ranges[1].last, 9);
}

/* Without a shape only what is below zero is known to be impossible. */
static void shapeless(void **state)
{
	static const struct ext4bm_geometry none = { .groups = 2 };
	struct e4_mbgroup line = { .group = 1, .counters.free = 1000000 };

	(void)state;
	e4_findings_free(&findings);
	e4_counters_compare(&none, &line, NULL, &findings);
	assert_int_equal(findings.nr, 0);
	line.counters.free = -1;
	e4_counters_compare(&none, &line, NULL, &findings);
	values(EXT4BM_COUNTERS_IMPOSSIBLE, -1, 0);
}

/* What the kernel says of a group stands whatever the numbers are. */
static void given_up(void **state)
{
	struct e4_mbgroup line = { .group = 1, .counters.free = 20,
				   .corrupt = true };

	(void)state;
	compare(&line, 7);
	values(EXT4BM_GROUP_MARKED_CORRUPT, 20, 7);
	compare(&line, -1);
	values(EXT4BM_GROUP_MARKED_CORRUPT, 20, 20);
	line = (struct e4_mbgroup){ .group = 1, .errnum = EBADMSG };
	compare(&line, 7);
	values(EXT4BM_GROUP_LOAD_FAILED, 0, 0);
	assert_int_equal(findings.list[0].errnum, EBADMSG);
}

static int clean_up(void **state)
{
	(void)state;
	e4_findings_free(&findings);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(possible, clean_up),
		cmocka_unit_test_teardown(above, clean_up),
		cmocka_unit_test_teardown(impossible, clean_up),
		cmocka_unit_test_teardown(shapeless, clean_up),
		cmocka_unit_test_teardown(given_up, clean_up),
	};

	return cmocka_run_group_tests_name("saved", tests, NULL, NULL);
}
