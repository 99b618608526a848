// SPDX-License-Identifier: LGPL-2.0-only
/*
 * pattern.c --- what the groups of one finding code have in common
 *
 * One drift is an accident, thirty of them in every sixteenth group are a
 * message: a descriptor block was lost below the filesystem, or a whole
 * flex_bg was written by somebody else. Pure: works on the report alone.
 */
#include "config.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pattern.h"

static void begin(struct ext4bm_pattern *pattern,
		  const struct ext4bm_finding *finding)
{
	*pattern = (struct ext4bm_pattern){
		.code = finding->code,
		.groups = 1,
		.first = finding->group,
		.last = finding->group,
		.same_stored = true,
		.stored = finding->stored,
		.same_difference = true,
		.difference = (int64_t)(finding->stored - finding->counted),
		.one_flex_bg = true,
		.every_flex_bg = true,
		.one_gd_block = true,
	};
}

static void extend(struct ext4bm_pattern *pattern,
		   const struct ext4bm_geometry *geo,
		   const struct ext4bm_finding *finding)
{
	uint32_t flex = geo->flex_groups;
	uint32_t per_block = geo->block_size / geo->desc_size;
	uint32_t step = finding->group - pattern->last;

	if (pattern->groups == 1)
		pattern->step = step;
	else if (pattern->step != step)
		pattern->step = 0;
	pattern->same_stored &= finding->stored == pattern->stored;
	pattern->same_difference &=
		(int64_t)(finding->stored - finding->counted) ==
		pattern->difference;
	pattern->one_flex_bg &= finding->group / flex == pattern->first / flex;
	pattern->every_flex_bg &= finding->group % flex ==
				  pattern->first % flex;
	pattern->one_gd_block &= finding->group / per_block ==
				 pattern->first / per_block;
	pattern->groups++;
	pattern->last = finding->group;
}

bool e4_pattern_find(const struct ext4bm_report *report, enum ext4bm_code code,
		     struct ext4bm_pattern *ret_pattern)
{
	const struct ext4bm_geometry *geo = report->geometry;
	struct ext4bm_pattern pattern = { 0 };

	for (size_t i = 0; i < report->nr_findings; i++) {
		const struct ext4bm_finding *finding = &report->findings[i];

		if (finding->code != code ||
		    finding->group == EXT4BM_NO_GROUP)
			continue;
		if (pattern.groups == 0)
			begin(&pattern, finding);
		else if (finding->group != pattern.last)
			extend(&pattern, geo, finding);
	}
	if (pattern.groups < 2)
		return false;
	if (geo->flex_groups == 1 || geo->flex_groups >= geo->groups)
		pattern.one_flex_bg = pattern.every_flex_bg = false;
	/* That all lie in the only block there is says nothing. */
	if (geo->desc_blocks == 1)
		pattern.one_gd_block = false;
	*ret_pattern = pattern;
	return true;
}

struct text {
	char *buf;
	size_t size;
	size_t len;
};

__attribute__((format(printf, 2, 3)))
static void say(struct text *text, const char *format, ...)
{
	size_t left = text->len < text->size ? text->size - text->len : 0;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(left ? text->buf + text->len : NULL, left, format,
			args);
	va_end(args);
	if (len > 0)
		text->len += (size_t)len;
}

static void say_places(struct text *text, const struct ext4bm_report *report,
		       const struct ext4bm_pattern *pattern)
{
	if (pattern->step == 1)
		say(text, "%" PRIu32 " neighbouring groups, %" PRIu32
		    " to %" PRIu32, pattern->groups, pattern->first,
		    pattern->last);
	else if (pattern->every_flex_bg)
		say(text, "%" PRIu32 " groups, each number %" PRIu32
		    " of its flex_bg of %" PRIu32, pattern->groups,
		    pattern->first % report->geometry->flex_groups,
		    report->geometry->flex_groups);
	else if (pattern->step && pattern->groups > 2)
		say(text, "%" PRIu32 " groups, every %" PRIu32
		    " from %" PRIu32 " on", pattern->groups, pattern->step,
		    pattern->first);
	else if (pattern->one_flex_bg)
		say(text, "%" PRIu32 " groups, all in the flex_bg of group %"
		    PRIu32, pattern->groups,
		    pattern->first - pattern->first %
		    report->geometry->flex_groups);
	else if (pattern->one_gd_block)
		say(text, "%" PRIu32 " groups, all described by one block of "
		    "the descriptor table", pattern->groups);
}

size_t ext4bm_pattern_text(const struct ext4bm_report *report,
			   const struct ext4bm_pattern *pattern,
			   char *buf, size_t size)
{
	struct text text = { buf, size, 0 };
	bool counts = pattern->code == EXT4BM_GD_FREE_CLUSTERS ||
		      pattern->code == EXT4BM_GD_FREE_INODES;

	if (size)
		buf[0] = '\0';
	/* That neighbours are neighbours is not worth a line of its own. */
	if (pattern->step == 1 && !(counts && pattern->same_stored))
		return 0;
	say_places(&text, report, pattern);
	if (text.len == 0 || !counts)
		return text.len;
	if (pattern->same_stored)
		say(&text, ", all storing %" PRIu64, pattern->stored);
	else if (pattern->same_difference)
		say(&text, ", all off by %" PRId64, pattern->difference);
	/* What the drivers below ext4 lose, they lose in whole blocks. */
	if (pattern->every_flex_bg && pattern->groups > 2)
		say(&text, "; such a row points at writes lost below the "
		    "filesystem, not at the allocator");
	return text.len;
}
