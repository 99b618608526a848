// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_names.c --- the words for severities, units, items, verdicts
 */
#include "config.h"

#include <string.h>

#include "ext4bm.h"
#include "unit.h"

static void severities(void **state)
{
	(void)state;
	assert_string_equal(ext4bm_severity_name(EXT4BM_INFORMATIONAL),
			    "informational");
	assert_string_equal(ext4bm_severity_name(EXT4BM_OPERATIONAL),
			    "operational");
	assert_string_equal(ext4bm_severity_name(EXT4BM_MINOR), "minor");
	assert_string_equal(ext4bm_severity_name(EXT4BM_MAJOR), "major");
	assert_string_equal(ext4bm_severity_name(EXT4BM_SEVERE), "severe");
	assert_string_equal(ext4bm_severity_name(EXT4BM_SEVERE + 1), "");
	assert_string_equal(ext4bm_severity_name((enum ext4bm_severity)-1),
			    "");
}

static void units(void **state)
{
	(void)state;
	assert_string_equal(ext4bm_unit_name(EXT4BM_UNIT_NONE), "");
	assert_string_equal(ext4bm_unit_name(EXT4BM_UNIT_CLUSTERS),
			    "clusters");
	assert_string_equal(ext4bm_unit_name(EXT4BM_UNIT_INODES), "inodes");
	assert_string_equal(ext4bm_unit_name(EXT4BM_UNIT_BITS), "bits");
	assert_string_equal(ext4bm_unit_name(EXT4BM_UNIT_BLOCKS), "blocks");
	assert_string_equal(ext4bm_unit_name(EXT4BM_UNIT_GROUPS), "groups");
	assert_string_equal(ext4bm_unit_name(EXT4BM_UNIT_ORDERS), "orders");
	assert_string_equal(ext4bm_unit_name(EXT4BM_UNIT_ORDERS + 1), "");
}

static void items(void **state)
{
	(void)state;
	assert_string_equal(ext4bm_item_name(EXT4BM_ITEM_NONE), "");
	assert_string_equal(ext4bm_item_name(EXT4BM_ITEM_SUPERBLOCK),
			    "superblock");
	assert_string_equal(ext4bm_item_name(EXT4BM_ITEM_DESCRIPTORS),
			    "group descriptors");
	assert_string_equal(ext4bm_item_name(EXT4BM_ITEM_RESERVED_GDT),
			    "reserved GDT");
	assert_string_equal(ext4bm_item_name(EXT4BM_ITEM_BLOCK_BITMAP),
			    "block bitmap");
	assert_string_equal(ext4bm_item_name(EXT4BM_ITEM_INODE_BITMAP),
			    "inode bitmap");
	assert_string_equal(ext4bm_item_name(EXT4BM_ITEM_INODE_TABLE),
			    "inode table");
	assert_string_equal(ext4bm_item_name(EXT4BM_ITEM_MMP),
			    "multi-mount protection");
	assert_string_equal(ext4bm_item_name(EXT4BM_ITEM_MMP + 1), "");
}

static void explanations(void **state)
{
	(void)state;
	assert_string_equal(ext4bm_explanation_name(EXT4BM_UNEXPLAINED),
			    "none");
	assert_string_equal(ext4bm_explanation_name(EXT4BM_BY_JOURNAL),
			    "journal");
	assert_string_equal(ext4bm_explanation_name(EXT4BM_BY_MOUNT),
			    "mounted");
	assert_string_equal(ext4bm_explanation_name(EXT4BM_BY_MOMENT),
			    "moment");
	assert_string_equal(ext4bm_explanation_name(EXT4BM_BY_INODES),
			    "inodes");
	assert_string_equal(ext4bm_explanation_name(EXT4BM_BY_ORPHANS),
			    "orphans");
	assert_string_equal(ext4bm_explanation_name(EXT4BM_BY_CHECKPOINT),
			    "checkpoint");
	assert_string_equal(ext4bm_explanation_name(EXT4BM_BY_PREALLOCATION),
			    "preallocation");
	assert_string_equal(ext4bm_explanation_name(EXT4BM_BY_PENDING_FREE),
			    "pending-free");
	assert_string_equal(ext4bm_explanation_name(EXT4BM_BY_DELAYED),
			    "delayed-allocation");
	assert_string_equal(ext4bm_explanation_name(EXT4BM_BY_FLAG),
			    "group-flagged");
	assert_string_equal(ext4bm_explanation_name(EXT4BM_BY_RECOVERY),
			    "recovery");
	assert_string_equal(ext4bm_explanation_name(EXT4BM_BY_RECOVERY + 1),
			    "");
}

static void live_verdicts(void **state)
{
	(void)state;
	assert_string_equal(ext4bm_live_verdict_name(EXT4BM_LIVE_NONE), "");
	assert_string_equal(ext4bm_live_verdict_name(EXT4BM_LIVE_TRANSIENT),
			    "transient");
	assert_string_equal(ext4bm_live_verdict_name(EXT4BM_LIVE_EXPLAINED),
			    "explained");
	assert_string_equal(ext4bm_live_verdict_name(EXT4BM_LIVE_PERSISTENT),
			    "persistent");
	assert_string_equal(ext4bm_live_verdict_name(EXT4BM_LIVE_UNDECIDED),
			    "undecided");
	assert_string_equal(ext4bm_live_verdict_name(
		EXT4BM_LIVE_UNDECIDED + 1), "");
}

