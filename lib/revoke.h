/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * revoke.h --- logged blocks that a later record takes back
 */
#ifndef E4_REVOKE_H
#define E4_REVOKE_H

#include "recovery.h"

/*
 * Revoke records that matter: those of blocks in a list. Only one number is
 * kept for each block, however many records there are.
 * @list:	logged blocks, sorted by block and then by place in the log
 * @nr:		how many
 * @until:	at the last one of each block: transactions since the first up
 *		to which it is revoked, plus 1; else 0
 */
struct e4_revokes {
	const struct e4_logged *list;
	size_t nr;
	uint32_t *until;
};

/* Return: 0 or -ENOMEM. The list must outlive it. */
int e4_revokes_init(struct e4_revokes *revokes, const struct e4_logged *list,
		    size_t nr);

void e4_revokes_free(struct e4_revokes *revokes);

/* Note that the transaction @since the first revokes @block. */
void e4_revokes_add(struct e4_revokes *revokes, uint64_t block,
		    uint32_t since);

/*
 * True if the copy at @index is revoked; @last is the index of the last copy
 * of the same block.
 */
bool e4_revokes_hit(const struct e4_revokes *revokes, size_t index,
		    size_t last);

#endif
