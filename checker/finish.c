// SPDX-License-Identifier: GPL-2.0-only
/*
 * finish.c --- how a check ends: with a report or with an error
 *
 * Shared by the offline and the live check, so that both look the same to a
 * person and to a program.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "clean.h"
#include "complain.h"
#include "finish.h"
#include "progress.h"
#include "render.h"
#include "timing.h"

static void (*const renderers[])(const struct result *result) = {
	[FORMAT_TEXT] = render_text,
#ifndef WITHOUT_TABLES
	[FORMAT_TABLE] = render_table,
#endif
	[FORMAT_JSON] = render_json,
	[FORMAT_JSON_LINES] = render_json,
};

int finish_failed(const struct options *options,
		  const struct ext4bm_error *err, const char *doing)
{
	int status = exit_of_error(err);

	complain(err, doing, options->device);
	if (options_json(options))
		render_json_error(options, err->errnum, complain_message(err),
				  err->text, status);
	return status;
}

int finish_refused(const struct options *options, const char *text,
		   const char *advice)
{
	usage_refuse("%s\n%s", text, advice);
	if (options_json(options))
		render_json_error(options, EBUSY, text, "",
				  EXT4BM_EXIT_USAGE);
	return EXT4BM_EXIT_USAGE;
}

int finish_skipped(const struct options *options, const char *text,
		   const char *advice)
{
	char *name = clean_text(options->device);

	usage_refuse("%s was skipped. %s\n%s", name, text, advice);
	free(name);
	if (options_json(options))
		render_json_error(options, EBUSY, text, advice,
				  EXT4BM_EXIT_OPERATIONAL);
	return EXT4BM_EXIT_OPERATIONAL;
}

int finish_report(const struct options *options,
		  const struct ext4bm_target *target,
		  const struct ext4bm_report *report)
{
	struct result result = {
		options, target, report,
		exit_of_report(report, options->exit_on),
		color_wanted(options->color) };

	progress_end();
	renderers[options->format](&result);
	if (options->timing)
		timing_print(report);
	return result.exit;
}
