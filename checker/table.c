// SPDX-License-Identifier: GPL-2.0-only
/*
 * table.c --- the findings as a table
 *
 * One table of columns drives the header, --output and --help; libsmartcols
 * does the layout. A cell of a finding that has no such value is empty.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <libsmartcols.h>

#include "complain.h"
#include "names.h"
#include "ownercell.h"
#include "render.h"
#include "table.h"

#define CELL_SIZE 512

/* What a cell is made from, and where to; @plain if people read it. */
struct cell {
	const struct ext4bm_geometry *geo;
	const struct ext4bm_finding *finding;
	const struct ext4bm_catalogue_entry *entry;
	bool plain;
	char text[CELL_SIZE];
};

/**
 * struct column - one column
 * @name:	header, and its name in --output
 * @whint:	width hint of libsmartcols
 * @flags:	SCOLS_FL_*
 * @help:	what it holds
 * @fill:	writes the cell
 */
struct column {
	const char *name;
	double whint;
	int flags;
	const char *help;
	void (*fill)(struct cell *cell);
};

static void set(struct cell *cell, const char *text)
{
	snprintf(cell->text, sizeof(cell->text), "%s", text);
}

static void set_number(struct cell *cell, uint64_t number)
{
	snprintf(cell->text, sizeof(cell->text), "%" PRIu64, number);
}

static void fill_group(struct cell *cell)
{
	if (cell->finding->group != EXT4BM_NO_GROUP)
		set_number(cell, cell->finding->group);
}

static void fill_code(struct cell *cell)
{
	set(cell, cell->entry->name);
}

static void fill_severity(struct cell *cell)
{
	set(cell, ext4bm_severity_name(cell->entry->severity));
}

/* The allocator's counters are signed, and drift can make them negative. */
static void set_value(struct cell *cell, uint64_t value)
{
	if (cell->finding->code >= EXT4BM_BUDDY_LOST_UPDATE)
		snprintf(cell->text, sizeof(cell->text), "%" PRId64,
			 (int64_t)value);
	else
		set_number(cell, value);
}

static void fill_stored(struct cell *cell)
{
	set_value(cell, cell->finding->stored);
}

static void fill_counted(struct cell *cell)
{
	set_value(cell, cell->finding->counted);
}

static void fill_diff(struct cell *cell)
{
	int64_t difference = (int64_t)(cell->finding->stored -
				       cell->finding->counted);

	snprintf(cell->text, sizeof(cell->text), "%s%" PRId64,
		 difference > 0 ? "+" : "", difference);
}

static void fill_flags(struct cell *cell)
{
	for (const struct flag_name *it = flag_names; it->flag; it++) {
		if (!(cell->finding->flags & it->flag))
			continue;
		if (*cell->text)
			strcat(cell->text, ",");
		strcat(cell->text, it->name);
	}
}

static void fill_offset(struct cell *cell)
{
	if (cell->finding->offset != EXT4BM_NO_OFFSET)
		set_number(cell, cell->finding->offset);
}

/* "a-b,c", cut with "..." where the cell ends; never in the middle. */
static void append_range(struct cell *cell, struct ext4bm_range range)
{
	size_t used = strlen(cell->text);
	char *end = cell->text + used;
	size_t room = sizeof(cell->text) - used;

	if (room < 48) {
		if (end[-1] != '.')
			strcat(end, ",...");
		return;
	}
	end += snprintf(end, room, "%s%" PRIu64, used ? "," : "",
			range.first);
	if (range.last != range.first)
		snprintf(end, 22, "-%" PRIu64, range.last);
}

static void fill_ranges(struct cell *cell)
{
	const struct ext4bm_finding *finding = cell->finding;

	for (size_t i = 0; i < finding->nr_ranges; i++)
		append_range(cell, finding->ranges[i]);
}

static void fill_blocks(struct cell *cell)
{
	const struct ext4bm_finding *finding = cell->finding;

	if (cell->entry->unit == EXT4BM_UNIT_BLOCKS)
		fill_ranges(cell);
	if (cell->entry->unit != EXT4BM_UNIT_CLUSTERS)
		return;
	for (size_t i = 0; i < finding->nr_ranges; i++)
		append_range(cell,
			     ext4bm_cluster_blocks(cell->geo, finding->group,
						   finding->ranges[i]));
}

static void fill_unit(struct cell *cell)
{
	set(cell, ext4bm_unit_name(cell->entry->unit));
}

static void fill_item(struct cell *cell)
{
	set(cell, ext4bm_item_name(cell->finding->item));
}

static void fill_explained(struct cell *cell)
{
	set(cell, ext4bm_explanation_name(cell->finding->explained));
}

static void fill_text(struct cell *cell)
{
	ext4bm_finding_text(cell->geo, cell->finding, cell->text,
			    sizeof(cell->text));
}

static void fill_owners(struct cell *cell)
{
	owner_cell(cell->finding, cell->plain, cell->text,
		   sizeof(cell->text));
}

