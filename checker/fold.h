/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fold.h --- many findings that say the same become one
 */
#ifndef FOLD_H
#define FOLD_H

#include "ext4bm.h"

/** Where the text report shows a finding, in the order it does. */
enum fold_section {
	FOLD_DRIFT,
	FOLD_OPERATIONAL,
	FOLD_EXPLAINED,
	FOLD_SETTLED,
	FOLD_KNOWN,
	FOLD_RECOVERY,
};

/**
 * struct fold - findings that are told as one
 * @section:	where it is shown
 * @findings:	them, by group; points into struct folds
 * @count:	how many
 * @groups:	how many different groups
 * @same_stored: all store the same value
 * @same_difference: stored minus counted is the same everywhere
 */
struct fold {
	enum fold_section section;
	const struct ext4bm_finding **findings;
	size_t count;
	size_t groups;
	bool same_stored;
	bool same_difference;
};

struct folds {
	const struct ext4bm_finding **order;
	struct fold *folds;
	size_t count;
};

/**
 * fold_report() - fold the findings of a report
 *
 * Drift comes first, worst first; then what could not be looked at; then
 * what the journal or a mount may explain; then what has an explanation in a
 * mounted file system; then what is worth knowing. The
 * report must outlive it.
 *
 * Return: 0 or -ENOMEM. Free with fold_free().
 */
int fold_report(const struct ext4bm_report *report, struct folds *ret_folds);

void fold_free(struct folds *folds);

/**
 * fold_groups() - the groups of a fold, as "groups 10, 12-19, 42, ..."
 *
 * Only the first few are named; buf is always terminated.
 */
void fold_groups(const struct fold *fold, char *buf, size_t size);

#endif
