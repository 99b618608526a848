/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * help.h --- --help, --version and the banner
 */
#ifndef HELP_H
#define HELP_H

/** Print the help on stdout. */
void help_print(void);

/** Print name and versions on stderr, as the programs of e2fsprogs do. */
void help_version(void);

/** The same in one line, for -v. */
void help_banner(void);

#endif
