// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_conditions.c --- what appears, changes, is undecided, and is cleared
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conditions.h"
#include "unit.h"

#define FS 7
#define WHOLE EXT4BM_NO_GROUP

/* A table, a report to enter, and what was told, a line for each change. */
struct scene {
	struct conditions table;
	struct ext4bm_geometry geo;
	struct ext4bm_finding findings[16];
	struct ext4bm_unchecked unchecked[2];
	struct ext4bm_report report;
	struct timespec now;
	char told[4096];
};

static void tell(void *context, enum condition_change change,
		 const struct condition *it,
		 const struct ext4bm_finding *finding)
{
	struct scene *scene = context;
	size_t used = strlen(scene->told);

	/* What was seen comes with what was seen. */
	assert_int_equal(finding != NULL, change == CONDITION_APPEARED ||
			 change == CONDITION_CHANGED ||
			 change == CONDITION_STILL);
	if (finding)
		assert_int_equal(finding->code, it->code);
	snprintf(scene->told + used, sizeof(scene->told) - used,
		 "%s %s %d\n", condition_change_name(change),
		 ext4bm_catalogue(it->code)->name, (int)it->group);
}

static void begin(struct scene *scene, size_t max)
{
	memset(scene, 0, sizeof(*scene));
	assert_int_equal(conditions_init(&scene->table, max), 0);
	scene->geo.groups = 100;
	scene->report.geometry = &scene->geo;
	scene->report.findings = scene->findings;
	scene->report.unchecked = scene->unchecked;
}

static void check_begins(struct scene *scene)
{
	struct ext4bm_report *report = &scene->report;

	report->nr_findings = report->nr_unchecked = 0;
	report->groups_wanted = scene->geo.groups;
	report->cancelled = false;
	scene->now.tv_sec++;
	*scene->told = '\0';
}

static void found(struct scene *scene, enum ext4bm_code code, uint32_t group,
		  uint64_t stored, uint64_t counted)
{
	assert_true(scene->report.nr_findings < ARRAY_SIZE(scene->findings));
	scene->findings[scene->report.nr_findings++] = (struct ext4bm_finding){
		.code = code, .group = group, .stored = stored,
		.counted = counted,
	};
}

static void unchecked(struct scene *scene, enum ext4bm_code code,
		      uint64_t groups)
{
	scene->unchecked[scene->report.nr_unchecked++] =
		(struct ext4bm_unchecked) { code, groups, "because" };
}

/* Enter it. @told: what must be said. Return: how many had no room. */
static uint64_t enter(struct scene *scene, uint64_t filesystem,
		      const char *told)
{
	uint64_t untracked;

	*scene->told = '\0';
	untracked = conditions_enter(&scene->table, filesystem,
				     &scene->report, &scene->now, tell, scene);
	assert_string_equal(scene->told, told);
	return untracked;
}

static void life(void **state)
{
	const struct condition *it;
	struct scene scene;

	(void)state;
	begin(&scene, 10);
	check_begins(&scene);
	enter(&scene, FS, "");
	check_begins(&scene);
	found(&scene, EXT4BM_BUDDY_LOST_UPDATE, 5, 0, 13);
	found(&scene, EXT4BM_BUDDY_FREE_CLUSTERS, 5, 8179, 8192);
	enter(&scene, FS, "appeared buddy-lost-update 5\n"
	      "appeared buddy-free-clusters 5\n");
	it = &scene.table.list[1];
	assert_int_equal(it->code, EXT4BM_BUDDY_FREE_CLUSTERS);
	assert_int_equal(it->difference, 13);
	assert_int_equal(it->first_seen.tv_sec, 2);
	/* both values move, what is between them does not */
	check_begins(&scene);
	found(&scene, EXT4BM_BUDDY_LOST_UPDATE, 5, 0, 13);
	found(&scene, EXT4BM_BUDDY_FREE_CLUSTERS, 5, 7000, 7013);
	enter(&scene, FS, "");
	assert_int_equal(it->stored, 7000);
	assert_int_equal(it->first_seen.tv_sec, 2);
	assert_int_equal(it->last_seen.tv_sec, 3);
	assert_int_equal(it->checks, 2);
	check_begins(&scene);
	found(&scene, EXT4BM_BUDDY_FREE_CLUSTERS, 5, 7000, 7014);
	enter(&scene, FS, "changed buddy-free-clusters 5\n"
	      "cleared buddy-lost-update 5\n");
	check_begins(&scene);
	enter(&scene, FS, "cleared buddy-free-clusters 5\n");
	assert_int_equal(scene.table.nr, 0);
	/* what comes back is new */
	check_begins(&scene);
	found(&scene, EXT4BM_BUDDY_FREE_CLUSTERS, 5, 7000, 7014);
	enter(&scene, FS, "appeared buddy-free-clusters 5\n");
	assert_int_equal(scene.table.list[0].first_seen.tv_sec, 6);
	assert_int_equal(scene.table.list[0].checks, 1);
	conditions_free(&scene.table);
}

