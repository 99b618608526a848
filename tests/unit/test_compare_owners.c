// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_compare_owners.c --- what is owned, against the bitmaps of a group
 */
#include "config.h"

#include <string.h>

#include "bitmap.h"
#include "compare_owners.h"
#include "unit.h"
#include "world.h"

#define GROUP 2

struct scene {
	struct world world;
	struct e4_owned owned;
	struct e4_group_inodes inodes;
	uint8_t used[1024];
	uint8_t orphans[1024];
	uint8_t unknown[1024];
	uint8_t work[2048];
	struct e4_gd gd;
};

static int start(void **state)
{
	static struct scene scene;
	struct ext4bm_geometry *geo = &scene.world.geo;

	memset(&scene, 0, sizeof(scene));
	world_superblock(&scene.world);
	world_build(&scene.world);
	assert_int_equal(e4_claims_init(&scene.owned.claimed, geo,
					WORLD_GROUPS), 0);
	assert_int_equal(e4_claims_init(&scene.owned.orphaned, geo,
					WORLD_GROUPS), 0);
	assert_int_equal(e4_claims_init(&scene.owned.shared, geo,
					WORLD_GROUPS), 0);
	assert_int_equal(e4_claims_init(&scene.owned.fixed, geo,
					WORLD_GROUPS), 0);
	assert_int_equal(e4_claims_init(&scene.owned.invaded, geo,
					WORLD_GROUPS), 0);
	scene.owned.complete = true;
	scene.inodes = (struct e4_group_inodes){
		.used = scene.used, .orphans = scene.orphans,
		.unknown = scene.unknown,
		.looked = geo->inodes_per_group,
	};
	scene.gd = world_gd(&scene.world, GROUP);
	*state = &scene;
	return 0;
}

static int end(void **state)
{
	struct scene *scene = *state;

	e4_claims_free(&scene->owned.claimed);
	e4_claims_free(&scene->owned.orphaned);
	e4_claims_free(&scene->owned.shared);
	e4_claims_free(&scene->owned.fixed);
	e4_claims_free(&scene->owned.invaded);
	world_free(&scene->world);
	return 0;
}

/* All that the bitmap has is owned. */
static void own_all(struct scene *scene)
{
	uint32_t nr = ext4bm_group_clusters(&scene->world.geo, GROUP);
	uint32_t first, last = 0;

	while (e4_bitmap_run(world_block_bitmap(&scene->world, GROUP), true,
			     last, nr, &first, &last))
		e4_claims_add(&scene->owned.claimed, GROUP, first, last, NULL,
			      NULL);
}

static void check_clusters(struct scene *scene)
{
	e4_findings_free(&scene->world.findings);
	e4_compare_owned_clusters(&scene->world.views, GROUP, &scene->gd,
				  &scene->owned,
				  world_block_bitmap(&scene->world, GROUP),
				  WORLD_OFFSET, scene->work,
				  &scene->world.findings);
	e4_compare_owners(&scene->world.views, GROUP, &scene->gd,
			  &scene->owned, &scene->world.findings);
}

static void check_inodes(struct scene *scene)
{
	e4_findings_free(&scene->world.findings);
	e4_compare_owned_inodes(&scene->world.views, GROUP, &scene->gd,
				&scene->inodes,
				world_inode_bitmap(&scene->world, GROUP),
				WORLD_OFFSET, scene->work,
				&scene->world.findings);
	e4_compare_directories(&scene->world.views, GROUP, &scene->gd,
			       &scene->inodes, &scene->world.findings);
}

static void agreement(void **state)
{
	struct scene *scene = *state;

	own_all(scene);
	check_clusters(scene);
	world_healthy(&scene->world);
	check_inodes(scene);
	world_healthy(&scene->world);
}

