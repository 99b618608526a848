/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * pack.h --- write and read the archive that a bundle is: tar in zstd
 */
#ifndef E4_PACK_H
#define E4_PACK_H

#include <stdint.h>
#include <stdio.h>

/* An archive that is being written. */
struct e4_pack;

/*
 * Begin to write an archive to @fd, which stays the caller's; members get
 * @time. Return: 0 or a negative errno.
 */
int e4_pack_begin(int fd, int64_t time, struct e4_pack **ret_pack);

/* Add a member with the whole content of @file. Return: as above. */
int e4_pack_add(struct e4_pack *pack, const char *name, FILE *file);

/* Write the end. Return: as above. */
int e4_pack_end(struct e4_pack *pack);

void e4_pack_free(struct e4_pack *pack);

/*
 * Called for each regular file of an archive: where its content is to go, or
 * NULL for nowhere. *@ret_error stops the reading.
 */
typedef FILE *(*e4_pack_member)(void *context, const char *name,
				uint64_t size, int *ret_error);

/*
 * Read an archive, packed or plain, from @fd.
 *
 * @most:	bytes that all its members may have together
 *
 * Return: 0; -EBADMSG it is no archive, or damaged; -ENODATA it ends too
 * early; -EFBIG it is larger than @most; -EOPNOTSUPP it is packed, and this
 * is built without zstd; -ENOMEM; or an errno of reading and writing.
 */
int e4_pack_read(int fd, uint64_t most, e4_pack_member member,
		 void *context);

#endif
