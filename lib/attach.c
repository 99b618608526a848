// SPDX-License-Identifier: LGPL-2.0-only
/*
 * attach.c --- give findings the owners of what they are about
 *
 * Pure: who owns what is told piece by piece (naming.c), here it is cut to
 * the ranges of the findings.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "geometry.h"

/* Is it about clusters, and may these have owners? */
static bool about_clusters(const struct ext4bm_finding *finding)
{
	switch (finding->code) {
	case EXT4BM_CLUSTER_UNMARKED:
	case EXT4BM_CLUSTER_SHARED:
	case EXT4BM_METADATA_CLAIMED:
	case EXT4BM_BUDDY_LOST_UPDATE:
		return true;
	case EXT4BM_CLUSTER_LEAKED:
		return finding->explained == EXT4BM_BY_ORPHANS;
	default:
		return false;
	}
}

static bool about_inodes(const struct ext4bm_finding *finding)
{
	switch (finding->code) {
	case EXT4BM_INODE_UNMARKED:
	case EXT4BM_INODE_UNREADABLE:
	case EXT4BM_INODE_INVALID:
		return true;
	case EXT4BM_INODE_LEAKED:
		return finding->explained == EXT4BM_BY_ORPHANS;
	default:
		return false;
	}
}

static int compare_groups(const void *a, const void *b)
{
	const struct ext4bm_finding *x = *(struct ext4bm_finding *const *)a;
	const struct ext4bm_finding *y = *(struct ext4bm_finding *const *)b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return x < y ? -1 : x > y;
}

int e4_subjects_init(struct e4_subjects *subjects,
		     const struct ext4bm_geometry *geo, uint32_t groups,
		     struct e4_findings *findings)
{
	memset(subjects, 0, sizeof(*subjects));
	subjects->geo = geo;
	subjects->list = calloc(findings->nr + 1, sizeof(*subjects->list));
	if (!subjects->list ||
	    e4_claims_init(&subjects->clusters, geo, groups) != 0) {
		free(subjects->list);
		subjects->list = NULL;
		return -ENOMEM;
	}
	for (size_t i = 0; i < findings->nr; i++) {
		struct ext4bm_finding *it = &findings->list[i];

		if (it->group >= groups ||
		    !(about_clusters(it) || about_inodes(it)))
			continue;
		subjects->list[subjects->nr++] = it;
		it->asked = true;
		for (size_t j = 0; j < it->nr_ranges && about_clusters(it);
		     j++)
			e4_claims_add(&subjects->clusters, it->group,
				      (uint32_t)it->ranges[j].first,
				      (uint32_t)it->ranges[j].last + 1, NULL,
				      NULL);
	}
	if (subjects->nr > 1)
		qsort(subjects->list, subjects->nr, sizeof(*subjects->list),
		      compare_groups);
	return subjects->clusters.failed ? -ENOMEM : 0;
}

void e4_subjects_free(struct e4_subjects *subjects)
{
	e4_claims_free(&subjects->clusters);
	free(subjects->list);
	subjects->list = NULL;
}

