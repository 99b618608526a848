/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch.h --- check mounted file systems again and again (--watch)
 */
#ifndef WATCH_H
#define WATCH_H

#include "options.h"

/**
 * watch() - look at the file systems until a signal ends it
 * @options:	command line
 *
 * Return: exit status. The signal is how it is meant to end, and no bit of
 * its own.
 */
int watch(struct options *options);

#endif
