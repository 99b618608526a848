// SPDX-License-Identifier: LGPL-2.0-only
/*
 * verdict.c --- the answer in one line: what is wrong, what it means, what to
 * do
 *
 * Names the worst finding and its consequence, and says how many others there
 * are. Clean is only said of what was looked at.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "finding.h"
#include "report.h"
#include "text.h"
#include "verdict.h"

/*
 * The finding to name first: unexplained before explained, then the most
 * severe; among these what has happened before what may happen, and a count
 * last that owners say is the only thing wrong.
 */
int e4_rank(const struct ext4bm_finding *finding)
{
	int severity = (int)ext4bm_catalogue(finding->code)->severity;
	int proof = 0;

	switch (finding->code) {
	case EXT4BM_COUNTERS_IMPOSSIBLE:
	case EXT4BM_CLUSTER_SHARED:
	case EXT4BM_METADATA_CLAIMED:
		proof = 3;
		break;
	case EXT4BM_CLUSTER_UNMARKED:
	case EXT4BM_INODE_UNMARKED:
		proof = 2;
		break;
	case EXT4BM_GD_FREE_CLUSTERS:
		proof = finding->right == EXT4BM_RIGHT_COUNTED ? -3 :
			finding->stored < finding->counted;
		break;
	default:
		break;
	}
	return (finding->explained == EXT4BM_UNEXPLAINED ? 100 : 0) +
	       8 * severity + proof;
}

static const struct ext4bm_finding *worst(const struct ext4bm_report *report)
{
	const struct ext4bm_finding *best = &report->findings[0];

	for (size_t i = 1; i < report->nr_findings; i++)
		if (e4_rank(&report->findings[i]) > e4_rank(best))
			best = &report->findings[i];
	return best;
}

const char *e4_brief(const struct ext4bm_finding *finding)
{
	const struct ext4bm_catalogue_entry *entry =
		ext4bm_catalogue(finding->code);

	/* Known owners say more than the catalogue can. */
	if (finding->right == EXT4BM_RIGHT_COUNTED)
		return "the owners say that the bitmap is right and only "
		       "this count is wrong; no data is at risk, run e2fsck "
		       "-f at the next window";
	if (e4_finding_doubtful(finding))
		return "put the descriptor right first (e2fsck -f), then "
		       "check again";
	return entry->brief_above && e4_finding_above(finding) ?
	       entry->brief_above : entry->brief;
}

/*
 * The code to name when no finding of the worst severity was kept, or
 * EXT4BM_NR_CODES when one was.
 */
static int worst_dropped(const struct ext4bm_report *report,
			 const struct ext4bm_finding *kept)
{
	int code = 0;

	if (kept && ext4bm_catalogue(kept->code)->severity >= report->worst)
		return EXT4BM_NR_CODES;
	while (code < EXT4BM_NR_CODES &&
	       (report->by_code[code] == report->explained_by_code[code] ||
		ext4bm_catalogue(code)->severity != report->worst))
		code++;
	return code;
}

/* Put before a verdict: which state it is about. */
static const char *after_replay(const struct ext4bm_report *report)
{
	return e4_replayed(&report->journal) ? " after journal replay" : "";
}

static int drift_text(const struct ext4bm_report *report, char *buf,
		      size_t size)
{
	const struct ext4bm_finding *finding =
		report->nr_findings ? worst(report) : NULL;
	int dropped = worst_dropped(report, finding);
	char text[300], others[100] = "", owners[200];
	int len = -1;

	if (dropped < EXT4BM_NR_CODES)
		return snprintf(buf, size, "DRIFT%s: %s: %s [%" PRIu64
				" findings, of which too few were kept to "
				"name it]", after_replay(report),
				ext4bm_catalogue(dropped)->summary,
				ext4bm_catalogue(dropped)->brief,
				report->unexplained);
	ext4bm_finding_text(report->geometry, finding, text, sizeof(text));
	if (report->unexplained > 1 && report->groups_drift == 0)
		snprintf(others, sizeof(others), " [%" PRIu64 " findings]",
			 report->unexplained);
	else if (report->unexplained > 1)
		snprintf(others, sizeof(others), " [%" PRIu64 " findings, %"
			 PRIu32 " group%s with drift]", report->unexplained,
			 report->groups_drift, PLURAL(report->groups_drift));
	if (report->live)
		len = e4_verdict_live(report, finding, others, buf, size);
	if (len >= 0)
		return len;
	e4_owners_brief(finding, owners, sizeof(owners));
	return snprintf(buf, size, "DRIFT%s: %s%s%s%s: %s%s",
			after_replay(report), text, *owners ? " (" : "",
			owners, *owners ? ")" : "", e4_brief(finding), others);
}

/* All that was read agrees, but a part of the state is in the journal. */
static int unreplayed_text(const struct ext4bm_report *report, char *buf,
			   size_t size)
{
	uint32_t groups = report->groups_checked;
	char all[32] = "";

	if (groups < report->geometry->groups)
		snprintf(all, sizeof(all), " of %" PRIu32,
			 report->geometry->groups);
	return snprintf(buf, size, "incomplete: no drift seen in %" PRIu32
			"%s group%s, but the journal could not be replayed "
			"(%s), and the changes in it were not looked at",
			groups, all, *all ? "s" : PLURAL(groups),
			report->journal.reason);
}

