// SPDX-License-Identifier: LGPL-2.0-only
/*
 * superblock.c --- find a superblock and believe as little of it as possible
 *
 * libext2fs opens the superblock only (EXT2_FLAG_SUPER_ONLY), through our
 * read-only I/O manager and with its checks of checksums and features off:
 * a wrong checksum is a finding, and what cannot be is judged in geometry.c.
 * The one place where an errcode_t becomes an errno.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ext4bm_err.h"
#include "geometry.h"
#include "superblock.h"

#define OPEN_FLAGS \
	(EXT2_FLAG_SUPER_ONLY | EXT2_FLAG_64BITS | EXT2_FLAG_FORCE | \
	 EXT2_FLAG_SOFTSUPP_FEATURES | EXT2_FLAG_JOURNAL_DEV_OK | \
	 EXT2_FLAG_IGNORE_CSUM_ERRORS)

/* What libext2fs says, as one of our errors; its text is kept. */
static int translate(struct ext4bm_error *err, errcode_t code)
{
	switch (code) {
	case EXT2_ET_BAD_MAGIC:
	case EXT2_ET_SHORT_READ:
		return e4_error(err, EINVAL, EXT4BM_ET_NOT_EXT, "%s", "");
	case EXT2_ET_NO_MEMORY:
		return e4_error(err, ENOMEM, code, "%s", "");
	case EXT2_ET_CORRUPT_SUPERBLOCK:
	case EXT2_ET_BAD_DESC_SIZE:
	case EXT2_ET_UNEXPECTED_BLOCK_SIZE:
	case EXT2_ET_REV_TOO_HIGH:
		return e4_error(err, EINVAL, EXT4BM_ET_GEOMETRY, "%s",
				error_message(code));
	default:
		if (code > 0 && code < 4096)
			return e4_error(err, (int)code, code, "%s", "");
		return e4_error(err, EINVAL, code, "%s", "");
	}
}

/* Is this the copy that group 1 of a filesystem with such groups has? */
static bool is_copy(const struct ext2_super_block *sb, uint32_t size,
		    uint32_t per_group)
{
	return le16toh(sb->s_magic) == EXT2_SUPER_MAGIC &&
	       le32toh(sb->s_log_block_size) <= 6 &&
	       1024U << le32toh(sb->s_log_block_size) == size &&
	       le32toh(sb->s_blocks_per_group) == per_group &&
	       le16toh(sb->s_block_group_nr) <= 1;
}

static bool copy_at(io_channel channel, uint64_t offset, uint32_t size,
		    uint32_t per_group, uint64_t *ret_block)
{
	struct ext2_super_block sb;

	/* Group 0 starts with block 1 if blocks, not clusters, have 1 KiB. */
	for (uint64_t block = per_group; block <= per_group + (size == 1024);
	     block++) {
		if (e4_io_read(channel, &sb, sizeof(sb),
			       offset + block * size) == 0 &&
		    is_copy(&sb, size, per_group) &&
		    per_group + le32toh(sb.s_first_data_block) == block) {
			*ret_block = block;
			return true;
		}
	}
	return false;
}

/*
 * A superblock copy in group 1. The size of a group is a power of two, with
 * bigalloc a large one, but the count in a descriptor of 16 bits ends below
 * 65536 blocks of 64 KiB.
 */
static bool find_copy(struct ext4bm *fs, uint64_t *ret_block,
		      uint32_t *ret_block_size)
{
	uint64_t offset = fs->target->offset;
	io_channel channel;
	bool found = false;

	if (e4_io_manager->open(fs->target->device, 0, &channel) != 0)
		return false;
	for (uint32_t size = 1024; size <= 65536 && !found; size *= 2) {
		*ret_block_size = size;
		found = copy_at(channel, offset, size, 65528, ret_block);
		for (uint32_t nr = 256; nr <= 1U << 30 && !found; nr *= 2)
			found = copy_at(channel, offset, size, nr, ret_block);
	}
	e4_io_manager->close(channel);
	return found;
}

