// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_text.c --- findings and verdicts in one line each
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ext4bm.h"
#include "unit.h"

static const struct ext4bm_geometry narrow = {
	.groups = 500, .desc_size = 32,
};
static const struct ext4bm_geometry wide = {
	.groups = 500, .desc_size = 64,
};

/* The line, written into buffers of every size on the way. */
static const char *text_of(const struct ext4bm_geometry *geo,
			   const struct ext4bm_finding *finding)
{
	static char buf[512];
	size_t len = ext4bm_finding_text(geo, finding, buf, sizeof(buf));

	assert_int_equal(len, strlen(buf));
	for (size_t size = 0; size <= len + 1; size++) {
		char small[513];

		memset(small, '#', sizeof(small));
		assert_int_equal(ext4bm_finding_text(geo, finding,
			size ? small : NULL, size), len);
		for (size_t i = size; i < sizeof(small); i++)
			assert_int_equal(small[i], '#');
		if (size == 0)
			continue;
		assert_int_equal(strlen(small), size - 1);
		assert_memory_equal(small, buf, size - 1);
	}
	return buf;
}

#define SAYS(geo, text, ...) \
	assert_string_equal(text_of(geo, &(struct ext4bm_finding){ \
		__VA_ARGS__ }), text)

static void counts(void **state)
{
	(void)state;
	SAYS(&wide, "group 350: 8179 free clusters stored, 8192 counted "
	     "(stored is 13 too low)", .code = EXT4BM_GD_FREE_CLUSTERS,
	     .group = 350, .stored = 8179, .counted = 8192);
	SAYS(&wide, "group 0: 8192 free clusters stored, 8179 counted "
	     "(stored is 13 too high)", .code = EXT4BM_GD_FREE_CLUSTERS,
	     .group = 0, .stored = 8192, .counted = 8179);
	SAYS(&wide, "group 7: 0 free inodes stored, 1 counted (stored is 1 "
	     "too low)", .code = EXT4BM_GD_FREE_INODES, .group = 7,
	     .stored = 0, .counted = 1);
	SAYS(&wide, "superblock against bitmaps: 18446744073709551615 free "
	     "blocks stored, 0 counted (stored is 18446744073709551615 too "
	     "high)", .code = EXT4BM_SB_FREE_BLOCKS,
	     .group = EXT4BM_NO_GROUP, .stored = UINT64_MAX);
	SAYS(&wide, "superblock against descriptors: 3 free inodes stored, 5 "
	     "counted (stored is 2 too low)",
	     .code = EXT4BM_SB_GD_FREE_INODES, .group = EXT4BM_NO_GROUP,
	     .stored = 3, .counted = 5);
}

static void places(void **state)
{
	(void)state;
	SAYS(&wide, "group 3: inode table at block 12345, where it cannot be",
	     .code = EXT4BM_GD_LOCATION, .group = 3, .stored = 12345,
	     .item = EXT4BM_ITEM_INODE_TABLE);
	SAYS(&wide, "group 3: block bitmap at block 9 lies on the inode table "
	     "of group 2 (1 block)", .code = EXT4BM_GD_OVERLAP, .group = 3,
	     .stored = 9, .counted = 1, .item = EXT4BM_ITEM_BLOCK_BITMAP,
	     .other_item = EXT4BM_ITEM_INODE_TABLE, .other_group = 2);
	SAYS(&wide, "group 27: the backup descriptors here place 2 of 500 "
	     "groups elsewhere, the first is group 4",
	     .code = EXT4BM_GD_BACKUP, .group = 27, .stored = 500,
	     .counted = 2, .other_group = 4);
}

static void unreadable(void **state)
{
	char want[200];

	(void)state;
	snprintf(want, sizeof(want), "group 3: block bitmap at block 9 could "
		 "not be read: %s", strerror(EIO));
	SAYS(&wide, want, .code = EXT4BM_BLOCK_BITMAP_UNREADABLE, .group = 3,
	     .item = EXT4BM_ITEM_BLOCK_BITMAP, .stored = 9, .errnum = EIO);
	SAYS(&wide, "group 3: inode bitmap at block 9 could not be read: the "
	     "device ends before it", .code = EXT4BM_INODE_BITMAP_UNREADABLE,
	     .group = 3, .item = EXT4BM_ITEM_INODE_BITMAP, .stored = 9,
	     .errnum = ENODATA);
	SAYS(&wide, "group 3: inode bitmap at block 0: there is no such block",
	     .code = EXT4BM_INODE_BITMAP_UNREADABLE, .group = 3,
	     .item = EXT4BM_ITEM_INODE_BITMAP);
}