static void unmarked(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *it;
	uint32_t claimed;

	own_all(scene);
	e4_claims_add(&scene->owned.claimed, GROUP, 1000, 1010, NULL, NULL);
	e4_claims_add(&scene->owned.claimed, GROUP, 8191, 8192, NULL, NULL);
	claimed = e4_claims_count(&scene->owned.claimed, GROUP);
	check_clusters(scene);
	it = world_only(&scene->world, EXT4BM_CLUSTER_UNMARKED);
	world_values(it, GROUP, claimed, 11, WORLD_OFFSET);
	world_range(it, 0, 1000, 1009);
	world_range(it, 1, 8191, 8191);
	assert_int_equal(it->explained, EXT4BM_UNEXPLAINED);
}

static void leaked(void **state)
{
	struct scene *scene = *state;
	uint8_t *bitmap = world_block_bitmap(&scene->world, GROUP);
	uint32_t marked = 8192 - e4_bitmap_clear(bitmap, 0, 8192) + 8;
	const struct ext4bm_finding *it;

	own_all(scene);
	world_set_bits(bitmap, 2000, 2008);
	check_clusters(scene);
	it = world_only(&scene->world, EXT4BM_CLUSTER_LEAKED);
	world_values(it, GROUP, marked, 8, WORLD_OFFSET);
	world_range(it, 0, 2000, 2007);
	assert_int_equal(it->explained, EXT4BM_UNEXPLAINED);
	/* Somebody who was not asked may own it. */
	scene->owned.complete = false;
	check_clusters(scene);
	it = world_only(&scene->world, EXT4BM_CLUSTER_LEAKED);
	assert_int_equal(it->explained, EXT4BM_BY_INODES);
}

/* What deleted files have is told apart from what is lost. */
static void orphaned(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *list = NULL;

	own_all(scene);
	world_set_bits(world_block_bitmap(&scene->world, GROUP), 2000, 2008);
	e4_claims_add(&scene->owned.orphaned, GROUP, 1990, 2005, NULL, NULL);
	check_clusters(scene);
	assert_int_equal(scene->world.findings.nr, 2);
	list = scene->world.findings.list;
	assert_int_equal(list[0].code, EXT4BM_CLUSTER_LEAKED);
	assert_int_equal(list[0].explained, EXT4BM_UNEXPLAINED);
	assert_int_equal(list[0].counted, 3);
	world_range(&list[0], 0, 2005, 2007);
	assert_int_equal(list[1].explained, EXT4BM_BY_ORPHANS);
	assert_int_equal(list[1].counted, 5);
	world_range(&list[1], 0, 2000, 2004);
}

static void two_owners(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *it;

	own_all(scene);
	e4_claims_add(&scene->owned.shared, GROUP, 100, 113, NULL, NULL);
	check_clusters(scene);
	it = world_only(&scene->world, EXT4BM_CLUSTER_SHARED);
	world_values(it, GROUP,
		     e4_claims_count(&scene->owned.claimed, GROUP), 13,
		     EXT4BM_NO_OFFSET);
	world_range(it, 0, 100, 112);
}

static void invaded(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *it;

	own_all(scene);
	e4_claims_add(&scene->owned.fixed, GROUP, 0, 40, NULL, NULL);
	e4_claims_add(&scene->owned.invaded, GROUP, 3, 5, NULL, NULL);
	check_clusters(scene);
	it = world_only(&scene->world, EXT4BM_METADATA_CLAIMED);
	world_values(it, GROUP, 40, 2, EXT4BM_NO_OFFSET);
	world_range(it, 0, 3, 4);
}

static void use_inodes(struct scene *scene, uint32_t first, uint32_t last)
{
	e4_bitmap_set(scene->used, first, last);
	scene->inodes.nr_used += last - first;
}

static void inodes_unmarked(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *it;

	use_inodes(scene, 5, 8);
	use_inodes(scene, 127, 128);
	check_inodes(scene);
	it = world_only(&scene->world, EXT4BM_INODE_UNMARKED);
	world_values(it, GROUP, 4, 4, WORLD_OFFSET);
	world_range(it, 0, GROUP * 128 + 6, GROUP * 128 + 8);
	world_range(it, 1, GROUP * 128 + 128, GROUP * 128 + 128);
}

