// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_pattern.c --- what the groups of one code have in common
 */
#include "config.h"

#include <string.h>

#include "pattern.h"
#include "unit.h"

/* 160 groups in flex_bgs of 16, 64 descriptors to a block. */
static const struct ext4bm_geometry geo = {
	.block_size = 4096, .desc_size = 64, .groups = 160,
	.desc_blocks = 3, .flex_groups = 16,
};

static struct ext4bm_finding list[64];

static struct ext4bm_report make_report(const uint32_t *groups, size_t nr)
{
	memset(list, 0, sizeof(list));
	for (size_t i = 0; i < nr; i++)
		list[i] = (struct ext4bm_finding){
			.code = EXT4BM_GD_FREE_CLUSTERS, .group = groups[i],
			.stored = 8179, .counted = 8192,
		};
	return (struct ext4bm_report){
		.geometry = &geo, .findings = list, .nr_findings = nr,
	};
}

static void assert_text(const struct ext4bm_report *report,
			const struct ext4bm_pattern *pattern,
			const char *want)
{
	char buf[300];

	assert_int_equal(ext4bm_pattern_text(report, pattern, buf,
					     sizeof(buf)), strlen(want));
	assert_string_equal(buf, want);
	/* truncated as snprintf() does it, without writing behind */
	for (size_t size = 0; size <= strlen(want) + 1; size++) {
		char small[301];

		memset(small, '#', sizeof(small));
		assert_int_equal(ext4bm_pattern_text(report, pattern, small,
						     size), strlen(want));
		for (size_t i = size; i < sizeof(small); i++)
			assert_int_equal(small[i], '#');
		if (size == 0)
			continue;
		assert_int_equal(strlen(small), size - 1);
		assert_memory_equal(small, want, size - 1);
	}
}

static void flex_row(void **state)
{
	static const uint32_t groups[] = { 5, 21, 37, 53, 69 };
	struct ext4bm_report report = make_report(groups, 5);
	struct ext4bm_pattern pattern;

	(void)state;
	assert_true(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				    &pattern));
	assert_int_equal(pattern.code, EXT4BM_GD_FREE_CLUSTERS);
	assert_int_equal(pattern.groups, 5);
	assert_int_equal(pattern.first, 5);
	assert_int_equal(pattern.last, 69);
	assert_int_equal(pattern.step, 16);
	assert_true(pattern.same_stored);
	assert_int_equal(pattern.stored, 8179);
	assert_true(pattern.same_difference);
	assert_int_equal(pattern.difference, -13);
	assert_true(pattern.every_flex_bg);
	assert_false(pattern.one_flex_bg);
	assert_false(pattern.one_gd_block);
	assert_text(&report, &pattern,
		    "5 groups, each number 5 of its flex_bg of 16, all "
		    "storing 8179; such a row points at writes lost below "
		    "the filesystem, not at the allocator");
}

static void neighbours(void **state)
{
	static const uint32_t groups[] = { 62, 63, 64, 65 };
	struct ext4bm_report report = make_report(groups, 4);
	struct ext4bm_pattern pattern;

	(void)state;
	list[2].stored = 8000;
	list[2].counted = 8013;
	assert_true(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				    &pattern));
	assert_int_equal(pattern.step, 1);
	assert_false(pattern.same_stored);
	assert_true(pattern.same_difference);
	assert_false(pattern.one_flex_bg);
	assert_false(pattern.one_gd_block);
	/* neighbours by themselves are not worth a line */
	assert_text(&report, &pattern, "");
	list[3].counted = 1;
	assert_true(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				    &pattern));
	assert_false(pattern.same_difference);
	report = make_report(groups, 4);
	assert_true(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				    &pattern));
	assert_text(&report, &pattern,
		    "4 neighbouring groups, 62 to 65, all storing 8179");
	for (size_t i = 0; i < 4; i++)
		list[i].stored = list[i].counted = 100 + i;
	for (size_t i = 0; i < 4; i++)
		list[i].group = 60 + 2 * i * i;
	assert_true(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				    &pattern));
	assert_true(pattern.same_difference);
	assert_int_equal(pattern.difference, 0);
}

