// SPDX-License-Identifier: LGPL-2.0-only
/*
 * pathnames.c --- what inodes are called, from the root directory on
 *
 * Pure: names are told entry by entry (pathsearch.c), here they are kept as far
 * as somebody wants them, and put together. A name may be any bytes; what no
 * name may have is made visible, and so is one that is encrypted: its bytes
 * are given in base64url, as the kernel does without the key, which puts a
 * hash in front of them.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>

#include "pathnames.h"

/* All paths together; what comes then has its directory's number only. */
#define MOST_BYTES (32U << 20)

/* "<4294967295>" and the byte that ends it. */
#define NUMBER_BYTES 13

#define FIRST_SLOTS 64

void e4_paths_init(struct e4_paths *paths)
{
	memset(paths, 0, sizeof(*paths));
	pthread_mutex_init(&paths->lock, NULL);
}

void e4_paths_free(struct e4_paths *paths)
{
	for (size_t i = 0; i < paths->nr; i++)
		free(paths->list[i].name);
	free(paths->list);
	free(paths->slots);
	pthread_mutex_destroy(&paths->lock);
}

/* Where an inode is in the index, or would be. */
static size_t slot_of(const struct e4_paths *paths, uint32_t inode)
{
	/* The high bits: inodes of many groups have the low ones in common. */
	int bits = __builtin_ctzll(paths->nr_slots);
	size_t at = inode * UINT32_C(2654435761) >> (32 - bits);

	while (paths->slots[at] &&
	       paths->list[paths->slots[at] - 1].inode != inode)
		at = (at + 1) & (paths->nr_slots - 1);
	return at;
}

struct e4_name *e4_paths_get(const struct e4_paths *paths, uint32_t inode)
{
	uint32_t place = paths->nr_slots ?
			 paths->slots[slot_of(paths, inode)] : 0;

	return place ? &paths->list[place - 1] : NULL;
}

/* Room for one more, in an index that is at most half full. */
static bool grow(struct e4_paths *paths)
{
	size_t nr_slots = paths->nr_slots ? 2 * paths->nr_slots : FIRST_SLOTS;
	struct e4_name *list;
	uint32_t *slots;

	if (paths->nr < paths->room)
		return true;
	list = reallocarray(paths->list, nr_slots / 2, sizeof(*list));
	if (!list)
		return false;
	paths->list = list;
	slots = calloc(nr_slots, sizeof(*slots));
	if (!slots)
		return false;
	free(paths->slots);
	paths->slots = slots;
	paths->nr_slots = nr_slots;
	paths->room = nr_slots / 2;
	for (size_t i = 0; i < paths->nr; i++)
		slots[slot_of(paths, list[i].inode)] = (uint32_t)i + 1;
	return true;
}

void e4_paths_add(struct e4_paths *paths, uint32_t inode)
{
	if (e4_paths_get(paths, inode))
		return;
	if (paths->nr == E4_MOST_NAMES) {
		paths->cut = true;
		return;
	}
	if (!grow(paths)) {
		paths->failed = true;
		return;
	}
	paths->list[paths->nr++] = (struct e4_name){ .inode = inode };
	paths->slots[slot_of(paths, inode)] = (uint32_t)paths->nr;
}

/* RFC 4648, section 5, without padding. */
static char *encode(const struct e4_dirent *dirent)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789-_";
	static const char before[] = "<encrypted:";
	char *name = malloc(sizeof(before) + dirent->len * (size_t)4 / 3 + 4);
	uint32_t bits = 0;
	int nr = 0;
	char *to;

	if (!name)
		return NULL;
	to = stpcpy(name, before);
	for (unsigned int i = 0; i < dirent->len; i++) {
		bits = bits << 8 | dirent->name[i];
		for (nr += 8; nr >= 6; nr -= 6)
			*to++ = digits[bits >> (nr - 6) & 63];
	}
	if (nr)
		*to++ = digits[bits << (6 - nr) & 63];
	strcpy(to, ">");
	return name;
}

/* A slash or a null byte would make another path of it. */
static char *copy(const struct e4_dirent *dirent)
{
	char *name = malloc(dirent->len + (size_t)1);

	if (!name)
		return NULL;
	for (unsigned int i = 0; i < dirent->len; i++) {
		char byte = (char)dirent->name[i];

		name[i] = byte == '/' || byte == '\0' ? '?' : byte;
	}
	name[dirent->len] = '\0';
	return name;
}

/* Is this name in @dir better than what is known? */
static bool wanted(const struct e4_name *it, uint32_t dir)
{
	if (it->asked)
		return !it->name || dir < it->parent;
	return !it->name && dir == it->parent;
}

void e4_paths_learn(struct e4_paths *paths, uint32_t dir, bool encrypted,
		    const struct e4_dirent *dirent)
{
	struct e4_name *it;

	if (e4_dirent_is_dots(dirent))
		return;
	it = e4_paths_get(paths, dirent->inode);
	if (!it)
		return;
	pthread_mutex_lock(&paths->lock);
	if (wanted(it, dir)) {
		free(it->name);
		it->name = encrypted ? encode(dirent) : copy(dirent);
		it->parent = dir;
		paths->failed |= !it->name;
	}
	pthread_mutex_unlock(&paths->lock);
}

/* Put @text in front of what begins at @at in @buf. */
static size_t put_before(char *buf, size_t at, const char *text)
{
	size_t len = strlen(text);

	memcpy(buf + at - len, text, len);
	return at - len;
}

/* Can a path go on through @it, with @room bytes left? */
static bool fits(const struct e4_paths *paths, const struct e4_name *it,
		 size_t room)
{
	return it && it->name && it->path != paths->made &&
	       strlen(it->name) + 1 + NUMBER_BYTES <= room;
}

char *e4_paths_make(struct e4_paths *paths, uint32_t inode)
{
	struct e4_name *it = e4_paths_get(paths, inode);
	char buf[E4_PATH_BYTES], number[NUMBER_BYTES];
	bool short_of_room = paths->bytes > MOST_BYTES;
	size_t at = sizeof(buf) - 1;
	uint32_t parent = 0;
	char *path;

	buf[at] = '\0';
	paths->made++;
	if (inode == EXT2_ROOT_INO) {
		parent = inode;
		at = put_before(buf, at, "/");
	}
	while (parent != EXT2_ROOT_INO && fits(paths, it, at)) {
		it->path = paths->made;
		at = put_before(buf, at, it->name);
		at = put_before(buf, at, "/");
		parent = it->parent;
		it = short_of_room ? NULL : e4_paths_get(paths, parent);
	}
	if (parent == 0)
		return NULL;
	if (parent != EXT2_ROOT_INO) {
		snprintf(number, sizeof(number), "<%u>", parent);
		at = put_before(buf, at, number);
	}
	path = strdup(buf + at);
	paths->bytes += sizeof(buf) - at;
	paths->failed |= !path;
	return path;
}