static void inodes_leaked(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *list;

	world_set_bits(world_inode_bitmap(&scene->world, GROUP), 10, 20);
	use_inodes(scene, 10, 11);
	e4_bitmap_set(scene->unknown, 11, 12);
	scene->inodes.nr_unknown = 1;
	e4_bitmap_set(scene->orphans, 12, 14);
	scene->inodes.nr_orphans = 2;
	scene->inodes.looked = 18;
	check_inodes(scene);
	assert_int_equal(scene->world.findings.nr, 3);
	list = scene->world.findings.list;
	assert_int_equal(list[0].explained, EXT4BM_UNEXPLAINED);
	world_values(&list[0], GROUP, 10, 4, WORLD_OFFSET);
	world_range(&list[0], 0, GROUP * 128 + 15, GROUP * 128 + 18);
	assert_int_equal(list[1].explained, EXT4BM_BY_INODES);
	world_range(&list[1], 0, GROUP * 128 + 19, GROUP * 128 + 20);
	assert_int_equal(list[2].explained, EXT4BM_BY_ORPHANS);
	world_range(&list[2], 0, GROUP * 128 + 13, GROUP * 128 + 14);
	/* They may be on the part of the list that could not be read. */
	scene->inodes.orphans_cut = true;
	check_inodes(scene);
	assert_int_equal(scene->world.findings.nr, 3);
	list = scene->world.findings.list;
	assert_int_equal(list[0].explained, EXT4BM_BY_INODES);
	world_range(&list[0], 0, GROUP * 128 + 15, GROUP * 128 + 18);
}

static void directories(void **state)
{
	struct scene *scene = *state;
	const struct ext4bm_finding *it;

	scene->gd.used_dirs = 3;
	check_inodes(scene);
	it = world_only(&scene->world, EXT4BM_GD_USED_DIRS);
	world_values(it, GROUP, 3, 0,
		     world_field(&scene->world, GROUP,
				 E4_GD_FIELD(used_dirs_count)));
	assert_int_equal(it->explained, EXT4BM_UNEXPLAINED);
	scene->inodes.directories = 1;
	scene->inodes.orphan_directories = 2;
	check_inodes(scene);
	it = world_only(&scene->world, EXT4BM_GD_USED_DIRS);
	assert_int_equal(it->explained, EXT4BM_BY_ORPHANS);
	scene->inodes.orphan_directories = 0;
	scene->inodes.orphans_cut = true;
	check_inodes(scene);
	it = world_only(&scene->world, EXT4BM_GD_USED_DIRS);
	assert_int_equal(it->explained, EXT4BM_BY_INODES);
	scene->inodes.orphans_cut = false;
	scene->inodes.hidden = 1;
	check_inodes(scene);
	it = world_only(&scene->world, EXT4BM_GD_USED_DIRS);
	assert_int_equal(it->explained, EXT4BM_BY_INODES);
	scene->inodes.directories = 3;
	check_inodes(scene);
	world_healthy(&scene->world);
	/* An inode that was not read may be one. */
	scene->inodes.directories = 1;
	scene->inodes.nr_unknown = 1;
	check_inodes(scene);
	world_healthy(&scene->world);
	scene->inodes.nr_unknown = 0;
	scene->world.views.judge_descriptors = false;
	check_inodes(scene);
	world_healthy(&scene->world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(agreement, start, end),
		cmocka_unit_test_setup_teardown(unmarked, start, end),
		cmocka_unit_test_setup_teardown(leaked, start, end),
		cmocka_unit_test_setup_teardown(orphaned, start, end),
		cmocka_unit_test_setup_teardown(two_owners, start, end),
		cmocka_unit_test_setup_teardown(invaded, start, end),
		cmocka_unit_test_setup_teardown(inodes_unmarked, start, end),
		cmocka_unit_test_setup_teardown(inodes_leaked, start, end),
		cmocka_unit_test_setup_teardown(directories, start, end),
	};

	return cmocka_run_group_tests_name("compare_owners", tests, NULL,
					   NULL);
}
