// SPDX-License-Identifier: LGPL-2.0-only
/*
 * record.c --- what the kernel remembers about errors
 *
 * ext4 keeps the number of errors since the last e2fsck in the superblock,
 * with time and place of the first and the last one, and shows them in
 * /sys/fs/ext4/DEV. A record may be years old, so it is never a difference
 * by itself: it says where somebody should look.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

/* A line of the record; false where this kernel does not show it. */
static bool read_line(const struct e4_source *source, const char *which,
		      const char *field, char *line, size_t size)
{
	char name[40];

	snprintf(name, sizeof(name), "%s_error_%s", which, field);
	return source->ops->attribute(source->context, name, line, size) == 0;
}

static uint64_t read_number(const struct e4_source *source, const char *which,
			    const char *field)
{
	char line[32];

	return read_line(source, which, field, line, sizeof(line)) ?
	       strtoull(line, NULL, 10) : 0;
}

/* A function's name in C: where another comes from, it drives no terminal. */
static void read_function(const struct e4_source *source, const char *which,
			  char *function, size_t size)
{
	if (!read_line(source, which, "func", function, size))
		function[0] = '\0';
	for (char *at = function; *at; at++)
		if (*at < '!' || *at > '~')
			*at = '?';
}

static void read_error(const struct e4_source *source, const char *which,
		       struct ext4bm_kernel_error *error)
{
	memset(error, 0, sizeof(*error));
	error->time = (int64_t)read_number(source, which, "time");
	error->line = (uint32_t)read_number(source, which, "line");
	error->inode = (uint32_t)read_number(source, which, "ino");
	error->block = read_number(source, which, "block");
	error->error = (int)read_number(source, which, "errcode");
	read_function(source, which, error->function, sizeof(error->function));
}

int64_t e4_record_count(const struct e4_source *source)
{
	char line[32];

	if (source->ops->attribute(source->context, "errors_count", line,
				   sizeof(line)) < 0)
		return -1;
	return strtoll(line, NULL, 10);
}

void e4_record_add(const struct e4_source *source, int64_t before,
		   struct ext4bm_kernel_record *record,
		   struct e4_findings *findings)
{
	int64_t now = e4_record_count(source);
	struct ext4bm_finding *finding;

	memset(record, 0, sizeof(*record));
	if (now <= 0)
		return;
	record->errors = (uint64_t)now;
	if (before >= 0 && before < now)
		record->during = (uint64_t)(now - before);
	read_error(source, "first", &record->first);
	read_error(source, "last", &record->last);
	finding = e4_findings_add(findings, EXT4BM_KERNEL_ERROR_RECORD,
				  EXT4BM_NO_GROUP);
	finding->stored = record->errors;
	finding->counted = record->during;
}
