// SPDX-License-Identifier: LGPL-2.0-only
/*
 * wanted.c --- which groups a check was asked for
 *
 * Pure. The same rules for the offline and for the live check.
 */
#include "config.h"

#include <errno.h>

#include "device.h"
#include "ext4bm_err.h"
#include "wanted.h"

int e4_wanted_check(const struct ext4bm_geometry *geo,
		    const struct ext4bm_check_options *options,
		    struct ext4bm_error *err)
{
	for (size_t i = 0; i < options->nr_groups; i++) {
		const struct ext4bm_range *range = &options->groups[i];

		if (range->first > range->last || range->last >= geo->groups ||
		    (i && range->first <= range[-1].last))
			return e4_error(err, EINVAL, EXT4BM_ET_GROUPS,
					"The filesystem has the groups 0 to "
					"%u", geo->groups - 1);
	}
	return 0;
}

bool e4_wanted_any(const struct ext4bm_check_options *options, uint64_t first,
		   uint64_t last)
{
	size_t low = 0, high = options->nr_groups;

	/* The first range that does not end before @first. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (options->groups[middle].last < first)
			low = middle + 1;
		else
			high = middle;
	}
	return low < options->nr_groups && options->groups[low].first <= last;
}

uint32_t e4_wanted_count(const struct ext4bm_check_options *options)
{
	uint32_t count = 0;

	for (size_t i = 0; i < options->nr_groups; i++)
		count += (uint32_t)(options->groups[i].last -
				    options->groups[i].first + 1);
	return count;
}

bool e4_wanted_all(const struct ext4bm_geometry *geo,
		   const struct ext4bm_check_options *options)
{
	return e4_wanted_count(options) == geo->groups;
}
