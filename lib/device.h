/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * device.h --- an open filesystem, and errors on the way to it
 */
#ifndef E4_DEVICE_H
#define E4_DEVICE_H

#include "csum.h"
#include "descriptor.h"
#include "ext4bm.h"
#include "image.h"
#include "inode.h"
#include "overlay.h"

/*
 * @target:	what it was opened from; owned by the caller
 * @e2fs:	libext2fs's handle: superblock and I/O channel
 * @geo:	shape
 * @csum:	start values of the checksums
 * @rules:	what decides what inodes own
 * @table:	group descriptors
 * @image:	places in an e2image file; all 0 for a raw filesystem
 * @journal:	what became of its journal
 * @overlay:	the journal, laid over the reads of @e2fs; NULL if it is not
 * @super_stored, @super_counted:	checksum of the superblock in use
 * @super_offset:	byte on the device where that superblock is
 * @capture:	what is read goes into it, or NULL
 * @disk:	stands before the disk below a mounted filesystem, or NULL
 */
struct ext4bm {
	const struct ext4bm_target *target;
	ext2_filsys e2fs;
	struct ext4bm_geometry geo;
	struct e4_csum csum;
	struct e4_rules rules;
	struct e4_table table;
	struct e4_image image;
	struct ext4bm_journal journal;
	struct e4_overlay *overlay;
	uint32_t super_stored;
	uint32_t super_counted;
	uint64_t super_offset;
	struct ext4bm_capture *capture;
	struct e4_store *disk;
};

/*
 * Called when the superblock of a filesystem was read and nothing else, for
 * who stands between it and its device.
 */
struct e4_hook {
	int (*opened)(void *context, struct ext4bm *fs);
	void *context;
};

/* ext4bm_open() with a hook, which may be NULL. */
int e4_open(const struct ext4bm_target *target,
	    const struct ext4bm_open_options *options,
	    const struct e4_hook *hook, struct ext4bm **ret_fs,
	    struct ext4bm_error *err);

/*
 * Cut "?offset=N" off the name of an image. Return: 0, or -EINVAL for other
 * options; without one, *@offset is left as it is.
 */
int e4_resolve_offset(char *path, uint64_t *offset);
#define E4_OFFSET_TEXT "The only option of an image is ?offset=N"

/*
 * The device that carries a tag (LABEL=, UUID=, PARTUUID=), or a copy of
 * @name if it is none; the caller frees it. Return: 0, -ENOENT, -ENOMEM.
 */
int e4_resolve_tag(const char *name, char **ret_device);

/*
 * Fill @err (which may be NULL) and return -@errnum. @code is the com_err
 * code or 0, @text a printf format.
 */
int e4_error(struct ext4bm_error *err, int errnum, long code,
	     const char *text, ...) __attribute__((format(printf, 4, 5)));

#endif
