/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * journal.h --- find a journal that is to be replayed, and lay it over reads
 */
#ifndef E4_JOURNAL_H
#define E4_JOURNAL_H

#include "device.h"
#include "finding.h"

/*
 * Find where the journal of @fs is, and read its superblock: into @overlay
 * what is needed to read it, into @super what it says.
 *
 * Return: 0; -ENOMEM; else a negative errno and in *ret_why the end of a
 * sentence.
 */
int e4_journal_find(struct ext4bm *fs,
		    const struct ext4bm_open_options *options,
		    struct e4_overlay *overlay, struct e4_jbd2_super *super,
		    const char **ret_why);

/*
 * Where the journal of @fs is to be replayed, do that in memory: from then on
 * all reads of @fs->e2fs->io see the state after recovery, and the superblock
 * is taken in again. What came of it is in @fs->journal; that it could not be
 * done is no failure. Not for a bundle (@bundle): a journal has names and
 * contents in it.
 *
 * Return: 0; -ENOMEM; an error of reading the superblock again.
 */
int e4_journal_lay(struct ext4bm *fs,
		   const struct ext4bm_open_options *options, bool bundle,
		   struct ext4bm_error *err);

/* Report what kept the journal of @fs from being replayed to its end. */
void e4_journal_report(const struct ext4bm *fs, struct e4_findings *findings);

#endif
