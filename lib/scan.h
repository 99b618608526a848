/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * scan.h --- read the bitmaps of many groups, with several threads
 */
#ifndef E4_SCAN_H
#define E4_SCAN_H

#include "compare.h"
#include "device.h"
#include "tally.h"

/*
 * What the groups add up to.
 * @totals:	sums; @complete is false when one bitmap is missing
 * @gd_complete: every descriptor is in the sums
 * @groups:	groups looked at
 * @uninit:	of these, groups whose block bitmap is implied
 * @bytes_read:	bytes of bitmaps read
 * @inodes_used: inodes in use, of those that a survey looked at
 * @table_bytes: bytes of inode tables and mappings read by it
 * @owners:	how far owners were found out
 * @no_owners:	why they were not, or NULL
 * @cancelled:	the caller had asked to stop before the totals
 */
struct e4_sums {
	struct ext4bm_totals totals;
	bool gd_complete;
	uint64_t groups;
	uint64_t uninit;
	uint64_t bytes_read;
	uint64_t inodes_used;
	uint64_t table_bytes;
	enum ext4bm_owners owners;
	const char *no_owners;
	bool cancelled;
};

/*
 * One part of a scan: the groups [@first, @end), looked at by one thread.
 */
struct e4_chunk {
	uint32_t first;
	uint32_t end;
	struct e4_findings findings;
	struct e4_sums sums;
};

/*
 * What a thread reads into.
 * @buffer:	bitmaps of a run
 * @requests:	bitmaps wanted for a chunk; private to chunk.c
 * @gds:	descriptors of a chunk
 */
struct e4_reader {
	uint8_t *buffer;
	struct e4_request *requests;
	struct e4_gd *gds;
};

/* Groups in a chunk, at most. */
#define E4_CHUNK_GROUPS 512

int e4_reader_init(struct e4_reader *reader);
void e4_reader_free(struct e4_reader *reader);

/* Look at all groups of a chunk. */
void e4_chunk_check(const struct ext4bm *fs, const struct e4_views *views,
		    struct e4_reader *reader, struct e4_chunk *chunk);

/*
 * Look at the groups that @options asks for; findings are added in the order
 * of the groups, whatever the number of threads.
 *
 * @tally:	counts all findings, also those over @options->max_findings
 *
 * Return: 0, also when it was cancelled; -ENOMEM, -EAGAIN (no thread).
 */
int e4_scan(const struct ext4bm *fs, const struct e4_views *views,
	    const struct ext4bm_check_options *options,
	    struct e4_findings *findings, struct e4_tally *tally,
	    struct e4_sums *sums);

#endif
