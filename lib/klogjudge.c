// SPDX-License-Identifier: LGPL-2.0-only
/*
 * klogjudge.c --- what became of the messages of a log
 *
 * Pure. Decides which groups a check has to look at, and what its report
 * makes of each message. A check that finds nothing refutes a message only
 * where all that it accuses was looked at: not in a blind spot of the
 * kernel's interfaces, and not where the owners of blocks are in question.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>

#include "geometry.h"
#include "klogfold.h"

#define MEMORY (EXT4BM_VIEW_BUDDY | EXT4BM_VIEW_COUNTERS)
#define STORED \
	(EXT4BM_VIEW_DISK | EXT4BM_VIEW_CACHE | EXT4BM_VIEW_DESCRIPTOR)

static void decide(struct ext4bm_klog_item *item,
		   enum ext4bm_klog_verdict verdict, const char *text)
{
	item->verdict = verdict;
	snprintf(item->now, sizeof(item->now), "%s", text);
}

/* ------------------------------------------------------------------ */
/* Which groups                                                       */
/* ------------------------------------------------------------------ */

/*
 * @ranges:	one for each message with a group
 * @all:	a message accuses views and names no place
 */
struct plan {
	const struct ext4bm_geometry *geo;
	struct ext4bm_range *ranges;
	size_t nr;
	bool all;
};

/* The group of a message that only names a block or an inode. */
static uint32_t find_group(const struct ext4bm_geometry *geo,
			   const struct ext4bm_klog_message *message)
{
	if (message->group != EXT4BM_NO_GROUP)
		return message->group;
	if (message->block != EXT4BM_KLOG_NONE &&
	    e4_blocks_inside(geo, message->block, 1))
		return e4_block_group(geo, message->block);
	if (message->kind == EXT4BM_KLOG_INODE_FREED && message->inode &&
	    message->inode <= geo->inodes)
		return (uint32_t)((message->inode - 1) /
				  geo->inodes_per_group);
	return EXT4BM_NO_GROUP;
}

/* Names of devices are used again; a UUID is not. */
static bool is_other(const struct ext4bm_klog_item *item,
		     const struct ext4bm_geometry *geo)
{
	return item->uuid[0] && geo->uuid[0] &&
	       strcmp(item->uuid, geo->uuid) != 0;
}

static void plan_item(void *context, struct ext4bm_klog_item *item)
{
	struct plan *plan = context;
	unsigned int accused = ext4bm_klog_accuses(&item->message);
	char text[120];

	item->group = item->message.group;
	if (is_other(item, plan->geo)) {
		snprintf(text, sizeof(text), "it was about another "
			 "filesystem (UUID %s)", item->uuid);
		decide(item, EXT4BM_KLOG_NOT_LOOKED, text);
		return;
	}
	if (accused)
		item->group = find_group(plan->geo, &item->message);
	if (item->group == EXT4BM_NO_GROUP) {
		plan->all |= (accused & ~EXT4BM_VIEW_OWNERS) != 0;
		return;
	}
	if (item->group < plan->geo->groups) {
		plan->ranges[plan->nr++] =
			(struct ext4bm_range){ item->group, item->group };
		return;
	}
	snprintf(text, sizeof(text), "the filesystem that is there now has "
		 "no group %" PRIu32 ": it was about another one",
		 item->group);
	decide(item, EXT4BM_KLOG_NOT_LOOKED, text);
}

