// SPDX-License-Identifier: LGPL-2.0-only
/*
 * verdict_live.c --- the answer in one line, where the filesystem is mounted
 *
 * Who asks wants to know whether it is the disk or only the kernel's memory,
 * because one takes e2fsck, and the other has nothing for it to find. Says so
 * where it can be known, and then what to do at once.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "ext4bm_klog.h"
#include "finding.h"
#include "text.h"
#include "verdict.h"

/* Room for owners, with their brackets; see e4_owners_brief(). */
#define OWNERS 204

/* One more than are named, so that there are seen to be others. */
#define MOST_OWNERS 4

/*
 * @memory:	the allocator's own copies
 * @disk:	what is on the disk, or what the kernel writes there
 * @marked:	the kernel shuns a group
 * @other:	not known which, or something was not looked at
 * @lost:	clusters in use that look free to the allocator
 * @groups:	groups with such clusters
 * @group:	the first of them
 * @owners:	some of those who own such clusters, each once
 * @nr_owners:	how many
 * @files:	some of them are files
 * @internal:	some of them are the filesystem itself
 * @cut:	not all owners are known
 * @unowned:	nobody was found for some of them
 * @dangerous:	clusters in use look free, in some way
 */
struct accused {
	bool memory;
	bool disk;
	bool marked;
	bool other;
	uint64_t lost;
	uint32_t groups;
	uint32_t group;
	struct ext4bm_owner owners[MOST_OWNERS];
	size_t nr_owners;
	bool files;
	bool internal;
	bool cut;
	bool unowned;
	bool dangerous;
};

static bool is_disk(enum ext4bm_code code)
{
	return code < EXT4BM_BUDDY_LOST_UPDATE;
}

static bool is_memory(enum ext4bm_code code)
{
	return code >= EXT4BM_BUDDY_LOST_UPDATE &&
	       code <= EXT4BM_BUDDY_FIRST_FREE;
}

static bool counts(const struct ext4bm_finding *finding)
{
	return finding->explained == EXT4BM_UNEXPLAINED &&
	       ext4bm_catalogue(finding->code)->severity >
	       EXT4BM_INFORMATIONAL;
}

static void add_owner(struct accused *accused,
		      const struct ext4bm_owner *owner)
{
	if (e4_owner_internal(owner))
		accused->internal = true;
	else
		accused->files = true;
	for (size_t i = 0; i < accused->nr_owners; i++)
		if (ext4bm_same_owner(&accused->owners[i], owner))
			return;
	if (accused->nr_owners < MOST_OWNERS)
		accused->owners[accused->nr_owners++] = *owner;
}

static void add_lost(struct accused *accused,
		     const struct ext4bm_finding *finding)
{
	accused->lost += finding->counted;
	if (accused->groups++ == 0)
		accused->group = finding->group;
	for (size_t i = 0; i < finding->nr_owners; i++)
		add_owner(accused, &finding->owners[i]);
	accused->cut |= finding->owners_cut;
	accused->unowned |= finding->asked && !finding->nr_owners;
}

static void accuse(const struct ext4bm_finding *finding,
		   struct accused *accused)
{
	enum ext4bm_code code = finding->code;

	/* It only keeps from us who owns what. */
	if (code == EXT4BM_INODE_UNREADABLE)
		return;
	if (ext4bm_catalogue(code)->severity == EXT4BM_OPERATIONAL)
		accused->other = true;
	else if (is_disk(code))
		accused->disk = true;
	else if (is_memory(code))
		accused->memory = true;
	/* A mark, and a total that fits no more, come with either of them. */
	else if (code == EXT4BM_GROUP_MARKED_CORRUPT)
		accused->marked = true;
	else if (code != EXT4BM_STATFS_FREE_BLOCKS)
		accused->other = true;
	if (code == EXT4BM_BUDDY_LOST_UPDATE)
		add_lost(accused, finding);
	if (code == EXT4BM_BUDDY_LOST_UPDATE ||
	    (code == EXT4BM_BUDDY_FREE_CLUSTERS &&
	     !e4_finding_above(finding)))
		accused->dangerous = true;
}

