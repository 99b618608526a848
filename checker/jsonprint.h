/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * jsonprint.h --- JSON on its way to stdout
 */
#ifndef JSONPRINT_H
#define JSONPRINT_H

#include <json_object.h>

/** How an object looks on one line, and on several. */
#define JSON_ONE_LINE \
	(JSON_C_TO_STRING_SPACED | JSON_C_TO_STRING_NOSLASHESCAPE)
#define JSON_INDENTED (JSON_C_TO_STRING_PRETTY | JSON_ONE_LINE)

/** A new object with a "type", for a line of --json=lines. */
struct json_object *json_typed(const char *type);

/** Print an object as a line, and free it. */
void json_print_line(struct json_object *object);

/** Print it as a member of a document, with a comma, and free it. */
void json_print_member(const char *key, struct json_object *object);

#endif
