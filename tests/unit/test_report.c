// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_report.c --- from findings to a verdict and an exit status
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "unit.h"

#define DRIFT EXT4BM_EXIT_DRIFT
#define OPER EXT4BM_EXIT_OPERATIONAL
#define CANCELLED EXT4BM_EXIT_CANCELLED

/* What a check would have gathered, and the report of it. */
struct check {
	struct ext4bm fs;
	struct ext4bm_range range;
	struct ext4bm_check_options options;
	struct e4_findings findings;
	struct e4_tally tally;
	struct e4_sums sums;
	bool live;
	struct ext4bm_report *report;
};

/* 100 groups, all of them looked at, nothing found. */
static void begin(struct check *check)
{
	*check = (struct check){
		.fs.geo = { .groups = 100, .block_size = 4096,
			    .desc_size = 64, .desc_blocks = 2,
			    .flex_groups = 16, .cluster_ratio = 1 },
		.fs.table.groups = 100,
		.range = { 0, 99 },
		.sums = { .totals = { 1, 2, 3, 4, true },
			  .gd_complete = true, .groups = 100, .uninit = 7,
			  .bytes_read = 12345 },
	};
	check->options.groups = &check->range;
	check->options.nr_groups = 1;
}

static void found(struct check *check, enum ext4bm_code code, uint32_t group)
{
	e4_findings_add(&check->findings, code, group);
}

static const struct ext4bm_report *make(struct check *check)
{
	struct e4_gathered gathered = {
		.fs = &check->fs, .options = &check->options,
		.findings = &check->findings, .tally = &check->tally,
		.sums = &check->sums, .live = check->live,
	};

	assert_int_equal(e4_tally_init(&check->tally, &check->fs.geo,
				       check->fs.table.groups,
				       check->options.mounted), 0);
	check->tally.settled = check->live;
	check->tally.replayed = e4_replayed(&check->fs.journal);
	e4_tally_add(&check->tally, &check->findings, 0);
	check->report = e4_report_make(&gathered);
	assert_non_null(check->report);
	e4_tally_free(&check->tally);
	return check->report;
}

static void end(struct check *check)
{
	/* the report took the findings over */
	assert_null(check->findings.list);
	ext4bm_report_free(check->report);
}

static bool is_unchecked(const struct ext4bm_report *report,
			 enum ext4bm_code code, uint64_t groups)
{
	for (size_t i = 0; i < report->nr_unchecked; i++)
		if (report->unchecked[i].code == code &&
		    report->unchecked[i].groups == groups &&
		    strlen(report->unchecked[i].reason) > 10)
			return true;
	return false;
}

#define NONE EXT4BM_NR_CODES

