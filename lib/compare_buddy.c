// SPDX-License-Identifier: LGPL-2.0-only
/*
 * compare_buddy.c --- the allocator's copies of a group against each other
 *
 * And against the page cache, where that was read. Counters and buddy are to
 * be equal, at one moment. What the buddy has free and the page cache has not
 * is about to be given away a second time; the other way round, the allocator
 * keeps clusters to itself, for which there are reasons.
 */
#include "config.h"

#include "geometry.h"
#include "live.h"
#include "saved.h"

static struct ext4bm_finding *add(struct e4_findings *findings,
				  const struct e4_sample *sample,
				  enum ext4bm_code code, int64_t stored,
				  int64_t counted)
{
	struct ext4bm_finding *finding =
		e4_findings_add(findings, code, sample->group);

	finding->stored = (uint64_t)stored;
	finding->counted = (uint64_t)counted;
	finding->flags = sample->cache[1].gd.flags;
	return finding;
}

/* Counters against buddy: equal in every column, but for the hint. */
void e4_sample_counters(const struct e4_live *live,
			const struct e4_sample *sample,
			struct e4_findings *findings)
{
	uint32_t clusters = ext4bm_group_clusters(&live->geo, sample->group);
	const struct e4_counters *counters = &sample->after.counters;
	const struct e4_counters *buddy = &sample->buddy;

	if (counters->free != buddy->free)
		add(findings, sample, EXT4BM_BUDDY_FREE_CLUSTERS,
		    counters->free, buddy->free);
	if (counters->fragments != buddy->fragments)
		add(findings, sample, EXT4BM_BUDDY_FRAGMENTS,
		    counters->fragments, buddy->fragments);
	if (!e4_buddy_first_ok(counters, buddy))
		add(findings, sample, EXT4BM_BUDDY_FIRST_FREE,
		    counters->first, buddy->first);
	e4_counters_possible(&sample->after, clusters, findings);
	for (int order = 0; order < E4_ORDERS; order++) {
		if (counters->orders[order] == buddy->orders[order])
			continue;
		add(findings, sample, EXT4BM_BUDDY_ORDERS,
		    counters->orders[order], buddy->orders[order]);
		e4_finding_range(findings, (uint64_t)order, (uint64_t)order);
		break;
	}
}

/* Is there a bitmap in the page cache, which is not just implied? */
static bool has_bitmap(const struct e4_live *live,
		       const struct e4_sample *sample)
{
	const struct e4_cache *cache = &sample->cache[1];

	return !e4_gd_uninit(&live->geo, &cache->gd, EXT4BM_BLOCK_UNINIT) &&
	       !e4_compare_doubtful(&live->views, &cache->gd,
				    EXT4BM_ITEM_BLOCK_BITMAP, cache->bitmaps);
}

/* Free for the allocator and used in the bitmap: about to be given away. */
static uint8_t lost_byte(const struct e4_sample *sample, uint32_t byte)
{
	return sample->free[byte] & sample->cache[1].bitmaps[byte];
}

/* Free in the bitmap and used for the allocator: it keeps them for now. */
static uint8_t kept_byte(const struct e4_sample *sample, uint32_t byte)
{
	return (uint8_t)~(sample->free[byte] |
			  sample->cache[1].bitmaps[byte]);
}

/* Give the newest finding the runs of bits that are set. */
static void add_ranges(const struct e4_sample *sample, uint32_t clusters,
		       uint8_t (*byte_of)(const struct e4_sample *sample,
					  uint32_t byte),
		       struct e4_findings *findings)
{
	uint32_t first = 0;

	for (uint32_t bit = 0; bit <= clusters; bit++) {
		if (bit < clusters &&
		    (byte_of(sample, bit / 8) >> bit % 8 & 1))
			continue;
		if (bit > first)
			e4_finding_range(findings, first, bit - 1);
		first = bit + 1;
	}
}

static void compare_bits(const struct e4_live *live,
			 const struct e4_sample *sample,
			 struct e4_findings *findings)
{
	uint32_t clusters = ext4bm_group_clusters(&live->geo, sample->group);
	uint32_t nr = 0;

	for (uint32_t byte = 0; byte < (clusters + 7) / 8; byte++)
		nr += (uint32_t)__builtin_popcount(lost_byte(sample, byte));
	if (nr == 0)
		return;
	add(findings, sample, EXT4BM_BUDDY_LOST_UPDATE, 0, nr);
	add_ranges(sample, clusters, lost_byte, findings);
}

/*
 * A free that waits for its commit looks like a preallocation. Without a
 * journal, and in a frozen filesystem, nothing waits, unless it is for a
 * discard.
 */
static enum ext4bm_explanation kept_by(const struct e4_live *live)
{
	bool journal = (live->geo.compat & EXT3_FEATURE_COMPAT_HAS_JOURNAL) &&
		       !live->frozen;

	return journal || live->kernel.discard ? EXT4BM_BY_PENDING_FREE
					       : EXT4BM_BY_PREALLOCATION;
}

/* The allocator's count may be below that of the descriptor, not above. */
static void compare_counts(const struct e4_live *live,
			   const struct e4_sample *sample,
			   struct e4_findings *findings)
{
	int64_t counters = sample->after.counters.free;
	int64_t described = sample->cache[1].gd.free_clusters;

	if (counters > described)
		add(findings, sample, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR,
		    described, counters);
	if (counters >= described || !live->explain)
		return;
	add(findings, sample, EXT4BM_COUNTERS_BELOW_DESCRIPTOR, described,
	    counters)->explained = kept_by(live);
	if (has_bitmap(live, sample))
		add_ranges(sample, ext4bm_group_clusters(&live->geo,
							 sample->group),
			   kept_byte, findings);
}

/*
 * A flagged group stands still and proves nothing but that it is flagged; if
 * not that more was taken from it than there was.
 */
static void compare_flagged(const struct e4_live *live,
			    const struct e4_sample *sample, bool cache,
			    struct e4_findings *findings)
{
	int64_t counters = sample->after.counters.free;
	int64_t described = sample->cache[1].gd.free_clusters;
	struct ext4bm_finding *finding;

	if (sample->after.errnum) {
		finding = e4_findings_add(findings, EXT4BM_GROUP_LOAD_FAILED,
					  sample->group);
		finding->errnum = sample->after.errnum;
		return;
	}
	add(findings, sample, EXT4BM_GROUP_MARKED_CORRUPT, counters,
	    described);
	e4_counters_possible(&sample->after, ext4bm_group_clusters(
				&live->geo, sample->group), findings);
	if (!live->explain || !cache || counters == described)
		return;
	add(findings, sample, counters < described ?
	    EXT4BM_COUNTERS_BELOW_DESCRIPTOR :
	    EXT4BM_COUNTERS_ABOVE_DESCRIPTOR, described,
	    counters)->explained = EXT4BM_BY_FLAG;
}

void e4_compare_buddy(const struct e4_live *live,
		      const struct e4_sample *sample, bool cache,
		      struct e4_findings *findings)
{
	if (sample->after.errnum || sample->after.corrupt) {
		compare_flagged(live, sample, cache, findings);
		return;
	}
	if (sample->buddy_error) {
		e4_findings_add(findings, EXT4BM_GROUP_LOAD_FAILED,
				sample->group)->errnum = -sample->buddy_error;
		return;
	}
	e4_sample_counters(live, sample, findings);
	if (!cache)
		return;
	compare_counts(live, sample, findings);
	if (has_bitmap(live, sample))
		compare_bits(live, sample, findings);
}
