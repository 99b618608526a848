// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_catalogue.c --- the catalogue is complete, and its names are stable
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "ext4bm.h"
#include "unit.h"

/* Published names: a row may be added here, but never changed. */
static const struct {
	const char *name;
	enum ext4bm_code code;
	enum ext4bm_severity severity;
} published[] = {
	{ "device-short", EXT4BM_DEVICE_SHORT, EXT4BM_OPERATIONAL },
	{ "journal-damaged", EXT4BM_JOURNAL_DAMAGED, EXT4BM_OPERATIONAL },
	{ "journal-fast-commits", EXT4BM_JOURNAL_FAST_COMMITS,
	  EXT4BM_OPERATIONAL },
	{ "sb-checksum", EXT4BM_SB_CHECKSUM, EXT4BM_MAJOR },
	{ "sb-free-blocks", EXT4BM_SB_FREE_BLOCKS, EXT4BM_MINOR },
	{ "sb-free-inodes", EXT4BM_SB_FREE_INODES, EXT4BM_MINOR },
	{ "sb-gd-free-blocks", EXT4BM_SB_GD_FREE_BLOCKS, EXT4BM_MINOR },
	{ "sb-gd-free-inodes", EXT4BM_SB_GD_FREE_INODES, EXT4BM_MINOR },
	{ "gd-unreadable", EXT4BM_GD_UNREADABLE, EXT4BM_OPERATIONAL },
	{ "gd-checksum", EXT4BM_GD_CHECKSUM, EXT4BM_MAJOR },
	{ "gd-location", EXT4BM_GD_LOCATION, EXT4BM_SEVERE },
	{ "gd-overlap", EXT4BM_GD_OVERLAP, EXT4BM_SEVERE },
	{ "gd-free-clusters", EXT4BM_GD_FREE_CLUSTERS, EXT4BM_SEVERE },
	{ "gd-free-inodes", EXT4BM_GD_FREE_INODES, EXT4BM_MAJOR },
	{ "gd-itable-unused", EXT4BM_GD_ITABLE_UNUSED, EXT4BM_SEVERE },
	{ "gd-backup", EXT4BM_GD_BACKUP, EXT4BM_MAJOR },
	{ "uninit-without-feature", EXT4BM_UNINIT_WITHOUT_FEATURE,
	  EXT4BM_MINOR },
	{ "uninit-last-group", EXT4BM_UNINIT_LAST_GROUP, EXT4BM_MAJOR },
	{ "uninit-hosts-metadata", EXT4BM_UNINIT_HOSTS_METADATA,
	  EXT4BM_SEVERE },
	{ "metadata-free", EXT4BM_METADATA_FREE, EXT4BM_SEVERE },
	{ "reserved-inode-free", EXT4BM_RESERVED_INODE_FREE, EXT4BM_MAJOR },
	{ "block-bitmap-checksum", EXT4BM_BLOCK_BITMAP_CHECKSUM,
	  EXT4BM_MAJOR },
	{ "block-bitmap-padding", EXT4BM_BLOCK_BITMAP_PADDING, EXT4BM_MINOR },
	{ "block-bitmap-unreadable", EXT4BM_BLOCK_BITMAP_UNREADABLE,
	  EXT4BM_OPERATIONAL },
	{ "inode-bitmap-checksum", EXT4BM_INODE_BITMAP_CHECKSUM,
	  EXT4BM_MAJOR },
	{ "inode-bitmap-padding", EXT4BM_INODE_BITMAP_PADDING, EXT4BM_MINOR },
	{ "inode-bitmap-unreadable", EXT4BM_INODE_BITMAP_UNREADABLE,
	  EXT4BM_OPERATIONAL },
	{ "cluster-unmarked", EXT4BM_CLUSTER_UNMARKED, EXT4BM_SEVERE },
	{ "cluster-leaked", EXT4BM_CLUSTER_LEAKED, EXT4BM_MAJOR },
	{ "cluster-shared", EXT4BM_CLUSTER_SHARED, EXT4BM_SEVERE },
	{ "inode-unmarked", EXT4BM_INODE_UNMARKED, EXT4BM_SEVERE },
	{ "inode-leaked", EXT4BM_INODE_LEAKED, EXT4BM_MAJOR },
	{ "gd-used-dirs", EXT4BM_GD_USED_DIRS, EXT4BM_MINOR },
	{ "metadata-claimed", EXT4BM_METADATA_CLAIMED, EXT4BM_SEVERE },
	{ "inode-unreadable", EXT4BM_INODE_UNREADABLE, EXT4BM_OPERATIONAL },
	{ "inode-invalid", EXT4BM_INODE_INVALID, EXT4BM_OPERATIONAL },
	{ "owners-entangled", EXT4BM_OWNERS_ENTANGLED, EXT4BM_OPERATIONAL },
	{ "disk-descriptor", EXT4BM_DISK_DESCRIPTOR, EXT4BM_MAJOR },
	{ "disk-block-bitmap", EXT4BM_DISK_BLOCK_BITMAP, EXT4BM_MAJOR },
	{ "disk-inode-bitmap", EXT4BM_DISK_INODE_BITMAP, EXT4BM_MAJOR },
	{ "buddy-lost-update", EXT4BM_BUDDY_LOST_UPDATE, EXT4BM_SEVERE },
	{ "buddy-free-clusters", EXT4BM_BUDDY_FREE_CLUSTERS, EXT4BM_SEVERE },
	{ "buddy-fragments", EXT4BM_BUDDY_FRAGMENTS, EXT4BM_MAJOR },
	{ "buddy-orders", EXT4BM_BUDDY_ORDERS, EXT4BM_MAJOR },
	{ "buddy-first-free", EXT4BM_BUDDY_FIRST_FREE, EXT4BM_MAJOR },
	{ "counters-above-descriptor", EXT4BM_COUNTERS_ABOVE_DESCRIPTOR,
	  EXT4BM_SEVERE },
	{ "counters-impossible", EXT4BM_COUNTERS_IMPOSSIBLE,
	  EXT4BM_SEVERE },
	{ "counters-below-descriptor", EXT4BM_COUNTERS_BELOW_DESCRIPTOR,
	  EXT4BM_INFORMATIONAL },
	{ "statfs-free-blocks", EXT4BM_STATFS_FREE_BLOCKS, EXT4BM_MINOR },
	{ "group-marked-corrupt", EXT4BM_GROUP_MARKED_CORRUPT,
	  EXT4BM_MAJOR },
	{ "group-load-failed", EXT4BM_GROUP_LOAD_FAILED,
	  EXT4BM_OPERATIONAL },
	{ "group-unsettled", EXT4BM_GROUP_UNSETTLED, EXT4BM_OPERATIONAL },
	{ "freeze-expired", EXT4BM_FREEZE_EXPIRED, EXT4BM_OPERATIONAL },
	{ "superblock-unreadable", EXT4BM_SUPERBLOCK_UNREADABLE,
	  EXT4BM_OPERATIONAL },
	{ "kernel-error-record", EXT4BM_KERNEL_ERROR_RECORD,
	  EXT4BM_INFORMATIONAL },
};

