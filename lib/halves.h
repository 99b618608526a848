/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * halves.h --- reading around groups that cannot be loaded
 */
#ifndef E4_HALVES_H
#define E4_HALVES_H

#include <stdint.h>

/*
 * How a range is read that may have damage in it.
 * @read:	read all from @first to @last anew; 0 or a negative errno
 * @lost:	nothing of that part could be read
 * @context:	handed to both
 * @failures:	readings that failed, 0 at first
 * @error:	of the first of them, or 0
 */
struct e4_halves {
	int (*read)(void *context, uint64_t first, uint64_t last);
	void (*lost)(void *context, uint64_t first, uint64_t last);
	void *context;
	unsigned int failures;
	int error;
};

/*
 * One group that cannot be loaded fails the whole call: go round it, by
 * halves. Where too many fail, the rest of a half is lost unseen.
 * Return: 0, or a negative errno that says nothing about a group.
 */
int e4_halves_read(struct e4_halves *halves, uint64_t first, uint64_t last);

#endif
