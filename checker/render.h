/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * render.h --- a report on its way to stdout
 *
 * Every renderer gets the same struct and decides nothing but the form.
 */
#ifndef RENDER_H
#define RENDER_H

#include "options.h"

/**
 * struct result - all there is to say about a check
 * @options:	what was asked for
 * @target:	what was looked at
 * @report:	what was found
 * @exit:	exit status of the program
 * @color:	color it
 */
struct result {
	const struct options *options;
	const struct ext4bm_target *target;
	const struct ext4bm_report *report;
	int exit;
	bool color;
};

/** Verdict, folded findings, advice; for a person. */
void render_text(const struct result *result);

/** The first lines of render_text(): what may never be missing. */
void render_verdict(const struct result *result);

/** A line above a section of the text report. */
void render_heading(const struct result *result, const char *text);

/**
 * render_owners() - lines with the owners of some findings
 * @report:	the report that they are in
 * @findings:	the findings
 * @count:	how many
 */
void render_owners(const struct ext4bm_report *report,
		   const struct ext4bm_finding *const *findings, size_t count);

/** What -v adds: geometry, totals, each finding with its ranges. */
void render_detail(const struct result *result);

/** One document, or one object a line. */
void render_json(const struct result *result);

/** Rows of findings. */
void render_table(const struct result *result);

/**
 * render_json_error() - the document of a check that could not be made
 * @options:	what was asked for
 * @errnum:	positive errno
 * @text:	what went wrong
 * @detail:	a sentence more about it, or ""
 * @exit:	exit status of the program
 */
void render_json_error(const struct options *options, int errnum,
		       const char *text, const char *detail, int exit);

#endif
