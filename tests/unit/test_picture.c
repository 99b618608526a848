// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_picture.c --- when a filesystem is frozen, thawed, and believed
 *
 * Who asks for owners is replaced by what tells only what becomes of it.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "picture.h"
#include "unit.h"

#define GROUPS 4
#define PER_GROUP 8192

/*
 * A kernel whose groups are all free, seen by an ordinary user.
 * @few:		clusters that the counters of group 1 lack
 * @few_frozen:		the same while it is frozen
 * @seconds:		how long a pass takes
 * @freeze, @thaw:	what these return
 * @frozen:		it is
 * @freezes, @thaws:	how often it was
 * @looked:		passes while it was frozen
 * @still, @moving:	what asking for owners returns, frozen and not
 * @asked_still, @asked_moving:	how often they were asked for
 */
struct kernel {
	int few;
	int few_frozen;
	double seconds;
	int freeze;
	int thaw;
	bool frozen;
	int freezes;
	int thaws;
	int looked;
	int begun_again;
	int still;
	int moving;
	int asked_still;
	int asked_moving;
	double now;
};

static struct e4_mbgroup line_of(const struct kernel *kernel, uint32_t group)
{
	struct e4_mbgroup line = { .group = group };

	e4_buddy_start(&line.counters, PER_GROUP);
	e4_buddy_add(&line.counters, 0, PER_GROUP, 11);
	if (group == 1)
		line.counters.free -= kernel->frozen ? kernel->few_frozen
						     : kernel->few;
	return line;
}

static int counters(void *context, e4_counters_take take, void *to)
{
	for (uint32_t group = 0; group < GROUPS; group++) {
		struct e4_mbgroup line = line_of(context, group);

		if (!take(to, &line))
			break;
	}
	return 0;
}

static int records(void *context, uint64_t first, uint64_t last,
		   e4_fsmap_take take, void *to)
{
	struct fsmap record = {
		.fmr_physical = first, .fmr_length = last + 1 - first,
		.fmr_owner = FMR_OWN_FREE,
	};
	struct kernel *kernel = context;

	kernel->now += kernel->seconds;
	kernel->looked += kernel->frozen;
	take(to, &record);
	return 0;
}

static int sample(void *context, struct e4_live *live,
		  struct e4_sample *samples, size_t nr)
{
	(void)live;
	for (size_t i = 0; i < nr; i++) {
		samples[i].before = line_of(context, samples[i].group);
		samples[i].after = samples[i].before;
		e4_buddy_start(&samples[i].buddy, PER_GROUP);
		e4_buddy_add(&samples[i].buddy, 0, PER_GROUP, 11);
	}
	return 0;
}

static int space(void *context, uint64_t *ret_free, uint64_t *ret_delayed)
{
	(void)context, (void)ret_free, (void)ret_delayed;
	return -ENOENT;
}

static int attribute(void *context, const char *name, char *buf, size_t size)
{
	(void)context, (void)name, (void)buf, (void)size;
	return -ENOENT;
}

static double now(void *context)
{
	return ((struct kernel *)context)->now;
}

static void pause_for(void *context, long nanoseconds)
{
	((struct kernel *)context)->now += 1e-9 * (double)nanoseconds;
}

static void again(void *context, const struct e4_live *live)
{
	struct kernel *kernel = context;

	assert_int_equal(live->frozen, kernel->frozen);
	kernel->begun_again++;
}

static const struct e4_source_ops ops = {
	.counters = counters, .records = records, .sample = sample,
	.space = space, .attribute = attribute, .now = now,
	.pause = pause_for, .again = again,
};

static int freeze(void *context)
{
	struct kernel *kernel = context;

	assert_false(kernel->frozen);
	if (kernel->freeze)
		return kernel->freeze;
	kernel->frozen = true;
	kernel->freezes++;
	return 0;
}

static int thaw(void *context)
{
	struct kernel *kernel = context;

	assert_true(kernel->frozen);
	kernel->frozen = false;
	kernel->thaws++;
	return kernel->thaw;
}

static struct kernel *kernel_of(const struct e4_question *question)
{
	return question->live->source.context;
}

