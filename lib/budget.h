/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * budget.h --- an end to work that no filesystem in order makes
 */
#ifndef E4_BUDGET_H
#define E4_BUDGET_H

#include "claims.h"

/*
 * In one pass over a filesystem in order, each block of inode tables, block
 * numbers, names and orphans is read once, makes sense, and belongs to one
 * owner. What is read is therefore bounded by the blocks there are. Where it
 * is not so, each time counts as vain, and these are for a pass:
 *
 * E4_VAIN_READS:	blocks that were read before, or made no sense
 * E4_VAIN_CLAIMS:	runs of clusters that were claimed before
 *
 * Some ten thousand damaged inodes stay below. Only blocks that were made to
 * lead to each other over and over go above: a page of them could otherwise
 * keep us busy for years.
 */
#define E4_VAIN_READS (UINT64_C(1) << 17)
#define E4_VAIN_CLAIMS (UINT64_C(1) << 22)

/*
 * Shared by all threads of a pass.
 * @geo:	the filesystem as if a cluster was a block
 * @seen:	blocks that were read in this pass
 * @reads, @claims:	how many more may be vain
 * @spent:	one more than there may be: the pass is to end, and what it
 *		brought depends on which thread was faster
 */
struct e4_budget {
	struct ext4bm_geometry geo;
	struct e4_claims seen;
	_Atomic uint64_t reads;
	_Atomic uint64_t claims;
	_Atomic bool spent;
};

/*
 * Prepare for a first pass over @groups groups with descriptors; freed with
 * e4_budget_free(). Return: 0 or -ENOMEM.
 */
int e4_budget_init(struct e4_budget *budget,
		   const struct ext4bm_geometry *geo, uint32_t groups);

/* Also of a budget that is all zero. */
void e4_budget_free(struct e4_budget *budget);

/*
 * Begin another pass; no thread may be in one. Return: 0 or -ENOMEM, also of
 * the pass before.
 */
int e4_budget_again(struct e4_budget *budget);

/* @len blocks from @block on, inside of the filesystem, are to be read. */
void e4_budget_read(struct e4_budget *budget, uint64_t block, uint64_t len);

/* A block that was read made no sense. */
void e4_budget_vain(struct e4_budget *budget);

/* Clusters were claimed that somebody has. */
void e4_budget_claimed(struct e4_budget *budget);

/* True if the pass is to end. */
bool e4_budget_spent(const struct e4_budget *budget);

#endif
