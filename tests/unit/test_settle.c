// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_settle.c --- which differences survive, and which do not
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "settle.h"
#include "unit.h"

#define GROUPS 40

/*
 * What a group shows from sample to sample, one letter each; the last one
 * stays. Views of an ordinary user: counters and buddy. A call for samples
 * takes @cost seconds.
 *
 *	=	both equal
 *	m	something moved meanwhile
 *	0..9	the counters have that many clusters too few
 *	c	the kernel has marked it corrupt, and the counters differ
 *	e	it cannot be loaded
 */
struct kernel {
	const char *shows[GROUPS];
	unsigned int taken[GROUPS];
	int error;
	double now;
	double cost;
	uint32_t batch;
};

static char next(struct kernel *kernel, uint32_t group)
{
	const char *script = kernel->shows[group];
	unsigned int at = kernel->taken[group]++;

	return at < strlen(script) ? script[at] : script[strlen(script) - 1];
}

static void fill(struct kernel *kernel, struct e4_sample *sample)
{
	char letter = next(kernel, sample->group);

	sample->before = (struct e4_mbgroup){ .group = sample->group };
	sample->before.counters.free = 100;
	sample->buddy = sample->before.counters;
	sample->buddy_error = 0;
	if (letter >= '0' && letter <= '9')
		sample->before.counters.free -= letter - '0';
	if (letter == 'e')
		sample->before.errnum = EIO;
	if (letter == 'c') {
		sample->before.corrupt = true;
		sample->before.counters.free -= 7;
	}
	sample->after = sample->before;
	if (letter == 'm')
		sample->before.counters.free--;
}

static int take(void *context, struct e4_live *live,
		struct e4_sample *samples, size_t nr)
{
	struct kernel *kernel = context;

	(void)live;
	for (size_t i = 0; i < nr; i++) {
		/* in order, each once */
		assert_true(i == 0 || samples[i].group > samples[i - 1].group);
		fill(kernel, &samples[i]);
	}
	if (nr > kernel->batch)
		kernel->batch = (uint32_t)nr;
	kernel->now += kernel->cost;
	return kernel->error;
}

static double now(void *context)
{
	struct kernel *kernel = context;

	return kernel->now;
}

static void pause_for(void *context, long nanoseconds)
{
	struct kernel *kernel = context;

	/* samples of one group are some milliseconds apart */
	assert_true(nanoseconds >= 2000000);
	kernel->now += 1e-9 * (double)nanoseconds;
}

static const struct e4_source_ops ops = {
	.sample = take, .now = now, .pause = pause_for,
};

/* Settle groups 0, 1, ... that show these. */
#define SETTLE(kernel, settled, ...) \
	settle_all(e4_settle, kernel, settled, \
		   (const char *const []){ __VA_ARGS__ }, \
		   ARRAY_SIZE(((const char *const []){ __VA_ARGS__ })))

static int settle_all(int (*settle)(struct e4_live *, const uint32_t *,
				    size_t, double, const volatile int *,
				    struct e4_settled *),
		      struct kernel *kernel, struct e4_settled *settled,
		      const char *const *shows, size_t nr)
{
	struct e4_live live = {
		.geo = { .block_size = 1024, .blocks = 8192 * GROUPS,
			 .blocks_per_group = 8192, .groups = GROUPS,
			 .clusters_per_group = 8192, .cluster_ratio = 1 },
		.source = { &ops, kernel },
	};
	uint32_t groups[GROUPS];

	for (uint32_t i = 0; i < nr; i++) {
		groups[i] = i;
		kernel->shows[i] = shows[i];
	}
	return settle(&live, groups, nr, 5, NULL, settled);
}

static void transient(void **state)
{
	struct kernel kernel = { 0 };
	struct e4_settled settled = { 0 };

	(void)state;
	assert_int_equal(SETTLE(&kernel, &settled, "=", "m=", "33=", "3m3=",
				"12345="), 0);
	assert_int_equal(settled.findings.nr, 0);
	assert_int_equal(settled.transient, 5);
	assert_int_equal(settled.unsettled, 0);
	assert_int_equal(settled.samples, 1 + 2 + 3 + 4 + 6);
	assert_int_equal(settled.rejected, 2);
}

static void persistent(void **state)
{
	struct kernel kernel = { 0 };
	struct e4_settled settled = { 0 };

	(void)state;
	assert_int_equal(SETTLE(&kernel, &settled, "3", "m3m3m3", "12333",
				"="), 0);
	assert_int_equal(settled.findings.nr, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct ext4bm_finding *finding =
			&settled.findings.list[i];

		assert_int_equal(finding->code, EXT4BM_BUDDY_FREE_CLUSTERS);
		assert_int_equal(finding->stored, 97);
		assert_int_equal(finding->counted, 100);
		assert_int_equal(kernel.taken[finding->group],
				 finding->group == 0 ? 3 :
				 finding->group == 1 ? 6 : 5);
	}
	assert_int_equal(settled.transient, 1);
	e4_findings_free(&settled.findings);
}

