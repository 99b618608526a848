// SPDX-License-Identifier: LGPL-2.0-only
/*
 * chunk.c --- look at some hundred neighbouring groups
 *
 * Bitmaps that lie behind each other (flex_bg puts those of 16 groups side
 * by side) are read in one go, in the order of the device, and compared while
 * they are still in the processor's cache. When such a read fails, each
 * bitmap is read alone, so that one bad block hides one group only.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "geometry.h"
#include "scan.h"

/* Largest read; a bitmap block has at most 64 KiB. */
#define RUN_BYTES (256U << 10)

/* One bitmap that is wanted. */
struct e4_request {
	uint64_t block;
	uint32_t group;
	enum ext4bm_item item;
};

struct work {
	const struct ext4bm *fs;
	const struct e4_views *views;
	struct e4_reader *reader;
	struct e4_chunk *chunk;
	size_t nr_requests;
};

int e4_reader_init(struct e4_reader *reader)
{
	reader->buffer = malloc(RUN_BYTES);
	reader->requests = calloc(2 * E4_CHUNK_GROUPS,
				  sizeof(*reader->requests));
	reader->gds = calloc(E4_CHUNK_GROUPS, sizeof(*reader->gds));
	if (reader->buffer && reader->requests && reader->gds)
		return 0;
	e4_reader_free(reader);
	return -ENOMEM;
}

void e4_reader_free(struct e4_reader *reader)
{
	free(reader->buffer);
	free(reader->requests);
	free(reader->gds);
	memset(reader, 0, sizeof(*reader));
}

static void count_blocks(struct work *work, uint32_t free_clusters)
{
	work->chunk->sums.totals.free_clusters += free_clusters;
}

static void count_inodes(struct work *work, uint32_t free_inodes)
{
	work->chunk->sums.totals.free_inodes += free_inodes;
}

static struct e4_gd *gd_of(const struct work *work, uint32_t group)
{
	return &work->reader->gds[group - work->chunk->first];
}

static void unreadable(struct work *work, uint32_t group,
		       enum ext4bm_item item, int err)
{
	work->chunk->sums.totals.complete = false;
	e4_compare_unreadable(work->views, group, gd_of(work, group), item,
			      err, &work->chunk->findings);
}

static void compare(struct work *work, const struct e4_request *request,
		    const void *bitmap, uint64_t offset)
{
	struct e4_findings *findings = &work->chunk->findings;
	const struct e4_gd *gd = gd_of(work, request->group);

	if (e4_compare_doubtful(work->views, gd, request->item, bitmap))
		unreadable(work, request->group, request->item, E4_DOUBTFUL);
	else if (request->item == EXT4BM_ITEM_BLOCK_BITMAP)
		count_blocks(work, e4_compare_block_bitmap(
			work->views, request->group, gd, bitmap, offset,
			findings));
	else
		count_inodes(work, e4_compare_inode_bitmap(
			work->views, request->group, gd, bitmap, offset,
			findings));
}

/* Read @nr bitmaps that lie behind each other. */
static void read_run(struct work *work, const struct e4_request *run,
		     size_t nr)
{
	const struct ext4bm *fs = work->fs;
	size_t size = fs->geo.block_size;
	uint64_t offset = run->block * size;
	uint8_t *buffer = work->reader->buffer;
	int err = e4_io_read(fs->e2fs->io, buffer, nr * size, offset);

	if (err && nr > 1) {
		for (size_t i = 0; i < nr; i++)
			read_run(work, &run[i], 1);
		return;
	}
	if (err) {
		unreadable(work, run->group, run->item, err);
		return;
	}
	work->chunk->sums.bytes_read += nr * size;
	for (size_t i = 0; i < nr; i++)
		compare(work, &run[i], buffer + i * size, offset + i * size);
}

static int compare_requests(const void *a, const void *b)
{
	const struct e4_request *x = a;
	const struct e4_request *y = b;

	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (int)x->item - (int)y->item;
}

static void read_requests(struct work *work)
{
	struct e4_request *list = work->reader->requests;
	size_t most = RUN_BYTES / work->fs->geo.block_size;
	size_t nr = work->nr_requests;

	qsort(list, nr, sizeof(*list), compare_requests);
	for (size_t i = 0; i < nr; ) {
		size_t len = 1;

		while (i + len < nr && len < most &&
		       list[i + len].block == list[i].block + len)
			len++;
		read_run(work, &list[i], len);
		i += len;
	}
}

