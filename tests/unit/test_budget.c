// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_budget.c --- what is read once is free, and all else is counted
 */
#include "config.h"

#include "budget.h"
#include "unit.h"

#define GROUPS 64
#define BLOCKS 8192

/* Sixteen blocks in a cluster: blocks are told apart all the same. */
static const struct ext4bm_geometry geo = {
	.block_size = 1024, .cluster_ratio = 16,
	.blocks = GROUPS * BLOCKS, .blocks_per_group = BLOCKS,
	.clusters_per_group = BLOCKS / 16, .groups = GROUPS,
};

static void start(struct e4_budget *budget, uint32_t groups)
{
	assert_int_equal(e4_budget_init(budget, &geo, groups), 0);
	assert_false(e4_budget_spent(budget));
}

static void every_block_once(void **state)
{
	struct e4_budget budget = { 0 };

	(void)state;
	assert_true(geo.blocks > E4_VAIN_READS);
	start(&budget, GROUPS);
	for (uint64_t block = 0; block < geo.blocks / 2; block++)
		e4_budget_read(&budget, block, 1);
	e4_budget_read(&budget, geo.blocks / 2, geo.blocks / 2);
	assert_int_equal(budget.reads, E4_VAIN_READS);
	assert_false(e4_budget_spent(&budget));
	e4_budget_free(&budget);
}

static void one_too_many(void **state)
{
	struct e4_budget budget = { 0 };

	(void)state;
	start(&budget, GROUPS);
	e4_budget_read(&budget, 5, 1);
	for (uint64_t i = 0; i < E4_VAIN_READS; i++)
		e4_budget_read(&budget, 5, 1);
	assert_false(e4_budget_spent(&budget));
	e4_budget_read(&budget, 5, 1);
	assert_true(e4_budget_spent(&budget));
	e4_budget_free(&budget);
}

/* Long runs that meet count by blocks, and so does what made no sense. */
static void by_blocks(void **state)
{
	struct e4_budget budget = { 0 };

	(void)state;
	start(&budget, GROUPS);
	e4_budget_read(&budget, 100, 3 * BLOCKS);
	e4_budget_read(&budget, 200, 3 * BLOCKS);
	e4_budget_vain(&budget);
	assert_int_equal(budget.reads, E4_VAIN_READS - 3 * BLOCKS + 100 - 1);
	e4_budget_free(&budget);
}

/* Nothing is remembered of groups without descriptors: all of it counts. */
static void beyond_descriptors(void **state)
{
	struct e4_budget budget = { 0 };

	(void)state;
	start(&budget, 2);
	e4_budget_read(&budget, 2 * BLOCKS - 1, 1);
	assert_int_equal(budget.reads, E4_VAIN_READS);
	e4_budget_read(&budget, 2 * BLOCKS, 1);
	assert_int_equal(budget.reads, E4_VAIN_READS - 1);
	e4_budget_free(&budget);
}

static void claims(void **state)
{
	struct e4_budget budget = { 0 };

	(void)state;
	start(&budget, GROUPS);
	for (uint64_t i = 0; i < E4_VAIN_CLAIMS; i++)
		e4_budget_claimed(&budget);
	assert_false(e4_budget_spent(&budget));
	assert_int_equal(budget.reads, E4_VAIN_READS);
	e4_budget_claimed(&budget);
	assert_true(e4_budget_spent(&budget));
	e4_budget_free(&budget);
}

static void another_pass(void **state)
{
	struct e4_budget budget = { 0 };

	(void)state;
	start(&budget, GROUPS);
	e4_budget_read(&budget, 0, geo.blocks);
	e4_budget_read(&budget, 0, geo.blocks);
	assert_true(e4_budget_spent(&budget));
	assert_int_equal(e4_budget_again(&budget), 0);
	assert_false(e4_budget_spent(&budget));
	e4_budget_read(&budget, 0, geo.blocks);
	assert_int_equal(budget.reads, E4_VAIN_READS);
	e4_budget_free(&budget);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_block_once),
		cmocka_unit_test(one_too_many),
		cmocka_unit_test(by_blocks),
		cmocka_unit_test(beyond_descriptors),
		cmocka_unit_test(claims),
		cmocka_unit_test(another_pass),
	};

	return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