static void steps(void **state)
{
	static const uint32_t groups[] = { 10, 13, 16, 19 };
	static const uint32_t pair[] = { 10, 17 };
	struct ext4bm_report report = make_report(groups, 4);
	struct ext4bm_pattern pattern;

	(void)state;
	assert_true(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				    &pattern));
	assert_int_equal(pattern.step, 3);
	assert_text(&report, &pattern,
		    "4 groups, every 3 from 10 on, all storing 8179");
	/* two groups always have a constant distance: that says nothing */
	report = make_report(pair, 2);
	assert_true(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				    &pattern));
	assert_int_equal(pattern.step, 7);
	assert_text(&report, &pattern, "2 groups, all described by one block "
		    "of the descriptor table, all storing 8179");
}

/* A step that came back is no step. */
static void broken_step(void **state)
{
	static const uint32_t groups[] = { 1, 2, 4, 6, 80 };
	struct ext4bm_report report = make_report(groups, 5);
	struct ext4bm_pattern pattern;

	(void)state;
	assert_true(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				    &pattern));
	assert_int_equal(pattern.step, 0);
	assert_text(&report, &pattern, "");
}

static void one_flex_bg(void **state)
{
	static const uint32_t groups[] = { 33, 34, 40, 47 };
	struct ext4bm_report report = make_report(groups, 4);
	struct ext4bm_pattern pattern;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		list[i].code = EXT4BM_GD_CHECKSUM;
	assert_true(e4_pattern_find(&report, EXT4BM_GD_CHECKSUM, &pattern));
	assert_true(pattern.one_flex_bg);
	assert_true(pattern.one_gd_block);
	assert_int_equal(pattern.step, 0);
	assert_text(&report, &pattern,
		    "4 groups, all in the flex_bg of group 32");
}

static void one_block(void **state)
{
	static const uint32_t groups[] = { 65, 70, 100, 127 };
	struct ext4bm_report report = make_report(groups, 4);
	struct ext4bm_pattern pattern;

	(void)state;
	assert_true(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				    &pattern));
	assert_true(pattern.one_gd_block);
	assert_text(&report, &pattern, "4 groups, all described by one block "
		    "of the descriptor table, all storing 8179");
}

/* Where there is one flex_bg, or one block, being in it means nothing. */
static void only_one(void **state)
{
	static const uint32_t groups[] = { 1, 2, 4 };
	struct ext4bm_geometry small = geo;
	struct ext4bm_report report = make_report(groups, 3);
	struct ext4bm_pattern pattern;

	(void)state;
	small.groups = 16;
	small.desc_blocks = 1;
	report.geometry = &small;
	assert_true(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				    &pattern));
	assert_false(pattern.one_flex_bg || pattern.every_flex_bg ||
		     pattern.one_gd_block);
	small.groups = 160;
	small.flex_groups = 1;
	assert_true(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				    &pattern));
	assert_false(pattern.one_flex_bg || pattern.every_flex_bg);
	assert_text(&report, &pattern, "");
}

/* Several findings of one group, other codes, the whole filesystem. */
static void what_counts(void **state)
{
	static const uint32_t groups[] = { EXT4BM_NO_GROUP, 7, 7, 7, 9 };
	struct ext4bm_report report = make_report(groups, 5);
	struct ext4bm_pattern pattern = { .groups = 77 };

	(void)state;
	list[4].code = EXT4BM_GD_CHECKSUM;
	assert_false(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				     &pattern));
	assert_int_equal(pattern.groups, 77);
	assert_false(e4_pattern_find(&report, EXT4BM_GD_CHECKSUM, &pattern));
	assert_false(e4_pattern_find(&report, EXT4BM_GD_BACKUP, &pattern));
	list[4].code = EXT4BM_GD_FREE_CLUSTERS;
	assert_true(e4_pattern_find(&report, EXT4BM_GD_FREE_CLUSTERS,
				    &pattern));
	assert_int_equal(pattern.groups, 2);
	assert_int_equal(pattern.step, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flex_row),
		cmocka_unit_test(neighbours),
		cmocka_unit_test(steps),
		cmocka_unit_test(broken_step),
		cmocka_unit_test(one_flex_bg),
		cmocka_unit_test(one_block),
		cmocka_unit_test(only_one),
		cmocka_unit_test(what_counts),
	};

	return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
