/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * finding.h --- a growing list of findings
 */
#ifndef E4_FINDING_H
#define E4_FINDING_H

#include "ext4bm.h"

/* Ranges kept for one finding, and in a list that others are moved to; more
 * are only marked as cut. */
#define E4_MAX_RANGES 1024
#define E4_MAX_ALL_RANGES (1U << 20)

/*
 * @list:	the findings, each owning its ranges
 * @nr:		how many
 * @room:	how many fit
 * @failed:	memory ran out; the list is not complete
 * @nr_ranges:	ranges of the findings that were moved here
 */
struct e4_findings {
	struct ext4bm_finding *list;
	size_t nr;
	size_t room;
	bool failed;
	size_t nr_ranges;
};

/*
 * A new finding at the end of the list, for the caller to fill; all that is
 * not given is "none". Never NULL: when memory runs out a spare is returned
 * and @failed is set.
 */
struct ext4bm_finding *e4_findings_add(struct e4_findings *findings,
				       enum ext4bm_code code, uint32_t group);

/* Add the range [@first, @last] to the newest finding. */
void e4_finding_range(struct e4_findings *findings, uint64_t first,
		      uint64_t last);

/* Free what a finding owns; it must not be looked at any more. */
void e4_finding_clear(struct ext4bm_finding *finding);

/* Move up to @most findings of @from to the end of @to; free the rest. */
void e4_findings_move(struct e4_findings *to, struct e4_findings *from,
		      uint64_t most);

/* Move those that are explained to the end of @to; the others stay. */
void e4_findings_split(struct e4_findings *from, struct e4_findings *to);

/*
 * True if the stored value is above the counted one. Those of the allocator
 * are signed: drift can make them negative.
 */
bool e4_finding_above(const struct ext4bm_finding *finding);

/*
 * True if it is a bitmap that may never have been written, as far as its
 * descriptor, with a wrong checksum, can tell (E4_DOUBTFUL).
 */
bool e4_finding_doubtful(const struct ext4bm_finding *finding);

/* Sort: the whole filesystem first, then by group, code and item. */
void e4_findings_sort(struct e4_findings *findings);

void e4_findings_free(struct e4_findings *findings);

#endif
