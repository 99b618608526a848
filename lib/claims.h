/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * claims.h --- a set of clusters of the whole filesystem
 *
 * Kept by group, as sorted runs of clusters. A group whose runs would take
 * more memory than its bitmap is kept as a bitmap, so that no filesystem,
 * however fragmented, costs more than its bitmaps do.
 */
#ifndef E4_CLAIMS_H
#define E4_CLAIMS_H

#include <pthread.h>

#include "ext4bm.h"

/* Clusters [@first, @end) of a group, counted as in its bitmap. */
struct e4_run {
	uint32_t first;
	uint32_t end;
};

/*
 * The clusters of one group.
 * @nr:		runs, or E4_AS_BITMAP
 * @room:	runs that @list has room for; 0: the only run is @one
 */
#define E4_AS_BITMAP UINT32_MAX
struct e4_group_claims {
	uint32_t nr;
	uint32_t room;
	union {
		struct e4_run one;
		struct e4_run *list;
		uint8_t *bitmap;
	};
};

/* Locks, each for the groups with one remainder. */
#define E4_CLAIM_LOCKS 64

/*
 * @only:	a bit for each group: what is added to others is not kept; NULL
 *		keeps all
 * @groups:	of the first @nr groups; what is in others is not kept
 * @failed:	memory ran out; the set is not complete
 */
struct e4_claims {
	const struct ext4bm_geometry *geo;
	const uint8_t *only;
	struct e4_group_claims *groups;
	uint32_t nr;
	bool failed;
	pthread_mutex_t locks[E4_CLAIM_LOCKS];
};

/* Called with clusters that were in the set before they were added. */
typedef void e4_claimed_twice(void *context, uint32_t group, uint32_t first,
			      uint32_t end);

/*
 * An empty set of clusters of the first @groups groups; freed with
 * e4_claims_free(). Return: 0 or -ENOMEM.
 */
int e4_claims_init(struct e4_claims *claims,
		   const struct ext4bm_geometry *geo, uint32_t groups);

/* Also of a set that is all zero. */
void e4_claims_free(struct e4_claims *claims);

/*
 * Add the clusters [@first, @end) of @group. Safe from
 * several threads; @twice (which may be NULL) must not use the same set.
 */
void e4_claims_add(struct e4_claims *claims, uint32_t group, uint32_t first,
		   uint32_t end, e4_claimed_twice *twice, void *context);

/* The same for the clusters that hold @len blocks from @block on. */
void e4_claims_add_blocks(struct e4_claims *claims, uint64_t block,
			  uint64_t len, e4_claimed_twice *twice,
			  void *context);

/* What follows reads: nobody may add to the set meanwhile. */

/*
 * The first run in [@first, @end) of @group, cut to these.
 * Return: false if there is none.
 */
bool e4_claims_next(const struct e4_claims *claims, uint32_t group,
		    uint32_t first, uint32_t end, struct e4_run *ret_run);

/* Clusters of @group in the set. */
uint32_t e4_claims_count(const struct e4_claims *claims, uint32_t group);

/* True if a cluster of @len blocks from @block on is in the set. */
bool e4_claims_touch(const struct e4_claims *claims, uint64_t block,
		     uint64_t len);

/*
 * Write the set as a bitmap: set the bits of its clusters of @group in
 * @bitmap, which has one for each cluster of the group.
 */
void e4_claims_mark(const struct e4_claims *claims, uint32_t group,
		    uint8_t *bitmap);

#endif
