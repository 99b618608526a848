/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * timing.h --- what the check cost (-t)
 */
#ifndef TIMING_H
#define TIMING_H

#include "ext4bm.h"

/** Remember when the program started. */
void timing_start(void);

/** Print on stderr what it took since then. */
void timing_print(const struct ext4bm_report *report);

#endif
