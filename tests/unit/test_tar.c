// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tar.c --- headers of tar archives
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tar.h"
#include "unit.h"

static void both_ways(void **state)
{
	static const uint64_t sizes[] = {
		0, 1, 511, 512, 0xffffffff, E4_TAR_MAX_SIZE,
	};
	uint8_t block[E4_TAR_BLOCK];
	struct e4_tar_member member;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		e4_tar_header(block, "mb_groups.1", sizes[i], 1700000000);
		assert_int_equal(e4_tar_parse(block, &member), 1);
		assert_string_equal(member.name, "mb_groups.1");
		assert_int_equal(member.size, sizes[i]);
		assert_true(member.is_file);
	}
	memset(block, 0, sizeof(block));
	assert_int_equal(e4_tar_parse(block, &member), 0);
}

/* Any changed bit of a header is noticed, but for those of no meaning. */
static void damaged(void **state)
{
	uint8_t block[E4_TAR_BLOCK];
	struct e4_tar_member member;

	(void)state;
	e4_tar_header(block, "pages", 4096, 0);
	for (unsigned int bit = 0; bit < 8 * E4_TAR_BLOCK; bit++) {
		/* the checksum may as well end with a blank */
		if (bit / 8 >= 148 && bit / 8 < 156)
			continue;
		block[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_int_equal(e4_tar_parse(block, &member), -EBADMSG);
		block[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	assert_int_equal(e4_tar_parse(block, &member), 1);
}

/* Put the checksum right after a change, as GNU tar writes it. */
static void seal(uint8_t *block)
{
	unsigned int sum = 0;

	memset(block + 148, ' ', 8);
	for (int i = 0; i < E4_TAR_BLOCK; i++)
		sum += block[i];
	snprintf((char *)block + 148, 7, "%06o", sum);
	block[155] = ' ';
}

static void packed_again(void **state)
{
	uint8_t block[E4_TAR_BLOCK];
	struct e4_tar_member member;

	(void)state;
	/* from a folder, by GNU tar */
	e4_tar_header(block, "./there/fsmap", 77, 0);
	memcpy(block + 257, "ustar  ", 8);
	memcpy(block + 265, "somebody", 8);
	seal(block);
	assert_int_equal(e4_tar_parse(block, &member), 1);
	assert_string_equal(member.name, "fsmap");
	assert_int_equal(member.size, 77);
	/* the folder itself */
	e4_tar_header(block, "./there/", 0, 0);
	block[156] = '5';
	seal(block);
	assert_int_equal(e4_tar_parse(block, &member), 1);
	assert_false(member.is_file);
	/* a link to anywhere */
	e4_tar_header(block, "superblock", 0, 0);
	block[156] = '2';
	strcpy((char *)block + 157, "/etc/shadow");
	seal(block);
	assert_int_equal(e4_tar_parse(block, &member), 1);
	assert_false(member.is_file);
}

static void hostile(void **state)
{
	static const char *const sizes[] = {
		"7777777777777", "\x80\x01", "8", "-1", "", "1x",
	};
	uint8_t block[E4_TAR_BLOCK];
	struct e4_tar_member member;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		e4_tar_header(block, "pages", 0, 0);
		memset(block + 124, 0, 12);
		memcpy(block + 124, sizes[i], strnlen(sizes[i], 12));
		seal(block);
		assert_int_equal(e4_tar_parse(block, &member), -EBADMSG);
	}
	/* a name that fills its field has no end */
	e4_tar_header(block, "", 0, 0);
	memset(block, 'x', 100);
	seal(block);
	assert_int_equal(e4_tar_parse(block, &member), 1);
	assert_int_equal(strlen(member.name), 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ways),
		cmocka_unit_test(damaged),
		cmocka_unit_test(packed_again),
		cmocka_unit_test(hostile),
	};

	return cmocka_run_group_tests_name("tar", tests, NULL, NULL);
}
