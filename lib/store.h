/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * store.h --- blocks of a device, kept while it is read or read instead of it
 */
#ifndef E4_STORE_H
#define E4_STORE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "geometry.h"

/* Pages that need no room: all bits clear, and all bits set. */
#define E4_PAGE_ZEROS UINT64_MAX
#define E4_PAGE_ONES (UINT64_MAX - 1)

/* A page from here on stands for the errno E4_PAGE_ERROR - page. */
#define E4_PAGE_ERROR (UINT64_MAX - 2)
#define E4_PAGE_LAST (UINT64_MAX - 8192)

/*
 * What a store does with a block that is read.
 * @E4_STORE_OFF:	nothing, the device is read
 * @E4_STORE_KEEP:	the device is read once, and the block kept: whoever
 *			reads it again gets the same
 * @E4_STORE_ONLY:	there is no device; what is not kept cannot be read
 */
enum e4_store_mode {
	E4_STORE_OFF,
	E4_STORE_KEEP,
	E4_STORE_ONLY,
};

/* A block and the page that has its content. */
struct e4_stored_block {
	uint64_t block;
	uint64_t page;
};

/*
 * @block_size:	bytes in a block, and in a page
 * @pages:	file of all pages
 * @nr_pages:	how many
 * @blocks:	hash table of the blocks; a page of 0 less one is a free place
 * @room:	places in it, a power of two
 * @nr_blocks:	blocks in it
 * @seed:	where in it they are goes by this
 * @super:	superblock, which is always there with E4_STORE_ONLY
 * @take_totals: the totals of the next superblock that is read go into @super
 * @first:	store whose pages and lock are used: as a rule itself. Pages of
 *		the same blocks there are likely to be equal
 */
struct e4_store {
	enum e4_store_mode mode;
	size_t block_size;
	FILE *pages;
	uint64_t nr_pages;
	struct e4_stored_block *blocks;
	size_t room;
	size_t nr_blocks;
	uint64_t seed;
	uint8_t super[E4_SUPERBLOCK_SIZE];
	bool take_totals;
	struct e4_store *first;
	pthread_mutex_t lock;
};

/* Reads a device for e4_store_read(). Return: 0 or a negative errno. */
typedef int (*e4_store_device)(void *context, void *buf, size_t len,
			       uint64_t offset);

/* A store whose pages go to @pages, which stays the caller's. */
void e4_store_init(struct e4_store *store, enum e4_store_mode mode,
		   size_t block_size, FILE *pages);

/* A store of other blocks, with the pages of @first, which must outlive it. */
void e4_store_share(struct e4_store *store, struct e4_store *first);

/* Forget all blocks, and for a store with pages of its own also those. */
void e4_store_clear(struct e4_store *store);

void e4_store_free(struct e4_store *store);

/* Read as @store->mode says; safe from several threads at once. */
int e4_store_read(struct e4_store *store, e4_store_device device,
		  void *context, void *buf, size_t len, uint64_t offset);

/* The page of a block. Return: false if it is not kept. */
bool e4_store_find(const struct e4_store *store, uint64_t block,
		   uint64_t *ret_page);

/* Keep a block that has this page. Return: 0 or -ENOMEM. */
int e4_store_add(struct e4_store *store, uint64_t block, uint64_t page);

/*
 * A page with this content: one of those without room, @like if it is equal,
 * or a new one. Return: 0 or a negative errno.
 */
int e4_store_page(struct e4_store *store, const void *content, uint64_t like,
		  uint64_t *ret_page);

/* Read a page. Return: 0, or a negative errno, also the one it stands for. */
int e4_store_get(const struct e4_store *store, uint64_t page, void *buf);

/* All blocks, in order; freed with free(). Return: NULL without memory. */
struct e4_stored_block *e4_store_list(const struct e4_store *store);

#endif
