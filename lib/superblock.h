/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * superblock.h --- find a superblock and believe as little of it as possible
 */
#ifndef E4_SUPERBLOCK_H
#define E4_SUPERBLOCK_H

#include "device.h"

/*
 * Open the primary superblock, or the copy that @options name, into
 * @fs->e2fs. Where the primary one is lost, the error names a copy.
 * Return: 0 or a negative errno.
 */
int e4_superblock_open(struct ext4bm *fs,
		       const struct ext4bm_open_options *options,
		       struct ext4bm_error *err);

/*
 * Take geometry and checksum seeds from it; refuses what cannot be and what
 * this libext2fs does not know. Return: 0 or a negative errno.
 */
int e4_superblock_read(struct ext4bm *fs,
		       const struct ext4bm_open_options *options,
		       struct ext4bm_error *err);

/*
 * Take the superblock in once more, after something was laid over it or taken
 * away. Refuses one that is not of a filesystem with the same block size.
 * Return: 0 or a negative errno.
 */
int e4_superblock_again(struct ext4bm *fs,
			const struct ext4bm_open_options *options,
			struct ext4bm_error *err);

#endif
