// SPDX-License-Identifier: LGPL-2.0-only
/*
 * device.c --- open a filesystem without touching it
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
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "ext4bm_err.h"
#include "geometry.h"

#define OPEN_FLAGS \
	(EXT2_FLAG_SUPER_ONLY | EXT2_FLAG_64BITS | EXT2_FLAG_FORCE | \
	 EXT2_FLAG_SOFTSUPP_FEATURES | EXT2_FLAG_JOURNAL_DEV_OK | \
	 EXT2_FLAG_IGNORE_CSUM_ERRORS)

const char *ext4bm_version(void)
{
	return EXT4BM_VERSION;
}

const char *ext4bm_libext2fs_version(void)
{
	const char *version;

	ext2fs_get_library_version(&version, NULL);
	return version;
}

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

/* A superblock copy in group 1 of a filesystem with full-size groups. */
static bool find_copy(struct ext4bm *fs, uint64_t *ret_block,
		      uint32_t *ret_block_size)
{
	io_channel channel;

	if (e4_io_manager->open(fs->target->device, 0, &channel) != 0)
		return false;
	for (uint32_t size = 1024; size <= 65536; size *= 2) {
		uint64_t block = 8 * (uint64_t)size + (size == 1024);
		struct ext2_super_block sb;

		if (e4_io_read(channel, &sb, sizeof(sb),
			       fs->target->offset + block * size) == 0 &&
		    le16toh(sb.s_magic) == EXT2_SUPER_MAGIC &&
		    1024ULL << (le32toh(sb.s_log_block_size) & 15) == size) {
			*ret_block = block;
			*ret_block_size = size;
			e4_io_manager->close(channel);
			return true;
		}
	}
	e4_io_manager->close(channel);
	return false;
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

static int open_superblock(struct ext4bm *fs,
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

static int read_header(struct ext4bm *fs, struct ext4bm_error *err)
{
	uint8_t header[E4_IMAGE_HEADER_SIZE];
	int ret = e4_io_read(fs->e2fs->io, header, sizeof(header), 0);

	if (ret)
		return e4_error(err, -ret, -ret,
				"while reading the image header");
	e4_image_header(header, &fs->image);
	return 0;
}

static int read_superblock(struct ext4bm *fs,
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
	}
	ret = e4_io_read(fs->e2fs->io, &raw, sizeof(raw), fs->super_offset);
	if (ret)
		return e4_error(err, -ret, -ret,
				"while reading the superblock");
	fs->super_stored = le32toh(raw.s_checksum);
	fs->super_counted = e4_csum_superblock(&raw);
	fs->csum.metadata = fs->geo.metadata_csum;
	memcpy(fs->csum.uuid, raw.s_uuid, sizeof(fs->csum.uuid));
	fs->csum.seed = e4_crc32c(~0U, raw.s_uuid, sizeof(raw.s_uuid));
	if (fs->geo.incompat & EXT4_FEATURE_INCOMPAT_CSUM_SEED)
		fs->csum.seed = le32toh(raw.s_checksum_seed);
	return check_features(fs, options, err);
}

/* A host that holds the MMP block may be writing at this moment. */
static void read_mmp(struct ext4bm *fs)
{
	struct mmp_struct mmp;
	uint64_t block = fs->e2fs->super->s_mmp_block;
	uint32_t seq;

	if (!(fs->geo.incompat & EXT4_FEATURE_INCOMPAT_MMP) ||
	    !e4_blocks_inside(&fs->geo, block, 1) ||
	    e4_io_read(fs->e2fs->io, &mmp, sizeof(mmp),
		       block * fs->geo.block_size) != 0 ||
	    le32toh(mmp.mmp_magic) != EXT4_MMP_MAGIC)
		return;
	seq = le32toh(mmp.mmp_seq);
	if (seq == EXT4_MMP_SEQ_CLEAN)
		return;
	memcpy(fs->geo.mmp_host, mmp.mmp_nodename,
	       sizeof(fs->geo.mmp_host) - 1);
	if (!fs->geo.mmp_host[0])
		strcpy(fs->geo.mmp_host, "?");
}

/* Groups whose descriptor is plausible: right checksum, right places. */
static uint32_t plausible_groups(const struct ext4bm *fs,
				 const struct e4_table *table)
{
	const struct ext4bm_geometry *geo = &fs->geo;
	uint32_t good = 0;

	for (uint32_t group = 0; group < table->groups; group++) {
		struct e4_gd gd;

		if (e4_table_get(table, geo, &fs->csum, group, &gd) == 0 &&
		    gd.csum_ok && gd.inode_table != 0 &&
		    e4_blocks_inside(geo, gd.block_bitmap, 1) &&
		    e4_blocks_inside(geo, gd.inode_bitmap, 1) &&
		    e4_blocks_inside(geo, gd.inode_table, geo->itable_blocks))
			good++;
	}
	return good;
}

/*
 * With a backup superblock the primary table may be lost as well. It is kept
 * where it is plausible, because only the primary one is kept current.
 */
static int choose_table(struct ext4bm *fs, uint64_t size)
{
	struct e4_table copy = { 0 };
	uint32_t good = plausible_groups(fs, &fs->table);
	int ret;

	if (good > fs->geo.groups / 2)
		return 0;
	copy.copy_group = e4_block_group(&fs->geo,
					 fs->geo.backup_superblock);
	ret = e4_table_read(&copy, fs->e2fs->io, &fs->geo, size);
	if (ret)
		return ret;
	if (plausible_groups(fs, &copy) > good) {
		e4_table_free(&fs->table);
		fs->table = copy;
		fs->geo.backup_descriptors = true;
	} else {
		e4_table_free(&copy);
	}
	return 0;
}

static int read_table(struct ext4bm *fs, struct ext4bm_error *err)
{
	uint64_t size = fs->target->size;
	int ret;

	if (fs->image.super)
		fs->table.base = fs->image.super + fs->geo.block_size;
	ret = e4_table_read(&fs->table, fs->e2fs->io, &fs->geo, size);
	if (!ret && fs->geo.backup_superblock)
		ret = choose_table(fs, size);
	if (ret)
		return e4_error(err, -ret, -ret,
				"while reading the group descriptors");
	return 0;
}

static int open_fs(struct ext4bm *fs,
		   const struct ext4bm_open_options *options,
		   struct ext4bm_error *err)
{
	int ret = open_superblock(fs, options, err);

	if (!ret && fs->target->kind == EXT4BM_TARGET_E2IMAGE)
		ret = read_header(fs, err);
	if (!ret)
		ret = read_superblock(fs, options, err);
	if (!ret)
		ret = read_table(fs, err);
	if (!ret)
		read_mmp(fs);
	return ret;
}

int ext4bm_open(const struct ext4bm_target *target,
		const struct ext4bm_open_options *options,
		struct ext4bm **ret_fs, struct ext4bm_error *err)
{
	static const struct ext4bm_open_options usual;
	struct ext4bm *fs = calloc(1, sizeof(*fs));
	int ret;

	if (!fs)
		return e4_error(err, ENOMEM, ENOMEM, "%s", "");
	fs->target = target;
	ret = open_fs(fs, options ? options : &usual, err);
	if (ret) {
		ext4bm_close(fs);
		return ret;
	}
	*ret_fs = fs;
	return 0;
}

void ext4bm_close(struct ext4bm *fs)
{
	if (!fs)
		return;
	e4_table_free(&fs->table);
	/* Not ext2fs_close(), which may flush. */
	if (fs->e2fs)
		ext2fs_free(fs->e2fs);
	free(fs);
}

const struct ext4bm_geometry *ext4bm_geometry(const struct ext4bm *fs)
{
	return &fs->geo;
}
