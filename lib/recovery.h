/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * recovery.h --- what recovery would write, found by walking a journal's log
 */
#ifndef E4_RECOVERY_H
#define E4_RECOVERY_H

#include "jbd2.h"

/* Longest log that is walked, in blocks; mke2fs makes no journal over 10 M. */
#define E4_LOG_MOST (1U << 24)

/*
 * A log that can be read.
 * @super:	its superblock
 * @read:	read @block of the journal; 0 or a negative errno
 * @context:	given to @read
 */
struct e4_log {
	struct e4_jbd2_super super;
	int (*read)(void *context, uint32_t block, void *buf);
	void *context;
};

/* Bits of struct e4_logged. */
#define E4_LOGGED_ESCAPED 0x1U	/* the magic number is to be put back */
#define E4_LOGGED_BAD 0x2U	/* wrong checksum: recovery leaves it out */
#define E4_LOGGED_SHIFT 2	/* above: transactions since the first */

/*
 * A logged block.
 * @block:	where it belongs in the filesystem
 * @at:		blocks of the log before it; in the list that e4_recover()
 *		leaves, block of the journal that holds it
 * @bits:	see above
 */
struct e4_logged {
	uint64_t block;
	uint32_t at;
	uint32_t bits;
};

/*
 * Why recovery gives up, or would.
 * @err:	0 or a negative errno: -EBADMSG checksum, -EUCLEAN values that
 *		cannot be, -EOPNOTSUPP not known here, -EFBIG, a read error
 * @why:	a sentence's end; static storage
 * @sequence:	transaction where it happens
 * @at:		block of the journal where it happens
 */
struct e4_log_trouble {
	int err;
	const char *why;
	uint32_t sequence;
	uint32_t at;
};

/*
 * What recovery would do.
 * @list:	newest copy of each logged block, sorted by block, each once
 * @nr:		how many
 * @transactions: committed ones in the log
 * @end:	number of the transaction behind the last of them
 * @logged:	blocks in their descriptors, each copy counted
 * @revoked:	of these, copies that a revoke record takes back
 * @fast_commits: complete fast commits behind the last transaction
 * @fast_blocks: blocks that they take; they are not in @list
 * @trouble:	.err is 0 when recovery succeeds; else @list has what it
 *		would have written until then
 */
struct e4_recovery {
	struct e4_logged *list;
	size_t nr;
	uint32_t transactions;
	uint32_t end;
	uint64_t logged;
	uint64_t revoked;
	uint32_t fast_commits;
	uint32_t fast_blocks;
	struct e4_log_trouble trouble;
};

/*
 * Walk a log whose superblock has a start. Memory is 20 bytes for each logged
 * block at most, whatever the log says.
 *
 * Return: 0, trouble or not; -ENOMEM.
 */
int e4_recover(const struct e4_log *log, struct e4_recovery *ret_recovery);

void e4_recovery_free(struct e4_recovery *recovery);

#endif
