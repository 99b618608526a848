/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * text.h --- words that the sentences of the library share
 */
#ifndef E4_TEXT_H
#define E4_TEXT_H

#include "ext4bm.h"

/* "2 groups", "1 group" */
#define PLURAL(number) ((number) == 1 ? "" : "s")

/* One line about clusters or inodes that have an owner, or have none. */
int e4_owned_text(const struct ext4bm_finding *finding, char *buf,
		  size_t size);

/*
 * Is it the filesystem itself: fixed metadata, or an inode of its own that no
 * directory names, like the journal?
 */
bool e4_owner_internal(const struct ext4bm_owner *owner);

/*
 * The first few owners of a finding, for example "inode 12, inode 13 and
 * others"; "" if it has none. At most 200 bytes.
 */
void e4_owners_brief(const struct ext4bm_finding *finding, char *buf,
		     size_t size);

/* One line about inodes that are not known. */
int e4_inodes_text(const struct ext4bm_finding *finding, char *buf,
		   size_t size);

/* Kernels that do not lose updates of the buddy (CVE-2026-45942). */
#define E4_FIXED_IN "6.6.130, 6.12.75, 6.18.14, 6.19.4 and later"

#endif
