// SPDX-License-Identifier: GPL-2.0-only
/*
 * all.c --- several mounted file systems, one after the other
 *
 * Each gets the report that it would get alone: as text a section of its own,
 * as JSON an element of an array, as JSON lines its own header and summary.
 * The last line of the text says how all of them fared.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "all.h"
#include "clean.h"
#include "complain.h"
#include "finish.h"
#include "live.h"

enum fate {
	FATE_CLEAN,
	FATE_DRIFT,
	FATE_UNDECIDED,
	FATE_UNSEEN,
	NR_FATES
};

static const char *const fate_texts[] = {
	[FATE_CLEAN] = "clean",
	[FATE_DRIFT] = "with drift",
	[FATE_UNDECIDED] = "not decided",
	[FATE_UNSEEN] = "not looked at",
};

static enum fate fate_of(const struct live_outcome *outcome)
{
	if (!outcome->looked)
		return FATE_UNSEEN;
	switch (outcome->verdict) {
	case EXT4BM_CLEAN:
	case EXT4BM_CLEAN_PART:
		return FATE_CLEAN;
	case EXT4BM_DRIFT:
		return FATE_DRIFT;
	default:
		return FATE_UNDECIDED;
	}
}

/* What stands between two documents or two sections, and around all. */
static void separate(const struct options *options, const char *json,
		     bool section)
{
	if (options->format == FORMAT_JSON)
		puts(json);
	else if (section && !options_json(options) && !options->quiet)
		putchar('\n');
}

static int not_its_turn(const struct options *options)
{
	struct ext4bm_error err = {
		.errnum = ECANCELED,
		.text = "Interrupted before it was its turn",
	};

	return finish_failed(options, &err, "checking");
}

static void print_names(char *const *names, const enum fate *fates, int nr,
			enum fate fate)
{
	const char *before = " (";

	for (int i = 0; i < nr; i++) {
		char *name;

		if (fates[i] != fate)
			continue;
		name = clean_text(names[i]);
		printf("%s%s", before, name);
		before = ", ";
		free(name);
	}
	putchar(')');
}

static void print_sum(char *const *names, const enum fate *fates, int nr)
{
	int counts[NR_FATES] = { 0 };
	const char *before = ": ";

	for (int i = 0; i < nr; i++)
		counts[fates[i]]++;
	printf("%d file system%s", nr, nr == 1 ? "" : "s");
	for (int fate = 0; fate < NR_FATES; fate++) {
		if (!counts[fate])
			continue;
		printf("%s%d %s", before, counts[fate], fate_texts[fate]);
		before = ", ";
		if (fate != FATE_CLEAN)
			print_names(names, fates, nr, (enum fate)fate);
	}
	putchar('\n');
}

/* @list: what the kernel calls those that the names lead to, or NULL. */
static int check_each(struct options *options, char *const *names, int nr,
		      const struct ext4bm_filesystem *list)
{
	enum fate *fates = calloc((size_t)nr, sizeof(*fates));
	bool section = false;
	int status = 0;

	if (!fates)
		out_of_memory();
	for (int i = 0; i < nr; i++) {
		struct live_outcome outcome = { 0 };

		separate(options, i ? "," : "[", section);
		options->device = names[i];
		if (*options->check.cancel)
			outcome.status = not_its_turn(options);
		else
			live_one(options, list ? list[i].name : NULL,
				 &outcome);
		fflush(stdout);
		section = outcome.looked;
		status |= outcome.status;
		fates[i] = fate_of(&outcome);
	}
	separate(options, "]", true);
	if (!options_json(options) && !options->quiet)
		print_sum(names, fates, nr);
	free(fates);
	return status;
}

/* A machine without ext4 has nothing that could be wrong with it. */
static int none(const struct options *options)
{
	if (options->format == FORMAT_JSON)
		puts("[]");
	else if (options->format == FORMAT_TEXT && !options->quiet)
		puts("no ext4 file system is mounted");
	return EXT4BM_EXIT_CLEAN;
}

static int check_mounted(struct options *options)
{
	struct ext4bm_filesystem *list = NULL;
	struct ext4bm_error err = { 0 };
	char **names;
	size_t nr;
	int status;

	options->device = "mounted ext4 file systems";
	if (ext4bm_filesystems(&list, &nr, &err))
		return finish_failed(options, &err, "looking for");
	if (nr == 0)
		return none(options);
	names = calloc(nr, sizeof(*names));
	if (!names)
		out_of_memory();
	for (size_t i = 0; i < nr; i++)
		names[i] = list[i].path;
	status = check_each(options, names, (int)nr, list);
	free(names);
	ext4bm_filesystems_free(list, nr);
	return status;
}

int live_all(struct options *options)
{
	if (options->all)
		return check_mounted(options);
	return check_each(options, options->devices, options->nr_devices,
			  NULL);
}