static const struct column columns[] = {
	{ "GROUP", 5, SCOLS_FL_RIGHT, "block group, empty for the whole",
	  fill_group },
	{ "CODE", 0.2, 0, "code of the finding", fill_code },
	{ "SEVERITY", 8, 0, "severity", fill_severity },
	{ "STORED", 8, SCOLS_FL_RIGHT, "stored value", fill_stored },
	{ "COUNTED", 8, SCOLS_FL_RIGHT, "counted value", fill_counted },
	{ "DIFF", 6, SCOLS_FL_RIGHT, "stored minus counted", fill_diff },
	{ "EXPLAINED", 9, 0, "what may explain it", fill_explained },
	{ "BLOCKS", 0.3, SCOLS_FL_TRUNC, "ranges of blocks", fill_blocks },
	{ "RANGES", 0.3, SCOLS_FL_TRUNC, "ranges in the unit of the code",
	  fill_ranges },
	{ "UNIT", 8, 0, "what RANGES counts", fill_unit },
	{ "FLAGS", 0.2, 0, "flags of the group descriptor", fill_flags },
	{ "OFFSET", 12, SCOLS_FL_RIGHT, "byte on the device", fill_offset },
	{ "ITEM", 12, 0, "fixed item of the group", fill_item },
	{ "OWNERS", 0.3, SCOLS_FL_TRUNC, "owners, with --owners or --paths",
	  fill_owners },
	{ "TEXT", 0.5, SCOLS_FL_TRUNC, "the finding in words", fill_text },
};

#define NR_COLUMNS (sizeof(columns) / sizeof(columns[0]))
#define USUAL "GROUP,CODE,SEVERITY,STORED,COUNTED,DIFF,EXPLAINED,BLOCKS"
/* A column may be named twice, but there is an end to it. */
#define MAX_CHOSEN 64

void table_help(void)
{
	puts("\nColumns of --output:");
	for (size_t i = 0; i < NR_COLUMNS; i++)
		printf("  %-11s %s\n", columns[i].name, columns[i].help);
	printf("The usual ones are %s.\n", USUAL);
	puts("With --owners, OWNERS is one of them.");
}

static const struct column *find_column(const char *name, size_t length)
{
	for (size_t i = 0; i < NR_COLUMNS; i++)
		if (strlen(columns[i].name) == length &&
		    !strncasecmp(columns[i].name, name, length))
			return &columns[i];
	return NULL;
}

/* Columns named in a list; *ret_bad is the first that does not exist. */
static size_t choose(const char *list, const struct column *chosen[MAX_CHOSEN],
		     const char **ret_bad)
{
	size_t count = 0;

	*ret_bad = NULL;
	while (count < MAX_CHOSEN) {
		size_t length = strcspn(list, ",");

		chosen[count] = find_column(list, length);
		if (!chosen[count]) {
			*ret_bad = list;
			return 0;
		}
		count++;
		if (!list[length])
			return count;
		list += length + 1;
	}
	*ret_bad = list;
	return 0;
}

int table_columns(const struct options *options)
{
	const struct column *chosen[MAX_CHOSEN];
	const char *bad;

	if (!options->columns || choose(options->columns, chosen, &bad))
		return 0;
	return usage_error("Unknown column \"%.*s\"", (int)strcspn(bad, ","),
			   bad);
}

static const char *usual_or_chosen(const struct options *options)
{
	if (options->columns)
		return options->columns;
	return options->check.owners ? USUAL ",OWNERS" : USUAL;
}

/* Raw rows and pairs are for programs. */
static bool is_plain(const struct options *options)
{
	return !options->raw && !options->pairs;
}

static void set_color(struct libscols_line *line, size_t number,
		      enum ext4bm_severity severity)
{
	scols_cell_set_color(scols_line_get_cell(line, number),
			     color_set(true)->severity[severity]);
}

static void add_finding(struct libscols_table *table,
			const struct column *const *chosen, size_t count,
			const struct result *result,
			const struct ext4bm_finding *finding)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	struct cell cell = { result->report->geometry, finding,
			     ext4bm_catalogue(finding->code),
			     is_plain(result->options), "" };

	if (!line)
		out_of_memory();
	for (size_t i = 0; i < count; i++) {
		*cell.text = 0;
		chosen[i]->fill(&cell);
		if (scols_line_set_data(line, i, cell.text))
			out_of_memory();
		if (result->color && chosen[i]->fill == fill_severity)
			set_color(line, i, cell.entry->severity);
	}
}

static struct libscols_table *new_table(const struct result *result,
					const struct column *const *chosen,
					size_t count)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		out_of_memory();
	scols_table_enable_raw(table, result->options->raw);
	scols_table_enable_export(table, result->options->pairs);
	scols_table_enable_colors(table, result->color);
	for (size_t i = 0; i < count; i++)
		if (!scols_table_new_column(table, chosen[i]->name,
					    chosen[i]->whint,
					    chosen[i]->flags))
			out_of_memory();
	return table;
}

/* Where a program reads rows, what is no row goes to stderr, or nowhere. */
void render_table(const struct result *result)
{
	const struct ext4bm_report *report = result->report;
	const struct options *options = result->options;
	const struct column *chosen[MAX_CHOSEN];
	bool plain = is_plain(options);
	struct libscols_table *table;
	const char *bad;
	size_t count;

	count = choose(usual_or_chosen(options), chosen, &bad);
	table = new_table(result, chosen, count);
	for (size_t i = 0; i < report->nr_findings; i++)
		add_finding(table, chosen, count, result,
			    &report->findings[i]);
	if (plain)
		render_verdict(result);
	if (plain && report->nr_findings)
		putchar('\n');
	scols_print_table(table);
	scols_unref_table(table);
	if (report->dropped)
		fprintf(stderr, "%s: %" PRIu64 " more findings were only "
			"counted (--max-findings keeps more)\n", program_name,
			report->dropped);
}
