/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * buddy.h --- what the allocator's counters must be for a given bitmap
 */
#ifndef E4_BUDDY_H
#define E4_BUDDY_H

#include <stdbool.h>
#include <stdint.h>

#include "mbgroups.h"

/*
 * Add one run of free clusters of a group, [@start, @start + @len), to
 * @counters. Runs come in order and never touch; before the first one
 * @counters is set up with e4_buddy_start().
 *
 * @most:	highest order that the allocator keeps: log2 of the block size
 *		in bytes, plus 1 (it is the block size that decides, also with
 *		bigalloc)
 */
void e4_buddy_add(struct e4_counters *counters, uint32_t start, uint32_t len,
		  unsigned int most);

/* Counters of a group without free clusters. */
void e4_buddy_start(struct e4_counters *counters, uint32_t clusters);

/*
 * True if the hint where free clusters begin can stand beside the bitmap: it
 * may be too low, for it only moves up when an allocation meets it, but never
 * too high, and of a full group it says nothing.
 */
bool e4_buddy_first_ok(const struct e4_counters *counters,
		       const struct e4_counters *buddy);

#endif
