/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * groups.h --- a list of block groups, as -g takes it
 */
#ifndef GROUPS_H
#define GROUPS_H

#include "ext4bm.h"

/**
 * groups_parse() - read a list like "1,5,8-12"
 * @text:	the list
 * @ret_ranges:	sorted ranges that neither overlap nor touch; free() them
 * @ret_count:	how many
 * @ret_bad:	where in @text the trouble starts; set on -EINVAL only
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int groups_parse(const char *text, struct ext4bm_range **ret_ranges,
		 size_t *ret_count, const char **ret_bad);

#endif
