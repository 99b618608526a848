// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_text.c --- findings in one line each
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ext4bm.h"
#include "unit.h"

static const struct ext4bm_geometry narrow = {
	.groups = 500, .desc_size = 32,
};
static const struct ext4bm_geometry wide = {
	.groups = 500, .desc_size = 64,
};

/* The line, written into buffers of every size on the way. */
static const char *text_of(const struct ext4bm_geometry *geo,
			   const struct ext4bm_finding *finding)
{
	static char buf[512];
	size_t len = ext4bm_finding_text(geo, finding, buf, sizeof(buf));

	assert_int_equal(len, strlen(buf));
	for (size_t size = 0; size <= len + 1; size++) {
		char small[513];

		memset(small, '#', sizeof(small));
		assert_int_equal(ext4bm_finding_text(geo, finding,
			size ? small : NULL, size), len);
		for (size_t i = size; i < sizeof(small); i++)
			assert_int_equal(small[i], '#');
		if (size == 0)
			continue;
		assert_int_equal(strlen(small), size - 1);
		assert_memory_equal(small, buf, size - 1);
	}
	return buf;
}

#define SAYS(geo, text, ...) \
	assert_string_equal(text_of(geo, &(struct ext4bm_finding){ \
		__VA_ARGS__ }), text)

static void counts(void **state)
{
	(void)state;
	SAYS(&wide, "group 350: 8179 free clusters stored, 8192 counted "
	     "(stored is 13 too low)", .code = EXT4BM_GD_FREE_CLUSTERS,
	     .group = 350, .stored = 8179, .counted = 8192);
	SAYS(&wide, "group 0: 8192 free clusters stored, 8179 counted "
	     "(stored is 13 too high)", .code = EXT4BM_GD_FREE_CLUSTERS,
	     .group = 0, .stored = 8192, .counted = 8179);
	SAYS(&wide, "group 7: 0 free inodes stored, 1 counted (stored is 1 "
	     "too low)", .code = EXT4BM_GD_FREE_INODES, .group = 7,
	     .stored = 0, .counted = 1);
	SAYS(&wide, "superblock against bitmaps: 18446744073709551615 free "
	     "blocks stored, 0 counted (stored is 18446744073709551615 too "
	     "high)", .code = EXT4BM_SB_FREE_BLOCKS,
	     .group = EXT4BM_NO_GROUP, .stored = UINT64_MAX);
	SAYS(&wide, "superblock against descriptors: 3 free inodes stored, 5 "
	     "counted (stored is 2 too low)",
	     .code = EXT4BM_SB_GD_FREE_INODES, .group = EXT4BM_NO_GROUP,
	     .stored = 3, .counted = 5);
}

static void places(void **state)
{
	(void)state;
	SAYS(&wide, "group 3: inode table at block 12345, where it cannot be",
	     .code = EXT4BM_GD_LOCATION, .group = 3, .stored = 12345,
	     .item = EXT4BM_ITEM_INODE_TABLE);
	SAYS(&wide, "group 3: block bitmap at block 9 lies on the inode table "
	     "of group 2 (1 block)", .code = EXT4BM_GD_OVERLAP, .group = 3,
	     .stored = 9, .counted = 1, .item = EXT4BM_ITEM_BLOCK_BITMAP,
	     .other_item = EXT4BM_ITEM_INODE_TABLE, .other_group = 2);
	SAYS(&wide, "group 27: the backup descriptors here place 2 of 500 "
	     "groups elsewhere, the first is group 4",
	     .code = EXT4BM_GD_BACKUP, .group = 27, .stored = 500,
	     .counted = 2, .other_group = 4);
}

static void unreadable(void **state)
{
	char want[200];

	(void)state;
	snprintf(want, sizeof(want), "group 3: block bitmap at block 9 could "
		 "not be read: %s", strerror(EIO));
	SAYS(&wide, want, .code = EXT4BM_BLOCK_BITMAP_UNREADABLE, .group = 3,
	     .item = EXT4BM_ITEM_BLOCK_BITMAP, .stored = 9, .errnum = EIO);
	SAYS(&wide, "group 3: inode bitmap at block 9 could not be read: the "
	     "device ends before it", .code = EXT4BM_INODE_BITMAP_UNREADABLE,
	     .group = 3, .item = EXT4BM_ITEM_INODE_BITMAP, .stored = 9,
	     .errnum = ENODATA);
	SAYS(&wide, "group 3: inode bitmap at block 0: there is no such block",
	     .code = EXT4BM_INODE_BITMAP_UNREADABLE, .group = 3,
	     .item = EXT4BM_ITEM_INODE_BITMAP);
}