static void owners(void **state)
{
	(void)state;
	assert_string_equal(ext4bm_claim_name(EXT4BM_CLAIM_NONE), "");
	assert_string_equal(ext4bm_claim_name(EXT4BM_CLAIM_DATA), "data");
	assert_string_equal(ext4bm_claim_name(EXT4BM_CLAIM_MAPPING),
			    "mapping");
	assert_string_equal(ext4bm_claim_name(EXT4BM_CLAIM_XATTR), "xattr");
	assert_string_equal(ext4bm_claim_name(EXT4BM_CLAIM_BAD), "bad");
	assert_string_equal(ext4bm_claim_name(EXT4BM_CLAIM_FIXED), "fixed");
	assert_string_equal(ext4bm_claim_name(EXT4BM_CLAIM_FIXED + 1), "");
	assert_string_equal(ext4bm_nameless_name(EXT4BM_NAMED), "");
	assert_string_equal(ext4bm_nameless_name(EXT4BM_NAMELESS), "none");
	assert_string_equal(ext4bm_nameless_name(EXT4BM_NAMELESS_DELETED),
			    "deleted");
	assert_string_equal(ext4bm_nameless_name(EXT4BM_NAMELESS_INTERNAL),
			    "internal");
	assert_string_equal(ext4bm_nameless_name(EXT4BM_NAMELESS_UNREAD),
			    "unread");
	assert_string_equal(ext4bm_nameless_name(EXT4BM_NAMELESS_UNREAD + 1),
			    "");
	assert_string_equal(ext4bm_right_name(EXT4BM_RIGHT_UNKNOWN),
			    "unknown");
	assert_string_equal(ext4bm_right_name(EXT4BM_RIGHT_STORED), "stored");
	assert_string_equal(ext4bm_right_name(EXT4BM_RIGHT_COUNTED),
			    "counted");
	assert_string_equal(ext4bm_right_name(EXT4BM_RIGHT_NEITHER),
			    "neither");
	assert_string_equal(ext4bm_right_name(EXT4BM_RIGHT_NEITHER + 1), "");
	assert_string_equal(ext4bm_file_type(0100644), "regular file");
	assert_string_equal(ext4bm_file_type(0040755), "directory");
	assert_string_equal(ext4bm_file_type(0120777), "symbolic link");
	assert_string_equal(ext4bm_file_type(0020600), "character device");
	assert_string_equal(ext4bm_file_type(0060600), "block device");
	assert_string_equal(ext4bm_file_type(0010600), "named pipe");
	assert_string_equal(ext4bm_file_type(0140600), "socket");
	assert_string_equal(ext4bm_file_type(0), "no type");
}

static void journals(void **state)
{
	(void)state;
	assert_string_equal(ext4bm_journal_state_name(EXT4BM_JOURNAL_CLEAN),
			    "clean");
	assert_string_equal(ext4bm_journal_state_name(EXT4BM_JOURNAL_IGNORED),
			    "ignored");
	assert_string_equal(ext4bm_journal_state_name(EXT4BM_JOURNAL_FAILED),
			    "failed");
	assert_string_equal(ext4bm_journal_state_name(EXT4BM_JOURNAL_PARTLY),
			    "partly");
	assert_string_equal(ext4bm_journal_state_name(EXT4BM_JOURNAL_REPLAYED),
			    "replayed");
	assert_string_equal(
		ext4bm_journal_state_name(EXT4BM_JOURNAL_REPLAYED + 1), "");
}

static void verdicts(void **state)
{
	(void)state;
	assert_string_equal(ext4bm_verdict_name(EXT4BM_CLEAN), "clean");
	assert_string_equal(ext4bm_verdict_name(EXT4BM_CLEAN_PART),
			    "clean-part");
	assert_string_equal(ext4bm_verdict_name(EXT4BM_UNDECIDED),
			    "undecided");
	assert_string_equal(ext4bm_verdict_name(EXT4BM_INCOMPLETE),
			    "incomplete");
	assert_string_equal(ext4bm_verdict_name(EXT4BM_DRIFT), "drift");
	assert_string_equal(ext4bm_verdict_name(EXT4BM_DRIFT + 1), "");
}

/* As numbered in the superblock. */
static void kernel_errors(void **state)
{
	(void)state;
	assert_string_equal(ext4bm_kernel_error_name(0), "");
	assert_string_equal(ext4bm_kernel_error_name(1), "unknown");
	assert_string_equal(ext4bm_kernel_error_name(2), "EIO");
	assert_string_equal(ext4bm_kernel_error_name(4), "EFSBADCRC");
	assert_string_equal(ext4bm_kernel_error_name(5), "EFSCORRUPTED");
	assert_string_equal(ext4bm_kernel_error_name(17), "EFAULT");
	assert_string_equal(ext4bm_kernel_error_name(18), "");
	assert_string_equal(ext4bm_kernel_error_name(-1), "");
}

static void versions(void **state)
{
	(void)state;
	assert_string_equal(ext4bm_version(), EXT4BM_VERSION);
	assert_true(strlen(ext4bm_libext2fs_version()) >= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(severities),
		cmocka_unit_test(units),
		cmocka_unit_test(items),
		cmocka_unit_test(explanations),
		cmocka_unit_test(live_verdicts),
		cmocka_unit_test(owners),
		cmocka_unit_test(journals),
		cmocka_unit_test(verdicts),
		cmocka_unit_test(kernel_errors),
		cmocka_unit_test(versions),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
