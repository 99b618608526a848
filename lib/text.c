// SPDX-License-Identifier: LGPL-2.0-only
/*
 * text.c --- a finding and a verdict in one line each
 *
 * Whole sentences in the field's own words, stored value first, so that
 * people can search for them.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ext4bm.h"

/* "2 groups", "1 group" */
#define PLURAL(number) ((number) == 1 ? "" : "s")

static int counts_text(const struct ext4bm_finding *finding, const char *what,
		       char *buf, size_t size)
{
	uint64_t stored = finding->stored, counted = finding->counted;
	bool few = stored < counted;

	return snprintf(buf, size, "%" PRIu64 " %s stored, %" PRIu64
			" counted (stored is %" PRIu64 " too %s)",
			stored, what, counted,
			few ? counted - stored : stored - counted,
			few ? "low" : "high");
}

static int item_text(const struct ext4bm_finding *finding, char *buf,
		     size_t size)
{
	const char *item = ext4bm_item_name(finding->item);

	if (finding->code == EXT4BM_GD_LOCATION)
		return snprintf(buf, size, "%s at block %" PRIu64
				", where it cannot be", item,
				finding->stored);
	return snprintf(buf, size, "%s at block %" PRIu64
			" lies on the %s of group %" PRIu32
			" (%" PRIu64 " block%s)", item, finding->stored,
			ext4bm_item_name(finding->other_item),
			finding->other_group, finding->counted,
			PLURAL(finding->counted));
}

static int unreadable_text(const struct ext4bm_finding *finding, char *buf,
			   size_t size)
{
	const char *item = ext4bm_item_name(finding->item);

	if (finding->errnum == 0)
		return snprintf(buf, size, "%s at block %" PRIu64
				": there is no such block", item,
				finding->stored);
	return snprintf(buf, size, "%s at block %" PRIu64
			" could not be read: %s", item, finding->stored,
			finding->errnum == ENODATA ?
			"the device ends before it" :
			strerror(finding->errnum));
}

static int unused_text(const struct ext4bm_finding *finding, char *buf,
		       size_t size)
{
	uint64_t inodes = 0;

	for (size_t i = 0; i < finding->nr_ranges; i++)
		inodes += finding->ranges[i].last - finding->ranges[i].first
			  + 1;
	return snprintf(buf, size, "%" PRIu64 " inodes declared unused, at "
			"most %" PRIu64 " can be (%" PRIu64 " in use there)",
			finding->stored, finding->counted, inodes);
}

static int flags_text(const struct ext4bm_finding *finding, char *buf,
		      size_t size)
{
	switch (finding->code) {
	case EXT4BM_UNINIT_WITHOUT_FEATURE:
		return snprintf(buf, size, "flags 0x%" PRIx64 " and %" PRIu64
				" unused inodes in a filesystem without "
				"descriptor checksums", finding->stored,
				finding->counted);
	case EXT4BM_UNINIT_LAST_GROUP:
		return snprintf(buf, size, "the last group is marked "
				"BLOCK_UNINIT");
	default:
		return snprintf(buf, size, "marked BLOCK_UNINIT but holds "
				"metadata of other groups");
	}
}

static int used_text(const struct ext4bm_finding *finding, char *buf,
		     size_t size)
{
	uint64_t clear = finding->stored - finding->counted;

	switch (finding->code) {
	case EXT4BM_METADATA_FREE:
		return snprintf(buf, size, "%" PRIu64 " cluster%s of fixed "
				"metadata shown free (first in the %s)",
				clear, PLURAL(clear),
				ext4bm_item_name(finding->item));
	case EXT4BM_RESERVED_INODE_FREE:
		return snprintf(buf, size, "%" PRIu64 " reserved inode%s "
				"shown free", clear, PLURAL(clear));
	default:
		return snprintf(buf, size, "%" PRIu64 " of %" PRIu64
				" padding bits not set", clear,
				finding->stored);
	}
}

