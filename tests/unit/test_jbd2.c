// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_jbd2.c --- the blocks of a journal, one at a time
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "jbd2.h"
#include "log.h"
#include "unit.h"

static struct log journal;

static int take_in(uint32_t block_size, uint32_t most,
		   struct e4_jbd2_super *super)
{
	const char *why = NULL;
	int ret = e4_jbd2_super(journal.bytes, block_size, most, super, &why);

	/* Whoever refuses says why. */
	assert_true(!ret || (why && *why));
	return ret;
}

static void superblock(void **state)
{
	struct e4_jbd2_super super;

	(void)state;
	memset(&journal, 0, sizeof(journal));
	journal.csum = E4_JBD2_CSUM_V3;
	journal.wide = true;
	journal.fast = 16;
	log_start(&journal, 7, 99);
	log_super_word(&journal, 32, (uint32_t)-5);
	log_super(&journal);
	assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super), 0);
	assert_int_equal(super.block_size, LOG_SIZE);
	assert_int_equal(super.blocks, LOG_BLOCKS);
	assert_int_equal(super.first, 1);
	assert_int_equal(super.end, LOG_BLOCKS - 16);
	assert_int_equal(super.start, 7);
	assert_int_equal(super.sequence, 99);
	assert_int_equal(super.errnum, -5);
	assert_int_equal(super.csum, E4_JBD2_CSUM_V3);
	assert_true(super.wide);
	assert_false(super.async);
	assert_int_equal(super.fast_first, LOG_BLOCKS - 16 + 1);
	/* a version without features has none, whatever is there */
	log_super_word(&journal, 4, E4_JBD2_SUPER_V1);
	assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super), 0);
	assert_int_equal(super.csum, E4_JBD2_CSUM_NONE);
	assert_false(super.wide);
	assert_int_equal(super.fast_first, 0);
	assert_int_equal(super.end, LOG_BLOCKS);
}

static void checksum_kinds(void **state)
{
	static const enum e4_jbd2_csum kinds[] = {
		E4_JBD2_CSUM_NONE, E4_JBD2_CSUM_V1, E4_JBD2_CSUM_V2,
		E4_JBD2_CSUM_V3,
	};
	struct e4_jbd2_super super;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		memset(&journal, 0, sizeof(journal));
		journal.csum = kinds[i];
		log_start(&journal, 1, 1);
		assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super), 0);
		assert_int_equal(super.csum, kinds[i]);
	}
}

/* One word changed at a time; with checksums that alone is wrong, too. */
static void refused(void **state)
{
	static const struct {
		size_t at;
		uint32_t value;
		int err;
	} cases[] = {
		{ 0, 0, -EUCLEAN },			/* magic number */
		{ 4, E4_JBD2_DESCRIPTOR, -EUCLEAN },
		{ 4, E4_JBD2_COMMIT, -EUCLEAN },
		{ 4, E4_JBD2_REVOKE, -EUCLEAN },
		{ 4, 6, -EUCLEAN },			/* type */
		{ 4, 0x4004, -EUCLEAN },
		{ 12, 2 * LOG_SIZE, -EUCLEAN },		/* block size */
		{ 16, LOG_BLOCKS + 1, -EUCLEAN },	/* longer than it is */
		{ 16, 1, -EUCLEAN },			/* no room for a log */
		{ 16, 0, -EUCLEAN },
		{ 20, 0, -EUCLEAN },			/* first block */
		{ 20, LOG_BLOCKS, -EUCLEAN },
		{ 20, UINT32_MAX, -EUCLEAN },
		{ 28, LOG_BLOCKS, -EUCLEAN },		/* start of the log */
		{ 28, UINT32_MAX, -EUCLEAN },
		{ 40, 64, -EOPNOTSUPP },		/* features */
		{ 44, 1, -EOPNOTSUPP },
		{ 64, 2, -EOPNOTSUPP },			/* users */
		{ 36, 1, 0 },				/* one kind is fine */
		{ 36, 2, 0 },				/* compatible */
	};
	struct e4_jbd2_super super;

	(void)state;
	memset(&journal, 0, sizeof(journal));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		log_start(&journal, 1, 1);
		log_super_word(&journal, cases[i].at, cases[i].value);
		assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super),
				 cases[i].err);
	}
	log_start(&journal, 5, 1);
	assert_int_equal(take_in(4096, LOG_BLOCKS, &super), -EUCLEAN);
	assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS - 1, &super), -EUCLEAN);
	/* the log begins behind its start */
	log_super_word(&journal, 20, 6);
	assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super), -EUCLEAN);
}

