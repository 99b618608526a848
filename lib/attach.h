/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * attach.h --- give findings the owners of what they are about
 */
#ifndef E4_ATTACH_H
#define E4_ATTACH_H

#include "claims.h"
#include "finding.h"

/* Owners kept for one finding, and for all; more are only marked as cut. */
#define E4_MAX_OWNERS 256
#define E4_MAX_ALL_OWNERS (1U << 17)

/*
 * Findings that want owners.
 * @list:	sorted by group; the findings belong to somebody else
 * @nr:		how many
 * @clusters:	clusters that they are about
 * @nr_owners:	owners attached so far
 * @failed:	memory ran out
 */
struct e4_subjects {
	const struct ext4bm_geometry *geo;
	struct ext4bm_finding **list;
	size_t nr;
	struct e4_claims clusters;
	size_t nr_owners;
	bool failed;
};

/*
 * Collect the findings in the first @groups groups that want owners; freed
 * with e4_subjects_free().
 * Return: 0 or -ENOMEM.
 */
int e4_subjects_init(struct e4_subjects *subjects,
		     const struct ext4bm_geometry *geo, uint32_t groups,
		     struct e4_findings *findings);

void e4_subjects_free(struct e4_subjects *subjects);

/* True if a finding is about this inode itself. */
bool e4_subjects_inode(const struct e4_subjects *subjects, uint32_t number);

/*
 * Attach @owner to all findings that its blocks, or without blocks its inode,
 * are in. @orphan: it is a deleted file, which only explains a leak; but while
 * somebody has it open, what it has can be given away as that of any other.
 */
void e4_subjects_attach(struct e4_subjects *subjects,
			const struct ext4bm_owner *owner, bool orphan);

/* Take away what was attached, and mark all as cut. */
void e4_subjects_forget(struct e4_subjects *subjects);

/* Sort what was attached, and mark all as cut if @cut. */
void e4_subjects_finish(struct e4_subjects *subjects, bool cut);

/*
 * Leave a finding only those of its owners that are in @before as well, its
 * @nr owners at another time, and mark it as cut if these were not the same.
 */
void e4_owners_agree(struct ext4bm_finding *finding,
		     const struct ext4bm_owner *before, size_t nr);

#endif
