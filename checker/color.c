// SPDX-License-Identifier: GPL-2.0-only
/*
 * color.c --- whether and how to color
 *
 * Red is kept for what puts data at risk, yellow for what is wrong but can
 * wait or was not decided, green for clean. NO_COLOR: see no-color.org.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "color.h"

#define BOLD	"\033[1m"
#define RED	"\033[1;31m"
#define GREEN	"\033[32m"
#define YELLOW	"\033[33m"
#define MAGENTA	"\033[35m"

static const struct color_set plain = {
	"", "", { "", "", "", "", "" }, { "", "", "", "", "" },
};

static const struct color_set colored_set = {
	.bold = BOLD,
	.end = "\033[0m",
	.severity = {
		[EXT4BM_INFORMATIONAL] = "",
		[EXT4BM_OPERATIONAL] = MAGENTA,
		[EXT4BM_MINOR] = BOLD,
		[EXT4BM_MAJOR] = YELLOW,
		[EXT4BM_SEVERE] = RED,
	},
	.verdict = {
		[EXT4BM_CLEAN] = GREEN,
		[EXT4BM_CLEAN_PART] = GREEN,
		[EXT4BM_UNDECIDED] = YELLOW,
		[EXT4BM_INCOMPLETE] = YELLOW,
		[EXT4BM_DRIFT] = RED,
	},
};

bool color_wanted(enum color_when when)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (when != COLOR_AUTO)
		return when == COLOR_ALWAYS;
	if (no_color && *no_color)
		return false;
	return term && strcmp(term, "dumb") && isatty(STDOUT_FILENO);
}

const struct color_set *color_set(bool colored)
{
	return colored ? &colored_set : &plain;
}
