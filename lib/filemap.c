// SPDX-License-Identifier: LGPL-2.0-only
/*
 * filemap.c --- where the blocks of a file without holes are
 *
 * For the journal, which must be found before anything else is believed: each
 * step has to go on where the last one ended, so that a tree that leads back
 * into itself ends the walk at once, and a file never gets longer than asked.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "filemap.h"
#include "geometry.h"

#define EXTENT_MAGIC 0xf30a
#define MAX_DEPTH 5
/* An extent this long is not written yet, and 32768 blocks shorter. */
#define UNWRITTEN 32768
#define DIRECT 12
/* Pieces of a file; a journal has a handful. */
#define MAX_RUNS (1U << 20)

/* As on disk, little-endian; headers, extents and indexes are as long. */
struct extent_header {
	uint16_t magic;
	uint16_t entries;
	uint16_t max;
	uint16_t depth;
	uint32_t generation;
};

struct extent {
	uint32_t logical;
	uint16_t len;
	uint16_t high;
	uint32_t low;
};

struct extent_index {
	uint32_t logical;
	uint32_t low;
	uint16_t high;
	uint16_t unused;
};

struct work {
	struct e4_filemap *map;
	io_channel channel;
	const struct ext4bm_geometry *geo;
	uint32_t wanted;
	size_t room;
};

/* Return: 0; -EUCLEAN, -EFBIG, -ENOMEM. */
static int add(struct work *work, uint64_t block, uint32_t len)
{
	struct e4_filemap *map = work->map;
	struct e4_file_run *last = map->nr ? &map->runs[map->nr - 1] : NULL;

	if (len > work->wanted - map->blocks)
		len = work->wanted - map->blocks;
	if (block == 0 || !e4_blocks_inside(work->geo, block, len))
		return -EUCLEAN;
	if (last && last->block + last->len == block) {
		last->len += len;
		map->blocks += len;
		return 0;
	}
	if (map->nr == MAX_RUNS)
		return -EFBIG;
	if (map->nr == work->room) {
		size_t room = work->room ? 2 * work->room : 16;
		struct e4_file_run *runs =
			reallocarray(map->runs, room, sizeof(*runs));

		if (!runs)
			return -ENOMEM;
		map->runs = runs;
		work->room = room;
	}
	map->runs[map->nr++] = (struct e4_file_run){ map->blocks, len, block };
	map->blocks += len;
	return 0;
}

static bool done(const struct work *work)
{
	return work->map->blocks == work->wanted;
}

static int add_extent(struct work *work, const struct extent *extent)
{
	uint32_t len = le16toh(extent->len);

	if (len > UNWRITTEN)
		len -= UNWRITTEN;
	if (len == 0 || le32toh(extent->logical) != work->map->blocks)
		return -EUCLEAN;
	return add(work, le32toh(extent->low) |
		   (uint64_t)le16toh(extent->high) << 32, len);
}

static int read_block(const struct work *work, uint64_t block, void *buf)
{
	size_t size = work->geo->block_size;

	if (block == 0 || !e4_blocks_inside(work->geo, block, 1))
		return -EUCLEAN;
	return e4_io_read(work->channel, buf, size, block * size);
}

static int walk_leaf(struct work *work, const struct extent *extents,
		     uint32_t entries)
{
	int ret = 0;

	for (uint32_t i = 0; !ret && i < entries && !done(work); i++)
		ret = add_extent(work, &extents[i]);
	return ret;
}

static int walk_node(struct work *work, const void *node, size_t size,
		     int depth);

static int walk_indexes(struct work *work, const struct extent_index *indexes,
			uint32_t entries, int depth)
{
	size_t size = work->geo->block_size;
	uint8_t *below = malloc(size);
	int ret = below ? 0 : -ENOMEM;

	for (uint32_t i = 0; !ret && i < entries && !done(work); i++) {
		ret = read_block(work, le32toh(indexes[i].low) |
				 (uint64_t)le16toh(indexes[i].high) << 32,
				 below);
		if (!ret)
			ret = walk_node(work, below, size, depth - 1);
	}
	free(below);
	return ret;
}

