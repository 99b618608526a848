// SPDX-License-Identifier: GPL-2.0-only
/*
 * help.c --- --help, --version and the banner
 *
 * The help is made from the tables of options and of columns; an option that
 * is missing here does not exist.
 */
#include "config.h"

#include <stdio.h>

#include "complain.h"
#include "ext4bm.h"
#include "help.h"
#include "options.h"
#include "sandbox.h"
#include "table.h"

#define HELP_COLUMN 31

static const char *const titles[] = {
	[OPTIONS_WHAT] = "What to look at:",
	[OPTIONS_OUTPUT] = "What to print:",
	[OPTIONS_RUN] = "How to run:",
	[OPTIONS_ABOUT] = "About:",
};

static void print_option(const struct option_row *row)
{
	bool optional = row->arg && *row->arg == '[';
	int used = 2;

	printf("  ");
	if (row->letter < 256)
		used += printf("-%c%s", row->letter, row->name ? ", " : "");
	else
		used += printf("    ");
	if (row->name)
		used += printf("--%s", row->name);
	/* an argument that may be left out is tied to its option */
	if (optional)
		used += printf("[=%s", row->arg + 1);
	else if (row->arg)
		used += printf(" %s", row->arg);
	printf("%*s %s\n", used < HELP_COLUMN ? HELP_COLUMN - used : 0, "",
	       row->help);
}

void help_print(void)
{
	printf("Usage: %s [options] device\n"
	       "       %s --replay FILE [options]\n"
	       "       %s --live [options] device...|--all\n"
	       "       %s --klog[=FILE] [options] [device]\n"
	       "       %s --explain [CODE...]\n\n"
	       "Check whether the block and inode bitmaps, the group "
	       "descriptors and the\n"
	       "superblock of an unmounted ext2, ext3 or ext4 filesystem "
	       "agree; with --live,\n"
	       "those of a mounted one and the allocator's copies in the "
	       "kernel. Nothing is\n"
	       "ever written to it. The device may be a block device, an "
	       "image file, LABEL=,\n"
	       "UUID= or PARTUUID=, each with ?offset=BYTES behind it.\n",
	       program_name, program_name, program_name, program_name,
	       program_name);
	for (int group = 0; group < OPTIONS_REFUSED; group++) {
		printf("\n%s\n", titles[group]);
		for (const struct option_row *row = options_rows();
		     row->letter; row++)
			if ((int)row->group == group)
				print_option(row);
	}
	table_help();
	puts("\nExit status, a sum of: 0 clean, 4 drift, 8 something could "
	     "not be looked at,\n16 usage error or refused, 32 interrupted, "
	     "128 shared library error.\n"
	     "\nFor more details see ext4bmcheck(8).");
}

void help_version(void)
{
	fprintf(stderr, "%s %s\n\tUsing libext2fs %s\n\tSandbox: %s\n",
		program_name, ext4bm_version(), ext4bm_libext2fs_version(),
		sandbox_version());
}

void help_banner(void)
{
	fprintf(stderr, "%s %s (libext2fs %s)\n", program_name,
		ext4bm_version(), ext4bm_libext2fs_version());
}