/* As wide as on disk. */
static void checksums(void **state)
{
	(void)state;
	SAYS(&wide, "superblock: checksum 0x0000000a stored, 0x12345678 "
	     "counted", .code = EXT4BM_SB_CHECKSUM, .group = EXT4BM_NO_GROUP,
	     .stored = 10, .counted = 0x12345678);
	SAYS(&wide, "group 1: checksum 0x000a stored, 0xffff counted",
	     .code = EXT4BM_GD_CHECKSUM, .group = 1, .stored = 10,
	     .counted = 0xffff);
	SAYS(&wide, "group 1: checksum 0x0000000a stored, 0x0000ffff counted",
	     .code = EXT4BM_BLOCK_BITMAP_CHECKSUM, .group = 1, .stored = 10,
	     .counted = 0xffff);
	SAYS(&narrow, "group 1: checksum 0x000a stored, 0xffff counted",
	     .code = EXT4BM_INODE_BITMAP_CHECKSUM, .group = 1, .stored = 10,
	     .counted = 0xffff);
	SAYS(&narrow, "superblock: checksum 0x0000000a stored, 0x00000000 "
	     "counted", .code = EXT4BM_SB_CHECKSUM, .group = EXT4BM_NO_GROUP,
	     .stored = 10);
}

static void numbers_of_things(void **state)
{
	struct ext4bm_range ranges[] = { { 5, 5 }, { 7, 9 } };

	(void)state;
	SAYS(&wide, "group 1: 1 cluster of fixed metadata shown free (first "
	     "in the inode table)", .code = EXT4BM_METADATA_FREE, .group = 1,
	     .item = EXT4BM_ITEM_INODE_TABLE, .stored = 34, .counted = 33);
	SAYS(&wide, "group 1: 2 clusters of fixed metadata shown free (first "
	     "in the superblock)", .code = EXT4BM_METADATA_FREE, .group = 1,
	     .item = EXT4BM_ITEM_SUPERBLOCK, .stored = 34, .counted = 32);
	SAYS(&wide, "group 0: 1 reserved inode shown free",
	     .code = EXT4BM_RESERVED_INODE_FREE, .stored = 10, .counted = 9);
	SAYS(&wide, "group 4: 4 of 4192 padding bits not set",
	     .code = EXT4BM_BLOCK_BITMAP_PADDING, .group = 4,
	     .stored = 4192, .counted = 4188);
	SAYS(&wide, "group 2: 124 inodes declared unused, at most 120 can be "
	     "(4 in use there)", .code = EXT4BM_GD_ITABLE_UNUSED,
	     .group = 2, .stored = 124, .counted = 120, .ranges = ranges,
	     .nr_ranges = 2);
	SAYS(&wide, "the device holds 999 blocks, the filesystem has 1000",
	     .code = EXT4BM_DEVICE_SHORT, .group = EXT4BM_NO_GROUP,
	     .stored = 1000, .counted = 999);
}

static void kernel_record(void **state)
{
	struct ext4bm_kernel_record record = {
		.errors = 2, .during = 1,
		.first = { .time = 1767323045, .function = "ext4_lookup",
			   .line = 1785, .inode = 12 },
		.last = { .time = 1795345413, .block = 34, .error = 5,
			  .function = "ext4_mb_generate_buddy",
			  .line = 1290 },
	};

	(void)state;
	SAYS(&wide, "the kernel has recorded 2 errors since the last e2fsck, "
	     "1 of them during this check; the first at 2026-01-02 03:04:05 "
	     "UTC in ext4_lookup:1785, inode 12; the last at 2026-11-22 "
	     "11:03:33 UTC in ext4_mb_generate_buddy:1290, EFSCORRUPTED, "
	     "block 34", .code = EXT4BM_KERNEL_ERROR_RECORD,
	     .group = EXT4BM_NO_GROUP, .stored = 2, .counted = 1,
	     .record = &record);
	SAYS(&wide, "the kernel has recorded 1 error since the last e2fsck: "
	     "at 2026-11-22 11:03:33 UTC in ext4_mb_generate_buddy:1290, "
	     "EFSCORRUPTED, block 34", .code = EXT4BM_KERNEL_ERROR_RECORD,
	     .group = EXT4BM_NO_GROUP, .stored = 1, .record = &record);
	memset(&record.last, 0, sizeof(record.last));
	SAYS(&wide, "the kernel has recorded 1 error since the last e2fsck: "
	     "in (unknown):0", .code = EXT4BM_KERNEL_ERROR_RECORD,
	     .group = EXT4BM_NO_GROUP, .stored = 1, .record = &record);
	/* as long as it can get */
	record.first = record.last = (struct ext4bm_kernel_error){
		.time = INT64_C(253402300799), .line = UINT32_MAX,
		.inode = UINT32_MAX, .block = UINT64_MAX, .error = 5,
	};
	memset(record.first.function, 'f', 63);
	memset(record.last.function, 'l', 63);
	assert_non_null(strstr(text_of(&wide, &(struct ext4bm_finding){
		.code = EXT4BM_KERNEL_ERROR_RECORD, .stored = UINT64_MAX,
		.counted = UINT64_MAX, .group = EXT4BM_NO_GROUP,
		.record = &record }), "block 18446744073709551615"));
}

