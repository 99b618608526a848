// SPDX-License-Identifier: GPL-2.0-only
/*
 * groups.c --- read a list of block groups
 *
 * Decides what a valid list is, and brings it into the order the library
 * wants. Whether the filesystem has such groups is not known here.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "groups.h"

/* EXT4BM_NO_GROUP is no group. */
#define LAST_GROUP (EXT4BM_NO_GROUP - 1)

static int parse_group(const char **text, uint64_t *ret_group)
{
	uint64_t group = 0;
	const char *at = *text;

	if (!isdigit((unsigned char)*at))
		return -EINVAL;
	for (; isdigit((unsigned char)*at); at++) {
		group = group * 10 + (uint64_t)(*at - '0');
		if (group > LAST_GROUP)
			return -EINVAL;
	}
	*text = at;
	*ret_group = group;
	return 0;
}

/* "8" or "8-12", followed by a comma or the end. */
static int parse_range(const char **text, struct ext4bm_range *ret_range)
{
	struct ext4bm_range range;
	const char *at = *text;

	if (parse_group(&at, &range.first))
		return -EINVAL;
	range.last = range.first;
	if (*at == '-') {
		at++;
		if (parse_group(&at, &range.last) || range.last < range.first)
			return -EINVAL;
	}
	if (*at && *at != ',')
		return -EINVAL;
	*text = at;
	*ret_range = range;
	return 0;
}

static int compare_ranges(const void *left, const void *right)
{
	const struct ext4bm_range *a = left;
	const struct ext4bm_range *b = right;

	return (a->first > b->first) - (a->first < b->first);
}

/* Sorts, then joins what overlaps or touches; returns what is left. */
static size_t merge_ranges(struct ext4bm_range *ranges, size_t count)
{
	size_t last = 0;

	qsort(ranges, count, sizeof(*ranges), compare_ranges);
	for (size_t i = 1; i < count; i++) {
		if (ranges[i].first > ranges[last].last + 1)
			ranges[++last] = ranges[i];
		else if (ranges[i].last > ranges[last].last)
			ranges[last].last = ranges[i].last;
	}
	return last + 1;
}

int groups_parse(const char *text, struct ext4bm_range **ret_ranges,
		 size_t *ret_count, const char **ret_bad)
{
	struct ext4bm_range *ranges;
	size_t count = 1;

	for (const char *at = text; *at; at++)
		count += *at == ',';
	ranges = calloc(count, sizeof(*ranges));
	if (!ranges)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		if (parse_range(&text, &ranges[i])) {
			free(ranges);
			*ret_bad = text;
			return -EINVAL;
		}
		text += *text == ',';
	}
	*ret_count = merge_ranges(ranges, count);
	*ret_ranges = ranges;
	return 0;
}
