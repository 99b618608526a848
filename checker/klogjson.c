// SPDX-License-Identifier: GPL-2.0-only
/*
 * klogjson.c --- a kernel log, explained for programs
 *
 * The messages are the array "klog", each with its explanation and its
 * verdict; the reports of the checks that the verdicts rest on are documents
 * of their own in the array "reports".
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "finish.h"
#include "jsonprint.h"
#include "klog.h"
#include "members.h"

static void add_optional(struct json_object *object, const char *key,
			 uint64_t number, uint64_t none)
{
	json_object_object_add(object, key, number == none ? NULL :
			       json_object_new_uint64(number));
}

static void add_optional_text(struct json_object *object, const char *key,
			      const char *text)
{
	add_text(object, key, *text ? text : NULL);
}

static struct json_object *views(unsigned int accused)
{
	struct json_object *array = json_object_new_array();

	for (unsigned int view = 1; view <= EXT4BM_VIEW_OWNERS; view <<= 1)
		if (accused & view)
			json_object_array_add(array, json_object_new_string(
						ext4bm_view_name(view)));
	return array;
}

static struct json_object *values(const struct ext4bm_klog_message *message)
{
	struct json_object *object = json_object_new_object();

	for (size_t i = 0; i < message->nr_values; i++)
		json_object_object_add(object, message->values[i].name,
				       json_object_new_int64(
						message->values[i].value));
	return object;
}

static struct json_object *fixes(const struct ext4bm_klog_item *item)
{
	struct json_object *array = json_object_new_array();
	const struct ext4bm_kernel_fix *fix;

	for (unsigned int i = 0;
	     (fix = ext4bm_klog_fix(item->message.kind, i)); i++) {
		struct json_object *object = json_object_new_object();
		const char *reason;
		enum ext4bm_fix_state state =
			ext4bm_fix_judge(fix, item->kernel, &reason);

		add_text(object, "name", fix->name);
		add_text(object, "commit", fix->commit);
		add_text(object, "summary", fix->summary);
		add_text(object, "fixed_in", fix->fixed);
		add_text(object, "state", ext4bm_fix_state_name(state));
		add_text(object, "reason", reason);
		json_object_array_add(array, object);
	}
	return array;
}

static void add_message(struct json_object *object,
			const struct ext4bm_klog_item *item)
{
	const struct ext4bm_klog_message *message = &item->message;

	add_text(object, "kind", ext4bm_klog_catalogue(message->kind)->name);
	add_text(object, "level", ext4bm_klog_level_name(message->level));
	add_optional_text(object, "device", message->device);
	add_optional(object, "group", item->group, EXT4BM_NO_GROUP);
	add_optional(object, "block", message->block, EXT4BM_KLOG_NONE);
	add_optional(object, "inode", message->inode, 0);
	add_optional(object, "errno", (uint64_t)message->errnum, 0);
	json_object_object_add(object, "values", values(message));
	add_optional_text(object, "function", message->function);
	add_optional(object, "line", message->line, 0);
	add_optional_text(object, "comm", message->comm);
	add_text(object, "text", message->text);
	add_number(object, "count", item->count);
	add_optional_text(object, "first", message->when);
	add_optional_text(object, "last", item->last);
	add_optional_text(object, "kernel", item->kernel);
	add_optional_text(object, "uuid", item->uuid);
	add_bool(object, "earlier", item->earlier);
}

static void add_explanation(struct json_object *object,
			    const struct ext4bm_klog_item *item)
{
	const struct ext4bm_klog_entry *entry =
		ext4bm_klog_catalogue(item->message.kind);

	add_text(object, "summary", entry->summary);
	json_object_object_add(object, "accuses", views(
			       ext4bm_klog_accuses(&item->message)));
	add_bool(object, "blind_spot", entry->blind);
	add_text(object, "proves", entry->proves);
	add_text(object, "open", entry->open);
	json_object_object_add(object, "fixes", fixes(item));
	add_text(object, "next", entry->next);
	add_text(object, "verdict", ext4bm_klog_verdict_name(item->verdict));
	add_text(object, "now", item->now);
}

static struct json_object *source(const struct klog_result *result)
{
	const struct ext4bm_klog_info *log = result->log;
	struct json_object *object = json_object_new_object();

	add_text(object, "name", result->source);
	add_optional_text(object, "host", log->host);
	add_optional_text(object, "kernel", log->kernel);
	add_number(object, "lines", log->lines);
	add_number(object, "messages", log->messages);
	add_number(object, "others", log->others);
	add_number(object, "dropped", log->dropped);
	add_number(object, "lost", log->lost);
	add_number(object, "unread", log->unread);
	return object;
}

static struct json_object *devices(const struct klog_result *result)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < result->nr_looks; i++) {
		const struct klook *look = &result->looks[i];
		struct json_object *object = json_object_new_object();

		add_text(object, "name", look->name);
		add_optional_text(object, "path", look->path);
		add_bool(object, "looked_at", look->report != NULL);
		add_optional_text(object, "reason", look->reason);
		json_object_array_add(array, object);
	}
	return array;
}

static struct json_object *summary(const struct klog_result *result)
{
	struct json_object *object = json_object_new_object();
	enum ext4bm_klog_verdict verdict;
	char text[600];

	verdict = klog_verdict(result, text, sizeof(text));
	add_text(object, "verdict", result->log->nr_items ?
		 ext4bm_klog_verdict_name(verdict) : NULL);
	add_text(object, "text", text);
	json_object_object_add(object, "devices", devices(result));
	return object;
}

static struct json_object *message(const struct ext4bm_klog_item *item)
{
	struct json_object *object = json_object_new_object();

	add_message(object, item);
	add_explanation(object, item);
	return object;
}

/* Each is a document of its own, as a check of that device alone prints it. */
static void print_reports(const struct klog_result *result,
			  const char *separator)
{
	bool any = false;

	for (size_t i = 0; i < result->nr_looks; i++) {
		const struct klook *look = &result->looks[i];

		if (!look->report)
			continue;
		fputs(any ? separator : "", stdout);
		any = true;
		finish_report(result->options, &look->shown, look->report);
	}
}

