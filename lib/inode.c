// SPDX-License-Identifier: LGPL-2.0-only
/*
 * inode.c --- what an inode says that it owns
 *
 * Decides which inodes are in use and where the numbers of their blocks are,
 * by the rules that e2fsck's first pass goes by: the reserved inodes are in
 * use whatever they hold, all others when something links to them: also the
 * orphan file, whose number alone says nothing. Pure.
 */
#include "config.h"

#include <endian.h>
#include <string.h>
#include <sys/stat.h>

#include <ext2fs/ext2_fs.h>

#include "inode.h"
#include "little.h"

/* Newer than the oldest libext2fs that is good enough. */
#define COMPAT_ORPHAN_FILE 0x1000
#define RO_COMPAT_SHARED_BLOCKS 0x4000
#define ORPHAN_FILE_OFFSET 0x280

static uint32_t word_at(const void *raw, size_t offset)
{
	return e4_le32((const uint8_t *)raw + offset);
}

#define PLACE(name) offsetof(struct ext2_super_block, s_##name)
#define WORD(name) word_at(raw, PLACE(name))

static void read_features(struct e4_rules *rules, const void *raw)
{
	uint32_t compat = WORD(feature_compat);
	uint32_t incompat = WORD(feature_incompat);
	uint32_t ro_compat = WORD(feature_ro_compat);

	rules->quota = ro_compat & EXT4_FEATURE_RO_COMPAT_QUOTA;
	rules->orphans = compat & COMPAT_ORPHAN_FILE;
	rules->ea_inode = incompat & EXT4_FEATURE_INCOMPAT_EA_INODE;
	rules->xattr = compat & EXT2_FEATURE_COMPAT_EXT_ATTR;
	rules->large_dir = incompat & EXT4_FEATURE_INCOMPAT_LARGEDIR;
	rules->wide = incompat & EXT4_FEATURE_INCOMPAT_64BIT;
	rules->shared_blocks = ro_compat & RO_COMPAT_SHARED_BLOCKS;
	if (incompat & EXT4_FEATURE_INCOMPAT_MMP)
		rules->mmp_block = WORD(mmp_block) |
			(uint64_t)word_at(raw, PLACE(mmp_block) + 4) << 32;
}

void e4_rules_read(struct e4_rules *rules, const void *raw)
{
	memset(rules, 0, sizeof(*rules));
	rules->first_inode = EXT2_GOOD_OLD_FIRST_INO;
	rules->inode_size = EXT2_GOOD_OLD_INODE_SIZE;
	if (WORD(rev_level) != EXT2_GOOD_OLD_REV) {
		rules->first_inode = WORD(first_ino);
		/* A field of 16 bits; the other half is another one. */
		rules->inode_size = WORD(inode_size) & 0xffff;
	}
	read_features(rules, raw);
	rules->journal = WORD(journal_inum);
	rules->user_quota = WORD(usr_quota_inum);
	rules->group_quota = WORD(grp_quota_inum);
	rules->project_quota = WORD(prj_quota_inum);
	rules->orphan_file = word_at(raw, ORPHAN_FILE_OFFSET);
	rules->last_orphan = WORD(last_orphan);
	rules->hurd = WORD(creator_os) == EXT2_OS_HURD;
}

void e4_inode_read(struct e4_inode *inode, const struct e4_rules *rules,
		   uint32_t number, const void *raw)
{
	struct ext2_inode it;

	memcpy(&it, raw, sizeof(it));
	inode->number = number;
	inode->mode = le16toh(it.i_mode);
	inode->links = le16toh(it.i_links_count);
	inode->flags = le32toh(it.i_flags);
	inode->dtime = le32toh(it.i_dtime);
	inode->size = le32toh(it.i_size) |
		      (uint64_t)le32toh(it.i_size_high) << 32;
	inode->sectors = le32toh(it.i_blocks);
	inode->xattr = le32toh(it.i_file_acl);
	if (rules->wide)
		inode->xattr |= (uint64_t)le16toh(
			it.osd2.linux2.l_i_file_acl_high) << 32;
	inode->translator = rules->hurd ?
			    le32toh(it.osd1.hurd1.h_i_translator) : 0;
	inode->block = (const uint8_t *)raw +
		       offsetof(struct ext2_inode, i_block);
	inode->tail = NULL;
	inode->tail_size = 0;
}