/* As wide as it is on disk: e2fsck prints leading zeros too. */
static int checksum_text(const struct ext4bm_geometry *geo,
			 const struct ext4bm_finding *finding, char *buf,
			 size_t size)
{
	bool narrow = finding->code == EXT4BM_GD_CHECKSUM ||
		      (finding->code != EXT4BM_SB_CHECKSUM &&
		       geo->desc_size < 64);
	int width = narrow ? 4 : 8;

	return snprintf(buf, size, "checksum 0x%0*" PRIx64 " stored, 0x%0*"
			PRIx64 " counted", width, finding->stored, width,
			finding->counted);
}

static int body(const struct ext4bm_geometry *geo,
		const struct ext4bm_finding *finding, char *buf, size_t size)
{
	switch (finding->code) {
	case EXT4BM_DEVICE_SHORT:
		return snprintf(buf, size, "the device holds %" PRIu64
				" blocks, the filesystem has %" PRIu64,
				finding->counted, finding->stored);
	case EXT4BM_SB_CHECKSUM:
	case EXT4BM_GD_CHECKSUM:
	case EXT4BM_BLOCK_BITMAP_CHECKSUM:
	case EXT4BM_INODE_BITMAP_CHECKSUM:
		return checksum_text(geo, finding, buf, size);
	case EXT4BM_SB_FREE_BLOCKS:
	case EXT4BM_SB_GD_FREE_BLOCKS:
		return counts_text(finding, "free blocks", buf, size);
	case EXT4BM_GD_FREE_CLUSTERS:
		return counts_text(finding, "free clusters", buf, size);
	case EXT4BM_SB_FREE_INODES:
	case EXT4BM_SB_GD_FREE_INODES:
	case EXT4BM_GD_FREE_INODES:
		return counts_text(finding, "free inodes", buf, size);
	case EXT4BM_GD_LOCATION:
	case EXT4BM_GD_OVERLAP:
		return item_text(finding, buf, size);
	case EXT4BM_GD_ITABLE_UNUSED:
		return unused_text(finding, buf, size);
	case EXT4BM_GD_BACKUP:
		return snprintf(buf, size, "the backup descriptors here "
				"place %" PRIu64 " of %" PRIu64
				" groups elsewhere, the first is group %"
				PRIu32, finding->counted, finding->stored,
				finding->other_group);
	case EXT4BM_UNINIT_WITHOUT_FEATURE:
	case EXT4BM_UNINIT_LAST_GROUP:
	case EXT4BM_UNINIT_HOSTS_METADATA:
		return flags_text(finding, buf, size);
	case EXT4BM_METADATA_FREE:
	case EXT4BM_RESERVED_INODE_FREE:
	case EXT4BM_BLOCK_BITMAP_PADDING:
	case EXT4BM_INODE_BITMAP_PADDING:
		return used_text(finding, buf, size);
	default:
		return unreadable_text(finding, buf, size);
	}
}

/* What the numbers of a finding about the whole filesystem stand against. */
static const char *subject(const struct ext4bm_finding *finding)
{
	switch (finding->code) {
	case EXT4BM_SB_GD_FREE_BLOCKS:
	case EXT4BM_SB_GD_FREE_INODES:
		return "superblock against descriptors: ";
	case EXT4BM_SB_FREE_BLOCKS:
	case EXT4BM_SB_FREE_INODES:
		return "superblock against bitmaps: ";
	case EXT4BM_SB_CHECKSUM:
		return "superblock: ";
	default:
		return "";
	}
}

size_t ext4bm_finding_text(const struct ext4bm_geometry *geo,
			   const struct ext4bm_finding *finding,
			   char *buf, size_t size)
{
	char text[256], group[32] = "";

	if (finding->group != EXT4BM_NO_GROUP)
		snprintf(group, sizeof(group), "group %" PRIu32 ": ",
			 finding->group);
	body(geo, finding, text, sizeof(text));
	return (size_t)snprintf(buf, size, "%s%s%s", group,
				subject(finding), text);
}

