/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * naming.h --- read the inodes again, for those who own what was found
 */
#ifndef E4_NAMING_H
#define E4_NAMING_H

#include "finding.h"
#include "itable.h"

/*
 * Give the findings of @findings their owners.
 * @unread:	gets a finding for inodes that cannot be read; NULL where these
 *		are known already
 * @ret_bytes:	bytes read are added
 *
 * Return: 0, also when it was cancelled; -ELOOP, and nobody is named, where it
 * was made to last (budget.h); -ENOMEM, -EAGAIN (no thread).
 */
int e4_naming_find(const struct e4_itables *tables,
		   const struct ext4bm_check_options *options,
		   struct e4_findings *findings, struct e4_findings *unread,
		   uint64_t *ret_bytes);

#endif
