// SPDX-License-Identifier: LGPL-2.0-only
/*
 * journalfile.c --- where a journal is
 *
 * In an inode of the filesystem, as a rule number 8; the superblock keeps a
 * copy of that inode's block map, for when the inode is lost. Or on a device
 * of its own, which is known by its UUID.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "geometry.h"
#include "journal.h"

/* The words of a block map that the superblock keeps, and a size behind. */
#define BACKUP_SIZE_HIGH 15
#define BACKUP_SIZE_LOW 16

/*
 * @i_block:	block map or extent tree, as on disk
 * @size:	bytes
 */
struct file {
	uint32_t i_block[E4_IBLOCK_WORDS];
	uint64_t size;
};

/* Descriptor of one group, read by itself. */
static int read_descriptor(const struct ext4bm *fs, uint32_t group,
			   struct e4_gd *gd)
{
	const struct ext4bm_geometry *geo = &fs->geo;
	uint32_t per_block = geo->block_size / geo->desc_size;
	uint8_t *block = malloc(geo->block_size);
	int error = 0, ret;
	struct e4_table table = { .raw = block, .errors = &error };

	if (!block)
		return -ENOMEM;
	ret = e4_io_read(fs->e2fs->io, block, geo->block_size,
			 e4_descriptor_block(geo, group / per_block, 0) *
			 geo->block_size);
	if (!ret)
		ret = e4_table_get(&table, geo, NULL, group % per_block, gd);
	free(block);
	return ret;
}

static int read_inode(const struct ext4bm *fs, uint32_t ino,
		      struct ext2_inode *inode)
{
	const struct ext4bm_geometry *geo = &fs->geo;
	const struct ext2_super_block *sb = fs->e2fs->super;
	uint64_t size = geo->revision ? sb->s_inode_size
				      : EXT2_GOOD_OLD_INODE_SIZE;
	uint64_t index, block;
	struct e4_gd gd;
	int ret;

	if (ino == 0 || ino > geo->inodes || size < sizeof(*inode) ||
	    size > geo->block_size)
		return -EUCLEAN;
	index = (ino - 1) % geo->inodes_per_group;
	ret = read_descriptor(fs, (ino - 1) / geo->inodes_per_group, &gd);
	if (ret)
		return ret;
	block = gd.inode_table + index * size / geo->block_size;
	if (gd.inode_table == 0 || !e4_blocks_inside(geo, block, 1))
		return -EUCLEAN;
	return e4_io_read(fs->e2fs->io, inode, sizeof(*inode),
			  block * geo->block_size +
			  index * size % geo->block_size);
}

/* The journal's inode, if it can be one. */
static int file_of_inode(const struct ext4bm *fs, struct file *file)
{
	struct ext2_inode inode;
	int ret = read_inode(fs, fs->e2fs->super->s_journal_inum, &inode);

	if (ret)
		return ret;
	if (inode.i_links_count == 0 ||
	    (le16toh(inode.i_mode) & S_IFMT) != S_IFREG ||
	    (le32toh(inode.i_flags) & EXT4_ENCRYPT_FL))
		return -EUCLEAN;
	memcpy(file->i_block, inode.i_block, sizeof(file->i_block));
	file->size = le32toh(inode.i_size) |
		     (uint64_t)le32toh(inode.i_size_high) << 32;
	return 0;
}

static int file_of_backup(const struct ext4bm *fs, struct file *file)
{
	const struct ext2_super_block *sb = fs->e2fs->super;

	if (sb->s_jnl_backup_type != EXT3_JNL_BACKUP_BLOCKS)
		return -ENOENT;
	/* libext2fs has put the words in the order of the host. */
	for (int i = 0; i < E4_IBLOCK_WORDS; i++)
		file->i_block[i] = htole32(sb->s_jnl_blocks[i]);
	file->size = sb->s_jnl_blocks[BACKUP_SIZE_LOW] |
		     (uint64_t)sb->s_jnl_blocks[BACKUP_SIZE_HIGH] << 32;
	return 0;
}

/* Read and take in the superblock at a block of the journal. */
static int read_super(const struct ext4bm *fs,
		      const struct e4_overlay *overlay, uint32_t block,
		      uint32_t blocks, struct e4_jbd2_super *super,
		      const char **ret_why)
{
	uint8_t raw[E4_JBD2_SUPER_SIZE];
	int ret = e4_overlay_journal(overlay, fs->e2fs->io, block, 0, raw,
				     sizeof(raw));

	*ret_why = "its superblock cannot be read";
	if (ret)
		return ret;
	return e4_jbd2_super(raw, fs->geo.block_size, blocks, super, ret_why);
}