static struct accused find_accused(const struct ext4bm_report *report)
{
	/* What was dropped may be anything. */
	struct accused accused = { .other = report->dropped != 0 };

	for (size_t i = 0; i < report->nr_findings; i++)
		if (counts(&report->findings[i]))
			accuse(&report->findings[i], &accused);
	accused.other |= !report->live_cache;
	return accused;
}

/* Who owns what a finding is about, in brackets, as far as it is known. */
static void owners_text(const struct ext4bm_finding *finding, char *buf,
			size_t size)
{
	char owners[OWNERS - 3];

	e4_owners_brief(finding, owners, sizeof(owners));
	snprintf(buf, size, *owners ? " (%s)" : "%s", owners);
}

/* Where nobody was asked, it is files: they have nearly all. */
static const char *kind_text(const struct accused *accused)
{
	if (!accused->internal)
		return "files";
	return accused->files ? "files and the filesystem itself"
			      : "the filesystem itself";
}

/* Whose the clusters are; what nobody was found for may be nobody's. */
static void whose_text(const struct accused *accused, char *buf, size_t size)
{
	const struct ext4bm_finding all = {
		.owners = (struct ext4bm_owner *)(uintptr_t)accused->owners,
		.nr_owners = accused->nr_owners, .owners_cut = accused->cut,
	};
	bool one = accused->lost == 1;
	char owners[OWNERS];

	owners_text(&all, owners, sizeof(owners));
	if (accused->unowned && !*owners)
		snprintf(buf, size, "%s in use (no owner found)",
			 one ? "is" : "are");
	else
		snprintf(buf, size, "belong%s to %s%s", one ? "s" : "",
			 kind_text(accused), owners);
}

static void lost_text(const struct accused *accused, char *buf, size_t size)
{
	bool one = accused->lost == 1;
	char whose[OWNERS + 60], where[40];

	if (accused->groups == 0) {
		snprintf(buf, size, "clusters in use look free");
		return;
	}
	if (accused->groups == 1)
		snprintf(where, sizeof(where), "group %" PRIu32,
			 accused->group);
	else
		snprintf(where, sizeof(where), "%" PRIu32 " groups",
			 accused->groups);
	whose_text(accused, whose, sizeof(whose));
	snprintf(buf, size, "%" PRIu64 " cluster%s of %s that %s look%s free",
		 accused->lost, one ? "" : "s", where, whose, one ? "s" : "");
}

/* The page cache is what will be written; the disk may have been looked at. */
static const char *what_is_right(const struct ext4bm_report *report)
{
	if (report->groups_checked < report->geometry->groups)
		return "bitmaps and descriptors of the groups looked at agree";
	if (report->lagging)
		return "what the kernel will write to the disk is right";
	return "the disk is right and e2fsck will find nothing";
}

/* To who has the fix already, an update is no advice. */
static const char *kernel_advice(const struct ext4bm_report *report)
{
	switch (ext4bm_fix_judge(ext4bm_klog_fix(EXT4BM_KLOG_SCAN_ABOVE, 0),
				 report->kernel, NULL)) {
	case EXT4BM_FIX_PRESENT:
		return "this kernel has the fix of CVE-2026-45942, so report "
		       "it to who maintains the kernel";
	case EXT4BM_FIX_NOT_NEEDED:
		return "this kernel never had CVE-2026-45942, so report it to "
		       "who maintains the kernel";
	default:
		return "update the kernel (fixed in " E4_FIXED_IN ")";
	}
}

