// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_buddy.c --- the allocator's counters against a naive computation
 */
#include "config.h"

#include <string.h>

#include "buddy.h"
#include "unit.h"

#define MOST_CLUSTERS 32768U

/* @free: one byte for each cluster; what is past the end is never free */
struct group {
	uint32_t clusters;
	uint8_t free[MOST_CLUSTERS];
};

/* All clusters of the aligned block are in the group and free. */
static bool all_free(const struct group *group, unsigned int order,
		     uint32_t index)
{
	uint64_t start = (uint64_t)index << order;

	if (start + (1U << order) > group->clusters)
		return false;
	for (uint32_t i = 0; i < 1U << order; i++)
		if (!group->free[start + i])
			return false;
	return true;
}

/*
 * The chunks of an order are the aligned free blocks whose parent, twice as
 * large, is not all free, or cannot be kept.
 */
static void naive(const struct group *group, unsigned int most,
		  struct e4_counters *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->first = (int32_t)group->clusters;
	for (uint32_t n = 0; n < group->clusters; n++) {
		if (!group->free[n])
			continue;
		if (ret->free++ == 0)
			ret->first = (int32_t)n;
		ret->fragments += n == 0 || !group->free[n - 1];
	}
	for (unsigned int order = 0; order <= most && order < E4_ORDERS;
	     order++)
		for (uint32_t i = 0; (uint64_t)i << order < group->clusters;
		     i++)
			ret->orders[order] += all_free(group, order, i) &&
				(order == most ||
				 !all_free(group, order + 1, i / 2));
}

/* Run by run, as the kernel's map gives them. */
static void by_runs(const struct group *group, unsigned int most,
		    struct e4_counters *ret)
{
	uint32_t start = 0;

	e4_buddy_start(ret, group->clusters);
	for (uint32_t n = 0; n <= group->clusters; n++) {
		if (n < group->clusters && group->free[n])
			continue;
		if (n > start)
			e4_buddy_add(ret, start, n - start, most);
		start = n + 1;
	}
}

static void assert_equal(const struct e4_counters *a,
			 const struct e4_counters *b)
{
	assert_int_equal(a->free, b->free);
	assert_int_equal(a->fragments, b->fragments);
	assert_int_equal(a->first, b->first);
	for (int order = 0; order < E4_ORDERS; order++)
		assert_int_equal(a->orders[order], b->orders[order]);
}

static void check(const struct group *group, unsigned int most)
{
	struct e4_counters wanted, got;
	int64_t sum = 0;

	naive(group, most, &wanted);
	by_runs(group, most, &got);
	assert_equal(&got, &wanted);
	for (int order = 0; order < E4_ORDERS; order++)
		sum += (int64_t)got.orders[order] << order;
	assert_int_equal(sum, got.free);
}

/* Alternating runs of up to @longest; free ones up to @longest_free. */
static void fill_runs(struct group *group, uint64_t *seed, uint32_t longest,
		      uint32_t longest_free)
{
	bool free = unit_random(seed) & 1;
	uint32_t n = 0;

	while (n < group->clusters) {
		uint32_t most = free ? longest_free : longest;
		uint32_t len = 1 + unit_random(seed) % most;

		for (; len > 0 && n < group->clusters; len--)
			group->free[n++] = free;
		free = !free;
	}
}

static struct group group;

/* Runs of every length, in whole groups and in short ones. */
static void random_runs(void **state)
{
	uint64_t seed = 4096;

	(void)state;
	for (unsigned int most = 11; most <= 13; most++)
		for (int i = 0; i < 150; i++) {
			uint32_t whole = 1U << (most + 2);

			group.clusters = i % 3 ? whole :
				1 + unit_random(&seed) % whole;
			fill_runs(&group, &seed,
				  1U << unit_random(&seed) % 14,
				  1U << unit_random(&seed) % 16);
			check(&group, most);
		}
}

/* Single bits: free with a chance of 1 to 15 in 16. */
static void random_bits(void **state)
{
	uint64_t seed = 8192;

	(void)state;
	for (unsigned int most = 11; most <= 13; most++)
		for (uint32_t chance = 1; chance < 16; chance++) {
			group.clusters = 1U << (most + 2);
			for (uint32_t n = 0; n < group.clusters; n++)
				group.free[n] = unit_random(&seed) % 16 <
						chance;
			check(&group, most);
		}
}

