/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * all.h --- several mounted file systems, one after the other
 */
#ifndef ALL_H
#define ALL_H

#include "options.h"

/**
 * live_all() - check the file systems that were named, or all there are
 * @options:	command line
 *
 * What cannot be looked at is said, and does not stop the others.
 *
 * Return: exit status, the bits of all of them.
 */
int live_all(struct options *options);

#endif
