// SPDX-License-Identifier: GPL-2.0-only
/*
 * fold.c --- many findings that say the same become one
 *
 * Decides what "the same" is. Findings of one kind (code, item, what explains
 * them) with the same values are always one line. If the values differ, each
 * value is still a line of its own while there are only a few of them; a
 * damage that hit thousands of groups is one line, whatever its values.
 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "fold.h"

/* Lines that one kind of finding may take. */
#define LINES_PER_KIND 4
/* Runs of groups that are named in a line. */
#define RUNS_NAMED 6

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static enum fold_section section_of(const struct ext4bm_finding *finding)
{
	if (finding->verdict == EXT4BM_LIVE_EXPLAINED ||
	    finding->explained == EXT4BM_BY_ORPHANS)
		return FOLD_SETTLED;
	if (finding->explained == EXT4BM_BY_RECOVERY)
		return FOLD_RECOVERY;
	if (finding->explained != EXT4BM_UNEXPLAINED)
		return FOLD_EXPLAINED;
	switch (ext4bm_catalogue(finding->code)->severity) {
	case EXT4BM_INFORMATIONAL:
		return FOLD_KNOWN;
	case EXT4BM_OPERATIONAL:
		return FOLD_OPERATIONAL;
	default:
		return FOLD_DRIFT;
	}
}

static int compare_kind(const struct ext4bm_finding *a,
			const struct ext4bm_finding *b)
{
	int order = ORDER(section_of(a), section_of(b));

	/* the worst comes first */
	if (!order)
		order = ORDER(ext4bm_catalogue(b->code)->severity,
			      ext4bm_catalogue(a->code)->severity);
	if (!order)
		order = ORDER(a->code, b->code);
	if (!order)
		order = ORDER(a->item, b->item);
	if (!order)
		order = ORDER(a->other_item, b->other_item);
	if (!order)
		order = ORDER(a->explained, b->explained);
	if (!order)
		order = ORDER(a->errnum, b->errnum);
	return order;
}

static int compare_values(const struct ext4bm_finding *a,
			  const struct ext4bm_finding *b)
{
	int order = ORDER(a->stored, b->stored);

	return order ? order : ORDER(a->counted, b->counted);
}

/* Among equals the order of the report, which is the order in memory. */
static int by_kind_and_value(const void *left, const void *right)
{
	const struct ext4bm_finding *a =
		*(const struct ext4bm_finding *const *)left;
	const struct ext4bm_finding *b =
		*(const struct ext4bm_finding *const *)right;
	int order = compare_kind(a, b);

	if (!order)
		order = compare_values(a, b);
	return order ? order : ORDER(a, b);
}

static int by_position(const void *left, const void *right)
{
	const struct ext4bm_finding *a =
		*(const struct ext4bm_finding *const *)left;
	const struct ext4bm_finding *b =
		*(const struct ext4bm_finding *const *)right;

	return ORDER(a, b);
}

/* Findings from @start on that compare equal to the first of them. */
static size_t run_length(const struct ext4bm_finding **start, size_t count,
			 int (*compare)(const struct ext4bm_finding *,
					const struct ext4bm_finding *))
{
	size_t length = 1;

	while (length < count && !compare(start[0], start[length]))
		length++;
	return length;
}

static struct fold make_fold(const struct ext4bm_finding **findings,
			     size_t count)
{
	const struct ext4bm_finding *first = findings[0];
	struct fold fold = { section_of(first), findings, count, 1,
			     true, true };

	for (size_t i = 1; i < count; i++) {
		const struct ext4bm_finding *next = findings[i];

		fold.groups += next->group != findings[i - 1]->group;
		fold.same_stored &= next->stored == first->stored;
		fold.same_difference &= next->stored - next->counted ==
					first->stored - first->counted;
	}
	return fold;
}

/* The folds of one kind, in the order of the report. */
static int by_first(const void *left, const void *right)
{
	const struct fold *a = left;
	const struct fold *b = right;

	return ORDER(a->findings[0], b->findings[0]);
}

/* Make the folds of one kind; returns how many. */
static size_t fold_kind(const struct ext4bm_finding **start, size_t count,
			struct fold *folds)
{
	size_t lines = 0;

	for (size_t i = 0; i < count && lines <= LINES_PER_KIND; lines++)
		i += run_length(start + i, count - i, compare_values);
	if (lines > LINES_PER_KIND) {
		qsort(start, count, sizeof(*start), by_position);
		folds[0] = make_fold(start, count);
		return 1;
	}
	for (size_t i = 0; i < lines; i++) {
		size_t run = run_length(start, count, compare_values);

		folds[i] = make_fold(start, run);
		start += run;
		count -= run;
	}
	qsort(folds, lines, sizeof(*folds), by_first);
	return lines;
}

int fold_report(const struct ext4bm_report *report, struct folds *ret_folds)
{
	size_t count = report->nr_findings;
	struct folds folds = { 0 };

	folds.order = calloc(count + 1, sizeof(*folds.order));
	folds.folds = calloc(count + 1, sizeof(*folds.folds));
	if (!folds.order || !folds.folds) {
		fold_free(&folds);
		return -ENOMEM;
	}
	for (size_t i = 0; i < count; i++)
		folds.order[i] = &report->findings[i];
	qsort(folds.order, count, sizeof(*folds.order), by_kind_and_value);
	for (size_t i = 0, run; i < count; i += run) {
		run = run_length(folds.order + i, count - i, compare_kind);
		folds.count += fold_kind(folds.order + i, run,
					 folds.folds + folds.count);
	}
	*ret_folds = folds;
	return 0;
}

void fold_free(struct folds *folds)
{
	free(folds->order);
	free(folds->folds);
}

/* Append, as far as there is room. */
static void __attribute__((format(printf, 4, 5)))
append(char *buf, size_t size, size_t *used, const char *format, ...)
{
	va_list args;
	int length;

	va_start(args, format);
	length = vsnprintf(buf + *used, size - *used, format, args);
	va_end(args);
	if (length > 0)
		*used += (size_t)length;
	if (*used >= size)
		*used = size - 1;
}

void fold_groups(const struct fold *fold, char *buf, size_t size)
{
	size_t used = 0;
	size_t i = 0;

	append(buf, size, &used, "groups ");
	for (unsigned int run = 0; i < fold->count; run++) {
		uint32_t first = fold->findings[i]->group;
		uint32_t last = first;

		if (run == RUNS_NAMED) {
			append(buf, size, &used, ", ...");
			break;
		}
		while (++i < fold->count &&
		       fold->findings[i]->group - last <= 1)
			last = fold->findings[i]->group;
		append(buf, size, &used, "%s%u", run ? ", " : "", first);
		if (last > first)
			append(buf, size, &used, "-%u", last);
	}
	append(buf, size, &used, " (%zu groups)", fold->groups);
}
