// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_klogverdict.c --- the one sentence about a log
 */
#include "config.h"

#include <string.h>

#include "../checker/klog.h"
#include "unit.h"

static void says(const struct ext4bm_klog_info *log,
		 enum ext4bm_klog_verdict verdict, const char *wanted)
{
	static struct ext4bm_klog_item item = {
		.group = EXT4BM_NO_GROUP, .now = "it agrees",
		.message = { .device = "sda1" },
	};
	const struct ext4bm_klog_item *items[] = { &item };
	const struct klog_result result = { .log = log, .items = items };
	char text[400];

	item.verdict = verdict;
	assert_int_equal(klog_verdict(&result, text, sizeof(text)), verdict);
	assert_string_equal(text, wanted);
}

static void all_seen(void **state)
{
	const struct ext4bm_klog_info none = { .lines = 7 };
	const struct ext4bm_klog_info one = { .messages = 1, .nr_items = 1 };

	(void)state;
	says(&none, EXT4BM_KLOG_GONE,
	     "no message about bitmaps or free counts in 7 lines");
	says(&one, EXT4BM_KLOG_GONE, "no drift now: sda1: it agrees");
	says(&one, EXT4BM_KLOG_NO_ACCUSATION,
	     "no message accuses bitmaps or free counts");
}

/* What exits with 8 does not begin with good news. */
static void not_all_seen(void **state)
{
	const struct ext4bm_klog_info none = { .lines = 1, .lost = 1 };
	const struct ext4bm_klog_info dropped = {
		.messages = 9, .nr_items = 1, .dropped = 8,
	};
	const struct ext4bm_klog_info lost = {
		.messages = 1, .nr_items = 1, .lost = 1,
	};
	const struct ext4bm_klog_info unread = { .lines = 2, .unread = 1 };

	(void)state;
	says(&none, EXT4BM_KLOG_GONE, "not all messages were seen; no message "
	     "about bitmaps or free counts in 1 line");
	says(&dropped, EXT4BM_KLOG_GONE, "not all messages were seen; of the "
	     "others, no drift now: sda1: it agrees [9 messages]");
	says(&lost, EXT4BM_KLOG_GONE, "not all messages were seen; of the "
	     "others, no drift now: sda1: it agrees");
	says(&lost, EXT4BM_KLOG_NO_ACCUSATION, "not all messages were seen; "
	     "none of the others accuses bitmaps or free counts");
	/* These are no good news anyway. */
	says(&lost, EXT4BM_KLOG_CONFIRMED, "DRIFT: sda1: it agrees");
	says(&lost, EXT4BM_KLOG_UNDECIDED, "not decided: sda1: it agrees");
	says(&unread, EXT4BM_KLOG_GONE, "not all lines were understood; no "
	     "message about bitmaps or free counts in 2 lines");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_seen),
		cmocka_unit_test(not_all_seen),
	};

	return cmocka_run_group_tests_name("klogverdict", tests, NULL, NULL);
}
