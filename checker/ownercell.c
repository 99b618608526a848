// SPDX-License-Identifier: GPL-2.0-only
/*
 * ownercell.c --- the owners of a finding in a cell of the table
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "ownercell.h"

/* What an owner without its path, its comma and a last ", ..." may take. */
#define ROOM 80

/* True if it is named before, for another part of it. */
static bool is_again(const struct ext4bm_finding *finding, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (ext4bm_same_owner(&finding->owners[i],
				      &finding->owners[at]))
			return true;
	return false;
}

static bool can_show(const char *path, bool plain, size_t room)
{
	return path && strlen(path) + ROOM < room &&
	       !(plain && has_unseen(path));
}

static void append(const struct ext4bm_owner *owner, bool plain, char *buf,
		   size_t size)
{
	size_t used = strlen(buf), room = size - used;
	const char *comma = used ? ", " : "";

	if (can_show(owner->path, plain, room))
		snprintf(buf + used, room, "%s%s", comma, owner->path);
	else if (owner->inode)
		snprintf(buf + used, room, "%sinode %" PRIu32, comma,
			 owner->inode);
	else
		snprintf(buf + used, room, "%s%s of group %" PRIu32, comma,
			 ext4bm_item_name(owner->item), owner->group);
}

void owner_cell(const struct ext4bm_finding *finding, bool plain, char *buf,
		size_t size)
{
	bool cut = finding->owners_cut;

	*buf = '\0';
	for (size_t i = 0; i < finding->nr_owners; i++) {
		if (is_again(finding, i))
			continue;
		if (strlen(buf) + ROOM >= size) {
			cut = true;
			break;
		}
		append(&finding->owners[i], plain, buf, size);
	}
	if (cut)
		strcat(buf, *buf ? ", ..." : "...");
}
