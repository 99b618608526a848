/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * members.h --- the objects at the head and the foot of the JSON document
 */
#ifndef MEMBERS_H
#define MEMBERS_H

#include <json_object.h>

#include "render.h"

/** Raised by one when a key is added; the first when one changes meaning. */
#define JSON_FORMAT_MAJOR 1
#define JSON_FORMAT_MINOR 0

/* Each returns a new object, to be given to json_object_put(). */

/** "ext4bmcheck": versions of the program and of the format. */
struct json_object *member_program(void);

/** "target": what was looked at. */
struct json_object *member_target(const struct options *options,
				  const struct ext4bm_target *target);

/** "geometry": the shape of the filesystem. */
struct json_object *member_geometry(const struct ext4bm_geometry *geo);

/** "views": which views of the free space were compared. */
struct json_object *member_views(const struct result *result);

/** "summary": verdict, counts, patterns, advice. */
struct json_object *member_summary(const struct ext4bm_report *report);

/** How many findings there are of each code that there is. */
struct json_object *member_by_code(const struct ext4bm_report *report);

/** One of "findings"; in json.c. */
struct json_object *member_finding(const struct ext4bm_report *report,
				   const struct ext4bm_finding *finding);

/* Small change for those who build objects. */

/** Add a text that may hold any byte; NULL gives null. */
void add_text(struct json_object *object, const char *key,
	      const char *text);

/** Add the path of an owner, in which "\xNN" is always a byte, or null. */
void add_path(struct json_object *object, const char *key, const char *path);

/** Add an exact unsigned number. */
void add_number(struct json_object *object, const char *key,
		uint64_t number);

/** Add true or false. */
void add_bool(struct json_object *object, const char *key, bool value);

#endif
