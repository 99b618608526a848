/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * spool.h --- files without a name, for what is too much for memory
 */
#ifndef E4_SPOOL_H
#define E4_SPOOL_H

#include <stdio.h>

/*
 * A file that is gone when it is closed, in @folder, or where that cannot
 * have one in memory; NULL for @folder is /var/tmp. Return: NULL, and errno.
 */
FILE *e4_spool(const char *folder);

#endif
