/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * finish.h --- how a check ends: with a report or with an error
 */
#ifndef FINISH_H
#define FINISH_H

#include "options.h"

/**
 * finish_failed() - a step could not be done
 * @options:	command line
 * @err:	why
 * @doing:	which step, for "while ..."
 *
 * Says so to the person and, with --json, to the program.
 *
 * Return: exit status.
 */
int finish_failed(const struct options *options,
		  const struct ext4bm_error *err, const char *doing);

/**
 * finish_refused() - it could be done but will not be
 * @options:	command line
 * @text:	why, one sentence
 * @advice:	what to do instead
 *
 * Return: exit status.
 */
int finish_refused(const struct options *options, const char *text,
		   const char *advice);

/** The same where others are looked at: not by mistake, but not looked at. */
int finish_skipped(const struct options *options, const char *text,
		   const char *advice);

/** Render a report. Return: exit status. */
int finish_report(const struct options *options,
		  const struct ext4bm_target *target,
		  const struct ext4bm_report *report);

#endif
