// SPDX-License-Identifier: LGPL-2.0-only
/*
 * store.c --- blocks of a device, kept while it is read or read instead of it
 *
 * A capture keeps what the check reads, so that the check of the capture
 * reads the same. Most bitmaps of an empty or a full filesystem have all bits
 * alike and need no room.
 */
#include "config.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "store.h"

/* A place of the hash table that nobody has. */
#define NOBODY (E4_PAGE_LAST - 1)

void e4_store_init(struct e4_store *store, enum e4_store_mode mode,
		   size_t block_size, FILE *pages)
{
	memset(store, 0, sizeof(*store));
	store->mode = mode;
	store->block_size = block_size;
	store->pages = pages;
	store->first = store;
	/* Without, it is only slower for who wants it to be. */
	if (getrandom(&store->seed, sizeof(store->seed), GRND_NONBLOCK) < 0)
		store->seed = 0;
	pthread_mutex_init(&store->lock, NULL);
}

void e4_store_share(struct e4_store *store, struct e4_store *first)
{
	e4_store_init(store, first->mode, first->block_size, NULL);
	store->first = first;
}

void e4_store_clear(struct e4_store *store)
{
	store->nr_blocks = 0;
	store->nr_pages = 0;
	for (size_t i = 0; i < store->room; i++)
		store->blocks[i].page = NOBODY;
}

void e4_store_free(struct e4_store *store)
{
	free(store->blocks);
	store->blocks = NULL;
	store->room = store->nr_blocks = 0;
}

/* Who makes up a bundle must not know which blocks meet in one place. */
static uint64_t scatter(const struct e4_store *store, uint64_t block)
{
	block ^= store->seed;
	block = (block ^ block >> 30) * 0xbf58476d1ce4e5b9ULL;
	block = (block ^ block >> 27) * 0x94d049bb133111ebULL;
	return block ^ block >> 31;
}

static struct e4_stored_block *place(const struct e4_store *store,
				     uint64_t block)
{
	size_t mask = store->room - 1;
	size_t at = (size_t)scatter(store, block) & mask;

	while (store->blocks[at].page != NOBODY &&
	       store->blocks[at].block != block)
		at = (at + 1) & mask;
	return &store->blocks[at];
}

static int grow(struct e4_store *store)
{
	struct e4_store old = *store;
	size_t room = old.room ? 2 * old.room : 1024;

	store->blocks = calloc(room, sizeof(*store->blocks));
	if (!store->blocks) {
		store->blocks = old.blocks;
		return -ENOMEM;
	}
	store->room = room;
	for (size_t i = 0; i < room; i++)
		store->blocks[i].page = NOBODY;
	for (size_t i = 0; i < old.room; i++)
		if (old.blocks[i].page != NOBODY)
			*place(store, old.blocks[i].block) = old.blocks[i];
	free(old.blocks);
	return 0;
}

int e4_store_add(struct e4_store *store, uint64_t block, uint64_t page)
{
	struct e4_stored_block *it;

	if (2 * store->nr_blocks >= store->room && grow(store))
		return -ENOMEM;
	it = place(store, block);
	store->nr_blocks += it->page == NOBODY;
	*it = (struct e4_stored_block){ block, page };
	return 0;
}

bool e4_store_find(const struct e4_store *store, uint64_t block,
		   uint64_t *ret_page)
{
	const struct e4_stored_block *it;

	if (store->room == 0)
		return false;
	it = place(store, block);
	if (it->page == NOBODY)
		return false;
	*ret_page = it->page;
	return true;
}

static bool all_equal(const uint8_t *content, size_t size, uint8_t value)
{
	return content[0] == value &&
	       memcmp(content, content + 1, size - 1) == 0;
}

