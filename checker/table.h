/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table.h --- the columns of --table
 */
#ifndef TABLE_H
#define TABLE_H

#include "options.h"

/**
 * table_columns() - understand --output
 * @options:	names the columns; complained about if it names an unknown one
 *
 * Return: 0, or the exit status of a usage error.
 */
int table_columns(const struct options *options);

/** Print the columns and what they hold, for --help. */
void table_help(void);

#endif
