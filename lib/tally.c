// SPDX-License-Identifier: LGPL-2.0-only
/*
 * tally.c --- count findings, also those that are not kept
 *
 * Also decides what may explain a finding away. Mostly that follows from its
 * code and from the state of the filesystem alone: two views that live in
 * different blocks may differ as long as the journal was not replayed or the
 * kernel is writing; one block by itself is always of one moment. Totals that
 * the kernel only writes at unmount stay behind whenever it crashes.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bitmap.h"
#include "tally.h"

int e4_tally_init(struct e4_tally *tally, const struct ext4bm_geometry *geo,
		  uint32_t groups, bool mounted)
{
	tally->geo = geo;
	tally->mounted = mounted;
	tally->drift_groups = calloc(groups / 8 + 1, 1);
	return tally->drift_groups ? 0 : -ENOMEM;
}

void e4_tally_free(struct e4_tally *tally)
{
	free(tally->drift_groups);
	tally->drift_groups = NULL;
}

int e4_tally_copy(struct e4_tally *tally, const struct e4_tally *from)
{
	size_t bytes = from->geo->groups / 8 + 1;

	*tally = *from;
	tally->drift_groups = malloc(bytes);
	if (!tally->drift_groups)
		return -ENOMEM;
	memcpy(tally->drift_groups, from->drift_groups, bytes);
	return 0;
}

enum ext4bm_explanation e4_tally_explain(const struct e4_tally *tally,
					 enum ext4bm_code code)
{
	const struct ext4bm_catalogue_entry *entry = ext4bm_catalogue(code);

	if (tally->apart && code == EXT4BM_COUNTERS_ABOVE_DESCRIPTOR)
		return EXT4BM_BY_MOMENT;
	if (tally->settled)
		return EXT4BM_UNEXPLAINED;
	if (tally->mounted && entry->mounted)
		return EXT4BM_BY_MOUNT;
	if (tally->replayed)
		return entry->journal && !entry->maintained ?
		       EXT4BM_BY_RECOVERY : EXT4BM_UNEXPLAINED;
	if (tally->geo->needs_recovery && entry->journal)
		return EXT4BM_BY_JOURNAL;
	return EXT4BM_UNEXPLAINED;
}

enum ext4bm_explanation
e4_tally_explain_one(const struct e4_tally *tally,
		     const struct ext4bm_finding *finding)
{
	enum ext4bm_explanation general =
		e4_tally_explain(tally, finding->code);

	return general ? general : finding->explained;
}

void e4_tally_add(struct e4_tally *tally, const struct e4_findings *findings,
		  size_t from)
{
	for (size_t i = from; i < findings->nr; i++) {
		const struct ext4bm_finding *it = &findings->list[i];
		enum ext4bm_explanation why = e4_tally_explain_one(tally, it);

		tally->by_code[it->code]++;
		if (why == EXT4BM_UNEXPLAINED && it->group != EXT4BM_NO_GROUP &&
		    ext4bm_catalogue(it->code)->severity > EXT4BM_OPERATIONAL)
			e4_bitmap_set(tally->drift_groups, it->group,
				      it->group + 1);
		else if (why == EXT4BM_BY_INODES)
			tally->by_inodes[it->code]++;
		else if (why == EXT4BM_BY_ORPHANS ||
			 (tally->settled && it->explained))
			tally->explained[it->code]++;
	}
}