const char *e4_liveowners_refused(const struct e4_live *live)
{
	(void)live;
	return NULL;
}

int e4_liveowners_still(const struct e4_question *question, double seconds)
{
	struct kernel *kernel = kernel_of(question);

	assert_true(kernel->frozen);
	assert_true(seconds > 0);
	kernel->asked_still++;
	question->answer->answered = question->answer->still = !kernel->still;
	return kernel->still;
}

int e4_liveowners_moving(const struct e4_question *question)
{
	struct kernel *kernel = kernel_of(question);

	assert_false(kernel->frozen);
	kernel->asked_moving++;
	question->answer->answered = !kernel->moving;
	return kernel->moving;
}

struct result {
	struct e4_picture picture;
	bool freezing;
	int ret;
};

static struct result look_until(struct kernel *kernel, bool frozen,
				const volatile int *cancel, bool owners)
{
	struct e4_live live = {
		.geo = { .block_size = 1024, .blocks = PER_GROUP * GROUPS,
			 .blocks_per_group = PER_GROUP, .groups = GROUPS,
			 .clusters_per_group = PER_GROUP,
			 .cluster_ratio = 1 },
		.source = { &ops, kernel }, .max_order = 11,
	};
	struct ext4bm_range all = { 0, GROUPS - 1 };
	struct ext4bm_check_options chosen = { .groups = &all,
					       .nr_groups = 1 };
	struct ext4bm_live_options options = {
		.freeze = frozen ? freeze : NULL, .thaw = thaw,
		.freeze_context = kernel, .freeze_seconds = 5,
		.cancel = cancel, .owners = owners,
	};
	struct result result;

	result.ret = e4_picture_take(&live, &options, &chosen,
				     &result.picture, &result.freezing);
	/* whatever happens */
	assert_false(kernel->frozen);
	assert_int_equal(kernel->thaws, kernel->freezes);
	return result;
}

static struct result look(struct kernel *kernel, bool frozen)
{
	return look_until(kernel, frozen, NULL, false);
}

/* The codes that were found, in order. */
static void finds(struct result *result, size_t nr, enum ext4bm_code first,
		  enum ext4bm_code second)
{
	const struct e4_findings *findings =
		&result->picture.settled.findings;

	assert_int_equal(result->ret, 0);
	assert_int_equal(findings->nr, nr);
	if (nr > 0)
		assert_int_equal(findings->list[0].code, first);
	if (nr > 1)
		assert_int_equal(findings->list[1].code, second);
	e4_picture_free(&result->picture);
}

static void not_frozen(void **state)
{
	struct kernel kernel = { .few = 3 };
	struct result result = look(&kernel, false);

	(void)state;
	assert_int_equal(kernel.freezes, 0);
	assert_int_equal(kernel.begun_again, 0);
	assert_false(result.picture.frozen);
	assert_int_equal(result.picture.groups, GROUPS);
	finds(&result, 1, EXT4BM_BUDDY_FREE_CLUSTERS, 0);
}

/* A group that was left undecided was not looked at. */
static void interrupted(void **state)
{
	struct kernel kernel = { .few = 3 };
	const volatile int cancel = 1;
	struct result result = look_until(&kernel, false, &cancel,
					  false);

	(void)state;
	assert_int_equal(result.picture.groups, GROUPS - 1);
	finds(&result, 1, EXT4BM_GROUP_UNSETTLED, 0);
}

/* What counts is what there is while it is frozen. */
static void frozen(void **state)
{
	struct kernel kernel = { .few = 3, .few_frozen = 7, .seconds = 1 };
	struct result result = look(&kernel, true);

	(void)state;
	assert_int_equal(kernel.freezes, 1);
	assert_int_equal(kernel.looked, 1);
	assert_int_equal(kernel.begun_again, 1);
	assert_true(result.picture.frozen);
	assert_int_equal(result.picture.settled.findings.list[0].stored,
			 PER_GROUP - 7);
	finds(&result, 1, EXT4BM_BUDDY_FREE_CLUSTERS, 0);
	kernel = (struct kernel){ .few = 3 };
	result = look(&kernel, true);
	finds(&result, 0, 0, 0);
}

