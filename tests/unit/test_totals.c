// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_totals.c --- the superblock against sums, and lost descriptor blocks
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "totals.h"
#include "unit.h"

#define FREE_BLOCKS offsetof(struct ext2_super_block, s_free_blocks_count)
#define FREE_INODES offsetof(struct ext2_super_block, s_free_inodes_count)

static const struct ext4bm_target target = {
	.kind = EXT4BM_TARGET_IMAGE, .size = 1000 * 4096,
};

/* 1000 blocks of 4 KiB, two to a cluster; 300 groups, 3 descriptor blocks */
static struct ext4bm make_fs(void)
{
	return (struct ext4bm){
		.target = &target,
		.geo = {
			.block_size = 4096, .cluster_ratio = 2,
			.blocks = 1000, .groups = 300, .desc_size = 32,
			.desc_blocks = 3, .blocks_per_group = 4,
			.free_blocks = 500, .free_inodes = 70,
			.metadata_csum = true,
		},
		.super_offset = 1024,
	};
}

static struct e4_sums make_sums(void)
{
	return (struct e4_sums){
		.totals = { .gd_free_clusters = 250, .gd_free_inodes = 70,
			    .free_clusters = 250, .free_inodes = 70,
			    .complete = true },
		.gd_complete = true,
	};
}

static void assert_finding(const struct e4_findings *findings, size_t number,
			   enum ext4bm_code code, uint64_t stored,
			   uint64_t counted, uint64_t offset)
{
	const struct ext4bm_finding *finding;

	assert_true(number < findings->nr);
	finding = &findings->list[number];
	assert_int_equal(finding->code, code);
	assert_int_equal(finding->group, EXT4BM_NO_GROUP);
	assert_int_equal(finding->stored, stored);
	assert_int_equal(finding->counted, counted);
	assert_int_equal(finding->offset, offset);
}

static void agreeing(void **state)
{
	struct e4_findings findings = { 0 };
	struct ext4bm fs = make_fs();
	struct e4_sums sums = make_sums();

	(void)state;
	e4_compare_totals(&fs, &sums, &findings);
	e4_compare_superblock(&fs, &findings);
	assert_int_equal(findings.nr, 0);
}

static void bitmaps_differ(void **state)
{
	struct e4_findings findings = { 0 };
	struct ext4bm fs = make_fs();
	struct e4_sums sums = make_sums();

	(void)state;
	sums.totals.free_clusters = 251;
	e4_compare_totals(&fs, &sums, &findings);
	assert_int_equal(findings.nr, 1);
	assert_finding(&findings, 0, EXT4BM_SB_FREE_BLOCKS, 500, 502,
		       1024 + FREE_BLOCKS);
	e4_findings_free(&findings);
	sums = make_sums();
	sums.totals.free_inodes = 69;
	e4_compare_totals(&fs, &sums, &findings);
	assert_int_equal(findings.nr, 1);
	assert_finding(&findings, 0, EXT4BM_SB_FREE_INODES, 70, 69,
		       1024 + FREE_INODES);
	e4_findings_free(&findings);
}

static void descriptors_differ(void **state)
{
	struct e4_findings findings = { 0 };
	struct ext4bm fs = make_fs();
	struct e4_sums sums = make_sums();

	(void)state;
	fs.super_offset = 4096;
	sums.totals.gd_free_clusters = 249;
	sums.totals.gd_free_inodes = 71;
	e4_compare_totals(&fs, &sums, &findings);
	assert_int_equal(findings.nr, 2);
	assert_finding(&findings, 0, EXT4BM_SB_GD_FREE_BLOCKS, 500, 498,
		       4096 + FREE_BLOCKS);
	assert_finding(&findings, 1, EXT4BM_SB_GD_FREE_INODES, 70, 71,
		       4096 + FREE_INODES);
	e4_findings_free(&findings);
}

/* Sums that lack a group are compared with nothing. */
static void incomplete(void **state)
{
	struct e4_findings findings = { 0 };
	struct ext4bm fs = make_fs();
	struct e4_sums sums = { .gd_complete = true };

	(void)state;
	e4_compare_totals(&fs, &sums, &findings);
	assert_int_equal(findings.nr, 2);
	assert_int_equal(findings.list[0].code, EXT4BM_SB_GD_FREE_BLOCKS);
	assert_int_equal(findings.list[1].code, EXT4BM_SB_GD_FREE_INODES);
	e4_findings_free(&findings);
	sums.gd_complete = false;
	e4_compare_totals(&fs, &sums, &findings);
	assert_int_equal(findings.nr, 0);
}

