// SPDX-License-Identifier: GPL-2.0-only
/*
 * notable.c --- what a program without libsmartcols says about tables
 *
 * Linked in place of table.c into the static program.
 */
#include "config.h"

#include <stdio.h>

#include "complain.h"
#include "table.h"

void table_help(void)
{
	puts("\nThis program was built without tables.");
}

int table_columns(const struct options *options)
{
	if (options->format != FORMAT_TABLE)
		return 0;
	return usage_refuse("This program was built without tables; --json "
			    "has all that is in them");
}