static void all_published(void **state)
{
	(void)state;
	assert_int_equal(ARRAY_SIZE(published), EXT4BM_NR_CODES);
	for (size_t i = 0; i < ARRAY_SIZE(published); i++) {
		const struct ext4bm_catalogue_entry *entry =
			ext4bm_catalogue(published[i].code);

		assert_string_equal(entry->name, published[i].name);
		assert_int_equal(entry->severity, published[i].severity);
		assert_int_equal(published[i].code, i);
	}
}

static bool is_kebab(const char *name)
{
	char last = '-';

	for (; *name; last = *name++)
		if (!(*name >= 'a' && *name <= 'z') &&
		    !(*name == '-' && last != '-'))
			return false;
	return last != '-';
}

static bool is_sentence(const char *text)
{
	size_t len = text ? strlen(text) : 0;

	return len > 10 && text[len - 1] == '.' && !strstr(text, "  ");
}

/* A part of a line: no full stop, no newline. */
static bool is_phrase(const char *text)
{
	size_t len = text ? strlen(text) : 0;

	return len > 5 && text[len - 1] != '.' && !strchr(text, '\n') &&
	       !strstr(text, "  ");
}

static void complete(void **state)
{
	(void)state;
	for (int code = 0; code < EXT4BM_NR_CODES; code++) {
		const struct ext4bm_catalogue_entry *entry =
			ext4bm_catalogue(code);

		assert_non_null(entry);
		assert_true(is_kebab(entry->name));
		assert_true(entry->severity <= EXT4BM_SEVERE);
		assert_true(entry->unit <= EXT4BM_UNIT_ORDERS);
		assert_true(is_phrase(entry->summary));
		assert_true(strlen(entry->summary) < 72);
		assert_true(is_phrase(entry->stored));
		assert_true(is_phrase(entry->counted));
		assert_true(is_phrase(entry->brief));
		assert_true(is_sentence(entry->proves));
		assert_true(is_sentence(entry->next));
		if (entry->brief_above)
			assert_true(is_phrase(entry->brief_above));
		if (entry->next_above)
			assert_true(is_sentence(entry->next_above));
		assert_int_equal(!entry->brief_above, !entry->next_above);
	}
}

