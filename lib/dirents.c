// SPDX-License-Identifier: LGPL-2.0-only
/*
 * dirents.c --- the names in a block of a directory
 *
 * Needs to know of no form of directory: the nodes of an index and the place
 * of a checksum look like entries without an inode, and a block that begins an
 * index like one with nothing but "." and "..", whose lengths cover the rest.
 * Of the two bytes that are the length of a name without the feature filetype,
 * the second is 0, as no name is longer than 255 bytes. A hash behind an
 * encrypted and casefolded name lies in the length of its entry. Pure.
 */
#include "config.h"

#include <string.h>

#include "dirents.h"
#include "little.h"

/* Inode, length of the entry, length of the name, type. */
#define HEADER 8

#define XATTR_MAGIC 0xea020000U
#define XATTR_ENTRY 16
#define INDEX_SYSTEM 7

void e4_dirents_start(struct e4_dirents *dirents, const uint8_t *data,
		      size_t size, uint32_t inodes)
{
	*dirents = (struct e4_dirents){
		.data = data, .size = size, .inodes = inodes,
	};
}

/* A whole block of 64 KiB does not fit into 16 bits. */
static size_t entry_length(const struct e4_dirents *dirents,
			   const uint8_t *raw)
{
	size_t length = e4_le16(raw + 4);

	if (dirents->size == 65536 && (length == 0 || length == 65535))
		return 65536;
	return length;
}

bool e4_dirents_next(struct e4_dirents *dirents, struct e4_dirent *ret_dirent)
{
	while (dirents->size - dirents->at >= HEADER) {
		const uint8_t *raw = dirents->data + dirents->at;
		size_t length = entry_length(dirents, raw);
		uint32_t inode = e4_le32(raw);
		uint8_t len = raw[6];

		if (length < HEADER || length % 4 ||
		    length > dirents->size - dirents->at) {
			dirents->damaged = true;
			dirents->at = dirents->size;
			return false;
		}
		dirents->at += length;
		if (inode == 0)
			continue;
		if (inode <= dirents->inodes && len && HEADER + len <= length) {
			*ret_dirent = (struct e4_dirent){
				inode, len, raw + HEADER,
			};
			return true;
		}
		dirents->damaged = true;
	}
	return false;
}

bool e4_dirent_is_parent(const struct e4_dirent *dirent)
{
	return dirent->len == 2 && memcmp(dirent->name, "..", 2) == 0;
}

bool e4_dirent_is_dots(const struct e4_dirent *dirent)
{
	return e4_dirent_is_parent(dirent) ||
	       (dirent->len == 1 && dirent->name[0] == '.');
}

static bool is_data(const uint8_t *entry)
{
	return entry[0] == 4 && entry[1] == INDEX_SYSTEM &&
	       memcmp(entry + XATTR_ENTRY, "data", 4) == 0;
}

/*
 * The value of the attribute system.data, which begins at an offset from the
 * first entry. Return: false if the attributes make no sense.
 */
static bool find_value(const uint8_t *first, size_t size,
		       struct e4_inline_dir *dir)
{
	size_t at = 0;

	while (size - at >= 4 && e4_le32(first + at) != 0) {
		const uint8_t *entry = first + at;
		size_t next;

		if (size - at < XATTR_ENTRY)
			return false;
		next = XATTR_ENTRY + (entry[0] + (size_t)3) / 4 * 4;
		if (size - at < next)
			return false;
		if (is_data(entry)) {
			size_t offset = e4_le16(entry + 2);
			uint32_t length = e4_le32(entry + 8);

			if (e4_le32(entry + 4) || offset > size ||
			    length > size - offset)
				return false;
			dir->part[1] = first + offset;
			dir->size[1] = length;
			return true;
		}
		at += next;
	}
	return true;
}

void e4_inline_dir_find(const struct e4_inode *inode,
			struct e4_inline_dir *ret_dir)
{
	const uint8_t *tail = inode->tail;
	size_t size = inode->tail_size, extra;

	*ret_dir = (struct e4_inline_dir){
		.parent = e4_le32(inode->block),
		.part = { inode->block + 4 },
		.size = { E4_INODE_BLOCK_BYTES - 4 },
	};
	if (size < 4)
		return;
	/* Fields that newer inodes have come before the attributes. */
	extra = e4_le16(tail);
	if (extra < 4 || extra % 4 || extra > size - 4)
		return;
	if (e4_le32(tail + extra) == XATTR_MAGIC)
		ret_dir->damaged = !find_value(tail + extra + 4,
					       size - extra - 4, ret_dir);
}
