// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_attach.c --- owners, cut to what the findings are about
 */
#include "config.h"

#include <string.h>

#include "attach.h"
#include "unit.h"

static const struct ext4bm_geometry plain = {
	.block_size = 1024, .cluster_ratio = 1, .first_data_block = 1,
	.blocks = 1 + 4 * 8192, .blocks_per_group = 8192,
	.clusters_per_group = 8192, .groups = 4, .inodes_per_group = 128,
	.inodes = 512,
};

struct scene {
	struct e4_findings findings;
	struct e4_subjects subjects;
};

static int start(void **state)
{
	static struct scene scene;

	memset(&scene, 0, sizeof(scene));
	*state = &scene;
	return 0;
}

static int end(void **state)
{
	struct scene *scene = *state;

	e4_subjects_free(&scene->subjects);
	e4_findings_free(&scene->findings);
	return 0;
}

static void found(struct scene *scene, enum ext4bm_code code, uint32_t group,
		  uint64_t first, uint64_t last)
{
	e4_findings_add(&scene->findings, code, group);
	e4_finding_range(&scene->findings, first, last);
}

static void ready(struct scene *scene, const struct ext4bm_geometry *geo)
{
	assert_int_equal(e4_subjects_init(&scene->subjects, geo,
					  geo->groups, &scene->findings), 0);
}

static struct ext4bm_owner data(uint32_t inode, uint64_t block,
				uint64_t count, uint64_t logical)
{
	return (struct ext4bm_owner){
		.claim = EXT4BM_CLAIM_DATA, .inode = inode, .block = block,
		.count = count, .logical = logical,
	};
}

static void give(struct scene *scene, struct ext4bm_owner owner)
{
	e4_subjects_attach(&scene->subjects, &owner, false);
}

static void expect(const struct scene *scene, size_t finding, size_t number,
		   uint32_t inode, uint64_t block, uint64_t count,
		   uint64_t logical)
{
	const struct ext4bm_finding *it = &scene->findings.list[finding];

	assert_true(number < it->nr_owners);
	assert_int_equal(it->owners[number].inode, inode);
	assert_int_equal(it->owners[number].block, block);
	assert_int_equal(it->owners[number].count, count);
	assert_true(it->owners[number].logical == logical);
}

static void cut_to_ranges(void **state)
{
	struct scene *scene = *state;

	found(scene, EXT4BM_CLUSTER_SHARED, 1, 100, 112);
	e4_finding_range(&scene->findings, 200, 200);
	ready(scene, &plain);
	assert_int_equal(scene->subjects.nr, 1);
	give(scene, data(12, 8193 + 90, 200, 0));
	give(scene, data(13, 8193 + 105, 3, 7));
	give(scene, data(14, 8193 + 113, 5, 0));
	give(scene, data(15, 100, 13, 0));
	e4_subjects_finish(&scene->subjects, false);
	assert_int_equal(scene->findings.list[0].nr_owners, 3);
	expect(scene, 0, 0, 12, 8193 + 100, 13, 10);
	expect(scene, 0, 1, 13, 8193 + 105, 3, 7);
	expect(scene, 0, 2, 12, 8193 + 200, 1, 110);
	assert_false(scene->findings.list[0].owners_cut);
}

/* One piece may reach over groups and findings. */
static void several_groups(void **state)
{
	struct scene *scene = *state;

	found(scene, EXT4BM_CLUSTER_UNMARKED, 2, 0, 9);
	found(scene, EXT4BM_GD_FREE_CLUSTERS, 1, 0, 0);
	found(scene, EXT4BM_CLUSTER_UNMARKED, 1, 8190, 8191);
	ready(scene, &plain);
	assert_int_equal(scene->subjects.nr, 2);
	give(scene, data(12, 1, 4 * 8192, 0));
	e4_subjects_finish(&scene->subjects, false);
	expect(scene, 0, 0, 12, 1 + 2 * 8192, 10, 2 * 8192);
	expect(scene, 2, 0, 12, 1 + 2 * 8192 - 2, 2, 2 * 8192 - 2);
	assert_int_equal(scene->findings.list[1].nr_owners, 0);
}

