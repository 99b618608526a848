// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_watched.c --- which file system is meant, and whether it is still it
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"
#include "watched.h"

static const struct ext4bm_live_info sda = {
	.name = "sda1", .device = "/dev/sda1", .mountpoint = "/srv",
};
static const struct ext4bm_live_info sdb = {
	.name = "sdb1", .device = "/dev/sdb1",
};

/* Two that were looked at, and are not wanted again. */
static void begin(struct watched_list *all)
{
	struct watched *it;

	*all = (struct watched_list) { 0 };
	it = watched_add(all, "/srv");
	assert_true(it->wanted);
	assert_int_equal(it->cause, WAKE_START);
	assert_int_equal(it->state, WATCH_NEW);
	assert_null(watch_state_name(it->state));
	watched_meet(all, it, &sda, "aaaa");
	it->fsid = 11;
	it = watched_add(all, "/dev/sdb1");
	watched_meet(all, it, &sdb, "");
	it->fsid = 22;
	for (size_t i = 0; i < all->nr; i++) {
		all->list[i].wanted = false;
		all->list[i].in_round = true;
	}
}

static void list(void **state)
{
	struct watched_list all;

	(void)state;
	begin(&all);
	assert_int_equal(all.nr, 2);
	assert_int_equal(all.list[0].number, 1);
	assert_int_equal(all.list[1].number, 2);
	watched_remove(&all, &all.list[0]);
	assert_int_equal(all.nr, 1);
	assert_string_equal(all.list[0].name, "/dev/sdb1");
	/* a number is never given away twice */
	assert_int_equal(watched_add(&all, "/x")->number, 3);
	watched_rename(&all.list[1], "/y");
	assert_string_equal(all.list[1].name, "/y");
	watched_free(&all);
}

static void meet(void **state)
{
	struct watched_list all;
	struct watched *it;

	(void)state;
	begin(&all);
	it = &all.list[0];
	assert_string_equal(it->kernel, "sda1");
	assert_string_equal(it->mountpoint, "/srv");
	assert_false(watched_renewed(it, "aaaa"));
	/* who may not read the device does not know */
	assert_false(watched_renewed(it, ""));
	assert_false(watched_renewed(&all.list[1], "bbbb"));
	assert_true(watched_renewed(it, "bbbb"));
	watched_meet(&all, it, &sda, "aaaa");
	assert_int_equal(it->number, 1);
	watched_meet(&all, it, &sda, "bbbb");
	assert_int_equal(it->number, 3);
	assert_string_equal(it->uuid, "bbbb");
	watched_meet(&all, it, &sdb, "bbbb");
	assert_null(it->mountpoint);
	assert_string_equal(it->device, "/dev/sdb1");
	watched_free(&all);
}

static void led_away(void **state)
{
	struct watched_list all;
	struct watched *it;

	(void)state;
	begin(&all);
	it = &all.list[0];
	/* a device or a tag */
	assert_false(watched_led_away(it, "sdb1", false));
	/* a path somewhere on it */
	it->is_path = true;
	assert_false(watched_led_away(it, "sda1", false));
	assert_true(watched_led_away(it, "sdb1", false));
	/* its mount point: what is mounted there now is meant */
	it->is_root = true;
	assert_false(watched_led_away(it, "sdb1", true));
	assert_true(watched_led_away(it, "sda2", false));
	/* not met yet */
	*it->kernel = '\0';
	assert_false(watched_led_away(it, "sda2", false));
	watched_free(&all);
}

static void wake(void **state)
{
	struct wake_event log = {
		.cause = WAKE_KERNEL_LOG, .device = "sdb1", .text = "bad",
	};
	struct wake_event error = {
		.cause = WAKE_ERROR_EVENT, .fsid = 11, .text = "",
	};
	struct watched_list all;

	(void)state;
	begin(&all);
	assert_true(watched_wake(&all, &log, false));
	assert_false(all.list[0].wanted);
	assert_true(all.list[1].wanted);
	assert_int_equal(all.list[1].cause, WAKE_KERNEL_LOG);
	assert_string_equal(all.list[1].text, "bad");
	/* another one, before it was looked at: once is enough */
	assert_false(watched_wake(&all, &log, false));
	log.device = "sdc1";
	assert_false(watched_wake(&all, &log, false));
	assert_true(watched_wake(&all, &error, false));
	assert_true(all.list[0].wanted);
	watched_free(&all);
	/* the kernel has lost events: any may be meant */
	begin(&all);
	error.fsid = 0;
	assert_true(watched_wake(&all, &error, false));
	assert_true(all.list[0].wanted && all.list[1].wanted);
	watched_free(&all);
}

/* What looking provokes makes one more look, not one after the other. */
static void echo(void **state)
{
	struct wake_event log = {
		.cause = WAKE_KERNEL_LOG, .device = "sda1", .text = "EIO",
	};
	struct watched_list all;
	struct watched *it;

	(void)state;
	begin(&all);
	it = &all.list[0];
	assert_true(watched_wake(&all, &log, true));
	assert_true(it->wanted && it->echo);
	it->wanted = false;
	assert_false(watched_wake(&all, &log, true));
	assert_false(it->wanted);
	/* what comes when nobody looks is heard */
	assert_true(watched_wake(&all, &log, false));
	assert_false(it->echo);
	/* and so is what comes while only others are looked at */
	it->wanted = false;
	it->echo = true;
	it->in_round = false;
	assert_true(watched_wake(&all, &log, true));
	assert_false(it->echo);
	/* the interval begins anew */
	it->wanted = false;
	it->echo = true;
	watched_want(it, WAKE_INTERVAL, "");
	assert_false(it->echo);
	assert_string_equal(it->text, "");
	watched_free(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(list),
		cmocka_unit_test(meet),
		cmocka_unit_test(led_away),
		cmocka_unit_test(wake),
		cmocka_unit_test(echo),
	};

	return cmocka_run_group_tests_name("watched", tests, NULL, NULL);
}
