// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tally.c --- counting findings, and what explains them away
 */
#include "config.h"

#include <string.h>

#include "tally.h"
#include "unit.h"

static void explanations(void **state)
{
	struct ext4bm_geometry geo = { .groups = 8 };
	struct e4_tally tally = { .geo = &geo };

	(void)state;
	for (int code = 0; code < EXT4BM_NR_CODES; code++) {
		const struct ext4bm_catalogue_entry *entry =
			ext4bm_catalogue(code);

		geo.needs_recovery = tally.mounted = false;
		assert_int_equal(e4_tally_explain(&tally, code),
				 EXT4BM_UNEXPLAINED);
		geo.needs_recovery = true;
		assert_int_equal(e4_tally_explain(&tally, code),
				 entry->journal ? EXT4BM_BY_JOURNAL
						: EXT4BM_UNEXPLAINED);
		tally.mounted = true;
		if (entry->mounted)
			assert_int_equal(e4_tally_explain(&tally, code),
					 EXT4BM_BY_MOUNT);
		else
			assert_int_equal(e4_tally_explain(&tally, code),
					 entry->journal ? EXT4BM_BY_JOURNAL
							: EXT4BM_UNEXPLAINED);
	}
}

/* Counters of another moment: what moves with time is explained by it. */
static void apart(void **state)
{
	struct ext4bm_geometry geo = { .groups = 8 };
	struct e4_tally tally = { .geo = &geo, .apart = true };

	(void)state;
	for (int code = 0; code < EXT4BM_NR_CODES; code++)
		assert_int_equal(e4_tally_explain(&tally, code),
				 code == EXT4BM_COUNTERS_ABOVE_DESCRIPTOR ?
				 EXT4BM_BY_MOMENT : EXT4BM_UNEXPLAINED);
}

/* What nothing may explain, and what the journal may. */
static void facts(void **state)
{
	static const enum ext4bm_code never[] = {
		EXT4BM_DEVICE_SHORT, EXT4BM_GD_UNREADABLE,
		EXT4BM_BLOCK_BITMAP_UNREADABLE,
		EXT4BM_INODE_BITMAP_UNREADABLE,
		EXT4BM_UNINIT_WITHOUT_FEATURE,
	};
	/* one block is of one moment: the journal has nothing to do with it */
	static const enum ext4bm_code one_block[] = {
		EXT4BM_SB_CHECKSUM, EXT4BM_GD_CHECKSUM, EXT4BM_GD_LOCATION,
		EXT4BM_GD_OVERLAP,
	};
	struct ext4bm_geometry geo = { .groups = 8, .needs_recovery = true };
	struct e4_tally tally = { .geo = &geo, .mounted = true };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		assert_int_equal(e4_tally_explain(&tally, never[i]),
				 EXT4BM_UNEXPLAINED);
	tally.mounted = false;
	for (size_t i = 0; i < ARRAY_SIZE(one_block); i++)
		assert_int_equal(e4_tally_explain(&tally, one_block[i]),
				 EXT4BM_UNEXPLAINED);
	assert_int_equal(e4_tally_explain(&tally, EXT4BM_GD_FREE_CLUSTERS),
			 EXT4BM_BY_JOURNAL);
	assert_int_equal(e4_tally_explain(&tally, EXT4BM_METADATA_FREE),
			 EXT4BM_BY_JOURNAL);
}

/* A replayed journal explains nothing but what a mount counts anew. */
static void replayed(void **state)
{
	struct ext4bm_geometry geo = { .groups = 8, .needs_recovery = true };
	struct e4_tally tally = { .geo = &geo, .replayed = true };

	(void)state;
	for (int code = 0; code < EXT4BM_NR_CODES; code++) {
		bool total = code >= EXT4BM_SB_FREE_BLOCKS &&
			     code <= EXT4BM_SB_GD_FREE_INODES;

		assert_int_equal(e4_tally_explain(&tally, code),
				 total ? EXT4BM_BY_RECOVERY
				       : EXT4BM_UNEXPLAINED);
	}
}

static void counting(void **state)
{
	struct ext4bm_geometry geo = { .groups = 20, .needs_recovery = true };
	struct e4_findings findings = { 0 };
	struct e4_tally tally = { 0 };

	(void)state;
	assert_int_equal(e4_tally_init(&tally, &geo, 20, false), 0);
	e4_findings_add(&findings, EXT4BM_GD_CHECKSUM, 19);
	e4_findings_add(&findings, EXT4BM_GD_CHECKSUM, 8);
	e4_findings_add(&findings, EXT4BM_GD_LOCATION, 8);
	/* of the whole filesystem, explained, and no drift at all */
	e4_findings_add(&findings, EXT4BM_SB_CHECKSUM, EXT4BM_NO_GROUP);
	e4_findings_add(&findings, EXT4BM_GD_FREE_CLUSTERS, 3);
	e4_findings_add(&findings, EXT4BM_BLOCK_BITMAP_UNREADABLE, 4);
	/* the first one was counted before */
	e4_tally_add(&tally, &findings, 1);
	assert_int_equal(tally.by_code[EXT4BM_GD_CHECKSUM], 1);
	assert_int_equal(tally.by_code[EXT4BM_GD_LOCATION], 1);
	assert_int_equal(tally.by_code[EXT4BM_SB_CHECKSUM], 1);
	assert_int_equal(tally.by_code[EXT4BM_GD_FREE_CLUSTERS], 1);
	assert_int_equal(tally.by_code[EXT4BM_BLOCK_BITMAP_UNREADABLE], 1);
	assert_int_equal(tally.by_code[EXT4BM_GD_OVERLAP], 0);
	assert_int_equal(tally.drift_groups[0], 0);
	assert_int_equal(tally.drift_groups[1], 1);
	assert_int_equal(tally.drift_groups[2], 0);
	e4_tally_add(&tally, &findings, 0);
	assert_int_equal(tally.by_code[EXT4BM_GD_CHECKSUM], 3);
	assert_int_equal(tally.drift_groups[2], 8);
	e4_tally_free(&tally);
	assert_null(tally.drift_groups);
	e4_findings_free(&findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(explanations),
		cmocka_unit_test(apart),
		cmocka_unit_test(facts),
		cmocka_unit_test(replayed),
		cmocka_unit_test(counting),
	};

	return cmocka_run_group_tests_name("tally", tests, NULL, NULL);
}
