/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * live.h --- the views of a mounted filesystem, read again and again
 */
#ifndef E4_LIVE_H
#define E4_LIVE_H

#include "buddy.h"
#include "compare.h"
#include "device.h"
#include "kernel.h"
#include "scan.h"
#include "source.h"

struct e4_disk;

/* Why the device is not read. */
enum e4_blind {
	E4_BLIND_USER,
	E4_BLIND_FORBIDDEN,
	E4_BLIND_NO_NODE,
};

/*
 * A live check in progress.
 * @kernel:	the mount
 * @source:	where the views come from; as a rule @kernel
 * @fs:		the device, or NULL where it may not be read
 * @blind:	why there is no @fs
 * @geo:	shape; from @fs, or derived from what the kernel shows
 * @views:	for the comparisons in the page cache; only with @fs
 * @fixed:	index for @views
 * @max_order:	highest order of the buddy
 * @explain:	tell of explained differences, too
 * @disk:	the disk, or NULL where it is not looked at; only with @fs
 * @frozen:	nobody writes, and nothing is left to be written
 */
struct e4_live {
	struct e4_kernel kernel;
	struct e4_source source;
	struct ext4bm *fs;
	enum e4_blind blind;
	struct ext4bm_geometry geo;
	struct e4_views views;
	struct e4_fixed fixed;
	unsigned int max_order;
	bool explain;
	struct e4_disk *disk;
	bool frozen;
};

/*
 * Descriptor and bitmaps of a group at one moment, from the page cache.
 * @gd:		descriptor
 * @raw:	the same as it is on disk
 * @error:	0, or the negative errno of reading them
 * @torn:	the descriptor changed while the bitmaps were read
 * @bitmaps:	block bitmap and inode bitmap, one block each; all clear where
 *		the descriptor calls them uninitialised
 */
struct e4_cache {
	struct e4_gd gd;
	uint8_t *raw;
	int error;
	bool torn;
	uint8_t *bitmaps;
};

/*
 * All views of a group, between two equal readings if it is @settled.
 * @before, @after:	counters around the reading of the buddy
 * @cache:		page cache, before and after everything else
 * @disk:		what is on the disk, if that was asked for
 * @buddy:		counters that the allocator's bitmap leads to
 * @free:		that bitmap; a set bit is free
 * @buddy_error:	0, or the negative errno of reading it
 */
struct e4_sample {
	uint32_t group;
	struct e4_mbgroup before;
	struct e4_mbgroup after;
	struct e4_cache cache[2];
	struct e4_cache disk;
	struct e4_counters buddy;
	uint8_t *free;
	int buddy_error;
};

/*
 * A filesystem that looks as if this kernel had it mounted.
 * @kernel:	what is known of the mount; has no files open
 * @source:	its views
 * @target:	its device, or NULL where that may not be read
 * @hook:	called for @target
 */
struct e4_stage {
	struct e4_kernel kernel;
	struct e4_source source;
	const struct ext4bm_target *target;
	struct e4_hook hook;
};

/* Why the device of @kernel, which was denied to us, is not read. */
enum e4_blind e4_blind_of(const struct e4_kernel *kernel);

/* The same for a person. */
const char *e4_blind_text(enum e4_blind blind);

/* As ext4bm_live_open(); what @stage points to must outlive it. In live.c. */
int e4_live_stage(const struct e4_stage *stage, struct ext4bm_live **ret_live,
		  struct ext4bm_error *err);

/* Read descriptor and bitmaps of a group anew. */
void e4_cache_read(struct e4_live *live, uint32_t group,
		   struct e4_cache *cache);

/* Memory for the bitmaps of a sample. Return: 0 or -ENOMEM. */
int e4_sample_init(const struct e4_live *live, struct e4_sample *sample);
void e4_sample_free(struct e4_sample *sample);

/*
 * Take samples of @nr groups at once, in the order that makes them
 * comparable: page cache, disk, counters, buddy, counters, page cache.
 * Return: 0 or a negative errno of reading the counters.
 */
int e4_sample_take(struct e4_live *live, struct e4_sample *samples,
		   size_t nr);

/*
 * What a sample shows.
 * @accepted:	nothing moved while it was taken
 * @findings:	all differences in it
 */
struct e4_difference {
	bool accepted;
	struct e4_findings findings;
};

/*
 * What a group is suspected of, as far as a sample can clear it: differences
 * of counters and buddy; within the page cache; clusters free in the buddy and
 * used in the page cache; of disk and page cache.
 */
#define E4_CHARGE_COUNTERS (1U << 0)
#define E4_CHARGE_CACHE (1U << 1)
#define E4_CHARGE_BITS (1U << 2)
#define E4_CHARGE_DISK (1U << 3)
#define E4_ALL_CHARGES ((1U << 4) - 1)

/* Counters against buddy in one sample: equal, but for the hint. Pure. */
void e4_sample_counters(const struct e4_live *live,
			const struct e4_sample *sample,
			struct e4_findings *findings);

/* One reading of the page cache against itself. Pure. */
void e4_sample_cache(const struct e4_live *live, uint32_t group,
		     const struct e4_cache *cache,
		     struct e4_findings *findings);

/*
 * Compare the allocator's copies in a sample that stood still, and if @cache
 * both with the page cache. Pure.
 */
void e4_compare_buddy(const struct e4_live *live,
		      const struct e4_sample *sample, bool cache,
		      struct e4_findings *findings);

/* Compare disk and page cache in a sample that both stood still in. Pure. */
void e4_compare_disk(const struct e4_live *live,
		     const struct e4_sample *sample,
		     struct e4_findings *findings);

/* Is what lasts of differences of disk and page cache explained? Pure. */
bool e4_disk_acquits(const struct e4_live *live,
		     const struct e4_sample *sample);

/*
 * Return: E4_CHARGE_x that no lasting drift can be behind, going by this
 * sample, even if something moved in it. Views that are not looked at are
 * clear. Pure.
 */
unsigned int e4_sample_acquits(const struct e4_live *live,
			       const struct e4_sample *sample);

/* What could not be read of the group: @err is a negative errno. */
void e4_sample_unreadable(const struct e4_sample *sample, int err,
			  struct e4_findings *findings);

/* Compare the views of a sample. Pure. */
void e4_sample_compare(const struct e4_live *live,
		       const struct e4_sample *sample,
		       struct e4_difference *difference);

#endif