static int open_file(struct ext4bm *fs, const struct file *file,
		     struct e4_overlay *overlay, struct e4_jbd2_super *super,
		     const char **ret_why)
{
	uint64_t blocks = file->size / fs->geo.block_size;
	int ret;

	*ret_why = "its inode is damaged";
	if (blocks < E4_JBD2_MIN_BLOCKS || blocks > fs->geo.blocks)
		return -EUCLEAN;
	*ret_why = "it is longer than what is replayed in memory";
	if (blocks > E4_LOG_MOST)
		return -EFBIG;
	ret = e4_filemap_read(&overlay->map, fs->e2fs->io, &fs->geo,
			      file->i_block, (uint32_t)blocks);
	*ret_why = ret == -EUCLEAN ? "the map of its blocks is damaged"
				   : "the map of its blocks cannot be read";
	if (!ret)
		ret = read_super(fs, overlay, 0, (uint32_t)blocks, super,
				 ret_why);
	if (ret)
		e4_filemap_free(&overlay->map);
	return ret;
}

static int find_internal(struct ext4bm *fs, struct e4_overlay *overlay,
			 struct e4_jbd2_super *super, const char **ret_why)
{
	struct file file;
	const char *why;
	int ret;

	ret = file_of_inode(fs, &file);
	*ret_why = ret == -EUCLEAN ? "its inode is damaged"
				   : "its inode cannot be read";
	if (!ret)
		ret = open_file(fs, &file, overlay, super, ret_why);
	if (!ret || ret == -ENOMEM || file_of_backup(fs, &file))
		return ret;
	/* A wrong inode shows in its mode, its map, or what it leads to. */
	if (open_file(fs, &file, overlay, super, &why) == 0)
		return 0;
	return ret;
}

/* Is this the superblock of the journal device that @fs wants? */
static bool is_device_of(const struct ext4bm *fs,
			 const struct ext2_super_block *sb)
{
	return le16toh(sb->s_magic) == EXT2_SUPER_MAGIC &&
	       (le32toh(sb->s_feature_incompat) &
		EXT3_FEATURE_INCOMPAT_JOURNAL_DEV) &&
	       memcmp(sb->s_uuid, fs->e2fs->super->s_journal_uuid,
		      sizeof(sb->s_uuid)) == 0;
}

static int open_device(struct ext4bm *fs, const char *path,
		       struct e4_overlay *overlay,
		       struct e4_jbd2_super *super, const char **ret_why)
{
	/* Behind the superblock, which lies at 1024 whatever the size. */
	uint32_t block = fs->geo.block_size == 1024 ? 2 : 1;
	struct ext2_super_block sb;
	int ret;

	*ret_why = "the device that holds it cannot be read";
	if (e4_io_manager->open(path, 0, &overlay->device) != 0)
		return -ENODEV;
	ret = e4_io_read(overlay->device, &sb, sizeof(sb),
			 E4_SUPERBLOCK_OFFSET);
	if (ret)
		return ret;
	*ret_why = "that device is not its journal";
	if (!is_device_of(fs, &sb))
		return -ENODEV;
	return read_super(fs, overlay, block, le32toh(sb.s_blocks_count),
			  super, ret_why);
}

static int find_external(struct ext4bm *fs,
			 const struct ext4bm_open_options *options,
			 struct e4_overlay *overlay,
			 struct e4_jbd2_super *super, const char **ret_why)
{
	const uint8_t *uuid = fs->e2fs->super->s_journal_uuid;
	char tag[sizeof("UUID=") + 36], *to = tag + sprintf(tag, "UUID=");
	char *path = NULL;
	int ret;

	for (int i = 0; i < 16; i++)
		to += sprintf(to, i == 4 || i == 6 || i == 8 || i == 10 ?
			      "-%02x" : "%02x", uuid[i]);
	*ret_why = "the device that holds it was not found";
	ret = e4_resolve_tag(options->journal_device ?
			     options->journal_device : tag, &path);
	if (!ret)
		ret = open_device(fs, path, overlay, super, ret_why);
	else if (ret != -ENOMEM)
		ret = -ENODEV;
	free(path);
	return ret;
}

int e4_journal_find(struct ext4bm *fs,
		    const struct ext4bm_open_options *options,
		    struct e4_overlay *overlay, struct e4_jbd2_super *super,
		    const char **ret_why)
{
	static const uint8_t none[16];
	const struct ext2_super_block *sb = fs->e2fs->super;
	int ret;

	*ret_why = "there is none";
	if (!(fs->geo.compat & EXT3_FEATURE_COMPAT_HAS_JOURNAL))
		return -ENODEV;
	fs->journal.external = memcmp(sb->s_journal_uuid, none,
				      sizeof(none)) != 0;
	if (fs->journal.external)
		ret = find_external(fs, options, overlay, super, ret_why);
	else
		ret = find_internal(fs, overlay, super, ret_why);
	if (!ret)
		*ret_why = NULL;
	return ret;
}
