/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * liveowners.h --- whose clusters the allocator calls free
 */
#ifndef E4_LIVEOWNERS_H
#define E4_LIVEOWNERS_H

#include "live.h"

/*
 * What became of the question.
 * @answered:	the owners are known, as far as somebody could be asked
 * @still:	they are those of the moment that the filesystem was frozen
 * @bytes:	bytes of inode tables, mappings and directories read
 */
struct e4_answer {
	bool answered;
	bool still;
	uint64_t bytes;
};

/*
 * Who asks for owners.
 * @live:	the mount; its device may be read
 * @options:	threads, cancel
 * @wants:	is this finding to get its owners? NULL: all of them
 * @context:	given to @wants
 * @findings:	settled; get their owners, and what could not be read
 * @answer:	the result
 */
struct e4_question {
	struct e4_live *live;
	const struct ext4bm_check_options *options;
	bool (*wants)(void *context, const struct ext4bm_finding *finding);
	void *context;
	struct e4_findings *findings;
	struct e4_answer *answer;
};

/* Why nobody can be asked, for a person, or NULL. */
const char *e4_liveowners_refused(const struct e4_live *live);

/*
 * Ask while nobody writes. Not answered if that takes more than @seconds.
 * Return: 0, -ENOMEM, -EAGAIN (no thread), or the errno of the superblock.
 */
int e4_liveowners_still(const struct e4_question *question, double seconds);

/*
 * Ask while it is in use, twice: an inode that is being changed makes no
 * sense for a moment, but not the same wrong sense two times. Return: as above.
 */
int e4_liveowners_moving(const struct e4_question *question);

#endif
