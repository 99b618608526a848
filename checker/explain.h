/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explain.h --- the catalogue of findings, for reading (--explain)
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "options.h"

/**
 * explain() - print what is known about codes
 * @options:	names the codes; none, or "list", lists them all
 *
 * Return: exit status.
 */
int explain(const struct options *options);

#endif