static void disk(void **state)
{
	(void)state;
	SAYS(&wide, "group 3: descriptor on disk (9 free clusters) differs "
	     "from the one in memory (7)", .code = EXT4BM_DISK_DESCRIPTOR,
	     .group = 3, .stored = 9, .counted = 7);
	SAYS(&wide, "group 3: block bitmap on disk (9 free clusters) differs "
	     "from the one in memory (9)", .code = EXT4BM_DISK_BLOCK_BITMAP,
	     .group = 3, .stored = 9, .counted = 9);
	SAYS(&wide, "group 3: inode bitmap on disk (9 free inodes) differs "
	     "from the one in memory (7)", .code = EXT4BM_DISK_INODE_BITMAP,
	     .group = 3, .stored = 9, .counted = 7);
}

static void operational(void **state)
{
	(void)state;
	SAYS(&wide, "block numbers lead to the same blocks over and over; "
	     "owners were not found out", .code = EXT4BM_OWNERS_ENTANGLED,
	     .group = EXT4BM_NO_GROUP);
	SAYS(&wide, "superblock: it could not be read again: Input/output "
	     "error", .code = EXT4BM_SUPERBLOCK_UNREADABLE,
	     .group = EXT4BM_NO_GROUP, .errnum = 5);
	SAYS(&wide, "it may be frozen for 5 s, looking takes about 17 s",
	     .code = EXT4BM_FREEZE_EXPIRED, .group = EXT4BM_NO_GROUP,
	     .stored = 5, .counted = 17);
}

static void totals(void **state)
{
	(void)state;
	SAYS(&wide, "the kernel counts 900 free blocks in all, the "
	     "descriptors 1000 (it counts 100 too few)",
	     .code = EXT4BM_STATFS_FREE_BLOCKS, .group = EXT4BM_NO_GROUP,
	     .stored = 900, .counted = 1000);
	SAYS(&wide, "the kernel counts 1000 free blocks in all, the "
	     "descriptors 900 (it counts 100 too many)",
	     .code = EXT4BM_STATFS_FREE_BLOCKS, .group = EXT4BM_NO_GROUP,
	     .stored = 1000, .counted = 900);
}

static void journals(void **state)
{
	(void)state;
	SAYS(&wide, "the journal cannot be replayed: a checksum is wrong",
	     .code = EXT4BM_JOURNAL_DAMAGED, .group = EXT4BM_NO_GROUP,
	     .errnum = EBADMSG);
	SAYS(&wide, "the journal cannot be replayed from transaction 7 on "
	     "(block 42 of it): it is not consistent",
	     .code = EXT4BM_JOURNAL_DAMAGED, .group = EXT4BM_NO_GROUP,
	     .stored = 7, .counted = 42, .errnum = EUCLEAN);
	SAYS(&wide, "1 fast commit at the end of the journal not replayed",
	     .code = EXT4BM_JOURNAL_FAST_COMMITS, .group = EXT4BM_NO_GROUP,
	     .stored = 1);
	SAYS(&wide, "2 fast commits at the end of the journal not replayed",
	     .code = EXT4BM_JOURNAL_FAST_COMMITS, .group = EXT4BM_NO_GROUP,
	     .stored = 2);
}

/* One line, not empty, no full stop, for every code and extreme value. */
static void every_code(void **state)
{
	(void)state;
	for (int code = 0; code < EXT4BM_NR_CODES; code++)
		for (int how = 0; how < 4; how++) {
			struct ext4bm_finding finding = {
				.code = code,
				.group = how & 1 ? EXT4BM_NO_GROUP
						 : UINT32_MAX - 1,
				.item = EXT4BM_ITEM_RESERVED_GDT,
				.other_item = EXT4BM_ITEM_RESERVED_GDT,
				.other_group = UINT32_MAX,
				.stored = how & 2 ? UINT64_MAX : 0,
				.counted = how & 2 ? UINT64_MAX - 1 : 0,
				.errnum = how & 2 ? EIO : 0,
			};
			const char *text = text_of(&wide, &finding);

			assert_true(strlen(text) > 10);
			assert_null(strchr(text, '\n'));
			assert_null(strstr(text, "  "));
			assert_int_not_equal(text[strlen(text) - 1], '.');
			assert_int_equal(how & 1 ? 0 : 1,
				strncmp(text, "group 4294967294: ", 18) == 0);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
		cmocka_unit_test(places),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(checksums),
		cmocka_unit_test(numbers_of_things),
		cmocka_unit_test(kernel_record),
		cmocka_unit_test(disk),
		cmocka_unit_test(operational),
		cmocka_unit_test(totals),
		cmocka_unit_test(journals),
		cmocka_unit_test(every_code),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
