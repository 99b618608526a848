// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_klog.c --- messages of the kernel, as people have met them
 *
 * The texts are those of reports; where none could be found, they are made
 * from the words that kernels print.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ext4bm.h"
#include "unit.h"

#define NONE EXT4BM_KLOG_NONE
#define NO_GROUP EXT4BM_NO_GROUP

static void assert_none(const char *line)
{
	struct ext4bm_klog_message message, before;

	memset(&before, 0x5a, sizeof(before));
	memcpy(&message, &before, sizeof(message));
	if (ext4bm_klog_parse(line, &message))
		print_error("taken for a message: \"%s\"\n", line);
	assert_memory_equal(&message, &before, sizeof(message));
}

/* The outcome must not depend on the newline. */
static void parse(const char *line, struct ext4bm_klog_message *message)
{
	struct ext4bm_klog_message again;
	char with[700];

	memset(message, 0x5a, sizeof(*message));
	memset(&again, 0xa5, sizeof(again));
	if (!ext4bm_klog_parse(line, message))
		fail_msg("not understood: \"%s\"", line);
	snprintf(with, sizeof(with), "%s\r\n SUBSYSTEM=block\n", line);
	assert_true(ext4bm_klog_parse(with, &again));
	assert_int_equal(again.kind, message->kind);
	assert_int_equal(again.group, message->group);
	assert_string_equal(again.text, message->text);
}

static const char *name_of(const struct ext4bm_klog_message *message)
{
	return ext4bm_klog_catalogue(message->kind)->name;
}

struct vector {
	const char *text;
	const char *kind;
	const char *device;
	uint32_t group;
	const char *values;
	uint64_t block;
	uint64_t inode;
	int errnum;
	const char *comm;
};

#define ERR(device) "EXT4-fs error (device " device "): "

