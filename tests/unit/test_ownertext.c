// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_ownertext.c --- owners and what is owned, in one line each
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>

#include "text.h"
#include "unit.h"

#define FILE_MODE 0100644

/* The line, written into buffers of every size on the way. */
static const char *text_of(const struct ext4bm_owner *owner)
{
	static char buf[512];
	size_t len = ext4bm_owner_text(owner, buf, sizeof(buf));

	assert_int_equal(len, strlen(buf));
	assert_int_equal(ext4bm_owner_text(owner, NULL, 0), len);
	for (size_t size = 1; size <= len + 1; size++) {
		char small[513];

		memset(small, '#', sizeof(small));
		assert_int_equal(ext4bm_owner_text(owner, small, size), len);
		for (size_t i = size; i < sizeof(small); i++)
			assert_int_equal(small[i], '#');
		assert_int_equal(strlen(small), size - 1);
		assert_memory_equal(small, buf, size - 1);
	}
	return buf;
}

#define SAYS(text, ...) \
	assert_string_equal(text_of(&(struct ext4bm_owner){ __VA_ARGS__ }), \
			    text)

static void claims(void **state)
{
	(void)state;
	SAYS("inode 12, regular file: its blocks 0-12, at blocks 100-112",
	     .claim = EXT4BM_CLAIM_DATA, .inode = 12, .mode = FILE_MODE,
	     .block = 100, .count = 13, .logical = 0);
	SAYS("inode 12, directory: its block 7, at block 100",
	     .claim = EXT4BM_CLAIM_DATA, .inode = 12, .mode = 040755,
	     .block = 100, .count = 1, .logical = 7);
	SAYS("inode 12, regular file: where its blocks are, at block 9",
	     .claim = EXT4BM_CLAIM_MAPPING, .inode = 12, .mode = FILE_MODE,
	     .block = 9, .count = 1, .logical = EXT4BM_NO_LOGICAL);
	SAYS("inode 12, regular file: its extended attributes, at block 9",
	     .claim = EXT4BM_CLAIM_XATTR, .inode = 12, .mode = FILE_MODE,
	     .block = 9, .count = 1, .logical = EXT4BM_NO_LOGICAL);
	SAYS("inode table of group 3, at blocks 20-29",
	     .claim = EXT4BM_CLAIM_FIXED, .item = EXT4BM_ITEM_INODE_TABLE,
	     .group = 3, .block = 20, .count = 10,
	     .logical = EXT4BM_NO_LOGICAL);
	SAYS("inode 12, no type", .inode = 12);
}

/* What has an office needs no name. */
static void offices(void **state)
{
	(void)state;
	SAYS("inode 1, the list of bad blocks, at block 9",
	     .claim = EXT4BM_CLAIM_BAD, .inode = EXT2_BAD_INO, .block = 9,
	     .count = 1, .nameless = EXT4BM_NAMELESS_INTERNAL);
	SAYS("inode 7, the resize inode", .inode = EXT2_RESIZE_INO,
	     .nameless = EXT4BM_NAMELESS_INTERNAL);
	SAYS("inode 8, the journal", .inode = EXT2_JOURNAL_INO,
	     .mode = FILE_MODE, .nameless = EXT4BM_NAMELESS_INTERNAL);
	SAYS("inode 3, regular file (of the filesystem itself)",
	     .inode = EXT4_USR_QUOTA_INO, .mode = FILE_MODE,
	     .nameless = EXT4BM_NAMELESS_INTERNAL);
}

static void paths(void **state)
{
	char path[] = "/srv/a b";
	char odd[] = "<77>/\n\x1b";

	(void)state;
	SAYS("inode 12, regular file /srv/a b: its block 0, at block 9",
	     .claim = EXT4BM_CLAIM_DATA, .inode = 12, .mode = FILE_MODE,
	     .block = 9, .count = 1, .path = path);
	SAYS("inode 12, regular file <77>/\n\x1b", .inode = 12,
	     .mode = FILE_MODE, .path = odd);
	SAYS("inode 12, regular file (no name)", .inode = 12,
	     .mode = FILE_MODE, .nameless = EXT4BM_NAMELESS);
	SAYS("inode 12, regular file (no name: deleted, was still open): its "
	     "block 0, at block 9", .claim = EXT4BM_CLAIM_DATA, .inode = 12,
	     .mode = FILE_MODE, .block = 9, .count = 1,
	     .nameless = EXT4BM_NAMELESS_DELETED);
	SAYS("inode 12, regular file (no name found, but not all directories "
	     "were read)", .inode = 12, .mode = FILE_MODE,
	     .nameless = EXT4BM_NAMELESS_UNREAD);
}

