// SPDX-License-Identifier: GPL-2.0-only
/*
 * explain.c --- the catalogue of findings, for reading (--explain)
 *
 * Adds nothing to the catalogue of the library; only decides its form.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "complain.h"
#include "explain.h"
#include "wrap.h"

#define INDENT 11
/* This is prose: it is broken in a file too. */
#define WIDTH 78

static unsigned int width(void)
{
	unsigned int columns = wrap_width(stdout);

	return columns && columns < WIDTH ? columns : WIDTH;
}

static void print_field(const char *name, const char *text)
{
	if (!text || !*text)
		return;
	printf("%-*s", INDENT, name);
	wrap_print(stdout, width(), INDENT, text);
}

static void print_entry(const struct ext4bm_catalogue_entry *entry,
			const struct color_set *colors)
{
	printf("%s%s%s (%s%s%s)\n", colors->bold, entry->name, colors->end,
	       colors->severity[entry->severity],
	       ext4bm_severity_name(entry->severity), colors->end);
	print_field("What", entry->summary);
	print_field("Stored", entry->stored);
	print_field("Counted", entry->counted);
	print_field("Where", ext4bm_unit_name(entry->unit));
	print_field("Proves", entry->proves);
	print_field("Next", entry->next);
	print_field("If above", entry->next_above);
	print_field("e2fsck", entry->e2fsck);
	if (entry->journal)
		print_field("Journal", entry->maintained ?
			    "a journal that was not replayed may explain it" :
			    "a journal that was not replayed explains it");
	if (entry->mounted)
		print_field("Mounted", entry->maintained ?
			    "reading a mounted device may explain it" :
			    "reading a mounted device explains it");
}

static void list(const struct color_set *colors)
{
	for (int code = 0; code < EXT4BM_NR_CODES; code++) {
		const struct ext4bm_catalogue_entry *entry =
			ext4bm_catalogue((enum ext4bm_code)code);

		printf("%s%-11s%s  %-24s  %s\n",
		       colors->severity[entry->severity],
		       ext4bm_severity_name(entry->severity), colors->end,
		       entry->name, entry->summary);
	}
}

int explain(const struct options *options)
{
	const struct color_set *colors =
		color_set(color_wanted(options->color));

	if (!options->nr_codes)
		list(colors);
	for (int i = 0; i < options->nr_codes; i++) {
		int code = ext4bm_code_by_name(options->codes[i]);

		if (i)
			putchar('\n');
		if (!strcmp(options->codes[i], "list"))
			list(colors);
		else if (code < 0)
			return usage_refuse("There is no code \"%s\"; see "
					    "--explain list",
					    options->codes[i]);
		else
			print_entry(ext4bm_catalogue((enum ext4bm_code)code),
				    colors);
	}
	return EXT4BM_EXIT_CLEAN;
}
