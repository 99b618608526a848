// SPDX-License-Identifier: LGPL-2.0-only
/*
 * advice.c --- what to do next, most urgent first
 *
 * Each sentence comes from the catalogue or from the state of the whole
 * filesystem, and is said once, whatever the number of findings.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>

#include "ext4bm.h"

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

/* True if stored is above counted in every finding of a code. */
static bool all_above(const struct ext4bm_report *report, int code)
{
	/* What was not kept may be the dangerous kind. */
	if (report->dropped)
		return false;
	for (size_t i = 0; i < report->nr_findings; i++)
		if ((int)report->findings[i].code == code &&
		    report->findings[i].stored <= report->findings[i].counted)
			return false;
	return true;
}

static void say_codes(const struct ext4bm_report *report,
		      const struct speaker *speaker,
		      enum ext4bm_severity severity)
{
	char text[600];

	for (int code = 0; code < EXT4BM_NR_CODES; code++) {
		const struct ext4bm_catalogue_entry *entry =
			ext4bm_catalogue(code);

		if (!found(report, code) ||
		    entry->severity != severity || said_before(report, code))
			continue;
		snprintf(text, sizeof(text), "%s: %s", entry->name,
			 entry->next_above && all_above(report, code) ?
			 entry->next_above : entry->next);
		say(speaker, text);
	}
}

/* The minor ones need no word of their own where e2fsck runs anyway. */
static void say_findings(const struct ext4bm_report *report,
			 const struct speaker *speaker)
{
	say_codes(report, speaker, EXT4BM_OPERATIONAL);
	if (report->unexplained > 0) {
		say_codes(report, speaker, EXT4BM_SEVERE);
		say_codes(report, speaker, EXT4BM_MAJOR);
		if (report->worst <= EXT4BM_MINOR)
			say_codes(report, speaker, EXT4BM_MINOR);
	}
	say_codes(report, speaker, EXT4BM_INFORMATIONAL);
}

static void say_explanations(const struct ext4bm_report *report,
			     const struct speaker *speaker)
{
	const struct ext4bm_finding *explained = NULL;

	for (size_t i = 0; i < report->nr_findings && !explained; i++)
		if (report->findings[i].explained &&
		    report->findings[i].verdict == EXT4BM_LIVE_NONE)
			explained = &report->findings[i];
	if (!explained)
		return;
	if (explained->explained == EXT4BM_BY_MOMENT)
		say(speaker, "The saved counters are of another moment than "
		    "the device: a live check (--live) takes both together.");
	else if (explained->explained == EXT4BM_BY_MOUNT)
		say(speaker, "The filesystem was mounted and may have been "
		    "written to during the check: unmount it, or check a "
		    "snapshot, before believing a difference.");
	else
		say(speaker, "The journal holds changes that are not in the "
		    "bitmaps yet: mount it once (or run e2fsck -E "
		    "journal_only), unmount, and check again. On a copy if "
		    "the device may be failing.");
}

static void say_state(const struct ext4bm_geometry *geo,
		      const struct speaker *speaker)
{
	char text[200];

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
	/*
	 * While it is mounted, here, the superblock is not clean and names
	 * this host; errors have a finding of their own.
	 */
	if (!report->live)
		say_state(report->geometry, &speaker);
}