static void refused_features(void **state)
{
	struct e4_jbd2_super super;

	(void)state;
	memset(&journal, 0, sizeof(journal));
	log_start(&journal, 1, 1);
	log_super_word(&journal, 40, 8 | 16);
	assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super), -EUCLEAN);
	log_super_word(&journal, 36, 1);
	log_super_word(&journal, 40, 16);
	assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super), -EUCLEAN);
	/* fast commits leave too little; where no length is given it is 256 */
	log_super_word(&journal, 36, 0);
	log_super_word(&journal, 40, 32);
	log_super_word(&journal, 84, 17);
	assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super), -EUCLEAN);
	log_super_word(&journal, 84, 0);
	assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super), -EUCLEAN);
	log_super_word(&journal, 84, UINT32_MAX);
	assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super), -EUCLEAN);
	log_super_word(&journal, 84, 16);
	assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super), 0);
}

static void super_checksum(void **state)
{
	struct e4_jbd2_super super;

	(void)state;
	memset(&journal, 0, sizeof(journal));
	journal.csum = E4_JBD2_CSUM_V2;
	log_start(&journal, 1, 1);
	for (size_t at = 0; at < E4_JBD2_SUPER_SIZE; at++) {
		int ret;

		journal.bytes[at] ^= 0x40;
		ret = take_in(LOG_SIZE, LOG_BLOCKS, &super);
		/* other faults may be seen first */
		assert_true(ret < 0);
		journal.bytes[at] ^= 0x40;
	}
	journal.bytes[200] ^= 1;
	assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super), -EBADMSG);
	/* another algorithm */
	journal.bytes[200] ^= 1;
	journal.bytes[80] = 1;
	assert_int_equal(take_in(LOG_SIZE, LOG_BLOCKS, &super), -EBADMSG);
}

/* Every layout of tags and records gives back what was put in. */
static void tags(void **state)
{
	static const uint64_t blocks[] = {
		1, 0xffffffff, 3, UINT64_C(0x123456789a), 5,
	};
	const uint32_t nr = ARRAY_SIZE(blocks);

	(void)state;
	for (int kind = 0; kind < 8; kind++) {
		struct e4_log log;
		struct e4_jbd2_tag tag;
		uint32_t at = 0, where, revoke, commit;
		uint64_t block, mask;

		memset(&journal, 0, sizeof(journal));
		journal.csum = kind % 4;
		journal.wide = kind / 4;
		mask = journal.wide ? UINT64_MAX : UINT32_MAX;
		log_start(&journal, 1, 0xfffffff0);
		where = log_blocks(&journal, blocks, nr, 0xab);
		revoke = log_revoke(&journal, blocks, nr);
		commit = log_commit(&journal, 1700000000);
		log = log_open(&journal);
		assert_int_equal(log.super.csum, kind % 4);
		assert_int_equal(e4_jbd2_type(log_block(&journal, where),
					      0xfffffff0), E4_JBD2_DESCRIPTOR);
		assert_int_equal(e4_jbd2_type(log_block(&journal, where),
					      0xfffffff1), 0);
		assert_int_equal(e4_jbd2_tags(&log.super,
					      log_block(&journal, where)), nr);
		for (uint32_t i = 0; i < nr; i++) {
			uint8_t *data = log_block(&journal, where + 1 + i);

			assert_true(e4_jbd2_tag(&log.super,
						log_block(&journal, where),
						&at, &tag));
			assert_int_equal(tag.block, blocks[i] & mask);
			assert_false(tag.escaped);
			assert_true(e4_jbd2_logged_ok(&log.super, &tag,
						      0xfffffff0, data));
			data[i] ^= 1;
			assert_int_equal(
				e4_jbd2_logged_ok(&log.super, &tag,
						  0xfffffff0, data),
				kind % 4 < E4_JBD2_CSUM_V2);
		}
		assert_false(e4_jbd2_tag(&log.super, log_block(&journal, where),
					 &at, &tag));
		at = 0;
		for (uint32_t i = 0; i < nr; i++) {
			assert_true(e4_jbd2_revoked(
				&log.super, log_block(&journal, revoke), &at,
				&block));
			assert_int_equal(block, blocks[i] & mask);
		}
		assert_false(e4_jbd2_revoked(&log.super,
					     log_block(&journal, revoke), &at,
					     &block));
		assert_int_equal(e4_jbd2_type(log_block(&journal, commit),
					      0xfffffff0), E4_JBD2_COMMIT);
	}
}

/* A wrong checksum shows in each kind of block that has one. */
static void block_checksums(void **state)
{
	static const uint64_t block = 77;

	(void)state;
	for (int kind = E4_JBD2_CSUM_NONE; kind <= E4_JBD2_CSUM_V3; kind++) {
		static const enum e4_jbd2_type types[] = {
			E4_JBD2_DESCRIPTOR, E4_JBD2_REVOKE, E4_JBD2_COMMIT,
		};
		uint32_t where[3];
		struct e4_log log;

		memset(&journal, 0, sizeof(journal));
		journal.csum = kind;
		log_start(&journal, 1, 1);
		where[0] = log_blocks(&journal, &block, 1, 1);
		where[1] = log_revoke(&journal, &block, 1);
		where[2] = log_commit(&journal, 1);
		log = log_open(&journal);
		for (int i = 0; i < 3; i++) {
			uint8_t *raw = log_block(&journal, where[i]);

			assert_true(e4_jbd2_block_ok(&log.super, types[i],
						     raw));
			raw[500] ^= 1;
			assert_int_equal(e4_jbd2_block_ok(&log.super,
							  types[i], raw),
					 kind < E4_JBD2_CSUM_V2);
		}
	}
}