/* A few words where there is little room. */
static void brief(void **state)
{
	struct ext4bm_owner list[] = {
		{ .inode = 12, .claim = EXT4BM_CLAIM_DATA },
		{ .inode = 12, .claim = EXT4BM_CLAIM_MAPPING },
		{ .claim = EXT4BM_CLAIM_FIXED,
		  .item = EXT4BM_ITEM_INODE_TABLE, .group = 3 },
		{ .claim = EXT4BM_CLAIM_FIXED,
		  .item = EXT4BM_ITEM_INODE_TABLE, .group = 3 },
		{ .inode = 4294967295, .claim = EXT4BM_CLAIM_DATA },
		{ .inode = 15, .claim = EXT4BM_CLAIM_DATA },
	};
	struct ext4bm_finding finding = { .owners = list };
	static const struct { size_t nr; bool cut; const char *text; } all[] = {
		{ 0, false, "" },
		{ 0, true, "whose owners are not known" },
		{ 1, false, "inode 12" },
		{ 2, false, "inode 12" },
		{ 2, true, "inode 12 and others" },
		{ 4, false, "inode 12, inode table of group 3" },
		{ 5, false, "inode 12, inode table of group 3, inode "
			    "4294967295" },
		{ 6, false, "inode 12, inode table of group 3, inode "
			    "4294967295 and others" },
	};
	char buf[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		finding.nr_owners = all[i].nr;
		finding.owners_cut = all[i].cut;
		e4_owners_brief(&finding, buf, sizeof(buf));
		assert_string_equal(buf, all[i].text);
	}
}

/* A path says more than a number, if it is short and nothing special. */
static void brief_paths(void **state)
{
	static const struct { const char *path, *text; } all[] = {
		{ "/first", "/first" },
		{ "/a/~{b}.%s", "/a/~{b}.%s" },
		{ "/3456789012345678901234567890123456789",
		  "/3456789012345678901234567890123456789" },
		{ "/3456789012345678901234567890123456789012", "inode 12" },
		{ "/two words", "inode 12" },
		{ "/line\nbreak", "inode 12" },
		{ "/\033[2J", "inode 12" },
		{ "/\303\244", "inode 12" },
		{ "/\177", "inode 12" },
		{ "/a)", "inode 12" },
		{ "/(a", "inode 12" },
		{ "/a,/b", "inode 12" },
		{ "/a;b", "inode 12" },
		{ "/a\\nb", "inode 12" },
	};
	char buf[200];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct ext4bm_owner owner = {
			.inode = 12, .claim = EXT4BM_CLAIM_DATA,
			.path = (char *)(uintptr_t)all[i].path,
		};
		struct ext4bm_finding finding = {
			.owners = &owner, .nr_owners = 1, .owners_cut = true,
		};
		char wanted[100];

		snprintf(wanted, sizeof(wanted), "%s and others", all[i].text);
		e4_owners_brief(&finding, buf, sizeof(buf));
		assert_string_equal(buf, wanted);
	}
}

#define OWNED(text, ...) do { \
	char buf[200]; \
	struct ext4bm_finding finding = { __VA_ARGS__ }; \
	int len = e4_owned_text(&finding, buf, sizeof(buf)); \
	assert_int_equal(len, (int)strlen(buf)); \
	assert_string_equal(buf, text); \
} while (0)

static void owned(void **state)
{
	(void)state;
	OWNED("1 cluster in use shown free", .code = EXT4BM_CLUSTER_UNMARKED,
	      .counted = 1);
	OWNED("13 clusters in use shown free", .code = EXT4BM_CLUSTER_UNMARKED,
	      .counted = 13);
	OWNED("1 cluster shown used that nobody owns",
	      .code = EXT4BM_CLUSTER_LEAKED, .counted = 1);
	OWNED("2 clusters with more than one owner",
	      .code = EXT4BM_CLUSTER_SHARED, .counted = 2);
	OWNED("1 inode in use shown free", .code = EXT4BM_INODE_UNMARKED,
	      .counted = 1);
	OWNED("1 inode shown used that is not in use",
	      .code = EXT4BM_INODE_LEAKED, .counted = 1);
	OWNED("2 inodes shown used that are not in use",
	      .code = EXT4BM_INODE_LEAKED, .counted = 2);
	OWNED("1 cluster of fixed metadata that a file has too",
	      .code = EXT4BM_METADATA_CLAIMED, .counted = 1);
}

#define INODES(text, ...) do { \
	char buf[200]; \
	struct ext4bm_finding finding = { __VA_ARGS__ }; \
	int len = e4_inodes_text(&finding, buf, sizeof(buf)); \
	assert_int_equal(len, (int)strlen(buf)); \
	assert_string_equal(buf, text); \
} while (0)

static void inodes(void **state)
{
	(void)state;
	INODES("inode 12: the mapping makes no sense",
	       .code = EXT4BM_INODE_INVALID, .stored = 12, .counted = 1);
	INODES("3 inodes from 12 on: the mapping makes no sense",
	       .code = EXT4BM_INODE_INVALID, .stored = 12, .counted = 3);
	INODES("inode 12: could not be read: Input/output error",
	       .code = EXT4BM_INODE_UNREADABLE, .stored = 12, .counted = 1,
	       .errnum = EIO);
	INODES("16 inodes from 12 on: could not be read: the device ends "
	       "before that", .code = EXT4BM_INODE_UNREADABLE, .stored = 12,
	       .counted = 16, .errnum = ENODATA);
	INODES("16 inodes from 12 on: could not be read: the table is where "
	       "it cannot be", .code = EXT4BM_INODE_UNREADABLE, .stored = 12,
	       .counted = 16, .errnum = ENXIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(claims),
		cmocka_unit_test(offices),
		cmocka_unit_test(paths),
		cmocka_unit_test(brief),
		cmocka_unit_test(brief_paths),
		cmocka_unit_test(owned),
		cmocka_unit_test(inodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
