// SPDX-License-Identifier: GPL-2.0-only
/*
 * text.c --- the report for a person
 *
 * Decides the order in which a worried administrator reads: the verdict, what
 * is wrong (worst first), what it has in common, what to do next, and what
 * was not looked at. Sentences come from the library; here they are placed.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "complain.h"
#include "fold.h"
#include "render.h"
#include "wrap.h"

/* Columns of a bulleted line, and of one about an owner. */
#define BULLET 4
#define OWNER_INDENT 10

static const char *const headings[] = {
	[FOLD_DRIFT] = "Drift",
	[FOLD_OPERATIONAL] = "Could not be looked at",
	[FOLD_EXPLAINED] = "Different, but perhaps explained",
	[FOLD_SETTLED] = "Different, and explained",
	[FOLD_KNOWN] = "Also known",
	[FOLD_RECOVERY] = "Counted anew when it is mounted",
};

static const char *const explanations[] = {
	[EXT4BM_UNEXPLAINED] = "",
	[EXT4BM_BY_JOURNAL] = " [perhaps the journal]",
	[EXT4BM_BY_MOUNT] = " [perhaps the mount]",
	[EXT4BM_BY_MOMENT] = " [perhaps time: the counters were saved]",
	[EXT4BM_BY_CHECKPOINT] = " [not written to its place yet]",
	[EXT4BM_BY_PREALLOCATION] = " [preallocation]",
	[EXT4BM_BY_PENDING_FREE] =
		(" [preallocation, or frees that wait for the commit or the "
		 "discard]"),
	[EXT4BM_BY_DELAYED] = " [delayed allocation]",
	[EXT4BM_BY_FLAG] = " [the kernel leaves a marked group as it is]",
	[EXT4BM_BY_INODES] = " [perhaps inodes that could not be judged]",
	[EXT4BM_BY_ORPHANS] = " [deleted files, which a mount releases]",
	[EXT4BM_BY_RECOVERY] = "",
};

void render_heading(const struct result *result, const char *text)
{
	const struct color_set *colors = color_set(result->color);

	printf("\n%s%s:%s\n", colors->bold, text, colors->end);
}

static void print_bullet(const char *text)
{
	fputs("  - ", stdout);
	wrap_print(stdout, wrap_width(stdout), BULLET, text);
}

/* Of several, people know the places better than the devices. */
static void print_mountpoint(const char *mountpoint)
{
	char *clean = clean_text(mountpoint);

	printf(" (%s)", clean);
	free(clean);
}

void render_verdict(const struct result *result)
{
	const struct ext4bm_report *report = result->report;
	const struct color_set *colors = color_set(result->color);
	char *name = clean_text(result->target->device);
	char text[1024];

	ext4bm_verdict_text(report, text, sizeof(text));
	fputs(name, stdout);
	if (options_several(result->options) && result->target->mountpoint)
		print_mountpoint(result->target->mountpoint);
	printf(": %s%s%s\n", colors->verdict[report->verdict], text,
	       colors->end);
	free(name);
	if (result->target->mountpoint && !report->live) {
		char *place = clean_place(result->target->mountpoint);

		printf("read while mounted%s: it may have changed meanwhile, "
		       "so this report is no proof\n", place);
		free(place);
	}
	if (report->cancelled)
		printf("interrupted: %u of %u groups looked at\n",
		       report->groups_checked, report->groups_wanted);
}

/* Are both values counts of the same thing? */
static bool comparable(enum ext4bm_code code)
{
	return code == EXT4BM_GD_FREE_CLUSTERS ||
	       code == EXT4BM_GD_FREE_INODES;
}

/* What the values of a fold have in common. */
static void fold_values(const struct fold *fold, char *buf, size_t size)
{
	const struct ext4bm_finding *first = fold->findings[0];
	bool low = first->stored < first->counted;

	*buf = 0;
	if (!comparable(first->code) || !fold->same_difference)
		return;
	if (fold->same_stored)
		snprintf(buf, size, "; %" PRIu64 " stored, %" PRIu64
			 " counted in each", first->stored, first->counted);
	else
		snprintf(buf, size, "; stored is %" PRIu64 " too %s in each",
			 low ? first->counted - first->stored :
			 first->stored - first->counted,
			 low ? "low" : "high");
}

