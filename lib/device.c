// SPDX-License-Identifier: LGPL-2.0-only
/*
 * device.c --- an open filesystem: superblock, descriptors, nothing touched
 *
 * With a backup superblock the primary descriptors may be lost as well; which
 * table is used is decided here.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "device.h"
#include "ext4bm_err.h"
#include "geometry.h"
#include "journal.h"
#include "superblock.h"

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

static int read_header(struct ext4bm *fs, struct ext4bm_error *err)
{
	uint8_t header[E4_IMAGE_HEADER_SIZE];
	int ret = e4_io_read(fs->e2fs->io, header, sizeof(header), 0);

	if (ret)
		return e4_error(err, -ret, -ret,
				"The image header could not be read");
	e4_image_header(header, &fs->image);
	return 0;
}

/* A host that holds the MMP block may be writing at this moment. */
static void read_mmp(struct ext4bm *fs)
{
	struct mmp_struct mmp;
	uint64_t block = fs->e2fs->super->s_mmp_block;
	uint32_t seq;

	if (!(fs->geo.incompat & EXT4_FEATURE_INCOMPAT_MMP))
		return;
	/* Who holds a block that cannot be read is not known to be nobody. */
	strcpy(fs->geo.mmp_host, "(unreadable)");
	if (!e4_blocks_inside(&fs->geo, block, 1) ||
	    e4_io_read(fs->e2fs->io, &mmp, sizeof(mmp),
		       block * fs->geo.block_size) != 0)
		return;
	fs->geo.mmp_host[0] = '\0';
	if (le32toh(mmp.mmp_magic) != EXT4_MMP_MAGIC)
		return;
	seq = le32toh(mmp.mmp_seq);
	if (seq == EXT4_MMP_SEQ_CLEAN)
		return;
	memcpy(fs->geo.mmp_host, mmp.mmp_nodename,
	       sizeof(fs->geo.mmp_host) - 1);
	if (!fs->geo.mmp_host[0])
		strcpy(fs->geo.mmp_host, "(unnamed)");
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

/* Descriptors of a petabyte; a small image can claim to have more. */
#define TABLE_BYTES (1ULL << 30)

static int read_table(struct ext4bm *fs, struct ext4bm_error *err)
{
	uint64_t size = fs->target->size;
	int ret;

	if ((uint64_t)fs->geo.desc_blocks * fs->geo.block_size > TABLE_BYTES &&
	    size > TABLE_BYTES)
		return e4_error(err, EFBIG, EXT4BM_ET_GEOMETRY,
				"It has %u groups, more than are looked at",
				fs->geo.groups);
	if (fs->image.super)
		fs->table.base = fs->image.super + fs->geo.block_size;
	ret = e4_table_read(&fs->table, fs->e2fs->io, &fs->geo, size);
	if (!ret && fs->geo.backup_superblock)
		ret = choose_table(fs, size);
	if (ret)
		return e4_error(err, -ret, -ret,
				"The group descriptors could not be read");
	return 0;
}

static int call_hook(struct ext4bm *fs, const struct e4_hook *hook,
		     struct ext4bm_error *err)
{
	int ret = hook ? hook->opened(hook->context, fs) : 0;

	if (ret == -EOPNOTSUPP)
		return e4_error(err, EOPNOTSUPP, EOPNOTSUPP, "An e2image file "
				"is a capture itself, of another kind");
	if (ret == -EFBIG)
		return e4_error(err, EFBIG, EXT4BM_ET_GEOMETRY,
				"It has %u groups, more than a bundle can "
				"have", fs->geo.groups);
	return ret ? e4_error(err, -ret, -ret, "%s", "") : 0;
}

/* The MMP block has names in it: it is read without a hook. */
static int open_fs(struct ext4bm *fs,
		   const struct ext4bm_open_options *options,
		   const struct e4_hook *hook, struct ext4bm_error *err)
{
	int ret;

	if (fs->target->kind == EXT4BM_TARGET_E2IMAGE &&
	    options->superblock > 1)
		return e4_error(err, EINVAL, EXT4BM_ET_NOT_EXT,
				"An e2image file has no backup superblock");
	ret = e4_superblock_open(fs, options, err);
	if (!ret && fs->target->kind == EXT4BM_TARGET_E2IMAGE)
		ret = read_header(fs, err);
	if (!ret)
		ret = e4_superblock_read(fs, options, err);
	if (!ret)
		ret = e4_journal_lay(fs, options, hook, err);
	if (!ret)
		read_mmp(fs);
	if (!ret)
		ret = call_hook(fs, hook, err);
	return ret ? ret : read_table(fs, err);
}

static int capture_opened(void *context, struct ext4bm *fs)
{
	fs->capture = context;
	return e4_capture_opened(context, fs);
}

int ext4bm_open(const struct ext4bm_target *target,
		const struct ext4bm_open_options *options,
		struct ext4bm **ret_fs, struct ext4bm_error *err)
{
	struct e4_hook hook = { capture_opened,
				options ? options->capture : NULL };

	return e4_open(target, options, hook.context ? &hook : NULL, ret_fs,
		       err);
}

int e4_open(const struct ext4bm_target *target,
	    const struct ext4bm_open_options *options,
	    const struct e4_hook *hook, struct ext4bm **ret_fs,
	    struct ext4bm_error *err)
{
	static const struct ext4bm_open_options usual;
	struct ext4bm *fs = calloc(1, sizeof(*fs));
	int ret;

	if (!fs)
		return e4_error(err, ENOMEM, ENOMEM, "%s", "");
	fs->target = target;
	ret = open_fs(fs, options ? options : &usual, hook, err);
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
	e4_overlay_free(fs->overlay);
	/* Not ext2fs_close(), which may flush. */
	if (fs->e2fs)
		ext2fs_free(fs->e2fs);
	free(fs);
}

const struct ext4bm_geometry *ext4bm_geometry(const struct ext4bm *fs)
{
	return &fs->geo;
}
