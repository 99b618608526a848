/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ownercell.h --- the owners of a finding in a cell of the table
 */
#ifndef OWNERCELL_H
#define OWNERCELL_H

#include <stddef.h>

#include "ext4bm.h"

/**
 * owner_cell() - each owner once, separated by commas
 * @finding:	the finding
 * @buf:	where to write it
 * @size:	size of @buf, at least 100
 *
 * An owner is its path, as it is, with any bytes but 0; or its inode where
 * the path is not known or has no room. "..." stands for those that are left
 * out or not known; a finding without owners leaves the cell empty.
 */
void owner_cell(const struct ext4bm_finding *finding, char *buf, size_t size);

#endif