/* Every single run in a small group, with orders that end below it. */
static void all_runs(void **state)
{
	(void)state;
	group.clusters = 40;
	for (unsigned int most = 0; most <= 6; most++)
		for (uint32_t start = 0; start < 40; start++)
			for (uint32_t end = start; end <= 40; end++) {
				memset(group.free, 0, 40);
				memset(group.free + start, 1, end - start);
				check(&group, most);
			}
}

static void whole_group(void **state)
{
	(void)state;
	for (unsigned int most = 11; most <= 13; most++) {
		struct e4_counters counters;

		group.clusters = 1U << (most + 2);
		memset(group.free, 1, group.clusters);
		check(&group, most);
		by_runs(&group, most, &counters);
		assert_int_equal(counters.free, 1 << (most + 2));
		assert_int_equal(counters.fragments, 1);
		assert_int_equal(counters.first, 0);
		for (unsigned int order = 0; order < E4_ORDERS; order++)
			assert_int_equal(counters.orders[order],
					 order == most ? 4 : 0);
	}
}

static void empty_group(void **state)
{
	struct e4_counters counters, none = { .first = 8192 };

	(void)state;
	memset(&counters, 0x55, sizeof(counters));
	e4_buddy_start(&counters, 8192);
	assert_equal(&counters, &none);
	/* a run of nothing is nothing */
	e4_buddy_add(&counters, 0, 0, 11);
	e4_buddy_add(&counters, 100, 0, 11);
	assert_equal(&counters, &none);
	group.clusters = 8192;
	memset(group.free, 0, group.clusters);
	check(&group, 11);
}

static void first_free(void **state)
{
	struct e4_counters counters;

	(void)state;
	for (uint32_t first = 0; first < 8192; first += 13) {
		e4_buddy_start(&counters, 8192);
		e4_buddy_add(&counters, first, 1, 11);
		assert_int_equal(counters.first, first);
		if (first + 2 < 8192)
			e4_buddy_add(&counters, first + 2, 1, 11);
		assert_int_equal(counters.first, first);
	}
}

/* A real line: 1025 clusters used at the start of a group of 32768. */
static void known_line(void **state)
{
	static const struct e4_counters wanted = {
		.free = 31743, .fragments = 1, .first = 1025,
		.orders = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 3 },
	};
	struct e4_counters counters;

	(void)state;
	e4_buddy_start(&counters, 32768);
	e4_buddy_add(&counters, 1025, 31743, 13);
	assert_equal(&counters, &wanted);
}

/* Blocks of 8 KiB and more have orders that no line shows. */
static void hidden_orders(void **state)
{
	struct e4_counters counters;

	(void)state;
	for (unsigned int most = 14; most <= 17; most++) {
		e4_buddy_start(&counters, 1U << (most + 2));
		e4_buddy_add(&counters, 8192, (1U << (most + 2)) - 8192,
			     most);
		assert_int_equal(counters.free, (1 << (most + 2)) - 8192);
		assert_int_equal(counters.fragments, 1);
		assert_int_equal(counters.first, 8192);
		for (int order = 0; order < E4_ORDERS; order++)
			assert_int_equal(counters.orders[order], order == 13);
	}
}

/* The hint may be too low, never too high or negative. */
static void first_hint(void **state)
{
	const struct e4_counters buddy = { .free = 3, .first = 20 };
	const struct e4_counters full = { .free = 0, .first = 50 };

	(void)state;
	assert_true(e4_buddy_first_ok(&(struct e4_counters){ .first = 0 },
				      &buddy));
	assert_true(e4_buddy_first_ok(&(struct e4_counters){ .first = 20 },
				      &buddy));
	assert_false(e4_buddy_first_ok(&(struct e4_counters){ .first = 21 },
				       &buddy));
	assert_false(e4_buddy_first_ok(&(struct e4_counters){ .first = -1 },
				       &buddy));
	assert_true(e4_buddy_first_ok(&(struct e4_counters){ .first = 99 },
				      &full));
	assert_false(e4_buddy_first_ok(&(struct e4_counters){ .first = -1 },
				       &full));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_hint),
		cmocka_unit_test(random_runs),
		cmocka_unit_test(random_bits),
		cmocka_unit_test(all_runs),
		cmocka_unit_test(whole_group),
		cmocka_unit_test(empty_group),
		cmocka_unit_test(first_free),
		cmocka_unit_test(known_line),
		cmocka_unit_test(hidden_orders),
	};

	return cmocka_run_group_tests_name("buddy", tests, NULL, NULL);
}
