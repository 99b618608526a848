// SPDX-License-Identifier: GPL-2.0-only
/*
 * options.c --- the table of options, and the command line read with it
 *
 * Letters that e2fsck(8) has keep its meaning: -b -B -C -j -n -t -v -V, and -f
 * in the sense the family gives it. The letters that make e2fsck repair are
 * rows too, so that they get an answer and not "invalid option".
 */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arguments.h"
#include "complain.h"
#include "operands.h"
#include "options.h"

/* A check of a small filesystem takes no time, of a large one some seconds. */
#define WATCH_SECONDS 60

#define NEVER_REPAIRS "ext4bmcheck never repairs; use e2fsck"

enum {
	OPT_ALL = 256,
	OPT_ALLOW_LOAD,
	OPT_BACKUPS,
	OPT_CAPTURE,
	OPT_COLOR,
	OPT_DISK_VIEW,
	OPT_EXIT_ON,
	OPT_EXPLAIN,
	OPT_FREEZE,
	OPT_JOURNAL,
	OPT_JSON,
	OPT_KLOG,
	OPT_LIVE,
	OPT_MAX_FINDINGS,
	OPT_MB_GROUPS,
	OPT_NO_LOOK,
	OPT_NO_SANDBOX,
	OPT_OWNERS,
	OPT_PAIRS,
	OPT_PATHS,
	OPT_PROC_ROOT,
	OPT_RAW,
	OPT_REPLAY,
	OPT_SETTLE,
	OPT_TABLE,
	OPT_THREADS,
	OPT_WATCH,
};

