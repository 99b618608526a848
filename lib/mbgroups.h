/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * mbgroups.h --- the allocator's counters, as /proc/fs/ext4/DEV/mb_groups
 * prints them
 */
#ifndef E4_MBGROUPS_H
#define E4_MBGROUPS_H

#include <stdbool.h>
#include <stdint.h>

/* Orders that a line shows, whatever the block size. */
#define E4_ORDERS 14

/*
 * Counters of the allocator for one group, in clusters. The kernel's fields
 * are signed but printed without sign: drift can make them negative.
 * @free:	free clusters (bb_free)
 * @fragments:	runs of free clusters (bb_fragments)
 * @first:	no cluster below it is free (bb_first_free)
 * @orders:	free chunks of 2^n clusters (bb_counters)
 */
struct e4_counters {
	int32_t free;
	int32_t fragments;
	int32_t first;
	int32_t orders[E4_ORDERS];
};

/*
 * One line.
 * @group:	group number
 * @counters:	all 0 if the group could not be loaded
 * @corrupt:	the kernel has marked the group corrupt
 * @errnum:	positive errno if the group could not be loaded, else 0
 */
struct e4_mbgroup {
	uint32_t group;
	struct e4_counters counters;
	bool corrupt;
	int errnum;
};

/*
 * Parse a line, with or without its newline, of any kernel's dialect.
 *
 * Return: 1 and *ret_line; 0 for the header and empty lines; -EINVAL for
 * anything else.
 */
int e4_mbgroups_parse(const char *line, struct e4_mbgroup *ret_line);

/* Room for a line that e4_mbgroups_format() makes, with its newline. */
#define E4_MBGROUPS_LINE 256

/* Make a line, as the kernel prints it but for the texts of errors. */
void e4_mbgroups_format(const struct e4_mbgroup *line,
			char buf[E4_MBGROUPS_LINE]);

/* True if two lines are equal in all fields. */
bool e4_mbgroups_equal(const struct e4_mbgroup *a,
		       const struct e4_mbgroup *b);

#endif
