/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * diary.h --- what --watch prints, a line for each thing that happens
 */
#ifndef DIARY_H
#define DIARY_H

#include <time.h>

#include "conditions.h"
#include "look.h"
#include "options.h"

/**
 * struct diary - a form of it; each function prints and flushes
 * @start:	what is watched, how often, and what else wakes it
 * @check:	one look
 * @condition:	what has changed in a look; the report is that of the finding
 * @state:	the file system is in another state than before the look
 * @end:	how many rounds there were, and the exit status; not said to a
 *		broken pipe
 */
struct diary {
	void (*start)(const struct options *options, const struct wake *wake,
		      const struct watched_list *all);
	void (*check)(const struct options *options, const struct watched *it,
		      const struct look *look);
	void (*condition)(const struct options *options,
			  const struct watched *it, const struct look *look,
			  enum condition_change change,
			  const struct condition *condition,
			  const struct ext4bm_finding *finding);
	void (*state)(const struct options *options, const struct watched *it,
		      const struct look *look);
	void (*end)(const struct options *options, uint64_t rounds,
		    int status);
};

/** Lines of JSON. */
extern const struct diary diary_json;

/** Lines for a person at a terminal. */
extern const struct diary diary_text;

/** Flush a line; a broken pipe ends the watch, and is no error. */
void diary_flush(void);

/** "2026-11-22T10:48:00.123Z" */
void diary_time(const struct timespec *time, char *buf, size_t size);

#endif
