// SPDX-License-Identifier: LGPL-2.0-only
/*
 * extent.c --- the blocks that an extent tree maps
 *
 * Decides what of a damaged tree counts, as e2fsck's first pass does when it
 * may not repair: an entry that makes no sense is left out and the others
 * are not; a block of the tree that cannot be read, or that has no entry,
 * ends the walk, and the blocks above it are then not the inode's either.
 * Checksums decide nothing here.
 *
 * Nor does it matter whether a block of the tree is fixed metadata. If it has
 * no header of a tree, e2fsck ends the whole check there, and so has no answer
 * to agree with; if it has, but with entries that make no sense, e2fsck takes
 * these all the same, of which nothing is known to be the inode's.
 */
#include "config.h"

#include <ext2fs/ext2_fs.h>

#include "geometry.h"
#include "little.h"
#include "mapper.h"

#define MAGIC 0xf30a
#define ENTRY_BYTES 12
/* A longer extent is one that was allocated but not written to. */
#define LONGEST_WRITTEN 32768

/* @first:	its first logical block, of a leaf or of all below it */
struct entry {
	uint64_t first;
	uint64_t last;
	uint64_t block;
	uint32_t len;
	bool unwritten;
};

/*
 * @depth:	levels below the root, as the root says
 * @next:	first logical block behind all extents so far
 * @end:	last logical block of the file
 * @path:	blocks from the root down to where the walk is
 */
struct tree {
	struct e4_mapper *mapper;
	const struct e4_inode *inode;
	unsigned int depth;
	uint64_t next;
	uint64_t end;
	uint64_t path[E4_EXTENT_LEVELS + 1];
};

/* Entries of a node of @size bytes. Return: -1 if it is none. */
static int node_entries(const uint8_t *node, size_t size)
{
	unsigned int most = (unsigned int)(size / ENTRY_BYTES) - 1;
	unsigned int entries = e4_le16(node + 2), room = e4_le16(node + 4);

	/* The room of two may be kept for a checksum. */
	if (e4_le16(node) != MAGIC || entries > room || room > most ||
	    room + 2 < most)
		return -1;
	return (int)entries;
}

static uint32_t first_logical(const uint8_t *node, int number)
{
	return e4_le32(node + (size_t)(number + 1) * ENTRY_BYTES);
}

static void read_leaf(const uint8_t *node, int number, struct entry *entry)
{
	const uint8_t *raw = node + (size_t)(number + 1) * ENTRY_BYTES;

	entry->first = first_logical(node, number);
	entry->len = e4_le16(raw + 4);
	entry->unwritten = entry->len > LONGEST_WRITTEN;
	if (entry->unwritten)
		entry->len -= LONGEST_WRITTEN;
	entry->block = e4_le32(raw + 8) | (uint64_t)e4_le16(raw + 6) << 32;
	entry->last = entry->first + entry->len - 1;
}

/* @behind is the first logical block that the next node above begins with. */
static void read_index(const uint8_t *node, int number, uint64_t behind,
		       struct entry *entry)
{
	const uint8_t *raw = node + (size_t)(number + 1) * ENTRY_BYTES;

	entry->first = first_logical(node, number);
	entry->len = (uint32_t)(behind - entry->first);
	entry->unwritten = false;
	entry->block = e4_le32(raw + 4) | (uint64_t)e4_le16(raw + 8) << 32;
	entry->last = entry->first + entry->len - 1;
}

/* May the entry reach behind @last, where the node above ends? */
static bool may_reach(const struct tree *tree, const struct entry *entry)
{
	return entry->last > tree->end &&
	       (entry->unwritten || (tree->inode->flags & EXT4_VERITY_FL));
}

static bool too_long_for_directory(const struct tree *tree,
				   const struct entry *entry)
{
	return e4_inode_is_directory(tree->inode) &&
	       tree->inode->size >> 32 == 0 &&
	       !tree->mapper->rules->large_dir &&
	       entry->first + entry->len >
	       e4_mapper_last_of_directory(tree->mapper);
}

