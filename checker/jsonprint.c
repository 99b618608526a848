// SPDX-License-Identifier: GPL-2.0-only
/*
 * jsonprint.c --- JSON on its way to stdout
 *
 * Documents are streamed, member by member, so that memory stays flat.
 */
#include "config.h"

#include <stdio.h>

#include "jsonprint.h"
#include "members.h"

struct json_object *json_typed(const char *type)
{
	struct json_object *object = json_object_new_object();

	add_text(object, "type", type);
	return object;
}

void json_print_line(struct json_object *object)
{
	puts(json_object_to_json_string_ext(object, JSON_ONE_LINE));
	json_object_put(object);
}

/* Strings hold no newline as such, so each one here is one of the outline. */
void json_print_member(const char *key, struct json_object *object)
{
	const char *text = json_object_to_json_string_ext(object,
							  JSON_INDENTED);

	printf("  \"%s\": ", key);
	for (; *text; text++) {
		putchar(*text);
		if (*text == '\n')
			fputs("  ", stdout);
	}
	fputs(",\n", stdout);
	json_object_put(object);
}
