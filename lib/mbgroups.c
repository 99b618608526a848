// SPDX-License-Identifier: LGPL-2.0-only
/*
 * mbgroups.c --- parse the lines of /proc/fs/ext4/DEV/mb_groups
 *
 * Pure. Goes by tokens, never by columns: a group number of six digits or a
 * large value moves the columns, and kernels from 3.10 to 7.1 differ in what
 * they print instead of counters when a group cannot be loaded.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "errtext.h"
#include "mbgroups.h"

static const char *skip_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

/* The next number at *@at, which is moved behind it. */
static bool take_number(const char **at, uint32_t *ret_number)
{
	const char *digit = skip_blanks(*at);
	uint64_t number = 0;

	if (*digit < '0' || *digit > '9')
		return false;
	for (; *digit >= '0' && *digit <= '9'; digit++) {
		number = 10 * number + (uint64_t)(*digit - '0');
		if (number > UINT32_MAX)
			return false;
	}
	*at = digit;
	*ret_number = (uint32_t)number;
	return true;
}

static bool take_signed(const char **at, int32_t *ret_number)
{
	uint32_t number;

	if (!take_number(at, &number))
		return false;
	*ret_number = (int32_t)number;
	return true;
}

static bool take_character(const char **at, char wanted)
{
	const char *start = skip_blanks(*at);

	if (*start != wanted)
		return false;
	*at = start + 1;
	return true;
}

static bool parse_counters(const char *at, struct e4_mbgroup *line)
{
	struct e4_counters *counters = &line->counters;

	if (!take_signed(&at, &counters->free) ||
	    !take_signed(&at, &counters->fragments) ||
	    !take_signed(&at, &counters->first) || !take_character(&at, '['))
		return false;
	for (int order = 0; order < E4_ORDERS; order++)
		if (!take_signed(&at, &counters->orders[order]))
			return false;
	if (!take_character(&at, ']'))
		return false;
	at = skip_blanks(at);
	line->corrupt = strncmp(at, "Block bitmap corrupted!", 23) == 0;
	return line->corrupt || *at == '\0' || *at == '\n';
}

static bool parse_error(const char *at, struct e4_mbgroup *line)
{
	line->errnum = e4_errtext_parse(skip_blanks(at));
	return line->errnum != 0;
}

int e4_mbgroups_parse(const char *text, struct e4_mbgroup *ret_line)
{
	struct e4_mbgroup line = { 0 };
	const char *at = skip_blanks(text);

	if (*at == '\0' || *at == '\n' || strncmp(at, "#group", 6) == 0)
		return 0;
	if (*at++ != '#' || !take_number(&at, &line.group) ||
	    !take_character(&at, ':'))
		return -EINVAL;
	if (!parse_counters(at, &line)) {
		memset(&line.counters, 0, sizeof(line.counters));
		line.corrupt = false;
		if (!parse_error(at, &line))
			return -EINVAL;
	}
	*ret_line = line;
	return 1;
}

void e4_mbgroups_format(const struct e4_mbgroup *line,
			char buf[E4_MBGROUPS_LINE])
{
	const struct e4_counters *it = &line->counters;
	size_t used;

	if (line->errnum) {
		snprintf(buf, E4_MBGROUPS_LINE, "#%-5u: error %d\n",
			 line->group, line->errnum);
		return;
	}
	used = (size_t)snprintf(buf, E4_MBGROUPS_LINE,
				"#%-5u: %-5u %-5u %-5u [", line->group,
				(uint32_t)it->free, (uint32_t)it->fragments,
				(uint32_t)it->first);
	for (int order = 0; order < E4_ORDERS; order++)
		used += (size_t)snprintf(buf + used, E4_MBGROUPS_LINE - used,
					 " %-5u", (uint32_t)it->orders[order]);
	snprintf(buf + used, E4_MBGROUPS_LINE - used, " ]%s\n",
		 line->corrupt ? " Block bitmap corrupted!" : "");
}

bool e4_mbgroups_equal(const struct e4_mbgroup *a, const struct e4_mbgroup *b)
{
	return a->group == b->group && a->corrupt == b->corrupt &&
	       a->errnum == b->errnum &&
	       memcmp(&a->counters, &b->counters, sizeof(a->counters)) == 0;
}
