/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * color.h --- whether and how to color
 */
#ifndef COLOR_H
#define COLOR_H

#include "ext4bm.h"

/** --color */
enum color_when {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER,
};

/**
 * struct color_set - escape sequences, all of them empty without color
 * @bold:	headings
 * @end:	ends any color
 * @severity:	by enum ext4bm_severity
 * @verdict:	by enum ext4bm_verdict
 */
struct color_set {
	const char *bold;
	const char *end;
	const char *severity[EXT4BM_SEVERE + 1];
	const char *verdict[EXT4BM_DRIFT + 1];
};

/** Is stdout to be colored? */
bool color_wanted(enum color_when when);

/** The set for colored or for plain output; static storage. */
const struct color_set *color_set(bool colored);

#endif