static const struct vector vectors[] = {
	{ ERR("sdb4") "ext4_mb_generate_buddy:735: group 15: 32768 clusters "
	  "in bitmap, 0 in gd. blk grp corrupted.", "buddy-mismatch", "sdb4",
	  15, "counted=32768 stored=0", NONE, 0, 0, "" },
	{ ERR("md8") "ext4_mb_generate_buddy:739: group 30592, 30643 clusters "
	  "in bitmap, 30688 in gd", "buddy-mismatch", "md8", 30592,
	  "counted=30643 stored=30688", NONE, 0, 0, "" },
	{ ERR("sda1") "ext4_mb_generate_buddy:756: group 5, 1 clusters "
	  "in bitmap, 2 in gd; block bitmap corrupt.", "buddy-mismatch",
	  "sda1", 5, "counted=1 stored=2", NONE, 0, 0, "" },
	{ ERR("sda1") "ext4_mb_generate_buddy:758: group 0, block bitmap and "
	  "bg descriptor inconsistent: 21751 vs 21765 free clusters",
	  "buddy-mismatch", "sda1", 0, "counted=21751 stored=21765", NONE, 0,
	  0, "" },
	{ ERR("mmcblk0p2") "ext4_mb_generate_buddy:1217: group 1, block "
	  "bitmap and bg descriptor inconsistent: 32416 vs 32417 free "
	  "clusters", "buddy-mismatch", "mmcblk0p2", 1,
	  "counted=32416 stored=32417", NONE, 0, 0, "" },
	{ ERR("loop0") "ext4_mb_generate_buddy:1098: group 0, block bitmap "
	  "and bg descriptor inconsistent: 25 vs 150994969 free clusters",
	  "buddy-mismatch", "loop0", 0, "counted=25 stored=150994969", NONE,
	  0, 0, "" },
	{ ERR("vdb") "mb_free_blocks:1457: group 1, block 158084:freeing "
	  "already freed block (bit 6753); block bitmap corrupt.",
	  "double-free", "vdb", 1, "bit=6753", 158084, 0, 0, "" },
	{ ERR("vdc") "mb_free_blocks:1916: group 24, block 786432:freeing "
	  "already freed block (bit 0); block bitmap corrupt.",
	  "double-free", "vdc", 24, "bit=0", 786432, 0, 0, "" },
	{ ERR("loop0") "mb_free_blocks:1938: group 0, inode 15: block "
	  "305:freeing already freed block (bit 19); block bitmap corrupt.",
	  "double-free", "loop0", 0, "bit=19", 305, 15, 0, "" },
	{ ERR("vda") "mb_free_blocks:2043: group 4, inode 515: block "
	  "32804:freeing already freed block (bit 35)", "double-free", "vda",
	  4, "bit=35", 32804, 515, 0, "" },
	{ ERR("vda") "mb_free_blocks_double:531: group 4, inode 9: block "
	  "77:freeing block already freed (bit 35)", "double-free", "vda", 4,
	  "bit=35", 77, 9, 0, "" },
	{ ERR("sda2") "ext4_mb_complex_scan_group:2508: group 350, 8179 free "
	  "clusters as per group info. But got 8192 blocks",
	  "scan-above-counters", "sda2", 350,
	  "free_per_group_info=8179 got=8192", NONE, 0, 0, "" },
	{ ERR("vda") "ext4_mb_complex_scan_group:2521: group 22, -13 free "
	  "clusters as per group info. But got 64 blocks",
	  "scan-above-counters", "vda", 22, "free_per_group_info=-13 got=64",
	  NONE, 0, 0, "" },
	{ ERR("sda2") "ext4_mb_complex_scan_group:2499: group 350, 12 free "
	  "clusters as per group info. But bitmap says 0", "scan-finds-none",
	  "sda2", 350, "free_per_group_info=12", NONE, 0, 0, "" },
	{ ERR("sda2") "ext4_mb_simple_scan_group:2420: group 7, 3 free "
	  "clusters of order 5. But found 0", "order-finds-none", "sda2", 7,
	  "chunks_per_group_info=3 order=5", NONE, 0, 0, "" },
	{ ERR("sda2") "mb_find_extent:1766: group 12, corruption or bug in "
	  "mb_find_extent block=32760, order=3 needed=2048 "
	  "ex=12/32760/16@0", "extent-past-end", "sda2", 12,
	  "bit=32760 order=3 needed=2048", NONE, 0, 0, "" },
	{ ERR("sda2") "mb_find_extent:1500: comm cp: corruption or bug in "
	  "mb_find_extent block=32760, order=3 needed=2048 "
	  "ex=12/32760/16@0", "extent-past-end", "sda2", NO_GROUP,
	  "bit=32760 order=3 needed=2048", NONE, 0, 0, "cp" },
	{ ERR("sda2") "ext4_mb_release_inode_pa:5100: group 9, free 3, "
	  "pa_free 2", "preallocation-differs", "sda2", 9,
	  "free=3 pa_free=2", NONE, 0, 0, "" },
	{ "EXT4-fs (sda2): pa 00000000d15f9ca1: logic 0, phys. 34304, len "
	  "512", "preallocation-detail", "sda2", NO_GROUP,
	  "logical=0 len=512", 34304, 0, 0, "" },
	{ "EXT4-fs (sda2): corruption in group 324 at byte 784(6272): f in "
	  "copy != ff on disk/prealloc", "copy-differs", "sda2", 324,
	  "byte=784 bit=6272 copy=15 found=255", NONE, 0, 0, "" },
	{ ERR("sda2") "ext4_mb_free_metadata:5612: group 3, block "
	  "98304:Block already on to-be-freed list", "freed-twice", "sda2",
	  3, "", 98304, 0, 0, "" },
	{ ERR("sda2") "ext4_mb_mark_diskspace_used:4000: comm dd: Allocating "
	  "blocks 1057-1088 which overlap fs metadata", "metadata-allocated",
	  "sda2", NO_GROUP, "last_block=1088", 1057, 0, 0, "dd" },
	{ ERR("sda2") "ext4_free_blocks:5900: comm rm: Freeing blocks not in "
	  "datazone - block = 18446744073709551615, count = 1",
	  "metadata-freed", "sda2", NO_GROUP, "count=1", UINT64_MAX, 0, 0,
	  "rm" },
	{ ERR("sda2") "ext4_mb_clear_bb:6000: inode #13: comm rm: Freeing "
	  "blocks in system zone - Block = 257, count = 4",
	  "metadata-freed", "sda2", NO_GROUP, "count=4", 257, 13, 0, "rm" },
	{ ERR("sda2") "ext4_group_add_blocks:6200: comm resize2fs: bit "
	  "already cleared for block 99", "resize-not-used", "sda2",
	  NO_GROUP, "", 99, 0, 0, "resize2fs" },
	{ ERR("sda2") "ext4_group_add_blocks:6200: comm resize2fs: bit "
	  "already cleared in group 9", "resize-not-used", "sda2", 9, "",
	  NONE, 0, 0, "resize2fs" },
	{ ERR("sda2") "ext4_group_add_blocks:6200: comm resize2fs: Adding "
	  "blocks in system zones - Block = 9, count = 2",
	  "resize-not-used", "sda2", NO_GROUP, "count=2", 9, 0, 0,
	  "resize2fs" },
	{ ERR("sda2") "ext4_mb_mark_bb:4100: comm mount: Marking blocks in "
	  "system zone - Block = 9, len = 2", "replay-metadata", "sda2",
	  NO_GROUP, "count=2", 9, 0, 0, "mount" },
	{ ERR("sda2") "ext4_mb_mark_diskspace_used:4000: comm dd: words of "
	  "another kernel", "allocator-unknown", "sda2", NO_GROUP, "", NONE,
	  0, 0, "dd" },

	{ ERR("sdd1") "ext4_validate_block_bitmap:384: comm kworker/u10:2: "
	  "bg: 54414 bad block bitmap checksum", "bitmap-checksum", "sdd1",
	  54414, "", NONE, 0, 0, "kworker/u10:2" },
	{ ERR("sdc1") "ext4_validate_block_bitmap:376: comm kworker/u8:2: bg "
	  "57266: bad block bitmap checksum", "bitmap-checksum", "sdc1",
	  57266, "", NONE, 0, 0, "kworker/u8:2" },
	{ ERR("mmcblk1p3") "ext4_validate_block_bitmap:421: comm "
	  "ext4lazyinit: bg 112: bad block bitmap checksum",
	  "bitmap-checksum", "mmcblk1p3", 112, "", NONE, 0, 0,
	  "ext4lazyinit" },
	{ ERR("loop0") "ext4_validate_block_bitmap:398: comm rep: bg 0: "
	  "block 5: invalid block bitmap", "bitmap-invalid", "loop0", 0, "",
	  5, 0, 0, "rep" },
	{ ERR("mmcblk0p1") "ext4_validate_block_bitmap:440: comm "
	  "ext4lazyinit: bg 231: block 31744: padding at end of block bitmap "
	  "is not set", "bitmap-padding", "mmcblk0p1", 231, "bit=31744", NONE,
	  0, 0, "ext4lazyinit" },
	{ ERR("sda2") "ext4_read_block_bitmap_nowait:480: comm ls: Invalid "
	  "block bitmap block 12 in block_group 3", "bitmap-location", "sda2",
	  3, "", 12, 0, 0, "ls" },
	{ ERR("sda2") "ext4_read_block_bitmap_nowait:480: comm ls: Block "
	  "bitmap for bg 0 marked uninitialized", "bitmap-uninit", "sda2", 0,
	  "", NONE, 0, 0, "ls" },
	{ ERR("sda2") "ext4_read_block_bitmap_nowait:480: comm ls: Failed to "
	  "init block bitmap for group 8: -74", "bitmap-init-failed", "sda2",
	  8, "", NONE, 0, EBADMSG, "ls" },
	{ "EXT4-fs (sda6): ext4_check_descriptors: Block bitmap for group "
	  "131056 not in group (block 35184616189952)!",
	  "descriptor-location", "sda6", 131056, "", 35184616189952, 0, 0,
	  "" },
	{ "EXT4-fs (sda6): ext4_check_descriptors: Inode table for group 4 "
	  "overlaps superblock", "descriptor-location", "sda6", 4, "", NONE,
	  0, 0, "" },
	{ "EXT4-fs (sda6): ext4_check_descriptors: Inode bitmap for group 4 "
	  "overlaps block group descriptors", "descriptor-location", "sda6",
	  4, "", NONE, 0, 0, "" },
	{ "EXT4-fs (sdd1): ext4_check_descriptors: Checksum for group 3201 "
	  "failed (45969!=38902)", "descriptor-checksum", "sdd1", 3201,
	  "counted=45969 stored=38902", NONE, 0, 0, "" },
	{ "EXT4-fs (sdd1): ext4_remount: Checksum for group 1 failed "
	  "(1!=2)", "descriptor-checksum", "sdd1", 1, "counted=1 stored=2",
	  NONE, 0, 0, "" },
	{ ERR("sdd1") "ext4_init_block_bitmap:186: comm ls: Checksum bad for "
	  "group 7", "descriptor-checksum", "sdd1", 7, "", NONE, 0, 0, "ls" },
	{ "EXT4-fs (sda6): group descriptors corrupted!",
	  "descriptors-corrupted", "sda6", NO_GROUP, "", NONE, 0, 0, "" },
	{ ERR("sda2") "ext4_get_group_desc:300: comm ls: Group descriptor not "
	  "loaded - block_group = 9, group_desc = 0, desc = 9",
	  "descriptor-missing", "sda2", 9, "group_desc=0 desc=9", NONE, 0, 0,
	  "ls" },
	{ "ext4_count_free_clusters: stored = 9, computed = 8, 8",
	  "free-count", "", NO_GROUP, "stored=9 counted=8", NONE, 0, 0, "" },
	{ ERR("sda2") "ext4_validate_inode_bitmap:106: comm ls: Corrupt inode "
	  "bitmap - block_group = 5, inode_bitmap = 1061", "inode-bitmap",
	  "sda2", 5, "", 1061, 0, 0, "ls" },
	{ ERR("sda2") "ext4_read_inode_bitmap:140: comm ls: Invalid inode "
	  "bitmap blk 3 in block_group 5", "inode-bitmap", "sda2", 5, "", 3,
	  0, 0, "ls" },
	{ ERR("sda2") "ext4_free_inode:340: comm rm: bit already cleared for "
	  "inode 12", "inode-double-free", "sda2", NO_GROUP, "", NONE, 12, 0,
	  "rm" },
	{ ERR("sda2") "ext4_init_inode_table:1500: comm ext4lazyinit: "
	  "Something is wrong with group 2: used itable blocks: 9; itable "
	  "unused count: 7; itables initialized count: 1", "itable-unused",
	  "sda2", 2, "used_blocks=9 unused=7 initialized=1", NONE, 0, 0,
	  "ext4lazyinit" },

	{ ERR("nvme19n1") "ext4_wait_block_bitmap:517: comm etcd: Cannot read "
	  "block bitmap - block_group = 34, block_bitmap = 1048578",
	  "bitmap-read-failed", "nvme19n1", 34, "", 1048578, 0, 0, "etcd" },
	{ ERR("sda2") "ext4_read_inode_bitmap:200: comm ls: Cannot read inode "
	  "bitmap - block_group = 3, inode_bitmap = 1059",
	  "inode-bitmap-read-failed", "sda2", 3, "", 1059, 0, 0, "ls" },
	{ ERR("sdm") "ext4_discard_preallocations:5001: comm prometheus: "
	  "Error -5 reading block bitmap for 211", "load-failed", "sdm", 211,
	  "", NONE, 0, EIO, "prometheus" },
	{ ERR("xvda9") "ext4_discard_preallocations:4028: comm prometheus: "
	  "Error loading buddy information for 989", "load-failed", "xvda9",
	  989, "", NONE, 0, 0, "prometheus" },
	{ ERR("xvda9") "ext4_trim_all_free:4028: comm fstrim: Error -12 "
	  "loading buddy information for 989", "load-failed", "xvda9", 989,
	  "", NONE, 0, ENOMEM, "fstrim" },
	{ "EXT4-fs error (device sdb4) in ext4_free_blocks:4802: IO failure",
	  "operation-failed", "sdb4", NO_GROUP, "", NONE, 0, EIO, "" },
	{ "EXT4-fs error (device sda2) in ext4_update_backup_sb:164: "
	  "Filesystem failed CRC", "operation-failed", "sda2", NO_GROUP, "",
	  NONE, 0, EBADMSG, "" },
	{ "EXT4-fs error (device sda2) in ext4_new_inode_start_handle:1: "
	  "Out of memory", "operation-failed", "sda2", NO_GROUP, "", NONE, 0,
	  ENOMEM, "" },
	{ "EXT4-fs error (device sda2) in ext4_reserve_inode_write:1: "
	  "error 28", "operation-failed", "sda2", NO_GROUP, "", NONE, 0,
	  ENOSPC, "" },

	{ "EXT4-fs (sdc1): error count since last fsck: 12", "error-count",
	  "sdc1", NO_GROUP, "errors=12", NONE, 0, 0, "" },
	{ "EXT4-fs (sdc1): initial error at time 1576998292: "
	  "ext4_validate_block_bitmap:376", "first-error", "sdc1", NO_GROUP,
	  "time=1576998292", NONE, 0, 0, "" },
	{ "EXT4-fs (vda): initial error at time 1709536044: "
	  "mb_free_blocks:1937: block 704527", "first-error", "vda",
	  NO_GROUP, "time=1709536044", 704527, 0, 0, "" },
	{ "EXT4-fs (vda): last error at time 1709536044: "
	  "mb_free_blocks:1937: inode 7: block 704527", "last-error", "vda",
	  NO_GROUP, "time=1709536044", 704527, 7, 0, "" },
	{ "EXT4-fs (sdc1): initial error at 1358560365: "
	  "ext4_journal_start_sb:371", "first-error", "sdc1", NO_GROUP,
	  "time=1358560365", NONE, 0, 0, "" },
	{ "EXT4-fs (sdc1): Delayed block allocation failed for inode 7334278 "
	  "at logical offset 0 with max blocks 11 with error 74",
	  "delayed-allocation-failed", "sdc1", NO_GROUP,
	  "logical=0 count=11", NONE, 7334278, EBADMSG, "" },
	{ "EXT4-fs (md8): Remounting filesystem read-only",
	  "remounted-read-only", "md8", NO_GROUP, "", NONE, 0, 0, "" },
	{ "EXT4-fs (md8): warning: mounting fs with errors, running e2fsck "
	  "is recommended", "mounted-with-errors", "md8", NO_GROUP, "", NONE,
	  0, 0, "" },
	{ "Aborting journal on device md8-8.", "journal-aborted", "md8",
	  NO_GROUP, "", NONE, 0, 0, "" },
	{ "Aborting journal on device dm-0-8.", "journal-aborted", "dm-0",
	  NO_GROUP, "", NONE, 0, 0, "" },
	{ "Aborting journal on device dm-0.", "journal-aborted", "dm-0",
	  NO_GROUP, "", NONE, 0, 0, "" },
	{ ERR("sda1") "ext4_journal_check_start:61: comm x: Detected aborted "
	  "journal", "journal-aborted", "sda1", NO_GROUP, "", NONE, 0, 0,
	  "x" },
	{ "EXT4-fs error: 41 callbacks suppressed", "suppressed", "",
	  NO_GROUP, "suppressed=41", NONE, 0, 0, "" },
	{ "JBD2: Spotted dirty metadata buffer (dev = sda1, blocknr = 0). "
	  "There's a risk of filesystem corruption in case of system crash.",
	  "dirty-metadata", "sda1", NO_GROUP, "", 0, 0, 0, "" },
	{ ERR("sda1") "ext4_lookup:1700: inode #2: comm ls: deleted inode "
	  "referenced: 13", "other", "sda1", NO_GROUP, "", NONE, 2, 0, "ls" },
	{ "EXT4-fs warning (device sda1): ext4_dirblock_csum_verify:404: "
	  "inode #2: comm find: No space for directory leaf checksum.",
	  "other", "sda1", NO_GROUP, "", NONE, 2, 0, "find" },
	{ "EXT4-fs (sda1): mounted filesystem with ordered data mode. Opts: "
	  "(null)", "mounted", "sda1", NO_GROUP, "", NONE, 0, 0, "" },
	{ "EXT4-fs (dm-0): unmounting filesystem "
	  "aa10bbb7-1dd1-4c6d-9e04-52a3074dcc3d.", "unmounted", "dm-0",
	  NO_GROUP, "", NONE, 0, 0, "" },
	{ "EXT4-fs (cciss!c0d0p1): re-mounted. Opts: (null)", "other",
	  "cciss!c0d0p1", NO_GROUP, "", NONE, 0, 0, "" },
};

