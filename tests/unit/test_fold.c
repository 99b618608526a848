// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_fold.c --- many findings that say the same become one
 */
#include "config.h"

#include <string.h>

#include "fold.h"
#include "unit.h"

static struct ext4bm_finding list[200];
static struct ext4bm_report report;
static struct folds folds;

static int begin(void **state)
{
	(void)state;
	memset(list, 0, sizeof(list));
	report = (struct ext4bm_report){ .findings = list };
	return 0;
}

static int end(void **state)
{
	(void)state;
	fold_free(&folds);
	return 0;
}

static struct ext4bm_finding *add(enum ext4bm_code code, uint32_t group,
				  uint64_t stored, uint64_t counted)
{
	struct ext4bm_finding *finding = &list[report.nr_findings++];

	*finding = (struct ext4bm_finding){
		.code = code, .group = group, .stored = stored,
		.counted = counted,
	};
	return finding;
}

static void fold(void)
{
	size_t total = 0;

	assert_int_equal(fold_report(&report, &folds), 0);
	for (size_t i = 0; i < folds.count; i++)
		total += folds.folds[i].count;
	/* none is lost and none is told twice */
	assert_int_equal(total, report.nr_findings);
}

static void nothing(void **state)
{
	(void)state;
	fold();
	assert_int_equal(folds.count, 0);
}

static void same_values(void **state)
{
	(void)state;
	for (uint32_t group = 0; group < 100; group++)
		add(EXT4BM_GD_FREE_CLUSTERS, group, 8179, 8192);
	fold();
	assert_int_equal(folds.count, 1);
	assert_int_equal(folds.folds[0].section, FOLD_DRIFT);
	assert_int_equal(folds.folds[0].count, 100);
	assert_int_equal(folds.folds[0].groups, 100);
	assert_true(folds.folds[0].same_stored);
	assert_true(folds.folds[0].same_difference);
	for (uint32_t group = 0; group < 100; group++)
		assert_ptr_equal(folds.folds[0].findings[group],
				 &list[group]);
}

/* Up to four values are a line each, in the order of the report. */
static void few_values(void **state)
{
	(void)state;
	for (uint32_t group = 0; group < 8; group++)
		add(EXT4BM_GD_FREE_CLUSTERS, group, 9 - group % 4, 10);
	fold();
	assert_int_equal(folds.count, 4);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(folds.folds[i].count, 2);
		assert_int_equal(folds.folds[i].findings[0]->group, i);
		assert_int_equal(folds.folds[i].findings[1]->group, i + 4);
		assert_true(folds.folds[i].same_stored);
	}
}

/* Five are one line, whatever they are. */
static void many_values(void **state)
{
	(void)state;
	for (uint32_t group = 0; group < 5; group++)
		add(EXT4BM_GD_FREE_CLUSTERS, group, 50 - group, 60 - group);
	fold();
	assert_int_equal(folds.count, 1);
	assert_false(folds.folds[0].same_stored);
	assert_true(folds.folds[0].same_difference);
	for (uint32_t group = 0; group < 5; group++)
		assert_int_equal(folds.folds[0].findings[group]->group,
				 group);
	fold_free(&folds);
	list[4].counted = 0;
	fold();
	assert_false(folds.folds[0].same_difference);
}

/* What differs in kind is never one line, whatever the values. */
static void kinds(void **state)
{
	(void)state;
	add(EXT4BM_GD_LOCATION, 1, 7, 1)->item = EXT4BM_ITEM_BLOCK_BITMAP;
	add(EXT4BM_GD_LOCATION, 1, 7, 1)->item = EXT4BM_ITEM_INODE_BITMAP;
	add(EXT4BM_GD_OVERLAP, 1, 7, 1)->other_item =
		EXT4BM_ITEM_BLOCK_BITMAP;
	add(EXT4BM_GD_OVERLAP, 1, 7, 1)->other_item =
		EXT4BM_ITEM_INODE_BITMAP;
	add(EXT4BM_METADATA_FREE, 1, 7, 1)->explained = EXT4BM_BY_MOUNT;
	add(EXT4BM_METADATA_FREE, 1, 7, 1);
	add(EXT4BM_GD_UNREADABLE, 1, 7, 1)->errnum = 5;
	add(EXT4BM_GD_UNREADABLE, 1, 7, 1)->errnum = 61;
	fold();
	assert_int_equal(folds.count, 8);
}

