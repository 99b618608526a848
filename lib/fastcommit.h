/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * fastcommit.h --- changes behind the last transaction, in short form
 */
#ifndef E4_FASTCOMMIT_H
#define E4_FASTCOMMIT_H

#include "recovery.h"

/*
 * Count the complete fast commits on top of transaction @sequence - 1, and
 * the blocks they take. What they change is not looked at: a record says
 * "this file has this extent", and which blocks its tree takes then is left
 * to the allocator of the kernel that replays it.
 *
 * @block:	room for a block
 *
 * Return: 0; -EBADMSG, -EUCLEAN, -EOPNOTSUPP recovery fails because of the
 * first one; an error of the read.
 */
int e4_fast_count(const struct e4_log *log, uint32_t sequence, uint8_t *block,
		  uint32_t *ret_commits, uint32_t *ret_blocks);

#endif