/* Never the same three times, or never still: that is no drift. */
static void undecided(void **state)
{
	struct kernel kernel = { 0 };
	struct e4_settled settled = { 0 };
	char restless[2000];

	(void)state;
	for (size_t i = 0; i < sizeof(restless) - 1; i++)
		restless[i] = "1122"[i % 4];
	restless[sizeof(restless) - 1] = '\0';
	assert_int_equal(SETTLE(&kernel, &settled, "m", restless), 0);
	assert_int_equal(settled.unsettled, 2);
	assert_int_equal(settled.findings.nr, 2);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(settled.findings.list[i].code,
				 EXT4BM_GROUP_UNSETTLED);
	/* in the time there was, and not much longer */
	assert_true(kernel.now >= 5 && kernel.now < 5.2);
	e4_findings_free(&settled.findings);
}

/* Time for two samples only: drift is not proven, but why nothing could be
 * looked at is known. */
static void short_of_time(void **state)
{
	struct kernel kernel = { .cost = 3 };
	struct e4_settled settled = { 0 };

	(void)state;
	assert_int_equal(SETTLE(&kernel, &settled, "e", "3", "m"), 0);
	assert_int_equal(kernel.taken[0], 2);
	assert_int_equal(settled.findings.nr, 3);
	assert_int_equal(settled.findings.list[0].code,
			 EXT4BM_GROUP_LOAD_FAILED);
	assert_int_equal(settled.findings.list[0].errnum, EIO);
	assert_int_equal(settled.findings.list[1].code,
			 EXT4BM_GROUP_UNSETTLED);
	assert_int_equal(settled.findings.list[2].code,
			 EXT4BM_GROUP_UNSETTLED);
	assert_int_equal(settled.unsettled, 2);
	e4_findings_free(&settled.findings);
}

/* Also with more groups than one sample has: no round goes on for ever. */
static void many_short_of_time(void **state)
{
	const char *shows[GROUPS];
	struct kernel kernel = { .cost = 4 };
	struct e4_settled settled = { 0 };

	(void)state;
	for (size_t i = 0; i < GROUPS; i++)
		shows[i] = "3";
	assert_int_equal(settle_all(e4_settle, &kernel, &settled, shows,
				    GROUPS), 0);
	assert_int_equal(kernel.taken[GROUPS - 1], 0);
	assert_int_equal(settled.unsettled, GROUPS);
	e4_findings_free(&settled.findings);
}

static void states(void **state)
{
	struct kernel kernel = { 0 };
	struct e4_settled settled = { 0 };

	(void)state;
	assert_int_equal(SETTLE(&kernel, &settled, "c", "e"), 0);
	assert_int_equal(settled.findings.nr, 2);
	assert_int_equal(settled.findings.list[0].code,
			 EXT4BM_GROUP_MARKED_CORRUPT);
	assert_int_equal(settled.findings.list[1].code,
			 EXT4BM_GROUP_LOAD_FAILED);
	e4_findings_free(&settled.findings);
}

/* Many groups go in small batches, so that little moves meanwhile. */
static void batches(void **state)
{
	const char *shows[GROUPS];
	struct kernel kernel = { 0 };
	struct e4_settled settled = { 0 };

	(void)state;
	for (size_t i = 0; i < GROUPS; i++)
		shows[i] = i % 2 ? "4" : "=";
	assert_int_equal(settle_all(e4_settle, &kernel, &settled, shows,
				    GROUPS), 0);
	assert_int_equal(settled.findings.nr, GROUPS / 2);
	assert_int_equal(settled.transient, GROUPS / 2);
	assert_true(kernel.batch <= 16);
	e4_findings_free(&settled.findings);
	settled = (struct e4_settled){ 0 };
	assert_int_equal(settle_all(e4_settle, &kernel, &settled, shows, 0),
			 0);
	assert_int_equal(settled.samples, 0);
}

/* Groups that nobody suspects: drift in them is found all the same, and the
 * rest is not counted. */
static void explaining(void **state)
{
	const char *const shows[] = { "=", "m", "3", "m=" };
	struct kernel kernel = { 0 };
	struct e4_settled settled = { .transient = 2 };

	(void)state;
	assert_int_equal(settle_all(e4_settle_explain, &kernel, &settled,
				    shows, ARRAY_SIZE(shows)), 0);
	assert_int_equal(settled.findings.nr, 1);
	assert_int_equal(settled.findings.list[0].group, 2);
	assert_int_equal(settled.findings.list[0].code,
			 EXT4BM_BUDDY_FREE_CLUSTERS);
	assert_int_equal(settled.transient, 2);
	assert_int_equal(settled.unsettled, 0);
	assert_true(settled.samples > 10);
	e4_findings_free(&settled.findings);
}

static void failure(void **state)
{
	struct kernel kernel = { .error = -ENOENT };
	struct e4_settled settled = { 0 };

	(void)state;
	assert_int_equal(SETTLE(&kernel, &settled, "="), -ENOENT);
	e4_findings_free(&settled.findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transient),
		cmocka_unit_test(persistent),
		cmocka_unit_test(undecided),
		cmocka_unit_test(short_of_time),
		cmocka_unit_test(many_short_of_time),
		cmocka_unit_test(states),
		cmocka_unit_test(batches),
		cmocka_unit_test(explaining),
		cmocka_unit_test(failure),
	};

	return cmocka_run_group_tests_name("settle", tests, NULL, NULL);
}
