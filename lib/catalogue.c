// SPDX-License-Identifier: LGPL-2.0-only
/*
 * catalogue.c --- everything that is known about each finding code
 *
 * The one place for names, severities and explanations. Text output, JSON,
 * the manual page and the tests take theirs from here.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "ext4bm.h"
#include "text.h"

/* Sentences that several codes share. */
#define COUNTS_ANEW \
	"The total was not brought up to date. By itself it is harmless: " \
	"the kernel counts anew when it mounts."
#define HARMLESS \
	"harmless by itself, the kernel counts anew when it mounts; " \
	"e2fsck -f puts it right"
#define TWO_TIMES \
	"Superblock and descriptors were written at different times, or " \
	"one of them is wrong. e2fsck never compares the two."
#define DEVICE_FIRST \
	"Look at the device and its log first (smartctl, dmesg); do not " \
	"repair on a failing device, copy it."
#define COMPARE_BACKUPS \
	"Do not mount. Keep a copy of the metadata (e2image), compare " \
	"with the backup descriptors (--backups), then run e2fsck."
#define NO_SUCH_BLOCK \
	"The device failed there, or there is no such block, or nobody " \
	"knows whether a bitmap is in it: the descriptor says that none " \
	"was ever written, and has a wrong checksum. Whether the group's " \
	"counts are right is not known."
#define HARDWARE \
	"Look at the device's log first: many such groups at once point " \
	"at the hardware. Then run e2fsck -f."
#define LOG_THEN_FSCK \
	"the kernel will stop using the group; look at the device's log, " \
	"then run e2fsck -f"
#define SAVE_OWNERS \
	"Do not mount it for writing and do not run fstrim. Save the files " \
	"named as owners, from a read-only mount of a snapshot or a copy; " \
	"then run e2fsck -f, which marks what they own."
#define GIVE_BACK \
	"No data is at risk. Run e2fsck -f at the next window to get the " \
	"space back."
#define REBUILD_STALE \
	"Do not run fstrim and stop writers. Then sync; echo 1 > " \
	"/proc/sys/vm/drop_caches makes the kernel build its copy anew " \
	"from the bitmap; check again. Update the kernel (fixed in " \
	E4_FIXED_IN "). Check for shared clusters with e2fsck -f at the " \
	"next unmount."
#define REBUILD \
	"sync; echo 1 > /proc/sys/vm/drop_caches makes the kernel build " \
	"its copy anew; check again. Update the kernel."

#define NOT_ON_DISK \
	"The disk does not hold what the kernel has in memory, although " \
	"nothing was left to be written: a write was lost, the disk was " \
	"changed behind the kernel's back, or the medium is failing."
#define WRITE_LOST \
	"what is in memory did not reach the disk; look at the device " \
	"first, then run e2fsck -f"
#define MEMORY_FIRST \
	"Look at the device and its log first (smartctl, dmesg). Memory " \
	"may be the only right copy: save what matters while it is " \
	"mounted, then unmount and run e2fsck -f."

