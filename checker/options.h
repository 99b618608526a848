/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * options.h --- what the command line asked for
 *
 * The rows of options_rows() are the only list of options: getopt_long(),
 * --help and the test that compares --help, the manual page and the program
 * all work from it.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "color.h"
#include "exit.h"
#include "ext4bm.h"

enum action {
	ACTION_CHECK,
	ACTION_EXPLAIN,
	ACTION_HELP,
	ACTION_KLOG,
	ACTION_LIVE,
	ACTION_REPLAY,
	ACTION_VERSION,
};

enum format {
	FORMAT_TEXT,
	FORMAT_TABLE,
	FORMAT_JSON,
	FORMAT_JSON_LINES,
};

/**
 * struct options - the command line, understood
 * @action:	what to do
 * @device:	argument of ACTION_CHECK and ACTION_LIVE; of several, the one
 *		whose turn it is, or NULL; of ACTION_REPLAY the bundle
 * @devices:	all arguments of ACTION_LIVE; points into the command line
 * @nr_devices:	how many
 * @all:	--all: what is mounted instead
 * @codes:	arguments of ACTION_EXPLAIN, none of them for a list
 * @nr_codes:	how many
 * @open:	goes to ext4bm_open()
 * @check:	goes to ext4bm_check(); its groups are owned by this struct
 * @live_open:	goes to ext4bm_live_open()
 * @capture:	bundle to make, or NULL
 * @bundle:	what the bundle that is checked says of itself, or NULL
 * @saved:	path of saved counters that were looked for, or NULL
 * @disk_view:	read the disk below a mounted file system, too
 * @freeze:	seconds that it may be frozen, 0 for not at all
 * @klog:	argument of ACTION_KLOG: a file, "-", or NULL for /dev/kmsg
 * @no_look:	do not look at what a log names
 * @no_sandbox:	keep the right to do what is not needed
 * @settle:	seconds for differences to prove themselves, 0 for the usual
 * @allow_kernel_load: look also where the kernel panics on a damaged group
 * @watch:	look again and again
 * @interval:	so many seconds after the begin of the look before
 * @force:	go on although the device is mounted
 * @format:	which renderer
 * @columns:	--output, NULL for the usual ones
 * @raw:	table without alignment
 * @pairs:	table as KEY="value"
 * @quiet:	nothing when clean, the verdict alone otherwise
 * @verbose:	geometry, totals and every finding in full
 * @timing:	say how long it took
 * @color:	--color
 * @exit_on:	--exit-on
 * @progress:	-C was given
 * @progress_fd: its descriptor, 0 for the terminal
 * @progress_silent: it was negative: start silent
 */
struct options {
	enum action action;
	const char *device;
	char **devices;
	int nr_devices;
	bool all;
	char **codes;
	int nr_codes;
	struct ext4bm_open_options open;
	struct ext4bm_check_options check;
	struct ext4bm_live_open_options live_open;
	const char *capture;
	const struct ext4bm_replay_info *bundle;
	char *saved;
	const char *klog;
	bool no_look;
	bool no_sandbox;
	bool disk_view;
	unsigned int freeze;
	unsigned int settle;
	bool allow_kernel_load;
	bool watch;
	double interval;
	bool force;
	enum format format;
	const char *columns;
	bool raw;
	bool pairs;
	bool quiet;
	bool verbose;
	bool timing;
	enum color_when color;
	enum exit_on exit_on;
	bool progress;
	int progress_fd;
	bool progress_silent;
};

/** Groups of options in --help; the refused ones are not shown. */
enum option_group {
	OPTIONS_WHAT,
	OPTIONS_OUTPUT,
	OPTIONS_RUN,
	OPTIONS_ABOUT,
	OPTIONS_REFUSED,
};

/**
 * struct option_row - one option
 * @name:	long name, or NULL
 * @letter:	the short one; above 255 for an option that has none
 * @arg:	name of its argument, in brackets if it may be left out, or NULL
 * @group:	where --help shows it
 * @help:	one line; of a refused option: why it is
 * @excludes:	names of options that may not be given as well, or NULL
 */
struct option_row {
	const char *name;
	int letter;
	const char *arg;
	enum option_group group;
	const char *help;
	const char *excludes;
};

/** The table of options; ends with a row without letter. */
const struct option_row *options_rows(void);

/**
 * options_parse() - understand the command line
 *
 * Complains by itself. Free with options_free() in any case.
 *
 * Return: 0, or the exit status of a usage error.
 */
int options_parse(int argc, char **argv, struct options *options);

void options_free(struct options *options);

static inline bool options_json(const struct options *options)
{
	return options->format == FORMAT_JSON ||
	       options->format == FORMAT_JSON_LINES;
}

/* More than one report is wanted, even if there is but one. */
static inline bool options_several(const struct options *options)
{
	return options->all || options->nr_devices > 1;
}

#endif
