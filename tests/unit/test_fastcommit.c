// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_fastcommit.c --- fast commits behind the last transaction of a log
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "log.h"
#include "unit.h"

static struct log journal;
static struct e4_recovery recovery;

static void run(void)
{
	struct e4_log log = log_open(&journal);

	e4_recovery_free(&recovery);
	memset(&recovery, 0, sizeof(recovery));
	assert_int_equal(e4_recover(&log, &recovery), 0);
}

static int clean_up(void **state)
{
	(void)state;
	e4_recovery_free(&recovery);
	return 0;
}

/* A log with one transaction, and a fast commit area. */
static void begin(uint32_t fast)
{
	memset(&journal, 0, sizeof(journal));
	journal.csum = E4_JBD2_CSUM_V3;
	journal.fast = fast;
	log_start(&journal, 1, 7);
	log_blocks(&journal, &(uint64_t){ 50 }, 1, 1);
	log_commit(&journal, 1);
}

static void complete(void **state)
{
	static const uint8_t range[12], name[9] = { 0 };

	(void)state;
	begin(16);
	run();
	assert_int_equal(recovery.fast_commits, 0);
	assert_int_equal(recovery.fast_blocks, 0);
	log_fast_head(&journal, 8);
	log_fast(&journal, 2, range, sizeof(range));
	log_fast_tail(&journal, 8);
	/* two blocks, the first padded to its end */
	log_fast_head(&journal, 8);
	log_fast(&journal, 3, name, sizeof(name));
	log_fast(&journal, 7, log_block(&journal, 1),
		 LOG_SIZE - 4 - journal.fast_head % LOG_SIZE);
	log_fast(&journal, 2, range, sizeof(range));
	log_fast_tail(&journal, 8);
	run();
	assert_int_equal(recovery.trouble.err, 0);
	assert_int_equal(recovery.fast_commits, 2);
	assert_int_equal(recovery.fast_blocks, 3);
	assert_int_equal(recovery.nr, 1);
	assert_int_equal(recovery.list[0].block, 50);
	/* the third is damaged: it does not count, the others do */
	log_fast_head(&journal, 8);
	log_fast_tail(&journal, 8);
	journal.bytes[journal.fast_head - LOG_SIZE + 14] ^= 1;
	run();
	assert_int_equal(recovery.trouble.err, 0);
	assert_int_equal(recovery.fast_commits, 2);
}

/* On top of a transaction whose commit made it void. */
static void stale(void **state)
{
	(void)state;
	begin(16);
	log_fast_head(&journal, 7);
	log_fast_tail(&journal, 7);
	run();
	assert_int_equal(recovery.trouble.err, 0);
	assert_int_equal(recovery.fast_commits, 0);
	/* a whole one, and behind it one of before */
	begin(16);
	log_fast_head(&journal, 8);
	log_fast_tail(&journal, 8);
	log_fast_head(&journal, 7);
	log_fast_tail(&journal, 7);
	run();
	assert_int_equal(recovery.fast_commits, 1);
}

static void damaged(void **state)
{
	static const uint8_t zero[LOG_SIZE];

	(void)state;
	/* the checksum of the first: recovery fails before it writes */
	begin(16);
	log_fast_head(&journal, 8);
	log_fast_tail(&journal, 8);
	log_block(&journal, journal.end + 1)[20] ^= 1;
	run();
	assert_int_equal(recovery.trouble.err, -EBADMSG);
	assert_int_equal(recovery.trouble.at, journal.end + 1);
	assert_int_equal(recovery.nr, 0);
	/* a record of no known kind, one that is too long */
	begin(16);
	log_fast_head(&journal, 8);
	log_fast(&journal, 77, zero, 4);
	run();
	assert_int_equal(recovery.trouble.err, -EUCLEAN);
	begin(16);
	log_fast_head(&journal, 8);
	log_fast(&journal, 6, zero, LOG_SIZE);
	run();
	assert_int_equal(recovery.trouble.err, -EUCLEAN);
	/* features to come */
	begin(16);
	log_fast_head(&journal, 8);
	log_block(&journal, journal.end + 1)[4] = 1;
	run();
	assert_int_equal(recovery.trouble.err, -EOPNOTSUPP);
	begin(16);
	journal.unreadable = journal.end + 1;
	run();
	assert_int_equal(recovery.trouble.err, -EIO);
}

/* The area ends before the fast commit does. */
static void area_full(void **state)
{
	static const uint8_t zero[LOG_SIZE];

	(void)state;
	begin(4);
	for (int i = 0; i < 3; i++) {
		log_fast_head(&journal, 8);
		log_fast_tail(&journal, 8);
	}
	run();
	assert_int_equal(recovery.trouble.err, 0);
	assert_int_equal(recovery.fast_commits, 3);
	begin(4);
	log_fast_head(&journal, 8);
	log_fast(&journal, 7, zero, LOG_SIZE - 16);
	for (int i = 0; i < 2; i++)
		log_fast(&journal, 7, zero, LOG_SIZE - 4);
	run();
	assert_int_equal(recovery.trouble.err, 0);
	assert_int_equal(recovery.fast_commits, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(complete),
		cmocka_unit_test(stale),
		cmocka_unit_test(damaged),
		cmocka_unit_test(area_full),
	};

	return cmocka_run_group_tests_name("fastcommit", tests, NULL,
					   clean_up);
}
