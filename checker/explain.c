// SPDX-License-Identifier: GPL-2.0-only
/*
 * explain.c --- what the library knows, for reading (--explain)
 *
 * Findings and messages of the kernel. Adds nothing to the tables of the
 * library; only decides their form.
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

static void print_kind(const struct ext4bm_klog_entry *entry, int kind,
		       const struct color_set *colors)
{
	const struct ext4bm_kernel_fix *fix;
	char text[200];

	printf("%s%s%s (message of the kernel)\n", colors->bold, entry->name,
	       colors->end);
	print_field("What", entry->summary);
	*text = 0;
	for (unsigned int view = 1; view <= EXT4BM_VIEW_OWNERS; view <<= 1)
		if (entry->accuses & view)
			snprintf(text + strlen(text),
				 sizeof(text) - strlen(text), "%s%s",
				 *text ? ", " : "", ext4bm_view_name(view));
	print_field("Accuses", *text ? text : "no view");
	print_field("Proves", entry->proves);
	print_field("Open", entry->open);
	for (unsigned int i = 0;
	     (fix = ext4bm_klog_fix((enum ext4bm_klog_kind)kind, i)); i++) {
		snprintf(text, sizeof(text), "%s: %s%s%s", fix->name,
			 fix->summary, fix->fixed ? "; fixed in " : "",
			 fix->fixed ? fix->fixed : "");
		print_field("Known", text);
	}
	print_field("Next", entry->next);
}

/* What is no complaint is never shown, so nobody asks for it. */
static void list_kinds(void)
{
	for (int kind = 0; kind < EXT4BM_KLOG_NR_KINDS; kind++) {
		const struct ext4bm_klog_entry *entry =
			ext4bm_klog_catalogue((enum ext4bm_klog_kind)kind);

		if (*entry->next)
			printf("%-11s  %-24s  %s\n", "message", entry->name,
			       entry->summary);
	}
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
	list_kinds();
}

/* Return: false if there is neither a code nor a message of that name. */
static bool print_named(const char *name, const struct color_set *colors)
{
	int code = ext4bm_code_by_name(name);
	int kind = ext4bm_klog_kind_by_name(name);

	if (code >= 0)
		print_entry(ext4bm_catalogue((enum ext4bm_code)code), colors);
	else if (kind >= 0)
		print_kind(ext4bm_klog_catalogue((enum ext4bm_klog_kind)kind),
			   kind, colors);
	return code >= 0 || kind >= 0;
}

int explain(const struct options *options)
{
	const struct color_set *colors =
		color_set(color_wanted(options->color));

	if (!options->nr_codes)
		list(colors);
	for (int i = 0; i < options->nr_codes; i++) {
		if (i)
			putchar('\n');
		if (!strcmp(options->codes[i], "list"))
			list(colors);
		else if (!print_named(options->codes[i], colors))
			return usage_refuse("There is no code \"%s\"; see "
					    "--explain list",
					    options->codes[i]);
	}
	return EXT4BM_EXIT_CLEAN;
}
