/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * replay.h --- the views of a bundle
 */
#ifndef E4_REPLAY_H
#define E4_REPLAY_H

#include "bundle.h"

/*
 * A sample of a group.
 * @used:	how many of the group were given; in the first one
 * @offset:	where it is in the member of samples
 */
struct e4_replay_sample {
	uint32_t group;
	uint32_t used;
	off_t offset;
};

/*
 * An answer of GETFSMAP.
 * @first, @last:	bytes that were asked for
 * @offset:		where its first record is in the member
 * @good:		it ends without an error
 * @used:		it was given
 */
struct e4_replay_answer {
	uint64_t first;
	uint64_t last;
	off_t offset;
	bool good;
	bool used;
};

/*
 * A source of views that were captured.
 * @bundle, @manifest, @store:	what was captured
 * @disk:		blocks of the disk below the device
 * @clock:		seconds since it began; only moves when it is moved
 * @nr_counters:	readings of all counters that were given so far
 * @answers:		of GETFSMAP, by what was asked, then in their order
 * @widest:		good answer to the widest question, or NULL
 * @cuts:		how often part of it was given
 * @samples:		by group, then in the order in which they were taken
 */
struct e4_replay {
	struct e4_bundle bundle;
	struct e4_manifest manifest;
	struct e4_store store;
	struct e4_store disk;
	double clock;
	unsigned int nr_counters;
	struct e4_replay_answer *answers;
	size_t nr_answers;
	const struct e4_replay_answer *widest;
	unsigned int cuts;
	off_t spaces;
	off_t totals;
	off_t attributes;
	struct e4_replay_sample *samples;
	size_t nr_samples;
};

/*
 * Read a bundle from @fd, which stays the caller's. Released in any case.
 * Return: 0, or a negative errno that @err explains.
 */
int e4_replay_read(struct e4_replay *replay, int fd, struct ext4bm_error *err);

void e4_replay_release(struct e4_replay *replay);

/* Find the answers in the members; a part of e4_replay_read(). */
int e4_replay_index(struct e4_replay *replay);

/* The views; @replay must outlive the source. */
struct e4_source e4_replay_source(struct e4_replay *replay);

/* What is known of the kernel that was captured; it has no files. */
void e4_replay_kernel(const struct e4_replay *replay,
		      struct e4_kernel *kernel);

/*
 * A hook (struct e4_hook), @context is the replay: the superblock of @fs was
 * read, and there is no device behind it. Return: 0, or -EFBIG.
 */
int e4_replay_opened(void *context, struct ext4bm *fs);

#endif
