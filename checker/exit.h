/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exit.h --- the exit status
 */
#ifndef EXIT_H
#define EXIT_H

#include "ext4bm.h"

/** --exit-on: what sets EXT4BM_EXIT_DRIFT. */
enum exit_on {
	EXIT_ON_NONE,
	EXIT_ON_DRIFT,
	EXIT_ON_SEVERE,
};

/** The status that a report stands for. */
int exit_of_report(const struct ext4bm_report *report, enum exit_on exit_on);

/** The status of a check that could not be made. */
int exit_of_error(const struct ext4bm_error *err);

/** Flush stdout; the status, with a bit more if that fails. */
int exit_close_stdout(int status);

#endif