static int compare_ranges(const void *a, const void *b)
{
	const struct ext4bm_range *x = a;
	const struct ext4bm_range *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

/* Sorted; what touches is one. */
static size_t join(struct ext4bm_range *ranges, size_t nr)
{
	size_t kept = 0;

	if (nr > 1)
		qsort(ranges, nr, sizeof(*ranges), compare_ranges);
	for (size_t i = 0; i < nr; i++) {
		if (kept && ranges[i].first <= ranges[kept - 1].last + 1)
			ranges[kept - 1].last = ranges[i].last;
		else
			ranges[kept++] = ranges[i];
	}
	return kept;
}

int ext4bm_klog_groups(struct ext4bm_klog *log, const char *device,
		       const struct ext4bm_geometry *geo,
		       struct ext4bm_range **ret_groups, size_t *ret_nr)
{
	struct plan plan = { .geo = geo };

	plan.ranges = calloc(log->info.nr_items + 1, sizeof(*plan.ranges));
	if (!plan.ranges)
		return -ENOMEM;
	e4_klog_each(log, device, plan_item, &plan);
	if (plan.all) {
		plan.ranges[0] = (struct ext4bm_range){ 0, geo->groups - 1 };
		plan.nr = 1;
	}
	*ret_nr = join(plan.ranges, plan.nr);
	*ret_groups = plan.ranges;
	return 0;
}

/* ------------------------------------------------------------------ */
/* What a report makes of it                                          */
/* ------------------------------------------------------------------ */

/*
 * Does a finding speak for a message? If that named no group, what a mount
 * puts right does not, and only descriptors speak for what accuses just them.
 */
static bool is_about(const struct ext4bm_finding *finding,
		     const struct ext4bm_klog_item *item)
{
	enum ext4bm_severity severity =
		ext4bm_catalogue(finding->code)->severity;

	if (severity == EXT4BM_INFORMATIONAL ||
	    finding->verdict == EXT4BM_LIVE_EXPLAINED)
		return false;
	if (item->group != EXT4BM_NO_GROUP)
		return finding->group == item->group;
	if (ext4bm_klog_accuses(&item->message) == EXT4BM_VIEW_DESCRIPTOR &&
	    (finding->code < EXT4BM_GD_UNREADABLE ||
	     finding->code > EXT4BM_UNINIT_HOSTS_METADATA))
		return false;
	return severity != EXT4BM_MINOR;
}

static bool is_drift(const struct ext4bm_finding *finding)
{
	return finding->explained == EXT4BM_UNEXPLAINED &&
	       ext4bm_catalogue(finding->code)->severity > EXT4BM_OPERATIONAL;
}

/* The first finding about a message, of drift if there is such a one. */
static const struct ext4bm_finding *
find_finding(const struct ext4bm_report *report,
	     const struct ext4bm_klog_item *item)
{
	const struct ext4bm_finding *found = NULL;

	for (size_t i = 0; i < report->nr_findings; i++) {
		const struct ext4bm_finding *it = &report->findings[i];

		if (is_about(it, item) &&
		    (!found || (is_drift(it) && !is_drift(found))))
			found = it;
	}
	return found;
}

static void decide_finding(struct ext4bm_klog_item *item,
			   const struct ext4bm_report *report,
			   const struct ext4bm_finding *finding)
{
	char text[256];

	ext4bm_finding_text(report->geometry, finding, text, sizeof(text));
	decide(item, is_drift(finding) ? EXT4BM_KLOG_CONFIRMED
				       : EXT4BM_KLOG_UNDECIDED, text);
}

/*
 * e2fsck takes the mark of an error away, and with it what was said of the
 * inodes; it can only have run when the filesystem was not mounted.
 */
static bool repaired(const struct ext4bm_klog_item *item,
		     const struct ext4bm_report *report)
{
	bool superblock = !report->live || report->live_cache;

	return item->earlier && superblock &&
	       item->message.level == EXT4BM_KLOG_ERROR &&
	       !(report->geometry->state & EXT2_ERROR_FS);
}

/*
 * All views agree, but GETFSMAP begins at the first free hint and shows one
 * of two halves of the buddy cache. What is below the hints has only been
 * counted of groups that were never suspected.
 */
static void decide_blind(struct ext4bm_klog_item *item,
			 const struct ext4bm_report *report)
{
	uint64_t hidden = report->kept.hidden_clusters;
	char where[100] = "below the first free hint, or ";
	char text[320];

	if (hidden == 0 && report->transient == 0)
		where[0] = '\0';
	else if (hidden > 0)
		snprintf(where, sizeof(where), "in the %" PRIu64 " clusters "
			 "below the first free hint, or ", hidden);
	snprintf(text, sizeof(text), "not seen now: the kernel has built its "
		 "copy anew since, or the fault lies where no interface shows "
		 "it (%sin the chunk map alone)", where);
	decide(item, EXT4BM_KLOG_NOT_SEEN, text);
}

/* What was looked at is not what recovery will make of it. */
static bool is_behind(const struct ext4bm_journal *journal)
{
	return (journal->state != EXT4BM_JOURNAL_CLEAN &&
		journal->state != EXT4BM_JOURNAL_REPLAYED) ||
	       journal->fast_commits > 0;
}

/* All inodes were read, and nothing of them remained unknown. */
static bool knows_owners(const struct ext4bm_report *report)
{
	return report->owners == EXT4BM_OWNERS_ALL && report->operational == 0;
}

/* Nothing was found in the group. */
static void decide_clean(struct ext4bm_klog_item *item,
			 const struct ext4bm_report *report)
{
	const struct ext4bm_klog_entry *entry =
		ext4bm_klog_catalogue(item->message.kind);
	unsigned int accused = ext4bm_klog_accuses(&item->message);
	bool device = !report->live || report->live_cache;

	if (repaired(item, report))
		decide(item, EXT4BM_KLOG_GONE, "nothing is found now, and the "
		       "superblock records no error: e2fsck has run since, or "
		       "it is another filesystem");
	else if (accused & EXT4BM_VIEW_OWNERS && !knows_owners(report))
		decide(item, EXT4BM_KLOG_NOT_SEEN, "counts and bitmaps agree, "
		       "but which file owns which block was not looked at: "
		       "e2fsck -f, or --owners when it is unmounted, can "
		       "refute it");
	else if (!report->live && is_behind(&report->journal))
		decide(item, EXT4BM_KLOG_NOT_SEEN, "nothing is found, but the "
		       "journal holds changes that are not in the bitmaps "
		       "yet");
	else if (!device && accused & STORED)
		decide(item, EXT4BM_KLOG_NOT_SEEN, "the allocator's views "
		       "agree; bitmap and descriptor could not be compared "
		       "without the right to read the device");
	else if (!item->earlier && entry->blind)
		decide_blind(item, report);
	else if (item->message.kind == EXT4BM_KLOG_COPY_DIFFERS)
		decide(item, EXT4BM_KLOG_GONE, "a false alarm: bitmap and "
		       "descriptor agree");
	else if (item->earlier && !(accused & ~MEMORY))
		decide(item, EXT4BM_KLOG_GONE, "that memory is gone: it was "
		       "mounted anew or unmounted since, and what is looked "
		       "at now agrees");
	else
		decide(item, EXT4BM_KLOG_GONE, "all that it accuses agrees "
		       "now");
}

static void judge_harmless(struct ext4bm_klog_item *item,
			   const struct ext4bm_report *report)
{
	bool clean = item->group != EXT4BM_NO_GROUP &&
		     item->group < report->geometry->groups &&
		     !find_finding(report, item);

	decide(item, EXT4BM_KLOG_NO_ACCUSATION, clean ? "it accuses no view; "
	       "the group was looked at, and nothing is wrong with it" :
	       "it accuses no view");
}

static void judge_item(void *context, struct ext4bm_klog_item *item)
{
	const struct ext4bm_report *report = context;
	const struct ext4bm_finding *finding;

	/* No check of a mounted filesystem is one that is unmounted. */
	item->earlier |= !report->live;
	if (!ext4bm_klog_accuses(&item->message)) {
		judge_harmless(item, report);
		return;
	}
	if (is_other(item, report->geometry) ||
	    (item->group != EXT4BM_NO_GROUP &&
	     item->group >= report->geometry->groups))
		return;
	finding = find_finding(report, item);
	if (finding)
		decide_finding(item, report, finding);
	else if (report->cancelled)
		decide(item, EXT4BM_KLOG_UNDECIDED,
		       "the check was interrupted");
	else
		decide_clean(item, report);
}

void ext4bm_klog_judge(struct ext4bm_klog *log, const char *device,
		       const struct ext4bm_report *report)
{
	e4_klog_each(log, device, judge_item, (void *)(uintptr_t)report);
}

static void judge_unseen(void *context, struct ext4bm_klog_item *item)
{
	/* What is known better was decided with the groups. */
	if (item->now[0] && ext4bm_klog_accuses(&item->message))
		return;
	if (ext4bm_klog_accuses(&item->message))
		decide(item, EXT4BM_KLOG_NOT_LOOKED, context);
	else
		decide(item, EXT4BM_KLOG_NO_ACCUSATION, "it accuses no view");
}

void ext4bm_klog_not_looked(struct ext4bm_klog *log, const char *device,
			    const char *reason)
{
	e4_klog_each(log, device, judge_unseen, (void *)(uintptr_t)reason);
}

int ext4bm_klog_exit_status(const struct ext4bm_klog *log)
{
	for (size_t i = 0; i < log->info.nr_items; i++) {
		const struct ext4bm_klog_item *item = log->items[i];

		if (ext4bm_klog_accuses(&item->message) &&
		    item->verdict != EXT4BM_KLOG_CONFIRMED &&
		    item->verdict != EXT4BM_KLOG_GONE)
			return EXT4BM_EXIT_OPERATIONAL;
	}
	/* Nobody looked at what was not kept, or not even read. */
	return log->info.dropped || log->info.lost || log->info.unread ?
	       EXT4BM_EXIT_OPERATIONAL : EXT4BM_EXIT_CLEAN;
}

const char *ext4bm_klog_verdict_name(enum ext4bm_klog_verdict verdict)
{
	static const char *const names[] = {
		[EXT4BM_KLOG_NOT_LOOKED] = "not-looked",
		[EXT4BM_KLOG_NO_ACCUSATION] = "no-accusation",
		[EXT4BM_KLOG_CONFIRMED] = "confirmed",
		[EXT4BM_KLOG_UNDECIDED] = "undecided",
		[EXT4BM_KLOG_NOT_SEEN] = "not-seen",
		[EXT4BM_KLOG_GONE] = "gone",
	};

	return verdict <= EXT4BM_KLOG_GONE ? names[verdict] : NULL;
}
