/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * mounts.h --- the mount table of this process
 *
 * Two files have e4_mounts_each(): mounts.c asks libmount, mountinfo.c reads
 * the table itself, for a program that has to be linked statically where
 * libmount has no archive.
 */
#ifndef E4_MOUNTS_H
#define E4_MOUNTS_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * One mount.
 * @device:	device number of its files
 * @target:	where it is mounted, seen from this process
 * @type:	type of the filesystem, or ""
 * @source:	what was mounted, a device node as a rule, or ""
 */
struct e4_mount {
	dev_t device;
	const char *target;
	const char *type;
	const char *source;
};

/*
 * Call @each for every mount, the oldest first, until it returns false.
 * Without a mount table there is nothing to call it for.
 */
void e4_mounts_each(bool (*each)(void *context, const struct e4_mount *mount),
		    void *context);

/*
 * Cut one line of /proc/self/mountinfo into @ret_mount, which then points
 * into @line. Return: false if it is no such line.
 */
bool e4_mountinfo_parse(char *line, struct e4_mount *ret_mount);

/* As e4_mounts_each(), of a file in the format of /proc/self/mountinfo. */
void e4_mounts_read(const char *path,
		    bool (*each)(void *context, const struct e4_mount *mount),
		    void *context);

#endif
