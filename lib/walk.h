/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * walk.h --- from block to block of a log that have headers
 */
#ifndef E4_WALK_H
#define E4_WALK_H

#include "recovery.h"

/*
 * A place in a log.
 * @log:	the log
 * @block:	the block before the place; the caller gives room for it
 * @pos:	blocks of the log up to the place
 * @sequence:	transaction that the next block must belong to
 * @trouble:	why e4_walk_next() failed
 */
struct e4_walk {
	const struct e4_log *log;
	uint8_t *block;
	uint32_t pos;
	uint32_t sequence;
	struct e4_log_trouble trouble;
};

/* Begin with the oldest transaction. */
void e4_walk_start(struct e4_walk *walk, const struct e4_log *log,
		   uint8_t *block);

/*
 * Read the next block and step behind it.
 *
 * Return: 1 and its type; 0 where the log ends; -1 trouble.
 */
int e4_walk_next(struct e4_walk *walk, uint32_t *ret_type);

/* Step over the @nr blocks that a descriptor has logged. False: trouble. */
bool e4_walk_skip(struct e4_walk *walk, uint32_t nr);

/* Block of the journal that lies @pos blocks into the log. */
uint32_t e4_walk_at(const struct e4_log *log, uint32_t pos);

/* Note trouble at the block before the place. Return: -1. */
int e4_walk_trouble(struct e4_walk *walk, int err, const char *why);

/*
 * Find the end of the log: the number of the transaction that is not, or not
 * wholly, there. Goes by the checksums as fs/jbd2/recovery.c does.
 *
 * @data:	room for another block
 * @ret_end:	that number
 * @ret_failed:	the log goes on, but recovery stops there: that transaction is
 *		damaged; @trouble of it is 0 if not
 *
 * Return: 0; -1 trouble (in @walk): recovery fails before it writes.
 */
int e4_walk_end(struct e4_walk *walk, uint8_t *data, uint32_t *ret_end,
		struct e4_log_trouble *ret_failed);

#endif
