// SPDX-License-Identifier: GPL-2.0-only
/*
 * conditions.c --- what is wrong, from when it is first seen until it is gone
 *
 * Decides what is new, what is another difference than before, and what is
 * cleared: that takes a check that could have seen it. Does no I/O and knows
 * no clock. Memory is taken once: what has no room is counted.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conditions.h"

static const char *const change_names[] = {
	[CONDITION_APPEARED] = "appeared",
	[CONDITION_CHANGED] = "changed",
	[CONDITION_UNDECIDED] = "undecided",
	[CONDITION_STILL] = "still",
	[CONDITION_CLEARED] = "cleared",
	[CONDITION_GONE] = "gone",
};

const char *condition_change_name(enum condition_change change)
{
	return change_names[change];
}

int conditions_init(struct conditions *table, size_t max)
{
	table->list = calloc(max, sizeof(*table->list));
	table->nr = 0;
	table->max = max;
	return table->list ? 0 : -ENOMEM;
}

void conditions_free(struct conditions *table)
{
	free(table->list);
	*table = (struct conditions) { 0 };
}

static int compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* In the order of reports: what has no group comes first. */
static int compare_groups(uint32_t a, uint32_t b)
{
	return compare((uint32_t)(a + 1), (uint32_t)(b + 1));
}

static int compare_keys(const struct condition *a, const struct condition *b)
{
	int order = compare(a->filesystem, b->filesystem);

	if (!order)
		order = compare_groups(a->group, b->group);
	return order ? order : compare(a->code, b->code);
}

