// SPDX-License-Identifier: LGPL-2.0-only
/*
 * settle.c --- a difference is only reported after it survives
 *
 * One sample of a moving filesystem proves nothing. A suspected group is
 * sampled until nothing moves: without a difference then, the suspicion was
 * transient; the same difference three times in a row, some milliseconds
 * apart, is persistent. What never stands still is cleared by what samples of
 * it cannot hide, or it is undecided.
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

/*
 * @seen:	equal samples in a row that stood still
 * @acquitted:	E4_CHARGE_x that it was cleared of since
 * @last:	differences in the last sample that stood still
 */
struct suspect {
	uint32_t group;
	int seen;
	bool decided;
	unsigned int acquitted;
	struct e4_findings last;
};

/*
 * @suspects:	@nr of them, in the order of their groups
 * @samples:	BATCH of them
 * @patient:	only a sample in which nothing moved ends it before time
 * @settled:	what became of them
 */
struct settling {
	struct e4_live *live;
	struct suspect *suspects;
	size_t nr;
	struct e4_sample *samples;
	bool patient;
	struct e4_settled *settled;
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
	suspect->acquitted = 0;
	memset(findings, 0, sizeof(*findings));
	if (suspect->seen == WANTED) {
		suspect->decided = true;
		e4_findings_move(&settled->findings, &suspect->last,
				 UINT64_MAX);
		e4_findings_move(&settled->findings, &explained, UINT64_MAX);
	}
	e4_findings_free(&explained);
}

/*
 * A sample may clear a suspect that never stands still. What is found in it
 * counts anew; and who wants explanations waits for them while there is time.
 */
static void acquit(const struct settling *settling, struct suspect *suspect,
		   const struct e4_sample *sample)
{
	suspect->acquitted |= e4_sample_acquits(settling->live, sample);
	if (suspect->acquitted != E4_ALL_CHARGES || settling->patient)
		return;
	suspect->decided = true;
	settling->settled->transient++;
	e4_findings_free(&suspect->last);
}

static void take_sample(const struct settling *settling,
			struct suspect *suspect,
			const struct e4_sample *sample)
{
	struct e4_settled *settled = settling->settled;
	struct e4_difference difference;

	e4_sample_compare(settling->live, sample, &difference);
	settled->samples++;
	settled->rejected += !difference.accepted;
	if (difference.accepted)
		judge(suspect, &difference.findings, settled);
	else
		acquit(settling, suspect, sample);
	e4_findings_free(&difference.findings);
}

/* Sample up to BATCH suspects from *@at on that are not decided. */
static int sample_batch(struct settling *settling, size_t *at)
{
	struct e4_live *live = settling->live;
	struct suspect *chosen[BATCH];
	size_t count = 0;
	int ret;

	for (; *at < settling->nr && count < BATCH; (*at)++) {
		struct suspect *suspect = &settling->suspects[*at];

		if (suspect->decided)
			continue;
		settling->samples[count].group = suspect->group;
		chosen[count++] = suspect;
	}
	if (count == 0)
		return 0;
	ret = live->source.ops->sample(live->source.context, live,
				       settling->samples, count);
	for (size_t i = 0; i < count && !ret; i++)
		take_sample(settling, chosen[i], &settling->samples[i]);
	return ret;
}

static size_t left(const struct settling *settling)
{
	size_t count = 0;

	for (size_t i = 0; i < settling->nr; i++)
		count += !settling->suspects[i].decided;
	return count;
}

static int sample_rounds(struct settling *settling, double seconds,
			 const volatile int *cancel)
{
	struct e4_live *live = settling->live;
	double end = now(live) + seconds;
	long pause = FIRST_PAUSE;
	int ret = 0;

	while (!ret && left(settling) > 0 && now(live) < end &&
	       !(cancel && *cancel)) {
		for (size_t at = 0; at < settling->nr && !ret &&
				    now(live) < end; )
			ret = sample_batch(settling, &at);
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
static void give_up(const struct settling *settling)
{
	struct e4_settled *settled = settling->settled;

	for (size_t i = 0; i < settling->nr; i++) {
		struct suspect *suspect = &settling->suspects[i];

		if (suspect->decided)
			continue;
		if (suspect->acquitted == E4_ALL_CHARGES) {
			e4_findings_free(&suspect->last);
			settled->transient++;
			continue;
		}
		if (was_unreadable(suspect)) {
			e4_findings_move(&settled->findings, &suspect->last,
					 UINT64_MAX);
			continue;
		}
		e4_findings_free(&suspect->last);
		settled->unsettled++;
		e4_findings_add(&settled->findings, EXT4BM_GROUP_UNSETTLED,
				suspect->group);
	}
}

static int settle_suspects(struct settling *settling, double seconds,
			   const volatile int *cancel)
{
	struct e4_sample samples[BATCH] = { 0 };
	int ret = 0;

	settling->samples = samples;
	for (size_t i = 0; i < BATCH && !ret; i++)
		ret = e4_sample_init(settling->live, &samples[i]);
	if (!ret)
		ret = sample_rounds(settling, seconds, cancel);
	for (size_t i = 0; i < BATCH; i++)
		e4_sample_free(&samples[i]);
	return ret;
}

static int settle(struct settling *settling, const uint32_t *groups,
		  double seconds, const volatile int *cancel)
{
	size_t nr = settling->nr;
	int ret;

	settling->suspects = calloc(nr + 1, sizeof(*settling->suspects));
	if (!settling->suspects)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++)
		settling->suspects[i].group = groups[i];
	ret = settle_suspects(settling, seconds, cancel);
	give_up(settling);
	free(settling->suspects);
	return settling->settled->findings.failed ? -ENOMEM : ret;
}

int e4_settle(struct e4_live *live, const uint32_t *groups, size_t nr,
	      double seconds, const volatile int *cancel,
	      struct e4_settled *settled)
{
	struct settling settling = {
		.live = live, .nr = nr, .patient = live->explain,
		.settled = settled,
	};

	return settle(&settling, groups, seconds, cancel);
}

int e4_settle_explain(struct e4_live *live, const uint32_t *groups, size_t nr,
		      double seconds, const volatile int *cancel,
		      struct e4_settled *settled)
{
	struct e4_settled own = { 0 };
	struct settling settling = {
		.live = live, .nr = nr, .patient = true, .settled = &own,
	};
	size_t decided = 0;
	int ret = settle(&settling, groups, seconds, cancel);

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
