// SPDX-License-Identifier: LGPL-2.0-only
/*
 * halves.c --- reading around groups that cannot be loaded
 */
#include "config.h"

#include <errno.h>
#include <stdbool.h>

#include "halves.h"

/* Readings that may fail; then there is more wrong than a few groups. */
#define MOST_FAILURES 512

/* For the kernel, a block behind the end of the device is ENOMEM. */
static bool cannot_load(int err)
{
	return err == -EBADMSG || err == -EIO || err == -EUCLEAN ||
	       err == -ENOMEM;
}

int e4_halves_read(struct e4_halves *halves, uint64_t first, uint64_t last)
{
	uint64_t middle = first + (last - first) / 2;
	int ret = halves->read(halves->context, first, last);

	if (!cannot_load(ret))
		return ret;
	if (!halves->error)
		halves->error = ret;
	if (first == last || ++halves->failures > MOST_FAILURES) {
		halves->lost(halves->context, first, last);
		return 0;
	}
	ret = e4_halves_read(halves, first, middle);
	return ret ? ret : e4_halves_read(halves, middle + 1, last);
}