void e4_inode_tail(struct e4_inode *inode, const struct e4_rules *rules,
		   const void *raw)
{
	inode->tail = (const uint8_t *)raw + EXT2_GOOD_OLD_INODE_SIZE;
	inode->tail_size = rules->inode_size - EXT2_GOOD_OLD_INODE_SIZE;
}

uint32_t e4_inode_slot(const struct e4_inode *inode, int slot)
{
	return word_at(inode->block, 4 * (size_t)slot);
}

bool e4_inode_is_directory(const struct e4_inode *inode)
{
	return S_ISDIR(inode->mode);
}

/*
 * A short symbolic link is kept in i_block. With EA inodes, what these take
 * is charged to the link, so that only its length tells; else that it takes
 * nothing tells, or, with a block of attributes, what i_block looks like.
 */
static bool is_fast_symlink(const struct e4_rules *rules,
			    const struct e4_inode *inode)
{
	if (!S_ISLNK(inode->mode))
		return false;
	if (rules->ea_inode)
		return inode->size > 0 && inode->size < E4_INODE_BLOCK_BYTES;
	if (inode->xattr == 0)
		return inode->sectors == 0;
	return (uint32_t)inode->size < E4_INODE_BLOCK_BYTES &&
	       ((uint32_t)inode->size <= 4 || e4_inode_slot(inode, 1) != 0);
}

static enum e4_mapping mapping(const struct e4_rules *rules,
			       const struct e4_inode *inode)
{
	if (inode->number == EXT2_BAD_INO)
		return E4_MAP_BAD;
	if ((inode->flags & EXT4_INLINE_DATA_FL) ||
	    (!S_ISDIR(inode->mode) && !S_ISREG(inode->mode) &&
	     !S_ISLNK(inode->mode)) || is_fast_symlink(rules, inode))
		return E4_MAP_NONE;
	if (inode->flags & EXT4_EXTENTS_FL)
		return E4_MAP_EXTENTS;
	return inode->number == EXT2_RESIZE_INO ? E4_MAP_RESIZE
						: E4_MAP_BLOCKS;
}

static bool is_quota(const struct e4_rules *rules, uint32_t number)
{
	return number == EXT4_USR_QUOTA_INO || number == EXT4_GRP_QUOTA_INO ||
	       (number && number == rules->project_quota);
}

/* A reserved inode that is what the superblock says it is. */
static bool has_office(const struct e4_rules *rules, uint32_t number)
{
	if (number == EXT2_JOURNAL_INO)
		return rules->journal == number;
	if (is_quota(rules, number))
		return rules->quota && (rules->user_quota == number ||
					rules->group_quota == number ||
					rules->project_quota == number);
	/* The rest of the reserved ones have none but are never given away. */
	return number < rules->first_inode && number != EXT2_ROOT_INO;
}

struct e4_use e4_inode_use(const struct e4_rules *rules,
			   const struct e4_inode *inode)
{
	uint32_t number = inode->number;
	bool office = has_office(rules, number);
	bool reserved = office || number == EXT2_JOURNAL_INO ||
			is_quota(rules, number);
	struct e4_use use = { .used = reserved || inode->links };

	use.owns = office || inode->links;
	use.directory = !office && inode->links && S_ISDIR(inode->mode);
	if (use.owns)
		use.mapping = mapping(rules, inode);
	return use;
}

struct e4_use e4_inode_use_of_orphan(const struct e4_rules *rules,
				     const struct e4_inode *inode)
{
	struct e4_use use = {
		.directory = S_ISDIR(inode->mode),
		.owns = true,
		.orphan = true,
		.mapping = mapping(rules, inode),
	};

	return use;
}