/* What is no data has no number in the file. */
static void no_logical(void **state)
{
	struct scene *scene = *state;
	struct ext4bm_owner owner = data(0, 1, 100, EXT4BM_NO_LOGICAL);

	found(scene, EXT4BM_METADATA_CLAIMED, 0, 10, 12);
	ready(scene, &plain);
	owner.claim = EXT4BM_CLAIM_FIXED;
	owner.item = EXT4BM_ITEM_INODE_TABLE;
	give(scene, owner);
	e4_subjects_finish(&scene->subjects, false);
	expect(scene, 0, 0, 0, 11, 3, EXT4BM_NO_LOGICAL);
}

static void pieces_melt(void **state)
{
	struct scene *scene = *state;

	found(scene, EXT4BM_CLUSTER_UNMARKED, 0, 10, 50);
	ready(scene, &plain);
	for (uint64_t i = 0; i < 10; i++)
		give(scene, data(12, 20 + i, 1, 5 + i));
	give(scene, data(12, 30, 1, 30));
	e4_subjects_finish(&scene->subjects, false);
	assert_int_equal(scene->findings.list[0].nr_owners, 2);
	expect(scene, 0, 0, 12, 20, 10, 5);
	expect(scene, 0, 1, 12, 30, 1, 30);
}

static void inodes(void **state)
{
	struct scene *scene = *state;

	found(scene, EXT4BM_INODE_UNMARKED, 1, 130, 140);
	found(scene, EXT4BM_INODE_LEAKED, 1, 150, 160);
	ready(scene, &plain);
	assert_int_equal(scene->subjects.nr, 1);
	assert_true(e4_subjects_inode(&scene->subjects, 135));
	assert_false(e4_subjects_inode(&scene->subjects, 155));
	assert_false(e4_subjects_inode(&scene->subjects, 7));
	give(scene, (struct ext4bm_owner){ .inode = 135 });
	give(scene, (struct ext4bm_owner){ .inode = 141 });
	e4_subjects_finish(&scene->subjects, false);
	assert_int_equal(scene->findings.list[0].nr_owners, 1);
	assert_int_equal(scene->findings.list[0].owners[0].inode, 135);
}

/* A deleted file owns what it explains, and nothing else. */
static void deleted_files(void **state)
{
	struct scene *scene = *state;
	struct ext4bm_owner owner = data(12, 1, 100, 0);

	found(scene, EXT4BM_CLUSTER_LEAKED, 0, 10, 20);
	found(scene, EXT4BM_CLUSTER_LEAKED, 0, 30, 40);
	scene->findings.list[1].explained = EXT4BM_BY_ORPHANS;
	found(scene, EXT4BM_CLUSTER_UNMARKED, 0, 50, 60);
	found(scene, EXT4BM_BUDDY_LOST_UPDATE, 0, 70, 80);
	ready(scene, &plain);
	e4_subjects_attach(&scene->subjects, &owner, true);
	e4_subjects_finish(&scene->subjects, false);
	assert_int_equal(scene->findings.list[0].nr_owners, 0);
	assert_int_equal(scene->findings.list[1].nr_owners, 1);
	assert_int_equal(scene->findings.list[2].nr_owners, 0);
	assert_int_equal(scene->findings.list[3].nr_owners, 1);
	/* Who owns what nobody has is not asked. */
	assert_false(scene->findings.list[0].asked);
	assert_true(scene->findings.list[3].asked);
}

static void clusters(void **state)
{
	static const struct ext4bm_geometry big = {
		.block_size = 4096, .cluster_ratio = 16, .blocks = 4096,
		.blocks_per_group = 1024, .clusters_per_group = 64,
		.groups = 4, .inodes_per_group = 128, .inodes = 512,
	};
	struct scene *scene = *state;

	found(scene, EXT4BM_CLUSTER_SHARED, 1, 2, 3);
	ready(scene, &big);
	give(scene, data(12, 1024 + 35, 5, 3));
	give(scene, data(13, 1024 + 60, 10, 0));
	e4_subjects_finish(&scene->subjects, false);
	expect(scene, 0, 0, 12, 1024 + 35, 5, 3);
	expect(scene, 0, 1, 13, 1024 + 60, 4, 0);
}

