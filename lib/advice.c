// SPDX-License-Identifier: LGPL-2.0-only
/*
 * advice.c --- what to do next, most urgent first
 *
 * Each sentence comes from the catalogue or from the state of the whole
 * filesystem, and is said once, whatever the number of findings.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>

#include "finding.h"
#include "report.h"

struct speaker {
	void (*line)(void *context, const char *text);
	void *context;
};

static void say(const struct speaker *speaker, const char *text)
{
	speaker->line(speaker->context, text);
}

/* True if something of that code was found that asks for an answer. */
static bool found(const struct ext4bm_report *report, int code)
{
	return report->by_code[code] > report->explained_by_code[code];
}

/* Several codes share one advice; it is said for the first of them. */
static bool said_before(const struct ext4bm_report *report, int code)
{
	const char *next = ext4bm_catalogue(code)->next;

	for (int other = 0; other < EXT4BM_NR_CODES; other++) {
		const struct ext4bm_catalogue_entry *entry =
			ext4bm_catalogue(other);
		bool earlier =
			entry->severity > ext4bm_catalogue(code)->severity ||
			(entry->severity == ext4bm_catalogue(code)->severity &&
			 other < code);

		if (earlier && found(report, other) &&
		    strcmp(entry->next, next) == 0)
			return true;
	}
	return false;
}

/* True if every finding of a code is such. */
static bool all_are(const struct ext4bm_report *report, int code,
		    bool (*is_such)(const struct ext4bm_finding *finding))
{
	/* What was not kept may be the dangerous kind. */
	if (report->dropped)
		return false;
	for (size_t i = 0; i < report->nr_findings; i++)
		if ((int)report->findings[i].code == code &&
		    !is_such(&report->findings[i]))
			return false;
	return true;
}

/* True if all findings of a code are counts that bitmap and owners deny. */
static bool only_counts(const struct ext4bm_report *report, int code)
{
	bool any = false;

	if (report->dropped)
		return false;
	for (size_t i = 0; i < report->nr_findings; i++) {
		if ((int)report->findings[i].code != code)
			continue;
		if (report->findings[i].right != EXT4BM_RIGHT_COUNTED)
			return false;
		any = true;
	}
	return any;
}

static const char *next_of(const struct ext4bm_report *report, int code)
{
	const struct ext4bm_catalogue_entry *entry = ext4bm_catalogue(code);

	if (only_counts(report, code))
		return "The owners say that the bitmap is right: only the "
		       "count in the descriptor is wrong, which e2fsck -f "
		       "puts right.";
	if (all_are(report, code, e4_finding_doubtful))
		return "Put the descriptor right first (gd-checksum), then "
		       "check again.";
	return entry->next_above && all_are(report, code, e4_finding_above) ?
	       entry->next_above : entry->next;
}

/* True if something explains every finding of a code. */
static bool all_explained(const struct ext4bm_report *report, int code)
{
	if (report->dropped)
		return false;
	for (size_t i = 0; i < report->nr_findings; i++)
		if ((int)report->findings[i].code == code &&
		    report->findings[i].explained == EXT4BM_UNEXPLAINED)
			return false;
	return true;
}

static void say_code(const struct ext4bm_report *report,
		     const struct speaker *speaker, int code)
{
	char text[600];

	if (!found(report, code) || said_before(report, code) ||
	    all_explained(report, code))
		return;
	snprintf(text, sizeof(text), "%s: %s", ext4bm_catalogue(code)->name,
		 next_of(report, code));
	say(speaker, text);
}

/* Codes that say whose data is lost or will be: they come first. */
static bool names_victims(int code)
{
	return code == EXT4BM_CLUSTER_SHARED ||
	       code == EXT4BM_METADATA_CLAIMED ||
	       code == EXT4BM_CLUSTER_UNMARKED ||
	       code == EXT4BM_INODE_UNMARKED;
}

static void say_codes(const struct ext4bm_report *report,
		      const struct speaker *speaker,
		      enum ext4bm_severity severity)
{
	for (int first = 1; first >= 0; first--)
		for (int code = 0; code < EXT4BM_NR_CODES; code++)
			if (ext4bm_catalogue(code)->severity == severity &&
			    names_victims(code) == first)
				say_code(report, speaker, code);
}

/* Is data in danger by what was found of a code? */
static bool is_urgent(const struct ext4bm_report *report, int code)
{
	const struct ext4bm_catalogue_entry *entry = ext4bm_catalogue(code);

	return found(report, code) && entry->severity == EXT4BM_SEVERE &&
	       !(entry->next_above && all_are(report, code, e4_finding_above)) &&
	       !only_counts(report, code);
}

/* Of what is on the disk, most advice is for who has not mounted it. */
static void say_mounted(const struct ext4bm_report *report,
			const struct speaker *speaker)
{
	bool any = false, urgent = false;

	for (int code = 0; code < EXT4BM_DISK_DESCRIPTOR; code++)
		any |= found(report, code) &&
		       ext4bm_catalogue(code)->severity > EXT4BM_OPERATIONAL;
	for (int code = 0; code < EXT4BM_NR_CODES; code++)
		urgent |= is_urgent(report, code);
	if (report->live && any)
		say(speaker, urgent ?
		    "It is mounted: stop what writes to it and unmount it as "
		    "soon as you can; from then on:" :
		    "It is mounted: unmount it at the next window; from then "
		    "on:");
}

