// SPDX-License-Identifier: LGPL-2.0-only
/*
 * check.c --- one check, from an open filesystem to a report
 *
 * The straight line of the library: index the fixed metadata, scan the
 * groups, ask for owners, compare the totals, make the report.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "backup.h"
#include "capture.h"
#include "journal.h"
#include "owners.h"
#include "report.h"
#include "saved.h"
#include "totals.h"
#include "wanted.h"

#define DEFAULT_FINDINGS 100000

/* Is a finding about groups that were asked for, or about all? */
static bool is_wanted(const struct ext4bm_check_options *options,
		      const struct ext4bm_finding *finding)
{
	switch (finding->code) {
	case EXT4BM_GD_OVERLAP:
		return e4_wanted_any(options, finding->group,
				     finding->group) ||
		       e4_wanted_any(options, finding->other_group,
				     finding->other_group);
	case EXT4BM_GD_UNREADABLE:
		return finding->nr_ranges == 0 ||
		       e4_wanted_any(options, finding->ranges[0].first,
				     finding->ranges[0].last);
	default:
		return true;
	}
}

static void drop_unwanted(const struct ext4bm_check_options *options,
			  struct e4_findings *findings, size_t from)
{
	size_t kept = from;

	for (size_t i = from; i < findings->nr; i++) {
		if (is_wanted(options, &findings->list[i]))
			findings->list[kept++] = findings->list[i];
		else
			e4_finding_clear(&findings->list[i]);
	}
	findings->nr = kept;
}

/* Parts that only concern the filesystem as a whole. */
static int compare_whole(const struct ext4bm *fs,
			 const struct ext4bm_check_options *options,
			 const struct e4_fixed *fixed,
			 struct e4_sums *sums, struct e4_findings *findings)
{
	bool all = e4_wanted_all(&fs->geo, options);
	int ret = 0;

	e4_compare_superblock(fs, findings);
	e4_journal_report(fs, findings);
	e4_compare_table(fs, findings);
	if (fixed->overlap)
		ret = e4_fixed_overlaps(&fs->geo, &fs->table, findings);
	/* An e2image file holds no copies: something else is at their place. */
	if (!ret && options->backups && !fs->image.super)
		ret = e4_backup_compare(fs, options->cancel, findings);
	/* Asked once: the report must say the same of all that follows. */
	sums->cancelled = options->cancel && *options->cancel;
	if (all && !fs->geo.backup_superblock && !sums->cancelled)
		e4_compare_totals(fs, sums, findings);
	return findings->failed ? -ENOMEM : ret;
}

/* With saved counters alone there is nothing to compare here. */
static int gather(const struct ext4bm *fs,
		  const struct ext4bm_check_options *options,
		  struct e4_findings *findings, struct e4_tally *tally,
		  struct e4_sums *sums)
{
	struct e4_fixed fixed;
	struct e4_views views = {
		.geo = &fs->geo, .csum = &fs->csum, .table = &fs->table,
		.fixed = &fixed,
		.judge_descriptors = !fs->geo.backup_descriptors,
		.raw_bitmaps = !fs->image.super,
	};
	struct e4_results results = { findings, tally, sums };
	size_t in_groups;
	int ret;

	memset(sums, 0, sizeof(*sums));
	if (!fs->e2fs)
		return 0;
	ret = e4_fixed_build(&fixed, &fs->geo, &fs->table);
	if (ret)
		return ret;
	if (options->pass)
		options->pass(options->context, EXT4BM_PASS_BITMAPS);
	ret = e4_scan(fs, &views, options, findings, tally, sums);
	if (!ret && options->owners && !e4_owners_refused(fs) &&
	    !(options->cancel && *options->cancel))
		ret = e4_owners_find(fs, &views, options, &results);
	in_groups = findings->nr;
	if (!ret)
		ret = compare_whole(fs, options, &fixed, sums, findings);
	drop_unwanted(options, findings, in_groups);
	e4_tally_add(tally, findings, in_groups);
	e4_fixed_free(&fixed);
	return ret;
}

static int add_saved(const struct ext4bm *fs, struct e4_gathered *gathered,
		     struct e4_tally *tally, struct e4_sums *sums,
		     struct ext4bm_kernel_record *record,
		     struct ext4bm_error *err)
{
	size_t from = gathered->findings->nr;
	uint32_t seen = 0;
	int ret;

	if (!gathered->options->mb_groups)
		return 0;
	ret = e4_saved_compare(fs, gathered->options, gathered->findings,
			       &seen, &gathered->missing, err);
	e4_saved_record(gathered->options, record, gathered->findings);
	e4_tally_add(tally, gathered->findings, from);
	if (!fs->e2fs)
		sums->groups = seen;
	return gathered->findings->failed ? -ENOMEM : ret;
}

int ext4bm_check(struct ext4bm *fs, const struct ext4bm_check_options *options,
		 struct ext4bm_report **ret_report, struct ext4bm_error *err)
{
	struct ext4bm_range all = { 0, fs->geo.groups - 1 };
	struct ext4bm_check_options chosen = { 0 };
	struct e4_findings findings = { 0 };
	struct e4_tally tally = { 0 };
	struct e4_sums sums;
	struct e4_gathered gathered = {
		.fs = fs, .options = &chosen, .findings = &findings,
		.tally = &tally, .sums = &sums,
	};
	struct ext4bm_kernel_record record = { 0 };
	struct ext4bm_error why = { 0 };
	struct ext4bm_report *report = NULL;
	int ret;

	if (options)
		chosen = *options;
	if (!chosen.groups || chosen.nr_groups == 0) {
		chosen.groups = &all;
		chosen.nr_groups = 1;
	}
	if (chosen.max_findings == 0)
		chosen.max_findings = DEFAULT_FINDINGS;
	ret = e4_wanted_check(&fs->geo, &chosen, err);
	if (ret)
		return ret;
	if (fs->capture)
		e4_capture_options(fs->capture, &chosen);
	ret = e4_tally_init(&tally, &fs->geo, fs->geo.groups,
			    chosen.mounted);
	tally.apart = chosen.mb_groups;
	tally.replayed = e4_replayed(&fs->journal);
	if (!ret)
		ret = gather(fs, &chosen, &findings, &tally, &sums);
	if (!ret)
		ret = add_saved(fs, &gathered, &tally, &sums, &record, &why);
	if (!ret) {
		report = e4_report_make(&gathered);
		ret = report ? 0 : -ENOMEM;
	}
	if (report)
		e4_report_record(report, &record);
	e4_findings_free(&findings);
	e4_tally_free(&tally);
	if (ret)
		return e4_error(err, -ret, why.code ? why.code : -ret, "%s",
				why.text);
	*ret_report = report;
	return 0;
}
