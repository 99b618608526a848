/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * owners.h --- the part of a check that asks who owns what
 */
#ifndef E4_OWNERS_H
#define E4_OWNERS_H

#include "survey.h"

/*
 * Why owners cannot be found out on this filesystem, for a person; NULL if
 * they can.
 */
const char *e4_owners_refused(const struct ext4bm *fs);

/*
 * Find out owners as @options asks, after the bitmaps were looked at, whose
 * findings are in @results. Return: 0, also when it was cancelled; -ENOMEM,
 * -EAGAIN (no thread).
 */
int e4_owners_find(const struct ext4bm *fs, const struct e4_views *views,
		   const struct ext4bm_check_options *options,
		   struct e4_results *results);

#endif
