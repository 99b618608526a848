/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * pathfind.h --- read directories, for the names of those who own something
 */
#ifndef E4_PATHFIND_H
#define E4_PATHFIND_H

#include "finding.h"
#include "itable.h"

/*
 * Give the owners that the findings have, by e4_naming_find(), their paths, if
 * @options asks for it.
 * @ret_bytes:	bytes read are added
 *
 * Return: 0, also when it was cancelled; -ENOMEM, -EAGAIN (no thread).
 */
int e4_pathfind(const struct e4_itables *tables,
		const struct ext4bm_check_options *options,
		struct e4_findings *findings, uint64_t *ret_bytes);

#endif