static void verdicts(void **state)
{
	/* up to two findings, what may explain them, and what follows */
	static const struct {
		enum ext4bm_code codes[2];
		bool journal;
		bool mounted;
		bool cancel;
		enum ext4bm_verdict verdict;
		int status;
	} cases[] = {
		{ { NONE, NONE }, 0, 0, 0, EXT4BM_CLEAN, 0 },
		{ { NONE, NONE }, 1, 1, 0, EXT4BM_CLEAN, 0 },
		{ { NONE, NONE }, 0, 0, 1, EXT4BM_INCOMPLETE, CANCELLED },
		{ { EXT4BM_GD_FREE_CLUSTERS, NONE }, 0, 0, 0,
		  EXT4BM_DRIFT, DRIFT },
		{ { EXT4BM_GD_FREE_CLUSTERS, NONE }, 0, 0, 1,
		  EXT4BM_DRIFT, DRIFT | CANCELLED },
		{ { EXT4BM_SB_FREE_BLOCKS, NONE }, 0, 0, 0,
		  EXT4BM_DRIFT, DRIFT },
		/* maintained, so the journal only perhaps explains it */
		{ { EXT4BM_GD_FREE_CLUSTERS, NONE }, 1, 0, 0,
		  EXT4BM_UNDECIDED, OPER },
		{ { EXT4BM_GD_FREE_CLUSTERS, NONE }, 0, 1, 0,
		  EXT4BM_UNDECIDED, OPER },
		{ { EXT4BM_METADATA_FREE, EXT4BM_GD_FREE_CLUSTERS }, 1, 0, 0,
		  EXT4BM_UNDECIDED, OPER },
		{ { EXT4BM_METADATA_FREE, NONE }, 1, 0, 1,
		  EXT4BM_INCOMPLETE, OPER | CANCELLED },
		/* totals are only written at unmount: always explained */
		{ { EXT4BM_SB_FREE_BLOCKS, NONE }, 1, 0, 0,
		  EXT4BM_UNDECIDED, 0 },
		{ { EXT4BM_SB_GD_FREE_INODES, NONE }, 0, 1, 0,
		  EXT4BM_UNDECIDED, 0 },
		{ { EXT4BM_SB_FREE_BLOCKS, EXT4BM_GD_FREE_INODES }, 1, 0, 0,
		  EXT4BM_UNDECIDED, OPER },
		/* what the journal never explains */
		{ { EXT4BM_GD_CHECKSUM, NONE }, 1, 0, 0,
		  EXT4BM_DRIFT, DRIFT },
		{ { EXT4BM_GD_CHECKSUM, EXT4BM_GD_FREE_CLUSTERS }, 1, 0, 0,
		  EXT4BM_DRIFT, DRIFT | OPER },
		{ { EXT4BM_GD_CHECKSUM, NONE }, 0, 1, 0,
		  EXT4BM_UNDECIDED, OPER },
		{ { EXT4BM_UNINIT_WITHOUT_FEATURE, NONE }, 1, 1, 0,
		  EXT4BM_DRIFT, DRIFT },
		/* what could not be looked at */
		{ { EXT4BM_BLOCK_BITMAP_UNREADABLE, NONE }, 0, 0, 0,
		  EXT4BM_INCOMPLETE, OPER },
		{ { EXT4BM_GD_UNREADABLE, NONE }, 1, 1, 0,
		  EXT4BM_INCOMPLETE, OPER },
		{ { EXT4BM_DEVICE_SHORT, NONE }, 0, 0, 0,
		  EXT4BM_INCOMPLETE, OPER },
		{ { EXT4BM_DEVICE_SHORT, EXT4BM_GD_LOCATION }, 0, 0, 0,
		  EXT4BM_DRIFT, DRIFT | OPER },
		{ { EXT4BM_DEVICE_SHORT, EXT4BM_GD_FREE_INODES }, 1, 0, 0,
		  EXT4BM_INCOMPLETE, OPER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct ext4bm_report *report;
		struct check check;

		begin(&check);
		check.fs.geo.needs_recovery = cases[i].journal;
		check.options.mounted = cases[i].mounted;
		check.sums.cancelled = cases[i].cancel;
		for (int n = 0; n < 2; n++)
			if (cases[i].codes[n] != NONE)
				found(&check, cases[i].codes[n], 5);
		report = make(&check);
		if (report->verdict != cases[i].verdict ||
		    ext4bm_exit_status(report) != cases[i].status)
			fail_msg("case %zu: %s, status %d", i,
				 ext4bm_verdict_name(report->verdict),
				 ext4bm_exit_status(report));
		assert_int_equal(report->cancelled, cases[i].cancel);
		end(&check);
	}
}

/* What is only worth knowing stands beside any verdict and changes none. */
static void informational(void **state)
{
	static const enum ext4bm_code others[] = {
		EXT4BM_GD_FREE_CLUSTERS, EXT4BM_BLOCK_BITMAP_UNREADABLE, NONE,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		const struct ext4bm_report *report;
		enum ext4bm_verdict verdict;
		struct check check;
		int status;

		begin(&check);
		if (others[i] != NONE)
			found(&check, others[i], 5);
		report = make(&check);
		verdict = report->verdict;
		status = ext4bm_exit_status(report);
		end(&check);
		begin(&check);
		if (others[i] != NONE)
			found(&check, others[i], 5);
		found(&check, EXT4BM_KERNEL_ERROR_RECORD, EXT4BM_NO_GROUP);
		report = make(&check);
		assert_int_equal(report->verdict, verdict);
		assert_int_equal(ext4bm_exit_status(report), status);
		assert_int_equal(report->informational, 1);
		assert_int_equal(report->findings[0].code,
				 EXT4BM_KERNEL_ERROR_RECORD);
		end(&check);
	}
}

/* After a replay in memory nothing is perhaps so, and totals are not drift. */
static void after_replay(void **state)
{
	static const struct {
		enum ext4bm_code code;
		enum ext4bm_verdict verdict;
		int status;
	} cases[] = {
		{ NONE, EXT4BM_CLEAN, 0 },
		{ EXT4BM_SB_FREE_BLOCKS, EXT4BM_CLEAN, 0 },
		{ EXT4BM_SB_GD_FREE_INODES, EXT4BM_CLEAN, 0 },
		{ EXT4BM_GD_FREE_CLUSTERS, EXT4BM_DRIFT, DRIFT },
		{ EXT4BM_METADATA_FREE, EXT4BM_DRIFT, DRIFT },
		{ EXT4BM_JOURNAL_DAMAGED, EXT4BM_INCOMPLETE, OPER },
		{ EXT4BM_JOURNAL_FAST_COMMITS, EXT4BM_INCOMPLETE, OPER },
	};

	(void)state;
	for (size_t i = 0; i < 2 * ARRAY_SIZE(cases); i++) {
		const struct ext4bm_report *report;
		size_t n = i / 2;
		struct check check;

		begin(&check);
		check.fs.geo.needs_recovery = true;
		check.fs.journal.state = i % 2 ? EXT4BM_JOURNAL_REPLAYED
					       : EXT4BM_JOURNAL_PARTLY;
		if (cases[n].code != NONE)
			found(&check, cases[n].code, 5);
		report = make(&check);
		assert_int_equal(report->verdict, cases[n].verdict);
		assert_int_equal(ext4bm_exit_status(report), cases[n].status);
		assert_int_equal(report->undecided, 0);
		assert_int_equal(report->journal.state,
				 check.fs.journal.state);
		end(&check);
	}
}

/* One that was not replayed explains what it always did. */
static void not_replayed(void **state)
{
	static const enum ext4bm_journal_state states[] = {
		EXT4BM_JOURNAL_IGNORED, EXT4BM_JOURNAL_FAILED,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		struct check check;

		begin(&check);
		check.fs.geo.needs_recovery = true;
		check.fs.journal.state = states[i];
		found(&check, EXT4BM_GD_FREE_CLUSTERS, 5);
		assert_int_equal(make(&check)->verdict, EXT4BM_UNDECIDED);
		assert_int_equal(ext4bm_exit_status(check.report), OPER);
		end(&check);
	}
}

/* Part of the state is in it: what agrees without it is not all there is. */
static void not_replayable(void **state)
{
	static const struct {
		enum ext4bm_code code;
		enum ext4bm_journal_state state;
		enum ext4bm_verdict verdict;
		int status;
	} cases[] = {
		{ NONE, EXT4BM_JOURNAL_FAILED, EXT4BM_INCOMPLETE, OPER },
		{ EXT4BM_SB_FREE_BLOCKS, EXT4BM_JOURNAL_FAILED,
		  EXT4BM_INCOMPLETE, OPER },
		{ EXT4BM_GD_FREE_CLUSTERS, EXT4BM_JOURNAL_FAILED,
		  EXT4BM_UNDECIDED, OPER },
		{ EXT4BM_GD_CHECKSUM, EXT4BM_JOURNAL_FAILED,
		  EXT4BM_DRIFT, DRIFT | OPER },
		/* as asked for */
		{ NONE, EXT4BM_JOURNAL_IGNORED, EXT4BM_CLEAN, 0 },
		{ EXT4BM_SB_FREE_BLOCKS, EXT4BM_JOURNAL_IGNORED,
		  EXT4BM_UNDECIDED, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct check check;

		begin(&check);
		check.fs.geo.needs_recovery = true;
		check.fs.journal.state = cases[i].state;
		if (cases[i].code != NONE)
			found(&check, cases[i].code, 5);
		assert_int_equal(make(&check)->verdict, cases[i].verdict);
		assert_int_equal(ext4bm_exit_status(check.report),
				 cases[i].status);
		end(&check);
	}
}

/* No other code alone may lead to "clean". */
static void never_clean(void **state)
{
	(void)state;
	for (int code = 0; code < EXT4BM_NR_CODES; code++)
		for (int how = 0; how < 8; how++) {
			struct check check;

			if (ext4bm_catalogue(code)->severity ==
			    EXT4BM_INFORMATIONAL)
				continue;
			begin(&check);
			check.fs.geo.needs_recovery = how & 1;
			check.options.mounted = how & 2;
			check.sums.cancelled = how >> 2;
			found(&check, code, 3);
			make(&check);
			assert_true(check.report->verdict > EXT4BM_CLEAN_PART);
			end(&check);
		}
}

static void all_numbers(void **state)
{
	const struct ext4bm_report *report;
	struct check check;

	(void)state;
	begin(&check);
	found(&check, EXT4BM_GD_FREE_INODES, 9);
	found(&check, EXT4BM_GD_FREE_CLUSTERS, 9);
	found(&check, EXT4BM_BLOCK_BITMAP_PADDING, 50);
	found(&check, EXT4BM_BLOCK_BITMAP_UNREADABLE, 70);
	found(&check, EXT4BM_SB_CHECKSUM, EXT4BM_NO_GROUP);
	report = make(&check);
	assert_ptr_equal(report->geometry, &check.fs.geo);
	assert_int_equal(report->nr_findings, 5);
	assert_int_equal(report->dropped, 0);
	assert_int_equal(report->unexplained, 4);
	assert_int_equal(report->operational, 1);
	assert_int_equal(report->undecided, 0);
	assert_int_equal(report->worst, EXT4BM_SEVERE);
	assert_int_equal(report->groups_wanted, 100);
	assert_int_equal(report->groups_checked, 100);
	assert_int_equal(report->groups_uninit, 7);
	assert_int_equal(report->groups_drift, 2);
	assert_int_equal(report->bytes_read, 12345);
	assert_int_equal(report->totals.free_inodes, 4);
	assert_int_equal(report->by_code[EXT4BM_GD_FREE_INODES], 1);
	assert_int_equal(report->by_code[EXT4BM_GD_LOCATION], 0);
	assert_int_equal(report->nr_unchecked, 0);
	assert_int_equal(report->nr_patterns, 0);
	/* sorted */
	assert_int_equal(report->findings[0].code, EXT4BM_SB_CHECKSUM);
	assert_int_equal(report->findings[1].code, EXT4BM_GD_FREE_CLUSTERS);
	assert_int_equal(report->findings[2].code, EXT4BM_GD_FREE_INODES);
	assert_int_equal(report->findings[4].group, 70);
	end(&check);
}

/* Explained ones count for nothing but what is undecided. */
static void explained(void **state)
{
	const struct ext4bm_report *report;
	struct check check;

	(void)state;
	begin(&check);
	check.fs.geo.needs_recovery = true;
	found(&check, EXT4BM_GD_FREE_CLUSTERS, 1);
	found(&check, EXT4BM_SB_FREE_BLOCKS, EXT4BM_NO_GROUP);
	found(&check, EXT4BM_UNINIT_WITHOUT_FEATURE, 2);
	report = make(&check);
	assert_int_equal(report->unexplained, 1);
	assert_int_equal(report->undecided, 1);
	assert_int_equal(report->worst, EXT4BM_MINOR);
	assert_int_equal(report->groups_drift, 1);
	assert_int_equal(report->findings[0].explained, EXT4BM_BY_JOURNAL);
	assert_int_equal(report->findings[1].explained, EXT4BM_BY_JOURNAL);
	assert_int_equal(report->findings[2].explained, EXT4BM_UNEXPLAINED);
	end(&check);
}

static void dropped(void **state)
{
	struct check check;

	(void)state;
	begin(&check);
	found(&check, EXT4BM_GD_CHECKSUM, 1);
	check.tally.by_code[EXT4BM_GD_CHECKSUM] = 99;
	make(&check);
	assert_int_equal(check.report->nr_findings, 1);
	assert_int_equal(check.report->dropped, 99);
	assert_int_equal(check.report->unexplained, 100);
	end(&check);
}

static void patterns(void **state)
{
	struct check check;

	(void)state;
	begin(&check);
	for (uint32_t group = 3; group < 100; group += 16) {
		found(&check, EXT4BM_GD_FREE_CLUSTERS, group);
		found(&check, EXT4BM_GD_CHECKSUM, group);
	}
	found(&check, EXT4BM_GD_BACKUP, 4);
	make(&check);
	assert_int_equal(check.report->nr_patterns, 2);
	assert_int_equal(check.report->patterns[0].code, EXT4BM_GD_CHECKSUM);
	assert_int_equal(check.report->patterns[1].code,
			 EXT4BM_GD_FREE_CLUSTERS);
	assert_true(check.report->patterns[1].every_flex_bg);
	end(&check);
}

/* Whatever was not compared is said, and keeps it from being clean. */
static void totals_unchecked(void **state)
{
	for (int how = 0; how < 4; how++) {
		const struct ext4bm_report *report;
		struct check check;

		(void)state;
		begin(&check);
		if (how == 0)
			check.range.last = 98;
		if (how == 1)
			check.range.first = 1;
		if (how == 2)
			check.fs.geo.backup_superblock = 32768;
		if (how == 3)
			check.sums.gd_complete = false;
		report = make(&check);
		assert_int_equal(report->verdict, EXT4BM_CLEAN_PART);
		assert_int_equal(ext4bm_exit_status(report), 0);
		assert_int_equal(report->nr_unchecked, 4);
		for (int code = EXT4BM_SB_FREE_BLOCKS;
		     code <= EXT4BM_SB_GD_FREE_INODES; code++)
			assert_true(is_unchecked(report, code, 0));
		assert_int_equal(report->groups_wanted, how < 2 ? 99 : 100);
		end(&check);
	}
}

static void bitmaps_unchecked(void **state)
{
	struct check check;

	(void)state;
	begin(&check);
	check.sums.totals.complete = false;
	make(&check);
	assert_int_equal(check.report->verdict, EXT4BM_CLEAN_PART);
	assert_int_equal(check.report->nr_unchecked, 2);
	assert_true(is_unchecked(check.report, EXT4BM_SB_FREE_BLOCKS, 0));
	assert_true(is_unchecked(check.report, EXT4BM_SB_FREE_INODES, 0));
	end(&check);
}

static void views_unchecked(void **state)
{
	static const enum ext4bm_code stale[] = {
		EXT4BM_GD_CHECKSUM, EXT4BM_GD_FREE_CLUSTERS,
		EXT4BM_GD_FREE_INODES, EXT4BM_GD_ITABLE_UNUSED,
		EXT4BM_UNINIT_WITHOUT_FEATURE, EXT4BM_UNINIT_LAST_GROUP,
		EXT4BM_UNINIT_HOSTS_METADATA, EXT4BM_BLOCK_BITMAP_CHECKSUM,
		EXT4BM_INODE_BITMAP_CHECKSUM,
	};
	struct check check;

	(void)state;
	/* an e2image file */
	begin(&check);
	check.fs.image.super = 4096;
	make(&check);
	assert_int_equal(check.report->verdict, EXT4BM_CLEAN_PART);
	assert_int_equal(check.report->nr_unchecked, 4);
	assert_true(is_unchecked(check.report, EXT4BM_BLOCK_BITMAP_CHECKSUM,
				 100));
	assert_true(is_unchecked(check.report, EXT4BM_BLOCK_BITMAP_PADDING,
				 100));
	assert_true(is_unchecked(check.report, EXT4BM_INODE_BITMAP_CHECKSUM,
				 100));
	assert_true(is_unchecked(check.report, EXT4BM_INODE_BITMAP_PADDING,
				 100));
	end(&check);
	/* backup descriptors */
	begin(&check);
	check.fs.geo.backup_descriptors = true;
	make(&check);
	assert_int_equal(check.report->nr_unchecked, ARRAY_SIZE(stale));
	for (size_t i = 0; i < ARRAY_SIZE(stale); i++)
		assert_true(is_unchecked(check.report, stale[i], 100));
	end(&check);
	/* unknown features */
	begin(&check);
	check.fs.geo.unknown_ro_compat = 0x80000000;
	make(&check);
	assert_int_equal(check.report->verdict, EXT4BM_CLEAN_PART);
	assert_true(is_unchecked(check.report, EXT4BM_GD_FREE_CLUSTERS, 100));
	end(&check);
}

/* Of a mounted filesystem: a part of its groups is not all of them. */
static void live_part(void **state)
{
	struct check check;

	(void)state;
	for (uint64_t last = 9; last <= 99; last += 90) {
		begin(&check);
		check.live = true;
		check.fs.e2fs = (ext2_filsys)&check;
		check.range.last = last;
		check.sums.groups = last + 1;
		make(&check);
		assert_int_equal(check.report->verdict, last == 99 ?
				 EXT4BM_CLEAN : EXT4BM_CLEAN_PART);
		assert_int_equal(check.report->groups_wanted, last + 1);
		assert_int_equal(ext4bm_exit_status(check.report), 0);
		end(&check);
	}
}

/* A live check: what settled says itself whether it is explained. */
static void live_verdicts(void **state)
{
	const struct ext4bm_report *report;
	struct check check;

	(void)state;
	begin(&check);
	check.live = true;
	found(&check, EXT4BM_BUDDY_FREE_CLUSTERS, 1);
	found(&check, EXT4BM_GROUP_LOAD_FAILED, 2);
	found(&check, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, 3);
	check.findings.list[2].explained = EXT4BM_BY_FLAG;
	found(&check, EXT4BM_KERNEL_ERROR_RECORD, 4);
	report = make(&check);
	assert_int_equal(report->verdict, EXT4BM_DRIFT);
	assert_int_equal(report->unexplained, 1);
	assert_int_equal(report->explained, 1);
	assert_int_equal(report->undecided, 0);
	assert_int_equal(report->explained_by_code[
				EXT4BM_COUNTERS_ABOVE_DESCRIPTOR], 1);
	assert_int_equal(report->groups_drift, 1);
	assert_int_equal(report->findings[0].verdict, EXT4BM_LIVE_PERSISTENT);
	assert_int_equal(report->findings[1].verdict, EXT4BM_LIVE_UNDECIDED);
	assert_int_equal(report->findings[2].verdict, EXT4BM_LIVE_EXPLAINED);
	assert_int_equal(report->findings[3].verdict, EXT4BM_LIVE_PERSISTENT);
	end(&check);
	/* explained alone: all is well, however many there are */
	begin(&check);
	check.live = true;
	for (uint32_t group = 0; group < 3; group++) {
		found(&check, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, group);
		check.findings.list[group].explained = EXT4BM_BY_FLAG;
	}
	report = make(&check);
	assert_true(report->verdict <= EXT4BM_CLEAN_PART);
	assert_int_equal(ext4bm_exit_status(report), 0);
	assert_int_equal(report->explained, 3);
	assert_int_equal(report->groups_drift, 0);
	assert_int_equal(report->nr_patterns, 0);
	end(&check);
}

static void free_nothing(void **state)
{
	(void)state;
	ext4bm_report_free(NULL);
	ext4bm_target_free(NULL);
	ext4bm_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(informational),
		cmocka_unit_test(after_replay),
		cmocka_unit_test(not_replayed),
		cmocka_unit_test(not_replayable),
		cmocka_unit_test(never_clean),
		cmocka_unit_test(all_numbers),
		cmocka_unit_test(explained),
		cmocka_unit_test(dropped),
		cmocka_unit_test(patterns),
		cmocka_unit_test(totals_unchecked),
		cmocka_unit_test(bitmaps_unchecked),
		cmocka_unit_test(views_unchecked),
		cmocka_unit_test(live_part),
		cmocka_unit_test(live_verdicts),
		cmocka_unit_test(free_nothing),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
