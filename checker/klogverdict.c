// SPDX-License-Identifier: GPL-2.0-only
/*
 * klogverdict.c --- what became of the messages of a log, in one sentence
 *
 * Of many messages the one that matters most is named: drift that is there
 * before what could not be decided, that before what could not be looked at,
 * and what is settled last.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "klog.h"

static const char *const openings[] = {
	[EXT4BM_KLOG_NOT_LOOKED] = "not looked at, only explained",
	[EXT4BM_KLOG_NO_ACCUSATION] =
		"no message accuses bitmaps or free counts",
	[EXT4BM_KLOG_CONFIRMED] = "DRIFT",
	[EXT4BM_KLOG_UNDECIDED] = "not decided",
	[EXT4BM_KLOG_NOT_SEEN] = "not decided",
	[EXT4BM_KLOG_GONE] = "no drift now",
};

/* What nobody has looked at, or understood, may accuse anything. */
static const char *unseen(const struct ext4bm_klog_info *log)
{
	return log->dropped || log->lost ? "not all messages were seen; " :
	       log->unread ? "not all lines were understood; " : "";
}

static const char *opening(const struct ext4bm_klog_info *log,
			   enum ext4bm_klog_verdict verdict)
{
	if (!*unseen(log))
		return openings[verdict];
	if (verdict == EXT4BM_KLOG_NO_ACCUSATION)
		return "none of the others accuses bitmaps or free counts";
	if (verdict == EXT4BM_KLOG_GONE)
		return "of the others, no drift now";
	return openings[verdict];
}

static int rank(enum ext4bm_klog_verdict verdict)
{
	static const int ranks[] = {
		[EXT4BM_KLOG_NO_ACCUSATION] = 0,
		[EXT4BM_KLOG_GONE] = 1,
		[EXT4BM_KLOG_NOT_LOOKED] = 2,
		[EXT4BM_KLOG_NOT_SEEN] = 3,
		[EXT4BM_KLOG_UNDECIDED] = 4,
		[EXT4BM_KLOG_CONFIRMED] = 5,
	};

	return ranks[verdict];
}

int klog_compare(const void *a, const void *b)
{
	const struct ext4bm_klog_item *x = *(const void *const *)a;
	const struct ext4bm_klog_item *y = *(const void *const *)b;
	int order = rank(y->verdict) - rank(x->verdict);

	/* As in the log, where they matter as much. */
	return order ? order : (x->number > y->number) -
			       (x->number < y->number);
}

/* Drift can be found in a group whose message accuses nothing. */
static const struct klook *find_drift(const struct klog_result *result)
{
	for (size_t i = 0; i < result->nr_looks; i++)
		if (result->looks[i].report &&
		    result->looks[i].report->verdict == EXT4BM_DRIFT)
			return &result->looks[i];
	return NULL;
}

static void describe(const struct klog_result *result,
		     const struct ext4bm_klog_item *item, char *buf,
		     size_t size)
{
	const struct ext4bm_klog_message *message = &item->message;
	const struct ext4bm_klog_info *log = result->log;
	char place[80] = "", others[60] = "";

	if (*message->device)
		snprintf(place, sizeof(place), ": %s", message->device);
	/* A finding names its group itself. */
	if (item->group != EXT4BM_NO_GROUP &&
	    item->verdict != EXT4BM_KLOG_CONFIRMED &&
	    item->verdict != EXT4BM_KLOG_UNDECIDED)
		snprintf(place + strlen(place), sizeof(place) - strlen(place),
			 "%s group %" PRIu32, *place ? "," : ":",
			 item->group);
	if (log->messages > 1)
		snprintf(others, sizeof(others), " [%" PRIu64 " messages]",
			 log->messages);
	if (item->verdict == EXT4BM_KLOG_NO_ACCUSATION)
		snprintf(buf, size, "%s%s%s", unseen(log),
			 opening(log, item->verdict), others);
	else
		snprintf(buf, size, "%s%s%s: %s%s",
			 item->verdict == EXT4BM_KLOG_GONE ? unseen(log) : "",
			 opening(log, item->verdict), place, item->now,
			 others);
}

enum ext4bm_klog_verdict klog_verdict(const struct klog_result *result,
				      char *buf, size_t size)
{
	const struct ext4bm_klog_item *worst =
		result->log->nr_items ? result->items[0] : NULL;
	const struct klook *drift = find_drift(result);

	if (!worst) {
		snprintf(buf, size, "%sno message about bitmaps or free counts "
			 "in %" PRIu64 " line%s", unseen(result->log),
			 result->log->lines,
			 result->log->lines == 1 ? "" : "s");
		return EXT4BM_KLOG_GONE;
	}
	if (drift && worst->verdict != EXT4BM_KLOG_CONFIRMED) {
		snprintf(buf, size, "DRIFT: %s: a check finds it, although "
			 "no message accuses it of that", drift->name);
		return EXT4BM_KLOG_CONFIRMED;
	}
	describe(result, worst, buf, size);
	return worst->verdict;
}