/* As wide as on disk. */
static void checksums(void **state)
{
	(void)state;
	SAYS(&wide, "superblock: checksum 0x0000000a stored, 0x12345678 "
	     "counted", .code = EXT4BM_SB_CHECKSUM, .group = EXT4BM_NO_GROUP,
	     .stored = 10, .counted = 0x12345678);
	SAYS(&wide, "group 1: checksum 0x000a stored, 0xffff counted",
	     .code = EXT4BM_GD_CHECKSUM, .group = 1, .stored = 10,
	     .counted = 0xffff);
	SAYS(&wide, "group 1: checksum 0x0000000a stored, 0x0000ffff counted",
	     .code = EXT4BM_BLOCK_BITMAP_CHECKSUM, .group = 1, .stored = 10,
	     .counted = 0xffff);
	SAYS(&narrow, "group 1: checksum 0x000a stored, 0xffff counted",
	     .code = EXT4BM_INODE_BITMAP_CHECKSUM, .group = 1, .stored = 10,
	     .counted = 0xffff);
	SAYS(&narrow, "superblock: checksum 0x0000000a stored, 0x00000000 "
	     "counted", .code = EXT4BM_SB_CHECKSUM, .group = EXT4BM_NO_GROUP,
	     .stored = 10);
}

static void numbers_of_things(void **state)
{
	struct ext4bm_range ranges[] = { { 5, 5 }, { 7, 9 } };

	(void)state;
	SAYS(&wide, "group 1: 1 cluster of fixed metadata shown free (first "
	     "in the inode table)", .code = EXT4BM_METADATA_FREE, .group = 1,
	     .item = EXT4BM_ITEM_INODE_TABLE, .stored = 34, .counted = 33);
	SAYS(&wide, "group 1: 2 clusters of fixed metadata shown free (first "
	     "in the superblock)", .code = EXT4BM_METADATA_FREE, .group = 1,
	     .item = EXT4BM_ITEM_SUPERBLOCK, .stored = 34, .counted = 32);
	SAYS(&wide, "group 0: 1 reserved inode shown free",
	     .code = EXT4BM_RESERVED_INODE_FREE, .stored = 10, .counted = 9);
	SAYS(&wide, "group 4: 4 of 4192 padding bits not set",
	     .code = EXT4BM_BLOCK_BITMAP_PADDING, .group = 4,
	     .stored = 4192, .counted = 4188);
	SAYS(&wide, "group 2: 124 inodes declared unused, at most 120 can be "
	     "(4 in use there)", .code = EXT4BM_GD_ITABLE_UNUSED,
	     .group = 2, .stored = 124, .counted = 120, .ranges = ranges,
	     .nr_ranges = 2);
	SAYS(&wide, "the device holds 999 blocks, the filesystem has 1000",
	     .code = EXT4BM_DEVICE_SHORT, .group = EXT4BM_NO_GROUP,
	     .stored = 1000, .counted = 999);
}