static void format_values(const struct ext4bm_klog_message *message,
			  char *text, size_t size)
{
	size_t used = 0;

	*text = '\0';
	for (size_t i = 0; i < message->nr_values; i++)
		used += (size_t)snprintf(text + used, size - used,
					 "%s%s=%lld", i ? " " : "",
					 message->values[i].name,
					 (long long)message->values[i].value);
}

static void assert_vector(const struct vector *vector, const char *line)
{
	struct ext4bm_klog_message message;
	char values[200];

	parse(line, &message);
	format_values(&message, values, sizeof(values));
	assert_string_equal(name_of(&message), vector->kind);
	assert_string_equal(message.device, vector->device);
	assert_string_equal(message.comm, vector->comm);
	assert_string_equal(message.text, vector->text);
	assert_string_equal(values, vector->values);
	assert_int_equal(message.group, vector->group);
	assert_int_equal(message.block, vector->block);
	assert_int_equal(message.inode, vector->inode);
	assert_int_equal(message.errnum, vector->errnum);
}

static void texts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++)
		assert_vector(&vectors[i], vectors[i].text);
}

/* Every kind is provoked by one of the vectors, so that none is a stub. */
static void kinds(void **state)
{
	struct ext4bm_klog_message message;
	bool seen[EXT4BM_KLOG_NR_KINDS] = { false };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		parse(vectors[i].text, &message);
		seen[message.kind] = true;
	}
	parse("Linux version 6.12.74 (x@y)", &message);
	seen[message.kind] = true;
	for (int kind = 0; kind < EXT4BM_KLOG_NR_KINDS; kind++) {
		const struct ext4bm_klog_entry *entry =
			ext4bm_klog_catalogue(kind);

		if (!seen[kind])
			fail_msg("no vector for kind %d", kind);
		assert_non_null(entry->name);
		assert_non_null(entry->summary);
		assert_non_null(entry->proves);
		assert_non_null(entry->next);
		assert_true(entry->accuses || !entry->blind);
		assert_int_equal(ext4bm_klog_kind_by_name(entry->name), kind);
		/* --explain takes both */
		assert_int_equal(ext4bm_code_by_name(entry->name), -ENOENT);
		for (int other = 0; other < kind; other++)
			assert_string_not_equal(
				entry->name,
				ext4bm_klog_catalogue(other)->name);
	}
	assert_null(ext4bm_klog_catalogue(EXT4BM_KLOG_NR_KINDS));
	assert_int_equal(ext4bm_klog_kind_by_name("pink"), -ENOENT);
}

