// SPDX-License-Identifier: LGPL-2.0-only
/*
 * names.c --- the words for severities, units, items, owners, journals,
 * verdicts
 */
#include "config.h"

#include <sys/stat.h>

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
		"multi-mount protection",
	};

	return NAME_OF(names, item);
}

const char *ext4bm_explanation_name(enum ext4bm_explanation explained)
{
	static const char *const names[] = {
		"none", "journal", "mounted", "moment", "inodes", "orphans",
		"checkpoint", "preallocation", "pending-free",
		"delayed-allocation", "group-flagged", "recovery",
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

const char *ext4bm_claim_name(enum ext4bm_claim claim)
{
	static const char *const names[] = {
		"", "data", "mapping", "xattr", "bad", "fixed",
	};

	return NAME_OF(names, claim);
}

const char *ext4bm_nameless_name(enum ext4bm_nameless nameless)
{
	static const char *const names[] = {
		"", "none", "deleted", "internal", "unread",
	};

	return NAME_OF(names, nameless);
}

const char *ext4bm_right_name(enum ext4bm_right right)
{
	static const char *const names[] = {
		"unknown", "stored", "counted", "neither",
	};

	return NAME_OF(names, right);
}

const char *ext4bm_file_type(uint16_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
		return "regular file";
	case S_IFDIR:
		return "directory";
	case S_IFLNK:
		return "symbolic link";
	case S_IFCHR:
		return "character device";
	case S_IFBLK:
		return "block device";
	case S_IFIFO:
		return "named pipe";
	case S_IFSOCK:
		return "socket";
	default:
		return "no type";
	}
}

const char *ext4bm_journal_state_name(enum ext4bm_journal_state state)
{
	static const char *const names[] = {
		"clean", "ignored", "failed", "partly", "replayed",
	};

	return NAME_OF(names, state);
}

const char *ext4bm_verdict_name(enum ext4bm_verdict verdict)
{
	static const char *const names[] = {
		"clean", "clean-part", "undecided", "incomplete", "drift",
	};

	return NAME_OF(names, verdict);
}
