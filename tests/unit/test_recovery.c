// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_recovery.c --- what recovery would write, from logs made by hand
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "log.h"
#include "unit.h"

static struct log journal;
static struct e4_recovery recovery;

/* What a block of the filesystem holds after the recovery, or -1. */
static int content(uint64_t block)
{
	for (size_t i = 0; i < recovery.nr; i++)
		if (recovery.list[i].block == block)
			return log_block(&journal, recovery.list[i].at)[100];
	return -1;
}

static void run(void)
{
	struct e4_log log = log_open(&journal);

	e4_recovery_free(&recovery);
	memset(&recovery, 0, sizeof(recovery));
	assert_int_equal(e4_recover(&log, &recovery), 0);
	for (size_t i = 1; i < recovery.nr; i++)
		assert_true(recovery.list[i - 1].block <
			    recovery.list[i].block);
	for (size_t i = 0; i < recovery.nr; i++)
		assert_int_equal(recovery.list[i].bits & ~E4_LOGGED_ESCAPED, 0);
	if (recovery.trouble.err)
		assert_non_null(recovery.trouble.why);
}

/* Start with the given kind of checksums, from zero. */
static void begin(enum e4_jbd2_csum csum, uint32_t start, uint32_t sequence)
{
	memset(&journal, 0, sizeof(journal));
	journal.csum = csum;
	log_start(&journal, start, sequence);
}

static void put(uint64_t block, uint8_t fill)
{
	log_blocks(&journal, &block, 1, fill);
}

static void take_back(uint64_t block)
{
	log_revoke(&journal, &block, 1);
}

static int clean_up(void **state)
{
	(void)state;
	e4_recovery_free(&recovery);
	return 0;
}

static void newest_copy(void **state)
{
	static const uint64_t many[] = { 90, 10, 50, 10 };

	(void)state;
	for (int csum = 0; csum <= E4_JBD2_CSUM_V3; csum++) {
		begin(csum, 1, 7);
		log_blocks(&journal, many, 4, 1);
		log_commit(&journal, 100);
		put(50, 2);
		put(60, 3);
		log_commit(&journal, 101);
		run();
		assert_int_equal(recovery.trouble.err, 0);
		assert_int_equal(recovery.transactions, 2);
		assert_int_equal(recovery.end, 9);
		assert_int_equal(recovery.logged, 6);
		assert_int_equal(recovery.nr, 4);
		assert_int_equal(content(10), 1);
		assert_int_equal(content(50), 2);
		assert_int_equal(content(60), 3);
		assert_int_equal(content(90), 1);
		assert_int_equal(content(11), -1);
	}
}

/* What has no commit never happened. */
static void no_commit(void **state)
{
	(void)state;
	begin(E4_JBD2_CSUM_V3, 1, 7);
	put(50, 1);
	run();
	assert_int_equal(recovery.nr, 0);
	assert_int_equal(recovery.transactions, 0);
	assert_int_equal(recovery.trouble.err, 0);
	log_commit(&journal, 1);
	put(50, 2);
	put(60, 2);
	run();
	assert_int_equal(recovery.transactions, 1);
	assert_int_equal(recovery.nr, 1);
	assert_int_equal(content(50), 1);
}

/* An older round of the log follows: its numbers tell. */
static void older_round(void **state)
{
	(void)state;
	begin(E4_JBD2_CSUM_NONE, 1, 7);
	put(50, 1);
	log_commit(&journal, 1);
	journal.sequence = 3;
	put(60, 2);
	log_commit(&journal, 1);
	run();
	assert_int_equal(recovery.transactions, 1);
	assert_int_equal(content(60), -1);
}

