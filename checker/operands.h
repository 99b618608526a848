/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * operands.h --- what stands behind the options on the command line
 */
#ifndef OPERANDS_H
#define OPERANDS_H

#include "options.h"

/**
 * operands_take() - understand what getopt_long() has left
 *
 * Complains by itself.
 *
 * Return: 0, or the exit status of a usage error.
 */
int operands_take(int argc, char **argv, struct options *options);

#endif
