// SPDX-License-Identifier: LGPL-2.0-only
/*
 * blind.c --- why the device of a mounted filesystem is not read
 */
#include "config.h"

#include <unistd.h>

#include "live.h"

enum e4_blind e4_blind_of(const struct e4_kernel *kernel)
{
	if (!kernel->node)
		return E4_BLIND_NO_NODE;
	return geteuid() == 0 ? E4_BLIND_FORBIDDEN : E4_BLIND_USER;
}

const char *e4_blind_text(enum e4_blind blind)
{
	static const char *const texts[] = {
		[E4_BLIND_USER] =
			"the device may not be read, which takes root as a "
			"rule",
		[E4_BLIND_FORBIDDEN] =
			"not even root may read the device here, which a "
			"container may forbid",
		[E4_BLIND_NO_NODE] =
			"there is no node in /dev by which the device could "
			"be read",
	};

	return texts[blind];
}
