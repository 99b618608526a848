/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * errtext.h --- what ext4 prints for an errno
 */
#ifndef E4_ERRTEXT_H
#define E4_ERRTEXT_H

/*
 * The errno of a text that begins with ext4's words for one ("IO failure",
 * "error 28"). Return: a positive errno, or 0 if it does not.
 */
int e4_errtext_parse(const char *text);

#endif
