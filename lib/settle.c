// SPDX-License-Identifier: LGPL-2.0-only
/*
 * settle.c --- a difference is only reported after it survives
 *
 * One sample of a moving filesystem proves nothing. A suspected group is
 * sampled until nothing moves: without a difference then, the suspicion was
 * transient; the same difference three times in a row, some milliseconds
 * apart, is persistent. What never stands still is undecided.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "settle.h"

/* Equal samples in a row that make a difference persistent. */
#define WANTED 3

/* Groups sampled together: few, so that little moves meanwhile. */
#define BATCH 16

/* Pause between two samples of a group, in nanoseconds; grows to the last. */
#define FIRST_PAUSE 3000000L
#define LAST_PAUSE 100000000L

struct suspect {
	uint32_t group;
	int seen;
	bool decided;
	struct e4_findings last;
};

static double now(const struct e4_live *live)
{
	return live->source.ops->now(live->source.context);
}

static bool same_finding(const struct ext4bm_finding *a,
			 const struct ext4bm_finding *b)
{
	return a->code == b->code && a->stored == b->stored &&
	       a->counted == b->counted && a->item == b->item &&
	       a->nr_ranges == b->nr_ranges &&
	       (a->nr_ranges == 0 ||
		memcmp(a->ranges, b->ranges,
		       a->nr_ranges * sizeof(*a->ranges)) == 0);
}

static bool same_findings(const struct e4_findings *a,
			  const struct e4_findings *b)
{
	if (a->nr != b->nr)
		return false;
	for (size_t i = 0; i < a->nr; i++)
		if (!same_finding(&a->list[i], &b->list[i]))
			return false;
	return true;
}

/*
 * An accepted sample moves a suspect towards its verdict. What is explained
 * may change as it likes: it is told as it was in the sample that decided.
 */
static void judge(struct suspect *suspect, struct e4_findings *findings,
		  struct e4_settled *settled)
{
	struct e4_findings explained = { 0 };

	e4_findings_split(findings, &explained);
	if (findings->nr == 0) {
		suspect->decided = true;
		settled->transient++;
		e4_findings_free(&suspect->last);
		e4_findings_move(&settled->findings, &explained, UINT64_MAX);
		return;
	}
	suspect->seen = same_findings(findings, &suspect->last) ?
			suspect->seen + 1 : 1;
	e4_findings_free(&suspect->last);
	suspect->last = *findings;
	memset(findings, 0, sizeof(*findings));
	if (suspect->seen == WANTED) {
		suspect->decided = true;
		e4_findings_move(&settled->findings, &suspect->last,
				 UINT64_MAX);
		e4_findings_move(&settled->findings, &explained, UINT64_MAX);
	}
	e4_findings_free(&explained);
}

/* Sample up to BATCH suspects from *@at on that are not decided. */
static int sample_batch(struct e4_live *live, struct suspect *suspects,
			size_t nr, size_t *at, struct e4_sample *samples,
			struct e4_settled *settled)
{
	struct suspect *chosen[BATCH];
	size_t count = 0;
	int ret;

	for (; *at < nr && count < BATCH; (*at)++)
		if (!suspects[*at].decided) {
			samples[count].group = suspects[*at].group;
			chosen[count++] = &suspects[*at];
		}
	if (count == 0)
		return 0;
	ret = live->source.ops->sample(live->source.context, live, samples,
				       count);
	for (size_t i = 0; i < count && !ret; i++) {
		struct e4_difference difference;

		e4_sample_compare(live, &samples[i], &difference);
		settled->samples++;
		settled->rejected += !difference.accepted;
		if (difference.accepted)
			judge(chosen[i], &difference.findings, settled);
		e4_findings_free(&difference.findings);
	}
	return ret;
}

static size_t left(const struct suspect *suspects, size_t nr)
{
	size_t count = 0;

	for (size_t i = 0; i < nr; i++)
		count += !suspects[i].decided;
	return count;
}

static int sample_rounds(struct e4_live *live, struct suspect *suspects,
			 size_t nr, double seconds, const volatile int *cancel,
			 struct e4_sample *samples, struct e4_settled *settled)
{
	double end = now(live) + seconds;
	long pause = FIRST_PAUSE;
	int ret = 0;

	while (!ret && left(suspects, nr) > 0 && now(live) < end &&
	       !(cancel && *cancel)) {
		for (size_t at = 0; at < nr && !ret && now(live) < end; )
			ret = sample_batch(live, suspects, nr, &at, samples,
					   settled);
		if (ret == -ETIME)
			return 0;
		live->source.ops->pause(live->source.context, pause);
		pause = pause < LAST_PAUSE / 2 ? 2 * pause : LAST_PAUSE;
	}
	return ret;
}

/* All that the last sample said is why it could not look. */
static bool was_unreadable(const struct suspect *suspect)
{
	for (size_t i = 0; i < suspect->last.nr; i++)
		if (ext4bm_catalogue(suspect->last.list[i].code)->severity !=
		    EXT4BM_OPERATIONAL)
			return false;
	return suspect->last.nr > 0;
}

/* What is not decided by now is said, as something not looked at. */
static void give_up(struct suspect *suspects, size_t nr,
		    struct e4_settled *settled)
{
	for (size_t i = 0; i < nr; i++) {
		if (suspects[i].decided)
			continue;
		if (was_unreadable(&suspects[i])) {
			e4_findings_move(&settled->findings,
					 &suspects[i].last, UINT64_MAX);
			continue;
		}
		settled->unsettled++;
		e4_findings_add(&settled->findings, EXT4BM_GROUP_UNSETTLED,
				suspects[i].group);
		e4_findings_free(&suspects[i].last);
	}
}

static int settle(struct e4_live *live, struct suspect *suspects, size_t nr,
		  double seconds, const volatile int *cancel,
		  struct e4_settled *settled)
{
	struct e4_sample samples[BATCH] = { 0 };
	int ret = 0;

	for (size_t i = 0; i < BATCH && !ret; i++)
		ret = e4_sample_init(live, &samples[i]);
	if (!ret)
		ret = sample_rounds(live, suspects, nr, seconds, cancel,
				    samples, settled);
	for (size_t i = 0; i < BATCH; i++)
		e4_sample_free(&samples[i]);
	return ret;
}

int e4_settle(struct e4_live *live, const uint32_t *groups, size_t nr,
	      double seconds, const volatile int *cancel,
	      struct e4_settled *settled)
{
	struct suspect *suspects = calloc(nr + 1, sizeof(*suspects));
	int ret;

	if (!suspects)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++)
		suspects[i].group = groups[i];
	ret = settle(live, suspects, nr, seconds, cancel, settled);
	give_up(suspects, nr, settled);
	free(suspects);
	return settled->findings.failed ? -ENOMEM : ret;
}

int e4_settle_explain(struct e4_live *live, const uint32_t *groups, size_t nr,
		      double seconds, const volatile int *cancel,
		      struct e4_settled *settled)
{
	struct e4_settled own = { 0 };
	size_t decided = 0;
	int ret = e4_settle(live, groups, nr, seconds, cancel, &own);

	for (size_t i = 0; i < own.findings.nr; i++) {
		struct ext4bm_finding finding = own.findings.list[i];

		if (finding.code == EXT4BM_GROUP_UNSETTLED)
			free(finding.ranges);
		else
			own.findings.list[decided++] = finding;
	}
	own.findings.nr = decided;
	settled->samples += own.samples;
	settled->rejected += own.rejected;
	e4_findings_move(&settled->findings, &own.findings, UINT64_MAX);
	return settled->findings.failed ? -ENOMEM : ret;
}
