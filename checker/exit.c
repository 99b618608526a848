// SPDX-License-Identifier: GPL-2.0-only
/*
 * exit.c --- the exit status
 *
 * The only place that decides about bits of it. The library says what a
 * report stands for; --exit-on may take the bit for drift away again, never
 * that for things that could not be looked at.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdio_ext.h>

#include <et/com_err.h>

#include "complain.h"
#include "exit.h"
#include "ext4bm_err.h"

int exit_of_report(const struct ext4bm_report *report, enum exit_on exit_on)
{
	int status = ext4bm_exit_status(report);

	if (exit_on == EXIT_ON_NONE ||
	    (exit_on == EXIT_ON_SEVERE && report->worst != EXT4BM_SEVERE))
		status &= ~EXT4BM_EXIT_DRIFT;
	return status;
}

/* What can never be looked at that way is the caller's mistake. */
int exit_of_error(const struct ext4bm_error *err)
{
	if (err->errnum == ECANCELED)
		return EXT4BM_EXIT_CANCELLED;
	return err->code == EXT4BM_ET_GROUPS ||
	       err->code == EXT4BM_ET_UNMOUNTED_IMAGE ?
	       EXT4BM_EXIT_USAGE : EXT4BM_EXIT_OPERATIONAL;
}

/*
 * A full disk must not look like success. That stdout was closed before we
 * started only matters if there was something to say.
 */
int exit_close_stdout(int status)
{
	bool pending = __fpending(stdout) > 0;
	bool failed = ferror(stdout);
	int errnum = 0;

	if (fclose(stdout))
		errnum = errno;
	if (!failed && (!errnum || (errnum == EBADF && !pending)))
		return status;
	com_err(program_name, errnum ? errnum : EIO,
		"while writing to standard output");
	return status | EXT4BM_EXIT_OPERATIONAL;
}
