// SPDX-License-Identifier: LGPL-2.0-only
/*
 * revoke.c --- logged blocks that a later record takes back
 *
 * A block that was metadata and was freed must not be written over what has
 * taken its place since: the record revokes every copy in its transaction and
 * before, copies logged later count again. Records of blocks that are not
 * logged at all are the bulk, and are forgotten at once.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "revoke.h"

int e4_revokes_init(struct e4_revokes *revokes, const struct e4_logged *list,
		    size_t nr)
{
	revokes->list = list;
	revokes->nr = nr;
	revokes->until = calloc(nr + 1, sizeof(*revokes->until));
	return revokes->until ? 0 : -ENOMEM;
}

void e4_revokes_free(struct e4_revokes *revokes)
{
	free(revokes->until);
	revokes->until = NULL;
}

/* Number of copies of blocks up to @block. */
static size_t copies_up_to(const struct e4_revokes *revokes, uint64_t block)
{
	size_t low = 0, high = revokes->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (revokes->list[middle].block <= block)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void e4_revokes_add(struct e4_revokes *revokes, uint64_t block,
		    uint32_t since)
{
	size_t end = copies_up_to(revokes, block);

	if (end == 0 || revokes->list[end - 1].block != block)
		return;
	if (revokes->until[end - 1] < since + 1)
		revokes->until[end - 1] = since + 1;
}

bool e4_revokes_hit(const struct e4_revokes *revokes, size_t index,
		    size_t last)
{
	return revokes->list[index].bits >> E4_LOGGED_SHIFT <
	       revokes->until[last];
}