/* Where a key is in the table, or would be. */
static size_t find_place(const struct conditions *table,
			 const struct condition *key)
{
	size_t low = 0, high = table->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_keys(&table->list[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The part of the table that is about a filesystem. */
static size_t first_of(const struct conditions *table, uint64_t filesystem)
{
	struct condition key = {
		.filesystem = filesystem, .group = EXT4BM_NO_GROUP,
	};

	return find_place(table, &key);
}

static bool is_of(const struct conditions *table, size_t place,
		  uint64_t filesystem)
{
	return place < table->nr &&
	       table->list[place].filesystem == filesystem;
}

size_t conditions_count(const struct conditions *table, uint64_t filesystem)
{
	return first_of(table, filesystem + 1) - first_of(table, filesystem);
}

static void remove_at(struct conditions *table, size_t place)
{
	table->nr--;
	memmove(&table->list[place], &table->list[place + 1],
		(table->nr - place) * sizeof(*table->list));
}

static struct condition *insert_at(struct conditions *table, size_t place,
				   const struct condition *condition)
{
	struct condition *new = &table->list[place];

	memmove(new + 1, new, (table->nr - place) * sizeof(*new));
	table->nr++;
	*new = *condition;
	return new;
}

/* First finding of a group in a report, or where it would be. */
static size_t find_group(const struct ext4bm_report *report, uint32_t group)
{
	size_t low = 0, high = report->nr_findings;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_groups(report->findings[middle].group, group) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool is_operational(const struct ext4bm_finding *finding)
{
	return ext4bm_catalogue(finding->code)->severity ==
	       EXT4BM_OPERATIONAL;
}

static bool is_of_buddy(enum ext4bm_code code)
{
	return code >= EXT4BM_BUDDY_LOST_UPDATE &&
	       code <= EXT4BM_BUDDY_FIRST_FREE;
}

/*
 * Could this report have shown the condition? Not if the comparison was not
 * made at all, or not in its group: of one that the kernel has marked corrupt
 * the buddy is not read.
 */
static bool was_looked_at(const struct ext4bm_report *report,
			  const struct condition *condition)
{
	size_t i = find_group(report, condition->group);
	bool whole = condition->group == EXT4BM_NO_GROUP;

	if (report->cancelled)
		return false;
	for (size_t j = 0; j < report->nr_unchecked; j++)
		if (report->unchecked[j].code == condition->code &&
		    (whole || report->unchecked[j].groups >=
			      report->groups_wanted))
			return false;
	for (; i < report->nr_findings &&
	     report->findings[i].group == condition->group; i++)
		if (is_operational(&report->findings[i]) ||
		    (report->findings[i].code == EXT4BM_GROUP_MARKED_CORRUPT &&
		     is_of_buddy(condition->code)))
			return false;
	return whole || condition->group < report->geometry->groups;
}

/* How far the values are apart; a record has but one value. */
static int64_t difference(const struct ext4bm_finding *finding)
{
	if (finding->code == EXT4BM_KERNEL_ERROR_RECORD)
		return -(int64_t)finding->stored;
	return (int64_t)(finding->counted - finding->stored);
}

/*
 * Collect the findings of one code in one group, which follow each other.
 * Return: how many there are of them.
 */
static size_t gather(const struct ext4bm_report *report, size_t at,
		     uint64_t filesystem, struct condition *ret_condition)
{
	const struct ext4bm_finding *first = &report->findings[at];
	struct condition found = {
		.filesystem = filesystem, .code = first->code,
		.group = first->group, .stored = first->stored,
		.counted = first->counted,
	};

	for (const struct ext4bm_finding *it = first;
	     at < report->nr_findings && it->code == first->code &&
	     it->group == first->group; it++, at++) {
		found.findings++;
		found.difference += difference(it);
	}
	*ret_condition = found;
	return (size_t)found.findings;
}

bool conditions_known(const struct conditions *table, uint64_t filesystem,
		      const struct ext4bm_finding *finding)
{
	struct condition key = {
		.filesystem = filesystem, .code = finding->code,
		.group = finding->group,
	};
	size_t place = find_place(table, &key);

	return place < table->nr &&
	       !compare_keys(&table->list[place], &key) &&
	       table->list[place].asked &&
	       table->list[place].difference == difference(finding);
}

/* Return: what is to be told, or -1 if nothing is. */
static int renew(struct condition *old, const struct condition *found)
{
	int change = -1;

	if (old->undecided)
		change = CONDITION_STILL;
	if (old->difference != found->difference ||
	    old->findings != found->findings) {
		change = CONDITION_CHANGED;
		old->asked = false;
	}
	old->stored = found->stored;
	old->counted = found->counted;
	old->difference = found->difference;
	old->findings = found->findings;
	return change;
}

/* What was entered and not seen is cleared, or could not be looked at. */
static void sweep(struct conditions *table, uint64_t filesystem,
		  const struct ext4bm_report *report, conditions_fn *tell,
		  void *context)
{
	size_t i = first_of(table, filesystem);

	while (is_of(table, i, filesystem)) {
		struct condition *it = &table->list[i];

		if (!it->seen && was_looked_at(report, it)) {
			tell(context, CONDITION_CLEARED, it, NULL);
			remove_at(table, i);
			continue;
		}
		if (!it->seen && !it->undecided && !report->cancelled) {
			it->undecided = true;
			tell(context, CONDITION_UNDECIDED, it, NULL);
		}
		it->seen = false;
		i++;
	}
}

uint64_t conditions_enter(struct conditions *table, uint64_t filesystem,
			  const struct ext4bm_report *report,
			  const struct timespec *time, conditions_fn *tell,
			  void *context)
{
	uint64_t untracked = 0;
	struct condition found;

	for (size_t i = 0, nr; i < report->nr_findings; i += nr) {
		const struct ext4bm_finding *finding = &report->findings[i];
		int change = CONDITION_APPEARED;
		struct condition *it;
		size_t place;

		nr = gather(report, i, filesystem, &found);
		if (is_operational(finding) || finding->explained)
			continue;
		place = find_place(table, &found);
		it = &table->list[place];
		if (place < table->nr && !compare_keys(it, &found)) {
			change = renew(it, &found);
		} else if (table->nr == table->max) {
			untracked++;
			continue;
		} else {
			it = insert_at(table, place, &found);
			it->first_seen = *time;
		}
		it->last_seen = *time;
		it->checks++;
		it->undecided = false;
		it->asked |= report->owners != EXT4BM_OWNERS_NONE;
		it->seen = true;
		if (change >= 0)
			tell(context, (enum condition_change)change, it,
			     finding);
	}
	sweep(table, filesystem, report, tell, context);
	return untracked;
}

void conditions_unsure(struct conditions *table, uint64_t filesystem,
		       conditions_fn *tell, void *context)
{
	for (size_t i = first_of(table, filesystem);
	     is_of(table, i, filesystem); i++) {
		struct condition *it = &table->list[i];

		if (it->undecided)
			continue;
		it->undecided = true;
		tell(context, CONDITION_UNDECIDED, it, NULL);
	}
}

void conditions_drop(struct conditions *table, uint64_t filesystem,
		     conditions_fn *tell, void *context)
{
	size_t first = first_of(table, filesystem);

	while (is_of(table, first, filesystem)) {
		tell(context, CONDITION_GONE, &table->list[first], NULL);
		remove_at(table, first);
	}
}
