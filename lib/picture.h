/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * picture.h --- all views of all groups of a mounted filesystem, settled
 */
#ifndef E4_PICTURE_H
#define E4_PICTURE_H

#include "liveowners.h"
#include "settle.h"

/*
 * What a check has brought to light.
 * @groups:	wanted groups that were looked at and did not stay undecided
 * @settled:	findings, and how they were arrived at
 * @kept:	what the allocator keeps to itself
 * @no_disk:	why the disk was not looked at although it was asked for, or
 *		NULL
 * @lagging:	groups in which the disk was behind the page cache
 * @space:	the total that statfs() tells
 * @no_space:	why it was not compared, or NULL
 * @frozen:	the filesystem was frozen all the time
 * @no_super:	0, or the negative errno of reading the superblock again
 * @no_totals:	why those of a frozen filesystem were not compared, or NULL
 * @answer:	with owners asked for: what became of that
 * @no_owners:	why nobody was asked, or got an answer, or NULL
 * @record:	errors that the kernel remembers
 */
struct e4_picture {
	uint32_t groups;
	struct e4_settled settled;
	struct ext4bm_kept kept;
	const char *no_disk;
	uint64_t lagging;
	struct ext4bm_space space;
	const char *no_space;
	bool frozen;
	int no_super;
	const char *no_totals;
	struct e4_answer answer;
	const char *no_owners;
	struct ext4bm_kernel_record record;
};

/*
 * Look at the groups that @chosen asks for, and at what belongs to none of
 * them; freed with e4_picture_free().
 * Return: 0 or a negative errno; *ret_freeze tells that it was freezing that
 * failed.
 */
int e4_picture_take(struct e4_live *live,
		    const struct ext4bm_live_options *options,
		    const struct ext4bm_check_options *chosen,
		    struct e4_picture *picture, bool *ret_freeze);

void e4_picture_free(struct e4_picture *picture);

#endif
