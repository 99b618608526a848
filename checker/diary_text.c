// SPDX-License-Identifier: GPL-2.0-only
/*
 * diary_text.c --- the diary of --watch for a person at a terminal
 *
 * A line for each change, and with -v one for each look. What to do is said
 * when drift appears, below the line that says so.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "complain.h"
#include "diary.h"
#include "render.h"
#include "wrap.h"

/* Columns of a line that belongs to the one above it. */
#define BULLET 4

void diary_flush(void)
{
	if (fflush(stdout) == 0 || errno != EPIPE)
		return;
	__fpurge(stdout);
	clearerr(stdout);
	wake_end = 1;
}

void diary_time(const struct timespec *time, char *buf, size_t size)
{
	char seconds[24];
	struct tm parts;

	gmtime_r(&time->tv_sec, &parts);
	strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(buf, size, "%s.%03ldZ", seconds, time->tv_nsec / 1000000);
}

/* Whole seconds are enough to read. */
static void print_time(const struct timespec *time)
{
	char text[40];

	diary_time(time, text, sizeof(text));
	printf("%.19sZ", text);
}

static void print_head(const struct watched *it, const struct look *look)
{
	const char *device = it->device ? it->device : it->name;
	char *name = clean_text(device);

	print_time(&look->time);
	printf(" %s: ", name);
	free(name);
}

static void start(const struct options *options, const struct wake *wake,
		  const struct watched_list *all)
{
	if (options->quiet)
		return;
	printf("watching %zu file system%s every %g s; ends with Ctrl-C\n",
	       all->nr, all->nr == 1 ? "" : "s", options->interval);
	for (int i = 0; i < NR_WAKE_CAUSES; i++)
		if (wake->errnums[i])
			printf("not woken by %s: %s\n",
			       wake_cause_name((enum wake_cause)i),
			       strerror(wake->errnums[i]));
	diary_flush();
}

static void check(const struct options *options, const struct watched *it,
		  const struct look *look)
{
	if (!options->verbose)
		return;
	print_head(it, look);
	printf("looked at in %.2f s (%s): %s\n", look->seconds,
	       wake_cause_name(it->cause), look->text);
	diary_flush();
}

static void condition(const struct options *options, const struct watched *it,
		      const struct look *look, enum condition_change change,
		      const struct condition *what,
		      const struct ext4bm_finding *finding)
{
	const struct ext4bm_catalogue_entry *entry =
		ext4bm_catalogue(what->code);
	char text[512];

	(void)options;
	print_head(it, look);
	printf("  %s: %s %s: ", condition_change_name(change),
	       ext4bm_severity_name(entry->severity), entry->name);
	if (finding) {
		ext4bm_finding_text(look->report->geometry, finding, text,
				    sizeof(text));
		puts(text);
		render_owners(look->report, &finding, 1);
	} else {
		if (what->group != EXT4BM_NO_GROUP)
			printf("group %" PRIu32 ", ", what->group);
		fputs("seen from ", stdout);
		print_time(&what->first_seen);
		fputs(" to ", stdout);
		print_time(&what->last_seen);
		putchar('\n');
	}
	diary_flush();
}

static void print_advice(void *context, const char *text)
{
	(void)context;
	fputs("  - ", stdout);
	wrap_print(stdout, wrap_width(stdout), BULLET, text);
}

static void state(const struct options *options, const struct watched *it,
		  const struct look *look)
{
	const struct color_set *colors =
		color_set(color_wanted(options->color));
	bool colored = look->report != NULL;

	print_head(it, look);
	printf("%s%s%s\n", colored ? colors->verdict[look->report->verdict]
				   : "", look->text,
	       colored ? colors->end : "");
	if (it->state == WATCH_DRIFT && !options->quiet)
		ext4bm_advice(look->report, print_advice, NULL);
	diary_flush();
}

static void end(const struct options *options, uint64_t rounds, int status)
{
	if (options->quiet)
		return;
	printf("ended after %" PRIu64 " round%s: %s\n", rounds,
	       rounds == 1 ? "" : "s",
	       status & EXT4BM_EXIT_DRIFT ? "drift was seen" :
	       status ? "no drift was seen, but not all could be looked at"
		      : "no drift was seen");
	diary_flush();
}

const struct diary diary_text = {
	.start = start,
	.check = check,
	.condition = condition,
	.state = state,
	.end = end,
};
