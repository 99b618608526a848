// SPDX-License-Identifier: LGPL-2.0-only
/*
 * report.c --- from findings to an answer
 *
 * Decides the verdict and the exit status. Clean is only said when all was
 * looked at and agrees; what the journal or a mount may explain is never
 * called drift, and never clean.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "owners.h"
#include "pattern.h"
#include "report.h"
#include "wanted.h"

bool e4_replayed(const struct ext4bm_journal *journal)
{
	return journal->state >= EXT4BM_JOURNAL_PARTLY;
}

bool e4_unreplayed(const struct ext4bm_report *report)
{
	return report->geometry->needs_recovery &&
	       report->journal.state == EXT4BM_JOURNAL_FAILED;
}

static void count_codes(struct ext4bm_report *report,
			const struct e4_tally *tally)
{
	uint64_t all = 0;

	memcpy(report->by_code, tally->by_code, sizeof(report->by_code));
	memcpy(report->explained_by_code, tally->explained,
	       sizeof(report->explained_by_code));
	for (int code = 0; code < EXT4BM_NR_CODES; code++) {
		const struct ext4bm_catalogue_entry *entry =
			ext4bm_catalogue(code);
		uint64_t nr = report->by_code[code] - tally->explained[code];

		all += report->by_code[code];
		report->explained += tally->explained[code];
		if (nr == 0)
			continue;
		if (entry->severity == EXT4BM_INFORMATIONAL) {
			report->informational += nr;
			continue;
		}
		if (entry->severity == EXT4BM_OPERATIONAL) {
			report->operational += nr;
			continue;
		}
		if (e4_tally_explain(tally, code) == EXT4BM_BY_RECOVERY) {
			report->explained += nr;
			continue;
		}
		if (e4_tally_explain(tally, code)) {
			report->undecided += entry->maintained ? nr : 0;
			continue;
		}
		report->undecided += tally->by_inodes[code];
		nr -= tally->by_inodes[code];
		report->unexplained += nr;
		if (nr && entry->severity > report->worst)
			report->worst = entry->severity;
	}
	report->dropped = all - report->nr_findings;
}

static void count_groups(struct ext4bm_report *report,
			 const struct e4_gathered *gathered)
{
	uint32_t bytes = gathered->fs->geo.groups / 8 + 1;

	report->groups_wanted = e4_wanted_count(gathered->options);
	report->groups_checked = (uint32_t)gathered->sums->groups;
	report->groups_uninit = (uint32_t)gathered->sums->uninit;
	for (uint32_t i = 0; i < bytes; i++)
		report->groups_drift += (uint32_t)__builtin_popcount(
			gathered->tally->drift_groups[i]);
}

/* Return: false when there is no memory. */
static bool add_unchecked(struct ext4bm_report *report, enum ext4bm_code first,
			  enum ext4bm_code last, uint64_t groups,
			  const char *reason)
{
	size_t nr = report->nr_unchecked + (size_t)(last - first) + 1;
	struct ext4bm_unchecked *list =
		reallocarray(report->unchecked, nr, sizeof(*list));

	if (!list)
		return false;
	report->unchecked = list;
	for (enum ext4bm_code code = first; code <= last; code++)
		list[report->nr_unchecked++] =
			(struct ext4bm_unchecked){ code, groups, reason };
	return true;
}

/* Without the device there is nothing to compare the allocator with. */
static bool add_unchecked_live(struct ext4bm_report *report,
			       const struct e4_gathered *gathered)
{
	const char *why = gathered->blind;
	uint64_t groups = report->groups_checked;

	if (gathered->fs->e2fs)
		return true;
	return add_unchecked(report, EXT4BM_GD_CHECKSUM,
			     EXT4BM_GD_ITABLE_UNUSED, groups, why) &&
	       add_unchecked(report, EXT4BM_BUDDY_LOST_UPDATE,
			     EXT4BM_BUDDY_LOST_UPDATE, groups, why) &&
	       add_unchecked(report, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR,
			     EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, groups, why);
}

/*
 * Said of every live check, also of a clean one: what no interface of the
 * kernel shows. GETFSMAP begins at bb_first_free, and shows one of two halves
 * of the buddy cache.
 */
static bool add_blind_spot(struct ext4bm_report *report, uint64_t groups)
{
	return add_unchecked(report, EXT4BM_BUDDY_FREE_CLUSTERS,
			     EXT4BM_BUDDY_FREE_CLUSTERS, groups,
			     "lost updates below the allocator's first free "
			     "hint, or in its chunk map alone, cannot be "
			     "seen from outside the kernel");
}