static void kernel_record(void **state)
{
	struct ext4bm_kernel_record record = {
		.errors = 2, .during = 1,
		.first = { .time = 1767323045, .function = "ext4_lookup",
			   .line = 1785, .inode = 12 },
		.last = { .time = 1795345413, .block = 34, .error = 5,
			  .function = "ext4_mb_generate_buddy",
			  .line = 1290 },
	};

	(void)state;
	SAYS(&wide, "the kernel has recorded 2 errors since the last e2fsck, "
	     "1 of them during this check; the first at 2026-01-02 03:04:05 "
	     "UTC in ext4_lookup:1785, inode 12; the last at 2026-11-22 "
	     "11:03:33 UTC in ext4_mb_generate_buddy:1290, EFSCORRUPTED, "
	     "block 34", .code = EXT4BM_KERNEL_ERROR_RECORD,
	     .group = EXT4BM_NO_GROUP, .stored = 2, .counted = 1,
	     .record = &record);
	SAYS(&wide, "the kernel has recorded 1 error since the last e2fsck: "
	     "at 2026-11-22 11:03:33 UTC in ext4_mb_generate_buddy:1290, "
	     "EFSCORRUPTED, block 34", .code = EXT4BM_KERNEL_ERROR_RECORD,
	     .group = EXT4BM_NO_GROUP, .stored = 1, .record = &record);
	memset(&record.last, 0, sizeof(record.last));
	SAYS(&wide, "the kernel has recorded 1 error since the last e2fsck: "
	     "in (unknown):0", .code = EXT4BM_KERNEL_ERROR_RECORD,
	     .group = EXT4BM_NO_GROUP, .stored = 1, .record = &record);
	/* as long as it can get */
	record.first = record.last = (struct ext4bm_kernel_error){
		.time = INT64_C(253402300799), .line = UINT32_MAX,
		.inode = UINT32_MAX, .block = UINT64_MAX, .error = 5,
	};
	memset(record.first.function, 'f', 63);
	memset(record.last.function, 'l', 63);
	assert_non_null(strstr(text_of(&wide, &(struct ext4bm_finding){
		.code = EXT4BM_KERNEL_ERROR_RECORD, .stored = UINT64_MAX,
		.counted = UINT64_MAX, .group = EXT4BM_NO_GROUP,
		.record = &record }), "block 18446744073709551615"));
}

static void disk(void **state)
{
	(void)state;
	SAYS(&wide, "group 3: descriptor on disk (9 free clusters) differs "
	     "from the one in memory (7)", .code = EXT4BM_DISK_DESCRIPTOR,
	     .group = 3, .stored = 9, .counted = 7);
	SAYS(&wide, "group 3: block bitmap on disk (9 free clusters) differs "
	     "from the one in memory (9)", .code = EXT4BM_DISK_BLOCK_BITMAP,
	     .group = 3, .stored = 9, .counted = 9);
	SAYS(&wide, "group 3: inode bitmap on disk (9 free inodes) differs "
	     "from the one in memory (7)", .code = EXT4BM_DISK_INODE_BITMAP,
	     .group = 3, .stored = 9, .counted = 7);
}

static void operational(void **state)
{
	(void)state;
	SAYS(&wide, "block numbers lead to the same blocks over and over; "
	     "owners were not found out", .code = EXT4BM_OWNERS_ENTANGLED,
	     .group = EXT4BM_NO_GROUP);
	SAYS(&wide, "it may be frozen for 5 s, looking takes about 17 s",
	     .code = EXT4BM_FREEZE_EXPIRED, .group = EXT4BM_NO_GROUP,
	     .stored = 5, .counted = 17);
}

static void totals(void **state)
{
	(void)state;
	SAYS(&wide, "the kernel counts 900 free blocks in all, the "
	     "descriptors 1000 (it counts 100 too few)",
	     .code = EXT4BM_STATFS_FREE_BLOCKS, .group = EXT4BM_NO_GROUP,
	     .stored = 900, .counted = 1000);
	SAYS(&wide, "the kernel counts 1000 free blocks in all, the "
	     "descriptors 900 (it counts 100 too many)",
	     .code = EXT4BM_STATFS_FREE_BLOCKS, .group = EXT4BM_NO_GROUP,
	     .stored = 1000, .counted = 900);
}

/* One line, not empty, no full stop, for every code and extreme value. */
static void every_code(void **state)
{
	(void)state;
	for (int code = 0; code < EXT4BM_NR_CODES; code++)
		for (int how = 0; how < 4; how++) {
			struct ext4bm_finding finding = {
				.code = code,
				.group = how & 1 ? EXT4BM_NO_GROUP
						 : UINT32_MAX - 1,
				.item = EXT4BM_ITEM_RESERVED_GDT,
				.other_item = EXT4BM_ITEM_RESERVED_GDT,
				.other_group = UINT32_MAX,
				.stored = how & 2 ? UINT64_MAX : 0,
				.counted = how & 2 ? UINT64_MAX - 1 : 0,
				.errnum = how & 2 ? EIO : 0,
			};
			const char *text = text_of(&wide, &finding);

			assert_true(strlen(text) > 10);
			assert_null(strchr(text, '\n'));
			assert_null(strstr(text, "  "));
			assert_int_not_equal(text[strlen(text) - 1], '.');
			assert_int_equal(how & 1 ? 0 : 1,
				strncmp(text, "group 4294967294: ", 18) == 0);
		}
}