/* Each order of the buddy is a finding of its own; they are one condition. */
static bool known(const struct scene *scene, uint64_t filesystem)
{
	return conditions_known(&scene->table, filesystem,
				&scene->findings[0]);
}

/* As it is now: not with other numbers, elsewhere, or when it is gone. */
static void known_already(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, 10);
	check_begins(&scene);
	found(&scene, EXT4BM_BUDDY_LOST_UPDATE, 5, 0, 13);
	assert_false(known(&scene, FS));
	scene.report.owners = EXT4BM_OWNERS_SUSPECTS;
	enter(&scene, FS, "appeared buddy-lost-update 5\n");
	assert_true(known(&scene, FS));
	assert_false(known(&scene, FS - 1));
	assert_false(known(&scene, FS + 1));
	scene.findings[0].counted = 14;
	assert_false(known(&scene, FS));
	scene.findings[0].counted = 13;
	scene.findings[0].group = 4;
	assert_false(known(&scene, FS));
	check_begins(&scene);
	enter(&scene, FS, "cleared buddy-lost-update 5\n");
	scene.findings[0].group = 5;
	assert_false(known(&scene, FS));
	conditions_free(&scene.table);
}

/* Owners that nobody could be asked for are asked for again. */
static void known_without_owners(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, 10);
	check_begins(&scene);
	found(&scene, EXT4BM_BUDDY_LOST_UPDATE, 5, 0, 13);
	enter(&scene, FS, "appeared buddy-lost-update 5\n");
	assert_false(known(&scene, FS));
	scene.report.owners = EXT4BM_OWNERS_SUSPECTS;
	enter(&scene, FS, "");
	assert_true(known(&scene, FS));
	/* known once is enough, until it changes */
	scene.report.owners = EXT4BM_OWNERS_NONE;
	enter(&scene, FS, "");
	assert_true(known(&scene, FS));
	scene.findings[0].counted = 14;
	enter(&scene, FS, "changed buddy-lost-update 5\n");
	assert_false(known(&scene, FS));
	conditions_free(&scene.table);
}

static void several_findings(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, 10);
	check_begins(&scene);
	found(&scene, EXT4BM_BUDDY_ORDERS, 5, 3, 1);
	found(&scene, EXT4BM_BUDDY_ORDERS, 5, 0, 1);
	found(&scene, EXT4BM_BUDDY_ORDERS, 6, 0, 1);
	enter(&scene, FS, "appeared buddy-orders 5\n"
	      "appeared buddy-orders 6\n");
	assert_int_equal(scene.table.nr, 2);
	assert_int_equal(scene.table.list[0].findings, 2);
	assert_int_equal(scene.table.list[0].difference, -1);
	check_begins(&scene);
	found(&scene, EXT4BM_BUDDY_ORDERS, 5, 3, 2);
	found(&scene, EXT4BM_BUDDY_ORDERS, 6, 0, 1);
	enter(&scene, FS, "changed buddy-orders 5\n");
	conditions_free(&scene.table);
}

/* A group that could not be looked at clears nothing, and nothing else. */
static void undecided(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, 10);
	check_begins(&scene);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 4, 1, 2);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 5, 1, 2);
	enter(&scene, FS, "appeared gd-free-clusters 4\n"
	      "appeared gd-free-clusters 5\n");
	check_begins(&scene);
	found(&scene, EXT4BM_GROUP_UNSETTLED, 5, 0, 0);
	enter(&scene, FS, "cleared gd-free-clusters 4\n"
	      "undecided gd-free-clusters 5\n");
	check_begins(&scene);
	found(&scene, EXT4BM_GROUP_UNSETTLED, 5, 0, 0);
	enter(&scene, FS, "");
	assert_int_equal(conditions_count(&scene.table, FS), 1);
	assert_int_equal(scene.table.list[0].last_seen.tv_sec, 1);
	check_begins(&scene);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 5, 1, 2);
	enter(&scene, FS, "still gd-free-clusters 5\n");
	/* the whole check fails */
	*scene.told = '\0';
	conditions_unsure(&scene.table, FS, tell, &scene);
	assert_string_equal(scene.told, "undecided gd-free-clusters 5\n");
	*scene.told = '\0';
	conditions_unsure(&scene.table, FS, tell, &scene);
	assert_string_equal(scene.told, "");
	check_begins(&scene);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 5, 1, 3);
	enter(&scene, FS, "changed gd-free-clusters 5\n");
	check_begins(&scene);
	enter(&scene, FS, "cleared gd-free-clusters 5\n");
	conditions_free(&scene.table);
}