static int read_page(const struct e4_store *store, uint64_t page, void *buf)
{
	uint8_t *to = buf;
	size_t len = store->block_size;
	off_t offset = (off_t)(page * len);

	while (len > 0) {
		ssize_t got = pread(fileno(store->pages), to, len, offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? -errno : -ENODATA;
		to += got;
		offset += got;
		len -= (size_t)got;
	}
	return 0;
}

static int write_page(const struct e4_store *store, uint64_t page,
		      const void *content)
{
	const uint8_t *from = content;
	size_t len = store->block_size;
	off_t offset = (off_t)(page * len);

	while (len > 0) {
		ssize_t put = pwrite(fileno(store->pages), from, len, offset);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -errno;
		from += put;
		offset += put;
		len -= (size_t)put;
	}
	return 0;
}

int e4_store_get(const struct e4_store *any, uint64_t page, void *buf)
{
	const struct e4_store *store = any->first;

	if (page == E4_PAGE_ZEROS || page == E4_PAGE_ONES) {
		memset(buf, page == E4_PAGE_ONES ? 0xff : 0,
		       store->block_size);
		return 0;
	}
	if (page > E4_PAGE_LAST)
		return -(int)(E4_PAGE_ERROR - page);
	return page < store->nr_pages ? read_page(store, page, buf) : -ENODATA;
}

static bool is_like(const struct e4_store *store, const void *content,
		    uint64_t page)
{
	uint8_t *other;
	bool equal;

	if (page >= store->nr_pages)
		return false;
	other = malloc(store->block_size);
	equal = other && read_page(store, page, other) == 0 &&
		memcmp(content, other, store->block_size) == 0;
	free(other);
	return equal;
}

int e4_store_page(struct e4_store *any, const void *content, uint64_t like,
		  uint64_t *ret_page)
{
	struct e4_store *store = any->first;
	int ret;

	if (all_equal(content, store->block_size, 0)) {
		*ret_page = E4_PAGE_ZEROS;
	} else if (all_equal(content, store->block_size, 0xff)) {
		*ret_page = E4_PAGE_ONES;
	} else if (is_like(store, content, like)) {
		*ret_page = like;
	} else {
		ret = write_page(store, store->nr_pages, content);
		if (ret)
			return ret;
		*ret_page = store->nr_pages++;
	}
	return 0;
}

/* Read a block that is not kept yet, and keep it or why it cannot be read. */
static int keep(struct e4_store *store, e4_store_device device, void *context,
		uint64_t block, void *buf)
{
	int ret = device(context, buf, store->block_size,
			 block * store->block_size);
	uint64_t page = E4_PAGE_ERROR + (uint64_t)ret;
	uint64_t like = E4_PAGE_ZEROS;
	int kept = 0;

	if (store->first != store)
		e4_store_find(store->first, block, &like);
	if (!ret)
		kept = e4_store_page(store, buf, like, &page);
	if (!kept)
		kept = e4_store_add(store, block, page);
	return kept ? kept : ret;
}

static int read_block(struct e4_store *store, e4_store_device device,
		      void *context, uint64_t block, void *buf)
{
	uint64_t page;

	if (e4_store_find(store, block, &page))
		return e4_store_get(store, page, buf);
	return store->mode == E4_STORE_ONLY ?
	       -ENODATA : keep(store, device, context, block, buf);
}

static int read_blocks(struct e4_store *store, e4_store_device device,
		       void *context, uint8_t *to, size_t len, uint64_t offset)
{
	size_t size = store->block_size;
	uint8_t *block = malloc(size);
	int ret = block ? 0 : -ENOMEM;

	while (!ret && len > 0) {
		size_t skip = (size_t)(offset % size);
		size_t part = len < size - skip ? len : size - skip;

		ret = read_block(store, device, context, offset / size, block);
		if (!ret)
			memcpy(to, block + skip, part);
		to += part;
		offset += part;
		len -= part;
	}
	free(block);
	return ret;
}

/* The superblock is no block like others: of it, not all is kept. */
static bool is_superblock(size_t len, uint64_t offset)
{
	return offset >= E4_SUPERBLOCK_OFFSET &&
	       offset <= E4_SUPERBLOCK_OFFSET + E4_SUPERBLOCK_SIZE &&
	       len <= E4_SUPERBLOCK_OFFSET + E4_SUPERBLOCK_SIZE - offset;
}

/* All else is as it was when the filesystem was opened. */
static void take_totals(struct e4_store *store, const void *buf)
{
	static const size_t fields[] = {
		offsetof(struct ext2_super_block, s_free_blocks_count),
		offsetof(struct ext2_super_block, s_free_blocks_hi),
		offsetof(struct ext2_super_block, s_free_inodes_count),
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		memcpy(store->super + fields[i],
		       (const uint8_t *)buf + fields[i], sizeof(uint32_t));
}

int e4_store_read(struct e4_store *store, e4_store_device device,
		  void *context, void *buf, size_t len, uint64_t offset)
{
	int ret;

	if (store->mode == E4_STORE_OFF ||
	    (store->mode == E4_STORE_KEEP && is_superblock(len, offset))) {
		ret = device(context, buf, len, offset);
		if (!ret && store->take_totals && is_superblock(len, offset) &&
		    len == sizeof(store->super)) {
			take_totals(store, buf);
			store->take_totals = false;
		}
		return ret;
	}
	if (is_superblock(len, offset)) {
		memcpy(buf, store->super + (offset - E4_SUPERBLOCK_OFFSET),
		       len);
		return 0;
	}
	pthread_mutex_lock(&store->first->lock);
	ret = read_blocks(store, device, context, buf, len, offset);
	pthread_mutex_unlock(&store->first->lock);
	return ret;
}

static int compare_blocks(const void *a, const void *b)
{
	const struct e4_stored_block *x = a;
	const struct e4_stored_block *y = b;

	return x->block < y->block ? -1 : x->block > y->block;
}

struct e4_stored_block *e4_store_list(const struct e4_store *store)
{
	struct e4_stored_block *list =
		calloc(store->nr_blocks + 1, sizeof(*list));
	size_t nr = 0;

	if (!list)
		return NULL;
	for (size_t i = 0; i < store->room; i++)
		if (store->blocks[i].page != NOBODY)
			list[nr++] = store->blocks[i];
	qsort(list, nr, sizeof(*list), compare_blocks);
	return list;
}