static const char *verdict_of(const struct ext4bm_report *report)
{
	static char buf[1024];
	char small[20];
	size_t len = ext4bm_verdict_text(report, buf, sizeof(buf));

	assert_int_equal(len, strlen(buf));
	memset(small, '#', sizeof(small));
	assert_int_equal(ext4bm_verdict_text(report, small, 10), len);
	assert_int_equal(strlen(small), 9);
	assert_memory_equal(small, buf, 9);
	assert_int_equal(small[10], '#');
	return buf;
}

static void verdict_clean(void **state)
{
	struct ext4bm_geometry geo = wide;
	struct ext4bm_report report = {
		.geometry = &geo, .verdict = EXT4BM_CLEAN,
		.groups_checked = 500, .groups_wanted = 500,
	};

	(void)state;
	assert_string_equal(verdict_of(&report), "clean: bitmaps, descriptors "
			    "and totals of 500 groups agree");
	geo.needs_recovery = true;
	assert_non_null(strstr(verdict_of(&report), "journal"));
	report.verdict = EXT4BM_CLEAN_PART;
	report.groups_checked = 1;
	report.nr_unchecked = 4;
	geo.needs_recovery = false;
	assert_string_equal(verdict_of(&report),
			    "no drift in the part looked at: 1 of 500 groups");
	/* all groups, but not all of what they say */
	report.groups_checked = 500;
	assert_null(strstr(verdict_of(&report), "clean"));
	geo.groups = report.groups_checked = 1;
	report.nr_unchecked = 0;
	report.verdict = EXT4BM_CLEAN;
	assert_string_equal(verdict_of(&report), "clean: bitmaps, descriptors "
			    "and totals of 1 group agree");
}

/* Which state a verdict is about is said in it. */
static void verdict_journal(void **state)
{
	struct ext4bm_geometry geo = wide;
	struct ext4bm_finding total = {
		.code = EXT4BM_SB_FREE_BLOCKS, .group = EXT4BM_NO_GROUP,
		.explained = EXT4BM_BY_RECOVERY, .stored = 1,
	};
	struct ext4bm_report report = {
		.geometry = &geo, .verdict = EXT4BM_CLEAN,
		.groups_checked = 500, .groups_wanted = 500,
		.journal.state = EXT4BM_JOURNAL_REPLAYED,
	};

	(void)state;
	geo.needs_recovery = true;
	assert_string_equal(verdict_of(&report), "clean after journal replay: "
			    "bitmaps, descriptors and totals of 500 groups "
			    "agree");
	report.findings = &total;
	report.nr_findings = report.explained = 1;
	assert_string_equal(verdict_of(&report), "clean after journal replay: "
			    "bitmaps and descriptors of 500 groups agree (the "
			    "kernel counts the totals anew when it mounts)");
	total.code = EXT4BM_GD_FREE_CLUSTERS;
	report.verdict = EXT4BM_DRIFT;
	report.unexplained = 1;
	assert_memory_equal(verdict_of(&report),
			    "DRIFT after journal replay: 1 free", 34);
	report.verdict = EXT4BM_CLEAN_PART;
	report.nr_findings = report.explained = 0;
	report.groups_checked = 3;
	assert_string_equal(verdict_of(&report), "no drift after journal "
			    "replay in the part looked at: 3 of 500 groups");
	report.verdict = EXT4BM_CLEAN;
	report.groups_checked = 500;
	report.journal.state = EXT4BM_JOURNAL_IGNORED;
	report.journal.reason = "it was to be ignored";
	assert_string_equal(verdict_of(&report), "clean: bitmaps, descriptors "
			    "and totals of 500 groups agree (before the "
			    "replay of the journal)");
	report.journal.state = EXT4BM_JOURNAL_FAILED;
	report.journal.reason = "it is far away";
	assert_string_equal(verdict_of(&report), "clean: bitmaps, descriptors "
			    "and totals of 500 groups agree (before the "
			    "replay of the journal: it is far away)");
	report.verdict = EXT4BM_UNDECIDED;
	report.nr_findings = report.undecided = 1;
	total.explained = EXT4BM_BY_JOURNAL;
	assert_non_null(strstr(verdict_of(&report),
			       "cannot be replayed: it is far away"));
}

