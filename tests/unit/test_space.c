// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_space.c --- the kernel's total of free blocks against the descriptors
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "space.h"
#include "unit.h"
#include "world.h"

/*
 * A kernel whose total moves as told.
 * @free, @delayed:	what it answers
 * @step:		added to @free with each answer
 * @still_after:	answers until it stands still
 * @error:		no answer
 * @paused:		nanoseconds of all pauses
 */
struct kernel {
	uint64_t free;
	uint64_t delayed;
	int step;
	int still_after;
	int error;
	int asked;
	long paused;
};

static int space(void *context, uint64_t *ret_free, uint64_t *ret_delayed)
{
	struct kernel *kernel = context;

	if (kernel->error)
		return kernel->error;
	if (++kernel->asked <= kernel->still_after)
		kernel->free += (uint64_t)kernel->step;
	*ret_free = kernel->free;
	*ret_delayed = kernel->delayed;
	return 0;
}

static void pause_for(void *context, long nanoseconds)
{
	struct kernel *kernel = context;

	kernel->paused += nanoseconds;
}

static int total(void *context, struct e4_live *live, struct e4_total *result)
{
	(void)context;
	return e4_total_take(live, result);
}

static const struct e4_source_ops ops = { .space = space, .total = total,
					  .pause = pause_for };

struct scene {
	struct world world;
	struct kernel kernel;
	struct struct_ext2_filsys e2fs;
	struct ext4bm fs;
	struct e4_live live;
	struct ext4bm_space space;
	struct e4_findings findings;
	uint64_t right;
};

static int start(void **state)
{
	static struct scene scene;

	memset(&scene, 0, sizeof(scene));
	world_superblock(&scene.world);
	world_build(&scene.world);
	scene.fs.table = scene.world.table;
	/* the table stands still by itself: there is nothing to read again */
	scene.fs.table.blocks = 0;
	scene.fs.e2fs = &scene.e2fs;
	scene.live.fs = &scene.fs;
	scene.live.geo = scene.world.geo;
	scene.live.source = (struct e4_source){
		.ops = &ops, .context = &scene.kernel };
	for (uint32_t group = 0; group < WORLD_GROUPS; group++)
		scene.right += world_gd(&scene.world, group).free_clusters;
	scene.right *= scene.live.geo.cluster_ratio;
	scene.kernel.free = scene.right;
	*state = &scene;
	return 0;
}

static int finish(void **state)
{
	struct scene *scene = *state;

	e4_findings_free(&scene->findings);
	world_free(&scene->world);
	return 0;
}

static const char *look(struct scene *scene, bool flagged)
{
	e4_findings_free(&scene->findings);
	return e4_space_compare(&scene->live, flagged, NULL, &scene->space,
				&scene->findings);
}

static void equal(void **state)
{
	struct scene *scene = *state;

	assert_null(look(scene, false));
	assert_int_equal(scene->findings.nr, 0);
	assert_true(scene->space.read && scene->space.compared);
	assert_int_equal(scene->space.free, scene->right);
	assert_int_equal(scene->space.described, scene->right);
	assert_int_equal(scene->kernel.paused, 0);
	/* delayed writes are taken off what statfs says */
	scene->kernel.free -= 100;
	scene->kernel.delayed = 100;
	assert_null(look(scene, false));
	assert_int_equal(scene->findings.nr, 0);
	assert_int_equal(scene->space.free, scene->right - 100);
	assert_int_equal(scene->space.delayed, 100);
}

/* Who asks is told what df leaves out. */
static void delayed(void **state)
{
	struct scene *scene = *state;

	scene->live.explain = true;
	assert_null(look(scene, false));
	assert_int_equal(scene->findings.nr, 0);
	scene->kernel.free -= 100;
	scene->kernel.delayed = 100;
	assert_null(look(scene, false));
	assert_int_equal(scene->findings.nr, 1);
	assert_int_equal(scene->findings.list[0].code,
			 EXT4BM_STATFS_FREE_BLOCKS);
	assert_int_equal(scene->findings.list[0].explained, EXT4BM_BY_DELAYED);
	assert_int_equal(scene->findings.list[0].stored, scene->right - 100);
	assert_int_equal(scene->findings.list[0].counted, scene->right);
}

static void different(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *finding;

	scene->kernel.free -= 100;
	assert_null(look(scene, false));
	assert_int_equal(scene->findings.nr, 1);
	finding = &scene->findings.list[0];
	assert_int_equal(finding->code, EXT4BM_STATFS_FREE_BLOCKS);
	assert_int_equal(finding->group, EXT4BM_NO_GROUP);
	assert_int_equal(finding->stored, scene->right - 100);
	assert_int_equal(finding->counted, scene->right);
	/* not before it stood for a while */
	assert_true(scene->kernel.paused >= 2000000000L);
}

/* Right in the end: it was only on its way. */
static void on_its_way(void **state)
{
	struct scene *scene = *state;

	scene->kernel.free -= 3;
	scene->kernel.step = 1;
	scene->kernel.still_after = 3;
	assert_null(look(scene, false));
	assert_int_equal(scene->findings.nr, 0);
	assert_int_equal(scene->space.free, scene->right);
}

static void moving(void **state)
{
	struct scene *scene = *state;

	scene->kernel.step = 1;
	scene->kernel.still_after = 1000;
	assert_non_null(look(scene, false));
	assert_int_equal(scene->findings.nr, 0);
	assert_true(scene->space.read);
	assert_false(scene->space.compared);
}

/* Where there is nothing to compare it is said why, and nothing is found. */
static void not_compared(void **state)
{
	struct scene *scene = *state;

	scene->kernel.free -= 100;
	assert_non_null(look(scene, true));
	assert_int_equal(scene->findings.nr, 0);
	scene->live.geo.ro_compat |= EXT4_FEATURE_RO_COMPAT_PROJECT;
	assert_non_null(look(scene, false));
	scene->live.geo.ro_compat &= ~EXT4_FEATURE_RO_COMPAT_PROJECT;
	scene->live.fs = NULL;
	assert_non_null(look(scene, false));
	assert_true(scene->space.read);
	scene->live.fs = &scene->fs;
	/* less than nothing is shown as 0 */
	scene->kernel.free = 0;
	assert_non_null(look(scene, false));
	scene->fs.table.errors[0] = -EIO;
	scene->kernel.free = scene->right;
	assert_non_null(look(scene, false));
	scene->fs.table.errors[0] = 0;
	scene->kernel.error = -ENOENT;
	assert_non_null(look(scene, false));
	assert_false(scene->space.read);
	assert_int_equal(scene->findings.nr, 0);
}

static void cancelled(void **state)
{
	struct scene *scene = *state;
	const volatile int cancel = 1;

	assert_non_null(e4_space_compare(&scene->live, false, &cancel,
					 &scene->space, &scene->findings));
	assert_int_equal(scene->findings.nr, 0);
	assert_false(scene->space.compared);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(equal), TEST(delayed), TEST(different), TEST(on_its_way),
		TEST(moving), TEST(not_compared), TEST(cancelled),
	};

	return cmocka_run_group_tests_name("space", tests, NULL, NULL);
}
