/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * space.h --- the kernel's total of free blocks against the descriptors
 */
#ifndef E4_SPACE_H
#define E4_SPACE_H

#include "live.h"

/*
 * Blocks that are free, by two accounts.
 * @free:	as statfs() says
 * @delayed:	promised to delayed writes, which that number is without
 * @described:	in all descriptors, from the page cache
 * @still:	nothing moved while they were read
 */
struct e4_total {
	uint64_t free;
	uint64_t delayed;
	uint64_t described;
	bool still;
};

/*
 * Read both accounts, the descriptors between two equal answers of statfs().
 * Return: 0, or a negative errno: one of them cannot be read.
 */
int e4_total_take(struct e4_live *live, struct e4_total *total);

/*
 * Read what statfs() says, and compare it with the descriptors where nothing
 * moves meanwhile; a difference is added to @findings. @flagged: the kernel
 * has taken groups out of the total, so that there is nothing to compare.
 *
 * Return: NULL if it was compared, else why not, for a person.
 */
const char *e4_space_compare(struct e4_live *live, bool flagged,
			     const volatile int *cancel,
			     struct ext4bm_space *space,
			     struct e4_findings *findings);

#endif
