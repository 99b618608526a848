// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_claims.c --- sets of clusters, against one byte for each cluster
 */
#include "config.h"

#include <string.h>

#include "claims.h"
#include "unit.h"

#define GROUPS 3
#define CLUSTERS 8192

static const struct ext4bm_geometry geo = {
	.block_size = 1024, .cluster_ratio = 1, .first_data_block = 1,
	.blocks = 1 + 2 * CLUSTERS + 4000, .blocks_per_group = CLUSTERS,
	.clusters_per_group = CLUSTERS, .groups = GROUPS,
};

/* The set, and what was reported as claimed twice, by the simplest means. */
struct model {
	struct e4_claims claims;
	uint8_t here[GROUPS][CLUSTERS];
	uint8_t twice[GROUPS][CLUSTERS];
	uint8_t reported[GROUPS][CLUSTERS];
};

static void report(void *context, uint32_t group, uint32_t first,
		   uint32_t end)
{
	struct model *model = context;

	assert_true(first < end);
	memset(&model->reported[group][first], 1, end - first);
}

static void add(struct model *model, uint32_t group, uint32_t first,
		uint32_t end)
{
	memset(model->twice, 0, sizeof(model->twice));
	memset(model->reported, 0, sizeof(model->reported));
	for (uint32_t i = first; i < end; i++) {
		model->twice[group][i] = model->here[group][i];
		model->here[group][i] = 1;
	}
	e4_claims_add(&model->claims, group, first, end, report, model);
	assert_memory_equal(model->twice, model->reported,
			    sizeof(model->twice));
}

static void compare(const struct model *model)
{
	for (uint32_t group = 0; group < GROUPS; group++) {
		uint32_t nr = ext4bm_group_clusters(&geo, group), count = 0;
		uint8_t bitmap[CLUSTERS / 8] = { 0 };
		uint8_t seen[CLUSTERS] = { 0 };
		struct e4_run run = { 0, 0 };

		while (e4_claims_next(&model->claims, group, run.end, nr,
				      &run)) {
			assert_true(run.first < run.end && run.end <= nr);
			memset(&seen[run.first], 1, run.end - run.first);
		}
		e4_claims_mark(&model->claims, group, bitmap);
		for (uint32_t i = 0; i < nr; i++) {
			assert_int_equal(seen[i], model->here[group][i]);
			assert_int_equal(bitmap[i / 8] >> i % 8 & 1, seen[i]);
			count += seen[i];
		}
		assert_int_equal(e4_claims_count(&model->claims, group),
				 count);
	}
}

static int start(void **state)
{
	static struct model model;

	memset(&model, 0, sizeof(model));
	assert_int_equal(e4_claims_init(&model.claims, &geo, GROUPS), 0);
	*state = &model;
	return 0;
}

static int end(void **state)
{
	struct model *model = *state;

	assert_false(model->claims.failed);
	e4_claims_free(&model->claims);
	return 0;
}

static void neighbours_melt(void **state)
{
	struct model *model = *state;

	add(model, 0, 10, 20);
	add(model, 0, 30, 40);
	assert_int_equal(model->claims.groups[0].nr, 2);
	add(model, 0, 20, 30);
	assert_int_equal(model->claims.groups[0].nr, 1);
	add(model, 0, 5, 50);
	assert_int_equal(model->claims.groups[0].nr, 1);
	add(model, 0, 7, 7);
	compare(model);
}

static void files_in_order(void **state)
{
	struct model *model = *state;

	for (uint32_t i = 0; i < CLUSTERS; i += 8)
		add(model, 1, i, i + 8);
	assert_int_equal(model->claims.groups[1].nr, 1);
	assert_int_equal(model->claims.groups[1].room, 0);
	compare(model);
}

/* Every other cluster: as runs it would be 64 times as large as a bitmap. */
static void fragmented(void **state)
{
	struct model *model = *state;

	for (uint32_t i = 0; i < CLUSTERS; i += 2)
		add(model, 0, i, i + 1);
	assert_int_equal(model->claims.groups[0].nr, E4_AS_BITMAP);
	compare(model);
	add(model, 0, 100, 200);
	add(model, 0, 0, CLUSTERS);
	compare(model);
}

