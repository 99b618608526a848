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
 * @cancelled:	it was interrupted
 * @verdict:	of that report
 */
struct live_outcome {
	int status;
	bool looked;
	bool cancelled;
	enum ext4bm_verdict verdict;
};

/** Why a file system that may panic is not looked at without consent. */
const char *live_panic_text(const struct ext4bm_live_info *info);

/** Refuse options->device for that reason. Return: exit status. */
int live_refuse_panic(const struct options *options,
		      const struct ext4bm_live_info *info);

/** What the renderers want to know about the thing that was checked. */
struct ext4bm_target live_describe(const struct options *options,
				   const struct ext4bm_live_info *info);

/** What looking may set off has to be said before looking. */
void live_warn(const struct options *options,
	       const struct ext4bm_live_info *info);

/** How the command line wants it to be checked. */
struct ext4bm_live_options live_options(const struct options *options);

/**
 * Check options->device and print the report, or why there is none.
 * @kernel:	the kernel's name of what it must lead to, or NULL
 */
void live_one(struct options *options, const char *kernel,
	      struct live_outcome *ret_outcome);

/** Do what was asked for. Return: exit status. */
int live(struct options *options);

#endif
