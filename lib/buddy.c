// SPDX-License-Identifier: LGPL-2.0-only
/*
 * buddy.c --- what the allocator's counters must be for a given bitmap
 *
 * mballoc keeps each run of free clusters as the fewest aligned chunks of
 * powers of two, and its counters are the numbers of these chunks. That is a
 * pure function of the bitmap, which allocating and freeing preserve
 * (mb_mark_used, mb_free_blocks), so at any quiet moment both are equal.
 */
#include "config.h"

#include <string.h>

#include "buddy.h"

void e4_buddy_start(struct e4_counters *counters, uint32_t clusters)
{
	memset(counters, 0, sizeof(*counters));
	counters->first = (int32_t)clusters;
}

/* Largest chunk that can begin at @start and has at most @len clusters. */
static unsigned int chunk_order(uint32_t start, uint32_t len,
				unsigned int most)
{
	unsigned int order = 31 - (unsigned int)__builtin_clz(len);

	if (start != 0 && (unsigned int)__builtin_ctz(start) < order)
		order = (unsigned int)__builtin_ctz(start);
	return order < most ? order : most;
}

void e4_buddy_add(struct e4_counters *counters, uint32_t start, uint32_t len,
		  unsigned int most)
{
	if (len == 0)
		return;
	if (counters->free == 0)
		counters->first = (int32_t)start;
	counters->free += (int32_t)len;
	counters->fragments++;
	while (len > 0) {
		unsigned int order = chunk_order(start, len, most);

		/* Orders above 13 exist with large blocks; none shows them. */
		if (order < E4_ORDERS)
			counters->orders[order]++;
		start += 1U << order;
		len -= 1U << order;
	}
}

bool e4_buddy_first_ok(const struct e4_counters *counters,
		       const struct e4_counters *buddy)
{
	return counters->first >= 0 &&
	       (buddy->free == 0 || counters->first <= buddy->first);
}
