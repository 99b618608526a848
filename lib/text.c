// SPDX-License-Identifier: LGPL-2.0-only
/*
 * text.c --- a finding in one line
 *
 * Whole sentences in the field's own words, stored value first, so that
 * people can search for them.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "finding.h"
#include "text.h"

static int counts_text(const struct ext4bm_finding *finding, const char *what,
		       char *buf, size_t size)
{
	uint64_t stored = finding->stored, counted = finding->counted;
	bool few = stored < counted;

	return snprintf(buf, size, "%" PRIu64 " %s stored, %" PRIu64
			" counted (stored is %" PRIu64 " too %s)",
			stored, what, counted,
			few ? counted - stored : stored - counted,
			few ? "low" : "high");
}

/* The same, and what a third view says about it. */
static int judged_text(const struct ext4bm_finding *finding, const char *what,
		       char *buf, size_t size)
{
	static const char *const wrong[] = {
		[EXT4BM_RIGHT_STORED] = "the bitmap is wrong",
		[EXT4BM_RIGHT_COUNTED] = "the descriptor is wrong",
		[EXT4BM_RIGHT_NEITHER] = "both are wrong",
	};
	int used = counts_text(finding, what, buf, size);

	if (finding->right == EXT4BM_RIGHT_UNKNOWN || used >= (int)size)
		return used;
	return used + snprintf(buf + used, size - (size_t)used, ", %" PRIu64
			       " by the owners: %s", finding->owned,
			       wrong[finding->right]);
}

static int item_text(const struct ext4bm_finding *finding, char *buf,
		     size_t size)
{
	const char *item = ext4bm_item_name(finding->item);

	if (finding->code == EXT4BM_GD_LOCATION)
		return snprintf(buf, size, "%s at block %" PRIu64
				", where it cannot be", item,
				finding->stored);
	return snprintf(buf, size, "%s at block %" PRIu64
			" lies on the %s of group %" PRIu32
			" (%" PRIu64 " block%s)", item, finding->stored,
			ext4bm_item_name(finding->other_item),
			finding->other_group, finding->counted,
			PLURAL(finding->counted));
}

static int unreadable_text(const struct ext4bm_finding *finding, char *buf,
			   size_t size)
{
	const char *item = ext4bm_item_name(finding->item);

	if (finding->errnum == 0)
		return snprintf(buf, size, "%s at block %" PRIu64
				": there is no such block", item,
				finding->stored);
	if (e4_finding_doubtful(finding))
		return snprintf(buf, size, "%s at block %" PRIu64 " was "
				"perhaps never written: its descriptor says "
				"so, whose checksum is wrong", item,
				finding->stored);
	return snprintf(buf, size, "%s at block %" PRIu64
			" could not be read: %s", item, finding->stored,
			finding->errnum == ENODATA ?
			"the device ends before it" :
			strerror(finding->errnum));
}

static int unused_text(const struct ext4bm_finding *finding, char *buf,
		       size_t size)
{
	uint64_t inodes = 0;

	for (size_t i = 0; i < finding->nr_ranges; i++)
		inodes += finding->ranges[i].last - finding->ranges[i].first
			  + 1;
	return snprintf(buf, size, "%" PRIu64 " inodes declared unused, at "
			"most %" PRIu64 " can be (%" PRIu64 " in use there)",
			finding->stored, finding->counted, inodes);
}

static int flags_text(const struct ext4bm_finding *finding, char *buf,
		      size_t size)
{
	switch (finding->code) {
	case EXT4BM_UNINIT_WITHOUT_FEATURE:
		return snprintf(buf, size, "flags 0x%" PRIx64 " and %" PRIu64
				" unused inodes in a filesystem without "
				"descriptor checksums", finding->stored,
				finding->counted);
	case EXT4BM_UNINIT_LAST_GROUP:
		return snprintf(buf, size, "the last group is marked "
				"BLOCK_UNINIT");
	default:
		return snprintf(buf, size, "marked BLOCK_UNINIT but holds "
				"metadata of other groups");
	}
}

static int used_text(const struct ext4bm_finding *finding, char *buf,
		     size_t size)
{
	uint64_t clear = finding->stored - finding->counted;

	switch (finding->code) {
	case EXT4BM_METADATA_FREE:
		return snprintf(buf, size, "%" PRIu64 " cluster%s of fixed "
				"metadata shown free (first in the %s)",
				clear, PLURAL(clear),
				ext4bm_item_name(finding->item));
	case EXT4BM_RESERVED_INODE_FREE:
		return snprintf(buf, size, "%" PRIu64 " reserved inode%s "
				"shown free", clear, PLURAL(clear));
	default:
		return snprintf(buf, size, "%" PRIu64 " of %" PRIu64
				" padding bits not set", clear,
				finding->stored);
	}
}

