/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * keep.h --- a capture in progress
 */
#ifndef E4_KEEP_H
#define E4_KEEP_H

#include "capture.h"

/*
 * @path:	what is to be written
 * @temp:	what is written until it is complete
 * @fd:		of @temp
 * @bundle:	the members so far
 * @store:	blocks of the device
 * @disk:	blocks of the disk below it
 * @inner:	where answers come from
 * @nr_counters: readings of all counters so far
 * @nested:	an answer that is part of a sample
 * @error:	the first negative errno of keeping something
 */
struct ext4bm_capture {
	char *path;
	char *temp;
	char *folder;
	int fd;
	struct e4_bundle bundle;
	struct e4_manifest manifest;
	struct e4_store store;
	struct e4_store disk;
	struct e4_source inner;
	unsigned int nr_counters;
	int nested;
	int error;
};

/* Remember the first negative errno of keeping something. */
void e4_keep_note(struct ext4bm_capture *capture, int ret);

/* The file of a member, made if it is not there; NULL, which is noted. */
FILE *e4_keep_member(struct ext4bm_capture *capture, const char *name);

#endif
