/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * arguments.h --- read the arguments of options
 *
 * Each function complains by itself, and returns 0 or the exit status of a
 * usage error.
 */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "options.h"

/** Name of an option for messages, "-b" or "--threads"; static storage. */
const char *argument_option(const struct option_row *row);

/** Seconds, with or without a fraction: a hundredth to a thousand years. */
int argument_seconds(const struct option_row *row, const char *text,
		     double *ret_seconds);

/** A number from @min to @max, decimal or as C writes it. */
int argument_number(const struct option_row *row, const char *text,
		    uint64_t min, uint64_t max, uint64_t *ret_number);

/** One of @words, which end with NULL; *ret_word is its index. */
int argument_word(const struct option_row *row, const char *text,
		  const char *const words[], int *ret_word);

/** A block size that a filesystem can have. */
int argument_blocksize(const struct option_row *row, const char *text,
		       uint32_t *ret_size);

/** A list of groups, into @options. */
int argument_groups(const char *text, struct options *options);

/** A descriptor for progress, into @options. */
int argument_progress(const struct option_row *row, const char *text,
		      struct options *options);

#endif
