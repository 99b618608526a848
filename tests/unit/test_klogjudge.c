// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_klogjudge.c --- a message and a report: what became of it
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"
#include "ext4bm.h"
#include "unit.h"

#define SCAN "EXT4-fs error (device sda2): ext4_mb_complex_scan_group:2508: " \
	"group 3, 8179 free clusters as per group info. But got 8192 blocks"
#define CHECKSUM "EXT4-fs error (device sda2): ext4_validate_block_bitmap:1: " \
	"comm x: bg 3: bad block bitmap checksum"
#define MISMATCH "EXT4-fs error (device sda2): ext4_mb_generate_buddy:1: " \
	"group 3, block bitmap and bg descriptor inconsistent: 1 vs 2 free " \
	"clusters"
#define DOUBLE "EXT4-fs error (device sda2): mb_free_blocks:1: group 3, " \
	"inode 15: block 305:freeing already freed block (bit 19); block " \
	"bitmap corrupt."
#define COPY "EXT4-fs (sda2): corruption in group 3 at byte 784(6272): f in " \
	"copy != ff on disk/prealloc"
#define NO_MEMORY "EXT4-fs error (device sda2): ext4_trim_all_free:1: comm " \
	"x: Error -12 loading buddy information for 3"
#define NO_GROUP "EXT4-fs (sda2): group descriptors corrupted!"
#define MOUNT "EXT4-fs (sda2): mounted filesystem with ordered data mode."

#define MOUNT_UUID "EXT4-fs (sda2): mounted filesystem " \
	"aa10bbb7-1dd1-4c6d-9e04-52a3074dcc3d r/w with ordered data mode."

/* 10 groups of 8192 blocks of 1 KiB. */
static const struct ext4bm_geometry shape = {
	.block_size = 1024, .cluster_ratio = 1, .blocks = 81921,
	.first_data_block = 1, .blocks_per_group = 8192,
	.clusters_per_group = 8192, .inodes_per_group = 100, .inodes = 1000,
	.groups = 10, .state = 1,
};

struct trial {
	struct ext4bm_klog *log;
	struct ext4bm_geometry geo;
	struct e4_findings findings;
	struct ext4bm_report report;
	const struct ext4bm_klog_item *item;
};

static void begin(struct trial *trial, const char *line)
{
	*trial = (struct trial){ .geo = shape, .log = ext4bm_klog_new() };
	trial->report.live = trial->report.live_cache = true;
	trial->report.kept.hidden_clusters = 77;
	assert_int_equal(ext4bm_klog_add(trial->log, line), 0);
}

static struct ext4bm_finding *found(struct trial *trial,
				    enum ext4bm_code code, uint32_t group)
{
	return e4_findings_add(&trial->findings, code, group);
}

/* The last message of the log, after a check. */
static const struct ext4bm_klog_item *judge(struct trial *trial)
{
	const struct ext4bm_klog_info *info;
	struct ext4bm_range *groups;
	size_t nr;

	assert_int_equal(ext4bm_klog_groups(trial->log, "sda2", &trial->geo,
					    &groups, &nr), 0);
	free(groups);
	trial->report.geometry = &trial->geo;
	trial->report.findings = trial->findings.list;
	trial->report.nr_findings = trial->findings.nr;
	ext4bm_klog_judge(trial->log, "sda2", &trial->report);
	info = ext4bm_klog_info(trial->log);
	trial->item = info->items[info->nr_items - 1];
	return trial->item;
}

static void end(struct trial *trial, enum ext4bm_klog_verdict verdict,
		int status, const char *text)
{
	const struct ext4bm_klog_item *item = judge(trial);

	if (item->verdict != verdict || !strstr(item->now, text))
		fail_msg("%s: %s", ext4bm_klog_verdict_name(item->verdict),
			 item->now);
	assert_int_equal(ext4bm_klog_exit_status(trial->log), status);
	e4_findings_free(&trial->findings);
	ext4bm_klog_free(trial->log);
}

#define OPERATIONAL EXT4BM_EXIT_OPERATIONAL