static int no_superblock(struct ext4bm *fs, struct ext4bm_error *err)
{
	uint64_t block;
	uint32_t size;

	if (find_copy(fs, &block, &size))
		return e4_error(err, EINVAL, EXT4BM_ET_NOT_EXT,
				"A copy of the superblock is at block %" PRIu64
				": use it with -b %" PRIu64 " -B %" PRIu32,
				block, block, size);
	return e4_error(err, EINVAL, EXT4BM_ET_NOT_EXT, "%s", "");
}

static int open_at(struct ext4bm *fs, uint64_t superblock, uint32_t size)
{
	char options[40];
	int flags = OPEN_FLAGS;

	if (fs->target->kind == EXT4BM_TARGET_E2IMAGE)
		flags |= EXT2_FLAG_IMAGE_FILE;
	snprintf(options, sizeof(options), "offset=%" PRIu64,
		 fs->target->offset);
	return (int)ext2fs_open2(fs->target->device, options, flags,
				 (int)superblock, size, e4_io_manager,
				 &fs->e2fs);
}

/* Without a block size every one that there is may be meant. */
static errcode_t open_backup(struct ext4bm *fs, uint64_t superblock,
			     uint32_t block_size)
{
	errcode_t code = EXT2_ET_BAD_MAGIC;

	if (superblock > INT32_MAX)
		return EXT2_ET_BAD_MAGIC;
	if (block_size)
		return open_at(fs, superblock, block_size);
	for (uint32_t size = 1024; size <= 65536 && code; size *= 2)
		code = open_at(fs, superblock, size);
	return code;
}

int e4_superblock_open(struct ext4bm *fs,
		       const struct ext4bm_open_options *options,
		       struct ext4bm_error *err)
{
	errcode_t code;

	if (options->superblock > 1) {
		code = open_backup(fs, options->superblock,
				   options->block_size);
		return code ? translate(err, code) : 0;
	}
	code = open_at(fs, 0, 0);
	if (code == EXT2_ET_BAD_MAGIC || code == EXT2_ET_SHORT_READ)
		return no_superblock(fs, err);
	return code ? translate(err, code) : 0;
}

static void list_bits(char *to, size_t size, int compat, uint32_t mask)
{
	to[0] = '\0';
	for (uint32_t bit = 1; bit; bit <<= 1) {
		char name[32];

		if (!(mask & bit))
			continue;
		snprintf(name, sizeof(name), "%s%s_bit_%d",
			 *to ? ", " : "", compat ? "ro_compat" : "incompat",
			 __builtin_ctz(bit));
		strncat(to, name, size - strlen(to) - 1);
	}
}

static int check_features(const struct ext4bm *fs,
			  const struct ext4bm_open_options *options,
			  struct ext4bm_error *err)
{
	const struct ext4bm_geometry *geo = &fs->geo;
	char incompat[100], ro_compat[100];

	if (!(geo->unknown_incompat | geo->unknown_ro_compat) ||
	    options->force)
		return 0;
	list_bits(incompat, sizeof(incompat), 0, geo->unknown_incompat);
	list_bits(ro_compat, sizeof(ro_compat), 1, geo->unknown_ro_compat);
	return e4_error(err, EOPNOTSUPP, EXT4BM_ET_FEATURE,
			"Unknown features: %s%s%s", incompat,
			*incompat && *ro_compat ? ", " : "", ro_compat);
}

#define JOURNAL_MAGIC 0xc03b3998U

/* Block of the journal's superblock, from the copy of its inode; 0: unknown. */
static uint64_t journal_block(const struct ext2_super_block *sb)
{
	const uint32_t *map = sb->s_jnl_blocks;

	if (sb->s_jnl_backup_type != EXT3_JNL_BACKUP_BLOCKS)
		return 0;
	/* An extent header of depth 0 and its first extent, or a block map. */
	if ((map[0] & 0xffff) != 0xf30a)
		return map[0];
	return map[1] >> 16 ? 0 : map[5] | (uint64_t)(map[4] >> 16) << 32;
}

/*
 * A backup superblock does not say whether the journal is to be replayed: the
 * primary one does, and where that is lost, the journal itself.
 */