/* Records that would not fit, and a descriptor full to its last byte. */
static void limits(void **state)
{
	struct e4_jbd2_super super = { .block_size = LOG_SIZE };
	uint8_t block[LOG_SIZE] = { 0 };
	uint32_t at = 0, count = htobe32(LOG_SIZE);
	struct e4_jbd2_tag tag;
	uint64_t number;

	(void)state;
	memcpy(block + 12, &count, 4);
	assert_true(e4_jbd2_revoke_ok(&super, block));
	super.csum = E4_JBD2_CSUM_V3;
	assert_false(e4_jbd2_revoke_ok(&super, block));
	assert_false(e4_jbd2_revoked(&super, block, &at, &number));
	count = htobe32(UINT32_MAX);
	memcpy(block + 12, &count, 4);
	super.csum = E4_JBD2_CSUM_NONE;
	assert_false(e4_jbd2_revoke_ok(&super, block));
	assert_false(e4_jbd2_revoked(&super, block, &at, &number));
	/* shorter than its own header: empty */
	count = htobe32(3);
	memcpy(block + 12, &count, 4);
	assert_true(e4_jbd2_revoke_ok(&super, block));
	assert_false(e4_jbd2_revoked(&super, block, &at, &number));
	/* half a record is none */
	count = htobe32(19);
	memcpy(block + 12, &count, 4);
	assert_false(e4_jbd2_revoked(&super, block, &at, &number));
	/* no tag is the last, and none has a UUID of its own: 126 * 8 + 12 */
	memset(block, 2, sizeof(block));
	assert_int_equal(e4_jbd2_tags(&super, block), 126);
	super.csum = E4_JBD2_CSUM_V2;
	assert_int_equal(e4_jbd2_tags(&super, block), 100);
	super.wide = true;
	assert_int_equal(e4_jbd2_tags(&super, block), 72);
	super.csum = E4_JBD2_CSUM_V3;
	assert_int_equal(e4_jbd2_tags(&super, block), 63);
	/* all of them have one */
	memset(block, 0, sizeof(block));
	assert_int_equal(e4_jbd2_tags(&super, block), 32);
	at = 0;
	assert_true(e4_jbd2_tag(&super, block, &at, &tag));
}

static void commits(void **state)
{
	static const uint64_t block = 5;
	struct e4_jbd2_commit commit;
	uint32_t where, crc;

	(void)state;
	memset(&journal, 0, sizeof(journal));
	journal.csum = E4_JBD2_CSUM_V1;
	log_start(&journal, 1, 1);
	log_blocks(&journal, &block, 1, 9);
	crc = journal.crc;
	where = log_commit(&journal, UINT64_C(0x1122334455));
	e4_jbd2_commit(log_block(&journal, where), &commit);
	assert_int_equal(commit.time, UINT64_C(0x1122334455));
	assert_true(e4_jbd2_commit_ok(&commit, crc));
	assert_false(e4_jbd2_commit_ok(&commit, crc ^ 1));
	commit.type = 2;
	assert_false(e4_jbd2_commit_ok(&commit, crc));
	commit.type = 1;
	commit.size = 8;
	assert_false(e4_jbd2_commit_ok(&commit, crc));
	/* made by a kernel without the option */
	commit = (struct e4_jbd2_commit){ .time = 1 };
	assert_true(e4_jbd2_commit_ok(&commit, crc));
	commit.csum = 1;
	assert_false(e4_jbd2_commit_ok(&commit, crc));
	/* the same sum block by block as the tests make it */
	assert_int_equal(e4_jbd2_crc32(e4_jbd2_crc32(
				~0U, log_block(&journal, 1), LOG_SIZE),
				log_block(&journal, 2), LOG_SIZE), crc);
}

static void escaped(void **state)
{
	uint8_t block[8] = { 0, 0, 0, 0, 5, 6, 7, 8 };

	(void)state;
	e4_jbd2_unescape(block);
	assert_memory_equal(block, "\xc0\x3b\x39\x98\5\6\7\10", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(superblock),
		cmocka_unit_test(checksum_kinds),
		cmocka_unit_test(refused),
		cmocka_unit_test(refused_features),
		cmocka_unit_test(super_checksum),
		cmocka_unit_test(tags),
		cmocka_unit_test(block_checksums),
		cmocka_unit_test(limits),
		cmocka_unit_test(commits),
		cmocka_unit_test(escaped),
	};

	return cmocka_run_group_tests_name("jbd2", tests, NULL, NULL);
}