/* What could not be read is no condition itself. */
static void not_settled(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, 10);
	check_begins(&scene);
	found(&scene, EXT4BM_GROUP_UNSETTLED, 1, 0, 0);
	found(&scene, EXT4BM_GROUP_LOAD_FAILED, 2, 0, 0);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 3, 1, 2);
	scene.findings[2].explained = EXT4BM_BY_MOUNT;
	enter(&scene, FS, "");
	assert_int_equal(scene.table.nr, 0);
	conditions_free(&scene.table);
}

/* The kernel flags the group: of its buddy nothing is known any more. */
static void flagged(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, 10);
	check_begins(&scene);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 5, 1, 2);
	found(&scene, EXT4BM_BUDDY_FREE_CLUSTERS, 5, 8179, 8192);
	enter(&scene, FS, "appeared gd-free-clusters 5\n"
	      "appeared buddy-free-clusters 5\n");
	check_begins(&scene);
	found(&scene, EXT4BM_GROUP_MARKED_CORRUPT, 5, 8179, 0);
	enter(&scene, FS, "appeared group-marked-corrupt 5\n"
	      "cleared gd-free-clusters 5\n"
	      "undecided buddy-free-clusters 5\n");
	conditions_free(&scene.table);
}

/* A comparison that was not made clears nothing. */
static void not_compared(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, 10);
	check_begins(&scene);
	found(&scene, EXT4BM_STATFS_FREE_BLOCKS, WHOLE, 1, 2);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 5, 1, 2);
	found(&scene, EXT4BM_BUDDY_FREE_CLUSTERS, 5, 1, 2);
	enter(&scene, FS, "appeared statfs-free-blocks -1\n"
	      "appeared gd-free-clusters 5\n"
	      "appeared buddy-free-clusters 5\n");
	check_begins(&scene);
	unchecked(&scene, EXT4BM_STATFS_FREE_BLOCKS, 0);
	unchecked(&scene, EXT4BM_GD_FREE_CLUSTERS, 100);
	found(&scene, EXT4BM_BUDDY_FREE_CLUSTERS, 5, 1, 2);
	enter(&scene, FS, "undecided statfs-free-blocks -1\n"
	      "undecided gd-free-clusters 5\n");
	/* the blind spot is said of every check, and hides no group */
	check_begins(&scene);
	unchecked(&scene, EXT4BM_BUDDY_FREE_CLUSTERS, 0);
	enter(&scene, FS, "cleared statfs-free-blocks -1\n"
	      "cleared gd-free-clusters 5\n"
	      "cleared buddy-free-clusters 5\n");
	conditions_free(&scene.table);
}

/* A check that was ended early adds what it has found, no more. */
static void cancelled(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, 10);
	check_begins(&scene);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 5, 1, 2);
	enter(&scene, FS, "appeared gd-free-clusters 5\n");
	check_begins(&scene);
	scene.report.cancelled = true;
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 6, 1, 2);
	enter(&scene, FS, "appeared gd-free-clusters 6\n");
	assert_int_equal(scene.table.nr, 2);
	assert_false(scene.table.list[0].undecided);
	conditions_free(&scene.table);
}

/* Groups that a resize has taken away are not clean. */
static void shrunk(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, 10);
	check_begins(&scene);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 99, 1, 2);
	enter(&scene, FS, "appeared gd-free-clusters 99\n");
	check_begins(&scene);
	scene.geo.groups = scene.report.groups_wanted = 99;
	enter(&scene, FS, "undecided gd-free-clusters 99\n");
	conditions_free(&scene.table);
}

