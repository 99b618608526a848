// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_ownercell.c --- owners in a cell of the table
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "ownercell.h"
#include "unit.h"

static char long_path[200];

static struct ext4bm_owner owners[] = {
	{ .inode = 12, .claim = EXT4BM_CLAIM_DATA, .path = "/a b" },
	{ .inode = 13, .claim = EXT4BM_CLAIM_DATA },
	{ .inode = 12, .claim = EXT4BM_CLAIM_MAPPING, .path = "/a b" },
	{ .claim = EXT4BM_CLAIM_FIXED, .item = EXT4BM_ITEM_INODE_TABLE,
	  .group = 7 },
	{ .claim = EXT4BM_CLAIM_FIXED, .item = EXT4BM_ITEM_INODE_TABLE,
	  .group = 7 },
	{ .claim = EXT4BM_CLAIM_FIXED, .item = EXT4BM_ITEM_INODE_TABLE,
	  .group = 8 },
	{ .inode = 14, .claim = EXT4BM_CLAIM_DATA, .path = long_path },
};

/* The real one ends the program. */
void out_of_memory(void)
{
	fail_msg("out of memory");
	abort();
}

static void assert_cell(size_t nr, bool cut, size_t size, const char *text)
{
	const struct ext4bm_finding finding = {
		.owners = owners, .nr_owners = nr, .owners_cut = cut,
	};
	char buf[512];

	owner_cell(&finding, true, buf, size);
	assert_string_equal(buf, text);
}

static void cells(void **state)
{
	(void)state;
	assert_cell(0, false, 512, "");
	assert_cell(0, true, 512, "...");
	assert_cell(1, false, 512, "/a b");
	assert_cell(3, false, 512, "/a b, inode 13");
	assert_cell(3, true, 512, "/a b, inode 13, ...");
	assert_cell(6, false, 512, "/a b, inode 13, inode table of group 7, "
		    "inode table of group 8");
}

/* What has no room is not cut in the middle, and not forgotten either. */
static void room(void **state)
{
	(void)state;
	memset(long_path, 'x', sizeof(long_path) - 1);
	assert_cell(7, false, 200, "/a b, inode 13, inode table of group 7, "
		    "inode table of group 8, inode 14");
	assert_cell(7, false, 100, "/a b, inode 13, inode table of group 7, "
		    "...");
}

/* Bytes of a path are those it has, but people see no line turned round. */
static void odd_paths(void **state)
{
	struct ext4bm_owner owner = { .inode = 15 };
	const struct ext4bm_finding finding = {
		.owners = &owner, .nr_owners = 1,
	};
	char odd[] = "/a\nb\\x0a\xff", turned[] = "/\xe2\x80\xae" "a";
	char buf[200];

	(void)state;
	owner.path = odd;
	owner_cell(&finding, true, buf, sizeof(buf));
	assert_string_equal(buf, odd);
	owner.path = turned;
	owner_cell(&finding, true, buf, sizeof(buf));
	assert_string_equal(buf, "inode 15");
	owner_cell(&finding, false, buf, sizeof(buf));
	assert_string_equal(buf, turned);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells),
		cmocka_unit_test(room),
		cmocka_unit_test(odd_paths),
	};

	return cmocka_run_group_tests_name("ownercell", tests, NULL, NULL);
}
