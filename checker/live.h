/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * live.h --- the check of a mounted file system
 */
#ifndef LIVE_H
#define LIVE_H

#include "options.h"

/**
 * struct live_outcome - how one file system fared
 * @status:	exit status
 * @looked:	there was a report
 * @verdict:	of that report
 */
struct live_outcome {
	int status;
	bool looked;
	enum ext4bm_verdict verdict;
};

/** Check options->device and print the report, or why there is none. */
void live_one(struct options *options, struct live_outcome *ret_outcome);

/** Do what was asked for. Return: exit status. */
int live(struct options *options);

#endif