static void journals(void **state)
{
	(void)state;
	SAYS(&wide, "the journal cannot be replayed: a checksum is wrong",
	     .code = EXT4BM_JOURNAL_DAMAGED, .group = EXT4BM_NO_GROUP,
	     .errnum = EBADMSG);
	SAYS(&wide, "the journal cannot be replayed from transaction 7 on "
	     "(block 42 of it): it is not consistent",
	     .code = EXT4BM_JOURNAL_DAMAGED, .group = EXT4BM_NO_GROUP,
	     .stored = 7, .counted = 42, .errnum = EUCLEAN);
	SAYS(&wide, "1 fast commit at the end of the journal not replayed",
	     .code = EXT4BM_JOURNAL_FAST_COMMITS, .group = EXT4BM_NO_GROUP,
	     .stored = 1);
	SAYS(&wide, "2 fast commits at the end of the journal not replayed",
	     .code = EXT4BM_JOURNAL_FAST_COMMITS, .group = EXT4BM_NO_GROUP,
	     .stored = 2);
}

/* The worst that nothing explains is what the line is about. */
static void verdict_drift(void **state)
{
	struct ext4bm_finding findings[] = {
		{ .code = EXT4BM_DEVICE_SHORT, .group = EXT4BM_NO_GROUP },
		{ .code = EXT4BM_METADATA_FREE, .group = 1,
		  .explained = EXT4BM_BY_JOURNAL },
		{ .code = EXT4BM_GD_FREE_INODES, .group = 2, .counted = 1 },
		{ .code = EXT4BM_GD_FREE_CLUSTERS, .group = 350,
		  .stored = 8179, .counted = 8192 },
	};
	struct ext4bm_report report = {
		.geometry = &wide, .verdict = EXT4BM_DRIFT,
		.findings = findings, .nr_findings = 4, .unexplained = 2,
		.groups_drift = 2,
	};
	const char *text;

	(void)state;
	text = verdict_of(&report);
	assert_memory_equal(text, "DRIFT: group 350: 8179 free clusters "
			    "stored, 8192 counted (stored is 13 too low)", 74);
	assert_non_null(strstr(text, "2 findings"));
	assert_non_null(strstr(text, "2 groups"));
	assert_non_null(strstr(text, ext4bm_catalogue(
		EXT4BM_GD_FREE_CLUSTERS)->brief));
	/* alone, and nothing is said about others */
	report.findings = &findings[3];
	report.nr_findings = report.unexplained = report.groups_drift = 1;
	assert_null(strstr(verdict_of(&report), "findings"));
	/* stored above counted means something else */
	findings[3].stored = 9000;
	text = verdict_of(&report);
	assert_non_null(strstr(text, ext4bm_catalogue(
		EXT4BM_GD_FREE_CLUSTERS)->brief_above));
	assert_null(strstr(text, ext4bm_catalogue(
		EXT4BM_GD_FREE_CLUSTERS)->brief));
}