static bool needs_recovery(const struct ext4bm *fs)
{
	const struct ext2_super_block *sb = fs->e2fs->super;
	uint64_t block = journal_block(sb);
	struct ext2_super_block primary;
	uint32_t journal[8];

	if (!(sb->s_feature_compat & EXT3_FEATURE_COMPAT_HAS_JOURNAL))
		return false;
	if (e4_io_read(fs->e2fs->io, &primary, sizeof(primary),
		       E4_SUPERBLOCK_OFFSET) == 0 &&
	    le16toh(primary.s_magic) == EXT2_SUPER_MAGIC)
		return le32toh(primary.s_feature_incompat) &
		       EXT3_FEATURE_INCOMPAT_RECOVER;
	if (!e4_blocks_inside(&fs->geo, block, 1) ||
	    e4_io_read(fs->e2fs->io, journal, sizeof(journal),
		       block * fs->geo.block_size) != 0 ||
	    be32toh(journal[0]) != JOURNAL_MAGIC)
		return true;
	return journal[7] != 0;
}

int e4_superblock_read(struct ext4bm *fs,
		       const struct ext4bm_open_options *options,
		       struct ext4bm_error *err)
{
	struct ext2_super_block raw;
	const char *why;
	int ret;

	if (fs->e2fs->super->s_feature_incompat &
	    EXT3_FEATURE_INCOMPAT_JOURNAL_DEV)
		return e4_error(err, EOPNOTSUPP, EXT4BM_ET_JOURNAL_DEVICE,
				"Check the filesystem that uses it instead");
	why = e4_geometry_fill(&fs->geo, fs->e2fs->super);
	if (why)
		return e4_error(err, EINVAL, EXT4BM_ET_GEOMETRY,
				"In the superblock %s", why);
	fs->super_offset = E4_SUPERBLOCK_OFFSET;
	if (fs->image.super)
		fs->super_offset = fs->image.super;
	if (options->superblock > 1) {
		fs->geo.backup_superblock = options->superblock;
		fs->super_offset = options->superblock * fs->geo.block_size;
		fs->geo.needs_recovery = needs_recovery(fs);
	}
	ret = e4_io_read(fs->e2fs->io, &raw, sizeof(raw), fs->super_offset);
	if (ret)
		return e4_error(err, -ret, -ret,
				"The superblock could not be read");
	fs->super_stored = le32toh(raw.s_checksum);
	fs->super_counted = e4_csum_superblock(&raw);
	e4_rules_read(&fs->rules, &raw);
	/* What was validated above, should the two readings differ. */
	fs->rules.inode_size = EXT2_INODE_SIZE(fs->e2fs->super);
	fs->csum.metadata = fs->geo.metadata_csum;
	memcpy(fs->csum.uuid, raw.s_uuid, sizeof(fs->csum.uuid));
	fs->csum.seed = e4_crc32c(~0U, raw.s_uuid, sizeof(raw.s_uuid));
	if (fs->geo.incompat & EXT4_FEATURE_INCOMPAT_CSUM_SEED)
		fs->csum.seed = le32toh(raw.s_checksum_seed);
	return check_features(fs, options, err);
}

int e4_superblock_again(struct ext4bm *fs,
			const struct ext4bm_open_options *options,
			struct ext4bm_error *err)
{
	struct ext2_super_block raw;
	int ret;

	/* A backup is written by nothing that goes through the journal. */
	if (options->superblock <= 1) {
		ret = e4_io_read(fs->e2fs->io, &raw, sizeof(raw),
				 E4_SUPERBLOCK_OFFSET);
		if (ret)
			return e4_error(err, -ret, -ret, "The superblock "
					"could not be read");
		if (le16toh(raw.s_magic) != EXT2_SUPER_MAGIC ||
		    le32toh(raw.s_log_block_size) !=
		    fs->e2fs->super->s_log_block_size)
			return e4_error(err, EINVAL, EXT4BM_ET_NOT_EXT, "%s",
					"");
#ifdef WORDS_BIGENDIAN
		ext2fs_swap_super(&raw);
#endif
		memcpy(fs->e2fs->super, &raw, sizeof(raw));
	}
	ret = e4_superblock_read(fs, options, err);
	if (ret)
		return ret;
	fs->e2fs->group_desc_count = fs->geo.groups;
	fs->e2fs->desc_blocks = fs->geo.desc_blocks;
	return 0;
}
