/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * wanted.h --- which groups a check was asked for
 */
#ifndef E4_WANTED_H
#define E4_WANTED_H

#include "ext4bm.h"

/*
 * Are the groups of @options in order, without overlap, and there?
 * Return: 0, or -EINVAL and what there is in @err.
 */
int e4_wanted_check(const struct ext4bm_geometry *geo,
		    const struct ext4bm_check_options *options,
		    struct ext4bm_error *err);

/* True if one of the groups from @first to @last was asked for. */
bool e4_wanted_any(const struct ext4bm_check_options *options, uint64_t first,
		   uint64_t last);

/* How many groups were asked for. */
uint32_t e4_wanted_count(const struct ext4bm_check_options *options);

/* True if every group was asked for. */
bool e4_wanted_all(const struct ext4bm_geometry *geo,
		   const struct ext4bm_check_options *options);

#endif
