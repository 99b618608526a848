/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * capture.h --- keep what a check reads, for a bundle
 */
#ifndef E4_CAPTURE_H
#define E4_CAPTURE_H

#include "bundle.h"

/*
 * The superblock of @fs was read: keep the blocks that are read from now on.
 * Return: 0; -EOPNOTSUPP the target is an e2image file; or another errno.
 */
int e4_capture_opened(struct ext4bm_capture *capture, struct ext4bm *fs);

/* What is captured is the mount of @kernel. */
void e4_capture_kernel(struct ext4bm_capture *capture,
		       const struct e4_kernel *kernel);

/* A source that keeps what @inner gives. */
struct e4_source e4_capture_source(struct ext4bm_capture *capture,
				   struct e4_source inner);

/* Let it be of another time and kernel; for fixtures, which stay the same. */
void e4_capture_stamp(struct ext4bm_capture *capture, int64_t time,
		      const char *kernel);

/*
 * How a live check went: it was to look at the @disk, and to @freeze for so
 * many seconds; it was @frozen, or it would have @needed so many.
 */
void e4_capture_result(struct ext4bm_capture *capture, bool disk,
		       uint32_t freeze, bool frozen, uint32_t needed);

/* What an offline check was asked for. */
void e4_capture_options(struct ext4bm_capture *capture,
			const struct ext4bm_check_options *options);

#endif
