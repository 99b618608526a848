/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * survey.h --- ask everybody what they own, and compare with the bitmaps
 *
 *	e4_survey_init() -> e4_survey_inodes() -> e4_survey_clusters()
 */
#ifndef E4_SURVEY_H
#define E4_SURVEY_H

#include "compare_owners.h"
#include "itable.h"
#include "orphans.h"
#include "scan.h"

/* Free inodes of a group are not known. */
#define E4_NOT_KNOWN UINT32_MAX

/*
 * @wanted:	a bit for each group whose bitmaps are compared
 * @owned:	what was found out; clusters of @wanted groups only
 * @xattrs:	blocks of extended attributes, which files may share
 * @bad:	blocks on the list of bad ones
 * @bad_error:	negative errno of reading that list, or 0
 * @orphans:	deleted files that wait to be released
 * @free_inodes: of each wanted group: free inodes by its table, or
 *		E4_NOT_KNOWN
 * @unread:	bits for groups whose bitmaps were not read before: of blocks,
 *		of inodes
 * @budget:	what may be done in vain
 * @incomplete:	something could not be asked
 */
struct e4_survey {
	const struct ext4bm *fs;
	const struct e4_views *views;
	const struct ext4bm_check_options *options;
	uint8_t *wanted;
	struct e4_owned owned;
	struct e4_claims xattrs;
	struct e4_claims bad;
	int bad_error;
	struct e4_orphans orphans;
	struct e4_itables tables;
	uint32_t *free_inodes;
	uint8_t *unread[2];
	struct e4_budget budget;
	bool incomplete;
};

/* What a survey adds to: findings are added in the order of the groups. */
struct e4_results {
	struct e4_findings *findings;
	struct e4_tally *tally;
	struct e4_sums *sums;
};

/*
 * Prepare: fixed metadata, bad blocks, the list of orphans. All in the survey
 * is 0 before, but for when its @tables are late. @wanted is owned by the
 * survey from then on, @findings are those of the bitmaps. Freed with
 * e4_survey_free(), also after a failure. Return: 0; -ELOOP the lists go round
 * in circles (budget.h); -ENOMEM.
 */
int e4_survey_init(struct e4_survey *survey, const struct ext4bm *fs,
		   const struct e4_views *views,
		   const struct ext4bm_check_options *options,
		   uint8_t *wanted, const struct e4_findings *findings);

void e4_survey_free(struct e4_survey *survey);

/*
 * Read all inodes; compare the inode bitmaps and the counts of directories.
 * Return: 0, also when it was cancelled; -ELOOP, -ENOMEM, -EAGAIN (no thread).
 */
int e4_survey_inodes(struct e4_survey *survey, struct e4_results *results);

/* Compare the block bitmaps with what inodes own. Return: as above. */
int e4_survey_clusters(struct e4_survey *survey, struct e4_results *results);

/*
 * Read a bitmap of a group into @bitmap, a block; what is not written is
 * implied. @ret_offset: byte that it was read from, or EXT4BM_NO_OFFSET.
 * Return: false if it could not be read, which is in @findings then, or was
 * found before.
 */
bool e4_survey_bitmap(const struct e4_survey *survey, uint32_t group,
		      const struct e4_gd *gd, enum ext4bm_item item,
		      uint8_t *bitmap, uint64_t *ret_offset,
		      struct e4_findings *findings);

#endif
