/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * complain.h --- everything that is said on stderr about trouble
 */
#ifndef COMPLAIN_H
#define COMPLAIN_H

#include "ext4bm.h"

extern const char program_name[];

/** Make com_err() know the messages of our library and of libext2fs. */
void complain_start(void);

/** Give back what complain_start() took. */
void complain_end(void);

/**
 * complain() - say why a function of the library failed
 * @err:	its error
 * @doing:	what was being done, for example "trying to open"
 * @name:	to what
 */
void complain(const struct ext4bm_error *err, const char *doing,
	      const char *name);

/** The message of an error, without what was being done; static storage. */
const char *complain_message(const struct ext4bm_error *err);

/* These return EXT4BM_EXIT_USAGE, so that they can be returned. */

/** A message of our own and the hint to --help. */
int usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** A message of our own alone: the option was understood, but not granted. */
int usage_refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The hint alone. */
int usage_hint(void);

/** Missing or superfluous argument. */
int usage_operands(void);

/** Say so and end the program. */
void out_of_memory(void) __attribute__((noreturn));

#endif
