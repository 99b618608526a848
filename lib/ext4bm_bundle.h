/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * ext4bm_bundle.h --- what a check has read, in one file
 *
 *	ext4bm_capture_begin() -> a check -> ext4bm_capture_end()
 *	ext4bm_replay_open() -> ext4bm_replay_check() -> report
 *
 * A bundle has all that a check was made from, of a mounted filesystem or of
 * another one, so that the same check can be done elsewhere. Part of ext4bm.h,
 * whose rules hold here too.
 */
#ifndef EXT4BM_BUNDLE_H
#define EXT4BM_BUNDLE_H

#include "ext4bm.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * ext4bm_capture_begin() - begin to make a bundle
 * @path:	file to write; it must not exist
 * @ret_capture: to be given to ext4bm_open() or ext4bm_live_open(), and freed
 *		with ext4bm_capture_free() after that handle was closed
 * @err:	details of a failure
 *
 * What the check reads is kept in files without a name in the folder of
 * @path. The format is in ext4bm-bundle(5).
 *
 * Return: 0; -EEXIST @path exists, whatever it is; an errno of the system.
 */
int ext4bm_capture_begin(const char *path, struct ext4bm_capture **ret_capture,
			 struct ext4bm_error *err);

/**
 * ext4bm_capture_end() - write the bundle
 * @capture:	after one check of all groups
 * @err:	details of a failure
 *
 * The file gets its name when it is complete, and is readable to its owner
 * only. Return: 0; an errno of keeping or writing something.
 */
int ext4bm_capture_end(struct ext4bm_capture *capture,
		       struct ext4bm_error *err);

/** Free it, and what was not written completely; NULL is fine. */
void ext4bm_capture_free(struct ext4bm_capture *capture);

/** A bundle that is checked. */
struct ext4bm_replay;

/**
 * struct ext4bm_replay_info - what a bundle says of itself
 * @live:	made by a live check, else by an offline one
 * @kind:	what was checked
 * @mounted:	it was mounted then
 * @size:	length of the device in bytes; 0 if it could not be read
 * @time:	when it was made, seconds since 1970
 * @program:	what made it, "ext4bmcheck 0.1.0"
 * @kernel:	release and machine of the kernel that ran
 * @name:	the kernel's name of the device, "" if not live
 */
struct ext4bm_replay_info {
	bool live;
	enum ext4bm_target_kind kind;
	bool mounted;
	uint64_t size;
	int64_t time;
	const char *program;
	const char *kernel;
	const char *name;
};

/**
 * struct ext4bm_replay_options - how to check; all zero is the usual way
 * @threads:	as in struct ext4bm_check_options
 * @max_findings: as in struct ext4bm_check_options; not heeded for a bundle of
 *		a live check, which keeps all
 * @cancel:	as in struct ext4bm_check_options
 * @explain:	as in struct ext4bm_live_options
 * @reserved:	must be zero
 */
struct ext4bm_replay_options {
	unsigned int threads;
	uint64_t max_findings;
	const volatile int *cancel;
	bool explain;
	uint64_t reserved[4];
};

/**
 * ext4bm_replay_open() - read a bundle
 * @path:	the file
 * @ret_replay:	the handle, closed with ext4bm_replay_close()
 * @err:	details of a failure
 *
 * Memory is bounded whatever is in the file; what is unpacked goes to a file
 * without a name in /var/tmp.
 *
 * Return: 0; -EINVAL it is no bundle; -EBADMSG, -ENODATA it is damaged, or
 * ends too early; -EFBIG larger than any; -EPROTO of a newer version;
 * -EOPNOTSUPP built without zstd; an errno of the system.
 */
int ext4bm_replay_open(const char *path, struct ext4bm_replay **ret_replay,
		       struct ext4bm_error *err);

/** Close a handle; NULL is fine. */
void ext4bm_replay_close(struct ext4bm_replay *replay);

/** What the bundle says of itself; lives as long as the handle. */
const struct ext4bm_replay_info *
ext4bm_replay_info(const struct ext4bm_replay *replay);

/**
 * ext4bm_replay_check() - do the check again that made the bundle
 * @replay:	handle
 * @options:	NULL for the usual way
 * @ret_report:	the report, freed with ext4bm_report_free()
 * @err:	details of a failure
 *
 * Once for each handle. The report is the same as then.
 *
 * Return: 0 whatever was found; -EALREADY for a second time; as
 * ext4bm_check() and ext4bm_live_check().
 */
int ext4bm_replay_check(struct ext4bm_replay *replay,
			const struct ext4bm_replay_options *options,
			struct ext4bm_report **ret_report,
			struct ext4bm_error *err);

#ifdef __cplusplus
}
#endif

#endif /* EXT4BM_BUNDLE_H */
