// SPDX-License-Identifier: LGPL-2.0-only
/*
 * budget.c --- an end to work that no filesystem in order makes
 *
 * Counts what is done twice and not what is done, so that a large filesystem
 * needs no larger budget than a small one. How much that is does not depend on
 * the number of threads; who does it, does.
 */
#include "config.h"

#include <errno.h>
#include <stdatomic.h>

#include "budget.h"
#include "geometry.h"

static int begin(struct e4_budget *budget, uint32_t groups)
{
	budget->reads = E4_VAIN_READS;
	budget->claims = E4_VAIN_CLAIMS;
	budget->spent = false;
	return e4_claims_init(&budget->seen, &budget->geo, groups);
}

int e4_budget_init(struct e4_budget *budget,
		   const struct ext4bm_geometry *geo, uint32_t groups)
{
	budget->geo = *geo;
	/* Blocks of a directory may well share a cluster. */
	budget->geo.cluster_ratio = 1;
	budget->geo.clusters_per_group = geo->blocks_per_group;
	return begin(budget, groups);
}

void e4_budget_free(struct e4_budget *budget)
{
	e4_claims_free(&budget->seen);
}

int e4_budget_again(struct e4_budget *budget)
{
	bool failed = budget->seen.failed;

	e4_claims_free(&budget->seen);
	return failed ? -ENOMEM : begin(budget, budget->seen.nr);
}

/* Take @nr off what is left; the last one leaves a mark. */
static void take(struct e4_budget *budget, _Atomic uint64_t *left,
		 uint64_t nr)
{
	uint64_t have = atomic_load(left);

	while (!atomic_compare_exchange_weak(left, &have,
					     have > nr ? have - nr : 0))
		;
	if (have < nr)
		atomic_store(&budget->spent, true);
}

static void read_before(void *context, uint32_t group, uint32_t first,
			uint32_t end)
{
	struct e4_budget *budget = context;

	(void)group;
	take(budget, &budget->reads, end - first);
}

void e4_budget_read(struct e4_budget *budget, uint64_t block, uint64_t len)
{
	/* Of groups without a descriptor nothing is remembered. */
	if (e4_block_group(&budget->geo, block + len - 1) >= budget->seen.nr)
		take(budget, &budget->reads, len);
	else
		e4_claims_add_blocks(&budget->seen, block, len, read_before,
				     budget);
}

void e4_budget_vain(struct e4_budget *budget)
{
	take(budget, &budget->reads, 1);
}

void e4_budget_claimed(struct e4_budget *budget)
{
	take(budget, &budget->claims, 1);
}

bool e4_budget_spent(const struct e4_budget *budget)
{
	return atomic_load(&budget->spent);
}