static int memory_text(const struct ext4bm_report *report,
		       const struct accused *accused,
		       const struct ext4bm_finding *worst,
		       const char *others, char *buf, size_t size)
{
	const char *rest = what_is_right(report);
	char text[500];

	if (!accused->dangerous) {
		ext4bm_finding_text(report->geometry, worst, text,
				    sizeof(text));
		return snprintf(buf, size, "DRIFT in memory only: %s; %s: "
				"%s%s", rest, text, e4_brief(worst), others);
	}
	lost_text(accused, text, sizeof(text));
	return snprintf(buf, size, "DRIFT in memory only: %s; %s and can be "
			"given away or discarded at any moment: do not run "
			"fstrim, stop writers, then \"sync; echo 1 > "
			"/proc/sys/vm/drop_caches\" rebuilds the kernel's "
			"copy, and check again; %s%s", rest, text,
			kernel_advice(report), others);
}

/* The worst of what accuses the disk. */
static const struct ext4bm_finding *
worst_of_disk(const struct ext4bm_report *report)
{
	const struct ext4bm_finding *worst = NULL;

	for (size_t i = 0; i < report->nr_findings; i++) {
		const struct ext4bm_finding *finding = &report->findings[i];

		if (counts(finding) && is_disk(finding->code) &&
		    (!worst || e4_rank(finding) > e4_rank(worst)))
			worst = finding;
	}
	return worst;
}

/* What the catalogue advises is for who has not mounted it. */
static const char *disk_brief(const struct ext4bm_finding *finding)
{
	const struct ext4bm_catalogue_entry *entry =
		ext4bm_catalogue(finding->code);

	if (finding->code >= EXT4BM_DISK_DESCRIPTOR ||
	    finding->right == EXT4BM_RIGHT_COUNTED)
		return e4_brief(finding);
	if (entry->severity == EXT4BM_SEVERE &&
	    !(entry->brief_above && e4_finding_above(finding)))
		return "stop writers, do not run fstrim, save what matters, "
		       "then unmount and run e2fsck -f before it is mounted "
		       "again";
	return "unmount it at the next window and run e2fsck -f before it is "
	       "mounted again";
}

static int disk_text(const struct ext4bm_report *report,
		     const struct accused *accused, const char *others,
		     char *buf, size_t size)
{
	const struct ext4bm_finding *worst = worst_of_disk(report);
	char text[300], owners[OWNERS], lost[400] = "";

	ext4bm_finding_text(report->geometry, worst, text, sizeof(text));
	owners_text(worst, owners, sizeof(owners));
	if (!accused->memory)
		return snprintf(buf, size, "DRIFT, the disk is wrong: %s%s: "
				"%s%s", text, owners, disk_brief(worst),
				others);
	if (accused->dangerous)
		lost_text(accused, lost, sizeof(lost));
	return snprintf(buf, size, "DRIFT in memory, and the disk is wrong "
			"too: %s%s%s%s: %s%s", text, owners,
			*lost ? "; " : "", lost,
			accused->dangerous ? "stop writers, do not run "
			"fstrim, save what matters, then unmount and run "
			"e2fsck -f before it is mounted again" :
			disk_brief(worst), others);
}

/*
 * The kernel has met a contradiction. Where bitmap and descriptor agree, it
 * was as a rule in its own copies; only the owners could tell for certain.
 */
static int marked_text(const struct ext4bm_report *report,
		       const struct ext4bm_finding *worst,
		       const char *others, char *buf, size_t size)
{
	char text[300];

	ext4bm_finding_text(report->geometry, worst, text, sizeof(text));
	return snprintf(buf, size, "DRIFT, most likely in memory only: %s, "
			"but its bitmap and descriptor agree: no data is at "
			"risk in it; unmount it when you can, which clears "
			"the mark, and run e2fsck -f; %s%s", text,
			kernel_advice(report), others);
}

int e4_verdict_live(const struct ext4bm_report *report,
		    const struct ext4bm_finding *worst, const char *others,
		    char *buf, size_t size)
{
	struct accused accused = find_accused(report);

	if (accused.disk)
		return disk_text(report, &accused, others, buf, size);
	if (accused.memory && !accused.other)
		return memory_text(report, &accused, worst, others, buf,
				   size);
	if (accused.marked && !accused.memory && !accused.other &&
	    worst->code == EXT4BM_GROUP_MARKED_CORRUPT)
		return marked_text(report, worst, others, buf, size);
	return -1;
}