static void wraps(void **state)
{
	static const uint64_t many[] = { 1, 2, 3, 4, 5, 6, 7, 8 };

	(void)state;
	for (uint32_t start = 30; start < 40; start++) {
		memset(&journal, 0, sizeof(journal));
		journal.csum = E4_JBD2_CSUM_V3;
		journal.blocks = 40;
		/* the number goes round as well */
		log_start(&journal, start, UINT32_MAX);
		log_blocks(&journal, many, 8, 1);
		log_commit(&journal, 5);
		log_blocks(&journal, many, 4, 2);
		take_back(8);
		log_commit(&journal, 6);
		run();
		assert_int_equal(recovery.trouble.err, 0);
		assert_int_equal(recovery.transactions, 2);
		assert_int_equal(recovery.end, 1);
		assert_int_equal(recovery.nr, 7);
		assert_int_equal(content(4), 2);
		assert_int_equal(content(5), 1);
		assert_int_equal(content(8), -1);
	}
}

/* A log full to its last block, whose end is its beginning. */
static void full(void **state)
{
	(void)state;
	memset(&journal, 0, sizeof(journal));
	journal.blocks = 13;
	log_start(&journal, 5, 1);
	for (int i = 0; i < 4; i++) {
		put(100 + i, (uint8_t)i);
		log_commit(&journal, 1);
	}
	assert_int_equal(journal.head, 5);
	run();
	assert_int_equal(recovery.transactions, 4);
	assert_int_equal(recovery.nr, 4);
	assert_int_equal(recovery.trouble.err, 0);
}

static void revokes(void **state)
{
	(void)state;
	for (int csum = 0; csum <= E4_JBD2_CSUM_V3; csum++) {
		begin(csum, 1, 7);
		put(50, 1);
		put(60, 1);
		put(70, 1);
		log_commit(&journal, 1);
		/* also what is logged in the same transaction, behind it */
		take_back(50);
		take_back(60);
		take_back(9999);
		put(50, 2);
		log_commit(&journal, 2);
		/* logged again later: counts again */
		put(60, 3);
		log_commit(&journal, 3);
		run();
		assert_int_equal(content(50), -1);
		assert_int_equal(content(60), 3);
		assert_int_equal(content(70), 1);
		assert_int_equal(recovery.revoked, 3);
		assert_int_equal(recovery.trouble.err, 0);
		/* the last record counts, wherever it is */
		take_back(60);
		take_back(70);
		log_commit(&journal, 4);
		run();
		assert_int_equal(recovery.nr, 0);
		assert_int_equal(recovery.transactions, 4);
	}
}

/* One that is not committed takes nothing back. */
static void open_revoke(void **state)
{
	(void)state;
	begin(E4_JBD2_CSUM_V3, 1, 7);
	put(50, 1);
	log_commit(&journal, 1);
	take_back(50);
	run();
	assert_int_equal(content(50), 1);
}

static void too_many_records(void **state)
{
	static const uint64_t block = 50;
	uint32_t where, count = htobe32(LOG_SIZE + 1);

	(void)state;
	begin(E4_JBD2_CSUM_NONE, 1, 7);
	put(50, 1);
	log_commit(&journal, 1);
	where = log_revoke(&journal, &block, 1);
	memcpy(log_block(&journal, where) + 12, &count, 4);
	log_commit(&journal, 2);
	run();
	/* before the first write: nothing is */
	assert_int_equal(recovery.trouble.err, -EUCLEAN);
	assert_int_equal(recovery.trouble.sequence, 8);
	assert_int_equal(recovery.trouble.at, where);
	assert_int_equal(recovery.nr, 0);
}

static void magic(void **state)
{
	(void)state;
	begin(E4_JBD2_CSUM_V2, 1, 7);
	put(50, 1);
	log_magic(&journal, 60);
	log_commit(&journal, 1);
	run();
	assert_int_equal(recovery.nr, 2);
	assert_int_equal(recovery.list[0].bits, 0);
	assert_int_equal(recovery.list[1].bits, E4_LOGGED_ESCAPED);
}

/* Two transactions; the block returned is of the second. */
static uint32_t two(enum e4_jbd2_csum csum, uint64_t second_time,
		    enum e4_jbd2_type type)
{
	static const uint64_t block = 50;
	uint32_t descriptor, revoke, commit;

	begin(csum, 1, 7);
	put(50, 1);
	log_commit(&journal, 100);
	descriptor = log_blocks(&journal, &block, 1, 2);
	revoke = log_revoke(&journal, &block, 0);
	commit = log_commit(&journal, second_time);
	return type == E4_JBD2_DESCRIPTOR ? descriptor :
	       type == E4_JBD2_REVOKE ? revoke : commit;
}