/* Of what is mounted: is it memory, or the disk too? */
static void verdict_live_memory(void **state)
{
	struct ext4bm_finding findings[] = {
		{ .code = EXT4BM_KERNEL_ERROR_RECORD,
		  .group = EXT4BM_NO_GROUP, .stored = 1 },
		{ .code = EXT4BM_BUDDY_LOST_UPDATE, .group = 350,
		  .counted = 13 },
		{ .code = EXT4BM_BUDDY_FREE_CLUSTERS, .group = 350,
		  .stored = 8179, .counted = 8192 },
		{ .code = EXT4BM_COUNTERS_BELOW_DESCRIPTOR, .group = 351,
		  .explained = EXT4BM_BY_PENDING_FREE },
		{ .code = EXT4BM_BUDDY_LOST_UPDATE, .group = 400,
		  .counted = 1 },
	};
	struct ext4bm_report report = {
		.geometry = &wide, .verdict = EXT4BM_DRIFT, .live = true,
		.live_cache = true, .findings = findings, .nr_findings = 4,
		.unexplained = 2, .groups_drift = 1, .groups_checked = 500,
		.groups_wanted = 500,
	};

	(void)state;
	assert_string_equal(verdict_of(&report), "DRIFT in memory only: the "
		"disk is right and e2fsck will find nothing; 13 clusters of "
		"group 350 that belong to files look free and can be given "
		"away or discarded at any moment: do not run fstrim, stop "
		"writers, then \"sync; echo 1 > /proc/sys/vm/drop_caches\" "
		"rebuilds the kernel's copy, and check again; update the "
		"kernel (fixed in 6.6.130, 6.12.75, 6.18.14, 6.19.4 and "
		"later) [2 findings, 1 group with drift]");
	report.nr_findings = 5;
	assert_non_null(strstr(verdict_of(&report), "14 clusters of 2 groups "
			       "that belong to files look free and can"));
	/* the others may be wrong on the disk, too */
	report.groups_checked = 2;
	assert_null(strstr(verdict_of(&report), "the disk is right"));
	assert_non_null(strstr(verdict_of(&report), "DRIFT in memory only: "
			       "bitmaps and descriptors of the groups"));
	report.groups_checked = 500;
	/* not all could be read, or nobody may read the device */
	findings[3] = (struct ext4bm_finding){
		.code = EXT4BM_GROUP_LOAD_FAILED, .group = 7 };
	assert_null(strstr(verdict_of(&report), "memory only"));
	report.nr_findings = 3;
	assert_non_null(strstr(verdict_of(&report), "memory only"));
	report.live_cache = false;
	assert_null(strstr(verdict_of(&report), "memory only"));
	report.live_cache = true;
	/* lost the other way, nothing is in danger */
	findings[1] = findings[2];
	findings[1].stored = 8192;
	findings[1].counted = 8179;
	report.nr_findings = 2;
	assert_non_null(strstr(verdict_of(&report), "nothing is at risk"));
	assert_null(strstr(verdict_of(&report), "fstrim"));
	/* but a count below zero is not above anything */
	findings[1].stored = (uint64_t)-13;
	assert_null(strstr(verdict_of(&report), "nothing is at risk"));
	assert_non_null(strstr(verdict_of(&report), "clusters in use look "
			       "free and can be given away"));
}

/* Whose the clusters are, as far as anybody was asked. */
static void verdict_live_owners(void **state)
{
	struct ext4bm_owner owners[] = {
		{ .claim = EXT4BM_CLAIM_DATA, .inode = 12 },
		{ .claim = EXT4BM_CLAIM_MAPPING, .inode = 12 },
		{ .claim = EXT4BM_CLAIM_DATA, .inode = 13 },
		{ .claim = EXT4BM_CLAIM_DATA, .inode = 14 },
		{ .claim = EXT4BM_CLAIM_FIXED,
		  .item = EXT4BM_ITEM_INODE_TABLE, .group = 7 },
	};
	struct ext4bm_finding findings[] = {
		{ .code = EXT4BM_BUDDY_LOST_UPDATE, .group = 350,
		  .counted = 13, .asked = true },
		{ .code = EXT4BM_BUDDY_LOST_UPDATE, .group = 400,
		  .counted = 1, .asked = true, .owners = owners,
		  .nr_owners = 2 },
		{ .code = EXT4BM_INODE_UNREADABLE, .group = 0, .errnum = 5 },
	};
	struct ext4bm_report report = {
		.geometry = &wide, .verdict = EXT4BM_DRIFT, .live = true,
		.live_cache = true, .findings = findings, .nr_findings = 1,
		.unexplained = 1, .groups_drift = 1, .groups_checked = 500,
		.groups_wanted = 500,
	};

	(void)state;
	assert_non_null(strstr(verdict_of(&report), "; 13 clusters of group "
			       "350 that are in use (no owner found) look"));
	findings[0].counted = 1;
	assert_non_null(strstr(verdict_of(&report), "; 1 cluster of group 350 "
			       "that is in use (no owner found) looks free"));
	/* not all could be asked, or nobody was */
	findings[0].owners_cut = true;
	assert_non_null(strstr(verdict_of(&report), "belongs to files (whose "
			       "owners are not known) looks"));
	findings[0].owners_cut = findings[0].asked = false;
	assert_non_null(strstr(verdict_of(&report), "belongs to files looks"));
	/* one owner for two pieces, and one for two groups */
	report.nr_findings = 2;
	assert_non_null(strstr(verdict_of(&report), "; 2 clusters of 2 groups "
			       "that belong to files (inode 12) look free"));
	findings[0].owners = &owners[1];
	findings[0].nr_owners = 4;
	findings[0].asked = true;
	assert_non_null(strstr(verdict_of(&report), " (inode 12, inode 13, "
			       "inode 14 and others) look"));
	/* the filesystem itself is no file */
	findings[0].owners = &owners[4];
	findings[0].nr_owners = 1;
	report.nr_findings = 1;
	assert_non_null(strstr(verdict_of(&report), "belongs to the filesystem "
			       "itself (inode table of group 7) looks"));
	owners[3].inode = 8;
	findings[0].owners = &owners[3];
	findings[0].nr_owners = 2;
	assert_non_null(strstr(verdict_of(&report), "belongs to the filesystem "
			       "itself (inode 8, inode table of group 7)"));
	findings[0].owners = &owners[2];
	findings[0].nr_owners = 3;
	assert_non_null(strstr(verdict_of(&report), "belongs to files and the "
			       "filesystem itself (inode 13, inode 8, inode "
			       "table of group 7) looks"));
	/* that not all could be asked is no doubt of where the drift is */
	report.nr_findings = 3;
	assert_non_null(strstr(verdict_of(&report), "DRIFT in memory only: "
			       "the disk is right"));
}