static void superblock(void **state)
{
	struct e4_findings findings = { 0 };
	struct ext4bm fs = make_fs();

	(void)state;
	fs.super_stored = 0x12345678;
	fs.super_counted = 0x12345679;
	e4_compare_superblock(&fs, &findings);
	assert_int_equal(findings.nr, 1);
	assert_finding(&findings, 0, EXT4BM_SB_CHECKSUM, 0x12345678,
		       0x12345679, 1024 + 1020);
	e4_findings_free(&findings);
	fs.geo.metadata_csum = false;
	e4_compare_superblock(&fs, &findings);
	assert_int_equal(findings.nr, 0);
}

static void short_device(void **state)
{
	struct ext4bm_target cut = { .size = 1000 * 4096 - 1 };
	struct e4_findings findings = { 0 };
	struct ext4bm fs = make_fs();

	(void)state;
	fs.target = &cut;
	e4_compare_superblock(&fs, &findings);
	assert_int_equal(findings.nr, 1);
	assert_finding(&findings, 0, EXT4BM_DEVICE_SHORT, 1000, 999,
		       1024 + offsetof(struct ext2_super_block,
				       s_blocks_count));
	e4_findings_free(&findings);
	/* longer is fine; an e2image file is always shorter */
	cut.size = 1001 * 4096;
	e4_compare_superblock(&fs, &findings);
	assert_int_equal(findings.nr, 0);
	cut.size = 5;
	cut.kind = EXT4BM_TARGET_E2IMAGE;
	e4_compare_superblock(&fs, &findings);
	assert_int_equal(findings.nr, 0);
}

static void assert_lost(const struct e4_findings *findings, size_t number,
			uint32_t first, uint32_t last, uint64_t block,
			int errnum)
{
	const struct ext4bm_finding *finding;

	assert_true(number < findings->nr);
	finding = &findings->list[number];
	assert_int_equal(finding->code, EXT4BM_GD_UNREADABLE);
	assert_int_equal(finding->item, EXT4BM_ITEM_DESCRIPTORS);
	assert_int_equal(finding->group, first);
	assert_int_equal(finding->stored, block);
	assert_int_equal(finding->counted, last - first + 1);
	assert_int_equal(finding->offset, block * 4096);
	assert_int_equal(finding->errnum, errnum);
	assert_int_equal(finding->nr_ranges, 1);
	assert_int_equal(finding->ranges[0].first, first);
	assert_int_equal(finding->ranges[0].last, last);
}

static void lost_descriptors(void **state)
{
	int errors[3] = { 0, -EIO, -ENODATA };
	struct e4_findings findings = { 0 };
	struct ext4bm fs = make_fs();

	(void)state;
	fs.table = (struct e4_table){ .errors = errors, .blocks = 3,
				      .groups = 300 };
	e4_compare_table(&fs, &findings);
	assert_int_equal(findings.nr, 2);
	assert_lost(&findings, 0, 128, 255, 2, EIO);
	assert_lost(&findings, 1, 256, 299, 3, ENODATA);
	e4_findings_free(&findings);
	errors[1] = errors[2] = 0;
	e4_compare_table(&fs, &findings);
	assert_int_equal(findings.nr, 0);
}

/* The device had no room for the last block of the table. */
static void short_table(void **state)
{
	int errors[2] = { 0, 0 };
	struct e4_findings findings = { 0 };
	struct ext4bm fs = make_fs();

	(void)state;
	fs.table = (struct e4_table){ .errors = errors, .blocks = 2,
				      .groups = 256 };
	e4_compare_table(&fs, &findings);
	assert_int_equal(findings.nr, 1);
	assert_lost(&findings, 0, 256, 299, 3, ENODATA);
	e4_findings_free(&findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agreeing),
		cmocka_unit_test(bitmaps_differ),
		cmocka_unit_test(descriptors_differ),
		cmocka_unit_test(incomplete),
		cmocka_unit_test(superblock),
		cmocka_unit_test(short_device),
		cmocka_unit_test(lost_descriptors),
		cmocka_unit_test(short_table),
	};

	return cmocka_run_group_tests_name("totals", tests, NULL, NULL);
}
