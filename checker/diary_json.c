// SPDX-License-Identifier: GPL-2.0-only
/*
 * diary_json.c --- the diary of --watch for programs
 *
 * One object a line, with a type. As everywhere in the JSON output, a key is
 * always there, and null where it does not apply.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "diary.h"
#include "members.h"

#define ONE_LINE (JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE)

static struct json_object *time_text(const struct timespec *time)
{
	char text[40];

	diary_time(time, text, sizeof(text));
	return json_object_new_string(text);
}

static struct json_object *entry(const char *type, const struct timespec *time)
{
	struct json_object *object = json_object_new_object();

	add_text(object, "type", type);
	json_object_object_add(object, "time", time_text(time));
	return object;
}

/* Prints and frees. */
static void print_entry(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, ONE_LINE));
	diary_flush();
	json_object_put(object);
}

/* Three digits: more is not measured, and no fraction is exact. */
static void add_seconds(struct json_object *object, const char *key,
			double seconds)
{
	char text[32];

	snprintf(text, sizeof(text), "%.3f", seconds);
	json_object_object_add(object, key,
			       json_object_new_double_s(seconds, text));
}

static void add_target(struct json_object *object, const struct watched *it)
{
	struct json_object *target = json_object_new_object();

	add_text(target, "name", it->name);
	add_text(target, "device", it->device);
	add_text(target, "mountpoint", it->mountpoint);
	add_text(target, "uuid", *it->uuid ? it->uuid : NULL);
	json_object_object_add(object, "target", target);
}

static void start(const struct options *options, const struct wake *wake,
		  const struct watched_list *all)
{
	struct json_object *names = json_object_new_array();
	struct json_object *sources = json_object_new_object();
	struct json_object *object;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	object = entry("start", &now);
	json_object_object_add(object, "ext4bmcheck", member_program());
	add_seconds(object, "interval", options->interval);
	add_bool(object, "all", options->all);
	for (size_t i = 0; i < all->nr; i++)
		json_object_array_add(names, json_object_new_string(
							all->list[i].name));
	json_object_object_add(object, "names", names);
	for (int i = WAKE_INTERVAL; i < NR_WAKE_CAUSES; i++)
		add_text(sources, wake_cause_name((enum wake_cause)i),
			 wake->errnums[i] ? strerror(wake->errnums[i]) : "ok");
	json_object_object_add(object, "wake", sources);
	print_entry(object);
}

static struct json_object *error(const struct look *look)
{
	struct json_object *object;

	if (look->report)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(object, "errno",
			       json_object_new_int(look->err.errnum));
	add_text(object, "text", look->text);
	return object;
}

static void check(const struct options *options, const struct watched *it,
		  const struct look *look)
{
	struct json_object *object = entry("check", &look->time);
	const struct ext4bm_report *report = look->report;

	(void)options;
	add_target(object, it);
	add_text(object, "cause", wake_cause_name(it->cause));
	add_text(object, "message", *it->text ? it->text : NULL);
	add_text(object, "state", watch_state_name(it->state));
	add_text(object, "text", look->text);
	add_seconds(object, "seconds", look->seconds);
	add_number(object, "conditions", look->conditions);
	add_number(object, "untracked", look->untracked);
	json_object_object_add(object, "groups_checked", report ?
		json_object_new_uint64(report->groups_checked) : NULL);
	json_object_object_add(object, "findings",
			       report ? member_by_code(report) : NULL);
	json_object_object_add(object, "error", error(look));
	json_object_object_add(object, "exit",
			       json_object_new_int(look->exit));
	print_entry(object);
}

static void condition(const struct options *options, const struct watched *it,
		      const struct look *look, enum condition_change change,
		      const struct condition *what,
		      const struct ext4bm_finding *finding)
{
	struct json_object *object = entry("condition", &look->time);
	const struct ext4bm_catalogue_entry *about =
		ext4bm_catalogue(what->code);

	(void)options;
	add_target(object, it);
	add_text(object, "change", condition_change_name(change));
	add_text(object, "code", about->name);
	add_text(object, "severity", ext4bm_severity_name(about->severity));
	json_object_object_add(object, "group",
			       what->group == EXT4BM_NO_GROUP ? NULL :
			       json_object_new_uint64(what->group));
	json_object_object_add(object, "difference",
			       json_object_new_int64(what->difference));
	json_object_object_add(object, "first_seen",
			       time_text(&what->first_seen));
	json_object_object_add(object, "last_seen",
			       time_text(&what->last_seen));
	add_number(object, "checks", what->checks);
	json_object_object_add(object, "finding", finding ?
			       member_finding(look->report, finding) : NULL);
	print_entry(object);
}

static void state(const struct options *options, const struct watched *it,
		  const struct look *look)
{
	struct json_object *object = entry("state", &look->time);

	(void)options;
	add_target(object, it);
	add_text(object, "state", watch_state_name(it->state));
	add_text(object, "before", watch_state_name(look->before));
	add_text(object, "text", look->text);
	json_object_object_add(object, "summary", look->report ?
			       member_summary(look->report) : NULL);
	print_entry(object);
}

static void end(const struct options *options, uint64_t rounds, int status)
{
	struct json_object *object;
	struct timespec now;

	(void)options;
	clock_gettime(CLOCK_REALTIME, &now);
	object = entry("end", &now);
	add_text(object, "reason", wake_end_reason());
	add_number(object, "rounds", rounds);
	json_object_object_add(object, "exit", json_object_new_int(status));
	print_entry(object);
}

const struct diary diary_json = {
	.start = start,
	.check = check,
	.condition = condition,
	.state = state,
	.end = end,
};
