// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_advice.c --- what to do next: in order, once, and never too reassuring
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ext4bm.h"
#include "unit.h"

/* ext2: clean, and errors seen by the kernel */
#define CLEAN 1
#define ERRORS 2
/* has_journal in the compatible features */
#define JOURNAL 0x4

struct scene {
	struct ext4bm_geometry geo;
	struct ext4bm_finding findings[4];
	struct ext4bm_report report;
	char said[3000];
};

static void line(void *context, const char *text)
{
	char *said = context;

	strcat(said, text);
	strcat(said, "\n");
}

static void begin(struct scene *scene)
{
	memset(scene, 0, sizeof(*scene));
	scene->geo.block_size = 4096;
	scene->geo.state = CLEAN;
	scene->geo.compat = JOURNAL;
	scene->report.geometry = &scene->geo;
	scene->report.findings = scene->findings;
}

static void found(struct scene *scene, enum ext4bm_code code,
		  uint64_t stored, uint64_t counted)
{
	enum ext4bm_severity severity = ext4bm_catalogue(code)->severity;
	struct ext4bm_report *report = &scene->report;

	scene->findings[report->nr_findings++] = (struct ext4bm_finding){
		.code = code, .stored = stored, .counted = counted,
	};
	report->by_code[code]++;
	if (severity == EXT4BM_INFORMATIONAL)
		report->informational++;
	else if (severity == EXT4BM_OPERATIONAL)
		report->operational++;
	else
		report->unexplained++;
	if (severity > report->worst)
		report->worst = severity;
}

static const char *advice(struct scene *scene)
{
	scene->said[0] = '\0';
	ext4bm_advice(&scene->report, line, scene->said);
	return scene->said;
}

static int times(const char *text, const char *part)
{
	int count = 0;

	for (; (text = strstr(text, part)); text++)
		count++;
	return count;
}

static void nothing(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	assert_string_equal(advice(&scene), "");
}

/* What could not be looked at, then the severe, then the major; the minor go
 * without saying where e2fsck is called for anyway. */
static void order(void **state)
{
	const char *said, *first, *second, *third;
	struct scene scene;

	(void)state;
	begin(&scene);
	found(&scene, EXT4BM_SB_FREE_BLOCKS, 1, 2);
	found(&scene, EXT4BM_GD_FREE_INODES, 1, 2);
	found(&scene, EXT4BM_METADATA_FREE, 9, 8);
	found(&scene, EXT4BM_BLOCK_BITMAP_UNREADABLE, 1, 0);
	said = advice(&scene);
	first = strstr(said, "block-bitmap-unreadable: ");
	second = strstr(said, "metadata-free: ");
	third = strstr(said, "gd-free-inodes: ");
	assert_non_null(first);
	assert_true(first < second);
	assert_true(second < third);
	assert_null(strstr(said, "sb-free-blocks"));
	assert_int_equal(times(said, "\n"), 3);
}

static void minor_alone(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	found(&scene, EXT4BM_SB_FREE_BLOCKS, 1, 2);
	found(&scene, EXT4BM_SB_FREE_INODES, 1, 2);
	assert_string_equal(advice(&scene),
			    "sb-free-blocks: e2fsck puts the total right.\n");
}

static void direction(void **state)
{
	static const char calm[] = "No data is at risk by this alone";
	struct scene scene;

	(void)state;
	begin(&scene);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 8192, 8179);
	assert_non_null(strstr(advice(&scene), calm));
	/* one too low among them, or perhaps among those not kept */
	scene.report.dropped = 1;
	assert_null(strstr(advice(&scene), calm));
	scene.report.dropped = 0;
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 8179, 8192);
	assert_null(strstr(advice(&scene), calm));
	assert_non_null(strstr(advice(&scene), "do not run fstrim"));
}

/* A descriptor that cannot be trusted is no failing device. */
static void doubtful(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	found(&scene, EXT4BM_BLOCK_BITMAP_UNREADABLE, 1, 0);
	scene.findings[0].errnum = EBADMSG;
	assert_null(strstr(advice(&scene), "smartctl"));
	assert_non_null(strstr(advice(&scene), "descriptor right first"));
	found(&scene, EXT4BM_BLOCK_BITMAP_UNREADABLE, 1, 0);
	scene.findings[1].errnum = EIO;
	assert_non_null(strstr(advice(&scene), "smartctl"));
}

/* Most advice about the disk is for who has not mounted it. */
static void mounted(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 8179, 8192);
	assert_null(strstr(advice(&scene), "It is mounted"));
	scene.report.live = true;
	assert_memory_equal(advice(&scene), "It is mounted: stop what", 24);
	/* as urgent as it is, also in what is not said of the disk */
	scene.findings[0].stored = 9000;
	assert_memory_equal(advice(&scene), "It is mounted: unmount it at the "
			    "next window", 44);
	assert_null(strstr(advice(&scene), "as soon as"));
	found(&scene, EXT4BM_BUDDY_LOST_UPDATE, 0, 13);
	assert_memory_equal(advice(&scene), "It is mounted: stop what", 24);
	begin(&scene);
	scene.report.live = true;
	found(&scene, EXT4BM_GD_CHECKSUM, 1, 2);
	assert_memory_equal(advice(&scene), "It is mounted: unmount it", 25);
	begin(&scene);
	scene.report.live = true;
	found(&scene, EXT4BM_BUDDY_LOST_UPDATE, 0, 13);
	assert_null(strstr(advice(&scene), "It is mounted"));
}