/* The minor ones need no word of their own where e2fsck runs anyway. */
static void say_findings(const struct ext4bm_report *report,
			 const struct speaker *speaker)
{
	say_codes(report, speaker, EXT4BM_OPERATIONAL);
	if (report->unexplained > 0) {
		say_mounted(report, speaker);
		say_codes(report, speaker, EXT4BM_SEVERE);
		say_codes(report, speaker, EXT4BM_MAJOR);
		if (report->worst <= EXT4BM_MINOR)
			say_codes(report, speaker, EXT4BM_MINOR);
	}
	say_codes(report, speaker, EXT4BM_INFORMATIONAL);
}

static const char *const explanations[] = {
	[EXT4BM_UNEXPLAINED] = NULL,
	[EXT4BM_BY_JOURNAL] =
		"The journal holds changes that are not in the bitmaps yet: "
		"mount it once (or run e2fsck -E journal_only), unmount, and "
		"check again. On a copy if the device may be failing.",
	[EXT4BM_BY_MOUNT] =
		"The filesystem was mounted and may have been written to "
		"during the check: unmount it, or check a snapshot, before "
		"believing a difference.",
	[EXT4BM_BY_MOMENT] =
		"The saved counters are of another moment than the device: a "
		"live check (--live) takes both together.",
	[EXT4BM_BY_INODES] =
		"What seems to have no owner may belong to inodes that could "
		"not be judged: put these right first (e2fsck -f), then "
		"check again.",
	[EXT4BM_BY_ORPHANS] =
		"Files were deleted while they were open: mount it once to "
		"release what they have, unmount, and check again.",
};

/* Would the next mount replay the journal? */
static bool mount_replays(const struct ext4bm_report *report)
{
	return !report->by_code[EXT4BM_JOURNAL_DAMAGED] &&
	       report->journal.errnum != EOPNOTSUPP &&
	       (report->geometry->compat & EXT3_FEATURE_COMPAT_HAS_JOURNAL);
}

static bool explained_by(const struct ext4bm_report *report, size_t what)
{
	if (what == EXT4BM_BY_JOURNAL) {
		if (!mount_replays(report))
			return false;
		if (e4_unreplayed(report))
			return true;
	}
	for (size_t i = 0; i < report->nr_findings; i++)
		if (report->findings[i].explained == what &&
		    report->findings[i].verdict == EXT4BM_LIVE_NONE)
			return true;
	return false;
}

static void say_explanations(const struct ext4bm_report *report,
			     const struct speaker *speaker)
{
	const size_t nr = sizeof(explanations) / sizeof(explanations[0]);

	for (size_t what = 1; what < nr; what++)
		if (explained_by(report, what))
			say(speaker, explanations[what]);
}

/* What would let the journal be replayed, or does away with it. */
static const char *way_out(const struct ext4bm_report *report)
{
	const struct ext4bm_journal *journal = &report->journal;

	if (journal->external && journal->errnum == ENODEV)
		return " --journal-device names it.";
	if (journal->errnum == EOPNOTSUPP)
		return " A newer kernel may be able to. If none is, the "
		       "journal is damaged: save what matters (a copy of "
		       "the device, debugfs -c), then run e2fsck -f, which "
		       "drops what cannot be replayed.";
	if (!(report->geometry->compat & EXT3_FEATURE_COMPAT_HAS_JOURNAL))
		return " The superblock contradicts itself: run e2fsck -f.";
	return "";
}

static void say_journal(const struct ext4bm_report *report,
			const struct speaker *speaker)
{
	const struct ext4bm_journal *journal = &report->journal;
	char text[400];

	if (journal->state != EXT4BM_JOURNAL_FAILED)
		return;
	snprintf(text, sizeof(text), "The journal was not replayed in memory: "
		 "%s.%s", journal->reason, way_out(report));
	say(speaker, text);
}

static void say_state(const struct ext4bm_geometry *geo,
		      const struct speaker *speaker)
{
	char text[200];

	/* Of saved counters alone, there is none. */
	if (geo->block_size == 0)
		return;
	if (geo->state & EXT2_ERROR_FS)
		say(speaker, "The superblock records that the kernel met "
		    "errors: dumpe2fs -h shows the first and the last one.");
	if (!(geo->state & EXT2_VALID_FS) &&
	    !(geo->compat & EXT3_FEATURE_COMPAT_HAS_JOURNAL))
		say(speaker, "It has no journal and was not unmounted "
		    "cleanly: run e2fsck before it is mounted again.");
	if (geo->mmp_host[0]) {
		snprintf(text, sizeof(text), "Multi-mount protection names "
			 "host %s as user: if it is mounted there, nothing "
			 "here is proof.", geo->mmp_host);
		say(speaker, text);
	}
}

void ext4bm_advice(const struct ext4bm_report *report,
		   void (*line)(void *context, const char *text),
		   void *context)
{
	struct speaker speaker = { line, context };

	say_findings(report, &speaker);
	say_explanations(report, &speaker);
	say_journal(report, &speaker);
	/*
	 * While it is mounted, here, the superblock is not clean and names
	 * this host; errors have a finding of their own.
	 */
	if (!report->live)
		say_state(report->geometry, &speaker);
}
