// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_derive.c --- the shape of a filesystem that only the kernel shows
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "ext4bm_err.h"
#include "suspects.h"
#include "unit.h"

#define OWNER_SUPERBLOCK FMR_OWNER('X', 1)
#define MOST 64

/* One reading of the counters, or of the bitmap of its only free run. */
struct moment {
	uint64_t start;
	uint32_t len;
	int32_t clusters;
};

/*
 * A kernel with a filesystem of some groups, of which group @free_group has
 * one free run; what is after the last moment is as it was then.
 * @super:	blocks where copies of the superblock are
 * @bad, @bad_end:	blocks of a group that cannot be loaded
 */
struct kernel {
	uint32_t block_size;
	uint64_t blocks;
	uint32_t groups;
	uint32_t free_group;
	uint64_t super[4];
	uint64_t bad;
	uint64_t bad_end;
	struct moment counted[MOST];
	struct moment mapped[MOST];
	unsigned int nr_counted;
	unsigned int nr_mapped;
	unsigned int counters;
	unsigned int records;
};

static int counters(void *context, e4_counters_take take, void *to)
{
	struct kernel *kernel = context;
	unsigned int last = kernel->nr_counted - 1;
	unsigned int at = kernel->counters++;
	int32_t clusters = kernel->counted[at < last ? at : last].clusters;

	for (uint32_t group = 0; group < kernel->groups; group++) {
		struct e4_mbgroup line = { .group = group };

		if (group == kernel->free_group && clusters) {
			line.counters.free = clusters;
			line.counters.fragments = 1;
		}
		if (!take(to, &line))
			break;
	}
	return 0;
}

/* Who asks, and from where to where, in bytes. */
struct asking {
	const struct kernel *kernel;
	uint64_t first;
	uint64_t last;
	e4_fsmap_take take;
	void *to;
};

static void give(const struct asking *asking, uint64_t owner, uint64_t start,
		 uint64_t len)
{
	const struct kernel *kernel = asking->kernel;
	struct fsmap record = {
		.fmr_owner = owner,
		.fmr_physical = start * kernel->block_size,
		.fmr_length = len * kernel->block_size,
	};

	if (record.fmr_physical <= asking->last &&
	    record.fmr_physical + record.fmr_length > asking->first)
		asking->take(asking->to, &record);
}

static int records(void *context, uint64_t first, uint64_t last,
		   e4_fsmap_take take, void *to)
{
	struct kernel *kernel = context;
	unsigned int at = kernel->records++;
	unsigned int end = kernel->nr_mapped - 1;
	const struct moment *now = &kernel->mapped[at < end ? at : end];

	struct asking asking = { kernel, first, last, take, to };

	assert_true(first <= last);
	for (int i = 0; i < 4 && kernel->super[i]; i++)
		give(&asking, OWNER_SUPERBLOCK, kernel->super[i], 1);
	if (first < kernel->bad_end * kernel->block_size &&
	    last >= kernel->bad * kernel->block_size)
		return -EUCLEAN;
	if (now->len)
		give(&asking, FMR_OWN_FREE, now->start, now->len);
	give(&asking, FMR_OWN_UNKNOWN, kernel->blocks - 1, 1);
	return 0;
}

static int block_size(void *context, uint32_t *ret_size)
{
	*ret_size = ((struct kernel *)context)->block_size;
	return 0;
}

static const struct e4_source_ops ops = {
	.counters = counters, .records = records, .block_size = block_size,
};

static struct e4_live live;
static struct ext4bm_error err;

/* 300 MiB of 4 KiB blocks, nearly full. */
static const struct kernel nearly_full = {
	.block_size = 4096, .blocks = 76800, .groups = 3,
	.free_group = 1, .super = { 32768 }, .nr_counted = 1, .nr_mapped = 1,
};

static int derive(struct kernel *kernel)
{
	memset(&live, 0, sizeof(live));
	memset(&err, 0, sizeof(err));
	live.source = (struct e4_source){ .ops = &ops, .context = kernel };
	return e4_derive_geometry(&live, &err);
}