static const struct ext4bm_catalogue_entry catalogue[EXT4BM_NR_CODES] = {
[EXT4BM_DEVICE_SHORT] = {
	.name = "device-short",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "the device or image ends before the filesystem does",
	.stored = "blocks that the superblock says there are",
	.counted = "whole blocks that the device holds",
	.proves = "What lies behind the end cannot be read or checked: the "
		"image was cut, the partition shrank, or the superblock is "
		"not that of this device.",
	.brief = "what lies behind its end is lost or elsewhere; find the "
		"whole device before anything is repaired",
	.next = "Find the whole device or image before anything is repaired; "
		"a repair now would throw the missing part away.",
	.e2fsck = "The filesystem size (according to the superblock) is %b "
		"blocks; the physical size of the device is %c blocks",
},
[EXT4BM_JOURNAL_DAMAGED] = {
	.name = "journal-damaged",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "the journal could not be replayed to its end",
	.stored = "number of the transaction where recovery gives up",
	.counted = "block of the journal where that is, 0 for its superblock",
	.proves = "The last changes before the crash are lost in part. What "
		"was looked at is what recovery leaves: the state up to "
		"there, or the state before any replay.",
	.brief = "the kernel will not mount it, its last changes are lost in "
		"part; save what matters, then run e2fsck",
	.next = "Save what matters (a copy of the device, debugfs -c), then "
		"run e2fsck -f, which drops what cannot be replayed.",
	.e2fsck = "Journal checksum error found in ...",
},
[EXT4BM_JOURNAL_FAST_COMMITS] = {
	.name = "journal-fast-commits",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "the journal ends with fast commits, which are not "
		"replayed in memory",
	.stored = "fast commits behind the last transaction",
	.counted = "of these, replayed",
	.proves = "What was looked at is the state of the last transaction, "
		"which is a whole one. The kernel that replays the fast "
		"commits changes bitmaps and inodes once more.",
	.brief = "only the state of the last transaction was looked at; mount "
		"it once and unmount it, then check again",
	.next = "Mount it once (the kernel replays them), unmount it, and "
		"check again. On a copy if the device may be failing.",
},
[EXT4BM_SB_CHECKSUM] = {
	.name = "sb-checksum",
	.severity = EXT4BM_MAJOR,
	.summary = "the superblock does not fit its checksum",
	.stored = "checksum in the superblock",
	.counted = "checksum of its content",
	.proves = "A part of the superblock was changed by something that "
		"does not know about checksums, or by the medium. The kernel "
		"will not mount it.",
	.brief = "the kernel will not mount it; run e2fsck",
	.next = "Keep a copy of the metadata (e2image), then run e2fsck, "
		"which uses a backup superblock.",
	.e2fsck = "Superblock checksum does not match superblock",
	.mounted = true,
	.maintained = true,
},
[EXT4BM_SB_FREE_BLOCKS] = {
	.name = "sb-free-blocks",
	.severity = EXT4BM_MINOR,
	.summary = "the superblock's free blocks differ from the bitmaps",
	.stored = "free blocks in the superblock, blocks",
	.counted = "free blocks in all bitmaps, blocks",
	.proves = COUNTS_ANEW,
	.brief = HARMLESS,
	.next = "e2fsck puts the total right.",
	.e2fsck = "Free blocks count wrong (%i, counted=%j).",
	.journal = true,
	.mounted = true,
},
[EXT4BM_SB_FREE_INODES] = {
	.name = "sb-free-inodes",
	.severity = EXT4BM_MINOR,
	.summary = "the superblock's free inodes differ from the bitmaps",
	.stored = "free inodes in the superblock",
	.counted = "free inodes in all bitmaps",
	.proves = COUNTS_ANEW,
	.brief = HARMLESS,
	.next = "e2fsck puts the total right.",
	.e2fsck = "Free inodes count wrong (%i, counted=%j).",
	.journal = true,
	.mounted = true,
},
[EXT4BM_SB_GD_FREE_BLOCKS] = {
	.name = "sb-gd-free-blocks",
	.severity = EXT4BM_MINOR,
	.summary = "the superblock's free blocks differ from the descriptors",
	.stored = "free blocks in the superblock, blocks",
	.counted = "free blocks in all descriptors, blocks",
	.proves = TWO_TIMES,
	.brief = HARMLESS,
	.next = "e2fsck puts the total right.",
	.journal = true,
	.mounted = true,
},
[EXT4BM_SB_GD_FREE_INODES] = {
	.name = "sb-gd-free-inodes",
	.severity = EXT4BM_MINOR,
	.summary = "the superblock's free inodes differ from the descriptors",
	.stored = "free inodes in the superblock",
	.counted = "free inodes in all descriptors",
	.proves = TWO_TIMES,
	.brief = HARMLESS,
	.next = "e2fsck puts the total right.",
	.journal = true,
	.mounted = true,
},
[EXT4BM_GD_UNREADABLE] = {
	.name = "gd-unreadable",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "a block of group descriptors could not be read",
	.stored = "block number",
	.counted = "groups that it describes and that were not looked at",
	.unit = EXT4BM_UNIT_GROUPS,
	.proves = "The device failed, or ends too early. Nothing is known "
		"about these groups.",
	.brief = "look at the device first",
	.next = DEVICE_FIRST,
},
[EXT4BM_GD_CHECKSUM] = {
	.name = "gd-checksum",
	.severity = EXT4BM_MAJOR,
	.summary = "a group descriptor does not fit its checksum",
	.stored = "checksum in the descriptor",
	.counted = "checksum of its content",
	.proves = "The descriptor was changed by something that does not "
		"know about checksums, or by the medium. The kernel will not "
		"mount it, and its UNINIT flags do not count.",
	.brief = "the kernel will not mount it; run e2fsck",
	.next = "Keep a copy of the metadata (e2image), then run e2fsck.",
	.e2fsck = "Group descriptor %g checksum is %04x, should be %04x.",
	.mounted = true,
	.maintained = true,
},
[EXT4BM_GD_LOCATION] = {
	.name = "gd-location",
	.severity = EXT4BM_SEVERE,
	.summary = "a bitmap or inode table is said to be where it cannot be",
	.stored = "block number in the descriptor",
	.counted = "blocks that it takes",
	.proves = "The descriptor is damaged; the true place of the bitmap "
		"or table is not known from it.",
	.brief = "do not mount it; keep a copy of the metadata, then run "
		"e2fsck",
	.next = COMPARE_BACKUPS,
	.e2fsck = "Block bitmap for group %g is not in group. (block %b)",
	.mounted = true,
	.maintained = true,
},
[EXT4BM_GD_OVERLAP] = {
	.name = "gd-overlap",
	.severity = EXT4BM_SEVERE,
	.summary = "two fixed items claim the same block",
	.stored = "first block of the item",
	.counted = "blocks claimed twice",
	.unit = EXT4BM_UNIT_BLOCKS,
	.proves = "At least one of two descriptors is damaged; writing the "
		"one item destroys the other.",
	.brief = "do not mount it; keep a copy of the metadata, then run "
		"e2fsck",
	.next = COMPARE_BACKUPS,
	.e2fsck = "Block bitmap at %b conflicts with some other fs block",
	.mounted = true,
	.maintained = true,
},
[EXT4BM_GD_FREE_CLUSTERS] = {
	.name = "gd-free-clusters",
	.severity = EXT4BM_SEVERE,
	.summary = "the descriptor's free clusters differ from the bitmap",
	.stored = "free clusters in the descriptor, clusters",
	.counted = "free clusters in the bitmap, clusters",
	.proves = "Descriptor and bitmap are changed together, so an update "
		"of one was lost. Stored below counted is what is left when "
		"clusters were allocated twice, as after the page migration "
		"race (CVE-2026-45942): clusters in use may look free, or two "
		"files may share some. Stored above counted: the allocator "
		"will look for clusters that are not free, and then stop "
		"using the group.",
	.brief = "clusters in use may look free; do not mount it for writing "
		"before e2fsck -f",
	.brief_above = "the allocator will look for clusters that are not "
		"free and then drop the group; run e2fsck -f at the next "
		"window",
	.next = "Do not mount it for writing and do not run fstrim: clusters "
		"that look free may hold data. Save what matters, then run "
		"e2fsck -f, which counts from the inodes and names files "
		"that share clusters.",
	.next_above = "No data is at risk by this alone, but space is hidden "
		"or an update was lost. Run e2fsck -f at the next window, "
		"before the kernel meets the difference and stops using the "
		"group.",
	.e2fsck = "Free blocks count wrong for group #%g (%b, counted=%c).",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_GD_FREE_INODES] = {
	.name = "gd-free-inodes",
	.severity = EXT4BM_MAJOR,
	.summary = "the descriptor's free inodes differ from the bitmap",
	.stored = "free inodes in the descriptor",
	.counted = "free inodes in the bitmap",
	.proves = "An update of the descriptor or of the inode bitmap was "
		"lost.",
	.brief = "an update was lost; run e2fsck -f at the next window",
	.next = "Run e2fsck -f at the next window.",
	.e2fsck = "Free inodes count wrong for group #%g (%i, counted=%j).",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_GD_ITABLE_UNUSED] = {
	.name = "gd-itable-unused",
	.severity = EXT4BM_SEVERE,
	.summary = "inodes in use lie in the part of the table called unused",
	.stored = "inodes at the end of the table that were never used",
	.counted = "free inodes at the end of the table",
	.unit = EXT4BM_UNIT_INODES,
	.proves = "e2fsck and the kernel skip that part of the table, so "
		"files in it can vanish or be overwritten; or the number is "
		"larger than it can be.",
	.brief = "files may vanish or be overwritten; run e2fsck -f before it "
		"is mounted",
	.next = "Save what matters, then run e2fsck -f.",
	.e2fsck = "Group descriptor %g has invalid unused inodes count %b.",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_GD_BACKUP] = {
	.name = "gd-backup",
	.severity = EXT4BM_MAJOR,
	.summary = "a backup of the descriptors gives other places",
	.stored = "groups that the backup describes",
	.counted = "groups whose bitmaps or table it places elsewhere",
	.unit = EXT4BM_UNIT_GROUPS,
	.proves = "Either the primary descriptors or this backup are damaged "
		"or from another time, often from before a resize.",
	.brief = "one of the two is damaged or old; compare before repairing",
	.next = "If the primary descriptors have no other finding, e2fsck -f "
		"writes new backups; otherwise compare before repairing.",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_UNINIT_WITHOUT_FEATURE] = {
	.name = "uninit-without-feature",
	.severity = EXT4BM_MINOR,
	.summary = "a group is marked uninitialised, which nothing honours",
	.stored = "flags of the group",
	.counted = "inodes called unused",
	.proves = "The flags only count with descriptor checksums, which "
		"this filesystem has not: a bit was flipped, or the feature "
		"was taken away by hand.",
	.brief = "nothing honours that mark; e2fsck -f takes it away",
	.next = "e2fsck -f clears the flags.",
	.e2fsck = "Group descriptor %g marked uninitialized without feature "
		"set.",
	.maintained = true,
},
[EXT4BM_UNINIT_LAST_GROUP] = {
	.name = "uninit-last-group",
	.severity = EXT4BM_MAJOR,
	.summary = "the last group is marked as having no block bitmap",
	.stored = "flags of the group",
	.counted = "clusters in the group",
	.proves = "The last group may be short, so its bitmap is always "
		"written; the flag is wrong.",
	.brief = "run e2fsck -f at the next window",
	.next = "Run e2fsck -f at the next window.",
	.e2fsck = "Last group block bitmap uninitialized.",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_UNINIT_HOSTS_METADATA] = {
	.name = "uninit-hosts-metadata",
	.severity = EXT4BM_SEVERE,
	.summary = "a group without block bitmap holds other groups' metadata",
	.stored = "flags of the group",
	.counted = "blocks of the first such run",
	.unit = EXT4BM_UNIT_BLOCKS,
	.proves = "When the kernel makes the missing bitmap it only marks "
		"the group's own items: bitmaps and inode tables of other "
		"groups would be given away.",
	.brief = "these can be overwritten; do not mount it for writing "
		"before e2fsck -f",
	.next = "Do not mount it for writing; run e2fsck -f.",
	.e2fsck = "Group %g block(s) in use but group is marked BLOCK_UNINIT",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_METADATA_FREE] = {
	.name = "metadata-free",
	.severity = EXT4BM_SEVERE,
	.summary = "the block bitmap calls fixed metadata free",
	.stored = "clusters of the group that fixed metadata takes",
	.counted = "of these, clusters that the bitmap calls used",
	.unit = EXT4BM_UNIT_CLUSTERS,
	.proves = "The next allocation in this group can overwrite a "
		"superblock, descriptor, bitmap or inode table.",
	.brief = "the next allocation can overwrite it; do not mount it for "
		"writing before e2fsck -f",
	.next = "Do not mount it for writing and do not run fstrim; run "
		"e2fsck -f.",
	.e2fsck = "Block bitmap differences: +(%b--%c)",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_RESERVED_INODE_FREE] = {
	.name = "reserved-inode-free",
	.severity = EXT4BM_MAJOR,
	.summary = "the inode bitmap calls a reserved inode free",
	.stored = "reserved inodes in the group",
	.counted = "of these, inodes that the bitmap calls used",
	.unit = EXT4BM_UNIT_INODES,
	.proves = "The inode bitmap is damaged; the root directory, the "
		"journal and the resize inode are among the reserved ones.",
	.brief = "the inode bitmap is damaged; run e2fsck -f before it is "
		"written to",
	.next = "Run e2fsck -f before it is written to.",
	.e2fsck = "Inode bitmap differences: +(%i--%j)",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_BLOCK_BITMAP_CHECKSUM] = {
	.name = "block-bitmap-checksum",
	.severity = EXT4BM_MAJOR,
	.summary = "a block bitmap does not fit its checksum",
	.stored = "checksum in the descriptor",
	.counted = "checksum of the bitmap",
	.proves = "The bitmap was changed by something that does not know "
		"about checksums, or by the medium, or one of two writes was "
		"lost. The kernel will not allocate in this group.",
	.brief = LOG_THEN_FSCK,
	.next = HARDWARE,
	.e2fsck = "Group %g block bitmap does not match checksum.",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_BLOCK_BITMAP_PADDING] = {
	.name = "block-bitmap-padding",
	.severity = EXT4BM_MINOR,
	.summary = "bits past the end of a block bitmap are not set",
	.stored = "bits past the end",
	.counted = "of these, bits that are set",
	.unit = EXT4BM_UNIT_BITS,
	.proves = "Whoever wrote the bitmap did not fill it up. No data is "
		"at risk, but newer kernels stop using such a group.",
	.brief = "no data is at risk; e2fsck -f sets the bits",
	.next = "e2fsck -f sets the bits.",
	.e2fsck = "Padding at end of block bitmap is not set.",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_BLOCK_BITMAP_UNREADABLE] = {
	.name = "block-bitmap-unreadable",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "a block bitmap could not be read",
	.stored = "block number in the descriptor",
	.counted = "always 0",
	.proves = NO_SUCH_BLOCK,
	.brief = "look at the device first",
	.next = DEVICE_FIRST,
},
[EXT4BM_INODE_BITMAP_CHECKSUM] = {
	.name = "inode-bitmap-checksum",
	.severity = EXT4BM_MAJOR,
	.summary = "an inode bitmap does not fit its checksum",
	.stored = "checksum in the descriptor",
	.counted = "checksum of the bitmap",
	.proves = "The bitmap was changed by something that does not know "
		"about checksums, or by the medium, or one of two writes was "
		"lost. The kernel will not make inodes in this group.",
	.brief = LOG_THEN_FSCK,
	.next = HARDWARE,
	.e2fsck = "Group %g inode bitmap does not match checksum.",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_INODE_BITMAP_PADDING] = {
	.name = "inode-bitmap-padding",
	.severity = EXT4BM_MINOR,
	.summary = "bits past the end of an inode bitmap are not set",
	.stored = "bits past the end",
	.counted = "of these, bits that are set",
	.unit = EXT4BM_UNIT_BITS,
	.proves = "Whoever wrote the bitmap did not fill it up. No data is "
		"at risk.",
	.brief = "no data is at risk; e2fsck -f sets the bits",
	.next = "e2fsck -f sets the bits.",
	.e2fsck = "Padding at end of inode bitmap is not set.",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_INODE_BITMAP_UNREADABLE] = {
	.name = "inode-bitmap-unreadable",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "an inode bitmap could not be read",
	.stored = "block number in the descriptor",
	.counted = "always 0",
	.proves = NO_SUCH_BLOCK,
	.brief = "look at the device first",
	.next = DEVICE_FIRST,
},
[EXT4BM_CLUSTER_UNMARKED] = {
	.name = "cluster-unmarked",
	.severity = EXT4BM_SEVERE,
	.summary = "the block bitmap calls clusters free that have an owner",
	.stored = "clusters of the group that have an owner",
	.counted = "of these, clusters that the bitmap calls free",
	.unit = EXT4BM_UNIT_CLUSTERS,
	.proves = "The bitmap is wrong: an update of it was lost, or it was "
		"overwritten. The next allocation in this group can give "
		"these clusters to another file, and fstrim throws their "
		"contents away. The owners named are whose data that is.",
	.brief = "they will be given away or discarded; do not mount it for "
		"writing before e2fsck -f",
	.next = SAVE_OWNERS,
	.e2fsck = "Block bitmap differences: +(%b--%c)",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_CLUSTER_LEAKED] = {
	.name = "cluster-leaked",
	.severity = EXT4BM_MAJOR,
	.summary = "the block bitmap calls clusters used that nobody owns",
	.stored = "clusters that the bitmap calls used",
	.counted = "of these, clusters without an owner",
	.unit = EXT4BM_UNIT_CLUSTERS,
	.proves = "The space is lost, nothing else: no file is at risk by "
		"this. Often what an interrupted deletion leaves behind. "
		"Where inodes could not be judged the clusters may be "
		"theirs, and where files were deleted while they were open "
		"the next mount releases them; both are then said.",
	.brief = "no data is at risk; e2fsck -f gives the space back",
	.next = GIVE_BACK,
	.e2fsck = "Block bitmap differences: -(%b--%c)",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_CLUSTER_SHARED] = {
	.name = "cluster-shared",
	.severity = EXT4BM_SEVERE,
	.summary = "clusters have more than one owner",
	.stored = "clusters of the group that have an owner",
	.counted = "of these, clusters that have more than one",
	.unit = EXT4BM_UNIT_CLUSTERS,
	.proves = "Clusters were given away twice, as after the page "
		"migration race (CVE-2026-45942): what one file wrote there "
		"the other has overwritten, and will again. Which of them "
		"the contents belong to is seen from the contents alone. "
		"What may be shared (blocks of extended attributes, the "
		"shared_blocks feature, a file's own cluster) is not counted. "
		"With bigalloc, clusters of one file are where it has one "
		"cluster in two places, or has a block at another place in a "
		"cluster of the disk than in its own: from such a block ext4 "
		"works out where the next one is, and writes there.",
	.brief = "each write to one file damages the other; compare the files "
		"with a backup, see Next",
	.next = "Do not mount it for writing. Compare the files named with a "
		"backup, the older of them first: at least one has lost "
		"data. Then run e2fsck -f, which offers to clone the shared "
		"clusters so that each file has its own, and restore what "
		"is damaged.",
	.e2fsck = "Multiply-claimed block(s) in inode %i:",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_INODE_UNMARKED] = {
	.name = "inode-unmarked",
	.severity = EXT4BM_SEVERE,
	.summary = "the inode bitmap calls inodes free that are in use",
	.stored = "inodes of the group that are in use",
	.counted = "of these, inodes that the bitmap calls free",
	.unit = EXT4BM_UNIT_INODES,
	.proves = "The bitmap is wrong: the next file made in this group can "
		"take such an inode, and the file that has it is gone.",
	.brief = "new files will overwrite them; do not mount it for writing "
		"before e2fsck -f",
	.next = SAVE_OWNERS,
	.e2fsck = "Inode bitmap differences: +(%i--%j)",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_INODE_LEAKED] = {
	.name = "inode-leaked",
	.severity = EXT4BM_MAJOR,
	.summary = "the inode bitmap calls inodes used that are not",
	.stored = "inodes that the bitmap calls used",
	.counted = "of these, inodes that are not in use",
	.unit = EXT4BM_UNIT_INODES,
	.proves = "The inodes are lost for new files, nothing else. Files "
		"that were deleted while they were open are released by the "
		"next mount; which these are is said.",
	.brief = "no data is at risk; e2fsck -f gives the inodes back",
	.next = GIVE_BACK,
	.e2fsck = "Inode bitmap differences: -(%i--%j)",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_GD_USED_DIRS] = {
	.name = "gd-used-dirs",
	.severity = EXT4BM_MINOR,
	.summary = "the descriptor's directories differ from the inode table",
	.stored = "directories in the descriptor",
	.counted = "directories in the inode table",
	.proves = "An update of the descriptor was lost. The kernel only "
		"uses the number to spread new directories.",
	.brief = "no data is at risk; e2fsck -f puts it right",
	.next = "e2fsck -f puts it right.",
	.e2fsck = "Directories count wrong for group #%g (%i, counted=%j).",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_METADATA_CLAIMED] = {
	.name = "metadata-claimed",
	.severity = EXT4BM_SEVERE,
	.summary = "a file has clusters of fixed metadata",
	.stored = "clusters of the group that fixed metadata takes",
	.counted = "of these, clusters that a file has too",
	.unit = EXT4BM_UNIT_CLUSTERS,
	.proves = "A write to that file destroys a superblock, descriptor, "
		"bitmap or inode table; and what the file reads there is not "
		"its own. The file's mapping is damaged, or the bitmap once "
		"called the metadata free.",
	.brief = "a write to that file destroys the filesystem; do not mount "
		"it for writing before e2fsck -f",
	.next = "Do not mount it for writing. Keep a copy of the metadata "
		"(e2image), then run e2fsck -f, which offers to clone or to "
		"delete the files named; restore them.",
	.e2fsck = "Multiply-claimed block(s) in inode %i:",
	.journal = true,
	.mounted = true,
	.maintained = true,
},
[EXT4BM_INODE_UNREADABLE] = {
	.name = "inode-unreadable",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "inodes, or blocks that say what they own, were not read",
	.stored = "first of the inodes",
	.counted = "inodes",
	.unit = EXT4BM_UNIT_INODES,
	.proves = "The device failed there, or there is no such block. What "
		"these inodes own is not known, so that clusters which "
		"nobody else owns may be theirs.",
	.brief = "look at the device first",
	.next = DEVICE_FIRST,
},
[EXT4BM_INODE_INVALID] = {
	.name = "inode-invalid",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "inodes say that they own what cannot be",
	.stored = "first of the inodes",
	.counted = "inodes",
	.unit = EXT4BM_UNIT_INODES,
	.proves = "The block numbers of these inodes are damaged: some are "
		"outside the filesystem, or their order is impossible. That "
		"part is left out, so that clusters which nobody else owns "
		"may be theirs.",
	.brief = "the files are damaged; run e2fsck -f, which names them",
	.next = "Save what can still be read of these files, then run e2fsck "
		"-f.",
	.e2fsck = "Inode %i has an invalid extent",
},
[EXT4BM_OWNERS_ENTANGLED] = {
	.name = "owners-entangled",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "block numbers lead to the same blocks over and over",
	.stored = "always 0",
	.counted = "always 0",
	.proves = "Nothing about the bitmaps: who owns what was not found out. "
		"More than a hundred thousand blocks of inode tables, block "
		"numbers or orphans are claimed twice or make no sense, or "
		"millions of pieces of files are. A few damaged blocks do not "
		"make that many: inode tables or descriptors of many "
		"groups are wrong, or it was made to be like that.",
	.brief = "do not mount it; run e2fsck -n on a copy of it",
	.next = "Do not mount. Look at the descriptors first (--backups). "
		"Then run e2fsck -n on a copy, in a virtual machine if the "
		"image is from somebody else.",
},
[EXT4BM_DISK_DESCRIPTOR] = {
	.name = "disk-descriptor",
	.severity = EXT4BM_MAJOR,
	.summary = "a group descriptor on disk differs from the one in memory",
	.stored = "free clusters in the descriptor on disk",
	.counted = "free clusters in the descriptor in the page cache",
	.proves = NOT_ON_DISK,
	.brief = WRITE_LOST,
	.next = MEMORY_FIRST,
	.maintained = true,
},
[EXT4BM_DISK_BLOCK_BITMAP] = {
	.name = "disk-block-bitmap",
	.severity = EXT4BM_MAJOR,
	.summary = "a block bitmap on disk differs from the one in memory",
	.stored = "free clusters in the bitmap on disk",
	.counted = "free clusters in the bitmap in the page cache",
	.unit = EXT4BM_UNIT_CLUSTERS,
	.proves = NOT_ON_DISK,
	.brief = WRITE_LOST,
	.next = MEMORY_FIRST,
	.maintained = true,
},
[EXT4BM_DISK_INODE_BITMAP] = {
	.name = "disk-inode-bitmap",
	.severity = EXT4BM_MAJOR,
	.summary = "an inode bitmap on disk differs from the one in memory",
	.stored = "free inodes in the bitmap on disk",
	.counted = "free inodes in the bitmap in the page cache",
	.unit = EXT4BM_UNIT_INODES,
	.proves = NOT_ON_DISK,
	.brief = WRITE_LOST,
	.next = MEMORY_FIRST,
	.maintained = true,
},
[EXT4BM_BUDDY_LOST_UPDATE] = {
	.name = "buddy-lost-update",
	.severity = EXT4BM_SEVERE,
	.summary = "the allocator calls clusters free that are in use",
	.stored = "always 0",
	.counted = "clusters free in the buddy and used in the bitmap",
	.unit = EXT4BM_UNIT_CLUSTERS,
	.proves = "The allocator's copy of the bitmap has lost an update, as "
		"in the page migration race (CVE-2026-45942). Clusters that "
		"belong to files will be given away a second time, or be "
		"discarded. Bitmap and disk are right, so e2fsck finds "
		"nothing.",
	.brief = "they can be given away or discarded at any moment; no "
		"fstrim, stop writers, see Next",
	.next = REBUILD_STALE,
	.maintained = true,
},
[EXT4BM_BUDDY_FREE_CLUSTERS] = {
	.name = "buddy-free-clusters",
	.severity = EXT4BM_SEVERE,
	.summary = "the allocator's free count differs from its own bitmap",
	.stored = "free clusters in the counters (mb_groups)",
	.counted = "free clusters in the buddy (GETFSMAP)",
	.proves = "One of the allocator's two copies has lost an update. "
		"Stored below counted: clusters in use look free and can be "
		"given away twice. Stored above counted: free clusters were "
		"lost until the next mount.",
	.brief = "clusters in use can be given away or discarded at any "
		"moment; no fstrim, stop writers, see Next",
	.brief_above = "the kernel has lost sight of free clusters; nothing "
		"is at risk, see Next",
	.next = REBUILD_STALE,
	.next_above = "Unmounting and mounting again brings the clusters "
		"back. Update the kernel.",
	.maintained = true,
},
[EXT4BM_BUDDY_FRAGMENTS] = {
	.name = "buddy-fragments",
	.severity = EXT4BM_MAJOR,
	.summary = "the allocator's count of free runs differs from its bitmap",
	.stored = "runs of free clusters in the counters",
	.counted = "runs of free clusters in the buddy",
	.proves = "One of the allocator's two copies has lost an update.",
	.brief = "the kernel's memory is wrong, whatever the disk says",
	.next = REBUILD,
	.maintained = true,
},
[EXT4BM_BUDDY_ORDERS] = {
	.name = "buddy-orders",
	.severity = EXT4BM_MAJOR,
	.summary = "the allocator's chunk counts differ from its bitmap",
	.stored = "chunks of the first order that differs, in the counters",
	.counted = "chunks of that order that the buddy makes",
	.unit = EXT4BM_UNIT_ORDERS,
	.proves = "One of the allocator's two copies has lost an update.",
	.brief = "the kernel's memory is wrong, whatever the disk says",
	.next = REBUILD,
	.maintained = true,
},
[EXT4BM_BUDDY_FIRST_FREE] = {
	.name = "buddy-first-free",
	.severity = EXT4BM_MAJOR,
	.summary = "clusters are free below where the allocator looks for them",
	.stored = "first free cluster according to the counters",
	.counted = "first free cluster in the buddy",
	.proves = "The hint may be too low but never too high: one of the "
		"allocator's two copies has lost an update.",
	.brief = "the kernel's memory is wrong, whatever the disk says",
	.next = REBUILD,
	.maintained = true,
},
[EXT4BM_COUNTERS_ABOVE_DESCRIPTOR] = {
	.name = "counters-above-descriptor",
	.severity = EXT4BM_SEVERE,
	.summary = "the allocator counts more free than the descriptor",
	.stored = "free clusters in the descriptor (page cache)",
	.counted = "free clusters in the counters (mb_groups)",
	.proves = "The allocator may know of fewer free clusters than the "
		"descriptor (preallocation, frees that wait for a commit), "
		"never of more: it takes clusters in use for free, or the "
		"descriptor is wrong.",
	.brief = "clusters in use may be given away; no fstrim, stop writers",
	.next = "Do not run fstrim and stop writers; unmount and run e2fsck "
		"-f.",
	.maintained = true,
},
[EXT4BM_COUNTERS_IMPOSSIBLE] = {
	.name = "counters-impossible",
	.severity = EXT4BM_SEVERE,
	.summary = "the allocator's counters describe no possible group",
	.stored = "free clusters in the counters (mb_groups)",
	.counted = "clusters that the group has, 0 if that is not known",
	.unit = EXT4BM_UNIT_ORDERS,
	.proves = "Counters below zero come from taking more clusters than "
		"were counted as free: some that belonged to files were given "
		"away a second time, or were discarded. It has happened; it "
		"is no longer a danger but damage.",
	.brief = "clusters in use were given away or discarded; stop writers, "
		"unmount and run e2fsck -f",
	.next = "Stop writers, do not run fstrim, save what matters, unmount "
		"and run e2fsck -f: it names the files that share clusters. "
		"Update the kernel before it is mounted again.",
	.maintained = true,
},
[EXT4BM_COUNTERS_BELOW_DESCRIPTOR] = {
	.name = "counters-below-descriptor",
	.severity = EXT4BM_INFORMATIONAL,
	.summary = "the allocator keeps clusters that the bitmap calls free",
	.stored = "free clusters in the descriptor (page cache)",
	.counted = "free clusters in the counters (mb_groups)",
	.unit = EXT4BM_UNIT_CLUSTERS,
	.proves = "Nothing is wrong by it: the allocator sets clusters aside "
		"for files that are being written (preallocation), and keeps "
		"freed ones until the commit, or their discard, is done. A "
		"group marked corrupt stays as it was then.",
	.brief = "that is as it should be",
	.next = "Nothing is to be done about it.",
	.maintained = true,
},
[EXT4BM_STATFS_FREE_BLOCKS] = {
	.name = "statfs-free-blocks",
	.severity = EXT4BM_MINOR,
	.summary = "the kernel's total of free blocks differs from the "
		"descriptors",
	.stored = "free blocks that statfs and df count, delayed writes "
		"included",
	.counted = "free blocks in all descriptors (page cache), blocks",
	.proves = "The kernel's total and the descriptors are changed "
		"together, so an update of one was lost, a descriptor was "
		"changed behind its back, or it has dropped a group without "
		"showing it (Linux 4.9 to 5.15). What df says is off by the "
		"difference.",
	.brief = "df is off by the difference; the kernel counts anew when "
		"it mounts",
	.next = "Unmount and check the device: the kernel counts anew when "
		"it mounts.",
	.maintained = true,
},
[EXT4BM_GROUP_MARKED_CORRUPT] = {
	.name = "group-marked-corrupt",
	.severity = EXT4BM_MAJOR,
	.summary = "the kernel has marked the group corrupt",
	.stored = "free clusters in the counters",
	.counted = "free clusters in the descriptor",
	.proves = "The kernel met a contradiction in this group and neither "
		"allocates nor frees in it any more, until it is unmounted. "
		"Its free clusters are gone from df.",
	.brief = "no data is at risk in it; unmount and check it when you can",
	.next = "Look in the kernel log for the group: it says what was met. "
		"Unmount and check the device: only then it is known whether "
		"the disk is wrong or only memory was.",
	.maintained = true,
},
[EXT4BM_GROUP_LOAD_FAILED] = {
	.name = "group-load-failed",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "the kernel could not load the group",
	.stored = "always 0",
	.counted = "always 0",
	.proves = "The kernel could not read the group's bitmap, or does not "
		"believe it. Memory pressure does this too: by itself it is "
		"not drift.",
	.brief = "look at the device and the kernel log first",
	.next = "Look at the device and its log first (smartctl, dmesg), "
		"then unmount and check it.",
},
[EXT4BM_GROUP_UNSETTLED] = {
	.name = "group-unsettled",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "the group never stood still long enough to be compared",
	.stored = "always 0",
	.counted = "always 0",
	.proves = "Nothing: writers were faster than the check.",
	.brief = "check again when less is written, or give it more time",
	.next = "Check again when less is written, or with a longer --settle.",
},
[EXT4BM_FREEZE_EXPIRED] = {
	.name = "freeze-expired",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "the filesystem was not frozen for long enough",
	.stored = "seconds that it may be frozen",
	.counted = "seconds that it takes, about",
	.proves = "Nothing: what is told was settled while writers went on, "
		"and is no less true for it. What only a frozen filesystem "
		"shows (disk and totals, exactly) is not known.",
	.brief = "give it more time, or check when less is written",
	.next = "Check again with a longer --freeze, if writers can wait for "
		"that long.",
},
[EXT4BM_SUPERBLOCK_UNREADABLE] = {
	.name = "superblock-unreadable",
	.severity = EXT4BM_OPERATIONAL,
	.summary = "the superblock could not be read again",
	.stored = "always 0",
	.counted = "always 0",
	.proves = "The device fails: its superblock could be read when the "
		"check began, and not when it ended. What is told was settled "
		"before. The kernel was asked for the size instead; where it "
		"could not tell, a resize in between would not show. The "
		"totals of a frozen filesystem are not compared.",
	.brief = "the device fails; save what matters, then look at the "
		"kernel log",
	.next = "Save what matters while it can be read; the kernel log and "
		"smartctl tell what is wrong with the device.",
},
[EXT4BM_KERNEL_ERROR_RECORD] = {
	.name = "kernel-error-record",
	.severity = EXT4BM_INFORMATIONAL,
	.summary = "the kernel has recorded errors since the last e2fsck",
	.stored = "errors since the last e2fsck",
	.counted = "of these, errors met while the check looked",
	.proves = "The kernel met errors at the times that are given, perhaps "
		"long ago; nothing about the state now. Function and block "
		"say where. Where the function is one of the allocator's and "
		"all views agree, the copy that was wrong was built anew "
		"since, or is one that cannot be seen.",
	.brief = "an e2fsck -f at the next unmount looks at what was met and "
		"clears the record",
	.next = "The kernel log of that time says what was met. An e2fsck -f "
		"at the next unmount looks at it and clears the record.",
},
};

const struct ext4bm_catalogue_entry *ext4bm_catalogue(enum ext4bm_code code)
{
	return code < EXT4BM_NR_CODES ? &catalogue[code] : NULL;
}

int ext4bm_code_by_name(const char *name)
{
	for (int code = 0; code < EXT4BM_NR_CODES; code++)
		if (strcmp(catalogue[code].name, name) == 0)
			return code;
	return -ENOENT;
}
