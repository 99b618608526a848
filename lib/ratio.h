/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * ratio.h --- how many blocks a cluster has, seen from outside
 */
#ifndef E4_RATIO_H
#define E4_RATIO_H

#include "mbgroups.h"

/* The most that a filesystem can have: clusters of 64 KiB blocks and more. */
#define E4_RATIO_MOST (1U << 16)

/*
 * What is known of the ratio, a power of two, so far.
 * @least:	a group has no more clusters than a block has bits
 * @most:	free runs begin and end where clusters do
 * @edge:	where the last run ended: the filesystem may end there as well,
 *		within a cluster
 * @told:	what groups that stood still told, or 0
 * @rounds:	in how many rounds
 * @disputed:	they told different things
 */
struct e4_ratio {
	uint32_t least;
	uint32_t most;
	uint64_t edge;
	uint32_t told;
	unsigned int rounds;
	bool disputed;
};

/*
 * Free space of a group in both views.
 * @before, @after:	counters around the reading of the bitmap, in clusters
 * @blocks, @runs:	of the bitmap: free blocks, and runs of them
 */
struct e4_stand {
	struct e4_mbgroup before;
	struct e4_mbgroup after;
	uint64_t blocks;
	uint32_t runs;
};

/* Nothing is known yet. */
void e4_ratio_start(struct e4_ratio *ratio);

/* Take note of a group's size, in blocks; @block_size is in bytes. */
void e4_ratio_group(struct e4_ratio *ratio, uint64_t blocks,
		    uint32_t block_size);

/* Take note of a free run. They come in order, each time from the first on. */
void e4_ratio_run(struct e4_ratio *ratio, uint64_t start, uint64_t len);

/* The last run was given, of a filesystem with so many blocks. */
void e4_ratio_end(struct e4_ratio *ratio, uint64_t blocks);

/* Take note of what @nr groups tell in one round. */
void e4_ratio_round(struct e4_ratio *ratio, const struct e4_stand *stands,
		    uint32_t nr);

/*
 * What it is: where the bounds do not decide it, what several rounds told
 * alike. Return: 0 if it is not known.
 */
uint32_t e4_ratio_known(const struct e4_ratio *ratio);

#endif
