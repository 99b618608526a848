/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ownercell.h --- the owners of a finding in a cell of the table
 */
#ifndef OWNERCELL_H
#define OWNERCELL_H

#include <stdbool.h>
#include <stddef.h>

#include "ext4bm.h"

/**
 * owner_cell() - each owner once, separated by commas
 * @finding:	the finding
 * @plain:	the cell is printed for people, not with --raw or --pairs
 * @buf:	where to write it
 * @size:	size of @buf, at least 100
 *
 * An owner is its path, as it is, with any bytes but 0: libsmartcols escapes
 * what cannot be printed. Or it is its inode, where the path is not known, has
 * no room, or has characters that @plain would let pass and that change how
 * the others are shown. "..." stands for owners that are left out or not
 * known; a finding without owners leaves the cell empty.
 */
void owner_cell(const struct ext4bm_finding *finding, bool plain, char *buf,
		size_t size);

#endif
