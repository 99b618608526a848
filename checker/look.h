/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * look.h --- one look of --watch at one file system
 */
#ifndef LOOK_H
#define LOOK_H

#include <time.h>

#include "conditions.h"
#include "options.h"
#include "watched.h"

/**
 * struct look - one look at one file system
 * @time:	when it began
 * @seconds:	how long it took
 * @before:	state before it
 * @renewed:	it is another file system than at the look before
 * @handle:	what @report belongs to, or NULL
 * @report:	what was found, or NULL
 * @err:	why there is no report
 * @text:	the verdict, or why there is none
 * @conditions:	how many are open in it
 * @untracked:	how many more there are than are kept
 * @exit:	exit status of a single check like this
 */
struct look {
	struct timespec time;
	double seconds;
	enum watch_state before;
	bool renewed;
	struct ext4bm_live *handle;
	struct ext4bm_report *report;
	struct ext4bm_error err;
	char text[1024];
	uint64_t conditions;
	uint64_t untracked;
	int exit;
};

/** Seconds of a clock that only goes forward. */
double look_clock(void);

/**
 * look_at() - look at a file system
 * @options:	command line
 * @wake:	gets its error events
 * @all:	list that it is in
 * @known:	what is known to be wrong: whose clusters are in danger is asked
 *		once
 * @it:		the file system; gets its state, and what is known about it
 * @ret_look:	what was seen; free with look_free()
 */
void look_at(const struct options *options, struct wake *wake,
	     struct watched_list *all, const struct conditions *known,
	     struct watched *it, struct look *ret_look);

void look_free(struct look *look);

#endif
