/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * totals.h --- the superblock against everything else
 */
#ifndef E4_TOTALS_H
#define E4_TOTALS_H

#include "finding.h"
#include "scan.h"

/* Superblock checksum, and whether the device is long enough. */
void e4_compare_superblock(const struct ext4bm *fs,
			   struct e4_findings *findings);

/* Totals of the superblock against sums over all groups. */
void e4_compare_totals(const struct ext4bm *fs, const struct e4_sums *sums,
		       struct e4_findings *findings);

/* Group descriptor blocks that were not read, from which groups are lost. */
void e4_compare_table(const struct ext4bm *fs, struct e4_findings *findings);

#endif