static int impossible_text(const struct ext4bm_finding *finding, char *buf,
			   size_t size)
{
	int64_t stored = (int64_t)finding->stored;

	if (finding->counted && stored > (int64_t)finding->counted)
		return snprintf(buf, size, "allocator counts %" PRId64
				" free clusters in a group of %" PRIu64,
				stored, finding->counted);
	return snprintf(buf, size, "allocator counts %" PRId64
			" free clusters%s", stored, finding->nr_ranges ?
			", and chunks of them below zero" : "");
}

/* Drift can make the kernel's counters negative. */
static int buddy_text(const struct ext4bm_finding *finding, char *buf,
		      size_t size)
{
	int64_t stored = (int64_t)finding->stored;
	int64_t counted = (int64_t)finding->counted;

	switch (finding->code) {
	case EXT4BM_BUDDY_LOST_UPDATE:
		return snprintf(buf, size, "%" PRId64 " cluster%s in use "
				"that the allocator calls free", counted,
				PLURAL(counted));
	case EXT4BM_BUDDY_FREE_CLUSTERS:
		return snprintf(buf, size, "allocator counts %" PRId64
				" free clusters, its bitmap has %" PRId64,
				stored, counted);
	case EXT4BM_BUDDY_FRAGMENTS:
		return snprintf(buf, size, "allocator counts %" PRId64
				" free runs, its bitmap has %" PRId64, stored,
				counted);
	case EXT4BM_BUDDY_ORDERS:
		return snprintf(buf, size, "allocator counts %" PRId64
				" chunks of order %" PRIu64
				", its bitmap makes %" PRId64, stored,
				finding->nr_ranges ?
				finding->ranges[0].first : 0, counted);
	case EXT4BM_BUDDY_FIRST_FREE:
		return snprintf(buf, size, "allocator looks from cluster %"
				PRId64 " on, cluster %" PRId64 " is free",
				stored, counted);
	case EXT4BM_COUNTERS_IMPOSSIBLE:
		return impossible_text(finding, buf, size);
	case EXT4BM_COUNTERS_BELOW_DESCRIPTOR:
		return snprintf(buf, size, "allocator keeps %" PRId64
				" of %" PRId64 " free clusters",
				stored - counted, stored);
	default:
		return snprintf(buf, size, "allocator counts %" PRId64
				" free clusters, the descriptor %" PRId64,
				counted, stored);
	}
}

/* The same number of free ones does not make two of them equal. */
static int disk_text(const struct ext4bm_finding *finding, const char *what,
		     const char *unit, char *buf, size_t size)
{
	return snprintf(buf, size, "%s on disk (%" PRIu64 " free %s) differs "
			"from the one in memory (%" PRIu64 ")", what,
			finding->stored, unit, finding->counted);
}

static int kernel_text(const struct ext4bm_finding *finding, char *buf,
		       size_t size)
{
	if (finding->code == EXT4BM_GROUP_MARKED_CORRUPT)
		return snprintf(buf, size, "marked corrupt by the kernel, "
				"%" PRId64 " free clusters out of reach",
				(int64_t)finding->stored);
	if (finding->code == EXT4BM_FREEZE_EXPIRED)
		return snprintf(buf, size, "it may be frozen for %" PRIu64
				" s, looking takes about %" PRIu64 " s",
				finding->stored, finding->counted);
	if (finding->code == EXT4BM_SUPERBLOCK_UNREADABLE)
		return snprintf(buf, size, "it could not be read again: %s",
				strerror(finding->errnum));
	if (finding->code == EXT4BM_GROUP_UNSETTLED)
		return snprintf(buf, size, "never stood still long enough");
	return snprintf(buf, size, "the kernel could not load it: %s",
			strerror(finding->errnum));
}

static int space_text(const struct ext4bm_finding *finding, char *buf,
		      size_t size)
{
	uint64_t stored = finding->stored, counted = finding->counted;
	bool few = stored < counted;

	return snprintf(buf, size, "the kernel counts %" PRIu64 " free blocks "
			"in all, the descriptors %" PRIu64 " (it counts %"
			PRIu64 " too %s)", stored, counted,
			few ? counted - stored : stored - counted,
			few ? "few" : "many");
}