static void fold_text(const struct ext4bm_geometry *geo,
		      const struct fold *fold, char *buf, size_t size)
{
	const struct ext4bm_finding *first = fold->findings[0];
	const char *item = ext4bm_item_name(first->item);
	char groups[160];
	char values[80];

	if (fold->count == 1) {
		ext4bm_finding_text(geo, first, buf, size);
		return;
	}
	fold_groups(fold, groups, sizeof(groups));
	fold_values(fold, values, sizeof(values));
	snprintf(buf, size, "%s: %s%s%s%s%s%s", groups,
		 ext4bm_catalogue(first->code)->summary,
		 *item ? " (" : "", item, *item ? ")" : "",
		 first->errnum ? ": " : "",
		 first->errnum ? strerror(first->errnum) : "");
	strncat(buf, values, size - strlen(buf) - 1);
}

static void print_fold(const struct result *result, const struct fold *fold,
		       unsigned int name_width)
{
	const struct color_set *colors = color_set(result->color);
	const struct ext4bm_finding *first = fold->findings[0];
	const struct ext4bm_catalogue_entry *entry =
		ext4bm_catalogue(first->code);
	/* How much it would matter does not matter where it is explained. */
	const char *severity = fold->section == FOLD_SETTLED ? "explained" :
			       ext4bm_severity_name(entry->severity);
	unsigned int severity_width = (unsigned int)strlen(severity);
	char text[1024];

	if (severity_width < 6)
		severity_width = 6;
	fold_text(result->report->geometry, fold, text, sizeof(text));
	strncat(text, explanations[first->explained],
		sizeof(text) - strlen(text) - 1);
	printf("  %s%s%s%*s  %-*s  ", colors->severity[entry->severity],
	       severity, colors->end,
	       (int)(severity_width - strlen(severity)), "",
	       (int)name_width, entry->name);
	wrap_print(stdout, wrap_width(stdout),
		   severity_width + name_width + 6, text);
}

/* Lines that the owners of one kind of finding may take. */
#define OWNERS_SHOWN 8

/* The text of a finding is ours, but a path may hold any byte. */
static void print_owner(const struct ext4bm_owner *owner)
{
	size_t size = ext4bm_owner_text(owner, NULL, 0) + 1;
	char *text = malloc(size), *clean;

	if (!text)
		out_of_memory();
	ext4bm_owner_text(owner, text, size);
	clean = clean_path(text);
	printf("%*sowned by %s\n", OWNER_INDENT, "", clean);
	free(clean);
	free(text);
}

/*
 * Nobody may have it, or, where not all stood still, somebody who is just
 * being written or deleted.
 */
static void print_unowned(uint64_t unowned, bool several, bool still)
{
	if (unowned)
		printf("%*sno owner found of %" PRIu64 "%s cluster%s%s\n",
		       OWNER_INDENT, "", unowned, several ? " more" : "",
		       unowned == 1 ? "" : "s", still ? "" :
		       ": perhaps a file that is being written or deleted");
}

/* Who owns it, below the line that says what it is. */
void render_owners(const struct ext4bm_report *report,
		   const struct ext4bm_finding *const *findings, size_t count)
{
	size_t shown = 0, left = 0;
	uint64_t unowned = 0;
	bool cut = false;

	for (size_t i = 0; i < count; i++) {
		const struct ext4bm_finding *it = findings[i];

		if (report->live && it->asked && !it->owners_cut)
			unowned += ext4bm_finding_unowned(report->geometry,
							  it);
		cut |= it->owners_cut;
		for (size_t j = 0; j < it->nr_owners; j++) {
			if (shown == OWNERS_SHOWN) {
				left++;
				continue;
			}
			print_owner(&it->owners[j]);
			shown++;
		}
	}
	if (left || cut)
		printf("%*sand %zu more%s (--json has %s)\n", OWNER_INDENT,
		       "", left, cut ? ", or others still" : "",
		       cut ? "those that were kept" : "them all");
	print_unowned(unowned, shown != 0, report->owners_still);
}