/* A node of @size bytes and of depth @depth: 0 for a leaf. */
static int walk_node(struct work *work, const void *node, size_t size,
		     int depth)
{
	const struct extent_header *header = node;
	uint32_t entries = le16toh(header->entries);

	/* An empty node would let a small tree be walked for ever. */
	if (le16toh(header->magic) != EXTENT_MAGIC || entries == 0 ||
	    le16toh(header->depth) != depth ||
	    (entries + 1) * sizeof(struct extent) > size)
		return -EUCLEAN;
	if (depth == 0)
		return walk_leaf(work, (const void *)(header + 1), entries);
	return walk_indexes(work, (const void *)(header + 1), entries, depth);
}

/* A word of a block map, @level blocks of words above the data. */
static int walk_word(struct work *work, uint32_t word, int level)
{
	size_t words = work->geo->block_size / sizeof(uint32_t);
	uint32_t *below;
	int ret;

	if (level == 0)
		return add(work, word, 1);
	below = malloc(work->geo->block_size);
	if (!below)
		return -ENOMEM;
	ret = read_block(work, word, below);
	for (size_t i = 0; !ret && i < words && !done(work); i++)
		ret = walk_word(work, le32toh(below[i]), level - 1);
	free(below);
	return ret;
}

static int walk_words(struct work *work, const uint32_t *i_block)
{
	int ret = 0;

	for (int i = 0; !ret && i < E4_IBLOCK_WORDS && !done(work); i++)
		ret = walk_word(work, le32toh(i_block[i]),
				i < DIRECT ? 0 : i - DIRECT + 1);
	return ret;
}

static int compare_runs(const void *a, const void *b)
{
	const struct e4_file_run *x = a, *y = b;

	return x->block < y->block ? -1 : x->block > y->block;
}

/* Return: 0; -EUCLEAN if a block of the device is in it twice; -ENOMEM. */
static int check_twice(const struct e4_filemap *map)
{
	struct e4_file_run *runs = calloc(map->nr + 1, sizeof(*runs));
	int ret = 0;

	if (!runs)
		return -ENOMEM;
	if (map->nr)
		memcpy(runs, map->runs, map->nr * sizeof(*runs));
	qsort(runs, map->nr, sizeof(*runs), compare_runs);
	for (size_t i = 1; i < map->nr; i++)
		if (runs[i - 1].block + runs[i - 1].len > runs[i].block)
			ret = -EUCLEAN;
	free(runs);
	return ret;
}

int e4_filemap_read(struct e4_filemap *map, io_channel channel,
		    const struct ext4bm_geometry *geo,
		    const uint32_t i_block[E4_IBLOCK_WORDS], uint32_t blocks)
{
	struct work work = {
		.map = map, .channel = channel, .geo = geo, .wanted = blocks,
	};
	struct extent_header root;
	int ret;

	memset(map, 0, sizeof(*map));
	memcpy(&root, i_block, sizeof(root));
	if (le16toh(root.magic) != EXTENT_MAGIC)
		ret = walk_words(&work, i_block);
	else if (le16toh(root.depth) > MAX_DEPTH)
		ret = -EUCLEAN;
	else
		ret = walk_node(&work, i_block,
				E4_IBLOCK_WORDS * sizeof(*i_block),
				le16toh(root.depth));
	if (!ret && !done(&work))
		ret = -EUCLEAN;
	if (!ret)
		ret = check_twice(map);
	if (ret)
		e4_filemap_free(map);
	return ret;
}

void e4_filemap_free(struct e4_filemap *map)
{
	free(map->runs);
	memset(map, 0, sizeof(*map));
}

uint64_t e4_filemap_block(const struct e4_filemap *map, uint32_t logical)
{
	size_t low = 0, high = map->nr;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (map->runs[middle].logical <= logical)
			low = middle;
		else
			high = middle;
	}
	return map->runs[low].block + (logical - map->runs[low].logical);
}