static const struct option_row rows[] = {
	{ "groups", 'g', "LIST", OPTIONS_WHAT,
	  "look at these groups only, for example 1,5,8-12", NULL },
	{ "live", OPT_LIVE, NULL, OPTIONS_WHAT,
	  "check a mounted file system: a device, mount point or path on it",
	  "backups superblock blocksize force journal journal-device "
	  "max-findings" },
	{ "all", OPT_ALL, NULL, OPTIONS_WHAT,
	  "with --live: check every mounted ext4 file system",
	  "table output raw pairs" },
	{ "capture", OPT_CAPTURE, "FILE", OPTIONS_WHAT,
	  "write all that is looked at into a bundle, for somebody else",
	  "all groups owners paths superblock blocksize force mb-groups "
	  "proc-root watch" },
	{ "replay", OPT_REPLAY, "FILE", OPTIONS_WHAT,
	  "check a bundle instead of a device",
	  "live all groups owners paths superblock blocksize force mb-groups "
	  "proc-root disk-view freeze watch capture backups settle "
	  "allow-kernel-load journal journal-device no-look" },
	{ "mb-groups", OPT_MB_GROUPS, "PATH", OPTIONS_WHAT,
	  "read the allocator's counters here; a saved copy is compared too",
	  "all" },
	{ "proc-root", OPT_PROC_ROOT, "DIR", OPTIONS_WHAT,
	  "read /proc and /sys below DIR: a container's host, or saved trees",
	  "all" },
	{ "disk-view", OPT_DISK_VIEW, NULL, OPTIONS_WHAT,
	  "with --live, compare disk and memory; flushes what is dirty there",
	  NULL },
	{ "owners", OPT_OWNERS, "[all|suspects]", OPTIONS_WHAT,
	  "who owns the clusters of all or suspect groups; --live: suspects",
	  NULL },
	{ "paths", OPT_PATHS, NULL, OPTIONS_WHAT,
	  "read the directories too: what owners are called; implies --owners",
	  NULL },
	{ "klog", OPT_KLOG, "[FILE]", OPTIONS_WHAT,
	  "explain what the kernel said, and look at the groups it names",
	  "live all mb-groups proc-root disk-view freeze watch groups "
	  "capture replay backups superblock blocksize force max-findings "
	  "table output raw pairs" },
	{ "no-look", OPT_NO_LOOK, NULL, OPTIONS_WHAT,
	  "with --klog, only explain", NULL },
	{ "backups", OPT_BACKUPS, NULL, OPTIONS_WHAT,
	  "compare the backup group descriptors too", NULL },
	{ "journal", OPT_JOURNAL, "HOW", OPTIONS_WHAT,
	  "journal to be replayed: overlay (in memory, default) or ignore",
	  NULL },
	{ "journal-device", 'j', "DEVICE", OPTIONS_WHAT,
	  "where an external journal is, if its UUID does not tell", NULL },
	{ "superblock", 'b', "BLOCK", OPTIONS_WHAT,
	  "use the backup superblock at this block", NULL },
	{ "blocksize", 'B', "BYTES", OPTIONS_WHAT,
	  "block size that -b is counted in", NULL },
	{ "force", 'f', NULL, OPTIONS_WHAT,
	  "go on with unknown features or a mounted device", NULL },
	{ "max-findings", OPT_MAX_FINDINGS, "N", OPTIONS_WHAT,
	  "keep N findings, count the others (default 100000)", NULL },

	{ "verbose", 'v', NULL, OPTIONS_OUTPUT,
	  "print the geometry, the totals and every finding", NULL },
	{ "quiet", 'q', NULL, OPTIONS_OUTPUT,
	  "print nothing if clean, else the verdict alone",
	  "verbose json table output raw pairs" },
	{ "json", OPT_JSON, "[pretty|lines]", OPTIONS_OUTPUT,
	  "print JSON, one document or one object a line",
	  "table output raw pairs" },
	{ "table", OPT_TABLE, NULL, OPTIONS_OUTPUT,
	  "print the findings as a table", NULL },
	{ "output", 'o', "COLUMNS", OPTIONS_OUTPUT,
	  "columns of the table, see below", NULL },
	{ "raw", OPT_RAW, NULL, OPTIONS_OUTPUT,
	  "print the table without alignment", "pairs" },
	{ "pairs", OPT_PAIRS, NULL, OPTIONS_OUTPUT,
	  "print the table as COLUMN=\"value\" pairs", NULL },
	{ "color", OPT_COLOR, "[WHEN]", OPTIONS_OUTPUT,
	  "use colors: auto, always or never", NULL },
	{ "progress", 'C', "FD", OPTIONS_OUTPUT,
	  "write progress to a descriptor; 0 draws a bar", NULL },
	{ "timing", 't', NULL, OPTIONS_OUTPUT,
	  "print how long it took and how much was read", NULL },

	{ "settle", OPT_SETTLE, "SECONDS", OPTIONS_RUN,
	  "time that a difference gets to prove itself with --live", NULL },
	{ "freeze", OPT_FREEZE, "[SECONDS]", OPTIONS_RUN,
	  "with --live: freeze it for an exact picture, 5 seconds at most",
	  "all watch" },
	{ "watch", OPT_WATCH, "[SECONDS]", OPTIONS_RUN,
	  "with --live: look again and again, every 60 seconds or as given",
	  "table output raw pairs progress timing" },
	{ "allow-kernel-load", OPT_ALLOW_LOAD, NULL, OPTIONS_RUN,
	  "with --live also where errors=panic is set", NULL },
	{ "exit-on", OPT_EXIT_ON, "WHAT", OPTIONS_RUN,
	  "exit with 4 on: none, drift (default) or severe", NULL },
	{ "threads", OPT_THREADS, "N", OPTIONS_RUN,
	  "read with N threads", NULL },
	{ "no-sandbox", OPT_NO_SANDBOX, NULL, OPTIONS_RUN,
	  "keep all rights: for valgrind(1) and the like", NULL },
	{ NULL, 'n', NULL, OPTIONS_RUN,
	  "change nothing; always so, for e2fsck's sake", NULL },

	{ "explain", OPT_EXPLAIN, "[CODE]", OPTIONS_ABOUT,
	  "explain a finding or kernel message by its code; or list all",
	  NULL },
	{ "version", 'V', NULL, OPTIONS_ABOUT, "print the version", NULL },
	{ "help", 'h', NULL, OPTIONS_ABOUT, "print this help (also -?)", NULL },

	{ NULL, 'p', NULL, OPTIONS_REFUSED, NEVER_REPAIRS, NULL },
	{ NULL, 'y', NULL, OPTIONS_REFUSED, NEVER_REPAIRS, NULL },
	{ NULL, 'a', NULL, OPTIONS_REFUSED, NEVER_REPAIRS, NULL },
	{ NULL, 0, NULL, OPTIONS_REFUSED, NULL, NULL },
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]) - 1)

const struct option_row *options_rows(void)
{
	return rows;
}

