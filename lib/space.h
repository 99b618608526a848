/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * space.h --- the kernel's total of free blocks against the descriptors
 */
#ifndef E4_SPACE_H
#define E4_SPACE_H

#include "live.h"

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