/* Files go on changing while it is in use. */
static void print_moment(const struct ext4bm_report *report)
{
	bool asked = false;

	for (size_t i = 0; i < report->nr_findings; i++)
		asked |= report->findings[i].asked;
	if (report->live && asked)
		printf("\nThe owners are those of %s; it is in use, so they "
		       "may be others by now.\n", report->owners_still ?
		       "the moment that it was frozen" :
		       "a moment after the rest was read");
}

static unsigned int widest_name(const struct folds *folds)
{
	unsigned int widest = 0;

	for (size_t i = 0; i < folds->count; i++) {
		const struct ext4bm_finding *first =
			folds->folds[i].findings[0];
		size_t width = strlen(ext4bm_catalogue(first->code)->name);

		if (width > widest)
			widest = (unsigned int)width;
	}
	return widest;
}

static void print_findings(const struct result *result)
{
	const struct ext4bm_report *report = result->report;
	unsigned int width;
	struct folds folds;

	if (fold_report(report, &folds))
		out_of_memory();
	width = widest_name(&folds);
	for (size_t i = 0; i < folds.count; i++) {
		const struct fold *fold = &folds.folds[i];

		if (!i || fold->section != fold[-1].section)
			render_heading(result, headings[fold->section]);
		print_fold(result, fold, width);
		render_owners(report, fold->findings, fold->count);
	}
	fold_free(&folds);
	print_moment(report);
	if (report->dropped)
		printf("\n%" PRIu64 " more findings were only counted "
		       "(--max-findings keeps more)\n", report->dropped);
}

static void print_patterns(const struct result *result)
{
	const struct ext4bm_report *report = result->report;
	bool any = false;
	char text[512], line[600];

	for (size_t i = 0; i < report->nr_patterns; i++) {
		const struct ext4bm_pattern *pattern = &report->patterns[i];

		ext4bm_pattern_text(report, pattern, text, sizeof(text));
		if (!*text)
			continue;
		snprintf(line, sizeof(line), "%s: %s",
			 ext4bm_catalogue(pattern->code)->name, text);
		if (!any)
			render_heading(result, "Pattern");
		any = true;
		print_bullet(line);
	}
}

struct advice {
	const struct result *result;
	bool any;
};

static void print_advice_line(void *context, const char *text)
{
	struct advice *advice = context;

	if (!advice->any)
		render_heading(advice->result, "Next");
	advice->any = true;
	print_bullet(text);
}

static void print_advice(const struct result *result)
{
	struct advice advice = { result, false };

	ext4bm_advice(result->report, print_advice_line, &advice);
}

/* Neighbours with the same reason, often a missing feature, are one line. */
static bool same_reason(const struct ext4bm_unchecked *a,
			const struct ext4bm_unchecked *b)
{
	return a->groups == b->groups && !strcmp(a->reason, b->reason);
}

static void print_unchecked(const struct result *result)
{
	const struct ext4bm_report *report = result->report;
	const struct ext4bm_unchecked *unchecked = report->unchecked;
	char text[1536];

	if (report->nr_unchecked)
		render_heading(result, "Not looked at");
	for (size_t i = 0; i < report->nr_unchecked; i++) {
		const struct ext4bm_unchecked *it = &unchecked[i];
		int used = snprintf(text, sizeof(text), "%s",
				    ext4bm_catalogue(it->code)->name);

		for (; i + 1 < report->nr_unchecked &&
		     same_reason(it, &unchecked[i + 1]); i++)
			used += snprintf(text + used, sizeof(text) - used,
				", %s",
				ext4bm_catalogue(unchecked[i + 1].code)->name);
		if (it->groups)
			used += snprintf(text + used, sizeof(text) - used,
					 " in %" PRIu64 " group%s", it->groups,
					 it->groups == 1 ? "" : "s");
		snprintf(text + used, sizeof(text) - used, ": %s",
			 it->reason);
		print_bullet(text);
	}
}

void render_text(const struct result *result)
{
	const struct ext4bm_report *report = result->report;
	bool clean = !report->cancelled &&
		     (report->verdict == EXT4BM_CLEAN ||
		      report->verdict == EXT4BM_CLEAN_PART);

	if (result->options->quiet && clean)
		return;
	render_verdict(result);
	if (result->options->quiet)
		return;
	print_findings(result);
	print_patterns(result);
	print_advice(result);
	print_unchecked(result);
	if (result->options->verbose)
		render_detail(result);
}
