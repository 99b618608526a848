// SPDX-License-Identifier: LGPL-2.0-only
/*
 * finding.c --- a growing list of findings
 *
 * Running out of memory is remembered in the list and not returned from every
 * comparison, so that the comparisons can read as what they compare.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"

static struct ext4bm_finding *slot(struct e4_findings *findings)
{
	if (findings->nr == findings->room) {
		size_t room = findings->room ? 2 * findings->room : 16;
		struct ext4bm_finding *list =
			reallocarray(findings->list, room, sizeof(*list));

		if (!list)
			return NULL;
		findings->list = list;
		findings->room = room;
	}
	return &findings->list[findings->nr];
}

struct ext4bm_finding *e4_findings_add(struct e4_findings *findings,
				       enum ext4bm_code code, uint32_t group)
{
	static _Thread_local struct ext4bm_finding spare;
	struct ext4bm_finding *finding = slot(findings);

	if (finding) {
		findings->nr++;
	} else {
		findings->failed = true;
		finding = &spare;
	}
	memset(finding, 0, sizeof(*finding));
	finding->code = code;
	finding->group = group;
	finding->other_group = EXT4BM_NO_GROUP;
	finding->offset = EXT4BM_NO_OFFSET;
	return finding;
}

/* Ranges are allocated in powers of two: full at 1, 2, 4, ... of them. */
static bool is_full(size_t nr)
{
	return (nr & (nr - 1)) == 0;
}

void e4_finding_range(struct e4_findings *findings, uint64_t first,
		      uint64_t last)
{
	struct ext4bm_finding *finding;

	if (findings->failed || findings->nr == 0)
		return;
	finding = &findings->list[findings->nr - 1];
	if (finding->nr_ranges == E4_MAX_RANGES) {
		finding->ranges_cut = true;
		return;
	}
	if (is_full(finding->nr_ranges)) {
		size_t room = finding->nr_ranges ? 2 * finding->nr_ranges : 1;
		struct ext4bm_range *ranges =
			reallocarray(finding->ranges, room, sizeof(*ranges));

		if (!ranges) {
			findings->failed = true;
			return;
		}
		finding->ranges = ranges;
	}
	finding->ranges[finding->nr_ranges++] =
		(struct ext4bm_range){ first, last };
}

void e4_finding_clear(struct ext4bm_finding *finding)
{
	free(finding->ranges);
	for (size_t i = 0; i < finding->nr_owners; i++)
		free(finding->owners[i].path);
	free(finding->owners);
}

void e4_findings_move(struct e4_findings *to, struct e4_findings *from,
		      uint64_t most)
{
	size_t moved = 0;

	while (moved < from->nr && moved < most) {
		struct ext4bm_finding *place = slot(to);

		if (!place) {
			to->failed = true;
			break;
		}
		*place = from->list[moved++];
		to->nr++;
		if (to->nr_ranges + place->nr_ranges > E4_MAX_ALL_RANGES) {
			free(place->ranges);
			place->ranges = NULL;
			place->nr_ranges = 0;
			place->ranges_cut = true;
		}
		to->nr_ranges += place->nr_ranges;
	}
	for (size_t i = moved; i < from->nr; i++)
		e4_finding_clear(&from->list[i]);
	to->failed |= from->failed;
	free(from->list);
	memset(from, 0, sizeof(*from));
}

void e4_findings_split(struct e4_findings *from, struct e4_findings *to)
{
	struct e4_findings left = { .failed = from->failed };
	struct e4_findings moved = { 0 };

	for (size_t i = 0; i < from->nr; i++) {
		struct e4_findings *list =
			from->list[i].explained ? &moved : &left;
		struct ext4bm_finding *place = slot(list);

		if (!place) {
			free(from->list[i].ranges);
			list->failed = true;
			continue;
		}
		*place = from->list[i];
		list->nr++;
	}
	free(from->list);
	*from = left;
	e4_findings_move(to, &moved, UINT64_MAX);
}

bool e4_finding_above(const struct ext4bm_finding *finding)
{
	return finding->code < EXT4BM_BUDDY_LOST_UPDATE ?
	       finding->stored > finding->counted :
	       (int64_t)finding->stored > (int64_t)finding->counted;
}

bool e4_finding_doubtful(const struct ext4bm_finding *finding)
{
	return (finding->code == EXT4BM_BLOCK_BITMAP_UNREADABLE ||
		finding->code == EXT4BM_INODE_BITMAP_UNREADABLE) &&
	       finding->errnum == EBADMSG;
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static uint64_t first_of(const struct ext4bm_finding *finding)
{
	return finding->nr_ranges ? finding->ranges[0].first : 0;
}

static int compare_findings(const void *a, const void *b)
{
	const struct ext4bm_finding *x = a;
	const struct ext4bm_finding *y = b;
	/* The whole filesystem sorts before group 0. */
	int order = compare_numbers(x->group + 1U, y->group + 1U);

	if (!order)
		order = compare_numbers(x->code, y->code);
	if (!order)
		order = compare_numbers(x->item, y->item);
	if (!order)
		order = compare_numbers(x->other_group, y->other_group);
	if (!order)
		order = compare_numbers(x->other_item, y->other_item);
	if (!order)
		order = compare_numbers(x->explained, y->explained);
	if (!order)
		order = compare_numbers(first_of(x), first_of(y));
	return order;
}

void e4_findings_sort(struct e4_findings *findings)
{
	if (findings->nr > 1)
		qsort(findings->list, findings->nr, sizeof(*findings->list),
		      compare_findings);
}

void e4_findings_free(struct e4_findings *findings)
{
	for (size_t i = 0; i < findings->nr; i++)
		e4_finding_clear(&findings->list[i]);
	free(findings->list);
	memset(findings, 0, sizeof(*findings));
}
