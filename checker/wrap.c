// SPDX-License-Identifier: GPL-2.0-only
/*
 * wrap.c --- lines that fit the terminal
 *
 * Only what a person looks at is broken. In a file or a pipe a fact stays on
 * its line, so that grep finds the whole of it.
 */
#include "config.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "wrap.h"

/* Below this a broken text is harder to read than one the terminal breaks. */
#define NARROWEST 24

unsigned int wrap_width(FILE *stream)
{
	struct winsize size;

	if (!isatty(fileno(stream)))
		return 0;
	if (ioctl(fileno(stream), TIOCGWINSZ, &size) || !size.ws_col)
		return 80;
	return size.ws_col;
}

/* Bytes that fit: up to the last blank, or the first word if it is longer. */
static size_t fitting(const char *text, size_t room)
{
	size_t length = strlen(text);
	size_t end = room;

	if (length <= room)
		return length;
	while (end && text[end] != ' ')
		end--;
	return end ? end : strcspn(text, " ");
}

void wrap_print(FILE *stream, unsigned int width, unsigned int indent,
		const char *text)
{
	size_t room = width > indent + NARROWEST ? width - indent
						 : strlen(text);

	for (;;) {
		size_t length = fitting(text, room);

		fprintf(stream, "%.*s\n", (int)length, text);
		text += length;
		text += strspn(text, " ");
		if (!*text)
			return;
		fprintf(stream, "%*s", (int)indent, "");
	}
}
