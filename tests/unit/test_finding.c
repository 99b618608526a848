// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_finding.c --- the list of findings: growing, moving, sorting, failing
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "finding.h"
#include "unit.h"

/* Calls that still succeed; the linker sends reallocarray() here. */
static unsigned int allowed = UINT32_MAX;

void *__real_reallocarray(void *old, size_t nr, size_t size);
void *__wrap_reallocarray(void *old, size_t nr, size_t size);

void *__wrap_reallocarray(void *old, size_t nr, size_t size)
{
	if (allowed == 0)
		return NULL;
	allowed--;
	return __real_reallocarray(old, nr, size);
}

static int all_memory(void **state)
{
	(void)state;
	allowed = UINT32_MAX;
	return 0;
}

static void none_of_it(void **state)
{
	struct e4_findings findings = { 0 };
	const struct ext4bm_finding *finding;

	(void)state;
	finding = e4_findings_add(&findings, EXT4BM_GD_CHECKSUM, 7);
	assert_int_equal(findings.nr, 1);
	assert_int_equal(finding->code, EXT4BM_GD_CHECKSUM);
	assert_int_equal(finding->group, 7);
	assert_int_equal(finding->item, EXT4BM_ITEM_NONE);
	assert_int_equal(finding->other_item, EXT4BM_ITEM_NONE);
	assert_int_equal(finding->other_group, EXT4BM_NO_GROUP);
	assert_int_equal(finding->offset, EXT4BM_NO_OFFSET);
	assert_int_equal(finding->explained, EXT4BM_UNEXPLAINED);
	assert_int_equal(finding->stored, 0);
	assert_int_equal(finding->counted, 0);
	assert_int_equal(finding->flags, 0);
	assert_int_equal(finding->errnum, 0);
	assert_null(finding->ranges);
	assert_int_equal(finding->nr_ranges, 0);
	assert_false(finding->ranges_cut);
	e4_findings_free(&findings);
	assert_null(findings.list);
	assert_int_equal(findings.nr, 0);
}

static void many(void **state)
{
	struct e4_findings findings = { 0 };

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		e4_findings_add(&findings, i % EXT4BM_NR_CODES, i)->stored =
			i + 5;
		e4_finding_range(&findings, i, i + 1);
	}
	assert_int_equal(findings.nr, 1000);
	for (uint32_t i = 0; i < 1000; i++) {
		assert_int_equal(findings.list[i].group, i);
		assert_int_equal(findings.list[i].stored, i + 5);
		assert_int_equal(findings.list[i].nr_ranges, 1);
		assert_int_equal(findings.list[i].ranges[0].first, i);
	}
	e4_findings_free(&findings);
}

static void ranges_cut(void **state)
{
	struct e4_findings findings = { 0 };
	const struct ext4bm_finding *finding;

	(void)state;
	/* without a finding there is nothing to add to */
	e4_finding_range(&findings, 1, 2);
	assert_int_equal(findings.nr, 0);
	e4_findings_add(&findings, EXT4BM_METADATA_FREE, 0);
	for (uint64_t i = 0; i < E4_MAX_RANGES; i++)
		e4_finding_range(&findings, 3 * i, 3 * i + 1);
	finding = &findings.list[0];
	assert_int_equal(finding->nr_ranges, E4_MAX_RANGES);
	assert_false(finding->ranges_cut);
	e4_finding_range(&findings, 99999, 99999);
	assert_int_equal(finding->nr_ranges, E4_MAX_RANGES);
	assert_true(finding->ranges_cut);
	for (uint64_t i = 0; i < E4_MAX_RANGES; i++) {
		assert_int_equal(finding->ranges[i].first, 3 * i);
		assert_int_equal(finding->ranges[i].last, 3 * i + 1);
	}
	assert_false(findings.failed);
	e4_findings_free(&findings);
}

/* Three findings of groups @first and on, each with a range. */
static void add_three(struct e4_findings *findings, uint32_t first)
{
	for (uint32_t i = 0; i < 3; i++) {
		e4_findings_add(findings, EXT4BM_METADATA_FREE, first + i);
		e4_finding_range(findings, first + i, first + i);
	}
}

