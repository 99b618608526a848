/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * suspects.h --- a first quick look at all groups of a mounted filesystem
 */
#ifndef E4_SUSPECTS_H
#define E4_SUSPECTS_H

#include "live.h"

/*
 * What a first look leads to.
 * @groups:	groups that showed a difference, in order
 * @nr:		how many
 * @explain:	the other groups in which something is to be explained, in
 *		order
 * @nr_explain:	how many
 * @kept:	what the allocators of these others keep to themselves
 * @lagging:	groups in which the disk was behind the page cache
 * @sums:	what descriptors and bitmaps add up to; only with the device
 */
struct e4_suspects {
	uint32_t *groups;
	size_t nr;
	uint32_t *explain;
	size_t nr_explain;
	uint64_t lagging;
	struct e4_sums sums;
	struct ext4bm_kept kept;
};

/*
 * Look once at every group, in all views there are; freed with
 * e4_suspects_free(). Return: 0 or a negative errno.
 */
int e4_suspects_find(struct e4_live *live,
		     const struct ext4bm_check_options *options,
		     struct e4_suspects *suspects);

void e4_suspects_free(struct e4_suspects *suspects);

/*
 * The shape of a filesystem whose device may not be read, from what the
 * kernel shows to everybody. Return: 0 or a negative errno; -EACCES the views
 * do not tell it.
 */
int e4_derive_geometry(struct e4_live *live, struct ext4bm_error *err);

/*
 * Only how many blocks it has, of one whose groups are known.
 * Return: 0 or a negative errno.
 */
int e4_derive_blocks(const struct e4_live *live, uint64_t *ret_blocks);

#endif