static bool add_unchecked_totals(struct ext4bm_report *report,
				 const struct e4_gathered *gathered)
{
	const struct ext4bm_geometry *geo = report->geometry;

	if (gathered->live)
		return add_unchecked_live(report, gathered);
	/* Nothing but saved counters. */
	if (!geo->block_size)
		return true;
	if (!e4_wanted_all(geo, gathered->options))
		return add_unchecked(report, EXT4BM_SB_FREE_BLOCKS,
				     EXT4BM_SB_GD_FREE_INODES, 0,
				     "only some of the groups were asked for");
	if (report->cancelled)
		return add_unchecked(report, EXT4BM_SB_FREE_BLOCKS,
				     EXT4BM_SB_GD_FREE_INODES, 0,
				     "the check was interrupted");
	if (geo->backup_superblock)
		return add_unchecked(report, EXT4BM_SB_FREE_BLOCKS,
				     EXT4BM_SB_GD_FREE_INODES, 0,
				     "totals in a backup superblock are not "
				     "kept up to date");
	if (!gathered->sums->gd_complete)
		return add_unchecked(report, EXT4BM_SB_FREE_BLOCKS,
				     EXT4BM_SB_GD_FREE_INODES, 0,
				     "not all group descriptors were read");
	if (!gathered->sums->totals.complete)
		return add_unchecked(report, EXT4BM_SB_FREE_BLOCKS,
				     EXT4BM_SB_FREE_INODES, 0,
				     "not all bitmaps were read");
	return true;
}

static bool add_unchecked_views(struct ext4bm_report *report,
				const struct e4_gathered *gathered)
{
	static const char packed[] =
		"an e2image file keeps bitmaps without padding and checksums";
	static const char stale[] =
		"only a backup of the descriptors is usable, and it is not "
		"kept up to date";
	uint64_t groups = report->groups_checked;

	if (gathered->fs->image.super &&
	    !(add_unchecked(report, EXT4BM_BLOCK_BITMAP_CHECKSUM,
			    EXT4BM_BLOCK_BITMAP_PADDING, groups, packed) &&
	      add_unchecked(report, EXT4BM_INODE_BITMAP_CHECKSUM,
			    EXT4BM_INODE_BITMAP_PADDING, groups, packed)))
		return false;
	if (gathered->fs->image.super && gathered->options->backups &&
	    !add_unchecked(report, EXT4BM_GD_BACKUP, EXT4BM_GD_BACKUP, 0,
			   "an e2image file holds no backup descriptors"))
		return false;
	if (!report->geometry->backup_descriptors)
		return true;
	return add_unchecked(report, EXT4BM_GD_CHECKSUM, EXT4BM_GD_CHECKSUM,
			     groups, stale) &&
	       add_unchecked(report, EXT4BM_GD_FREE_CLUSTERS,
			     EXT4BM_GD_ITABLE_UNUSED, groups, stale) &&
	       add_unchecked(report, EXT4BM_UNINIT_WITHOUT_FEATURE,
			     EXT4BM_UNINIT_HOSTS_METADATA, groups, stale) &&
	       add_unchecked(report, EXT4BM_BLOCK_BITMAP_CHECKSUM,
			     EXT4BM_BLOCK_BITMAP_CHECKSUM, groups, stale) &&
	       add_unchecked(report, EXT4BM_INODE_BITMAP_CHECKSUM,
			     EXT4BM_INODE_BITMAP_CHECKSUM, groups, stale);
}

/* What else the kernel shows is not saved with the counters. */
static bool add_unchecked_saved(struct ext4bm_report *report,
				const struct e4_gathered *gathered)
{
	uint64_t groups = report->groups_wanted;

	if (!report->saved_counters)
		return true;
	if (gathered->missing &&
	    !add_unchecked(report, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR,
			   EXT4BM_GROUP_MARKED_CORRUPT, gathered->missing,
			   "the saved counters do not have these groups"))
		return false;
	if (!report->geometry->block_size &&
	    !add_unchecked(report, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR,
			   EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, groups,
			   "there is no device or image to compare the saved "
			   "counters with"))
		return false;
	return add_unchecked(report, EXT4BM_BUDDY_LOST_UPDATE,
			     EXT4BM_BUDDY_FIRST_FREE, groups,
			     "the buddy (GETFSMAP) is in a running kernel "
			     "only");
}

/* Only said when it was asked for: by itself a check asks no inode. */
static bool add_unchecked_owners(struct ext4bm_report *report,
				 const struct e4_gathered *gathered)
{
	enum ext4bm_owners owners = gathered->options->owners;
	const char *why = "the check was interrupted";

	if (gathered->live || owners == EXT4BM_OWNERS_NONE ||
	    report->owners == owners)
		return true;
	if (gathered->sums->no_owners)
		why = gathered->sums->no_owners;
	else if (!report->cancelled)
		why = e4_owners_refused(gathered->fs);
	return add_unchecked(report, EXT4BM_CLUSTER_UNMARKED,
			     EXT4BM_METADATA_CLAIMED, 0, why);
}

static bool add_unchecked_backups(struct ext4bm_report *report,
				  const struct e4_gathered *gathered)
{
	if (!report->cancelled || !gathered->options->backups)
		return true;
	return add_unchecked(report, EXT4BM_GD_BACKUP, EXT4BM_GD_BACKUP, 0,
			     "the check was interrupted");
}

static bool add_unknown_features(struct ext4bm_report *report)
{
	const struct ext4bm_geometry *geo = report->geometry;

	if (!(geo->unknown_incompat | geo->unknown_ro_compat))
		return true;
	return add_unchecked(report, EXT4BM_GD_FREE_CLUSTERS,
			     EXT4BM_GD_FREE_CLUSTERS, report->groups_checked,
			     "unknown features may give the bitmaps another "
			     "meaning");
}

