/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * live.h --- the check of a mounted file system
 */
#ifndef LIVE_H
#define LIVE_H

#include "options.h"

/** Do it. Return: exit status. */
int live(struct options *options);

#endif