/* What stands in front of a message, in each kind of log. */
static const struct {
	const char *prefix;
	const char *when;
	uint64_t usec;
	const char *host;
} prefixes[] = {
	{ "", "", NONE, "" },
	{ "[   12.621736] ", "   12.621736", 12621736, "" },
	{ "[11941.741503] ", "11941.741503", 11941741503, "" },
	{ "[   12.621736][  T123] ", "12.621736", 12621736, "" },
	{ "[   12.621736] [    C0] ", "12.621736", 12621736, "" },
	{ "<3>[   12.621736] ", "12.621736", 12621736, "" },
	{ "kern  :err   : [   12.621736] ", "12.621736", 12621736, "" },
	{ "[Fri Mar  1 10:20:30 2024] ", "Fri Mar  1 10:20:30 2024", NONE,
	  "" },
	{ "[Mar 1 10:20] ", "Mar 1 10:20", NONE, "" },
	{ "[  +0.000010] ", "+0.000010", NONE, "" },
	{ "2024-03-01T10:20:30,621736+01:00 ",
	  "2024-03-01T10:20:30,621736+01:00", NONE, "" },
	{ "3,4053,11941741503,-;", "11941.741503", 11941741503, "" },
	{ "3,4053,7,c,caller=T12;", "0.000007", 7, "" },
	{ "Mar  1 10:20:30 db3 kernel: [   12.621736] ", "Mar  1 10:20:30",
	  12621736, "db3" },
	{ "Mar  1 10:20:30 db3.example.org kernel: ", "Mar  1 10:20:30", NONE,
	  "db3.example.org" },
	{ "Mar 01 10:20:30 db3 kernel: ", "Mar 01 10:20:30", NONE, "db3" },
	{ "Mar  1 10:20:30 kernel: ", "Mar  1 10:20:30", NONE, "" },
	{ "Mar  1 10:20:30 db3 kern.err kernel: [   12.621736] ",
	  "Mar  1 10:20:30", 12621736, "db3" },
	{ "<3>Mar  1 10:20:30 db3 kernel: ", "Mar  1 10:20:30", NONE, "db3" },
	{ "2024-03-01T10:20:30.621736+01:00 db3 kernel: [   12.621736] ",
	  "2024-03-01T10:20:30.621736+01:00", 12621736, "db3" },
	{ "2024-03-01T10:20:30+0100 db3 kernel: ",
	  "2024-03-01T10:20:30+0100", NONE, "db3" },
	{ "2024-03-01 10:20:30 db3 kernel: ", "2024-03-01 10:20:30", NONE,
	  "db3" },
	{ "Fri 2024-03-01 10:20:30 CET db3 kernel: ",
	  "Fri 2024-03-01 10:20:30 CET", NONE, "db3" },
	{ "1709284830.621736 db3 kernel: ", "1709284830.621736", NONE,
	  "db3" },
	{ "[   12.621736] db3 kernel: ", "   12.621736", 12621736, "db3" },
	{ "<3>1 2024-03-01T10:20:30Z db3 kernel - - - ",
	  "2024-03-01T10:20:30Z", NONE, "db3" },
	{ "> [   12.621736] ", "12.621736", 12621736, "" },
	{ "> > Mar  1 10:20:30 db3 kernel: ", "Mar  1 10:20:30", NONE,
	  "db3" },
	{ "kernel: ", "", NONE, "" },
	{ "/var/log/kern.log.1:Mar  1 10:20:30 db3 kernel: ",
	  "Mar  1 10:20:30", NONE, "db3" },
	{ "12:[   12.621736] ", "12.621736", 12621736, "" },
	{ "kern.log:12:", "", NONE, "" },
};

