/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * freeze.h --- keep a file system frozen for a short time (--freeze)
 */
#ifndef FREEZE_H
#define FREEZE_H

#include <sys/types.h>

#include "options.h"

/**
 * struct freeze - a file system that may be frozen
 * @fd:		a file or directory on it
 * @seconds:	for how long at most
 * @keeper:	the process that thaws it, 0 when it is not frozen
 * @line:	socket to that process
 */
struct freeze {
	int fd;
	unsigned int seconds;
	pid_t keeper;
	int line;
};

/**
 * freeze_refusal() - why a file system must not be frozen
 * @options:	command line
 * @fd:		a file or directory on it
 *
 * Who writes to a frozen file system waits. That must not be we ourselves, nor
 * what the whole system depends on.
 *
 * Return: a sentence, or NULL if there is no such reason. Static storage.
 */
const char *freeze_refusal(const struct options *options, int fd);

/**
 * freeze_prepare() - open what can only be opened before the sandbox
 */
void freeze_prepare(void);

/**
 * freeze_begin() - freeze it
 * @context:	struct freeze
 *
 * Starts a process of its own that freezes it and thaws it again: when
 * freeze_end() asks for it, when the time is over, or when this process has
 * ended, however it did. For struct ext4bm_live_options.
 *
 * Return: 0 or a negative errno.
 */
int freeze_begin(void *context);

/**
 * freeze_end() - have it thawed
 * @context:	struct freeze
 *
 * Return: 0 if it was frozen all the time until now.
 */
int freeze_end(void *context);

#endif
