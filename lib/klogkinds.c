// SPDX-License-Identifier: LGPL-2.0-only
/*
 * klogkinds.c --- everything that is known about each kind of message
 *
 * The one place for names and explanations of what the kernel says about
 * bitmaps and free counts. A message is a hint: which view is wrong, and
 * whether one still is, only a check can say.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "ext4bm.h"

#define ALLOCATOR (EXT4BM_VIEW_BUDDY | EXT4BM_VIEW_COUNTERS)
#define STORED (EXT4BM_VIEW_CACHE | EXT4BM_VIEW_DESCRIPTOR)

/* Sentences that several kinds share. */
#define LIVE_FIRST \
	"Check it live before it is unmounted: after that, what the memory " \
	"held is gone. Until then no fstrim, and stop writers."
#define FSCK_OWNERS \
	"Run e2fsck -f at the next window, on a copy if the device may be " \
	"failing: it reads the inodes and names files that share clusters."
#define DEVICE_LOG \
	"Look at the device and its log first (smartctl, dmesg); many such " \
	"groups at once point at the hardware. Then run e2fsck -f."
#define NO_DRIFT \
	"Nothing about bitmaps and counts: the kernel could not look."
#define FOLLOWS \
	"Nothing by itself: it follows from an earlier message. Look for " \
	"the first one."
#define FIND_FIRST \
	"Look for the message before it; if it was lost, check the groups."

