// SPDX-License-Identifier: LGPL-2.0-only
/*
 * names.c --- the words for severities, units, items, verdicts
 */
#include "config.h"

#include "ext4bm.h"

#define NAME_OF(names, value) \
	((size_t)(value) < sizeof(names) / sizeof((names)[0]) ? \
	 (names)[value] : "")

const char *ext4bm_severity_name(enum ext4bm_severity severity)
{
	static const char *const names[] = {
		"informational", "operational", "minor", "major", "severe",
	};

	return NAME_OF(names, severity);
}

const char *ext4bm_unit_name(enum ext4bm_unit unit)
{
	static const char *const names[] = {
		"", "clusters", "inodes", "bits", "blocks", "groups",
		"orders",
	};

	return NAME_OF(names, unit);
}

const char *ext4bm_item_name(enum ext4bm_item item)
{
	static const char *const names[] = {
		"", "superblock", "group descriptors", "reserved GDT",
		"block bitmap", "inode bitmap", "inode table",
	};

	return NAME_OF(names, item);
}

const char *ext4bm_explanation_name(enum ext4bm_explanation explained)
{
	static const char *const names[] = {
		"none", "journal", "mounted", "moment", "checkpoint",
		"preallocation", "pending-free", "delayed-allocation",
		"group-flagged",
	};

	return NAME_OF(names, explained);
}

const char *ext4bm_live_verdict_name(enum ext4bm_live_verdict verdict)
{
	static const char *const names[] = {
		"", "transient", "explained", "persistent", "undecided",
	};

	return NAME_OF(names, verdict);
}

/* Numbers of the on-disk format: EXT4_ERR_* of ext4. */
const char *ext4bm_kernel_error_name(int error)
{
	static const char *const names[] = {
		"", "unknown", "EIO", "ENOMEM", "EFSBADCRC", "EFSCORRUPTED",
		"ENOSPC", "ENOKEY", "EROFS", "EFBIG", "EEXIST", "ERANGE",
		"EOVERFLOW", "EBUSY", "ENOTDIR", "ENOTEMPTY", "ESHUTDOWN",
		"EFAULT",
	};

	return NAME_OF(names, error);
}

const char *ext4bm_verdict_name(enum ext4bm_verdict verdict)
{
	static const char *const names[] = {
		"clean", "clean-part", "undecided", "incomplete", "drift",
	};

	return NAME_OF(names, verdict);
}
