/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * backup.h --- do the copies of the descriptors give the same places?
 */
#ifndef E4_BACKUP_H
#define E4_BACKUP_H

#include "device.h"
#include "finding.h"

/*
 * Compare all copies of the descriptors with the table in use: places of
 * bitmaps and tables only, because counts in copies are never brought up to
 * date. @cancel ends it early. Return: 0 or -ENOMEM.
 */
int e4_backup_compare(const struct ext4bm *fs, const volatile int *cancel,
		      struct e4_findings *findings);

#endif