static const struct ext4bm_klog_entry kinds[EXT4BM_KLOG_NR_KINDS] = {
[EXT4BM_KLOG_BUDDY_MISMATCH] = {
	.name = "buddy-mismatch",
	.summary = "the bitmap of a group that was loaded does not fit its "
		"free count",
	.accuses = STORED | EXT4BM_VIEW_COUNTERS,
	.proves = "When the kernel built its copy of the group anew, the "
		"clusters free in the bitmap (first number) were not as many "
		"as it expected (second number).",
	.open = "Which of the two is wrong: at the first load since the "
		"mount the second number is that of the descriptor, so the "
		"disk is wrong; at a later load it is the allocator's own "
		"count, and the disk may be right.",
	.next = "Compare descriptor and bitmap: if they agree, only memory "
		"was wrong; if not, run e2fsck -f.",
},
[EXT4BM_KLOG_SCAN_ABOVE] = {
	.name = "scan-above-counters",
	.summary = "the allocator found more free clusters than it counts",
	.accuses = ALLOCATOR,
	.blind = true,
	.proves = "The allocator's bitmap or its map of chunks has more free "
		"than its counters: an update of one of them was lost, which "
		"is the shape of the page migration race (CVE-2026-45942). "
		"The first number is what was left to look for at that "
		"point, the second the length of one free run.",
	.open = "That the disk is wrong: bitmap and descriptor are as a rule "
		"right until the group is allocated from, and e2fsck finds "
		"nothing. Whether clusters were given away twice before.",
	.next = LIVE_FIRST,
},
[EXT4BM_KLOG_SCAN_EMPTY] = {
	.name = "scan-finds-none",
	.summary = "the allocator counts free clusters that its bitmap has "
		"not",
	.accuses = ALLOCATOR,
	.blind = true,
	.proves = "The counters are above the allocator's bitmap: an update "
		"was lost, or free clusters were.",
	.open = "That the disk is wrong, or that data is at risk: in this "
		"direction clusters are lost until the next mount.",
	.next = LIVE_FIRST,
},
[EXT4BM_KLOG_ORDER_EMPTY] = {
	.name = "order-finds-none",
	.summary = "the allocator counts chunks of a size that its map has "
		"not",
	.accuses = ALLOCATOR,
	.blind = true,
	.proves = "The counter of one size and the map of chunks disagree: "
		"an update of one of them was lost.",
	.open = "Which of the two is wrong; the map itself is shown by no "
		"interface. That the disk is wrong.",
	.next = LIVE_FIRST,
},
[EXT4BM_KLOG_EXTENT_PAST_END] = {
	.name = "extent-past-end",
	.summary = "a free extent of the allocator's map ends past the group",
	.accuses = EXT4BM_VIEW_BUDDY,
	.blind = true,
	.proves = "The allocator's map of chunks is corrupt in memory.",
	.open = "How it became so. That the disk is wrong.",
	.next = LIVE_FIRST,
},
[EXT4BM_KLOG_DOUBLE_FREE] = {
	.name = "double-free",
	.summary = "clusters were freed that the allocator has as free",
	.accuses = EXT4BM_VIEW_BUDDY | EXT4BM_VIEW_OWNERS,
	.blind = true,
	.proves = "Some file owned clusters that the allocator's bitmap "
		"calls free: two files share them, or the bitmap in memory "
		"had lost their allocation. Other files may have been "
		"given the same clusters meanwhile.",
	.open = "Which of the two. Counts that agree now prove little: the "
		"descriptor may count the freed extent twice.",
	.next = FSCK_OWNERS,
},
[EXT4BM_KLOG_COPY_DIFFERS] = {
	.name = "copy-differs",
	.summary = "a debugging copy of the bitmap differs from the one just "
		"loaded",
	.accuses = EXT4BM_VIEW_BUDDY | EXT4BM_VIEW_CACHE,
	.proves = "Nothing by itself. Only kernels built with DOUBLE_CHECK "
		"have this copy, and they compared it without the group's "
		"lock: another task that allocated meanwhile is reported as "
		"corruption.",
	.open = "Everything: it is a false alarm if bitmap and descriptor "
		"agree.",
	.next = "Check the group: if all agrees, there is nothing to repair; "
		"update the kernel, or build it without DOUBLE_CHECK.",
},
[EXT4BM_KLOG_PREALLOCATION] = {
	.name = "preallocation-differs",
	.summary = "a preallocation holds other clusters than the bitmap "
		"shows",
	.accuses = EXT4BM_VIEW_CACHE,
	.proves = "The bitmap has other bits in the range of a preallocation "
		"than were taken from it: it was changed behind the file "
		"system, or the accounting of the preallocation is wrong.",
	.open = "Which of the two.",
	.next = FSCK_OWNERS,
},
[EXT4BM_KLOG_FREED_TWICE] = {
	.name = "freed-twice",
	.summary = "an extent was freed twice before the journal committed",
	.accuses = EXT4BM_VIEW_OWNERS,
	.blind = true,
	.proves = "Two owners have freed the same clusters: two files, or "
		"two extents of one, claimed them.",
	.open = "Which files; the names are only known from the inodes.",
	.next = FSCK_OWNERS,
},
[EXT4BM_KLOG_METADATA_ALLOCATED] = {
	.name = "metadata-allocated",
	.summary = "the allocator chose blocks of fixed metadata",
	.accuses = EXT4BM_VIEW_BUDDY | STORED,
	.blind = true,
	.proves = "A bitmap calls blocks of fixed metadata (superblock, "
		"descriptors, bitmaps, inode tables) free. The kernel "
		"noticed and did not use them.",
	.open = "Whether the bitmap on disk is wrong, or only the "
		"allocator's copy of it; whether the descriptors name the "
		"right places.",
	.next = "Stop writers and check it; if the disk is wrong too, do not "
		"mount it for writing before e2fsck -f.",
},
[EXT4BM_KLOG_METADATA_FREED] = {
	.name = "metadata-freed",
	.summary = "an inode freed blocks that are metadata or no blocks at "
		"all",
	.accuses = EXT4BM_VIEW_OWNERS,
	.blind = true,
	.proves = "The extents of an inode are damaged; the bitmaps are not "
		"accused.",
	.open = "What else in that inode is wrong.",
	.next = FSCK_OWNERS,
},
[EXT4BM_KLOG_RESIZE_NOT_USED] = {
	.name = "resize-not-used",
	.summary = "growing the file system met blocks that were already "
		"free",
	.accuses = STORED,
	.proves = "Bits behind the old end of the file system were clear, or "
		"metadata was to be added as free space.",
	.open = "Whether the old bitmap or the size that was asked for is "
		"wrong.",
	.next = "Run e2fsck -f before it is grown again.",
},
[EXT4BM_KLOG_REPLAY_METADATA] = {
	.name = "replay-metadata",
	.summary = "the replay of a fast commit marked blocks of metadata",
	.accuses = EXT4BM_VIEW_OWNERS,
	.blind = true,
	.proves = "The fast commit area of the journal names blocks of fixed "
		"metadata as those of a file.",
	.open = "What else of that journal was replayed.",
	.next = FSCK_OWNERS,
},
[EXT4BM_KLOG_ALLOCATOR_UNKNOWN] = {
	.name = "allocator-unknown",
	.summary = "an error of the allocator in words that are not known "
		"here, or that were cut",
	.accuses = ALLOCATOR | STORED,
	.blind = true,
	.proves = "The kernel's allocator met an error.",
	.open = "Which; read its words.",
	.next = LIVE_FIRST,
},
[EXT4BM_KLOG_BITMAP_CHECKSUM] = {
	.name = "bitmap-checksum",
	.summary = "a block bitmap did not fit its checksum when it was read",
	.accuses = EXT4BM_VIEW_DISK | EXT4BM_VIEW_DESCRIPTOR,
	.proves = "What was read from the disk as bitmap, or the checksum in "
		"the descriptor, is not what the kernel wrote: the medium, "
		"something else that writes to it, or a lost write. The "
		"copies in memory are not involved.",
	.open = "Whether the bitmap is wrong or the checksum. Data of files "
		"is not accused; a group that was never used (comm "
		"ext4lazyinit) holds none.",
	.next = DEVICE_LOG,
},
[EXT4BM_KLOG_BITMAP_INVALID] = {
	.name = "bitmap-invalid",
	.summary = "a block bitmap calls its own group's metadata free",
	.accuses = EXT4BM_VIEW_DISK | EXT4BM_VIEW_DESCRIPTOR,
	.proves = "The bitmap that was read shows the place of the group's "
		"bitmaps or inode table as free.",
	.open = "Whether the bitmap is wrong, or the places in the "
		"descriptor.",
	.next = DEVICE_LOG,
},
[EXT4BM_KLOG_BITMAP_PADDING] = {
	.name = "bitmap-padding",
	.summary = "bits past the end of a block bitmap are not set",
	.accuses = EXT4BM_VIEW_DISK,
	.proves = "Whoever wrote the bitmap did not fill it up; the number "
		"that the kernel calls a block is that of the bit.",
	.open = "That anything else is wrong. As a rule no data is at risk, "
		"but many such groups at once point at the device.",
	.next = "e2fsck -f sets the bits; with many such groups look at the "
		"device first.",
},
[EXT4BM_KLOG_BITMAP_LOCATION] = {
	.name = "bitmap-location",
	.summary = "a descriptor names an impossible place for a block bitmap",
	.accuses = EXT4BM_VIEW_DESCRIPTOR,
	.proves = "The group descriptor is damaged.",
	.open = "Where the bitmap is.",
	.next = "Keep a copy of the metadata (e2image), compare with the "
		"backup descriptors (ext4bmcheck --backups), then run "
		"e2fsck.",
},
[EXT4BM_KLOG_BITMAP_UNINIT] = {
	.name = "bitmap-uninit",
	.summary = "group 0 is marked as having no block bitmap",
	.accuses = EXT4BM_VIEW_DESCRIPTOR,
	.proves = "The descriptor is damaged: group 0 always has a bitmap.",
	.open = NULL,
	.next = "Run e2fsck -f.",
},
[EXT4BM_KLOG_BITMAP_INIT] = {
	.name = "bitmap-init-failed",
	.summary = "the bitmap of a group that was never used could not be "
		"made",
	.accuses = EXT4BM_VIEW_DESCRIPTOR,
	.proves = "The descriptor of the group does not fit its checksum, or "
		"names impossible places.",
	.open = "Whether anything but the descriptor is wrong.",
	.next = DEVICE_LOG,
},
[EXT4BM_KLOG_GD_CHECKSUM] = {
	.name = "descriptor-checksum",
	.summary = "a group descriptor does not fit its checksum",
	.accuses = EXT4BM_VIEW_DESCRIPTOR,
	.proves = "The descriptor on the disk was changed by something that "
		"does not know about checksums, or by the medium.",
	.open = "What in it is wrong.",
	.next = DEVICE_LOG,
},
[EXT4BM_KLOG_GD_LOCATION] = {
	.name = "descriptor-location",
	.summary = "a descriptor places a bitmap or inode table where it "
		"cannot be",
	.accuses = EXT4BM_VIEW_DESCRIPTOR,
	.proves = "The group descriptor on the disk is damaged.",
	.open = "Where the bitmap or table is.",
	.next = "Keep a copy of the metadata (e2image), compare with the "
		"backup descriptors (ext4bmcheck --backups), then run "
		"e2fsck.",
},
[EXT4BM_KLOG_GD_CORRUPT] = {
	.name = "descriptors-corrupted",
	.summary = "the mount was refused because of its group descriptors",
	.accuses = EXT4BM_VIEW_DESCRIPTOR,
	.proves = "At least one descriptor is wrong; the message before it "
		"names the first.",
	.open = "How many are.",
	.next = DEVICE_LOG,
},
[EXT4BM_KLOG_GD_MISSING] = {
	.name = "descriptor-missing",
	.summary = "the kernel has no descriptor for a group",
	.accuses = EXT4BM_VIEW_DESCRIPTOR,
	.proves = "A group was asked for whose descriptor was not read at "
		"the mount.",
	.open = "Why.",
	.next = "Unmount it, and check it before it is mounted again.",
},
[EXT4BM_KLOG_FREE_COUNT] = {
	.name = "free-count",
	.summary = "free clusters of descriptors and bitmaps, of a debugging "
		"kernel",
	.accuses = 0,
	.proves = "Nothing unless the numbers differ: kernels built with "
		"EXT4FS_DEBUG print it at each mount.",
	.open = NULL,
	.next = "If they differ, unmount it and check it.",
},
[EXT4BM_KLOG_INODE_BITMAP] = {
	.name = "inode-bitmap",
	.summary = "an inode bitmap is wrong, or in an impossible place",
	.accuses = EXT4BM_VIEW_DISK | EXT4BM_VIEW_DESCRIPTOR,
	.proves = "The inode bitmap that was read does not fit its checksum, "
		"or the descriptor names an impossible place. The group's "
		"line in mb_groups does not show it.",
	.open = "Whether the bitmap is wrong or the descriptor. The block "
		"bitmap is not accused.",
	.next = DEVICE_LOG,
},
[EXT4BM_KLOG_INODE_FREED] = {
	.name = "inode-double-free",
	.summary = "an inode was freed that the inode bitmap has as free",
	.accuses = EXT4BM_VIEW_CACHE | EXT4BM_VIEW_OWNERS,
	.blind = true,
	.proves = "An inode was in use that its bitmap calls free: the inode "
		"bitmap was wrong, or the inode was freed twice.",
	.open = "Whether another file was made in its place meanwhile.",
	.next = FSCK_OWNERS,
},
[EXT4BM_KLOG_ITABLE_UNUSED] = {
	.name = "itable-unused",
	.summary = "a descriptor's count of unused inodes cannot be right",
	.accuses = EXT4BM_VIEW_DESCRIPTOR,
	.proves = "The count of unused inodes at the end of the table is "
		"larger than the table, or does not fit what was "
		"initialised.",
	.open = NULL,
	.next = "Run e2fsck -f at the next window.",
},
[EXT4BM_KLOG_BITMAP_READ_FAILED] = {
	.name = "bitmap-read-failed",
	.summary = "a block bitmap could not be read",
	.accuses = 0,
	.proves = "The device, or what lies between, failed. That is not "
		"drift: nothing is known about the bitmap.",
	.open = "Whether the bitmap is right.",
	.next = "Look at the device and its log first (smartctl, dmesg); do "
		"not repair on a failing device, copy it.",
},
[EXT4BM_KLOG_INODE_BITMAP_READ_FAILED] = {
	.name = "inode-bitmap-read-failed",
	.summary = "an inode bitmap could not be read",
	.accuses = 0,
	.proves = "The device, or what lies between, failed. That is not "
		"drift: nothing is known about the bitmap.",
	.open = "Whether the bitmap is right.",
	.next = "Look at the device and its log first (smartctl, dmesg); do "
		"not repair on a failing device, copy it.",
},
[EXT4BM_KLOG_LOAD_FAILED] = {
	.name = "load-failed",
	.summary = "a group could not be loaded",
	.accuses = 0,
	.proves = NO_DRIFT " -5 is an I/O error, -12 a lack of memory, which "
		"is a false alarm; -74 and -117 follow from an earlier "
		"message about the same group. Kernels that print no number "
		"do not say which.",
	.open = "Whether the group is right.",
	.next = "Look for an earlier message about the group, for I/O errors "
		"of the device, and for a lack of memory (also of a memory "
		"cgroup).",
},
[EXT4BM_KLOG_OPERATION_FAILED] = {
	.name = "operation-failed",
	.summary = "an operation ended in an error",
	.accuses = 0,
	.proves = FOLLOWS " \"Out of memory\" and \"IO failure\" are no "
		"drift.",
	.open = NULL,
	.next = FIND_FIRST,
},
[EXT4BM_KLOG_PREALLOCATION_DETAIL] = {
	.name = "preallocation-detail",
	.summary = "the preallocation that another message is about",
	.accuses = 0,
	.proves = FOLLOWS,
	.open = NULL,
	.next = FIND_FIRST,
},
[EXT4BM_KLOG_DELALLOC_FAILED] = {
	.name = "delayed-allocation-failed",
	.summary = "written data found no place on the disk",
	.accuses = 0,
	.proves = "Data that a program has written was lost. Error 74 and "
		"117: the group's bitmap had been found wrong before; 28: "
		"there was no space; 5: the device failed.",
	.open = "Why: the message before it says so.",
	.next = "Write the file again, elsewhere; " FIND_FIRST,
},
[EXT4BM_KLOG_READ_ONLY] = {
	.name = "remounted-read-only",
	.summary = "the file system became read-only because of an error",
	.accuses = 0,
	.proves = FOLLOWS,
	.open = NULL,
	.next = FIND_FIRST,
},
[EXT4BM_KLOG_JOURNAL_ABORTED] = {
	.name = "journal-aborted",
	.summary = "the journal was given up because of an error",
	.accuses = 0,
	.proves = FOLLOWS " Errors after it may be mere consequences.",
	.open = NULL,
	.next = FIND_FIRST,
},
[EXT4BM_KLOG_DIRTY_METADATA] = {
	.name = "dirty-metadata",
	.summary = "metadata was changed without the journal",
	.accuses = 0,
	.proves = "Something wrote to the device beside the file system, "
		"as tune2fs or e2label do for block 0.",
	.open = "What it wrote.",
	.next = "Find out what writes to the device while it is mounted.",
},
[EXT4BM_KLOG_ERROR_COUNT] = {
	.name = "error-count",
	.summary = "errors since the last e2fsck, as the superblock has them",
	.accuses = 0,
	.proves = "The kernel met errors before, perhaps in an earlier boot; "
		"not which.",
	.open = NULL,
	.next = "Run e2fsck -f at the next window: it clears the record.",
},
[EXT4BM_KLOG_FIRST_ERROR] = {
	.name = "first-error",
	.summary = "the first error since the last e2fsck, from the "
		"superblock",
	.accuses = 0,
	.proves = "The kernel met this error at that time (seconds since "
		"1970), perhaps in an earlier boot.",
	.open = NULL,
	.next = "Run e2fsck -f at the next window: it clears the record.",
},
[EXT4BM_KLOG_LAST_ERROR] = {
	.name = "last-error",
	.summary = "the last error since the last e2fsck, from the "
		"superblock",
	.accuses = 0,
	.proves = "The kernel met this error at that time (seconds since "
		"1970), perhaps in an earlier boot.",
	.open = NULL,
	.next = "Run e2fsck -f at the next window: it clears the record.",
},
[EXT4BM_KLOG_MOUNT_WITH_ERRORS] = {
	.name = "mounted-with-errors",
	.summary = "a file system was mounted that is known to have errors",
	.accuses = 0,
	.proves = "The kernel met errors before, and e2fsck has not run "
		"since.",
	.open = NULL,
	.next = "Run e2fsck -f at the next window: it clears the record.",
},
[EXT4BM_KLOG_SUPPRESSED] = {
	.name = "suppressed",
	.summary = "messages were not printed because there were too many",
	.accuses = 0,
	.proves = "There were more messages than the log has.",
	.open = "About which groups.",
	.next = "Check the whole file system, not only the groups named.",
},
[EXT4BM_KLOG_OTHER] = {
	.name = "other",
	.summary = "a message of ext4 that is not about free space",
	.accuses = 0,
	.proves = "Nothing about bitmaps and free counts.",
	.open = NULL,
	.next = "Read it; e2fsck -f looks at all the rest.",
},
[EXT4BM_KLOG_MOUNTED] = {
	.name = "mounted",
	.summary = "a file system was mounted",
	.accuses = 0,
	.proves = "The allocator's copies were made anew from the disk.",
	.open = NULL,
	.next = "",
},
[EXT4BM_KLOG_UNMOUNTED] = {
	.name = "unmounted",
	.summary = "a file system was unmounted",
	.accuses = 0,
	.proves = "The allocator's copies are gone.",
	.open = NULL,
	.next = "",
},
[EXT4BM_KLOG_BOOT] = {
	.name = "boot",
	.summary = "a kernel started",
	.accuses = 0,
	.proves = "All that was in memory before is gone.",
	.open = NULL,
	.next = "",
},
};

