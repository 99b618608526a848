/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * tally.h --- count findings, also those that are not kept
 */
#ifndef E4_TALLY_H
#define E4_TALLY_H

#include "finding.h"

/*
 * @geo, @mounted:	decide what may explain a finding
 * @replayed:		the journal was replayed in memory: it explains nothing
 *			but what the kernel makes anew
 * @settled:		the findings stood still, and say themselves what
 *			explains them
 * @apart:		the counters are of another moment than the rest
 * @by_code:		findings by code
 * @explained:		of these, the wholly explained ones: with @settled all
 *			that are explained, else by deleted files
 * @by_inodes:		of these, explained by inodes that could not be judged
 * @drift_groups:	bit for each group with unexplained drift
 */
struct e4_tally {
	const struct ext4bm_geometry *geo;
	bool mounted;
	bool replayed;
	bool settled;
	bool apart;
	uint64_t by_code[EXT4BM_NR_CODES];
	uint64_t explained[EXT4BM_NR_CODES];
	uint64_t by_inodes[EXT4BM_NR_CODES];
	uint8_t *drift_groups;
};

/* Return: 0 or -ENOMEM. @groups is the number of groups with descriptors. */
int e4_tally_init(struct e4_tally *tally, const struct ext4bm_geometry *geo,
		  uint32_t groups, bool mounted);

/* Begin @tally with what @from has. Return: 0 or -ENOMEM. */
int e4_tally_copy(struct e4_tally *tally, const struct e4_tally *from);

void e4_tally_free(struct e4_tally *tally);

/* What may explain any finding of a code on this filesystem. */
enum ext4bm_explanation e4_tally_explain(const struct e4_tally *tally,
					 enum ext4bm_code code);

/* What may explain this one: the same, or what its comparison found out. */
enum ext4bm_explanation
e4_tally_explain_one(const struct e4_tally *tally,
		     const struct ext4bm_finding *finding);

/* Count the findings of a list from number @from on. */
void e4_tally_add(struct e4_tally *tally, const struct e4_findings *findings,
		  size_t from);

#endif