/* Thawed too early: nothing of it counts, and that is said. */
static void expired(void **state)
{
	struct kernel kernel = { .few = 3, .few_frozen = 7, .seconds = 2,
				 .thaw = ETIME };
	struct result result = look(&kernel, true);
	const struct ext4bm_finding *finding =
		&result.picture.settled.findings.list[1];

	(void)state;
	assert_int_equal(kernel.freezes, 1);
	assert_false(result.picture.frozen);
	assert_int_equal(result.picture.settled.findings.list[0].stored,
			 PER_GROUP - 3);
	assert_int_equal(kernel.begun_again, 2);
	assert_int_equal(finding->stored, 5);
	assert_int_equal(finding->counted, 3);
	assert_int_equal(finding->group, EXT4BM_NO_GROUP);
	finds(&result, 2, EXT4BM_BUDDY_FREE_CLUSTERS, EXT4BM_FREEZE_EXPIRED);
}

/* Where a pass alone takes longer, nobody is made to wait for nothing. */
static void too_long(void **state)
{
	struct kernel kernel = { .seconds = 6 };
	struct result result = look(&kernel, true);

	(void)state;
	assert_int_equal(kernel.freezes, 0);
	assert_int_equal(kernel.begun_again, 1);
	assert_int_equal(result.picture.settled.findings.list[0].counted, 7);
	finds(&result, 1, EXT4BM_FREEZE_EXPIRED, 0);
}

static void failure(void **state)
{
	struct kernel kernel = { .freeze = -EBUSY };
	struct result result = look(&kernel, true);

	(void)state;
	assert_int_equal(result.ret, -EBUSY);
	assert_true(result.freezing);
	assert_int_equal(kernel.looked, 0);
	e4_picture_free(&result.picture);
}

/* What is wrong is told, whatever becomes of the question whose it is. */
static void owners_fail(void **state)
{
	static const struct { int errnum; const char *reason; } all[] = {
		{ EAGAIN, "no thread could be started to read the inodes" },
		{ EIO, "the device could not be read when they were asked "
		       "for" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		struct kernel kernel = { .few = 3, .moving = -all[i].errnum };
		struct result result = look_until(&kernel, false, NULL, true);

		assert_string_equal(result.picture.no_owners, all[i].reason);
		assert_false(result.picture.answer.answered);
		finds(&result, 1, EXT4BM_BUDDY_FREE_CLUSTERS, 0);
	}
}

static void owners_lack_memory(void **state)
{
	struct kernel kernel = { .few = 3, .moving = -ENOMEM };
	struct result result = look_until(&kernel, false, NULL, true);

	(void)state;
	assert_int_equal(result.ret, -ENOMEM);
	e4_picture_free(&result.picture);
}

/* Asked while it is frozen; if that fails, once more when it is not. */
static void owners_frozen(void **state)
{
	struct kernel kernel = { .few_frozen = 7 };
	struct result result = look_until(&kernel, true, NULL, true);

	(void)state;
	assert_null(result.picture.no_owners);
	assert_true(result.picture.answer.still);
	assert_int_equal(kernel.asked_moving, 0);
	finds(&result, 1, EXT4BM_BUDDY_FREE_CLUSTERS, 0);
	kernel = (struct kernel){ .few_frozen = 7, .still = -EIO };
	result = look_until(&kernel, true, NULL, true);
	assert_null(result.picture.no_owners);
	assert_true(result.picture.answer.answered);
	assert_false(result.picture.answer.still);
	assert_int_equal(kernel.asked_still, 1);
	assert_int_equal(kernel.asked_moving, 1);
	assert_true(result.picture.frozen);
	finds(&result, 1, EXT4BM_BUDDY_FREE_CLUSTERS, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(not_frozen),
		cmocka_unit_test(interrupted),
		cmocka_unit_test(frozen),
		cmocka_unit_test(expired),
		cmocka_unit_test(too_long),
		cmocka_unit_test(failure),
		cmocka_unit_test(owners_fail),
		cmocka_unit_test(owners_lack_memory),
		cmocka_unit_test(owners_frozen),
	};

	return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