static void moving(void **state)
{
	static const uint64_t most[] = { 0, 1, 2, 3, 4, UINT64_MAX };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(most); i++) {
		struct e4_findings to = { 0 }, from = { 0 };
		size_t moved = most[i] < 3 ? most[i] : 3;

		add_three(&to, 10);
		add_three(&from, 20);
		e4_findings_move(&to, &from, most[i]);
		assert_int_equal(from.nr, 0);
		assert_null(from.list);
		assert_int_equal(to.nr, 3 + moved);
		for (size_t n = 0; n < to.nr; n++) {
			assert_int_equal(to.list[n].group,
					 n < 3 ? 10 + n : 17 + n);
			assert_int_equal(to.list[n].ranges[0].first,
					 to.list[n].group);
		}
		assert_false(to.failed);
		e4_findings_free(&to);
	}
}

/* Explained ones leave, with their ranges; the others stay in order. */
static void splitting(void **state)
{
	struct e4_findings from = { 0 }, to = { 0 };

	(void)state;
	e4_findings_split(&from, &to);
	assert_int_equal(from.nr + to.nr, 0);
	add_three(&from, 10);
	add_three(&from, 20);
	from.list[1].explained = EXT4BM_BY_FLAG;
	from.list[5].explained = EXT4BM_BY_PREALLOCATION;
	add_three(&to, 30);
	e4_findings_split(&from, &to);
	assert_int_equal(from.nr, 4);
	assert_int_equal(to.nr, 5);
	for (size_t i = 0; i < 4; i++) {
		static const uint32_t left[] = { 10, 12, 20, 21 };

		assert_int_equal(from.list[i].group, left[i]);
		assert_int_equal(from.list[i].ranges[0].first, left[i]);
	}
	assert_int_equal(to.list[3].group, 11);
	assert_int_equal(to.list[4].group, 22);
	assert_int_equal(to.list[4].ranges[0].first, 22);
	/* room is not taken over blindly */
	add_three(&from, 40);
	assert_int_equal(from.nr, 7);
	e4_findings_free(&from);
	e4_findings_free(&to);
}

static void splitting_failure(void **state)
{
	struct e4_findings from = { 0 }, to = { 0 };

	(void)state;
	add_three(&from, 10);
	from.list[1].explained = EXT4BM_BY_FLAG;
	allowed = 0;
	e4_findings_split(&from, &to);
	allowed = UINT32_MAX;
	assert_true(from.failed);
	assert_true(to.failed);
	e4_findings_free(&from);
	e4_findings_free(&to);
}

static void moving_failure(void **state)
{
	struct e4_findings to = { 0 }, from = { .failed = true };

	(void)state;
	e4_findings_move(&to, &from, 5);
	assert_true(to.failed);
	assert_false(from.failed);
	e4_findings_free(&to);
}

static void order(void **state)
{
	/* in the order that is wanted */
	static const struct ext4bm_finding want[] = {
		{ .code = EXT4BM_DEVICE_SHORT, .group = EXT4BM_NO_GROUP },
		{ .code = EXT4BM_SB_FREE_BLOCKS, .group = EXT4BM_NO_GROUP },
		{ .code = EXT4BM_GD_CHECKSUM, .group = 0 },
		{ .code = EXT4BM_GD_LOCATION, .group = 0,
		  .item = EXT4BM_ITEM_BLOCK_BITMAP },
		{ .code = EXT4BM_GD_LOCATION, .group = 0,
		  .item = EXT4BM_ITEM_INODE_TABLE },
		{ .code = EXT4BM_GD_UNREADABLE, .group = 1 },
		{ .code = EXT4BM_GD_OVERLAP, .group = 1, .other_group = 2,
		  .item = EXT4BM_ITEM_INODE_TABLE,
		  .other_item = EXT4BM_ITEM_INODE_TABLE },
		{ .code = EXT4BM_GD_OVERLAP, .group = 1, .other_group = 3,
		  .item = EXT4BM_ITEM_INODE_TABLE,
		  .other_item = EXT4BM_ITEM_BLOCK_BITMAP },
		{ .code = EXT4BM_GD_OVERLAP, .group = 1, .other_group = 3,
		  .item = EXT4BM_ITEM_INODE_TABLE,
		  .other_item = EXT4BM_ITEM_INODE_BITMAP },
		{ .code = EXT4BM_METADATA_FREE, .group = 0x80000000 },
		{ .code = EXT4BM_METADATA_FREE, .group = UINT32_MAX - 1 },
	};
	uint64_t seed = 5;

	(void)state;
	for (int round = 0; round < 50; round++) {
		struct e4_findings findings = { 0 };
		size_t place[ARRAY_SIZE(want)];

		for (size_t i = 0; i < ARRAY_SIZE(want); i++)
			place[i] = i;
		for (size_t i = ARRAY_SIZE(want) - 1; i > 0; i--) {
			size_t other = unit_random(&seed) % (i + 1);
			size_t mine = place[i];

			place[i] = place[other];
			place[other] = mine;
		}
		for (size_t i = 0; i < ARRAY_SIZE(want); i++)
			*e4_findings_add(&findings, 0, 0) = want[place[i]];
		e4_findings_sort(&findings);
		for (size_t i = 0; i < ARRAY_SIZE(want); i++)
			assert_memory_equal(&findings.list[i], &want[i],
					    sizeof(want[i]));
		e4_findings_free(&findings);
	}
}

