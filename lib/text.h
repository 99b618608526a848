/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * text.h --- words that the sentences of the library share
 */
#ifndef E4_TEXT_H
#define E4_TEXT_H

/* "2 groups", "1 group" */
#define PLURAL(number) ((number) == 1 ? "" : "s")

#endif
