/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sandbox.h --- what the kernel refuses this program
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "options.h"

/**
 * sandbox_enter() - give up all rights that the options do not need
 * @options:	what will be done
 *
 * To be called before anything is opened that somebody else has made, and
 * before there are threads; holds for these, too. What is refused fails with
 * EPERM, or with ENOSYS where it is newer than Linux 5.0. Where the kernel has
 * no sandbox, the check goes on without: with -v it is said, and why.
 */
void sandbox_enter(const struct options *options);

/** What the sandbox is made with, or that there is none; static storage. */
const char *sandbox_version(void);

#endif