static const char *const color_words[] = { "auto", "always", "never", NULL };
static const char *const json_words[] = { "pretty", "lines", NULL };
static const char *const owners_words[] = { "all", "suspects", NULL };
static const char *const journal_words[] = { "overlay", "ignore", NULL };
static const char *const exit_words[] = { "none", "drift", "severe", NULL };

static int apply(const struct option_row *row, char *arg,
		 struct options *options)
{
	uint64_t number = 0;
	int word = 0;
	int status = 0;

	switch (row->letter) {
	case 'b':
		return argument_number(row, arg, 0, UINT64_MAX,
				       &options->open.superblock);
	case 'B':
		return argument_blocksize(row, arg, &options->open.block_size);
	case 'C':
		return argument_progress(row, arg, options);
	case 'f':
		options->open.force = options->force = true;
		break;
	case 'g':
		return argument_groups(arg, options);
	case 'h':
		options->action = ACTION_HELP;
		break;
	case 'j':
		options->open.journal_device = arg;
		break;
	case 'o':
		options->columns = arg;
		options->format = FORMAT_TABLE;
		break;
	case 'q':
		options->quiet = true;
		break;
	case 't':
		options->timing = true;
		break;
	case 'v':
		options->verbose = true;
		break;
	case 'V':
		options->action = ACTION_VERSION;
		break;
	case OPT_ALL:
		options->all = true;
		break;
	case OPT_ALLOW_LOAD:
		options->allow_kernel_load = true;
		break;
	case OPT_BACKUPS:
		options->check.backups = true;
		break;
	case OPT_CAPTURE:
		options->capture = arg;
		break;
	case OPT_COLOR:
		status = argument_word(row, arg ? arg : "always", color_words,
				       &word);
		options->color = (enum color_when)word;
		break;
	case OPT_DISK_VIEW:
		options->disk_view = true;
		break;
	case OPT_EXIT_ON:
		status = argument_word(row, arg, exit_words, &word);
		options->exit_on = (enum exit_on)word;
		break;
	case OPT_EXPLAIN:
		options->action = ACTION_EXPLAIN;
		/* "--explain=CODE" and "--explain CODE" are the same */
		if (arg)
			options->codes[options->nr_codes++] = arg;
		break;
	case OPT_FREEZE:
		number = 5;
		if (arg)
			status = argument_number(row, arg, 1, 300, &number);
		options->freeze = (unsigned int)number;
		break;
	case OPT_JOURNAL:
		status = argument_word(row, arg, journal_words, &word);
		options->open.journal = (enum ext4bm_journal_use)word;
		break;
	case OPT_JSON:
		status = argument_word(row, arg ? arg : "pretty", json_words,
				       &word);
		options->format = word ? FORMAT_JSON_LINES : FORMAT_JSON;
		break;
	case OPT_KLOG:
		options->action = ACTION_KLOG;
		options->klog = arg;
		break;
	case OPT_LIVE:
		options->action = ACTION_LIVE;
		break;
	case OPT_MAX_FINDINGS:
		return argument_number(row, arg, 1, UINT64_MAX,
				       &options->check.max_findings);
	case OPT_MB_GROUPS:
		options->live_open.mb_groups = arg;
		break;
	case OPT_NO_LOOK:
		options->no_look = true;
		break;
	case OPT_NO_SANDBOX:
		options->no_sandbox = true;
		break;
	case OPT_OWNERS:
		status = argument_word(row, arg ? arg : "all", owners_words,
				       &word);
		options->check.owners = word ? EXT4BM_OWNERS_SUSPECTS
					     : EXT4BM_OWNERS_ALL;
		break;
	case OPT_PAIRS:
		options->pairs = true;
		options->format = FORMAT_TABLE;
		break;
	case OPT_PATHS:
		options->check.paths = true;
		break;
	case OPT_PROC_ROOT:
		options->live_open.proc_root = arg;
		break;
	case OPT_RAW:
		options->raw = true;
		options->format = FORMAT_TABLE;
		break;
	case OPT_REPLAY:
		options->action = ACTION_REPLAY;
		options->device = arg;
		break;
	case OPT_SETTLE:
		status = argument_number(row, arg, 1, 3600, &number);
		options->settle = (unsigned int)number;
		break;
	case OPT_TABLE:
		options->format = FORMAT_TABLE;
		break;
	case OPT_THREADS:
		status = argument_number(row, arg, 1, 1024, &number);
		options->check.threads = (unsigned int)number;
		break;
	case OPT_WATCH:
		options->watch = true;
		return arg ? argument_seconds(row, arg, &options->interval)
			   : 0;
	}
	return status;
}