/* Append what is known of an error, as far as there is room. */
static int error_text(const struct ext4bm_kernel_error *error, char *buf,
		      size_t size)
{
	const char *name = ext4bm_kernel_error_name(error->error);
	time_t seconds = (time_t)error->time;
	char when[40] = "", inode[24] = "", block[32] = "";
	struct tm tm;

	if (seconds && gmtime_r(&seconds, &tm))
		strftime(when, sizeof(when), " at %Y-%m-%d %H:%M:%S UTC", &tm);
	if (error->inode)
		snprintf(inode, sizeof(inode), ", inode %" PRIu32,
			 error->inode);
	if (error->block)
		snprintf(block, sizeof(block), ", block %" PRIu64,
			 error->block);
	return snprintf(buf, size, "%s in %s:%" PRIu32 "%s%s%s%s", when,
			error->function[0] ? error->function : "(unknown)",
			error->line, *name ? ", " : "", name, inode, block);
}

static int record_text(const struct ext4bm_finding *finding, char *buf,
		       size_t size)
{
	const struct ext4bm_kernel_record *record = finding->record;
	char during[64] = "", first[200] = "", last[200] = "";

	if (finding->counted)
		snprintf(during, sizeof(during), ", %" PRIu64
			 " of them during this check", finding->counted);
	if (record && finding->stored > 1)
		error_text(&record->first, first, sizeof(first));
	if (record)
		error_text(&record->last, last, sizeof(last));
	return snprintf(buf, size, "the kernel has recorded %" PRIu64
			" error%s since the last e2fsck%s%s%s%s%s",
			finding->stored, PLURAL(finding->stored), during,
			*first ? "; the first" : "", first,
			!*last ? "" : *first ? "; the last" : ":", last);
}

static int journal_text(const struct ext4bm_finding *finding, char *buf,
			size_t size)
{
	const char *why = finding->errnum == EBADMSG ? "a checksum is wrong" :
			  finding->errnum == EUCLEAN ? "it is not consistent" :
			  finding->errnum == ENODATA ?
			  "the device ends before it" :
			  strerror(finding->errnum);

	if (finding->code == EXT4BM_JOURNAL_FAST_COMMITS)
		return snprintf(buf, size, "%" PRIu64 " fast commit%s at the "
				"end of the journal not replayed",
				finding->stored, PLURAL(finding->stored));
	if (finding->counted == 0)
		return snprintf(buf, size, "the journal cannot be replayed: "
				"%s", why);
	return snprintf(buf, size, "the journal cannot be replayed from "
			"transaction %" PRIu64 " on (block %" PRIu64
			" of it): %s", finding->stored, finding->counted, why);
}

/* As wide as it is on disk: e2fsck prints leading zeros too. */
static int checksum_text(const struct ext4bm_geometry *geo,
			 const struct ext4bm_finding *finding, char *buf,
			 size_t size)
{
	bool narrow = finding->code == EXT4BM_GD_CHECKSUM ||
		      (finding->code != EXT4BM_SB_CHECKSUM &&
		       geo->desc_size < 64);
	int width = narrow ? 4 : 8;

	return snprintf(buf, size, "checksum 0x%0*" PRIx64 " stored, 0x%0*"
			PRIx64 " counted", width, finding->stored, width,
			finding->counted);
}

