// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_inode.c --- which inodes are in use, and where their blocks are named
 */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include <ext2fs/ext2_fs.h>

#include "paper.h"
#include "unit.h"

static struct e4_rules rules;

static struct e4_inode inode(uint32_t number, uint16_t mode, uint16_t links)
{
	static const uint8_t block[E4_INODE_BLOCK_BYTES];

	return (struct e4_inode){
		.number = number, .mode = mode, .links = links,
		.block = block,
	};
}

static int start(void **state)
{
	(void)state;
	memset(&rules, 0, sizeof(rules));
	rules.first_inode = 11;
	rules.inode_size = 256;
	rules.journal = 8;
	return 0;
}

/* What is it used for, in short: used, directory, owns, mapping. */
static void expect(const struct e4_inode *it, bool used, bool directory,
		   bool owns, enum e4_mapping mapping)
{
	struct e4_use use = e4_inode_use(&rules, it);

	assert_int_equal(use.used, used);
	assert_int_equal(use.directory, directory);
	assert_int_equal(use.owns, owns);
	assert_false(use.orphan);
	if (owns)
		assert_int_equal(use.mapping, mapping);
	else
		assert_int_equal(use.mapping, E4_MAP_NONE);
}

static void ordinary(void **state)
{
	struct e4_inode it = inode(12, S_IFREG | 0644, 1);

	(void)state;
	expect(&it, true, false, true, E4_MAP_BLOCKS);
	it.flags = EXT4_EXTENTS_FL;
	expect(&it, true, false, true, E4_MAP_EXTENTS);
	it.links = 0;
	expect(&it, false, false, false, E4_MAP_NONE);
	it = inode(12, S_IFDIR | 0755, 2);
	expect(&it, true, true, true, E4_MAP_BLOCKS);
	it.flags = EXT4_INLINE_DATA_FL;
	expect(&it, true, true, true, E4_MAP_NONE);
	it = inode(12, S_IFSOCK | 0755, 1);
	expect(&it, true, false, true, E4_MAP_NONE);
	/* The type is damaged, but something links to it. */
	it = inode(12, 0x7777, 1);
	expect(&it, true, false, true, E4_MAP_NONE);
}

static void reserved(void **state)
{
	struct e4_inode it = inode(EXT2_BAD_INO, 0, 0);

	(void)state;
	expect(&it, true, false, true, E4_MAP_BAD);
	it = inode(EXT2_ROOT_INO, S_IFDIR | 0755, 3);
	expect(&it, true, true, true, E4_MAP_BLOCKS);
	it.links = 0;
	expect(&it, false, false, false, E4_MAP_NONE);
	it = inode(EXT2_RESIZE_INO, S_IFREG | 0600, 1);
	expect(&it, true, false, true, E4_MAP_RESIZE);
	it = inode(EXT2_JOURNAL_INO, S_IFREG | 0600, 0);
	expect(&it, true, false, true, E4_MAP_BLOCKS);
	/* Where the journal is elsewhere it is one like any other. */
	rules.journal = 0;
	expect(&it, true, false, false, E4_MAP_NONE);
	it.links = 1;
	expect(&it, true, false, true, E4_MAP_BLOCKS);
	it = inode(9, 0, 0);
	expect(&it, true, false, true, E4_MAP_NONE);
	it = inode(11, 0, 0);
	expect(&it, false, false, false, E4_MAP_NONE);
}

static void quota(void **state)
{
	struct e4_inode it = inode(EXT4_USR_QUOTA_INO, S_IFREG | 0600, 0);

	(void)state;
	expect(&it, true, false, false, E4_MAP_NONE);
	rules.quota = true;
	rules.user_quota = 3;
	expect(&it, true, false, true, E4_MAP_BLOCKS);
	it.number = EXT4_GRP_QUOTA_INO;
	expect(&it, true, false, false, E4_MAP_NONE);
	/* That of projects is an ordinary number. */
	it.number = 13;
	expect(&it, false, false, false, E4_MAP_NONE);
	rules.project_quota = 13;
	expect(&it, true, false, true, E4_MAP_BLOCKS);
}

/* It has a link; what its number leads to without one is in no use. */
static void orphan_file(void **state)
{
	struct e4_inode it = inode(12, S_IFREG | 0600, 1);

	(void)state;
	rules.orphan_file = 12;
	rules.orphans = true;
	expect(&it, true, false, true, E4_MAP_BLOCKS);
	it.links = 0;
	expect(&it, false, false, false, E4_MAP_NONE);
	rules.orphans = false;
	expect(&it, false, false, false, E4_MAP_NONE);
	/* A number that leads to a directory makes it no less of one. */
	rules.orphans = true;
	rules.orphan_file = 2;
	it = inode(EXT2_ROOT_INO, S_IFDIR | 0755, 3);
	expect(&it, true, true, true, E4_MAP_BLOCKS);
}

