/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * ext4bm_live.h --- do the views of a mounted ext4 agree?
 *
 *	ext4bm_live_open() -> ext4bm_live_check() -> report
 *
 * The allocator's counters and its bitmap, as the running kernel shows them,
 * are compared with each other, and with bitmaps and descriptors in the page
 * cache where the device may be read. Part of ext4bm.h, whose rules hold here
 * too.
 */
#ifndef EXT4BM_LIVE_H
#define EXT4BM_LIVE_H

#include "ext4bm.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct ext4bm_filesystem - a mounted ext4
 * @name:	the kernel's name of its device, as in /proc/fs/ext4
 * @path:	what ext4bm_live_open() finds it by: where it is mounted, or a
 *		device node where no mount that is shown here leads to it
 * @shown:	@path is where it is mounted
 */
struct ext4bm_filesystem {
	char *name;
	char *path;
	bool shown;
};

/**
 * ext4bm_filesystems() - every mounted ext4, each once
 * @ret_list:	them, in the order of the mount table, then those that this
 *		mount namespace does not show; freed with
 *		ext4bm_filesystems_free()
 * @ret_nr:	how many; 0 is no failure
 * @err:	details of a failure
 *
 * Return: 0; -ENOMEM, or a negative errno of reading the mount table.
 */
int ext4bm_filesystems(struct ext4bm_filesystem **ret_list, size_t *ret_nr,
		       struct ext4bm_error *err);

/** Free a list of them; NULL is fine if it has none. */
void ext4bm_filesystems_free(struct ext4bm_filesystem *list, size_t nr);

/** A mounted filesystem. */
struct ext4bm_live;

/**
 * struct ext4bm_live_info - what is known before looking
 * @name:	the kernel's name of the device, as in /proc/fs/ext4
 * @device:	device node, or NULL
 * @mountpoint:	a directory where it is mounted, or NULL
 * @errors:	the mount's errors= policy: "continue", "remount-ro", "panic",
 *		or "unknown" where the kernel does not show it
 * @panics:	the policy is panic, or may be: loading a damaged group then
 *		ends the system
 * @cache:	the device may be read, so the page cache can be compared
 * @kernel_errors: errors the kernel has met since the last e2fsck, or -1
 * @fd:		a file or directory on it, open for reading; belongs to the
 *		handle
 */
struct ext4bm_live_info {
	const char *name;
	const char *device;
	const char *mountpoint;
	const char *errors;
	bool panics;
	bool cache;
	int64_t kernel_errors;
	int fd;
};

/**
 * struct ext4bm_live_options - how to check; all zero is the usual way
 * @threads:	as in struct ext4bm_check_options
 * @settle:	seconds that suspected groups get to stand still; 0 means 5
 * @cancel:	as in struct ext4bm_check_options
 * @groups:	as in struct ext4bm_check_options. Of few groups, nothing else
 *		is read but the lines of mb_groups before the last of them
 * @nr_groups:	number of ranges
 * @explain:	list differences that are explained, too. Without it, they are
 *		only counted
 * @disk:	compare the disk with the page cache, too. Reading it past the
 *		page cache makes the kernel write back the dirty pages of
 *		descriptors and bitmaps first
 * @freeze:	freezes the filesystem (FIFREEZE): an exact picture is wanted.
 *		Called once, when all that can be done before is done. Returns
 *		0, or a negative errno, which ends the check. NULL: nothing is
 *		frozen. The disk is then compared, too
 * @thaw:	gives it back, as soon as all is read; called in any case if
 *		@freeze returned 0. Returns 0 if the filesystem was frozen all
 *		the time in between, else another number
 * @freeze_context: given to @freeze and @thaw
 * @freeze_seconds: for how long it may be frozen. If that is too short, all is
 *		settled as if it had not been, and the report says so. It is up
 *		to @freeze to see to it that it ends, also if this process dies
 * @owners:	name the owners of clusters that the allocator calls free
 *		although they are in use (EXT4BM_BUDDY_LOST_UPDATE): any value
 *		but EXT4BM_OWNERS_NONE does so, and bitmaps are not compared
 *		with them. All inode tables are read for that through the page
 *		cache, if there are such clusters: while it is frozen, if
 *		half of the time that is left is enough, else twice afterwards.
 *		Not together with a capture
 * @paths:	with @owners: find out what they are called, too
 * @wants_owners: called for each such finding: is it to get its owners? NULL:
 *		all are
 * @owners_context: given to @wants_owners
 * @reserved:	must be zero
 */
