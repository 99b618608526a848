// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_verdict.c --- the answer in one line
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "ext4bm.h"
#include "unit.h"

static const struct ext4bm_geometry wide = {
	.groups = 500, .desc_size = 64,
};

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

static void clean(void **state)
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
static void journal(void **state)
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
	report.verdict = EXT4BM_INCOMPLETE;
	assert_string_equal(verdict_of(&report), "incomplete: no drift seen "
			    "in 500 groups, but the journal could not be "
			    "replayed (it is far away), and the changes in "
			    "it were not looked at");
	report.groups_checked = 1;
	assert_non_null(strstr(verdict_of(&report), "in 1 of 500 groups, "));
	report.verdict = EXT4BM_UNDECIDED;
	report.nr_findings = report.undecided = 1;
	total.explained = EXT4BM_BY_JOURNAL;
	assert_non_null(strstr(verdict_of(&report),
			       "cannot be replayed: it is far away"));
}

/* The worst that nothing explains is what the line is about. */
static void drift(void **state)
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
static void live_memory(void **state)
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
	/* the disk is behind, so it is not known to be right */
	report.lagging = 1;
	assert_non_null(strstr(verdict_of(&report), "DRIFT in memory only: "
			       "what the kernel will write to the disk is "
			       "right; 13 clusters"));
	report.lagging = 0;
	/* a kernel with the fix is not to be updated */
	strcpy(report.kernel, "6.18.13 #1 SMP");
	assert_non_null(strstr(verdict_of(&report), "; update the kernel "
			       "(fixed in "));
	strcpy(report.kernel, "6.18.14 #1 SMP");
	assert_non_null(strstr(verdict_of(&report), "; this kernel has the fix "
			       "of CVE-2026-45942, so report it"));
	assert_null(strstr(verdict_of(&report), "update"));
	strcpy(report.kernel, "6.1.0-31-amd64 #1 SMP Debian 6.1.128-1");
	assert_non_null(strstr(verdict_of(&report), "; this kernel never had "
			       "CVE-2026-45942, so report it"));
	report.kernel[0] = '\0';
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

/* The disk is only named where it was read and does not lag behind. */
static void live_clean(void **state)
{
	struct ext4bm_report report = {
		.geometry = &wide, .verdict = EXT4BM_CLEAN, .live = true,
		.live_cache = true, .live_disk = true, .groups_checked = 500,
		.groups_wanted = 500,
	};

	(void)state;
	assert_string_equal(verdict_of(&report), "clean: the allocator's "
			    "views, bitmaps, descriptors and disk of 500 "
			    "groups agree");
	report.lagging = 1;
	assert_null(strstr(verdict_of(&report), "disk"));
	report.lagging = 0;
	report.live_disk = false;
	report.frozen = true;
	assert_null(strstr(verdict_of(&report), "disk"));
}

/* Whose the clusters are, as far as anybody was asked. */
static void live_owners(void **state)
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

static void live_disk(void **state)
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
static void live_marked(void **state)
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
static void live_damage(void **state)
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

static void others(void **state)
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
		cmocka_unit_test(clean),
		cmocka_unit_test(journal),
		cmocka_unit_test(drift),
		cmocka_unit_test(live_memory),
		cmocka_unit_test(live_clean),
		cmocka_unit_test(live_owners),
		cmocka_unit_test(live_disk),
		cmocka_unit_test(live_marked),
		cmocka_unit_test(live_damage),
		cmocka_unit_test(others),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
