// SPDX-License-Identifier: GPL-2.0-only
/*
 * arguments.c --- read the arguments of options
 *
 * Decides what is a number, a word, a descriptor. The wording of complaints
 * is that of e2fsck(8), so that people find it.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "complain.h"
#include "groups.h"

const char *argument_option(const struct option_row *row)
{
	static char name[32];

	if (row->letter < 256)
		snprintf(name, sizeof(name), "-%c", row->letter);
	else
		snprintf(name, sizeof(name), "--%s", row->name);
	return name;
}

static int bad_number(const struct option_row *row, const char *text)
{
	return usage_error("Invalid non-numeric argument to %s (\"%s\")",
			   argument_option(row), text);
}

int argument_number(const struct option_row *row, const char *text,
		    uint64_t min, uint64_t max, uint64_t *ret_number)
{
	unsigned long long number;
	char *end;

	if (!isdigit((unsigned char)*text))
		return bad_number(row, text);
	errno = 0;
	number = strtoull(text, &end, 0);
	if (*end)
		return bad_number(row, text);
	if (errno || number < min || number > max)
		return usage_error("Argument to %s is out of range (\"%s\")",
				   argument_option(row), text);
	*ret_number = number;
	return 0;
}

int argument_seconds(const struct option_row *row, const char *text,
		     double *ret_seconds)
{
	size_t length = strspn(text, "0123456789.");
	double seconds;
	char *end;

	seconds = strtod(text, &end);
	if (!length || text[length] || *end || end == text)
		return bad_number(row, text);
	if (seconds < 0.01 || seconds > 3.2e10)
		return usage_error("Argument to %s is out of range (\"%s\")",
				   argument_option(row), text);
	*ret_seconds = seconds;
	return 0;
}

int argument_word(const struct option_row *row, const char *text,
		  const char *const words[], int *ret_word)
{
	for (int i = 0; words[i]; i++) {
		if (!strcmp(words[i], text)) {
			*ret_word = i;
			return 0;
		}
	}
	return usage_error("Invalid argument to %s (\"%s\")",
			   argument_option(row), text);
}

int argument_blocksize(const struct option_row *row, const char *text,
		       uint32_t *ret_size)
{
	uint64_t size = 0;
	int status = argument_number(row, text, 1024, 65536, &size);

	if (!status && (size & (size - 1)))
		status = usage_error("Block size is no power of two (\"%s\")",
				     text);
	if (!status)
		*ret_size = (uint32_t)size;
	return status;
}

int argument_groups(const char *text, struct options *options)
{
	struct ext4bm_range *ranges;
	const char *bad;
	int ret = groups_parse(text, &ranges, &options->check.nr_groups, &bad);

	if (ret == -ENOMEM)
		out_of_memory();
	if (ret)
		return usage_error("Invalid list of groups (\"%s\"), at \"%s\"",
				   text, bad);
	free((void *)options->check.groups);
	options->check.groups = ranges;
	return 0;
}

/*
 * A descriptor that is not open now would later be that of the device, so
 * it is tried with dup(), as e2fsck does.
 */
int argument_progress(const struct option_row *row, const char *text,
		      struct options *options)
{
	bool silent = *text == '-';
	uint64_t fd = 0;
	int status, copy;

	if (!isdigit((unsigned char)text[silent]))
		return bad_number(row, text);
	status = argument_number(row, text + silent, 0, INT_MAX, &fd);
	if (status)
		return status;
	copy = fd ? dup((int)fd) : 0;
	if (copy < 0)
		return usage_error("Invalid completion information file "
				   "descriptor %s: %s", text, strerror(errno));
	if (copy)
		close(copy);
	options->progress = true;
	options->progress_fd = (int)fd;
	options->progress_silent = silent;
	return 0;
}
