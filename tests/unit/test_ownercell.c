// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_ownercell.c --- owners in a cell of the table
 */
#include "config.h"

#include <string.h>

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

static void assert_cell(size_t nr, bool cut, size_t size, const char *text)
{
	const struct ext4bm_finding finding = {
		.owners = owners, .nr_owners = nr, .owners_cut = cut,
	};
	char buf[512];

	owner_cell(&finding, buf, size);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells),
		cmocka_unit_test(room),
	};

	return cmocka_run_group_tests_name("ownercell", tests, NULL, NULL);
}