/*
 * A wrong checksum of a descriptor or revoke block: damage, unless the
 * transaction is older than the one before it; in both cases recovery does
 * not get past it, in the first it writes nothing at all.
 */
static void bad_header_block(void **state)
{
	static const enum e4_jbd2_type types[] = {
		E4_JBD2_DESCRIPTOR, E4_JBD2_REVOKE,
	};

	(void)state;
	for (int i = 0; i < 4; i++) {
		enum e4_jbd2_csum csum = i & 1 ? E4_JBD2_CSUM_V2
					       : E4_JBD2_CSUM_V3;
		uint32_t where = two(csum, 100, types[i / 2]);

		log_block(&journal, where)[900] ^= 1;
		run();
		assert_int_equal(recovery.trouble.err, -EBADMSG);
		assert_int_equal(recovery.trouble.sequence, 8);
		assert_int_equal(recovery.nr, 0);
		assert_int_equal(recovery.transactions, 0);
		where = two(csum, 99, types[i / 2]);
		log_block(&journal, where)[900] ^= 1;
		run();
		assert_int_equal(recovery.trouble.err, 0);
		assert_int_equal(recovery.transactions, 1);
		assert_int_equal(content(50), 1);
	}
}

/* Of a commit: what is before it is written, and then recovery complains. */
static void bad_commit(void **state)
{
	(void)state;
	for (int csum = E4_JBD2_CSUM_V1; csum <= E4_JBD2_CSUM_V3; csum++) {
		uint32_t where = two(csum, 100, E4_JBD2_COMMIT);

		log_block(&journal, where)[16] ^= 1;
		run();
		assert_int_equal(recovery.trouble.err, -EBADMSG);
		assert_int_equal(recovery.trouble.sequence, 8);
		assert_int_equal(recovery.trouble.at, where);
		assert_int_equal(recovery.transactions, 1);
		assert_int_equal(content(50), 1);
		where = two(csum, 99, E4_JBD2_COMMIT);
		log_block(&journal, where)[16] ^= 1;
		run();
		assert_int_equal(recovery.trouble.err, 0);
		assert_int_equal(recovery.transactions, 1);
		assert_int_equal(content(50), 1);
	}
}

/* V1 sees a wrong logged block in the commit, and so never writes it. */
static void bad_v1_block(void **state)
{
	uint32_t where = two(E4_JBD2_CSUM_V1, 100, E4_JBD2_DESCRIPTOR);

	(void)state;
	log_block(&journal, where + 1)[3] ^= 1;
	run();
	assert_int_equal(recovery.trouble.err, -EBADMSG);
	assert_int_equal(recovery.transactions, 1);
	assert_int_equal(content(50), 1);
}

/* With async commits a bad one may just not have been finished. */
static void async_commits(void **state)
{
	for (int csum = E4_JBD2_CSUM_V1; csum <= E4_JBD2_CSUM_V3; csum++) {
		uint32_t where;

		(void)state;
		where = two(csum, 100, E4_JBD2_COMMIT);
		log_block(&journal, where)[16] ^= 1;
		journal.async = true;
		log_super(&journal);
		run();
		assert_int_equal(recovery.trouble.err, 0);
		assert_int_equal(recovery.transactions, 1);
		assert_int_equal(content(50), 1);
		/* one that is whole comes behind it: with V1 that is damage */
		put(60, 9);
		log_commit(&journal, 101);
		run();
		assert_int_equal(recovery.trouble.err,
				 csum == E4_JBD2_CSUM_V1 ? -EBADMSG : 0);
		assert_int_equal(recovery.transactions, 1);
		assert_int_equal(content(50), 1);
		assert_int_equal(content(60), -1);
	}
}

