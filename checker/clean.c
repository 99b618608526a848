// SPDX-License-Identifier: GPL-2.0-only
/*
 * clean.c --- names and labels that may hold any byte
 *
 * Decides what may pass: UTF-8 as RFC 3629 has it (no overlong forms, no
 * surrogates, nothing above U+10FFFF) without the C0 and C1 controls, and
 * without what is not seen itself but changes how the rest is shown.
 */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "complain.h"

/* Bytes that a sequence with this first byte has, 0 if none starts so. */
static size_t sequence_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	if (first >= 0xf0 && first <= 0xf4)
		return 4;
	return 0;
}

/* Turn the direction, end a line, or have no width. */
static bool is_unseen(uint32_t character)
{
	return character == 0x061c ||
	       (character >= 0x200b && character <= 0x200f) ||
	       (character >= 0x2028 && character <= 0x202e) ||
	       (character >= 0x2060 && character <= 0x2069) ||
	       character == 0xfeff;
}

static bool is_control(uint32_t character)
{
	return character < 0x20 || (character >= 0x7f && character <= 0x9f);
}

/* Length of the character at @text, or 0 if this is not UTF-8. */
static size_t decode(const unsigned char *text, uint32_t *ret_character)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = sequence_length(*text);
	uint32_t character = *text;

	if (length > 1)
		character &= 0x7fu >> length;
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (text[i] & 0x3f);
	}
	if (character < smallest[length] || character > 0x10ffff)
		return 0;
	if (character >= 0xd800 && character <= 0xdfff)
		return 0;
	*ret_character = character;
	return length;
}

/* Length of the character at @text that may pass, or 0. */
static size_t good_character(const unsigned char *text)
{
	uint32_t character;
	size_t length = decode(text, &character);

	return length && !is_control(character) && !is_unseen(character) ?
	       length : 0;
}

/* A copy in which what may not pass, and each @mark, is "\xNN". */
static char *escape(const char *text, char mark)
{
	const unsigned char *from = (const unsigned char *)text;
	char *copy = malloc(4 * strlen(text) + 1);
	char *to = copy;

	if (!copy)
		out_of_memory();
	while (*from) {
		size_t length = good_character(from);

		if (length && *from != mark) {
			memcpy(to, from, length);
			from += length;
			to += length;
		} else {
			to += sprintf(to, "\\x%02x", *from++);
		}
	}
	*to = 0;
	return copy;
}

char *clean_text(const char *text)
{
	return escape(text, '\0');
}

char *clean_path(const char *path)
{
	return escape(path, '\\');
}

char *clean_place(const char *mountpoint)
{
	char *clean = clean_text(mountpoint);
	char *place;

	if (asprintf(&place, "%s%s", *clean == '/' ? " on " : " ", clean) < 0)
		out_of_memory();
	free(clean);
	return place;
}

bool has_unseen(const char *text)
{
	const unsigned char *from = (const unsigned char *)text;
	uint32_t character;

	while (*from) {
		size_t length = decode(from, &character);

		if (length && is_unseen(character))
			return true;
		from += length ? length : 1;
	}
	return false;
}