static void names(void **state)
{
	(void)state;
	for (int code = 0; code < EXT4BM_NR_CODES; code++)
		assert_int_equal(ext4bm_code_by_name(
			ext4bm_catalogue(code)->name), code);
	for (int code = 0; code < EXT4BM_NR_CODES; code++)
		for (int other = 0; other < code; other++)
			assert_string_not_equal(
				ext4bm_catalogue(code)->name,
				ext4bm_catalogue(other)->name);
}

static void unknown(void **state)
{
	(void)state;
	assert_int_equal(ext4bm_code_by_name(""), -ENOENT);
	assert_int_equal(ext4bm_code_by_name("gd-"), -ENOENT);
	assert_int_equal(ext4bm_code_by_name("gd-free-clusters "), -ENOENT);
	assert_int_equal(ext4bm_code_by_name("GD-FREE-CLUSTERS"), -ENOENT);
	assert_null(ext4bm_catalogue(EXT4BM_NR_CODES));
	assert_null(ext4bm_catalogue((enum ext4bm_code)-1));
}

/* What is no drift is not explained, neither by journal nor by mount. */
static void consistent(void **state)
{
	(void)state;
	for (int code = 0; code < EXT4BM_NR_CODES; code++) {
		const struct ext4bm_catalogue_entry *entry =
			ext4bm_catalogue(code);

		if (entry->severity <= EXT4BM_OPERATIONAL)
			assert_false(entry->journal || entry->mounted);
		if (entry->severity == EXT4BM_OPERATIONAL)
			assert_false(entry->maintained);
		/* what the journal may explain, the kernel may as well */
		if (entry->journal)
			assert_true(entry->mounted);
	}
	/* only the totals are left alone until unmount */
	for (int code = EXT4BM_SB_FREE_BLOCKS;
	     code <= EXT4BM_SB_GD_FREE_INODES; code++)
		assert_false(ext4bm_catalogue(code)->maintained);
	assert_true(ext4bm_catalogue(EXT4BM_GD_FREE_CLUSTERS)->maintained);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_published),
		cmocka_unit_test(complete),
		cmocka_unit_test(names),
		cmocka_unit_test(unknown),
		cmocka_unit_test(consistent),
	};

	return cmocka_run_group_tests_name("catalogue", tests, NULL, NULL);
}