static bool find_patterns(struct ext4bm_report *report)
{
	report->patterns = calloc(EXT4BM_NR_CODES, sizeof(*report->patterns));
	if (!report->patterns)
		return false;
	for (int code = 0; code < EXT4BM_NR_CODES; code++)
		if (report->by_code[code] > 1 &&
		    report->explained_by_code[code] == 0 &&
		    ext4bm_catalogue(code)->severity > EXT4BM_OPERATIONAL &&
		    e4_pattern_find(report, code,
				    &report->patterns[report->nr_patterns]))
			report->nr_patterns++;
	return true;
}

static enum ext4bm_verdict decide(const struct ext4bm_report *report)
{
	if (report->unexplained)
		return EXT4BM_DRIFT;
	if (report->operational || report->cancelled)
		return EXT4BM_INCOMPLETE;
	/* What agrees by itself may not do so after recovery. */
	if (e4_unreplayed(report) && report->undecided == 0)
		return EXT4BM_INCOMPLETE;
	if (report->nr_findings + report->dropped >
	    report->informational + report->explained)
		return EXT4BM_UNDECIDED;
	if (report->nr_unchecked ||
	    report->groups_wanted < report->geometry->groups)
		return EXT4BM_CLEAN_PART;
	return EXT4BM_CLEAN;
}

/* Of a live check, an explanation goes by what the views showed. */
static void give_verdict(const struct e4_gathered *gathered,
			 struct ext4bm_finding *finding)
{
	if (!gathered->live)
		finding->explained = e4_tally_explain_one(gathered->tally,
							  finding);
	else if (finding->explained)
		finding->verdict = EXT4BM_LIVE_EXPLAINED;
	else if (ext4bm_catalogue(finding->code)->severity ==
		 EXT4BM_OPERATIONAL)
		finding->verdict = EXT4BM_LIVE_UNDECIDED;
	else
		finding->verdict = EXT4BM_LIVE_PERSISTENT;
}

struct ext4bm_report *e4_report_make(const struct e4_gathered *gathered)
{
	struct ext4bm_report *report = calloc(1, sizeof(*report));

	if (!report)
		return NULL;
	e4_findings_sort(gathered->findings);
	for (size_t i = 0; i < gathered->findings->nr; i++)
		give_verdict(gathered, &gathered->findings->list[i]);
	report->geometry = &gathered->fs->geo;
	report->journal = gathered->fs->journal;
	report->findings = gathered->findings->list;
	report->nr_findings = gathered->findings->nr;
	memset(gathered->findings, 0, sizeof(*gathered->findings));
	report->totals = gathered->sums->totals;
	report->bytes_read = gathered->sums->bytes_read;
	report->inodes_used = gathered->sums->inodes_used;
	report->table_bytes = gathered->sums->table_bytes;
	report->owners = gathered->sums->owners;
	report->cancelled = gathered->sums->cancelled;
	report->saved_counters = gathered->options->mb_groups;
	count_codes(report, gathered->tally);
	count_groups(report, gathered);
	if (!add_unchecked_totals(report, gathered) ||
	    !add_unchecked_backups(report, gathered) ||
	    !add_unchecked_owners(report, gathered) ||
	    !add_unchecked_saved(report, gathered) ||
	    !add_unchecked_views(report, gathered) ||
	    !add_unknown_features(report) || !find_patterns(report)) {
		ext4bm_report_free(report);
		return NULL;
	}
	report->verdict = decide(report);
	/* No check can do better, so it does not change the verdict. */
	if (gathered->live && !add_blind_spot(report, gathered->hidden)) {
		ext4bm_report_free(report);
		return NULL;
	}
	return report;
}

void e4_report_record(struct ext4bm_report *report,
		      const struct ext4bm_kernel_record *record)
{
	report->kernel_record = *record;
	for (size_t i = 0; i < report->nr_findings; i++)
		if (report->findings[i].code == EXT4BM_KERNEL_ERROR_RECORD)
			report->findings[i].record = &report->kernel_record;
}

bool e4_report_unchecked(struct ext4bm_report *report, enum ext4bm_code first,
			 enum ext4bm_code last, const char *reason)
{
	return add_unchecked(report, first, last, 0, reason);
}

void ext4bm_report_free(struct ext4bm_report *report)
{
	struct e4_findings findings;

	if (!report)
		return;
	findings = (struct e4_findings){ .list = report->findings,
					 .nr = report->nr_findings };
	e4_findings_free(&findings);
	free(report->unchecked);
	free(report->patterns);
	free(report);
}

int ext4bm_exit_status(const struct ext4bm_report *report)
{
	int status = EXT4BM_EXIT_CLEAN;

	if (report->unexplained)
		status |= EXT4BM_EXIT_DRIFT;
	if (report->operational || report->undecided || e4_unreplayed(report))
		status |= EXT4BM_EXIT_OPERATIONAL;
	if (report->cancelled)
		status |= EXT4BM_EXIT_CANCELLED;
	return status;
}