static void verdict_live_disk(void **state)
{
	struct ext4bm_finding findings[] = {
		{ .code = EXT4BM_GD_FREE_CLUSTERS, .group = 350,
		  .stored = 2, .counted = 11 },
		{ .code = EXT4BM_BUDDY_LOST_UPDATE, .group = 351,
		  .counted = 1 },
	};
	struct ext4bm_report report = {
		.geometry = &wide, .verdict = EXT4BM_DRIFT, .live = true,
		.live_cache = true, .findings = findings, .nr_findings = 2,
		.unexplained = 2, .groups_drift = 2, .groups_checked = 500,
	};

	(void)state;
	assert_string_equal(verdict_of(&report), "DRIFT in memory, and the "
		"disk is wrong too: group 350: 2 free clusters stored, 11 "
		"counted (stored is 9 too low); 1 cluster of group 351 that "
		"belongs to files looks free: stop writers, do not run "
		"fstrim, save what matters, then unmount and run e2fsck -f "
		"before it is mounted again [2 findings, 2 groups with "
		"drift]");
	report.nr_findings = report.unexplained = report.groups_drift = 1;
	assert_string_equal(verdict_of(&report), "DRIFT, the disk is wrong: "
		"group 350: 2 free clusters stored, 11 counted (stored is 9 "
		"too low): stop writers, do not run fstrim, save what "
		"matters, then unmount and run e2fsck -f before it is "
		"mounted again");
	/* nothing is in danger by that alone */
	findings[0].stored = 12;
	assert_non_null(strstr(verdict_of(&report), "unmount it at the next "
			       "window and run e2fsck -f"));
	assert_null(strstr(verdict_of(&report), "fstrim"));
	findings[0].code = EXT4BM_DISK_BLOCK_BITMAP;
	assert_non_null(strstr(verdict_of(&report), ext4bm_catalogue(
		EXT4BM_DISK_BLOCK_BITMAP)->brief));
}

/* The kernel has met something, and nothing else is wrong that can be seen. */
static void verdict_live_marked(void **state)
{
	struct ext4bm_finding findings[] = {
		{ .code = EXT4BM_GROUP_MARKED_CORRUPT, .group = 350,
		  .stored = 8179, .counted = 8179 },
		{ .code = EXT4BM_KERNEL_ERROR_RECORD, .stored = 1,
		  .group = EXT4BM_NO_GROUP },
	};
	struct ext4bm_report report = {
		.geometry = &wide, .verdict = EXT4BM_DRIFT, .live = true,
		.live_cache = true, .findings = findings, .nr_findings = 2,
		.unexplained = 1, .groups_drift = 1, .groups_checked = 500,
	};

	(void)state;
	assert_non_null(strstr(verdict_of(&report), "DRIFT, most likely in "
			       "memory only: group 350: marked corrupt"));
	/* who cannot read the device, cannot say so */
	report.live_cache = false;
	assert_null(strstr(verdict_of(&report), "memory"));
	report.live_cache = true;
	findings[1].code = EXT4BM_GROUP_LOAD_FAILED;
	assert_null(strstr(verdict_of(&report), "memory"));
	findings[1].code = EXT4BM_GD_FREE_CLUSTERS;
	assert_non_null(strstr(verdict_of(&report), "the disk is wrong"));
}