static void explained(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 8179, 8192);
	scene.report.unexplained = 0;
	scene.findings[0].explained = EXT4BM_BY_JOURNAL;
	assert_null(strstr(advice(&scene), "gd-free-clusters"));
	assert_non_null(strstr(advice(&scene), "The journal holds"));
	scene.findings[0].explained = EXT4BM_BY_MOUNT;
	assert_non_null(strstr(advice(&scene), "was mounted"));
	scene.findings[0].explained = EXT4BM_BY_MOMENT;
	assert_non_null(strstr(advice(&scene), "of another moment"));
}

/* Why it was not replayed, and no call for a mount that must fail. */
static void journal(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	scene.report.journal.state = EXT4BM_JOURNAL_REPLAYED;
	assert_string_equal(advice(&scene), "");
	scene.report.journal.state = EXT4BM_JOURNAL_IGNORED;
	scene.report.journal.reason = "it was to be ignored";
	assert_string_equal(advice(&scene), "");
	scene.report.journal.state = EXT4BM_JOURNAL_FAILED;
	scene.report.journal.reason = "it is far away";
	assert_string_equal(advice(&scene), "The journal was not replayed in "
			    "memory: it is far away.\n");
	scene.report.journal.external = true;
	scene.report.journal.errnum = ENODEV;
	assert_non_null(strstr(advice(&scene), "--journal-device"));
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 8179, 8192);
	scene.report.unexplained = 0;
	scene.findings[0].explained = EXT4BM_BY_JOURNAL;
	assert_non_null(strstr(advice(&scene), "mount it once"));
	found(&scene, EXT4BM_JOURNAL_DAMAGED, 3, 5);
	assert_null(strstr(advice(&scene), "mount it once"));
}

/* What can be done about one that is known to hold changes. */
static void no_replay(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	scene.geo.needs_recovery = true;
	scene.report.journal.state = EXT4BM_JOURNAL_FAILED;
	scene.report.journal.reason = "it is long";
	scene.report.journal.errnum = EFBIG;
	assert_non_null(strstr(advice(&scene), "mount it once"));
	scene.report.journal.errnum = EOPNOTSUPP;
	assert_null(strstr(advice(&scene), "mount it once"));
	assert_non_null(strstr(advice(&scene), "it is long. A newer kernel"));
	assert_non_null(strstr(advice(&scene), "run e2fsck -f"));
	/* a mark without a journal */
	scene.report.journal.errnum = ENODEV;
	scene.geo.compat = 0;
	assert_null(strstr(advice(&scene), "mount it once"));
	assert_non_null(strstr(advice(&scene), "contradicts itself"));
}

static void whole_filesystem(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	scene.geo.state = CLEAN | ERRORS;
	assert_non_null(strstr(advice(&scene), "the kernel met errors"));
	scene.geo.state = 0;
	assert_string_equal(advice(&scene), "");
	scene.geo.compat = 0;
	assert_non_null(strstr(advice(&scene), "no journal"));
	/* nothing is known of it without a superblock */
	scene.geo.block_size = 0;
	assert_string_equal(advice(&scene), "");
	scene.geo.block_size = 4096;
	scene.geo.state = CLEAN;
	strcpy(scene.geo.mmp_host, "node7");
	assert_non_null(strstr(advice(&scene), "names host node7"));
	/* what is mounted is neither clean nor unused, and that is fine */
	scene.geo.state = ERRORS;
	scene.report.live = true;
	assert_string_equal(advice(&scene), "");
}

/* What is only worth knowing comes last, also where all else is well. */
static void informational(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene);
	found(&scene, EXT4BM_KERNEL_ERROR_RECORD, 3, 0);
	assert_int_equal(times(advice(&scene), "\n"), 1);
	assert_non_null(strstr(advice(&scene), "kernel-error-record: "));
	found(&scene, EXT4BM_SB_FREE_BLOCKS, 1, 2);
	assert_true(strstr(advice(&scene), "kernel-error-record: ") >
		    strstr(advice(&scene), "sb-free-blocks: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),
		cmocka_unit_test(order),
		cmocka_unit_test(minor_alone),
		cmocka_unit_test(direction),
		cmocka_unit_test(doubtful),
		cmocka_unit_test(mounted),
		cmocka_unit_test(explained),
		cmocka_unit_test(journal),
		cmocka_unit_test(no_replay),
		cmocka_unit_test(whole_filesystem),
		cmocka_unit_test(informational),
	};

	return cmocka_run_group_tests_name("advice", tests, NULL, NULL);
}
