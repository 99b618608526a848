// SPDX-License-Identifier: GPL-2.0-only
/*
 * json.c --- the report for programs
 *
 * Decides the outline of the document and streams it: each finding is an
 * object of its own that is printed and freed, so that memory stays flat
 * whatever their number. A finding is one line in both forms.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "complain.h"
#include "jsonprint.h"
#include "members.h"
#include "names.h"
#include "render.h"

static struct json_object *number_or_null(uint64_t number, uint64_t none)
{
	return number == none ? NULL : json_object_new_uint64(number);
}

static struct json_object *flags(uint16_t bits)
{
	struct json_object *array = json_object_new_array();

	for (const struct flag_name *it = flag_names; it->flag; it++)
		if (bits & it->flag)
			json_object_array_add(array,
				json_object_new_string(it->name));
	return array;
}

static struct json_object *pair(struct ext4bm_range range)
{
	struct json_object *array = json_object_new_array();

	json_object_array_add(array, json_object_new_uint64(range.first));
	json_object_array_add(array, json_object_new_uint64(range.last));
	return array;
}

static void add_ranges(struct json_object *object,
		       const struct ext4bm_geometry *geo,
		       const struct ext4bm_finding *finding)
{
	enum ext4bm_unit unit = ext4bm_catalogue(finding->code)->unit;
	struct json_object *ranges, *blocks;

	if (unit == EXT4BM_UNIT_NONE)
		return;
	ranges = json_object_new_array();
	blocks = json_object_new_array();
	for (size_t i = 0; i < finding->nr_ranges; i++) {
		struct ext4bm_range range = finding->ranges[i];

		json_object_array_add(ranges, pair(range));
		if (unit == EXT4BM_UNIT_CLUSTERS)
			json_object_array_add(blocks,
				pair(ext4bm_cluster_blocks(geo, finding->group,
							   range)));
	}
	json_object_object_add(object, ext4bm_unit_name(unit), ranges);
	if (unit == EXT4BM_UNIT_CLUSTERS)
		json_object_object_add(object, "blocks", blocks);
	else
		json_object_put(blocks);
}

/* Which way a stored count is off; other codes have no direction. */
static const char *direction(const struct ext4bm_finding *finding)
{
	switch (finding->code) {
	case EXT4BM_GD_FREE_CLUSTERS:
	case EXT4BM_GD_FREE_INODES:
	case EXT4BM_SB_FREE_BLOCKS:
	case EXT4BM_SB_FREE_INODES:
	case EXT4BM_SB_GD_FREE_BLOCKS:
	case EXT4BM_SB_GD_FREE_INODES:
		return finding->stored < finding->counted ?
		       "stored-below-counted" : "stored-above-counted";
	default:
		return NULL;
	}
}

/* Where the group is, for who wants to look at it with other tools. */
static struct json_object *group_blocks(const struct ext4bm_geometry *geo,
					uint32_t group)
{
	struct ext4bm_range all;

	if (group >= geo->groups || !geo->block_size)
		return NULL;
	all.first = 0;
	all.last = ext4bm_group_clusters(geo, group) - 1;
	return pair(ext4bm_cluster_blocks(geo, group, all));
}

/* The allocator's counters are signed, and drift can make them negative. */
static struct json_object *value(enum ext4bm_code code, uint64_t number)
{
	bool is_signed = code >= EXT4BM_BUDDY_LOST_UPDATE;

	return is_signed ? json_object_new_int64((int64_t)number)
			 : json_object_new_uint64(number);
}

static struct json_object *kernel_error(const struct ext4bm_kernel_error *it)
{
	struct json_object *object = json_object_new_object();
	const char *name = ext4bm_kernel_error_name(it->error);

	json_object_object_add(object, "time", it->time ?
			       json_object_new_int64(it->time) : NULL);
	add_text(object, "function", it->function[0] ? it->function : NULL);
	add_number(object, "line", it->line);
	json_object_object_add(object, "inode", number_or_null(it->inode, 0));
	json_object_object_add(object, "block", number_or_null(it->block, 0));
	add_text(object, "error", *name ? name : NULL);
	return object;
}

static void add_record(struct json_object *object,
		       const struct ext4bm_kernel_record *record)
{
	if (!record)
		return;
	json_object_object_add(object, "first_error",
			       kernel_error(&record->first));
	json_object_object_add(object, "last_error",
			       kernel_error(&record->last));
}

static struct json_object *owner(const struct ext4bm_owner *it)
{
	struct json_object *object = json_object_new_object();
	bool fixed = it->claim == EXT4BM_CLAIM_FIXED;
	struct ext4bm_range blocks = { it->block, it->block + it->count - 1 };
	struct ext4bm_range logical = {
		it->logical, it->logical + it->count - 1
	};

	json_object_object_add(object, "inode", fixed ? NULL :
			       json_object_new_uint64(it->inode));
	add_text(object, "type", fixed ? NULL : ext4bm_file_type(it->mode));
	add_path(object, "path", it->path);
	add_text(object, "nameless", it->nameless ?
		 ext4bm_nameless_name(it->nameless) : NULL);
	add_text(object, "claim", it->claim ?
		 ext4bm_claim_name(it->claim) : NULL);
	add_text(object, "item", fixed ? ext4bm_item_name(it->item) : NULL);
	json_object_object_add(object, "group", fixed ?
			       json_object_new_uint64(it->group) : NULL);
	json_object_object_add(object, "blocks",
			       it->count ? pair(blocks) : NULL);
	json_object_object_add(object, "logical",
			       it->count && it->logical != EXT4BM_NO_LOGICAL ?
			       pair(logical) : NULL);
	return object;
}

/*
 * Null where nobody was asked, which is not the same as nobody. While it is
 * mounted, it is only asked whose clusters are in danger.
 */
