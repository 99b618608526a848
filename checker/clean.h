/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clean.h --- names and labels that may hold any byte
 */
#ifndef CLEAN_H
#define CLEAN_H

#include <stdbool.h>

/**
 * clean_text() - a copy of a text that is safe to print
 * @text:	any bytes
 *
 * What is not valid UTF-8, and every character that controls how others are
 * shown, becomes "\xNN". A backslash stays one: udev has it in the names of
 * devices, which must not change.
 * A label comes from the device, and must not be able to drive the terminal
 * or to spoil a JSON document.
 *
 * Return: the copy, to be freed. Ends the program if there is no memory.
 */
char *clean_text(const char *text);

#endif