static void bounded(void **state)
{
	struct scene *scene = *state;

	found(scene, EXT4BM_CLUSTER_UNMARKED, 0, 0, 8191);
	ready(scene, &plain);
	for (uint32_t i = 0; i < 2 * E4_MAX_OWNERS; i++)
		give(scene, data(12 + i, 1 + i, 1, 0));
	e4_subjects_finish(&scene->subjects, false);
	assert_int_equal(scene->findings.list[0].nr_owners, E4_MAX_OWNERS);
	assert_true(scene->findings.list[0].owners_cut);
}

static void agree(struct scene *scene, const struct ext4bm_owner *before,
		  size_t nr, size_t kept, bool cut)
{
	struct ext4bm_finding *it = &scene->findings.list[0];

	it->owners_cut = false;
	e4_owners_agree(it, before, nr);
	assert_int_equal(it->nr_owners, kept);
	assert_int_equal(it->owners_cut, cut);
}

/* Of two answers that differ, what both of them say. */
static void two_answers(void **state)
{
	struct scene *scene = *state;
	struct ext4bm_owner before[] = {
		data(12, 1 + 10, 5, 0), data(13, 1 + 15, 5, 0),
		data(14, 1 + 20, 1, 0),
	};

	found(scene, EXT4BM_BUDDY_LOST_UPDATE, 0, 10, 20);
	ready(scene, &plain);
	for (int i = 0; i < 3; i++)
		give(scene, before[i]);
	e4_subjects_finish(&scene->subjects, false);
	/* The mode may change, and does not matter. */
	before[0].mode = 0100644;
	agree(scene, before, 3, 3, false);
	/* One of them had less, and elsewhere in the file. */
	before[1].count = 4;
	agree(scene, before, 3, 2, true);
	before[2].logical = 1;
	agree(scene, before, 3, 1, true);
	expect(scene, 0, 0, 12, 1 + 10, 5, 0);
	/* There was another one. */
	agree(scene, before, 2, 1, true);
	agree(scene, before + 1, 1, 0, true);
	agree(scene, NULL, 0, 0, false);
}

static void nobodys(void **state)
{
	struct scene *scene = *state;
	static const struct ext4bm_geometry big = {
		.block_size = 4096, .cluster_ratio = 16, .blocks = 4096,
		.blocks_per_group = 1024, .clusters_per_group = 64,
		.groups = 4, .inodes_per_group = 128, .inodes = 512,
	};
	const struct ext4bm_finding *it;

	found(scene, EXT4BM_BUDDY_LOST_UPDATE, 1, 10, 20);
	e4_finding_range(&scene->findings, 30, 30);
	ready(scene, &big);
	it = &scene->findings.list[0];
	assert_int_equal(ext4bm_finding_unowned(&big, it), 12);
	/* A block of it is enough; two may share it. */
	give(scene, data(12, 1024 + 12 * 16 + 3, 1, 0));
	give(scene, data(13, 1024 + 12 * 16 + 4, 13, 0));
	give(scene, data(13, 1024 + 30 * 16, 1, 20));
	e4_subjects_finish(&scene->subjects, false);
	assert_int_equal(ext4bm_finding_unowned(&big, it), 9);
	give(scene, data(14, 1024, 1024, 0));
	e4_subjects_finish(&scene->subjects, false);
	assert_int_equal(ext4bm_finding_unowned(&big, it), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(cut_to_ranges, start, end),
		cmocka_unit_test_setup_teardown(several_groups, start, end),
		cmocka_unit_test_setup_teardown(no_logical, start, end),
		cmocka_unit_test_setup_teardown(pieces_melt, start, end),
		cmocka_unit_test_setup_teardown(inodes, start, end),
		cmocka_unit_test_setup_teardown(deleted_files, start, end),
		cmocka_unit_test_setup_teardown(clusters, start, end),
		cmocka_unit_test_setup_teardown(bounded, start, end),
		cmocka_unit_test_setup_teardown(two_answers, start, end),
		cmocka_unit_test_setup_teardown(nobodys, start, end),
	};

	return cmocka_run_group_tests_name("attach", tests, NULL, NULL);
}