static void sort_of_few(void **state)
{
	struct e4_findings findings = { 0 };

	(void)state;
	e4_findings_sort(&findings);
	e4_findings_add(&findings, EXT4BM_GD_BACKUP, 3);
	e4_findings_sort(&findings);
	assert_int_equal(findings.list[0].group, 3);
	e4_findings_free(&findings);
}

/* The caller may fill the spare finding; the list remembers the failure. */
static void no_memory_for_list(void **state)
{
	struct e4_findings findings = { 0 };
	struct ext4bm_finding *finding;

	(void)state;
	allowed = 0;
	finding = e4_findings_add(&findings, EXT4BM_GD_BACKUP, 1);
	assert_non_null(finding);
	finding->stored = 9;
	e4_finding_range(&findings, 1, 2);
	assert_true(findings.failed);
	assert_int_equal(findings.nr, 0);
	e4_findings_free(&findings);

	allowed = 1;
	for (uint32_t i = 0; i < 17; i++)
		e4_findings_add(&findings, EXT4BM_GD_BACKUP, i);
	assert_true(findings.failed);
	assert_int_equal(findings.nr, 16);
	/* ranges of the lost finding are not given to the one before */
	allowed = UINT32_MAX;
	e4_finding_range(&findings, 1, 2);
	assert_int_equal(findings.list[15].nr_ranges, 0);
	e4_findings_free(&findings);
}

static void no_memory_for_ranges(void **state)
{
	struct e4_findings findings = { 0 };

	(void)state;
	e4_findings_add(&findings, EXT4BM_METADATA_FREE, 1);
	e4_finding_range(&findings, 1, 1);
	e4_finding_range(&findings, 3, 3);
	allowed = 0;
	e4_finding_range(&findings, 5, 5);
	assert_true(findings.failed);
	assert_int_equal(findings.list[0].nr_ranges, 2);
	e4_findings_free(&findings);
}

static void no_memory_for_move(void **state)
{
	struct e4_findings to = { 0 }, from = { 0 };

	(void)state;
	add_three(&from, 1);
	allowed = 0;
	e4_findings_move(&to, &from, 3);
	assert_true(to.failed);
	assert_int_equal(to.nr, 0);
	assert_null(from.list);
	e4_findings_free(&to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_of_it),
		cmocka_unit_test(many),
		cmocka_unit_test(ranges_cut),
		cmocka_unit_test(moving),
		cmocka_unit_test(splitting),
		cmocka_unit_test(splitting_failure),
		cmocka_unit_test(moving_failure),
		cmocka_unit_test(order),
		cmocka_unit_test(sort_of_few),
		cmocka_unit_test_teardown(no_memory_for_list, all_memory),
		cmocka_unit_test_teardown(no_memory_for_ranges, all_memory),
		cmocka_unit_test_teardown(no_memory_for_move, all_memory),
	};

	return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