static void has_ratio(struct kernel *kernel, uint32_t ratio)
{
	assert_int_equal(derive(kernel), 0);
	assert_int_equal(live.geo.cluster_ratio, ratio);
	assert_int_equal(live.geo.clusters_per_group,
			 live.geo.blocks_per_group / ratio);
	assert_int_equal(live.geo.blocks, kernel->blocks);
	assert_int_equal(live.geo.groups, kernel->groups);
}

static void refused(struct kernel *kernel)
{
	assert_int_equal(derive(kernel), -EACCES);
	assert_int_equal(err.code, EXT4BM_ET_SHAPE);
	assert_true(*err.text);
}

/* A run that begins or ends within a larger cluster decides it. */
static void test_odd_run(void **state)
{
	struct kernel kernel = nearly_full;

	(void)state;
	kernel.counted[0].clusters = 8;
	kernel.mapped[0] = (struct moment){ 33000, 13, 0 };
	has_ratio(&kernel, 1);
	assert_int_equal(kernel.counters, 1);
	assert_int_equal(kernel.records, 1);
	assert_int_equal(live.geo.blocks_per_group, 32768);
	assert_int_equal(live.geo.first_data_block, 0);
}

/* Something was deleted between the first two views: twice as much is free. */
static void test_deleted(void **state)
{
	struct kernel kernel = nearly_full;

	(void)state;
	kernel.counted[0].clusters = 8;
	kernel.counted[1].clusters = 16;
	kernel.nr_counted = 2;
	kernel.mapped[0] = (struct moment){ 33024, 16, 0 };
	has_ratio(&kernel, 1);
	assert_true(kernel.records > 3);
}

/* The same over and over, between two equal readings of the counters. */
static void test_swings(void **state)
{
	struct kernel kernel = nearly_full;

	(void)state;
	kernel.counted[0].clusters = 8;
	kernel.nr_mapped = 4;
	for (int i = 0; i < 4; i++)
		kernel.mapped[i] = (struct moment){ 33024, i % 2 ? 16 : 8, 0 };
	refused(&kernel);
	kernel.counters = kernel.records = 0;
	kernel.nr_counted = 20;
	for (int i = 0; i < 20; i++)
		kernel.counted[i].clusters = i % 2 ? 8 : 16;
	refused(&kernel);
}

static void test_nothing_free(void **state)
{
	struct kernel kernel = nearly_full;

	(void)state;
	refused(&kernel);
	kernel.counted[0].clusters = -8;
	refused(&kernel);
	/* A first block that is not in a group leaves no choice. */
	kernel = (struct kernel){
		.block_size = 1024, .blocks = 20000, .groups = 3,
		.super = { 8193, 16385 }, .nr_counted = 1, .nr_mapped = 1,
	};
	has_ratio(&kernel, 1);
	assert_int_equal(live.geo.first_data_block, 1);
	assert_int_equal(live.geo.blocks_per_group, 8192);
}

static void test_bigalloc(void **state)
{
	struct kernel kernel = {
		.block_size = 4096, .blocks = 3 * 524288, .groups = 3,
		.free_group = 2, .super = { 524288 },
		.nr_counted = 1, .nr_mapped = 1,
	};

	(void)state;
	kernel.counted[0].clusters = 1;
	kernel.mapped[0] = (struct moment){ 1048576 + 48, 32, 0 };
	has_ratio(&kernel, 16);
	assert_int_equal(kernel.counters, 1);
	/* Small groups could have clusters of any size. */
	kernel = nearly_full;
	kernel.counted[0].clusters = 100;
	kernel.mapped[0] = (struct moment){ 32768 + 64, 1600, 0 };
	has_ratio(&kernel, 16);
	/* The end of the filesystem may be within a cluster. */
	kernel.blocks = 76801;
	kernel.free_group = 2;
	kernel.counted[0].clusters = 251;
	kernel.mapped[0] = (struct moment){ 72800, 4001, 0 };
	kernel.counters = kernel.records = 0;
	refused(&kernel);
	assert_true(kernel.records > 1);
}

