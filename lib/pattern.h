/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * pattern.h --- what the groups of one finding code have in common
 */
#ifndef E4_PATTERN_H
#define E4_PATTERN_H

#include "ext4bm.h"

/*
 * Look at all findings of @code, which are sorted by group.
 * Return: true if they are in more than one group; @ret_pattern is filled.
 */
bool e4_pattern_find(const struct ext4bm_report *report, enum ext4bm_code code,
		     struct ext4bm_pattern *ret_pattern);

#endif
