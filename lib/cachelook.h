/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * cachelook.h --- the offline check on the page cache of a mounted device
 */
#ifndef E4_CACHELOOK_H
#define E4_CACHELOOK_H

#include <pthread.h>

#include "live.h"

/*
 * One look at the page cache of all groups that are wanted; it takes place
 * in a thread of its own where the source can be asked meanwhile.
 * @digests:	of each group, what is free in its bitmap; the caller's memory
 * @findings:	all that differed at that moment
 * @sums:	what descriptors and bitmaps add up to
 * @result:	0 or a negative errno
 * @running:	@thread is to be waited for, and nothing above is complete
 */
struct e4_cachelook {
	struct e4_live *live;
	const struct ext4bm_check_options *options;
	uint64_t *digests;
	struct e4_findings findings;
	struct e4_sums sums;
	int result;
	bool running;
	pthread_t thread;
};

/* Begin to look, as @live, @options and @digests say, or do all of it now. */
void e4_cachelook_begin(struct e4_cachelook *look);

/* Wait until all was looked at; further calls do nothing. Return: @result. */
int e4_cachelook_end(struct e4_cachelook *look);

/* Wait, then free what was found. */
void e4_cachelook_free(struct e4_cachelook *look);

#endif