/*
 * An e2image file keeps the bitmaps of all groups back to back, and a group
 * has a whole number of bytes there.
 */
static void read_packed(struct work *work, uint32_t group,
			enum ext4bm_item item)
{
	const struct ext4bm *fs = work->fs;
	bool blocks = item == EXT4BM_ITEM_BLOCK_BITMAP;
	uint32_t bits = blocks ? fs->geo.clusters_per_group
			       : fs->geo.inodes_per_group;
	uint64_t offset = (blocks ? fs->image.blockmap : fs->image.inodemap) +
			  (uint64_t)group * (bits / 8);
	struct e4_request request = { 0, group, item };
	int err;

	memset(work->reader->buffer, 0, fs->geo.block_size);
	err = e4_io_read(fs->e2fs->io, work->reader->buffer, bits / 8, offset);
	if (err) {
		unreadable(work, group, item, err);
		return;
	}
	work->chunk->sums.bytes_read += bits / 8;
	compare(work, &request, work->reader->buffer, offset);
}

static void want(struct work *work, uint32_t group, const struct e4_gd *gd,
		 enum ext4bm_item item)
{
	uint64_t block = e4_item_block(gd, item);

	if (work->fs->image.super)
		read_packed(work, group, item);
	else if (block == 0 || block >= work->fs->geo.blocks)
		unreadable(work, group, item, 0);
	else
		work->reader->requests[work->nr_requests++] =
			(struct e4_request){ block, group, item };
}

/*
 * Flags of a backup descriptor are from when the filesystem was made: what
 * they call uninitialised may have been written since, so nothing is known.
 */
static void check_uninit(struct work *work, uint32_t group,
			 const struct e4_gd *gd, enum ext4bm_item item)
{
	const struct e4_views *views = work->views;
	struct e4_findings *findings = &work->chunk->findings;

	if (!views->judge_descriptors) {
		work->chunk->sums.totals.complete = false;
		return;
	}
	if (item == EXT4BM_ITEM_BLOCK_BITMAP)
		count_blocks(work, e4_compare_block_uninit(views, group, gd,
							   findings));
	else
		count_inodes(work, e4_compare_inode_uninit(views, group, gd,
							   findings));
}

static void check_group(struct work *work, uint32_t group,
			const struct e4_gd *gd)
{
	const struct ext4bm_geometry *geo = work->views->geo;
	struct e4_sums *sums = &work->chunk->sums;
	bool block_uninit = e4_gd_uninit(geo, gd, EXT4BM_BLOCK_UNINIT);

	sums->groups++;
	sums->uninit += block_uninit;
	sums->totals.gd_free_clusters += gd->free_clusters;
	sums->totals.gd_free_inodes += gd->free_inodes;
	e4_compare_descriptor(work->views, group, gd, &work->chunk->findings);
	if (block_uninit)
		check_uninit(work, group, gd, EXT4BM_ITEM_BLOCK_BITMAP);
	else
		want(work, group, gd, EXT4BM_ITEM_BLOCK_BITMAP);
	if (e4_gd_uninit(geo, gd, EXT4BM_INODE_UNINIT))
		check_uninit(work, group, gd, EXT4BM_ITEM_INODE_BITMAP);
	else
		want(work, group, gd, EXT4BM_ITEM_INODE_BITMAP);
}

void e4_chunk_check(const struct ext4bm *fs, const struct e4_views *views,
		    struct e4_reader *reader, struct e4_chunk *chunk)
{
	struct work work = {
		.fs = fs, .views = views, .reader = reader, .chunk = chunk,
	};
	/* A backup descriptor is taken as it is: only its places count. */
	const struct e4_csum *csum =
		views->judge_descriptors ? views->csum : NULL;

	chunk->sums.totals.complete = true;
	chunk->sums.gd_complete = true;
	for (uint32_t group = chunk->first; group < chunk->end; group++) {
		struct e4_gd *gd = gd_of(&work, group);

		if (e4_table_get(views->table, views->geo, csum, group,
				 gd) == 0) {
			check_group(&work, group, gd);
			continue;
		}
		chunk->sums.totals.complete = false;
		chunk->sums.gd_complete = false;
	}
	read_requests(&work);
	e4_findings_sort(&chunk->findings);
}
