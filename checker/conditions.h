/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * conditions.h --- what is wrong, from when it is first seen until it is gone
 */
#ifndef CONDITIONS_H
#define CONDITIONS_H

#include <time.h>

#include "ext4bm.h"

/**
 * enum condition_change - what became of a condition in a check
 * @CONDITION_APPEARED:	seen for the first time
 * @CONDITION_CHANGED:	the difference is another one than before
 * @CONDITION_UNDECIDED: its group could not be looked at this time
 * @CONDITION_STILL:	seen again after that
 * @CONDITION_CLEARED:	its group was looked at, and it is not there any more
 * @CONDITION_GONE:	its filesystem is not there any more
 */
enum condition_change {
	CONDITION_APPEARED,
	CONDITION_CHANGED,
	CONDITION_UNDECIDED,
	CONDITION_STILL,
	CONDITION_CLEARED,
	CONDITION_GONE,
};

/**
 * struct condition - persistent findings of one code in one group
 * @filesystem:	number that the caller has given it
 * @code:	which code
 * @group:	which group, or EXT4BM_NO_GROUP
 * @stored:	stored value of the first of them, when last seen
 * @counted:	counted value of it
 * @difference:	counted minus stored, the sum of all of them
 * @findings:	how many they are: as a rule 1, but an order of the buddy each
 * @first_seen:	when it appeared
 * @last_seen:	the latest check that saw it
 * @checks:	how many checks saw it
 * @undecided:	the latest check could not look at it
 * @asked:	a check was told its owners, as it is now
 * @seen:	by the check that is being entered; for conditions.c
 */
struct condition {
	uint64_t filesystem;
	enum ext4bm_code code;
	uint32_t group;
	uint64_t stored;
	uint64_t counted;
	int64_t difference;
	uint64_t findings;
	struct timespec first_seen;
	struct timespec last_seen;
	uint64_t checks;
	bool undecided;
	bool asked;
	bool seen;
};

/**
 * struct conditions - those that are open, in order; never more than @max
 */
struct conditions {
	struct condition *list;
	size_t nr;
	size_t max;
};

/**
 * conditions_fn - is told of a change
 * @context:	the caller's
 * @change:	what happened
 * @condition:	to which, as it is now; valid during the call
 * @finding:	the first of its findings, NULL if it was not seen
 */
typedef void conditions_fn(void *context, enum condition_change change,
			   const struct condition *condition,
			   const struct ext4bm_finding *finding);

/** Room for @max conditions. Return: 0 or -ENOMEM. */
int conditions_init(struct conditions *table, size_t max);

void conditions_free(struct conditions *table);

/**
 * conditions_enter() - enter what a check has found
 * @table:	the table
 * @filesystem:	of which filesystem
 * @report:	its report
 * @time:	when it was made
 * @tell:	called for each change
 * @context:	given to @tell
 *
 * Only what is settled is a condition: a finding that could not be decided is
 * none, and clears none in its group either. A check that was ended early only
 * adds to them.
 *
 * Return: how many had no room in the table, and are not told of.
 */
uint64_t conditions_enter(struct conditions *table, uint64_t filesystem,
			  const struct ext4bm_report *report,
			  const struct timespec *time, conditions_fn *tell,
			  void *context);

/** A check of the filesystem could not be made. */
void conditions_unsure(struct conditions *table, uint64_t filesystem,
		       conditions_fn *tell, void *context);

/** The filesystem is not there any more: forget its conditions. */
void conditions_drop(struct conditions *table, uint64_t filesystem,
		     conditions_fn *tell, void *context);

/**
 * conditions_known() - is a finding that was made now one that is known, as it
 * is, and were its owners asked for with success?
 */
bool conditions_known(const struct conditions *table, uint64_t filesystem,
		      const struct ext4bm_finding *finding);

/** How many are open in a filesystem. */
size_t conditions_count(const struct conditions *table, uint64_t filesystem);

/** Name of a change: "appeared", "changed", ... */
const char *condition_change_name(enum condition_change change);

#endif
