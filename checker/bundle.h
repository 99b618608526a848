/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bundle.h --- bundles on the command line (--capture, --replay)
 */
#ifndef BUNDLE_H
#define BUNDLE_H

#include <sys/types.h>

#include "options.h"

/**
 * bundle_goes_to() - is the folder of --capture on a file system?
 * @options:	command line
 * @device:	its device, as stat(2) has it
 *
 * Return: false without --capture; true if it cannot be found out.
 */
bool bundle_goes_to(const struct options *options, dev_t device);

/**
 * bundle_begin() - begin the bundle that --capture asks for, if it does
 * @options:	gets it, for who opens the device
 *
 * Complains by itself.
 *
 * Return: 0, or an exit status.
 */
int bundle_begin(struct options *options);

/**
 * bundle_end() - write the bundle, if there is one
 * @options:	command line; has it no more
 * @status:	exit status so far
 * @complete:	there was a check, and it was not interrupted
 *
 * Call it when the device is closed.
 *
 * Return: @status, with a bit more if the bundle could not be written.
 */
int bundle_end(struct options *options, int status, bool complete);

/** Check the bundle that --replay names. Return: exit status. */
int bundle_replay(struct options *options);

#endif