struct ext4bm_live_options {
	unsigned int threads;
	double settle;
	const volatile int *cancel;
	const struct ext4bm_range *groups;
	size_t nr_groups;
	bool explain;
	bool disk;
	int (*freeze)(void *context);
	int (*thaw)(void *context);
	void *freeze_context;
	double freeze_seconds;
	enum ext4bm_owners owners;
	bool paths;
	bool (*wants_owners)(void *context,
			     const struct ext4bm_finding *finding);
	void *owners_context;
	uint64_t reserved[1];
};

/**
 * struct ext4bm_live_open_options - where to look; all zero is the usual way
 * @mb_groups:	path of the file with the allocator's counters, for a kernel
 *		that shows it at an odd place; NULL looks in procfs, then in
 *		debugfs. A saved copy is refused: it is of another moment
 * @proc_root:	folder in which the host's /proc and /sys are mounted, for a
 *		container; NULL for "/"
 * @capture:	keep what is read for a bundle, or NULL
 * @reserved:	must be zero
 */
struct ext4bm_live_open_options {
	const char *mb_groups;
	const char *proc_root;
	struct ext4bm_capture *capture;
	uint64_t reserved[4];
};

/**
 * ext4bm_live_open() - find a mounted filesystem
 * @name:	device node, tag, mount point, or any path on it; an image
 *		(IMAGE or IMAGE?offset=N) that is mounted through a loop
 *		device stands for what is in it
 * @options:	NULL for the usual way
 * @ret_live:	the handle, closed with ext4bm_live_close()
 * @err:	details of a failure
 *
 * With the right to read the device, its superblock and descriptors are read
 * through the page cache. Without it the shape is derived from the kernel's
 * own views, for which their groups are loaded; where that could make the
 * kernel panic, or the filesystem read-only, this is left to
 * ext4bm_live_check().
 *
 * Return: 0; -ENOENT no such thing; -ENODEV not a mounted ext4, none that this
 * mount namespace shows, or its counters are shown nowhere; -EINVAL the
 * counters are a saved copy, or of another filesystem; -EACCES the shape
 * cannot be found out without access to the device.
 */
int ext4bm_live_open(const char *name,
		     const struct ext4bm_live_open_options *options,
		     struct ext4bm_live **ret_live, struct ext4bm_error *err);

/** Close a handle; NULL is fine. */
void ext4bm_live_close(struct ext4bm_live *live);

/** What is known before looking; lives as long as the handle. */
const struct ext4bm_live_info *
ext4bm_live_info(const struct ext4bm_live *live);

/**
 * Shape of the filesystem; lives as long as the handle. No groups where
 * finding it out was left to ext4bm_live_check().
 */
const struct ext4bm_geometry *
ext4bm_live_geometry(const struct ext4bm_live *live);

/**
 * ext4bm_live_check() - compare the views of a mounted filesystem
 * @live:	handle
 * @options:	NULL for the usual way
 * @ret_report:	the report, freed with ext4bm_report_free()
 * @err:	details of a failure
 *
 * Makes the kernel load every group up to the last one asked for, which can
 * set off the errors= policy if one is damaged: look at ext4bm_live_info()
 * first.
 *
 * Return: 0 whatever was found; -EINVAL options that make no sense; -ESTALE it
 * was resized meanwhile; another negative errno if the kernel's views could
 * not be read.
 */
int ext4bm_live_check(struct ext4bm_live *live,
		      const struct ext4bm_live_options *options,
		      struct ext4bm_report **ret_report,
		      struct ext4bm_error *err);

#ifdef __cplusplus
}
#endif

#endif /* EXT4BM_LIVE_H */