static void in_front(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		const char *when = prefixes[i].when;

		when += strspn(when, " ");
		for (size_t j = 0; j < ARRAY_SIZE(vectors); j++) {
			struct ext4bm_klog_message message;
			char line[600];

			snprintf(line, sizeof(line), "%s%s",
				 prefixes[i].prefix, vectors[j].text);
			assert_vector(&vectors[j], line);
			parse(line, &message);
			assert_string_equal(message.when, when);
			assert_string_equal(message.host, prefixes[i].host);
			assert_int_equal(message.usec, prefixes[i].usec);
		}
	}
}

/* Other systems, other programs, and what is not whole. */
static void refused(void **state)
{
	static const char *const lines[] = {
		"", "\n", "[", "]", "<", "> ", "EXT4-fs", "EXT4-fs ",
		"EXT4-fs error", "EXT4-fs error (device ",
		"EXT4-fs error (device sda1", "EXT4-fs error (device sda1)",
		"EXT4-fs error (device ): x", "EXT4-fs (): mounted",
		"EXT4-fs error (device a b): x:1: y",
		"EXT4-fs error (device "
		"abcdefghijklmnopqrstuvwxyz0123456789): x",
		"[    1.2] FAT-fs (sda1): error, corrupted directory",
		"[    1.2] XFS (sda1): Corruption detected",
		"[    1.2] EXT4-fs: failed to create workqueue",
		"[    1.2] BTRFS error (device sda1): bad tree block",
		"JBD2: no valid journal superblock found",
		"Linux version of it", "Aborting journal on device",
		/* A program that logs the very words. */
		"Mar  1 10:20:30 db3 app[77]: " ERR("sda1")
		"ext4_mb_generate_buddy:1: group 1, 2 clusters in bitmap, 3 "
		"in gd",
		"12,4053,11941741503,-;" ERR("sda1")
		"ext4_mb_generate_buddy:1: group 1, 2 clusters in bitmap, 3 "
		"in gd",
		"3,4053,11941741503,-;audit: " ERR("sda1") "x:1: y",
		"<30>Mar  1 10:20:30 db3 kernel: " ERR("sda1") "x:1: y",
		"Mar  1 10:20:30 db3 kernel: audit: " ERR("sda1") "x:1: y",
		"Mar  1 10:20:30 db3 a kernel: " ERR("sda1") "x:1: y",
		"[   12.621736] systemd[1]: " ERR("sda1") "x:1: y",
		"db3 " ERR("sda1") "x:1: y",
		"audit:" ERR("sda1") "x:1: y", "12: " ERR("sda1") "x:1: y",
		"1:2:3:" ERR("sda1") "x:1: y", ":" ERR("sda1") "x:1: y",
		"mail says: " ERR("sda1") "x:1: y",
		" SUBSYSTEM=block", " DEVICE=b8:1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		assert_none(lines[i]);
}

/*
 * A message that was cut, wherever, is never half understood: it has no
 * values, or it is whole.
 */
static void cut(void **state)
{
	static const char text[] = ERR("sda2") "ext4_mb_complex_scan_group:"
		"2508: group 350, 8179 free clusters as per group info. But "
		"got 8192 blocks";

	(void)state;
	for (size_t len = 0; len < sizeof(text) - 1; len++) {
		struct ext4bm_klog_message message;
		char line[sizeof(text)];

		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		if (!ext4bm_klog_parse(line, &message))
			continue;
		assert_int_equal(message.nr_values, 0);
		assert_true(message.kind == EXT4BM_KLOG_OTHER ||
			    message.kind == EXT4BM_KLOG_ALLOCATOR_UNKNOWN);
		if (strstr(line, "group 350, 8"))
			assert_int_equal(message.group, 350);
		else
			assert_int_equal(message.group, EXT4BM_NO_GROUP);
	}
}

/* Names that hold what separates names. */
static void comms(void **state)
{
	static const char *const names[] = {
		"a", "a b", "kworker/0:1H", "a: b", "bg 1: x", "comm y", ": ",
		"inode #3: x", "fifteen_letters",
	};
	struct ext4bm_klog_message message;
	char line[300];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(line, sizeof(line), ERR("sdc1")
			 "ext4_validate_block_bitmap:376: comm %s: bg 57266: "
			 "bad block bitmap checksum", names[i]);
		parse(line, &message);
		assert_string_equal(name_of(&message), "bitmap-checksum");
		assert_string_equal(message.comm, names[i]);
		assert_int_equal(message.group, 57266);
	}
}