const struct ext4bm_klog_entry *
ext4bm_klog_catalogue(enum ext4bm_klog_kind kind)
{
	return kind < EXT4BM_KLOG_NR_KINDS ? &kinds[kind] : NULL;
}

int ext4bm_klog_kind_by_name(const char *name)
{
	for (int kind = 0; kind < EXT4BM_KLOG_NR_KINDS; kind++)
		if (strcmp(kinds[kind].name, name) == 0)
			return kind;
	return -ENOENT;
}

/* No memory, an interrupt, a device that fails: not the view's fault. */
static bool could_not_look(int errnum)
{
	return errnum == ENOMEM || errnum == EINTR || errnum == EIO ||
	       errnum == EROFS;
}

unsigned int ext4bm_klog_accuses(const struct ext4bm_klog_message *message)
{
	return could_not_look(message->errnum) ? 0 :
	       kinds[message->kind].accuses;
}

const char *ext4bm_klog_level_name(enum ext4bm_klog_level level)
{
	static const char *const names[] = { "notice", "warning", "error" };

	return level <= EXT4BM_KLOG_ERROR ? names[level] : NULL;
}

const char *ext4bm_view_name(unsigned int view)
{
	static const char *const names[] = {
		"disk", "cache", "descriptor", "superblock", "buddy",
		"counters", "owners",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (view == 1U << i)
			return names[i];
	return NULL;
}
