/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * report.h --- from findings to an answer
 */
#ifndef E4_REPORT_H
#define E4_REPORT_H

#include "device.h"
#include "finding.h"
#include "scan.h"
#include "tally.h"

/*
 * What a check has gathered.
 * @fs:		the filesystem
 * @options:	what was asked for, defaults filled in
 * @findings:	all of them; the report takes them over
 * @tally:	counts of them
 * @sums:	of the groups looked at
 * @live:	of a mounted filesystem, whose totals are never kept current
 * @blind:	with @live: why there is no device, if there is none
 * @hidden:	with @live: groups whose allocator does not show all clusters
 * @missing:	groups that the saved counters say nothing about
 */
struct e4_gathered {
	const struct ext4bm *fs;
	const struct ext4bm_check_options *options;
	struct e4_findings *findings;
	const struct e4_tally *tally;
	const struct e4_sums *sums;
	bool live;
	const char *blind;
	uint64_t hidden;
	uint32_t missing;
};

/* True if the state looked at is the one after recovery. */
bool e4_replayed(const struct ext4bm_journal *journal);

/* True if changes are pending in a journal that could not be replayed. */
bool e4_unreplayed(const struct ext4bm_report *report);

/* Make the report. Return: NULL when there is no memory. */
struct ext4bm_report *e4_report_make(const struct e4_gathered *gathered);

/* Take over what the kernel remembers, for the finding that tells of it. */
void e4_report_record(struct ext4bm_report *report,
		      const struct ext4bm_kernel_record *record);

/*
 * Say of a report that was made what else was not compared, without changing
 * its verdict; @reason is static. Return: false when there is no memory.
 */
bool e4_report_unchecked(struct ext4bm_report *report, enum ext4bm_code first,
			 enum ext4bm_code last, const char *reason);

#endif