static void links_in_blocks(void **state)
{
	uint8_t block[E4_INODE_BLOCK_BYTES] = { 0 };
	struct e4_inode it = inode(12, S_IFLNK | 0777, 1);

	(void)state;
	it.block = block;
	it.size = 30;
	expect(&it, true, false, true, E4_MAP_NONE);
	it.sectors = 2;
	expect(&it, true, false, true, E4_MAP_BLOCKS);
	/* With a block of attributes its sectors say nothing. */
	it.xattr = 100;
	expect(&it, true, false, true, E4_MAP_BLOCKS);
	memset(block, 'x', sizeof(block));
	expect(&it, true, false, true, E4_MAP_NONE);
	it.size = 60;
	expect(&it, true, false, true, E4_MAP_BLOCKS);
	/* With EA inodes only the length does. */
	rules.ea_inode = true;
	it.xattr = 0;
	expect(&it, true, false, true, E4_MAP_BLOCKS);
	it.size = 59;
	expect(&it, true, false, true, E4_MAP_NONE);
	it.size = 0;
	expect(&it, true, false, true, E4_MAP_BLOCKS);
}

static void orphans(void **state)
{
	struct e4_inode it = inode(12, S_IFDIR | 0755, 0);
	struct e4_use use = e4_inode_use_of_orphan(&rules, &it);

	(void)state;
	assert_false(use.used);
	assert_true(use.orphan && use.directory && use.owns);
	assert_int_equal(use.mapping, E4_MAP_BLOCKS);
}

static void decoded(void **state)
{
	uint8_t raw[128] = { 0 };
	struct e4_inode it;

	(void)state;
#define AT(name) (raw + offsetof(struct ext2_inode, name))
	paper_half(AT(i_mode), 0x81a4);
	paper_half(AT(i_links_count), 3);
	paper_word(AT(i_flags), 0x80000);
	paper_word(AT(i_dtime), 77);
	paper_word(AT(i_size), 0x10);
	paper_word(AT(i_size_high), 2);
	paper_word(AT(i_blocks), 9);
	paper_word(AT(i_file_acl), 5);
	paper_half(AT(osd2.linux2.l_i_file_acl_high), 1);
	paper_word(AT(i_block[1]), 0x12345678);
	paper_word(AT(osd1.hurd1.h_i_translator), 44);
	e4_inode_read(&it, &rules, 12, raw);
	assert_int_equal(it.number, 12);
	assert_int_equal(it.mode, 0x81a4);
	assert_int_equal(it.links, 3);
	assert_int_equal(it.flags, 0x80000);
	assert_int_equal(it.dtime, 77);
	assert_true(it.size == 0x200000010);
	assert_int_equal(it.sectors, 9);
	assert_int_equal(it.xattr, 5);
	assert_int_equal(it.translator, 0);
	assert_int_equal(e4_inode_slot(&it, 1), 0x12345678);
	rules.wide = rules.hurd = true;
	e4_inode_read(&it, &rules, 12, raw);
	assert_true(it.xattr == 0x100000005);
	assert_int_equal(it.translator, 44);
}

/* What a superblock says, in the order of bytes that it has on disk. */
static void rules_of_superblock(void **state)
{
	uint8_t raw[1024] = { 0 };
	struct e4_rules it;

	(void)state;
#define SB(name) (raw + offsetof(struct ext2_super_block, s_##name))
	paper_word(SB(journal_inum), 8);
	e4_rules_read(&it, raw);
	assert_int_equal(it.first_inode, 11);
	assert_int_equal(it.inode_size, 128);
	assert_int_equal(it.journal, 8);
	assert_true(it.mmp_block == 0);
	paper_word(SB(rev_level), 1);
	paper_word(SB(first_ino), 15);
	paper_half(SB(inode_size), 256);
	paper_half(SB(block_group_nr), 7);
	paper_word(SB(last_orphan), 99);
	paper_word(raw + 0x280, 12);
	paper_word(SB(mmp_block), 6);
	paper_word(SB(feature_incompat), EXT4_FEATURE_INCOMPAT_MMP |
		   EXT4_FEATURE_INCOMPAT_64BIT |
		   EXT4_FEATURE_INCOMPAT_EA_INODE);
	paper_word(SB(feature_compat), EXT2_FEATURE_COMPAT_EXT_ATTR | 0x1000);
	paper_word(SB(feature_ro_compat), EXT4_FEATURE_RO_COMPAT_QUOTA |
		   0x4000);
	e4_rules_read(&it, raw);
	assert_int_equal(it.first_inode, 15);
	assert_int_equal(it.inode_size, 256);
	assert_int_equal(it.last_orphan, 99);
	assert_int_equal(it.orphan_file, 12);
	assert_true(it.mmp_block == 6);
	assert_true(it.wide && it.ea_inode && it.xattr && it.orphans &&
		    it.quota && it.shared_blocks);
	assert_false(it.hurd || it.large_dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(ordinary, start),
		cmocka_unit_test_setup(reserved, start),
		cmocka_unit_test_setup(quota, start),
		cmocka_unit_test_setup(orphan_file, start),
		cmocka_unit_test_setup(links_in_blocks, start),
		cmocka_unit_test_setup(orphans, start),
		cmocka_unit_test_setup(decoded, start),
		cmocka_unit_test_setup(rules_of_superblock, start),
	};

	return cmocka_run_group_tests_name("inode", tests, NULL, NULL);
}
