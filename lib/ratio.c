// SPDX-License-Identifier: LGPL-2.0-only
/*
 * ratio.c --- how many blocks a cluster has, seen from outside
 *
 * The allocator counts clusters and GETFSMAP shows blocks, but not of one
 * moment: on a nearly full filesystem one deleted file between them looks
 * like larger clusters. So what cannot change comes first, the size of a
 * group and where free runs begin and end; where that leaves a choice, only
 * groups that stand still tell, and only if they tell it again and again.
 */
#include "config.h"

#include <string.h>

#include "ratio.h"

/* Rounds that must tell the same. */
#define ENOUGH 3

void e4_ratio_start(struct e4_ratio *ratio)
{
	memset(ratio, 0, sizeof(*ratio));
	ratio->least = 1;
	ratio->most = E4_RATIO_MOST;
}

void e4_ratio_group(struct e4_ratio *ratio, uint64_t blocks,
		    uint32_t block_size)
{
	while (ratio->least < E4_RATIO_MOST &&
	       blocks > 8 * (uint64_t)block_size * ratio->least)
		ratio->least *= 2;
}

static void take_edge(struct e4_ratio *ratio, uint64_t block)
{
	while (block % ratio->most != 0)
		ratio->most /= 2;
}

void e4_ratio_run(struct e4_ratio *ratio, uint64_t start, uint64_t len)
{
	take_edge(ratio, start);
	/* Something comes behind it, so it was not the end. */
	if (start >= ratio->edge)
		take_edge(ratio, ratio->edge);
	ratio->edge = start + len;
}

void e4_ratio_end(struct e4_ratio *ratio, uint64_t blocks)
{
	if (ratio->edge < blocks)
		take_edge(ratio, ratio->edge);
}

/* The ratio that a group tells, or 0. Damage makes it tell nothing. */
static uint32_t told_by(const struct e4_ratio *ratio,
			const struct e4_stand *stand)
{
	uint64_t clusters = (uint64_t)stand->after.counters.free;

	if (!e4_mbgroups_equal(&stand->before, &stand->after) ||
	    stand->after.corrupt || stand->after.errnum ||
	    stand->after.counters.free <= 0 ||
	    (uint32_t)stand->after.counters.fragments != stand->runs)
		return 0;
	for (uint64_t it = ratio->least; it <= ratio->most; it *= 2)
		if (stand->blocks == it * clusters)
			return (uint32_t)it;
	return 0;
}

void e4_ratio_round(struct e4_ratio *ratio, const struct e4_stand *stands,
		    uint32_t nr)
{
	bool any = false;

	for (uint32_t i = 0; i < nr; i++) {
		uint32_t told = told_by(ratio, &stands[i]);

		if (!told)
			continue;
		ratio->disputed |= ratio->told && ratio->told != told;
		ratio->told = told;
		any = true;
	}
	ratio->rounds += any;
}

uint32_t e4_ratio_known(const struct e4_ratio *ratio)
{
	if (ratio->least == ratio->most)
		return ratio->least;
	if (ratio->disputed || ratio->rounds < ENOUGH ||
	    ratio->told < ratio->least || ratio->told > ratio->most)
		return 0;
	return ratio->told;
}