/* A logged block with a wrong checksum is left out; all others are written. */
static void bad_logged_block(void **state)
{
	(void)state;
	for (int csum = E4_JBD2_CSUM_V2; csum <= E4_JBD2_CSUM_V3; csum++) {
		uint32_t where = two(csum, 100, E4_JBD2_DESCRIPTOR);

		put(60, 4);
		log_commit(&journal, 101);
		log_block(&journal, where + 1)[3] ^= 1;
		run();
		assert_int_equal(recovery.trouble.err, -EBADMSG);
		assert_int_equal(recovery.trouble.sequence, 8);
		assert_int_equal(recovery.trouble.at, where + 1);
		assert_int_equal(recovery.transactions, 3);
		assert_int_equal(content(50), 1);
		assert_int_equal(content(60), 4);
		/* nobody looks at one that is revoked */
		take_back(50);
		log_commit(&journal, 102);
		run();
		assert_int_equal(recovery.trouble.err, 0);
		assert_int_equal(recovery.nr, 1);
	}
}

static void unreadable(void **state)
{
	uint32_t where;

	(void)state;
	/* a header: nothing is known of what follows */
	for (int csum = 0; csum <= E4_JBD2_CSUM_V3; csum++) {
		where = two(csum, 100, E4_JBD2_DESCRIPTOR);
		journal.unreadable = where;
		run();
		assert_int_equal(recovery.trouble.err, -EIO);
		assert_int_equal(recovery.trouble.at, where);
		assert_int_equal(recovery.nr, 0);
	}
	/* a logged block: the rest is written */
	where = two(E4_JBD2_CSUM_V3, 100, E4_JBD2_DESCRIPTOR);
	journal.unreadable = where + 1;
	run();
	assert_int_equal(recovery.trouble.err, -EIO);
	assert_int_equal(recovery.trouble.at, where + 1);
	assert_int_equal(content(50), 1);
	/* it is in the checksum of V1 */
	where = two(E4_JBD2_CSUM_V1, 100, E4_JBD2_DESCRIPTOR);
	journal.unreadable = where + 1;
	run();
	assert_int_equal(recovery.trouble.err, -EIO);
	assert_int_equal(recovery.nr, 0);
}

/* Logs that no kernel makes must end. */
static void circles(void **state)
{
	uint64_t block = 50;

	(void)state;
	/* descriptors of one transaction all around */
	memset(&journal, 0, sizeof(journal));
	journal.blocks = 21;
	log_start(&journal, 1, 1);
	for (int i = 0; i < 10; i++)
		put(50, 1);
	run();
	assert_int_equal(recovery.trouble.err, -EUCLEAN);
	assert_int_equal(recovery.nr, 0);
	/* revoke blocks only */
	log_start(&journal, 1, 1);
	for (int i = 0; i < 20; i++)
		log_revoke(&journal, &block, 1);
	run();
	assert_int_equal(recovery.trouble.err, -EUCLEAN);
	/* more tags than there is room */
	log_start(&journal, 1, 1);
	put(50, 1);
	memset(log_block(&journal, 1) + 12, 2, LOG_SIZE - 12);
	run();
	assert_int_equal(recovery.trouble.err, -EUCLEAN);
}

static void too_long(void **state)
{
	struct e4_log log;

	(void)state;
	begin(E4_JBD2_CSUM_NONE, 1, 1);
	log = log_open(&journal);
	log.super.blocks = log.super.end = E4_LOG_MOST + 2;
	e4_recovery_free(&recovery);
	assert_int_equal(e4_recover(&log, &recovery), 0);
	assert_int_equal(recovery.trouble.err, -EFBIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(newest_copy),
		cmocka_unit_test(no_commit),
		cmocka_unit_test(older_round),
		cmocka_unit_test(wraps),
		cmocka_unit_test(full),
		cmocka_unit_test(revokes),
		cmocka_unit_test(open_revoke),
		cmocka_unit_test(too_many_records),
		cmocka_unit_test(magic),
		cmocka_unit_test(bad_header_block),
		cmocka_unit_test(bad_commit),
		cmocka_unit_test(bad_v1_block),
		cmocka_unit_test(async_commits),
		cmocka_unit_test(bad_logged_block),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(circles),
		cmocka_unit_test(too_long),
	};

	return cmocka_run_group_tests_name("recovery", tests, NULL, clean_up);
}