/* What is known to have happened comes before what may happen. */
static void verdict_live_damage(void **state)
{
	struct ext4bm_finding findings[] = {
		{ .code = EXT4BM_BUDDY_LOST_UPDATE, .group = 350,
		  .counted = 13 },
		{ .code = EXT4BM_COUNTERS_IMPOSSIBLE, .group = 350,
		  .stored = (uint64_t)-13, .counted = 8192 },
	};
	struct ext4bm_report report = {
		.geometry = &wide, .verdict = EXT4BM_DRIFT, .live = true,
		.live_cache = true, .findings = findings, .nr_findings = 2,
		.unexplained = 2, .groups_drift = 1, .groups_checked = 500,
	};

	(void)state;
	assert_non_null(strstr(verdict_of(&report), ext4bm_catalogue(
		EXT4BM_COUNTERS_IMPOSSIBLE)->brief));
	assert_null(strstr(verdict_of(&report), "memory only"));
}

static void verdict_others(void **state)
{
	struct ext4bm_finding findings[] = {
		{ .code = EXT4BM_GD_FREE_CLUSTERS, .group = 1,
		  .explained = EXT4BM_BY_JOURNAL },
		{ .code = EXT4BM_BLOCK_BITMAP_UNREADABLE, .group = 2,
		  .item = EXT4BM_ITEM_BLOCK_BITMAP, .stored = 77,
		  .errnum = ENODATA },
	};
	struct ext4bm_report report = {
		.geometry = &wide, .verdict = EXT4BM_INCOMPLETE,
		.findings = findings, .nr_findings = 2,
		.groups_checked = 12, .groups_wanted = 500,
	};

	(void)state;
	assert_non_null(strstr(verdict_of(&report), "incomplete: no drift "
			"seen, but group 2: block bitmap at block 77 could "
			"not be read"));
	report.verdict = EXT4BM_UNDECIDED;
	report.nr_findings = 1;
	/* nothing in it is kept current by the kernel */
	assert_non_null(strstr(verdict_of(&report), "no drift: only totals"));
	report.undecided = 1;
	assert_non_null(strstr(verdict_of(&report), "1 difference,"));
	assert_non_null(strstr(verdict_of(&report), "journal"));
	report.dropped = 4;
	findings[0].explained = EXT4BM_BY_MOUNT;
	assert_non_null(strstr(verdict_of(&report), "5 differences"));
	assert_non_null(strstr(verdict_of(&report), "mounted"));
	findings[0].explained = EXT4BM_BY_MOMENT;
	assert_non_null(strstr(verdict_of(&report), "5 differences to the "
			       "saved counters"));
	/* interrupted before anything was found */
	report = (struct ext4bm_report){
		.geometry = &wide, .verdict = EXT4BM_INCOMPLETE,
		.cancelled = true, .groups_checked = 12,
		.groups_wanted = 500,
	};
	assert_string_equal(verdict_of(&report), "interrupted: no drift in "
			    "the 12 of 500 groups looked at");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(places),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(checksums),
		cmocka_unit_test(numbers_of_things),
		cmocka_unit_test(kernel_record),
		cmocka_unit_test(disk),
		cmocka_unit_test(operational),
		cmocka_unit_test(totals),
		cmocka_unit_test(every_code),
		cmocka_unit_test(verdict_clean),
		cmocka_unit_test(verdict_journal),
		cmocka_unit_test(journals),
		cmocka_unit_test(verdict_drift),
		cmocka_unit_test(verdict_live_memory),
		cmocka_unit_test(verdict_live_owners),
		cmocka_unit_test(verdict_live_disk),
		cmocka_unit_test(verdict_live_marked),
		cmocka_unit_test(verdict_live_damage),
		cmocka_unit_test(verdict_others),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