/* Silence is no answer where nothing can be heard. */
static void blind(void **state)
{
	struct trial trial;

	(void)state;
	begin(&trial, SCAN);
	end(&trial, EXT4BM_KLOG_NOT_SEEN, OPERATIONAL,
	    "in the 77 clusters below the first free hint, or in the chunk");
	begin(&trial, SCAN);
	trial.report.kept.hidden_clusters = 0;
	end(&trial, EXT4BM_KLOG_NOT_SEEN, OPERATIONAL,
	    "no interface shows it (in the chunk map alone)");
	begin(&trial, SCAN);
	trial.report.kept.hidden_clusters = 0;
	trial.report.transient = 1;
	end(&trial, EXT4BM_KLOG_NOT_SEEN, OPERATIONAL,
	    "(below the first free hint, or in the chunk map alone)");
	begin(&trial, SCAN);
	trial.report.live_cache = false;
	end(&trial, EXT4BM_KLOG_NOT_SEEN, OPERATIONAL, "chunk map");
	/* What was in memory went away with the mount. */
	begin(&trial, SCAN);
	ext4bm_klog_add(trial.log, MOUNT);
	trial.geo.state = 3;
	end(&trial, EXT4BM_KLOG_GONE, 0, "that memory is gone");
	begin(&trial, SCAN);
	trial.geo.state = 3;
	trial.report.live = false;
	end(&trial, EXT4BM_KLOG_GONE, 0, "that memory is gone");
}

static void confirmed(void **state)
{
	struct ext4bm_finding *finding;
	struct trial trial;

	(void)state;
	begin(&trial, SCAN);
	finding = found(&trial, EXT4BM_BUDDY_FREE_CLUSTERS, 3);
	finding->stored = 8179;
	finding->counted = 8192;
	end(&trial, EXT4BM_KLOG_CONFIRMED, 0,
	    "group 3: allocator counts 8179 free clusters, its bitmap has "
	    "8192");
	/* of drift and what could not be looked at, drift is told */
	begin(&trial, CHECKSUM);
	found(&trial, EXT4BM_GROUP_UNSETTLED, 3);
	found(&trial, EXT4BM_BLOCK_BITMAP_CHECKSUM, 3);
	end(&trial, EXT4BM_KLOG_CONFIRMED, 0, "checksum");
	/* drift elsewhere says nothing about this group */
	begin(&trial, CHECKSUM);
	found(&trial, EXT4BM_BLOCK_BITMAP_CHECKSUM, 4);
	found(&trial, EXT4BM_KERNEL_ERROR_RECORD, EXT4BM_NO_GROUP);
	end(&trial, EXT4BM_KLOG_GONE, 0, "agrees now");
	begin(&trial, NO_GROUP);
	found(&trial, EXT4BM_GROUP_MARKED_CORRUPT, 4);
	found(&trial, EXT4BM_SB_FREE_BLOCKS, EXT4BM_NO_GROUP);
	end(&trial, EXT4BM_KLOG_GONE, 0, "agrees now");
	begin(&trial, NO_GROUP);
	found(&trial, EXT4BM_GROUP_MARKED_CORRUPT, 4);
	found(&trial, EXT4BM_GD_CHECKSUM, 5);
	end(&trial, EXT4BM_KLOG_CONFIRMED, 0, "group 5: checksum");
	/* neither does what is explained */
	begin(&trial, CHECKSUM);
	finding = found(&trial, EXT4BM_GD_FREE_CLUSTERS, 3);
	finding->explained = EXT4BM_BY_FLAG;
	finding->verdict = EXT4BM_LIVE_EXPLAINED;
	end(&trial, EXT4BM_KLOG_GONE, 0, "agrees now");
}

static void undecided(void **state)
{
	struct trial trial;

	(void)state;
	begin(&trial, CHECKSUM);
	found(&trial, EXT4BM_GROUP_UNSETTLED, 3);
	end(&trial, EXT4BM_KLOG_UNDECIDED, OPERATIONAL, "stood still");
	begin(&trial, CHECKSUM);
	found(&trial, EXT4BM_GD_FREE_CLUSTERS, 3)->explained =
		EXT4BM_BY_JOURNAL;
	trial.report.live = false;
	end(&trial, EXT4BM_KLOG_UNDECIDED, OPERATIONAL, "group 3");
	begin(&trial, CHECKSUM);
	trial.report.cancelled = true;
	end(&trial, EXT4BM_KLOG_UNDECIDED, OPERATIONAL, "interrupted");
}