static void add_owners(struct json_object *object,
		       const struct ext4bm_report *report,
		       const struct ext4bm_finding *it)
{
	bool known = it->right != EXT4BM_RIGHT_UNKNOWN;
	struct json_object *array = NULL;

	if (report->owners && (it->asked || !report->live)) {
		array = json_object_new_array();
		for (size_t i = 0; i < it->nr_owners; i++)
			json_object_array_add(array, owner(&it->owners[i]));
	}
	add_text(object, "right", known ? ext4bm_right_name(it->right) : NULL);
	json_object_object_add(object, "owned", known ?
			       json_object_new_uint64(it->owned) : NULL);
	json_object_object_add(object, "owners", array);
	add_bool(object, "owners_cut", it->owners_cut);
}

static void fill_finding(struct json_object *object,
			 const struct ext4bm_report *report,
			 const struct ext4bm_finding *it)
{
	const struct ext4bm_geometry *geo = report->geometry;
	const struct ext4bm_catalogue_entry *entry =
		ext4bm_catalogue(it->code);
	bool other = it->code == EXT4BM_GD_OVERLAP ||
		     it->code == EXT4BM_GD_BACKUP;
	char text[512];

	ext4bm_finding_text(geo, it, text, sizeof(text));
	add_text(object, "code", entry->name);
	add_text(object, "severity",
		 ext4bm_severity_name(entry->severity));
	json_object_object_add(object, "group",
			       number_or_null(it->group, EXT4BM_NO_GROUP));
	json_object_object_add(object, "group_blocks",
			       group_blocks(geo, it->group));
	json_object_object_add(object, "stored",
			       value(it->code, it->stored));
	json_object_object_add(object, "counted",
			       value(it->code, it->counted));
	add_text(object, "direction", direction(it));
	json_object_object_add(object, "offset",
			       number_or_null(it->offset, EXT4BM_NO_OFFSET));
	json_object_object_add(object, "flags", flags(it->flags));
	add_text(object, "item",
		 it->item ? ext4bm_item_name(it->item) : NULL);
	add_text(object, "other_item", it->other_item ?
		 ext4bm_item_name(it->other_item) : NULL);
	json_object_object_add(object, "other_group", other ?
			       number_or_null(it->other_group,
					      EXT4BM_NO_GROUP) : NULL);
	add_text(object, "explained",
		 ext4bm_explanation_name(it->explained));
	add_text(object, "verdict", it->verdict ?
		 ext4bm_live_verdict_name(it->verdict) : NULL);
	json_object_object_add(object, "errno",
			       number_or_null((uint64_t)it->errnum, 0));
	add_ranges(object, geo, it);
	add_bool(object, "ranges_cut", it->ranges_cut);
	add_owners(object, report, it);
	add_record(object, it->record);
	add_text(object, "text", text);
}

static void print_document(const struct result *result)
{
	const struct ext4bm_report *report = result->report;
	const char *separator = "\n";

	puts("{");
	json_print_member("ext4bmcheck", member_program());
	json_print_member("target", member_target(result->options,
						  result->target));
	json_print_member("geometry", member_geometry(report->geometry));
	json_print_member("views", member_views(result));
	json_print_member("summary", member_summary(report));
	fputs("  \"findings\": [", stdout);
	for (size_t i = 0; i < report->nr_findings; i++) {
		struct json_object *finding =
			member_finding(report, &report->findings[i]);

		printf("%s    %s", separator,
		       json_object_to_json_string_ext(finding, JSON_ONE_LINE));
		json_object_put(finding);
		separator = ",\n";
	}
	printf("%s],\n  \"exit\": %d\n}\n", report->nr_findings ? "\n  " : "",
	       result->exit);
}

struct json_object *member_finding(const struct ext4bm_report *report,
				   const struct ext4bm_finding *finding)
{
	struct json_object *object = json_object_new_object();

	fill_finding(object, report, finding);
	return object;
}

static void print_lines(const struct result *result)
{
	const struct ext4bm_report *report = result->report;
	struct json_object *line = json_typed("header");

	json_object_object_add(line, "ext4bmcheck", member_program());
	json_object_object_add(line, "target", member_target(result->options,
						     result->target));
	json_object_object_add(line, "geometry",
			       member_geometry(report->geometry));
	json_object_object_add(line, "views", member_views(result));
	json_print_line(line);
	for (size_t i = 0; i < report->nr_findings; i++) {
		line = json_typed("finding");
		fill_finding(line, report, &report->findings[i]);
		json_print_line(line);
	}
	line = json_typed("summary");
	json_object_object_add(line, "summary", member_summary(report));
	json_object_object_add(line, "exit",
			       json_object_new_int(result->exit));
	json_print_line(line);
}

void render_json(const struct result *result)
{
	if (result->options->format == FORMAT_JSON_LINES)
		print_lines(result);
	else
		print_document(result);
}

void render_json_error(const struct options *options, int errnum,
		       const char *text, const char *detail, int exit)
{
	bool lines = options->format == FORMAT_JSON_LINES;
	struct json_object *object = lines ? json_typed("error")
					   : json_object_new_object();
	struct json_object *target = json_object_new_object();
	struct json_object *error = json_object_new_object();

	add_text(target, "name", options->device);
	json_object_object_add(error, "errno", json_object_new_int(errnum));
	add_text(error, "text", text);
	add_text(error, "detail", *detail ? detail : NULL);
	json_object_object_add(object, "ext4bmcheck", member_program());
	json_object_object_add(object, "target", target);
	json_object_object_add(object, "error", error);
	json_object_object_add(object, "exit", json_object_new_int(exit));
	puts(json_object_to_json_string_ext(object, lines ? JSON_ONE_LINE :
					    JSON_INDENTED));
	json_object_put(object);
}
