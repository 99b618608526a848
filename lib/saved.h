/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * saved.h --- counters of the allocator that somebody saved to a file
 */
#ifndef E4_SAVED_H
#define E4_SAVED_H

#include "device.h"
#include "finding.h"
#include "mbgroups.h"

/*
 * Compare one line with the descriptor of its group (NULL if there is none)
 * and with what counters can be at all. Pure; used for live samples as well.
 */
void e4_counters_compare(const struct ext4bm_geometry *geo,
			 const struct e4_mbgroup *line,
			 const struct e4_gd *gd, struct e4_findings *findings);

/*
 * Add EXT4BM_COUNTERS_IMPOSSIBLE if no group of @clusters (0: not known) can
 * have these counters. Pure.
 */
void e4_counters_possible(const struct e4_mbgroup *line, uint32_t clusters,
			  struct e4_findings *findings);

/*
 * Compare the saved counters in @options->mb_groups with the descriptors.
 * @ret_seen:	groups that were wanted and compared
 * @ret_missing: groups that were wanted and that the file has no line for
 * Return: 0, or a negative errno, which @err explains.
 */
int e4_saved_compare(const struct ext4bm *fs,
		     const struct ext4bm_check_options *options,
		     struct e4_findings *findings, uint32_t *ret_seen,
		     uint32_t *ret_missing, struct ext4bm_error *err);

/*
 * Make a finding of what the kernel remembers about errors, if the saved trees
 * in @options->proc_root have that.
 */
void e4_saved_record(const struct ext4bm_check_options *options,
		     struct ext4bm_kernel_record *record,
		     struct e4_findings *findings);

#endif