static const struct option_row *find_row(int letter)
{
	for (const struct option_row *row = rows; row->letter; row++)
		if (row->letter == letter)
			return row;
	return NULL;
}

static int has_arg(const struct option_row *row)
{
	if (!row->arg)
		return no_argument;
	return *row->arg == '[' ? optional_argument : required_argument;
}

/* What getopt_long() wants to know, made from the rows. */
static void make_getopt(struct option longs[NR_ROWS + 1],
			char shorts[2 * NR_ROWS + 2])
{
	/* a missing argument gives ':' */
	*shorts++ = ':';
	for (const struct option_row *row = rows; row->letter; row++) {
		if (row->name) {
			*longs++ = (struct option) {
				row->name, has_arg(row), NULL, row->letter };
		}
		if (row->letter < 256) {
			*shorts++ = (char)row->letter;
			if (row->arg)
				*shorts++ = ':';
		}
	}
	*longs = (struct option) { 0 };
	*shorts = 0;
}

static bool word_in(const char *list, const char *word)
{
	size_t length = strlen(word);

	while (list && *list) {
		size_t span = strcspn(list, " ");

		if (span == length && !memcmp(list, word, length))
			return true;
		list += span + (list[span] == ' ');
	}
	return false;
}

static int check_exclusions(const bool seen[NR_ROWS])
{
	for (size_t i = 0; i < NR_ROWS; i++) {
		for (size_t j = 0; seen[i] && j < NR_ROWS; j++) {
			if (seen[j] && rows[j].name &&
			    word_in(rows[i].excludes, rows[j].name))
				return usage_error("--%s and --%s exclude "
						   "each other", rows[i].name,
						   rows[j].name);
		}
	}
	return 0;
}

/*
 * getopt_long() keeps silent (opterr is 0), so that all messages look the
 * same. It leaves a known letter in optopt if only its argument is wrong,
 * and 0 after a long option that it does not know.
 */
static int bad_option(int answer, char **argv)
{
	const struct option_row *row = find_row(optopt);

	if (!optopt)
		return usage_error("Unknown or ambiguous option \"%s\"",
				   argv[optind - 1]);
	if (!row)
		return usage_error("Unknown option -%c", optopt);
	if (answer == ':')
		return usage_error("Missing argument to %s",
				   argument_option(row));
	return usage_error("%s takes no argument", argument_option(row));
}

static int parse_all(int argc, char **argv, struct options *options,
		     bool seen[NR_ROWS])
{
	struct option longs[NR_ROWS + 1];
	char shorts[2 * NR_ROWS + 2];
	int status = 0;

	make_getopt(longs, shorts);
	opterr = 0;
	while (!status) {
		int answer = getopt_long(argc, argv, shorts, longs, NULL);
		const struct option_row *row;

		if (answer == -1)
			break;
		if (answer == '?' && optopt == '?')
			answer = 'h';
		if (answer == '?' || answer == ':')
			return bad_option(answer, argv);
		row = find_row(answer);
		seen[row - rows] = true;
		if (row->group == OPTIONS_REFUSED)
			return usage_refuse("%s: %s", argument_option(row),
					    row->help);
		status = apply(row, optarg, options);
	}
	return status;
}

int options_parse(int argc, char **argv, struct options *options)
{
	bool seen[NR_ROWS] = { false };
	int status;

	*options = (struct options) {
		.exit_on = EXIT_ON_DRIFT, .interval = WATCH_SECONDS,
	};
	options->codes = calloc((size_t)argc + 1, sizeof(*options->codes));
	if (!options->codes)
		out_of_memory();
	status = parse_all(argc, argv, options, seen);
	if (options->check.paths && !options->check.owners)
		options->check.owners = options->action == ACTION_LIVE ?
			EXT4BM_OWNERS_SUSPECTS : EXT4BM_OWNERS_ALL;
	if (!status && (options->action == ACTION_CHECK ||
			options->action == ACTION_KLOG ||
			options->action == ACTION_LIVE ||
			options->action == ACTION_REPLAY))
		status = check_exclusions(seen);
	if (!status)
		status = operands_take(argc, argv, options);
	return status;
}

void options_free(struct options *options)
{
	free((void *)options->check.groups);
	free(options->codes);
	free(options->saved);
}
