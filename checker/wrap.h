/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wrap.h --- lines that fit the terminal
 */
#ifndef WRAP_H
#define WRAP_H

#include <stdio.h>

/** Columns of the terminal behind a stream, 0 if it is none. */
unsigned int wrap_width(FILE *stream);

/**
 * wrap_print() - print the rest of a line, broken between words
 * @stream:	where to
 * @width:	columns, 0 not to break at all
 * @indent:	columns that are already used, and that the lines below leave
 * @text:	what to print; a newline is added
 */
void wrap_print(FILE *stream, unsigned int width, unsigned int indent,
		const char *text);

#endif
