/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * saved.h --- saved counters on the command line (--mb-groups, --proc-root)
 */
#ifndef SAVED_H
#define SAVED_H

#include "options.h"

/**
 * saved_wanted() - are the counters that were named a saved copy?
 *
 * The file of a running kernel belongs to the live check, and so does a
 * mounted device, which refuses a saved copy with words of its own.
 */
bool saved_wanted(const struct options *options);

/**
 * saved_refuse() - was anything asked for that saved counters cannot give?
 *
 * Says so. Return: true if there was.
 */
bool saved_refuse(const struct options *options);

/**
 * saved_find() - find the saved counters, if there are to be some
 * @options:	gets their path, for ext4bm_check()
 * @err:	details of a failure
 *
 * Return: 0 or a negative errno.
 */
int saved_find(struct options *options, struct ext4bm_error *err);

#endif