static void print_document(const struct klog_result *result)
{
	const struct ext4bm_klog_info *log = result->log;
	const char *separator = "\n";

	puts("{");
	json_print_member("ext4bmcheck", member_program());
	json_print_member("source", source(result));
	json_print_member("summary", summary(result));
	fputs("  \"klog\": [", stdout);
	for (size_t i = 0; i < log->nr_items; i++) {
		struct json_object *object = message(log->items[i]);

		printf("%s    %s", separator,
		       json_object_to_json_string_ext(object, JSON_ONE_LINE));
		json_object_put(object);
		separator = ",\n";
	}
	printf("%s],\n  \"reports\": [\n", log->nr_items ? "\n  " : "");
	print_reports(result, ",\n");
	printf("  ],\n  \"exit\": %d\n}\n", result->exit);
}

static void print_lines(const struct klog_result *result)
{
	struct json_object *line = json_typed("klog-source");

	json_object_object_add(line, "ext4bmcheck", member_program());
	json_object_object_add(line, "source", source(result));
	json_print_line(line);
	for (size_t i = 0; i < result->log->nr_items; i++) {
		line = json_typed("klog");
		add_message(line, result->log->items[i]);
		add_explanation(line, result->log->items[i]);
		json_print_line(line);
	}
	print_reports(result, "");
	line = json_typed("klog-summary");
	json_object_object_add(line, "summary", summary(result));
	json_object_object_add(line, "exit",
			       json_object_new_int(result->exit));
	json_print_line(line);
}

void render_klog_json(const struct klog_result *result)
{
	if (result->options->format == FORMAT_JSON_LINES)
		print_lines(result);
	else
		print_document(result);
}