static int body(const struct ext4bm_geometry *geo,
		const struct ext4bm_finding *finding, char *buf, size_t size)
{
	switch (finding->code) {
	case EXT4BM_DEVICE_SHORT:
		return snprintf(buf, size, "the device holds %" PRIu64
				" blocks, the filesystem has %" PRIu64,
				finding->counted, finding->stored);
	case EXT4BM_JOURNAL_DAMAGED:
	case EXT4BM_JOURNAL_FAST_COMMITS:
		return journal_text(finding, buf, size);
	case EXT4BM_SB_CHECKSUM:
	case EXT4BM_GD_CHECKSUM:
	case EXT4BM_BLOCK_BITMAP_CHECKSUM:
	case EXT4BM_INODE_BITMAP_CHECKSUM:
		return checksum_text(geo, finding, buf, size);
	case EXT4BM_SB_FREE_BLOCKS:
	case EXT4BM_SB_GD_FREE_BLOCKS:
		return counts_text(finding, "free blocks", buf, size);
	case EXT4BM_GD_FREE_CLUSTERS:
		return judged_text(finding, "free clusters", buf, size);
	case EXT4BM_SB_FREE_INODES:
	case EXT4BM_SB_GD_FREE_INODES:
		return counts_text(finding, "free inodes", buf, size);
	case EXT4BM_GD_FREE_INODES:
		return judged_text(finding, "free inodes", buf, size);
	case EXT4BM_GD_LOCATION:
	case EXT4BM_GD_OVERLAP:
		return item_text(finding, buf, size);
	case EXT4BM_GD_ITABLE_UNUSED:
		return unused_text(finding, buf, size);
	case EXT4BM_GD_BACKUP:
		return snprintf(buf, size, "the backup descriptors here "
				"place %" PRIu64 " of %" PRIu64
				" groups elsewhere, the first is group %"
				PRIu32, finding->counted, finding->stored,
				finding->other_group);
	case EXT4BM_GD_USED_DIRS:
		return counts_text(finding, "directories", buf, size);
	case EXT4BM_CLUSTER_UNMARKED:
	case EXT4BM_CLUSTER_LEAKED:
	case EXT4BM_CLUSTER_SHARED:
	case EXT4BM_INODE_UNMARKED:
	case EXT4BM_INODE_LEAKED:
	case EXT4BM_METADATA_CLAIMED:
		return e4_owned_text(finding, buf, size);
	case EXT4BM_INODE_UNREADABLE:
	case EXT4BM_INODE_INVALID:
		return e4_inodes_text(finding, buf, size);
	case EXT4BM_OWNERS_ENTANGLED:
		return snprintf(buf, size, "block numbers lead to the same "
				"blocks over and over; owners were not found "
				"out");
	case EXT4BM_UNINIT_WITHOUT_FEATURE:
	case EXT4BM_UNINIT_LAST_GROUP:
	case EXT4BM_UNINIT_HOSTS_METADATA:
		return flags_text(finding, buf, size);
	case EXT4BM_METADATA_FREE:
	case EXT4BM_RESERVED_INODE_FREE:
	case EXT4BM_BLOCK_BITMAP_PADDING:
	case EXT4BM_INODE_BITMAP_PADDING:
		return used_text(finding, buf, size);
	case EXT4BM_DISK_DESCRIPTOR:
		return disk_text(finding, "descriptor", "clusters", buf, size);
	case EXT4BM_DISK_BLOCK_BITMAP:
		return disk_text(finding, "block bitmap", "clusters", buf,
				 size);
	case EXT4BM_DISK_INODE_BITMAP:
		return disk_text(finding, "inode bitmap", "inodes", buf, size);
	case EXT4BM_BUDDY_LOST_UPDATE:
	case EXT4BM_BUDDY_FREE_CLUSTERS:
	case EXT4BM_BUDDY_FRAGMENTS:
	case EXT4BM_BUDDY_ORDERS:
	case EXT4BM_BUDDY_FIRST_FREE:
	case EXT4BM_COUNTERS_ABOVE_DESCRIPTOR:
	case EXT4BM_COUNTERS_IMPOSSIBLE:
	case EXT4BM_COUNTERS_BELOW_DESCRIPTOR:
		return buddy_text(finding, buf, size);
	case EXT4BM_STATFS_FREE_BLOCKS:
		return space_text(finding, buf, size);
	case EXT4BM_KERNEL_ERROR_RECORD:
		return record_text(finding, buf, size);
	case EXT4BM_GROUP_MARKED_CORRUPT:
	case EXT4BM_GROUP_LOAD_FAILED:
	case EXT4BM_GROUP_UNSETTLED:
	case EXT4BM_FREEZE_EXPIRED:
	case EXT4BM_SUPERBLOCK_UNREADABLE:
		return kernel_text(finding, buf, size);
	default:
		return unreadable_text(finding, buf, size);
	}
}

/* What the numbers of a finding about the whole filesystem stand against. */
static const char *subject(const struct ext4bm_finding *finding)
{
	switch (finding->code) {
	case EXT4BM_SB_GD_FREE_BLOCKS:
	case EXT4BM_SB_GD_FREE_INODES:
		return "superblock against descriptors: ";
	case EXT4BM_SB_FREE_BLOCKS:
	case EXT4BM_SB_FREE_INODES:
		return "superblock against bitmaps: ";
	case EXT4BM_SB_CHECKSUM:
	case EXT4BM_SUPERBLOCK_UNREADABLE:
		return "superblock: ";
	default:
		return "";
	}
}

size_t ext4bm_finding_text(const struct ext4bm_geometry *geo,
			   const struct ext4bm_finding *finding,
			   char *buf, size_t size)
{
	char text[600], group[32] = "";

	if (finding->group != EXT4BM_NO_GROUP)
		snprintf(group, sizeof(group), "group %" PRIu32 ": ",
			 finding->group);
	body(geo, finding, text, sizeof(text));
	return (size_t)snprintf(buf, size, "%s%s%s", group,
				subject(finding), text);
}
