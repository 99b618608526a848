// SPDX-License-Identifier: LGPL-2.0-only
/*
 * orphans.c --- deleted files that wait to be released
 *
 * There are two forms of the list: a chain through i_dtime that begins in the
 * superblock, and a file full of inode numbers (orphan_file).
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "orphans.h"

#define BLOCK_MAGIC 0x0b10ca04U

static int add(struct e4_orphans *orphans, uint32_t number)
{
	if (orphans->nr == orphans->room) {
		size_t room = orphans->room ? 2 * orphans->room : 64;
		uint32_t *list = reallocarray(orphans->list, room,
					      sizeof(*list));

		if (!list)
			return -ENOMEM;
		orphans->list = list;
		orphans->room = room;
	}
	orphans->list[orphans->nr++] = number;
	return 0;
}

static int compare_numbers(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static void sort(struct e4_orphans *orphans)
{
	size_t nr = 0;

	if (orphans->nr > 1)
		qsort(orphans->list, orphans->nr, sizeof(*orphans->list),
		      compare_numbers);
	for (size_t i = 0; i < orphans->nr; i++)
		if (nr == 0 || orphans->list[i] != orphans->list[nr - 1])
			orphans->list[nr++] = orphans->list[i];
	orphans->nr = nr;
}

/* A number that no inode has is no failure: there the list is damaged. */
static void fail(struct e4_orphans *orphans, uint32_t number, int err)
{
	if (err == -EINVAL || orphans->unread)
		return;
	orphans->unread = number;
	orphans->error = err;
}

/*
 * The chain ends with 0, or where it bites its tail: one inode of it is
 * remembered for twice as long each time, until it comes by again.
 */
static int read_chain(struct e4_orphans *orphans,
		      const struct e4_itables *tables)
{
	const struct e4_rules *rules = &tables->fs->rules;
	uint32_t number = rules->last_orphan, known = 0;
	size_t next = 1;
	int ret = 0;

	while (!ret && number >= rules->first_inode && number != known &&
	       !e4_itables_ended(tables)) {
		struct e4_inode inode;
		uint8_t raw[128];
		int err = e4_itable_read(tables, number, raw);

		if (err) {
			fail(orphans, number, err);
			break;
		}
		e4_inode_read(&inode, rules, number, raw);
		ret = add(orphans, number);
		if (orphans->nr == next) {
			known = number;
			next *= 2;
		}
		number = inode.dtime;
	}
	return ret;
}

int e4_orphans_add_block(struct e4_orphans *orphans, const void *block,
			 uint32_t size, uint32_t inodes)
{
	const uint8_t *bytes = block;
	uint32_t word;
	int ret = 0;

	/* Behind the numbers come a magic number and a checksum. */
	memcpy(&word, bytes + size - 8, sizeof(word));
	if (le32toh(word) != BLOCK_MAGIC)
		return -EINVAL;
	for (uint32_t at = 0; at + 8 < size && !ret; at += 4) {
		memcpy(&word, bytes + at, sizeof(word));
		word = le32toh(word);
		if (word != 0 && word <= inodes)
			ret = add(orphans, word);
	}
	return ret;
}

struct file {
	struct e4_orphans *orphans;
	const struct e4_itables *tables;
	const struct ext4bm *fs;
	uint8_t *buffer;
	int error;
};

static bool want_file(void *context, const struct e4_inode *inode,
		      const struct e4_use *use)
{
	(void)context, (void)inode, (void)use;
	return true;
}

static void add_block(struct file *file)
{
	const struct ext4bm *fs = file->fs;
	int err = e4_orphans_add_block(file->orphans, file->buffer,
				       fs->geo.block_size, fs->geo.inodes);

	if (err == -EINVAL)
		e4_budget_vain(file->tables->budget);
	else
		file->error = err;
}

static void read_piece(void *context, const struct e4_inode *inode,
		       const struct e4_piece *piece)
{
	struct file *file = context;
	const struct ext4bm *fs = file->fs;
	uint32_t size = fs->geo.block_size;

	if (piece->claim != EXT4BM_CLAIM_DATA)
		return;
	for (uint64_t i = 0; i < piece->len && !file->error &&
	     !e4_itables_ended(file->tables); i++) {
		int err;

		e4_budget_read(file->tables->budget, piece->block + i, 1);
		err = e4_io_read(fs->e2fs->io, file->buffer, size,
				 (piece->block + i) * size);
		if (err)
			fail(file->orphans, inode->number, err);
		else
			add_block(file);
	}
}

static void see_trouble(void *context, enum e4_trouble trouble,
			uint32_t first, uint32_t last, int error)
{
	struct file *file = context;

	(void)last;
	if (trouble == E4_TROUBLE_READ)
		fail(file->orphans, first, error);
}

static int read_file(struct e4_orphans *orphans,
		     const struct e4_itables *tables)
{
	const struct ext4bm *fs = tables->fs;
	struct file file = {
		.orphans = orphans, .tables = tables, .fs = fs,
	};
	struct e4_visitor visitor = {
		.inode = want_file, .piece = read_piece,
		.trouble = see_trouble, .context = &file,
	};
	struct e4_walker walker;
	struct e4_inode inode;
	struct e4_use use;
	uint8_t raw[128];
	int err = e4_itable_read(tables, fs->rules.orphan_file, raw);

	if (err) {
		fail(orphans, fs->rules.orphan_file, err);
		return 0;
	}
	file.buffer = malloc(fs->geo.block_size);
	if (!file.buffer || e4_walker_init(&walker, tables) != 0) {
		free(file.buffer);
		return -ENOMEM;
	}
	e4_inode_read(&inode, &fs->rules, fs->rules.orphan_file, raw);
	use = e4_inode_use(&fs->rules, &inode);
	e4_itable_visit_inode(&walker, &inode, &use, &visitor);
	e4_walker_free(&walker);
	free(file.buffer);
	return file.error;
}

int e4_orphans_read(struct e4_orphans *orphans,
		    const struct e4_itables *tables)
{
	int ret;

	memset(orphans, 0, sizeof(*orphans));
	ret = read_chain(orphans, tables);
	if (!ret && tables->fs->rules.orphans)
		ret = read_file(orphans, tables);
	if (ret)
		e4_orphans_free(orphans);
	sort(orphans);
	return ret;
}

void e4_orphans_free(struct e4_orphans *orphans)
{
	free(orphans->list);
	memset(orphans, 0, sizeof(*orphans));
}
