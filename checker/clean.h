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

/**
 * clean_path() - a copy of the path of an owner that is safe to print
 * @path:	any bytes; or a sentence of ours with such a path in it
 *
 * As clean_text(), and a backslash becomes "\x5c": a name may be any bytes,
 * and which they are can be had back.
 *
 * Return: the copy, to be freed. Ends the program if there is no memory.
 */
char *clean_path(const char *path);

/**
 * clean_place() - where something is mounted, to be said behind "mounted"
 * @mountpoint:	a path, or what there is to say in place of one
 *
 * Return: " on " and the path, or what was given, as clean_text() has it; to be
 * freed. Ends the program if there is no memory.
 */
char *clean_place(const char *mountpoint);

/**
 * has_unseen() - true if a character is not seen, but changes how others are
 * @text:	any bytes
 *
 * It turns the direction, ends a line, or has no width; controls of a terminal
 * are not meant.
 */
bool has_unseen(const char *text);

#endif