/*
 * The finding to name first: unexplained before explained, then the most
 * severe, then one whose stored value is too low, then the first in order.
 */
static int rank(const struct ext4bm_finding *finding)
{
	int severity = (int)ext4bm_catalogue(finding->code)->severity;
	bool too_low = finding->code == EXT4BM_GD_FREE_CLUSTERS &&
		       finding->stored < finding->counted;

	return (finding->explained == EXT4BM_UNEXPLAINED ? 100 : 0) +
	       2 * severity + too_low;
}

static const struct ext4bm_finding *worst(const struct ext4bm_report *report)
{
	const struct ext4bm_finding *best = &report->findings[0];

	for (size_t i = 1; i < report->nr_findings; i++)
		if (rank(&report->findings[i]) > rank(best))
			best = &report->findings[i];
	return best;
}

/* What a finding means and asks for, in a clause. */
static const char *brief(const struct ext4bm_finding *finding)
{
	const struct ext4bm_catalogue_entry *entry =
		ext4bm_catalogue(finding->code);

	return entry->brief_above && finding->stored > finding->counted ?
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
	       (report->by_code[code] == 0 ||
		ext4bm_catalogue(code)->severity != report->worst))
		code++;
	return code;
}

static int drift_text(const struct ext4bm_report *report, char *buf,
		      size_t size)
{
	const struct ext4bm_finding *finding =
		report->nr_findings ? worst(report) : NULL;
	int dropped = worst_dropped(report, finding);
	char text[300], others[100] = "";

	if (dropped < EXT4BM_NR_CODES)
		return snprintf(buf, size, "DRIFT: %s: %s [%" PRIu64
				" findings, of which too few were kept to "
				"name it]",
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
	return snprintf(buf, size, "DRIFT: %s: %s%s", text, brief(finding),
			others);
}

static int incomplete_text(const struct ext4bm_report *report, char *buf,
			   size_t size)
{
	const struct ext4bm_finding *finding = worst(report);
	char text[300];

	if (report->cancelled)
		return snprintf(buf, size, "interrupted: no drift in the %"
				PRIu32 " of %" PRIu32 " groups looked at",
				report->groups_checked,
				report->groups_wanted);
	ext4bm_finding_text(report->geometry, finding, text, sizeof(text));
	return snprintf(buf, size, "incomplete: no drift seen, but %s: %s",
			text, brief(finding));
}

static int undecided_text(const struct ext4bm_report *report, char *buf,
			  size_t size)
{
	uint64_t nr = report->nr_findings + report->dropped;

	if (report->undecided == 0)
		return snprintf(buf, size, "no drift: only totals of the "
				"superblock differ, which are written when "
				"it is unmounted");
	if (report->findings[0].explained == EXT4BM_BY_MOUNT)
		return snprintf(buf, size, "not decided: %" PRIu64
				" difference%s, which writes of the mounted "
				"filesystem may explain", nr, PLURAL(nr));
	return snprintf(buf, size, "not decided: %" PRIu64 " difference%s, "
			"which the journal may explain: it has not been "
			"replayed", nr, PLURAL(nr));
}

static int clean_text(const struct ext4bm_report *report, char *buf,
		      size_t size)
{
	const char *journal = report->geometry->needs_recovery ?
		" (before the replay of the journal)" : "";

	if (report->groups_checked == report->geometry->groups &&
	    report->nr_unchecked)
		return snprintf(buf, size, "no drift in what could be "
				"compared; not all could%s", journal);
	if (report->verdict == EXT4BM_CLEAN_PART)
		return snprintf(buf, size, "no drift in the part looked at: "
				"%" PRIu32 " of %" PRIu32 " groups%s",
				report->groups_checked,
				report->geometry->groups, journal);
	return snprintf(buf, size, "clean: bitmaps, descriptors and totals of "
			"%" PRIu32 " group%s agree%s", report->groups_checked,
			PLURAL(report->groups_checked), journal);
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
