/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explain.h --- what the library knows, for reading (--explain)
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "options.h"

/**
 * explain() - print what is known about codes and messages of the kernel
 * @options:	names the codes; none, or "list", lists them all
 *
 * Return: exit status.
 */
int explain(const struct options *options);

#endif
