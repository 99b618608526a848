/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * progress.h --- how far the check is, and the signals that touch it
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "options.h"

/**
 * progress_start() - prepare to show progress, and catch the signals
 * @options:	what was asked for; gets the callback and the cancel flag
 * @device:	name to show; must live until progress_end()
 *
 * SIGINT and SIGTERM end the check early, once; a second one ends the
 * program. SIGUSR1 and SIGUSR2 turn the display on and off.
 */
void progress_start(struct options *options, const char *device);

/** Take the bar away again, before something else is printed. */
void progress_end(void);

#endif
