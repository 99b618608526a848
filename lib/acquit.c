// SPDX-License-Identifier: LGPL-2.0-only
/*
 * acquit.c --- what a sample of a moving group proves all the same
 *
 * Pure. Drift that lasts is in every sample, however much else moves: one in
 * which a comparison finds none clears the group of that kind of drift. So a
 * group that never stands still as a whole can be cleared bit by bit, while
 * it takes samples that do stand still to find it guilty.
 */
#include "config.h"

#include <string.h>

#include "geometry.h"
#include "live.h"

/* A set bit: free for the allocator, and used before and after in memory. */
static bool any_lost(const struct e4_sample *sample, uint32_t clusters,
		     bool both)
{
	const uint8_t *after = sample->cache[1].bitmaps;
	const uint8_t *before = both ? sample->cache[0].bitmaps : after;

	/* Bits behind the last cluster are never free. */
	for (uint32_t byte = 0; byte < (clusters + 7) / 8; byte++)
		if (sample->free[byte] & before[byte] & after[byte])
			return true;
	return false;
}

static bool acquits_bits(const struct e4_live *live,
			 const struct e4_sample *sample)
{
	const struct e4_cache *before = &sample->cache[0];
	const struct e4_cache *after = &sample->cache[1];

	if (before->error || after->error)
		return false;
	if (e4_gd_uninit(&live->geo, &after->gd, EXT4BM_BLOCK_UNINIT))
		return sample->after.counters.free <=
		       (int64_t)after->gd.free_clusters;
	return !any_lost(sample, ext4bm_group_clusters(&live->geo,
						       sample->group),
			 !e4_gd_uninit(&live->geo, &before->gd,
				       EXT4BM_BLOCK_UNINIT));
}

static bool acquits_counters(const struct e4_live *live,
			     const struct e4_sample *sample)
{
	struct e4_findings findings = { 0 };
	bool none;

	if (!e4_mbgroups_equal(&sample->before, &sample->after))
		return false;
	e4_sample_counters(live, sample, &findings);
	none = findings.nr == 0 && !findings.failed;
	e4_findings_free(&findings);
	return none;
}

/*
 * One reading is enough, as bitmaps and descriptor are compared in it; unless
 * a change between the two happens to make up for what they are apart.
 */
static bool acquits_cache(const struct e4_live *live,
			  const struct e4_sample *sample)
{
	for (int i = 0; i < 2; i++) {
		struct e4_findings findings = { 0 };
		bool none;

		if (sample->cache[i].error || sample->cache[i].torn)
			continue;
		e4_sample_cache(live, sample->group, &sample->cache[i],
				&findings);
		none = findings.nr == 0 && !findings.failed;
		e4_findings_free(&findings);
		if (none)
			return true;
	}
	return false;
}

unsigned int e4_sample_acquits(const struct e4_live *live,
			       const struct e4_sample *sample)
{
	bool readable = !sample->buddy_error && !sample->after.errnum &&
			!sample->after.corrupt;
	unsigned int charges = 0;

	if (readable && acquits_counters(live, sample))
		charges |= E4_CHARGE_COUNTERS;
	if (!live->fs || acquits_cache(live, sample))
		charges |= E4_CHARGE_CACHE;
	if (!live->fs || (readable && acquits_bits(live, sample)))
		charges |= E4_CHARGE_BITS;
	if (!live->disk || e4_disk_acquits(live, sample))
		charges |= E4_CHARGE_DISK;
	return charges;
}
