/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * replay.h --- the views of a bundle
 */
#ifndef E4_REPLAY_H
#define E4_REPLAY_H

#include "bundle.h"

/* A sample of a group, and where it is in the member of samples. */
struct e4_replay_sample {
	uint32_t group;
	bool used;
	off_t offset;
};

/*
 * A source of views that were captured.
 * @bundle, @manifest, @store:	what was captured
 * @nr_counters:	readings of all counters that were given so far
 * @fsmap:		place behind the last answer, where the next one begins
 * @samples:		in the order in which they were taken
 */
struct e4_replay {
	struct e4_bundle bundle;
	struct e4_manifest manifest;
	struct e4_store store;
	unsigned int nr_counters;
	off_t fsmap;
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