static void test_one_group(void **state)
{
	struct kernel kernel = {
		.block_size = 4096, .blocks = 51200, .groups = 1,
		.nr_counted = 1, .nr_mapped = 1,
	};

	(void)state;
	kernel.counted[0].clusters = 3000;
	kernel.mapped[0] = (struct moment){ 3200, 48000, 0 };
	has_ratio(&kernel, 16);
	assert_int_equal(live.geo.clusters_per_group, 32768);
	kernel = (struct kernel){
		.block_size = 1024, .blocks = 8193, .groups = 1,
		.nr_counted = 1, .nr_mapped = 1,
	};
	kernel.counted[0].clusters = 7;
	kernel.mapped[0] = (struct moment){ 901, 7, 0 };
	has_ratio(&kernel, 1);
	assert_int_equal(live.geo.first_data_block, 1);
}

static void test_no_copy(void **state)
{
	struct kernel kernel = nearly_full;

	(void)state;
	kernel.super[0] = 0;
	refused(&kernel);
}

/* With sparse_super2, the last group may have the only copy. */
static void test_last_copy(void **state)
{
	struct kernel kernel = nearly_full;

	(void)state;
	kernel.super[0] = 65536;
	kernel.counted[0].clusters = 8;
	kernel.mapped[0] = (struct moment){ 33000, 13, 0 };
	has_ratio(&kernel, 1);
	assert_int_equal(live.geo.blocks_per_group, 32768);
}

/* A group that cannot be loaded takes away only what is in it. */
static void test_damaged(void **state)
{
	struct kernel kernel = {
		.block_size = 1024, .blocks = 50000, .groups = 7,
		.free_group = 3, .nr_counted = 1, .nr_mapped = 1,
		.super = { 8193, 24577, 40961 },
	};

	(void)state;
	kernel.counted[0].clusters = 7;
	kernel.mapped[0] = (struct moment){ 25000, 7, 0 };
	for (uint32_t bad = 0; bad < 7; bad++) {
		kernel.bad = 1 + 8192 * bad;
		kernel.bad_end = kernel.bad + 8192;
		if (bad == 6) {
			assert_int_equal(derive(&kernel), -EUCLEAN);
			continue;
		}
		has_ratio(&kernel, 1);
		assert_int_equal(live.geo.first_data_block, 1);
		assert_int_equal(live.geo.blocks_per_group, 8192);
	}
	/* None can be. */
	kernel.bad = 0;
	kernel.bad_end = 50000;
	assert_int_equal(derive(&kernel), -EUCLEAN);
}

/* Where a choice is left, the others tell. */
static void test_damaged_and_open(void **state)
{
	struct kernel kernel = nearly_full;

	(void)state;
	kernel.bad = 0;
	kernel.bad_end = 32768;
	kernel.counted[0].clusters = 8;
	kernel.mapped[0] = (struct moment){ 33024, 128, 0 };
	has_ratio(&kernel, 16);
}

/* To see that it was resized, where the filesystem ends is enough. */
static void test_blocks(void **state)
{
	struct kernel kernel = nearly_full;
	uint64_t blocks = 0;

	(void)state;
	live.source = (struct e4_source){ .ops = &ops, .context = &kernel };
	live.geo.groups = 3;
	assert_int_equal(e4_derive_blocks(&live, &blocks), 0);
	assert_int_equal(blocks, 76800);
	assert_int_equal(kernel.counters, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_odd_run),
		cmocka_unit_test(test_deleted),
		cmocka_unit_test(test_swings),
		cmocka_unit_test(test_nothing_free),
		cmocka_unit_test(test_bigalloc),
		cmocka_unit_test(test_one_group),
		cmocka_unit_test(test_no_copy),
		cmocka_unit_test(test_last_copy),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_damaged_and_open),
		cmocka_unit_test(test_blocks),
	};

	return cmocka_run_group_tests_name("derive", tests, NULL, NULL);
}