/* A journal that is replayed in memory, to its end, is no doubt left. */
static void journals(void **state)
{
	static const struct {
		enum ext4bm_journal_state state;
		uint32_t fast_commits;
		bool behind;
	} cases[] = {
		{ EXT4BM_JOURNAL_CLEAN, 0, false },
		{ EXT4BM_JOURNAL_REPLAYED, 0, false },
		{ EXT4BM_JOURNAL_REPLAYED, 1, true },
		{ EXT4BM_JOURNAL_PARTLY, 0, true },
		{ EXT4BM_JOURNAL_FAILED, 0, true },
		{ EXT4BM_JOURNAL_IGNORED, 0, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct trial trial;

		begin(&trial, CHECKSUM);
		trial.geo.state = 3;
		trial.report.live = false;
		trial.report.journal.state = cases[i].state;
		trial.report.journal.fast_commits = cases[i].fast_commits;
		if (cases[i].behind)
			end(&trial, EXT4BM_KLOG_NOT_SEEN, OPERATIONAL,
			    "journal");
		else
			end(&trial, EXT4BM_KLOG_GONE, 0, "agrees now");
	}
}

static void gone(void **state)
{
	struct trial trial;

	(void)state;
	begin(&trial, MISMATCH);
	end(&trial, EXT4BM_KLOG_GONE, 0, "agrees now");
	begin(&trial, COPY);
	end(&trial, EXT4BM_KLOG_GONE, 0, "a false alarm");
	/* bitmap and descriptor have to be there to be compared */
	begin(&trial, MISMATCH);
	trial.report.live_cache = false;
	end(&trial, EXT4BM_KLOG_NOT_SEEN, OPERATIONAL, "right to read");
	begin(&trial, COPY);
	trial.report.live_cache = false;
	end(&trial, EXT4BM_KLOG_NOT_SEEN, OPERATIONAL, "right to read");
}

/* Which file owns what, only e2fsck says; and it leaves a trace. */
static void owners(void **state)
{
	struct trial trial;

	(void)state;
	begin(&trial, DOUBLE);
	end(&trial, EXT4BM_KLOG_NOT_SEEN, OPERATIONAL, "e2fsck -f, or");
	begin(&trial, DOUBLE);
	ext4bm_klog_add(trial.log, MOUNT);
	trial.geo.state = 3;
	end(&trial, EXT4BM_KLOG_NOT_SEEN, OPERATIONAL, "e2fsck -f, or");
	begin(&trial, DOUBLE);
	ext4bm_klog_add(trial.log, MOUNT);
	end(&trial, EXT4BM_KLOG_GONE, 0, "e2fsck has run since");
	begin(&trial, DOUBLE);
	trial.report.live = false;
	end(&trial, EXT4BM_KLOG_GONE, 0, "e2fsck has run since");
	/* what e2fsck does, a check of owners does too, if it gets through */
	for (uint64_t failed = 0; failed < 2; failed++) {
		begin(&trial, DOUBLE);
		trial.report.live = false;
		trial.geo.state = 3;
		trial.report.owners = EXT4BM_OWNERS_ALL;
		trial.report.operational = failed;
		end(&trial, failed ? EXT4BM_KLOG_NOT_SEEN : EXT4BM_KLOG_GONE,
		    failed ? OPERATIONAL : 0,
		    failed ? "--owners" : "agrees now");
	}
	/* the superblock of a device that cannot be read says nothing */
	begin(&trial, DOUBLE);
	ext4bm_klog_add(trial.log, MOUNT);
	trial.report.live_cache = false;
	end(&trial, EXT4BM_KLOG_NOT_SEEN, OPERATIONAL, "e2fsck -f, or");
}

static void harmless(void **state)
{
	struct trial trial;

	(void)state;
	begin(&trial, NO_MEMORY);
	end(&trial, EXT4BM_KLOG_NO_ACCUSATION, 0, "nothing is wrong with it");
	begin(&trial, NO_MEMORY);
	found(&trial, EXT4BM_GD_FREE_CLUSTERS, 3);
	judge(&trial);
	assert_string_equal(trial.item->now, "it accuses no view");
	end(&trial, EXT4BM_KLOG_NO_ACCUSATION, 0, "it accuses no view");
}

static void not_looked(void **state)
{
	const struct ext4bm_klog_info *info;
	struct trial trial;

	(void)state;
	begin(&trial, SCAN);
	assert_int_equal(ext4bm_klog_exit_status(trial.log), OPERATIONAL);
	ext4bm_klog_add(trial.log, NO_MEMORY);
	ext4bm_klog_not_looked(trial.log, "sda2", "it is not here");
	info = ext4bm_klog_info(trial.log);
	assert_int_equal(info->items[0]->verdict, EXT4BM_KLOG_NOT_LOOKED);
	assert_string_equal(info->items[0]->now, "it is not here");
	assert_int_equal(info->items[1]->verdict, EXT4BM_KLOG_NO_ACCUSATION);
	assert_int_equal(ext4bm_klog_exit_status(trial.log), OPERATIONAL);
	ext4bm_klog_free(trial.log);
	begin(&trial, NO_MEMORY);
	ext4bm_klog_not_looked(trial.log, "sda2", "it is not here");
	assert_int_equal(ext4bm_klog_exit_status(trial.log), 0);
	ext4bm_klog_free(trial.log);
	/* another filesystem was there then */
	trial = (struct trial){ .geo = shape, .log = ext4bm_klog_new() };
	ext4bm_klog_add(trial.log, MOUNT_UUID);
	ext4bm_klog_add(trial.log, SCAN);
	strcpy(trial.geo.uuid, "bb10bbb7-1dd1-4c6d-9e04-52a3074dcc3d");
	end(&trial, EXT4BM_KLOG_NOT_LOOKED, OPERATIONAL,
	    "another filesystem (UUID aa10bbb7-1dd1");
	trial = (struct trial){ .geo = shape, .log = ext4bm_klog_new() };
	trial.report.live = true;
	ext4bm_klog_add(trial.log, MOUNT_UUID);
	ext4bm_klog_add(trial.log, SCAN);
	strcpy(trial.geo.uuid, "aa10bbb7-1dd1-4c6d-9e04-52a3074dcc3d");
	end(&trial, EXT4BM_KLOG_NOT_SEEN, OPERATIONAL, "chunk map");
	/* a group that cannot be of this filesystem */
	trial = (struct trial){ .geo = shape, .log = ext4bm_klog_new() };
	ext4bm_klog_add(trial.log, "EXT4-fs error (device sda2): "
			"ext4_validate_block_bitmap:1: comm x: bg 10: bad "
			"block bitmap checksum");
	end(&trial, EXT4BM_KLOG_NOT_LOOKED, OPERATIONAL, "no group 10");
}

static void assert_groups(const char *const *lines, const char *wanted)
{
	struct ext4bm_klog *log = ext4bm_klog_new();
	struct ext4bm_range *groups = NULL;
	char text[200] = "";
	size_t nr = 0;

	for (; *lines; lines++)
		ext4bm_klog_add(log, *lines);
	assert_int_equal(ext4bm_klog_groups(log, "sda2", &shape, &groups,
					    &nr), 0);
	for (size_t i = 0; i < nr; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%llu-%llu ", (unsigned long long)groups[i].first,
			 (unsigned long long)groups[i].last);
	assert_string_equal(text, wanted);
	free(groups);
	ext4bm_klog_free(log);
}

#define BG(group) "EXT4-fs error (device sda2): " \
	"ext4_validate_block_bitmap:1: comm x: bg " group ": bad block " \
	"bitmap checksum"
#define FREED(block) "EXT4-fs error (device sda2): ext4_free_blocks:1: comm " \
	"x: Freeing blocks in system zone - Block = " block ", count = 1"
#define GIVEN(block) "EXT4-fs error (device sda2): " \
	"ext4_mb_mark_diskspace_used:1: comm x: Allocating blocks " block \
	"-81920 which overlap fs metadata"
#define INODE(inode) "EXT4-fs error (device sda2): ext4_free_inode:1: comm " \
	"x: bit already cleared for inode " inode

static void groups(void **state)
{
	static const struct {
		const char *lines[8];
		const char *wanted;
	} cases[] = {
		{ { BG("5"), BG("3"), BG("7"), BG("4"), BG("5"), BG("10"),
		    "EXT4-fs error (device sdb1): x:1: group 9, free 1, "
		    "pa_free 2" }, "3-5 7-7 " },
		{ { NO_MEMORY }, "3-3 " },
		{ { NO_GROUP }, "0-9 " },
		{ { BG("5"), NO_GROUP }, "0-9 " },
		/* places that are not called groups */
		{ { GIVEN("8192"), GIVEN("8193") }, "0-1 " },
		{ { INODE("1"), INODE("100"), INODE("901") }, "0-0 9-9 " },
		{ { FREED("81920") }, "9-9 " },
		/* nowhere at all: bitmaps are accused, or they are not */
		{ { GIVEN("81921") }, "0-9 " },
		{ { FREED("81921") }, "" },
		{ { "EXT4-fs (sda2): error count since last fsck: 12" }, "" },
		{ { NULL }, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_groups(cases[i].lines, cases[i].wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blind),
		cmocka_unit_test(confirmed),
		cmocka_unit_test(undecided),
		cmocka_unit_test(journals),
		cmocka_unit_test(gone),
		cmocka_unit_test(owners),
		cmocka_unit_test(harmless),
		cmocka_unit_test(not_looked),
		cmocka_unit_test(groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
