// SPDX-License-Identifier: LGPL-2.0-only
/*
 * space.c --- the kernel's total of free blocks against the descriptors
 *
 * ext4 answers statfs() from a total of its own, which is counted when it
 * mounts and changed with every descriptor from then on; what is promised to
 * delayed writes is taken off the answer. The total is spread over the
 * processors, but statfs() adds all parts up (percpu_counter_sum), so it is
 * exact whenever nothing moves. Where something always moves it is shown and
 * not compared.
 */
#include "config.h"

#include <string.h>

#include "space.h"

/* Equal differences in a row that make one persistent; nobody writes to a
 * frozen filesystem. */
#define WANTED 3
#define WANTED_FROZEN 1

/*
 * Attempts; the pause in nanoseconds behind one in which something moved, and
 * behind one with a difference. The second is long, because total and
 * descriptor are changed one after the other and without a common lock: a
 * writer may lose the processor in between.
 */
#define ATTEMPTS 8
#define MOVED_PAUSE 20000000L
#define DIFFERENT_PAUSE 1000000000L

static int read_space(const struct e4_live *live, struct e4_total *total)
{
	return live->source.ops->space(live->source.context, &total->free,
				       &total->delayed);
}

/* Return: 0, or a negative errno of reading a part of the table. */
static int add_up(const struct e4_live *live, uint64_t *ret_blocks)
{
	const struct e4_table *table = &live->fs->table;
	const struct ext4bm_geometry *geo = &live->geo;
	uint64_t clusters = 0;

	for (uint32_t group = 0; group < geo->groups; group++) {
		struct e4_gd gd;
		int ret = e4_table_get(table, geo, NULL, group, &gd);

		if (ret)
			return ret;
		clusters += gd.free_clusters;
	}
	*ret_blocks = clusters * geo->cluster_ratio;
	return 0;
}

int e4_total_take(struct e4_live *live, struct e4_total *total)
{
	struct e4_total after = { 0 };
	uint64_t described = 0;
	int ret = read_space(live, total);

	if (ret)
		return ret;
	e4_table_refresh_all(&live->fs->table, live->fs->e2fs->io,
			     &live->geo);
	ret = add_up(live, &total->described);
	if (ret)
		return ret;
	e4_table_refresh_all(&live->fs->table, live->fs->e2fs->io,
			     &live->geo);
	ret = add_up(live, &described);
	if (!ret)
		ret = read_space(live, &after);
	/* An answer of 0 may have been a negative one. */
	total->still = total->free > 0 && total->free == after.free &&
		       total->delayed == after.delayed &&
		       total->described == described;
	return ret;
}

static bool settle(struct e4_live *live, const volatile int *cancel,
		   struct e4_total *total)
{
	const struct e4_source *source = &live->source;
	uint64_t last = 0;
	int seen = 0;

	for (int i = 0; i < ATTEMPTS && !(cancel && *cancel); i++) {
		bool taken = source->ops->total(source->context, live,
						total) == 0 && total->still;
		uint64_t delta = total->free + total->delayed -
				 total->described;

		if (taken) {
			seen = seen && delta == last ? seen + 1 : 1;
			last = delta;
		}
		if (taken && (delta == 0 || seen == (live->frozen ?
				WANTED_FROZEN : WANTED)))
			return true;
		source->ops->pause(source->context, taken ? DIFFERENT_PAUSE
							  : MOVED_PAUSE);
	}
	return false;
}

static void add(struct e4_findings *findings, uint64_t stored,
		const struct e4_total *total, enum ext4bm_explanation explained)
{
	struct ext4bm_finding *finding =
		e4_findings_add(findings, EXT4BM_STATFS_FREE_BLOCKS,
				EXT4BM_NO_GROUP);

	finding->stored = stored;
	finding->counted = total->described;
	finding->explained = explained;
}

static void compare(const struct e4_total *total, bool explain,
		    struct ext4bm_space *space, struct e4_findings *findings)
{
	uint64_t counted = total->free + total->delayed;

	space->compared = true;
	space->free = total->free;
	space->delayed = total->delayed;
	space->described = total->described;
	if (counted != total->described)
		add(findings, counted, total, EXT4BM_UNEXPLAINED);
	else if (total->delayed && explain)
		add(findings, total->free, total, EXT4BM_BY_DELAYED);
}

const char *e4_space_compare(struct e4_live *live, bool flagged,
			     const volatile int *cancel,
			     struct ext4bm_space *space,
			     struct e4_findings *findings)
{
	struct e4_total total = { 0 };

	memset(space, 0, sizeof(*space));
	if (read_space(live, &total) < 0)
		return "the kernel does not show the total";
	space->read = true;
	space->free = total.free;
	space->delayed = total.delayed;
	if (!live->fs)
		return e4_blind_text(live->blind);
	if (live->geo.ro_compat & EXT4_FEATURE_RO_COMPAT_PROJECT)
		return "with project quotas df may tell of a project alone";
	if (flagged)
		return "the kernel leaves groups that it has marked corrupt "
		       "out of the total";
	if (!settle(live, cancel, &total))
		return "it did not stand still";
	compare(&total, live->explain, space, findings);
	return NULL;
}