/* Drift by severity, then what could not be read, then what is explained. */
static void sections(void **state)
{
	static const struct {
		enum ext4bm_code code;
		enum fold_section section;
	} want[] = {
		{ EXT4BM_GD_FREE_CLUSTERS, FOLD_DRIFT },
		{ EXT4BM_METADATA_FREE, FOLD_DRIFT },
		{ EXT4BM_SB_CHECKSUM, FOLD_DRIFT },
		{ EXT4BM_SB_FREE_BLOCKS, FOLD_DRIFT },
		{ EXT4BM_DEVICE_SHORT, FOLD_OPERATIONAL },
		{ EXT4BM_GD_UNREADABLE, FOLD_OPERATIONAL },
		{ EXT4BM_GD_OVERLAP, FOLD_EXPLAINED },
		{ EXT4BM_GD_CHECKSUM, FOLD_EXPLAINED },
		{ EXT4BM_COUNTERS_BELOW_DESCRIPTOR, FOLD_SETTLED },
		{ EXT4BM_KERNEL_ERROR_RECORD, FOLD_KNOWN },
	};

	(void)state;
	/* in another order */
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		size_t n = i * 7 % ARRAY_SIZE(want);
		struct ext4bm_finding *finding =
			add(want[n].code, (uint32_t)i, 1, 2);

		if (want[n].section == FOLD_EXPLAINED)
			finding->explained = EXT4BM_BY_MOUNT;
		if (want[n].section == FOLD_SETTLED) {
			finding->explained = EXT4BM_BY_PREALLOCATION;
			finding->verdict = EXT4BM_LIVE_EXPLAINED;
		}
	}
	fold();
	assert_int_equal(folds.count, ARRAY_SIZE(want));
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_int_equal(folds.folds[i].findings[0]->code,
				 want[i].code);
		assert_int_equal(folds.folds[i].section, want[i].section);
	}
}

/* Several findings of one group are one group. */
static void groups_once(void **state)
{
	(void)state;
	add(EXT4BM_GD_OVERLAP, 3, 1, 1);
	add(EXT4BM_GD_OVERLAP, 3, 1, 1);
	add(EXT4BM_GD_OVERLAP, 4, 1, 1);
	fold();
	assert_int_equal(folds.count, 1);
	assert_int_equal(folds.folds[0].count, 3);
	assert_int_equal(folds.folds[0].groups, 2);
}

static void assert_groups(const uint32_t *groups, size_t nr,
			  const char *want)
{
	char buf[400];

	begin(NULL);
	for (size_t i = 0; i < nr; i++)
		add(EXT4BM_GD_CHECKSUM, groups[i], 1, 2);
	fold();
	memset(buf, '#', sizeof(buf));
	fold_groups(&folds.folds[0], buf, 300);
	assert_string_equal(buf, want);
	/* always terminated, never written behind */
	for (size_t size = 1; size <= strlen(want) + 1; size++) {
		memset(buf, '#', sizeof(buf));
		fold_groups(&folds.folds[0], buf, size);
		assert_true(memchr(buf, 0, size) != NULL);
		assert_memory_equal(buf, want, strlen(buf));
		for (size_t i = size; i < sizeof(buf); i++)
			assert_int_equal(buf[i], '#');
	}
	fold_free(&folds);
}

static void group_lists(void **state)
{
	static const uint32_t some[] = { 10, 12, 13, 14, 19, 42 };
	static const uint32_t six[] = { 1, 3, 5, 7, 9, 11, 12 };
	static const uint32_t seven[] = { 1, 3, 5, 7, 9, 11, 13 };
	static const uint32_t twice[] = { 4, 4, 5, 5 };
	static const uint32_t last[] = { 0, 4294967293, 4294967294 };

	(void)state;
	assert_groups(some, 6, "groups 10, 12-14, 19, 42 (6 groups)");
	assert_groups(six, 7, "groups 1, 3, 5, 7, 9, 11-12 (7 groups)");
	assert_groups(seven, 7,
		      "groups 1, 3, 5, 7, 9, 11, ... (7 groups)");
	assert_groups(twice, 4, "groups 4-5 (2 groups)");
	assert_groups(last, 3,
		      "groups 0, 4294967293-4294967294 (3 groups)");
	begin(NULL);
	fold();
}

#define TEST(function) \
	cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing),
		TEST(same_values),
		TEST(few_values),
		TEST(many_values),
		TEST(kinds),
		TEST(sections),
		TEST(groups_once),
		TEST(group_lists),
	};

	return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