static void numbers(void **state)
{
	struct ext4bm_klog_message message;

	(void)state;
	parse(ERR("sda2") "ext4_mb_generate_buddy:1: group 4294967295, 1 "
	      "clusters in bitmap, 2 in gd", &message);
	assert_string_equal(name_of(&message), "allocator-unknown");
	assert_int_equal(message.group, EXT4BM_NO_GROUP);
	parse(ERR("sda2") "ext4_validate_block_bitmap:1: comm x: bg "
	      "4294967296: bad block bitmap checksum", &message);
	assert_string_equal(name_of(&message), "allocator-unknown");
	assert_int_equal(message.group, EXT4BM_NO_GROUP);
	parse(ERR("sda2") "ext4_mb_generate_buddy:1: group 1, "
	      "99999999999999999999 clusters in bitmap, 2 in gd", &message);
	assert_string_equal(name_of(&message), "allocator-unknown");
	assert_int_equal(message.nr_values, 0);
	parse("EXT4-fs (sda2): corruption in group -1 at byte 1(8): 0 in copy "
	      "!= 1 on disk/prealloc", &message);
	assert_string_equal(name_of(&message), "other");
	assert_int_equal(message.group, EXT4BM_NO_GROUP);
	parse(ERR("sda2") "ext4_trim_all_free:1: comm x: Error -5000 reading "
	      "block bitmap for 1", &message);
	assert_string_equal(name_of(&message), "other");
	assert_int_equal(message.errnum, 0);
	parse("[99999999999999999.123456] " ERR("sda1") "x:1: y", &message);
	assert_int_equal(message.usec, NONE);
}

