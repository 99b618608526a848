/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * bundle.h --- a capture of all views in one file
 *
 * The members and their formats are described in ext4bm-bundle(5).
 */
#ifndef E4_BUNDLE_H
#define E4_BUNDLE_H

#include <stdio.h>

#include "device.h"
#include "live.h"
#include "store.h"

/* Raised when an older program would misunderstand a bundle. */
#define E4_BUNDLE_VERSION 1

/* More than any filesystem has, and what keeps memory bounded. */
#define E4_BUNDLE_GROUPS (1U << 20)
#define E4_BUNDLE_BLOCKS (3U << 20)
#define E4_BUNDLE_SAMPLES (1U << 20)
#define E4_BUNDLE_ANSWERS (2U << 20)

/* Names of members; of counters there are several, ".1", ".2", ... */
#define E4_MEMBER_MANIFEST "ext4bm-bundle"
#define E4_MEMBER_SUPERBLOCK "superblock"
#define E4_MEMBER_OPTIONS "options"
#define E4_MEMBER_SYSFS "sysfs"
#define E4_MEMBER_STATFS "statfs"
#define E4_MEMBER_COUNTERS "mb_groups"
#define E4_MEMBER_FSMAP "fsmap"
#define E4_MEMBER_SAMPLES "samples"
#define E4_MEMBER_BLOCKS "blocks"
#define E4_MEMBER_DISK "disk-blocks"
#define E4_MEMBER_PAGES "pages"

/*
 * What a bundle says of itself.
 * @live:	of a mounted filesystem, by a live check
 * @cache:	the device could be read; an offline bundle always has that
 * @device:	the target was a block device, not an image
 * @mounted:	offline: it was mounted all the same
 * @backups:	offline: the backup descriptors were looked at
 * @disk:	live: the disk was to be looked at too
 * @freeze:	live: seconds for which it could be frozen, 0 if it was not to
 *		be
 * @frozen:	it was frozen all the time
 * @needed:	seconds that it would have taken, if it was not
 * @size:	length of the device in bytes
 * @block_size:	as statfs() told, 0 if it was not asked
 * @super_stored, @super_counted:	checksum of the superblock, before names
 *		were taken out of it
 * @mmp:	struct ext4bm_geometry's mmp_host without the name
 * @time:	when it was made, seconds since 1970
 * @program:	name and version of what made it
 * @kernel:	release and machine of the kernel
 * @name:	the kernel's name of the device, or ""
 */
struct e4_manifest {
	bool live;
	bool cache;
	bool device;
	bool mounted;
	bool backups;
	bool disk;
	bool frozen;
	uint32_t freeze;
	uint32_t needed;
	uint64_t size;
	uint32_t block_size;
	uint32_t super_stored;
	uint32_t super_counted;
	char mmp[20];
	int64_t time;
	char program[64];
	char kernel[128];
	char name[256];
};

void e4_manifest_write(FILE *file, const struct e4_manifest *manifest);

/*
 * Return: 0; -EINVAL it is none; -EPROTO it is of a newer version; -EBADMSG
 * it makes no sense.
 */
int e4_manifest_read(FILE *file, struct e4_manifest *manifest);

#define E4_BUNDLE_MEMBERS 32

/* The members of a bundle that is being written or was read. */
struct e4_bundle {
	struct {
		char name[32];
		FILE *file;
	} members[E4_BUNDLE_MEMBERS];
	unsigned int nr;
	const char *folder;
};

/* The file of a member, or NULL. */
FILE *e4_bundle_find(const struct e4_bundle *bundle, const char *name);

/* A new member; NULL, and errno. */
FILE *e4_bundle_make(struct e4_bundle *bundle, const char *name);

/* Take a member out again. */
void e4_bundle_drop(struct e4_bundle *bundle, const char *name);

void e4_bundle_close(struct e4_bundle *bundle);

/* Take out of a raw superblock what names people or places. */
void e4_bundle_scrub(uint8_t super[E4_SUPERBLOCK_SIZE]);

/*
 * Write the blocks of a store in runs, and read them: "BLOCK COUNT PAGE".
 * Return: 0; -EBADMSG; -EFBIG more than @most blocks; -ENOMEM.
 */
int e4_blocks_write(FILE *file, const struct e4_store *store);
int e4_blocks_read(FILE *file, struct e4_store *store, uint64_t most);

#endif
