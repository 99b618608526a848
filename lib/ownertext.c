// SPDX-License-Identifier: LGPL-2.0-only
/*
 * ownertext.c --- one line about an owner, and all of them in a few words
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>

#include "text.h"

/* Owners that are named where there is little room. */
#define BRIEF_OWNERS 3

/* Longest path, in bytes, that stands for its inode there. */
#define PLAIN_PATH 40

/* "5", or "5-9" of more than one. */
static void range_text(uint64_t first, uint64_t count, char buf[48])
{
	if (count == 1)
		snprintf(buf, 48, "%" PRIu64, first);
	else
		snprintf(buf, 48, "%" PRIu64 "-%" PRIu64, first,
			 first + count - 1);
}

/* What inodes are for that no directory names. */
static const char *office(uint32_t inode)
{
	switch (inode) {
	case EXT2_BAD_INO:
		return "the list of bad blocks";
	case EXT2_RESIZE_INO:
		return "the resize inode";
	case EXT2_JOURNAL_INO:
		return "the journal";
	default:
		return NULL;
	}
}

/* The path, or why there is none; offices need no name. */
static const char *name_of(const struct ext4bm_owner *owner)
{
	static const char *const reasons[] = {
		[EXT4BM_NAMED] = "",
		[EXT4BM_NAMELESS] = "(no name)",
		[EXT4BM_NAMELESS_DELETED] =
			"(no name: deleted, was still open)",
		[EXT4BM_NAMELESS_INTERNAL] = "(of the filesystem itself)",
		[EXT4BM_NAMELESS_UNREAD] =
			"(no name found, but not all directories were read)",
	};

	if (owner->path)
		return owner->path;
	return office(owner->inode) ? "" : reasons[owner->nameless];
}

static int who_text(const struct ext4bm_owner *owner, char *buf, size_t size)
{
	const char *what = office(owner->inode);
	const char *name = name_of(owner);

	if (owner->claim == EXT4BM_CLAIM_FIXED)
		return snprintf(buf, size, "%s of group %" PRIu32,
				ext4bm_item_name(owner->item), owner->group);
	return snprintf(buf, size, "inode %" PRIu32 ", %s%s%s", owner->inode,
			what ? what : ext4bm_file_type(owner->mode),
			*name ? " " : "", name);
}

size_t ext4bm_owner_text(const struct ext4bm_owner *owner, char *buf,
			 size_t size)
{
	char logical[48], blocks[48];
	size_t used = (size_t)who_text(owner, buf, size);
	const char *at = owner->count == 1 ? "block" : "blocks";
	char *to = used < size ? buf + used : NULL;
	size_t left = used < size ? size - used : 0;

	range_text(owner->logical, owner->count, logical);
	range_text(owner->block, owner->count, blocks);
	switch (owner->claim) {
	case EXT4BM_CLAIM_NONE:
		return used;
	case EXT4BM_CLAIM_DATA:
		return used + (size_t)snprintf(to, left, ": its %s %s, at %s "
					       "%s", at, logical, at, blocks);
	case EXT4BM_CLAIM_MAPPING:
		return used + (size_t)snprintf(to, left, ": where its blocks "
					       "are, at %s %s", at, blocks);
	case EXT4BM_CLAIM_XATTR:
		return used + (size_t)snprintf(to, left, ": its extended "
					       "attributes, at %s %s", at,
					       blocks);
	default:
		return used + (size_t)snprintf(to, left, ", at %s %s", at,
					       blocks);
	}
}

bool ext4bm_same_owner(const struct ext4bm_owner *a,
		       const struct ext4bm_owner *b)
{
	return a->inode == b->inode &&
	       (a->inode || (a->item == b->item && a->group == b->group));
}

bool e4_owner_internal(const struct ext4bm_owner *owner)
{
	return owner->claim == EXT4BM_CLAIM_FIXED || office(owner->inode) ||
	       owner->nameless == EXT4BM_NAMELESS_INTERNAL;
}

/* True if an owner before number @at is the same inode or fixed item. */
static bool named_before(const struct ext4bm_finding *finding, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (ext4bm_same_owner(&finding->owners[i],
				      &finding->owners[at]))
			return true;
	return false;
}

/*
 * A path that is short, and needs no care wherever it is shown: nor can it be
 * taken for several, or end the brackets that it may stand in.
 */
static bool is_plain(const char *path)
{
	size_t len = 0;

	for (; path[len]; len++)
		if (path[len] <= ' ' || path[len] > '~' ||
		    strchr("(),;\\", path[len]) || len == PLAIN_PATH)
			return false;
	return true;
}

static void append_owner(const struct ext4bm_owner *owner, size_t number,
			 char *buf, size_t size)
{
	size_t used = strlen(buf);
	const char *comma = number ? ", " : "";

	if (owner->path && is_plain(owner->path))
		snprintf(buf + used, size - used, "%s%s", comma, owner->path);
	else if (owner->inode)
		snprintf(buf + used, size - used, "%sinode %" PRIu32, comma,
			 owner->inode);
	else
		snprintf(buf + used, size - used, "%s%s of group %" PRIu32,
			 comma, ext4bm_item_name(owner->item), owner->group);
}

void e4_owners_brief(const struct ext4bm_finding *finding, char *buf,
		     size_t size)
{
	size_t named = 0, all = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < finding->nr_owners; i++) {
		if (named_before(finding, i))
			continue;
		if (all++ < BRIEF_OWNERS)
			append_owner(&finding->owners[i], named++, buf, size);
	}
	if (all > named || finding->owners_cut) {
		size_t used = strlen(buf);

		snprintf(buf + used, size - used, named ? " and others" :
			 "whose owners are not known");
	}
}
