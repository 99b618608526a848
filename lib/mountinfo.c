// SPDX-License-Identifier: LGPL-2.0-only
/*
 * mountinfo.c --- the mount table, without libmount
 */
#include "config.h"

#include "mounts.h"

void e4_mounts_each(bool (*each)(void *context, const struct e4_mount *mount),
		    void *context)
{
	e4_mounts_read("/proc/self/mountinfo", each, context);
}
