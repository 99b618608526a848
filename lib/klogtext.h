/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * klogtext.h --- the texts of the kernel's messages, and the numbers in them
 */
#ifndef E4_KLOGTEXT_H
#define E4_KLOGTEXT_H

#include "ext4bm.h"

/*
 * Compare @text, which is without device, function, inode and thread, with
 * all known texts; a match fills kind, group, block, errnum, function, line
 * and values of @message.
 * Return: true if it is known.
 */
bool e4_klogtext_match(const char *text, struct ext4bm_klog_message *message);

/* The number at *@at, which is moved behind it. Return: false if none is. */
bool e4_klogtext_number(const char **at, uint64_t *ret_number);

#endif