/* The record of errors grows; how many came during the check is no change. */
static void record(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, 10);
	check_begins(&scene);
	found(&scene, EXT4BM_KERNEL_ERROR_RECORD, WHOLE, 5, 1);
	enter(&scene, FS, "appeared kernel-error-record -1\n");
	check_begins(&scene);
	found(&scene, EXT4BM_KERNEL_ERROR_RECORD, WHOLE, 5, 0);
	enter(&scene, FS, "");
	check_begins(&scene);
	found(&scene, EXT4BM_KERNEL_ERROR_RECORD, WHOLE, 6, 0);
	enter(&scene, FS, "changed kernel-error-record -1\n");
	conditions_free(&scene.table);
}

/* Two filesystems do not touch each other. */
static void filesystems(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, 10);
	check_begins(&scene);
	found(&scene, EXT4BM_SB_CHECKSUM, WHOLE, 1, 2);
	found(&scene, EXT4BM_GD_FREE_CLUSTERS, 5, 1, 2);
	for (uint64_t fs = FS + 1; fs >= FS - 1; fs--)
		enter(&scene, fs, "appeared sb-checksum -1\n"
		      "appeared gd-free-clusters 5\n");
	assert_int_equal(conditions_count(&scene.table, FS), 2);
	assert_int_equal(conditions_count(&scene.table, FS + 2), 0);
	check_begins(&scene);
	enter(&scene, FS, "cleared sb-checksum -1\n"
	      "cleared gd-free-clusters 5\n");
	*scene.told = '\0';
	conditions_drop(&scene.table, FS - 1, tell, &scene);
	assert_string_equal(scene.told, "gone sb-checksum -1\n"
			    "gone gd-free-clusters 5\n");
	assert_int_equal(scene.table.nr, 2);
	assert_int_equal(conditions_count(&scene.table, FS + 1), 2);
	conditions_free(&scene.table);
}

/* What has no room is counted, and flaps neither in nor out. */
static void full(void **state)
{
	struct scene scene;

	(void)state;
	begin(&scene, 2);
	for (int i = 0; i < 3; i++) {
		check_begins(&scene);
		for (uint32_t group = 1; group <= 4; group++)
			found(&scene, EXT4BM_GD_FREE_CLUSTERS, group, 1, 2);
		assert_int_equal(enter(&scene, FS, i ? "" :
			"appeared gd-free-clusters 1\n"
			"appeared gd-free-clusters 2\n"), 2);
	}
	/* room is made by what is cleared, for the next check */
	check_begins(&scene);
	for (uint32_t group = 2; group <= 4; group++)
		found(&scene, EXT4BM_GD_FREE_CLUSTERS, group, 1, 2);
	assert_int_equal(enter(&scene, FS, "cleared gd-free-clusters 1\n"), 2);
	assert_int_equal(enter(&scene, FS, "appeared gd-free-clusters 3\n"),
			 1);
	conditions_free(&scene.table);
}

/* Against a table that does it the slow way. */
static void random_checks(void **state)
{
	bool open[20] = { false };
	struct scene scene;
	uint64_t seed = 1;

	(void)state;
	begin(&scene, 100);
	for (int check = 0; check < 2000; check++) {
		char want[4096] = "", cleared[2048] = "", line[64];

		check_begins(&scene);
		for (uint32_t group = 0; group < 15; group++) {
			bool now = unit_random(&seed) % 2;
			const char *what = now && !open[group] ? "appeared" :
					   !now && open[group] ? "cleared" : "";

			if (now)
				found(&scene, EXT4BM_GD_CHECKSUM, group, 1, 2);
			snprintf(line, sizeof(line), "%s gd-checksum %u\n",
				 what, group);
			if (*what)
				strcat(now ? want : cleared, line);
			open[group] = now;
		}
		strcat(want, cleared);
		enter(&scene, FS, want);
	}
	conditions_free(&scene.table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(life),
		cmocka_unit_test(known_already),
		cmocka_unit_test(known_without_owners),
		cmocka_unit_test(several_findings),
		cmocka_unit_test(undecided),
		cmocka_unit_test(not_settled),
		cmocka_unit_test(flagged),
		cmocka_unit_test(not_compared),
		cmocka_unit_test(cancelled),
		cmocka_unit_test(shrunk),
		cmocka_unit_test(record),
		cmocka_unit_test(filesystems),
		cmocka_unit_test(full),
		cmocka_unit_test(random_checks),
	};

	return cmocka_run_group_tests_name("conditions", tests, NULL, NULL);
}