/* Does an entry fit where it stands: from @first to @last, 0 for no end? */
static bool fits(const struct tree *tree, const struct entry *entry,
		 uint64_t first, uint64_t last)
{
	return entry->block != 0 &&
	       e4_blocks_inside(tree->mapper->geo, entry->block, 1) &&
	       entry->first >= first &&
	       (last == 0 || entry->last <= last || may_reach(tree, entry));
}

/* Hand on the blocks of a leaf. Return: false if it makes no sense. */
static bool take_leaf(struct tree *tree, const struct entry *entry)
{
	if (!e4_blocks_inside(tree->mapper->geo, entry->block, entry->len) ||
	    too_long_for_directory(tree, entry) || entry->first < tree->next)
		return false;
	tree->next = entry->first + entry->len;
	e4_mapper_take(tree->mapper, EXT4BM_CLAIM_DATA, entry->first,
		       entry->block, entry->len);
	return true;
}

static bool in_path(const struct tree *tree, uint64_t block,
		    unsigned int level)
{
	for (unsigned int i = 1; i <= level; i++)
		if (tree->path[i] == block)
			return true;
	return false;
}

static bool walk_node(struct tree *tree, const uint8_t *node, int entries,
		      unsigned int level, uint64_t first, uint64_t last,
		      uint64_t behind);

/*
 * Go down into an entry of a node at @level. Return: false when the walk
 * must end.
 */
static bool walk_below(struct tree *tree, const struct entry *entry,
		       unsigned int level, uint64_t behind)
{
	struct e4_mapper *mapper = tree->mapper;
	const uint8_t *node;
	int entries;

	if (in_path(tree, entry->block, level)) {
		mapper->invalid = true;
		return false;
	}
	node = e4_mapper_read(mapper, entry->block, level);
	if (!node)
		return false;
	entries = node_entries(node, mapper->geo->block_size);
	if (entries <= 0) {
		mapper->invalid = true;
		return entries < 0;
	}
	tree->path[level + 1] = entry->block;
	if (!walk_node(tree, node, entries, level + 1, first_logical(node, 0),
		       entry->last, behind))
		return false;
	e4_mapper_take(mapper, EXT4BM_CLAIM_MAPPING, 0, entry->block, 1);
	return true;
}

static bool walk_node(struct tree *tree, const uint8_t *node, int entries,
		      unsigned int level, uint64_t first, uint64_t last,
		      uint64_t behind)
{
	bool leaf = level == tree->depth;

	for (int i = 0; i < entries; i++) {
		uint64_t next = i + 1 < entries ? first_logical(node, i + 1)
						: behind;
		struct entry entry;

		if (leaf)
			read_leaf(node, i, &entry);
		else
			read_index(node, i, next, &entry);
		/* An extent of no length owns nothing. */
		if (leaf && entry.len == 0)
			continue;
		if (!fits(tree, &entry, first, last)) {
			tree->mapper->invalid = true;
		} else if (!leaf) {
			if (!walk_below(tree, &entry, level, next))
				return false;
		} else if (take_leaf(tree, &entry)) {
			first = entry.last;
		} else {
			tree->mapper->invalid = true;
		}
	}
	return true;
}

void e4_extents_walk(struct e4_mapper *mapper, const struct e4_inode *inode)
{
	struct tree tree;
	uint64_t blocks = inode->size / mapper->geo->block_size +
			  (inode->size % mapper->geo->block_size != 0);
	int entries = node_entries(inode->block, E4_INODE_BLOCK_BYTES);

	/* Not all of it: clearing the path took longer than most walks. */
	tree.mapper = mapper;
	tree.inode = inode;
	tree.next = 0;
	tree.depth = e4_le16(inode->block + 6);
	if (entries < 0 || tree.depth > E4_EXTENT_LEVELS) {
		mapper->invalid = true;
		return;
	}
	tree.end = blocks - 1;
	walk_node(&tree, inode->block, entries, 0, 0, 0, blocks);
}