static int incomplete_text(const struct ext4bm_report *report, char *buf,
			   size_t size)
{
	const struct ext4bm_finding *finding;
	char text[300];

	if (report->cancelled)
		return snprintf(buf, size, "interrupted: no drift in the %"
				PRIu32 " of %" PRIu32 " groups looked at",
				report->groups_checked,
				report->groups_wanted);
	if (e4_unreplayed(report) && report->operational == 0)
		return unreplayed_text(report, buf, size);
	finding = worst(report);
	ext4bm_finding_text(report->geometry, finding, text, sizeof(text));
	return snprintf(buf, size, "incomplete%s: no drift seen, but %s: %s",
			after_replay(report), text, e4_brief(finding));
}

/* True if something explains a finding that was kept. */
static bool explains(const struct ext4bm_report *report,
		     enum ext4bm_explanation what)
{
	for (size_t i = 0; i < report->nr_findings; i++)
		if (report->findings[i].explained == what)
			return true;
	return false;
}

static int undecided_text(const struct ext4bm_report *report, char *buf,
			  size_t size)
{
	uint64_t nr = report->nr_findings + report->dropped;
	const char *reason = report->journal.reason;
	bool failed = report->journal.state == EXT4BM_JOURNAL_FAILED;

	if (report->undecided == 0)
		return snprintf(buf, size, "no drift: only totals of the "
				"superblock differ, which are written when "
				"it is unmounted");
	if (worst(report)->explained == EXT4BM_BY_MOMENT)
		return snprintf(buf, size, "not decided: %" PRIu64
				" difference%s to the saved counters, which "
				"are of another moment", nr, PLURAL(nr));
	if (explains(report, EXT4BM_BY_MOUNT))
		return snprintf(buf, size, "not decided: %" PRIu64
				" difference%s, which writes of the mounted "
				"filesystem may explain", nr, PLURAL(nr));
	if (!explains(report, EXT4BM_BY_JOURNAL))
		return snprintf(buf, size, "not decided: %" PRIu64
				" difference%s, which inodes that were not "
				"looked at may explain", nr, PLURAL(nr));
	return snprintf(buf, size, "not decided: %" PRIu64 " difference%s, "
			"which the journal may explain: it %s replayed%s%s",
			nr, PLURAL(nr), failed ? "cannot be" : "has not been",
			failed ? ": " : "", failed ? reason : "");
}

/* Put behind a clean verdict when the journal was left alone. */
static const char *before_replay(const struct ext4bm_report *report)
{
	return report->geometry->needs_recovery &&
	       !e4_replayed(&report->journal) ?
	       " (before the replay of the journal)" : "";
}

/* An old error is no drift, but who asks wants to know of it. */
static int clean_live_text(const struct ext4bm_report *report, char *buf,
			   size_t size)
{
	uint64_t errors = report->kernel_record.errors;
	char record[100] = "", all[32] = "";
	const char *views = "";

	/* What lags behind on the disk may be there, but does not agree. */
	if (report->live_cache)
		views = report->live_disk && !report->lagging ?
			", bitmaps, descriptors and disk" :
			", bitmaps and descriptors";
	if (errors)
		snprintf(record, sizeof(record), "; the kernel has recorded %"
			 PRIu64 " error%s since the last e2fsck", errors,
			 PLURAL(errors));
	if (report->groups_checked < report->geometry->groups)
		snprintf(all, sizeof(all), " of %" PRIu32,
			 report->geometry->groups);
	return snprintf(buf, size, "%s: the allocator's views%s of %" PRIu32
			"%s group%s agree%s", *all ?
			"no drift in the part looked at" : "clean",
			views,
			report->groups_checked, all, *all ? "s" :
			PLURAL(report->groups_checked), record);
}

static int clean_text(const struct ext4bm_report *report, char *buf,
		      size_t size)
{
	static const char *const agree[2][2] = {
		{ ", descriptors and totals", " and descriptors" },
		{ ", descriptors, totals and owners",
		  ", descriptors and owners" },
	};
	const char *after = after_replay(report);
	const char *orphans = explains(report, EXT4BM_BY_ORPHANS) ?
		", but for deleted files that the next mount releases" : "";
	bool owners = report->owners == EXT4BM_OWNERS_ALL;
	bool anew = explains(report, EXT4BM_BY_RECOVERY);
	const char *journal = before_replay(report);

	if (report->live)
		return clean_live_text(report, buf, size);
	if (report->groups_checked == report->geometry->groups &&
	    report->nr_unchecked)
		return snprintf(buf, size, "no drift%s in what could be "
				"compared; not all could%s%s", after, journal,
				orphans);
	if (report->verdict == EXT4BM_CLEAN_PART)
		return snprintf(buf, size, "no drift%s in the part looked "
				"at: %" PRIu32 " of %" PRIu32 " groups%s%s",
				after, report->groups_checked,
				report->geometry->groups, journal, orphans);
	return snprintf(buf, size, "clean%s: bitmaps%s of %" PRIu32
			" group%s agree%s%s", after, agree[owners][anew],
			report->groups_checked,
			PLURAL(report->groups_checked), anew ?
			" (the kernel counts the totals anew when it mounts)" :
			journal, orphans);
}

size_t ext4bm_verdict_text(const struct ext4bm_report *report,
			   char *buf, size_t size)
{
	switch (report->verdict) {
	case EXT4BM_DRIFT:
		return (size_t)drift_text(report, buf, size);
	case EXT4BM_INCOMPLETE:
		return (size_t)incomplete_text(report, buf, size);
	case EXT4BM_UNDECIDED:
		return (size_t)undecided_text(report, buf, size);
	default:
		return (size_t)clean_text(report, buf, size);
	}
}
