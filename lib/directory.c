// SPDX-License-Identifier: LGPL-2.0-only
/*
 * directory.c --- read directories
 *
 * All blocks that a directory maps are read, also behind its size, as e2fsck
 * does. One that cannot be read hides its own names and no others.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>

#include "directory.h"

/* Largest read; a block has at most 64 KiB. */
#define RUN_BYTES (256U << 10)

static const struct ext4bm *fs_of(const struct e4_directories *reader)
{
	return reader->walker.tables->fs;
}

static bool ended(const struct e4_directories *reader)
{
	return e4_itables_ended(reader->walker.tables);
}

static void read_entries(struct e4_directories *reader,
			 const struct e4_inode *dir, const uint8_t *data,
			 size_t size)
{
	struct e4_dirents dirents;
	struct e4_dirent dirent;

	e4_dirents_start(&dirents, data, size, fs_of(reader)->geo.inodes);
	while (e4_dirents_next(&dirents, &dirent))
		reader->entry(reader->context, dir, &dirent);
	if (!dirents.damaged)
		return;
	reader->unread = true;
	e4_budget_vain(reader->walker.tables->budget);
}

/* What a block would have as its "..". */
static void tell_parent(struct e4_directories *reader,
			const struct e4_inode *dir, uint32_t parent)
{
	struct e4_dirent dirent = { parent, 2, (const uint8_t *)".." };

	if (parent && parent <= fs_of(reader)->geo.inodes)
		reader->entry(reader->context, dir, &dirent);
	else
		reader->unread = true;
}

static void read_inline(struct e4_directories *reader,
			const struct e4_inode *inode)
{
	struct e4_inline_dir dir;

	e4_inline_dir_find(inode, &dir);
	reader->unread |= dir.damaged;
	tell_parent(reader, inode, dir.parent);
	for (int i = 0; i < 2; i++)
		if (dir.size[i])
			read_entries(reader, inode, dir.part[i], dir.size[i]);
}

static bool see_inode(void *context, const struct e4_inode *inode,
		      const struct e4_use *use)
{
	struct e4_directories *reader = context;

	if (reader->inode)
		reader->inode(reader->context, inode, use);
	/* One that is deleted has no names in it any more. */
	if (!use->directory || use->orphan)
		return false;
	if (!(inode->flags & EXT4_INLINE_DATA_FL))
		return true;
	read_inline(reader, inode);
	return false;
}

/* One by one where not all of several blocks can be read. */
static void read_blocks(struct e4_directories *reader,
			const struct e4_inode *dir, uint64_t block,
			uint32_t nr)
{
	const struct ext4bm *fs = fs_of(reader);
	uint32_t size = fs->geo.block_size;
	int err = e4_io_read(fs->e2fs->io, reader->buffer, nr * (size_t)size,
			     block * size);

	reader->bytes += nr * (uint64_t)size;
	if (err && nr > 1) {
		for (uint32_t i = 0; i < nr; i++)
			read_blocks(reader, dir, block + i, 1);
		return;
	}
	reader->unread |= err != 0;
	for (uint32_t i = 0; i < nr && !err; i++)
		read_entries(reader, dir, reader->buffer + i * (size_t)size,
			     size);
}

static void see_piece(void *context, const struct e4_inode *inode,
		      const struct e4_piece *piece)
{
	struct e4_directories *reader = context;
	uint64_t most = RUN_BYTES / fs_of(reader)->geo.block_size;
	uint64_t len = reader->first ? piece->logical == 0 : piece->len;

	if (piece->claim != EXT4BM_CLAIM_DATA)
		return;
	for (uint64_t i = 0; i < len && !ended(reader);) {
		uint64_t nr = len - i < most ? len - i : most;

		e4_budget_read(reader->walker.tables->budget,
			       piece->block + i, nr);
		read_blocks(reader, inode, piece->block + i, (uint32_t)nr);
		i += nr;
	}
}

static void see_trouble(void *context, enum e4_trouble trouble,
			uint32_t first, uint32_t last, int error)
{
	struct e4_directories *reader = context;

	(void)first, (void)last, (void)error;
	if (trouble != E4_TROUBLE_BAD_BLOCK)
		reader->unread = true;
}

int e4_directories_init(struct e4_directories *reader,
			const struct e4_itables *tables)
{
	memset(reader, 0, sizeof(*reader));
	reader->visitor = (struct e4_visitor){
		.inode = see_inode, .piece = see_piece,
		.trouble = see_trouble, .context = reader,
	};
	reader->buffer = malloc(RUN_BYTES);
	if (reader->buffer && e4_walker_init(&reader->walker, tables) == 0)
		return 0;
	free(reader->buffer);
	return -ENOMEM;
}

void e4_directories_free(struct e4_directories *reader)
{
	e4_walker_free(&reader->walker);
	free(reader->buffer);
}

/* What the walker reads counts as well. */
static void add_bytes(struct e4_directories *reader)
{
	reader->bytes += reader->walker.bytes;
	reader->walker.bytes = 0;
}

void e4_directories_read(struct e4_directories *reader, uint32_t first,
			 uint32_t end)
{
	for (uint32_t group = first; group < end; group++)
		if (e4_itable_visit(&reader->walker, group,
				    &reader->visitor) != 0)
			reader->unread = true;
	add_bytes(reader);
}

void e4_directory_read(struct e4_directories *reader, uint32_t number)
{
	const struct ext4bm *fs = fs_of(reader);
	const struct e4_rules *rules = &fs->rules;
	uint8_t *raw = reader->walker.table;
	struct e4_inode inode;
	struct e4_use use;
	uint64_t offset;
	int err = ended(reader) ? -ECANCELED :
		  e4_itable_place(reader->walker.tables, number, &offset);

	if (!err)
		err = e4_io_read(fs->e2fs->io, raw, rules->inode_size, offset);
	if (err) {
		reader->unread = true;
		return;
	}
	reader->bytes += rules->inode_size;
	e4_inode_read(&inode, rules, number, raw);
	e4_inode_tail(&inode, rules, raw);
	use = e4_inode_use(rules, &inode);
	if (use.used)
		e4_itable_visit_inode(&reader->walker, &inode, &use,
				      &reader->visitor);
	add_bytes(reader);
}

void e4_directory_begin(struct e4_directories *reader, uint32_t number)
{
	reader->first = true;
	e4_directory_read(reader, number);
	reader->first = false;
}