/* Neither a lack of memory nor a device that fails is a view's fault. */
static void accusations(void **state)
{
	struct ext4bm_klog_message message;

	(void)state;
	parse(vectors[11].text, &message);
	assert_string_equal(name_of(&message), "scan-above-counters");
	assert_int_equal(ext4bm_klog_accuses(&message),
			 EXT4BM_VIEW_BUDDY | EXT4BM_VIEW_COUNTERS);
	parse(ERR("a") "x:1: comm y: Failed to init block bitmap for group 8: "
	      "-74", &message);
	assert_int_equal(ext4bm_klog_accuses(&message),
			 EXT4BM_VIEW_DESCRIPTOR);
	for (size_t i = 0; i < 4; i++) {
		static const int errnums[] = { ENOMEM, EIO, EINTR, EROFS };
		char line[200];

		snprintf(line, sizeof(line), ERR("a") "x:1: comm y: Failed to "
			 "init block bitmap for group 8: -%d", errnums[i]);
		parse(line, &message);
		assert_int_equal(message.errnum, errnums[i]);
		assert_int_equal(ext4bm_klog_accuses(&message), 0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		parse(vectors[i].text, &message);
		if (vectors[i].errnum == EIO || vectors[i].errnum == ENOMEM ||
		    strstr(vectors[i].text, "Cannot read") ||
		    strstr(vectors[i].text, "Error loading"))
			assert_int_equal(ext4bm_klog_accuses(&message), 0);
	}
}

static void details(void **state)
{
	struct ext4bm_klog_message message;

	(void)state;
	parse("[    0.000000] Linux version 6.12.74+deb12-cloud-amd64 "
	      "(debian-kernel@lists.debian.org) #1 SMP PREEMPT_DYNAMIC Debian "
	      "6.12.74-2~bpo12+1", &message);
	assert_string_equal(name_of(&message), "boot");
	assert_string_equal(message.detail, "6.12.74+deb12-cloud-amd64 "
			    "(debian-kernel@lists.debian.org) #1 SMP "
			    "PREEMPT_DYNAMIC Debian 6.12.74-2~bpo12+1");
	parse("EXT4-fs (sda1): mounted filesystem "
	      "aa10bbb7-1dd1-4c6d-9e04-52a3074dcc3d r/w with ordered data "
	      "mode. Quota mode: none.", &message);
	assert_string_equal(message.detail,
			    "aa10bbb7-1dd1-4c6d-9e04-52a3074dcc3d");
	parse("EXT4-fs (sda1): mounted filesystem with ordered data mode. "
	      "Opts: (null)", &message);
	assert_string_equal(message.detail, "");
	parse("EXT4-fs (sda1): initial error at time 1: mb_free_blocks:1937",
	      &message);
	assert_string_equal(message.function, "mb_free_blocks");
	assert_int_equal(message.line, 1937);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(ext4bm_klog_level_name(EXT4BM_KLOG_NOTICE),
			    "notice");
	assert_string_equal(ext4bm_klog_level_name(EXT4BM_KLOG_WARNING),
			    "warning");
	assert_string_equal(ext4bm_klog_level_name(EXT4BM_KLOG_ERROR),
			    "error");
	assert_null(ext4bm_klog_level_name(3));
	assert_string_equal(ext4bm_view_name(EXT4BM_VIEW_DISK), "disk");
	assert_string_equal(ext4bm_view_name(EXT4BM_VIEW_BUDDY), "buddy");
	assert_string_equal(ext4bm_view_name(EXT4BM_VIEW_OWNERS), "owners");
	assert_null(ext4bm_view_name(0));
	assert_null(ext4bm_view_name(EXT4BM_VIEW_DISK | EXT4BM_VIEW_CACHE));
	assert_null(ext4bm_view_name(0x80));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(kinds),
		cmocka_unit_test(in_front),
		cmocka_unit_test(refused),
		cmocka_unit_test(cut),
		cmocka_unit_test(comms),
		cmocka_unit_test(numbers),
		cmocka_unit_test(accusations),
		cmocka_unit_test(details),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