/* The first subject of @group or of a later one. */
static size_t first_of(const struct e4_subjects *subjects, uint32_t group)
{
	size_t low = 0, high = subjects->nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (subjects->list[middle]->group < group)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first range that ends at or behind @number, or how many there are. */
static size_t first_range(const struct ext4bm_finding *finding,
			  uint64_t number)
{
	size_t low = 0, high = finding->nr_ranges;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (finding->ranges[middle].last < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool has_inode(const struct ext4bm_finding *finding, uint32_t number)
{
	size_t at = first_range(finding, number);

	return about_inodes(finding) && at < finding->nr_ranges &&
	       finding->ranges[at].first <= number;
}

bool e4_subjects_inode(const struct e4_subjects *subjects, uint32_t number)
{
	uint32_t group = (number - 1) / subjects->geo->inodes_per_group;

	for (size_t i = first_of(subjects, group);
	     i < subjects->nr && subjects->list[i]->group == group; i++)
		if (has_inode(subjects->list[i], number))
			return true;
	return false;
}

/*
 * Owners are allocated in powers of two: full at 1, 2, 4, ... of them.
 * Return: false if no more of the same inode can be added.
 */
static bool add(struct e4_subjects *subjects, struct ext4bm_finding *finding,
		const struct ext4bm_owner *owner)
{
	size_t nr = finding->nr_owners;
	struct ext4bm_owner *last = nr ? &finding->owners[nr - 1] : NULL;

	if (last && last->inode == owner->inode && owner->count &&
	    last->claim == owner->claim && owner->claim == EXT4BM_CLAIM_DATA &&
	    last->block + last->count == owner->block &&
	    last->logical + last->count == owner->logical) {
		last->count += owner->count;
		return true;
	}
	if (nr >= E4_MAX_OWNERS || subjects->nr_owners >= E4_MAX_ALL_OWNERS) {
		finding->owners_cut = true;
		return false;
	}
	if ((nr & (nr - 1)) == 0) {
		struct ext4bm_owner *list =
			reallocarray(finding->owners, nr ? 2 * nr : 1,
				     sizeof(*list));

		if (!list) {
			subjects->failed = true;
			return false;
		}
		finding->owners = list;
	}
	finding->owners[finding->nr_owners++] = *owner;
	subjects->nr_owners++;
	return true;
}

/* Attach the parts of an owner's blocks that a finding is about. */
static void attach_blocks(struct e4_subjects *subjects,
			  struct ext4bm_finding *finding,
			  const struct ext4bm_owner *owner)
{
	const struct ext4bm_geometry *geo = subjects->geo;
	uint64_t start = ext4bm_group_first_block(geo, finding->group);
	uint64_t end = owner->block + owner->count;
	uint64_t from = owner->block > start ? owner->block : start;
	size_t i = first_range(finding, e4_block_bit(geo, finding->group,
						     from));

	for (; i < finding->nr_ranges; i++) {
		struct ext4bm_range blocks = ext4bm_cluster_blocks(
			geo, finding->group, finding->ranges[i]);
		struct ext4bm_owner part = *owner;

		if (blocks.first >= end)
			break;
		if (blocks.first > part.block) {
			uint64_t skip = blocks.first - part.block;

			part.block += skip;
			if (part.logical != EXT4BM_NO_LOGICAL)
				part.logical += skip;
		}
		part.count = (blocks.last + 1 < end ? blocks.last + 1 : end) -
			     part.block;
		/* A file may have thousands of parts of what it is about. */
		if (!add(subjects, finding, &part))
			break;
	}
}

/* What a deleted file has is its own for as long as somebody has it open. */
static bool may_own(const struct ext4bm_finding *finding, bool orphan)
{
	return finding->code == EXT4BM_BUDDY_LOST_UPDATE ||
	       (finding->explained == EXT4BM_BY_ORPHANS) == orphan;
}

void e4_subjects_attach(struct e4_subjects *subjects,
			const struct ext4bm_owner *owner, bool orphan)
{
	const struct ext4bm_geometry *geo = subjects->geo;
	bool blocks = owner->count != 0;
	uint32_t first, last;

	if (blocks) {
		first = e4_block_group(geo, owner->block);
		last = e4_block_group(geo, owner->block + owner->count - 1);
	} else {
		first = last = (owner->inode - 1) / geo->inodes_per_group;
	}
	for (size_t i = first_of(subjects, first);
	     i < subjects->nr && subjects->list[i]->group <= last; i++) {
		struct ext4bm_finding *finding = subjects->list[i];

		if (!may_own(finding, orphan))
			continue;
		if (blocks && about_clusters(finding))
			attach_blocks(subjects, finding, owner);
		else if (!blocks && has_inode(finding, owner->inode))
			add(subjects, finding, owner);
	}
}

static int compare_owners(const void *a, const void *b)
{
	const struct ext4bm_owner *x = a, *y = b;

	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	if (x->inode != y->inode)
		return x->inode < y->inode ? -1 : 1;
	if (x->claim != y->claim)
		return (int)x->claim - (int)y->claim;
	if (x->logical != y->logical)
		return x->logical < y->logical ? -1 : 1;
	return x->group < y->group ? -1 : x->group > y->group;
}

void e4_subjects_finish(struct e4_subjects *subjects, bool cut)
{
	for (size_t i = 0; i < subjects->nr; i++) {
		struct ext4bm_finding *it = subjects->list[i];

		it->owners_cut |= cut;
		if (it->nr_owners > 1)
			qsort(it->owners, it->nr_owners, sizeof(*it->owners),
			      compare_owners);
	}
}

void e4_subjects_forget(struct e4_subjects *subjects)
{
	for (size_t i = 0; i < subjects->nr; i++) {
		struct ext4bm_finding *it = subjects->list[i];

		free(it->owners);
		it->owners = NULL;
		it->nr_owners = 0;
		it->owners_cut = true;
	}
}

void e4_owners_agree(struct ext4bm_finding *finding,
		     const struct ext4bm_owner *before, size_t nr)
{
	size_t kept = 0, at = 0;

	finding->owners_cut |= finding->nr_owners != nr;
	for (size_t i = 0; i < finding->nr_owners; i++) {
		struct ext4bm_owner *it = &finding->owners[i];

		while (at < nr && compare_owners(&before[at], it) < 0)
			at++;
		if (at < nr && compare_owners(&before[at], it) == 0 &&
		    before[at].count == it->count)
			finding->owners[kept++] = *it;
		else
			free(it->path);
	}
	finding->owners_cut |= kept != finding->nr_owners;
	finding->nr_owners = kept;
}

/* Clusters of @range that no owner has; they are sorted by block. */
static uint64_t unowned_in(const struct ext4bm_geometry *geo,
			   const struct ext4bm_finding *finding,
			   struct ext4bm_range range)
{
	uint64_t next = range.first, unowned = 0;

	for (size_t i = 0; i < finding->nr_owners; i++) {
		const struct ext4bm_owner *it = &finding->owners[i];
		uint64_t first = e4_block_bit(geo, finding->group, it->block);
		uint64_t last = e4_block_bit(geo, finding->group,
					     it->block + it->count - 1);

		if (first > range.last)
			break;
		if (first > next)
			unowned += first - next;
		if (last >= next)
			next = last + 1;
	}
	return next > range.last ? unowned : unowned + range.last + 1 - next;
}

uint64_t ext4bm_finding_unowned(const struct ext4bm_geometry *geo,
				const struct ext4bm_finding *finding)
{
	uint64_t unowned = 0;

	for (size_t i = 0; i < finding->nr_ranges; i++)
		unowned += unowned_in(geo, finding, finding->ranges[i]);
	return unowned;
}
