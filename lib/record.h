/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * record.h --- what the kernel remembers about errors
 */
#ifndef E4_RECORD_H
#define E4_RECORD_H

#include "finding.h"
#include "source.h"

/* Errors that the kernel has met since the last e2fsck, -1 if not shown. */
int64_t e4_record_count(const struct e4_source *source);

/*
 * Read the record, and make a finding of it if there is one. @before is the
 * count when the check began, or -1.
 */
void e4_record_add(const struct e4_source *source, int64_t before,
		   struct ext4bm_kernel_record *record,
		   struct e4_findings *findings);

#endif