static void random_runs(void **state)
{
	struct model *model = *state;
	uint64_t seed = 7;

	for (int i = 0; i < 1500; i++) {
		uint32_t group = unit_random(&seed) % GROUPS;
		uint32_t nr = ext4bm_group_clusters(&geo, group);
		uint32_t first = unit_random(&seed) % nr;
		uint32_t len = unit_random(&seed) % (i % 10 ? 5 : 40);

		add(model, group, first,
		    first + len < nr ? first + len : nr);
		if (i % 100 == 0)
			compare(model);
	}
	compare(model);
}

/* Blocks are cut to groups; the last one is short. */
static void blocks(void **state)
{
	struct model *model = *state;

	e4_claims_add_blocks(&model->claims, 1 + 8000, 8192 + 500, NULL, NULL);
	memset(&model->here[0][8000], 1, 192);
	memset(&model->here[1][0], 1, 8192);
	memset(&model->here[2][0], 1, 308);
	compare(model);
	assert_true(e4_claims_touch(&model->claims, 1 + 7000, 1001));
	assert_false(e4_claims_touch(&model->claims, 1 + 7000, 1000));
	assert_false(e4_claims_touch(&model->claims, 1 + 16384 + 308, 100));
	assert_true(e4_claims_touch(&model->claims, 1 + 16384 + 307, 100));
}

static void cut_to_what_was_asked(void **state)
{
	struct model *model = *state;
	struct e4_run run;

	add(model, 0, 10, 20);
	assert_true(e4_claims_next(&model->claims, 0, 0, 15, &run));
	assert_int_equal(run.first, 10);
	assert_int_equal(run.end, 15);
	assert_true(e4_claims_next(&model->claims, 0, 19, 100, &run));
	assert_int_equal(run.first, 19);
	assert_int_equal(run.end, 20);
	assert_false(e4_claims_next(&model->claims, 0, 20, 100, &run));
	assert_false(e4_claims_next(&model->claims, 0, 0, 10, &run));
	assert_false(e4_claims_next(&model->claims, 0, 15, 15, &run));
}

static void only_some_groups(void **state)
{
	static const uint8_t only[] = { 0x2 };
	struct model *model = *state;

	model->claims.only = only;
	e4_claims_add_blocks(&model->claims, 1, 3 * 8192 - 5000, NULL, NULL);
	memset(&model->here[1][0], 1, 8192);
	compare(model);
}

/* With bigalloc a block counts as its cluster. */
static void clusters(void **state)
{
	static const struct ext4bm_geometry big = {
		.block_size = 4096, .cluster_ratio = 16,
		.blocks = 100 * 16 + 3, .blocks_per_group = 64 * 16,
		.clusters_per_group = 64, .groups = 2,
	};
	struct e4_claims claims;
	struct e4_run run;

	(void)state;
	assert_int_equal(e4_claims_init(&claims, &big, 2), 0);
	e4_claims_add_blocks(&claims, 63 * 16 + 15, 2, NULL, NULL);
	assert_true(e4_claims_next(&claims, 0, 0, 64, &run));
	assert_int_equal(run.first, 63);
	assert_true(e4_claims_next(&claims, 1, 0, 37, &run));
	assert_int_equal(run.first, 0);
	assert_int_equal(run.end, 1);
	e4_claims_add_blocks(&claims, 100 * 16 + 2, 1, NULL, NULL);
	assert_int_equal(e4_claims_count(&claims, 1), 2);
	e4_claims_free(&claims);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(neighbours_melt, start, end),
		cmocka_unit_test_setup_teardown(files_in_order, start, end),
		cmocka_unit_test_setup_teardown(fragmented, start, end),
		cmocka_unit_test_setup_teardown(random_runs, start, end),
		cmocka_unit_test_setup_teardown(blocks, start, end),
		cmocka_unit_test_setup_teardown(cut_to_what_was_asked, start,
						end),
		cmocka_unit_test_setup_teardown(only_some_groups, start, end),
		cmocka_unit_test(clusters),
	};

	return cmocka_run_group_tests_name("claims", tests, NULL, NULL);
}
