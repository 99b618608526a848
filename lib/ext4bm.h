/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * ext4bm.h --- do the views of an ext2/3/4 filesystem's free space agree?
 *
 * libext4bm opens a filesystem read-only, compares its block and inode
 * bitmaps with its group descriptors and its superblock, group by group, and
 * returns what disagrees as a list of findings.
 *
 *	ext4bm_resolve() -> ext4bm_open() -> ext4bm_check() -> report
 *
 * What is mounted (ext4bm_live.h), what the kernel said (ext4bm_klog.h) and
 * what a check has read, in a file (ext4bm_bundle.h), have headers of their
 * own, which this one includes.
 *
 * Rules that hold for every function here:
 *
 *  - Nothing is ever written to the device, nothing is printed, the
 *    environment is not read, the process is never ended.
 *  - Functions that can fail return 0 or a negative errno, and fill the
 *    struct ext4bm_error they are given (which may be NULL). A disagreement
 *    in the filesystem is a finding, never a failure.
 *  - Output parameters are called ret_* and are untouched on failure.
 *  - Units: a "block" is a filesystem block, a "cluster" the allocation unit
 *    (the same unless bigalloc), an "offset" counts bytes from the start of
 *    the filesystem's device. Bitmaps and descriptor counts are in clusters,
 *    superblock totals in blocks.
 */
#ifndef EXT4BM_H
#define EXT4BM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Version of this header; ext4bm_version() gives that of the library. */
#define EXT4BM_VERSION "0.1.0"

/** Group number of a finding about the filesystem as a whole. */
#define EXT4BM_NO_GROUP UINT32_MAX

/** Offset of a finding whose value has no place on the device. */
#define EXT4BM_NO_OFFSET UINT64_MAX

/* ------------------------------------------------------------------ */
/* Errors                                                             */
/* ------------------------------------------------------------------ */

/**
 * struct ext4bm_error - why a function could not do its work
 * @errnum:	positive errno, the same as the negated return value
 * @code:	com_err code that says it exactly (one of ext4bm_err.h or of
 *		libext2fs), 0 if there is none
 * @text:	one sentence for a person, or a command that helps; may be empty
 */
struct ext4bm_error {
	int errnum;
	long code;
	char text[256];
};

/** Version of the library, for example "0.1.0". Static storage. */
const char *ext4bm_version(void);

/** Version of the libext2fs in use, for example "1.47.0". Static storage. */
const char *ext4bm_libext2fs_version(void);

/* ------------------------------------------------------------------ */
/* Resolving an argument                                              */
/* ------------------------------------------------------------------ */

/**
 * enum ext4bm_target_kind - what an argument turned out to be
 * @EXT4BM_TARGET_DEVICE:	block device
 * @EXT4BM_TARGET_IMAGE:	regular file that holds a filesystem, raw
 * @EXT4BM_TARGET_E2IMAGE:	normal e2image file: metadata only, its bitmaps
 *				carry no padding and no checksums
 */
enum ext4bm_target_kind {
	EXT4BM_TARGET_DEVICE,
	EXT4BM_TARGET_IMAGE,
	EXT4BM_TARGET_E2IMAGE,
};

/**
 * struct ext4bm_target - the device or file behind an argument
 * @name:	the argument as given
 * @device:	path to open; a tag (LABEL=, UUID=, PARTUUID=) is resolved
 * @offset:	bytes before the filesystem starts ("FILE?offset=N"), else 0
 * @mountpoint:	where it is mounted read-write or read-only, or NULL; found in
 *		/proc/self/mountinfo, also through a loop device on an image;
 *		no path but a description, in brackets, where the kernel has it
 *		mounted and this mount namespace does not show it
 * @kind:	what it is
 * @size:	its length in bytes, counted from @offset
 *
 * Owned by the caller, freed with ext4bm_target_free().
 */
struct ext4bm_target {
	char *name;
	char *device;
	uint64_t offset;
	char *mountpoint;
	enum ext4bm_target_kind kind;
	uint64_t size;
};

/**
 * ext4bm_resolve() - find the device or image behind an argument
 * @name:	path, LABEL=x, UUID=x or PARTUUID=x, with optional "?offset=N"
 * @ret_target:	the target
 * @err:	details of a failure
 *
 * Return: 0; -ENOENT nothing by that name; -EISDIR a directory; -EMEDIUMTYPE
 * a qcow2 file (the text names the command that converts it); -EACCES, -EIO
 * and the like from the system.
 */
int ext4bm_resolve(const char *name, struct ext4bm_target **ret_target,
		   struct ext4bm_error *err);

/** Free a target; NULL is fine. */
void ext4bm_target_free(struct ext4bm_target *target);

/**
 * ext4bm_kernel_name() - what the kernel calls a device
 * @name:	device node, tag, mount point or other directory
 * @buf:	where to write it
 * @size:	size of @buf
 *
 * Return: 0; -ENOENT no such thing; -ENODEV no device behind it.
 */
int ext4bm_kernel_name(const char *name, char *buf, size_t size);

/**
 * ext4bm_device_node() - the node of a device that the kernel names
 * @name:	as in /proc/fs/ext4
 * @buf:	where to write its path
 * @size:	size of @buf
 *
 * Return: 0; -ENOENT there is none.
 */
int ext4bm_device_node(const char *name, char *buf, size_t size);

/* ------------------------------------------------------------------ */
/* Opening, geometry                                                  */
/* ------------------------------------------------------------------ */

/** A bundle that is being made, see ext4bm_capture_begin(). */
struct ext4bm_capture;

/**
 * enum ext4bm_journal_use - what to do about a journal to be replayed
 * @EXT4BM_JOURNAL_OVERLAY:	replay it in memory, and look at the state that
 *				recovery will leave
 * @EXT4BM_JOURNAL_IGNORE:	look at the state before recovery
 */
enum ext4bm_journal_use {
	EXT4BM_JOURNAL_OVERLAY,
	EXT4BM_JOURNAL_IGNORE,
};

/**
 * struct ext4bm_open_options - how to open; all zero is the usual way
 * @superblock:	block number of a backup superblock to use; 0 and 1 stand for
 *		the primary one
 * @block_size:	block size in bytes that @superblock is counted in; 0 tries
 *		every size from 1 KiB to 64 KiB
 * @force:	open although the filesystem has features that libext2fs does
 *		not know; what they change is then not known either
 * @capture:	keep what is read for a bundle, or NULL
 * @journal:	what to do about a journal to be replayed; that of a mounted
 *		filesystem is always ignored
 * @journal_device: device or file that holds an external journal, NULL to
 *		look for it by its UUID; only read during the open
 * @reserved:	must be zero
 */
struct ext4bm_open_options {
	uint64_t superblock;
	uint32_t block_size;
	bool force;
	enum ext4bm_journal_use journal;
	struct ext4bm_capture *capture;
	const char *journal_device;
	uint64_t reserved[2];
};

/**
 * struct ext4bm_geometry - the shape of a filesystem, from its superblock
 * @block_size:		bytes
 * @cluster_ratio:	blocks in a cluster, 1 without bigalloc
 * @blocks:		blocks in the filesystem (s_blocks_count)
 * @first_data_block:	block that group 0 starts with: 1 with 1 KiB blocks,
 *			0 with larger ones and with bigalloc
 * @blocks_per_group:	blocks
 * @clusters_per_group:	clusters, the number of bits in a block bitmap
 * @inodes_per_group:	inodes, the number of bits in an inode bitmap
 * @inodes:		inodes in the filesystem
 * @first_inode:	first inode that is not reserved (11, or s_first_ino)
 * @groups:		number of block groups
 * @itable_blocks:	blocks in the inode table of one group
 * @desc_size:		bytes in a group descriptor
 * @desc_blocks:	blocks in the whole descriptor table
 * @reserved_gdt:	blocks kept behind each copy of the table for growth
 * @flex_groups:	groups in a flex_bg, 1 without flex_bg
 * @first_meta_bg:	first descriptor block in the meta_bg layout
 * @revision:		0 or 1
 * @compat:		feature words, as on disk
 * @incompat:		feature words, as on disk
 * @ro_compat:		feature words, as on disk
 * @unknown_incompat:	bits of @incompat that this libext2fs does not know
 * @unknown_ro_compat:	bits of @ro_compat that this libext2fs does not know
 * @backup_groups:	the two groups that hold copies with sparse_super2
 * @free_blocks:	total of the superblock, blocks
 * @free_inodes:	total of the superblock
 * @state:		s_state: 1 clean, 2 errors seen, 4 orphans
 * @gd_csum:		descriptors carry checksums (uninit_bg, metadata_csum)
 * @metadata_csum:	bitmaps and superblock carry checksums too
 * @needs_recovery:	the journal on the device is to be replayed, whether or
 *			not that was done in memory (struct ext4bm_journal)
 * @meta_bg:		descriptor blocks live in their own groups
 * @flex_bg:		bitmaps and tables may live outside their group
 * @bigalloc:		clusters are larger than blocks
 * @backup_superblock:	block of the superblock copy in use, 0 for the primary
 * @backup_descriptors:	the primary table was unusable, a copy is in use: its
 *			counts and flags are out of date and are not judged
 * @derived:		the device may not be read: only @block_size,
 *			@cluster_ratio, @blocks, @first_data_block,
 *			@blocks_per_group, @clusters_per_group and @groups are
 *			known, worked out from what the kernel tells everybody
 * @mmp_host:		host that the MMP block names as user, "" if not in use
 * @uuid:		text form, lower case
 * @label:		volume name, may be empty
 */
struct ext4bm_geometry {
	uint32_t block_size;
	uint32_t cluster_ratio;
	uint64_t blocks;
	uint32_t first_data_block;
	uint32_t blocks_per_group;
	uint32_t clusters_per_group;
	uint32_t inodes_per_group;
	uint32_t inodes;
	uint32_t first_inode;
	uint32_t groups;
	uint32_t itable_blocks;
	uint32_t desc_size;
	uint32_t desc_blocks;
	uint32_t reserved_gdt;
	uint32_t flex_groups;
	uint32_t first_meta_bg;
	uint32_t revision;
	uint32_t compat;
	uint32_t incompat;
	uint32_t ro_compat;
	uint32_t unknown_incompat;
	uint32_t unknown_ro_compat;
	uint32_t backup_groups[2];
	uint64_t free_blocks;
	uint32_t free_inodes;
	uint16_t state;
	bool gd_csum;
	bool metadata_csum;
	bool needs_recovery;
	bool meta_bg;
	bool flex_bg;
	bool bigalloc;
	uint64_t backup_superblock;
	bool backup_descriptors;
	bool derived;
	char mmp_host[65];
	char uuid[37];
	char label[17];
};

/** An open filesystem. */
struct ext4bm;

/**
 * ext4bm_open() - open a filesystem read-only
 * @target:	what ext4bm_resolve() found; must outlive the handle
 * @options:	NULL for the usual way
 * @ret_fs:	the handle, closed with ext4bm_close()
 * @err:	details of a failure
 *
 * The superblock is validated before anything is computed from it. A wrong
 * superblock checksum does not stop the open; ext4bm_check() reports it.
 *
 * Return: 0; -EINVAL no ext2/3/4 superblock, or one that describes no
 * possible filesystem; -EOPNOTSUPP features that libext2fs does not know, or
 * a journal device; -EIO and the like from the system.
 */
int ext4bm_open(const struct ext4bm_target *target,
		const struct ext4bm_open_options *options,
		struct ext4bm **ret_fs, struct ext4bm_error *err);

/** Close a handle; NULL is fine. Nothing is flushed, nothing was written. */
void ext4bm_close(struct ext4bm *fs);

/** The shape of an open filesystem; lives as long as the handle. */
const struct ext4bm_geometry *ext4bm_geometry(const struct ext4bm *fs);

/**
 * enum ext4bm_journal_state - what became of a journal
 * @EXT4BM_JOURNAL_CLEAN:	nothing is to be replayed
 * @EXT4BM_JOURNAL_IGNORED:	to be replayed, but left alone as asked for or
 *				because the filesystem is mounted
 * @EXT4BM_JOURNAL_FAILED:	to be replayed, and that cannot be done here
 * @EXT4BM_JOURNAL_PARTLY:	replayed in memory as far as recovery gets,
 *				which is not to its end
 * @EXT4BM_JOURNAL_REPLAYED:	replayed in memory
 */
enum ext4bm_journal_state {
	EXT4BM_JOURNAL_CLEAN,
	EXT4BM_JOURNAL_IGNORED,
	EXT4BM_JOURNAL_FAILED,
	EXT4BM_JOURNAL_PARTLY,
	EXT4BM_JOURNAL_REPLAYED,
};

/** Name of a state: "clean", "ignored", "failed", "partly", "replayed". */
const char *ext4bm_journal_state_name(enum ext4bm_journal_state state);

/**
 * struct ext4bm_journal - a journal to be replayed, and what came of it
 * @state:	what was done; when it is PARTLY or REPLAYED, all that is read
 *		of the filesystem is as recovery will leave it
 * @reason:	why it was not replayed or only partly, the end of a sentence;
 *		NULL if there is none. Static storage
 * @external:	it is on another device
 * @transactions: transactions replayed
 * @blocks:	blocks of the filesystem that have another content now
 * @revoked:	logged copies of blocks that a revoke record takes back
 * @fast_commits: fast commits behind the last transaction, not replayed
 * @errnum:	positive errno of the failure, 0 if there was none: EBADMSG a
 *		checksum is wrong, EUCLEAN values that cannot be, EOPNOTSUPP
 *		not known here, ENODEV it is not to hand, and those of the
 *		system
 * @transaction: where it failed: number of the transaction
 * @block:	where it failed: block of the journal
 */
struct ext4bm_journal {
	enum ext4bm_journal_state state;
	const char *reason;
	bool external;
	uint32_t transactions;
	uint64_t blocks;
	uint64_t revoked;
	uint32_t fast_commits;
	int errnum;
	uint32_t transaction;
	uint32_t block;
};

/** The journal of an open filesystem; lives as long as the handle. */
const struct ext4bm_journal *ext4bm_journal(const struct ext4bm *fs);

/** First block of a group. */
uint64_t ext4bm_group_first_block(const struct ext4bm_geometry *geo,
				  uint32_t group);

/** Clusters in a group; the last one may be short. */
uint32_t ext4bm_group_clusters(const struct ext4bm_geometry *geo,
			       uint32_t group);

/* ------------------------------------------------------------------ */
/* The finding catalogue                                              */
/* ------------------------------------------------------------------ */

/**
 * enum ext4bm_code - what was found; the order is the order of reports
 *
 * Each code has one entry in the catalogue, which says what it proves and
 * what to do. The kebab-case names never change meaning.
 */
enum ext4bm_code {
	EXT4BM_DEVICE_SHORT,
	EXT4BM_JOURNAL_DAMAGED,
	EXT4BM_JOURNAL_FAST_COMMITS,
	EXT4BM_SB_CHECKSUM,
	EXT4BM_SB_FREE_BLOCKS,
	EXT4BM_SB_FREE_INODES,
	EXT4BM_SB_GD_FREE_BLOCKS,
	EXT4BM_SB_GD_FREE_INODES,
	EXT4BM_GD_UNREADABLE,
	EXT4BM_GD_CHECKSUM,
	EXT4BM_GD_LOCATION,
	EXT4BM_GD_OVERLAP,
	EXT4BM_GD_FREE_CLUSTERS,
	EXT4BM_GD_FREE_INODES,
	EXT4BM_GD_ITABLE_UNUSED,
	EXT4BM_GD_BACKUP,
	EXT4BM_UNINIT_WITHOUT_FEATURE,
	EXT4BM_UNINIT_LAST_GROUP,
	EXT4BM_UNINIT_HOSTS_METADATA,
	EXT4BM_METADATA_FREE,
	EXT4BM_RESERVED_INODE_FREE,
	EXT4BM_BLOCK_BITMAP_CHECKSUM,
	EXT4BM_BLOCK_BITMAP_PADDING,
	EXT4BM_BLOCK_BITMAP_UNREADABLE,
	EXT4BM_INODE_BITMAP_CHECKSUM,
	EXT4BM_INODE_BITMAP_PADDING,
	EXT4BM_INODE_BITMAP_UNREADABLE,
	EXT4BM_CLUSTER_UNMARKED,
	EXT4BM_CLUSTER_LEAKED,
	EXT4BM_CLUSTER_SHARED,
	EXT4BM_INODE_UNMARKED,
	EXT4BM_INODE_LEAKED,
	EXT4BM_GD_USED_DIRS,
	EXT4BM_METADATA_CLAIMED,
	EXT4BM_INODE_UNREADABLE,
	EXT4BM_INODE_INVALID,
	EXT4BM_OWNERS_ENTANGLED,
	EXT4BM_DISK_DESCRIPTOR,
	EXT4BM_DISK_BLOCK_BITMAP,
	EXT4BM_DISK_INODE_BITMAP,
	EXT4BM_BUDDY_LOST_UPDATE,
	EXT4BM_BUDDY_FREE_CLUSTERS,
	EXT4BM_BUDDY_FRAGMENTS,
	EXT4BM_BUDDY_ORDERS,
	EXT4BM_BUDDY_FIRST_FREE,
	EXT4BM_COUNTERS_ABOVE_DESCRIPTOR,
	EXT4BM_COUNTERS_IMPOSSIBLE,
	EXT4BM_COUNTERS_BELOW_DESCRIPTOR,
	EXT4BM_STATFS_FREE_BLOCKS,
	EXT4BM_GROUP_MARKED_CORRUPT,
	EXT4BM_GROUP_LOAD_FAILED,
	EXT4BM_GROUP_UNSETTLED,
	EXT4BM_FREEZE_EXPIRED,
	EXT4BM_SUPERBLOCK_UNREADABLE,
	EXT4BM_KERNEL_ERROR_RECORD,
	EXT4BM_NR_CODES
};

/**
 * enum ext4bm_severity - how much a finding matters
 * @EXT4BM_INFORMATIONAL: worth knowing; no difference by itself, and it never
 *			changes the verdict or the exit status
 * @EXT4BM_OPERATIONAL:	not drift: something could not be looked at
 * @EXT4BM_MINOR:	no data at risk; the next e2fsck or mount puts it right
 * @EXT4BM_MAJOR:	space is lost, or the kernel will stop using the group
 *			or refuse to mount
 * @EXT4BM_SEVERE:	data has been or can be overwritten
 */
enum ext4bm_severity {
	EXT4BM_INFORMATIONAL,
	EXT4BM_OPERATIONAL,
	EXT4BM_MINOR,
	EXT4BM_MAJOR,
	EXT4BM_SEVERE,
};

/**
 * Name of a severity: "informational", "operational", "minor", "major",
 * "severe".
 */
const char *ext4bm_severity_name(enum ext4bm_severity severity);

/**
 * enum ext4bm_unit - what the ranges and the values of a finding count
 * @EXT4BM_UNIT_NONE:		no ranges
 * @EXT4BM_UNIT_CLUSTERS:	bits of the group's block bitmap, from 0
 * @EXT4BM_UNIT_INODES:		inode numbers, from 1
 * @EXT4BM_UNIT_BITS:		bits of a bitmap block past its last cluster
 *				or inode
 * @EXT4BM_UNIT_BLOCKS:		block numbers of the filesystem
 * @EXT4BM_UNIT_GROUPS:		group numbers
 * @EXT4BM_UNIT_ORDERS:		orders of the buddy: chunks of 2^n clusters
 */
enum ext4bm_unit {
	EXT4BM_UNIT_NONE,
	EXT4BM_UNIT_CLUSTERS,
	EXT4BM_UNIT_INODES,
	EXT4BM_UNIT_BITS,
	EXT4BM_UNIT_BLOCKS,
	EXT4BM_UNIT_GROUPS,
	EXT4BM_UNIT_ORDERS,
};

/** Name of a unit in the plural, "" for none. */
const char *ext4bm_unit_name(enum ext4bm_unit unit);

/**
 * struct ext4bm_catalogue_entry - all that is known about a code
 * @name:	stable kebab-case name
 * @severity:	how much it matters
 * @summary:	one line, what disagrees
 * @stored:	what the stored value of such a finding is
 * @counted:	what the counted value of such a finding is
 * @unit:	what its ranges count
 * @proves:	what it proves, and what it does not
 * @brief:	consequence and next step in one clause, for the first line
 * @brief_above: the same when stored is above counted, if that differs
 * @next:	what to do
 * @next_above:	the same when stored is above counted, if that differs
 * @e2fsck:	the problem e2fsck prints for the same fact, or NULL
 * @journal:	a journal that was not replayed can be the whole cause
 * @mounted:	reading a mounted device can be the whole cause
 * @maintained:	false for values that the kernel only writes at unmount, so
 *		that an unreplayed journal always explains them
 */
struct ext4bm_catalogue_entry {
	const char *name;
	enum ext4bm_severity severity;
	const char *summary;
	const char *stored;
	const char *counted;
	enum ext4bm_unit unit;
	const char *proves;
	const char *brief;
	const char *brief_above;
	const char *next;
	const char *next_above;
	const char *e2fsck;
	bool journal;
	bool mounted;
	bool maintained;
};

/** Catalogue entry of a code; static storage; NULL for an unknown code. */
const struct ext4bm_catalogue_entry *ext4bm_catalogue(enum ext4bm_code code);

/** Code of a name, or -ENOENT. */
int ext4bm_code_by_name(const char *name);

/* ------------------------------------------------------------------ */
/* Findings                                                           */
/* ------------------------------------------------------------------ */

/** Flags of a group descriptor (bg_flags), as on disk. */
#define EXT4BM_INODE_UNINIT	0x0001
#define EXT4BM_BLOCK_UNINIT	0x0002
#define EXT4BM_ITABLE_ZEROED	0x0004

/**
 * enum ext4bm_item - a fixed item of a group
 * @EXT4BM_ITEM_NONE:		the finding is about no particular item
 * @EXT4BM_ITEM_SUPERBLOCK:	superblock or a copy of it
 * @EXT4BM_ITEM_DESCRIPTORS:	block of the descriptor table or of a copy
 * @EXT4BM_ITEM_RESERVED_GDT:	block kept for growth of the table
 * @EXT4BM_ITEM_BLOCK_BITMAP:	block bitmap
 * @EXT4BM_ITEM_INODE_BITMAP:	inode bitmap
 * @EXT4BM_ITEM_INODE_TABLE:	inode table
 * @EXT4BM_ITEM_MMP:		block of the multi-mount protection
 */
enum ext4bm_item {
	EXT4BM_ITEM_NONE,
	EXT4BM_ITEM_SUPERBLOCK,
	EXT4BM_ITEM_DESCRIPTORS,
	EXT4BM_ITEM_RESERVED_GDT,
	EXT4BM_ITEM_BLOCK_BITMAP,
	EXT4BM_ITEM_INODE_BITMAP,
	EXT4BM_ITEM_INODE_TABLE,
	EXT4BM_ITEM_MMP,
};

/** Name of an item, for example "inode table"; "" for none. */
const char *ext4bm_item_name(enum ext4bm_item item);

/**
 * enum ext4bm_explanation - what could explain a difference away
 * @EXT4BM_UNEXPLAINED:		nothing: it is drift
 * @EXT4BM_BY_JOURNAL:		perhaps the journal, which was not replayed
 * @EXT4BM_BY_MOUNT:		perhaps the kernel, which has it mounted
 * @EXT4BM_BY_MOMENT:		perhaps time: one of the two was saved at
 *				another moment
 * @EXT4BM_BY_INODES:		perhaps inodes that could not be judged, which
 *				may own what nobody else does
 * @EXT4BM_BY_ORPHANS:		deleted files, which the next mount releases
 *
 * Of a mounted filesystem, whose views have settled:
 *
 * @EXT4BM_BY_CHECKPOINT:	the newer copy is in memory or in the journal,
 *				and not written to its place yet
 * @EXT4BM_BY_PREALLOCATION:	the allocator keeps clusters for files that
 *				are being written; nothing is left that could
 *				be a free that waits
 * @EXT4BM_BY_PENDING_FREE:	the allocator keeps clusters for files that are
 *				being written, or until the commit that frees
 *				them or their discard is done; which of them
 *				is not known
 * @EXT4BM_BY_DELAYED:		clusters are promised to data that has no place
 *				yet (delayed allocation)
 * @EXT4BM_BY_FLAG:		the kernel has marked the group corrupt and
 *				leaves it as it was then
 *
 * Of one that was not unmounted, after a replay in memory:
 *
 * @EXT4BM_BY_RECOVERY:		a value that the kernel makes anew when it
 *				mounts: it is wrong until then
 */
enum ext4bm_explanation {
	EXT4BM_UNEXPLAINED,
	EXT4BM_BY_JOURNAL,
	EXT4BM_BY_MOUNT,
	EXT4BM_BY_MOMENT,
	EXT4BM_BY_INODES,
	EXT4BM_BY_ORPHANS,
	EXT4BM_BY_CHECKPOINT,
	EXT4BM_BY_PREALLOCATION,
	EXT4BM_BY_PENDING_FREE,
	EXT4BM_BY_DELAYED,
	EXT4BM_BY_FLAG,
	EXT4BM_BY_RECOVERY,
};

/**
 * Name of an explanation: "none", "journal", "mounted", "moment",
 * "inodes", "orphans", "checkpoint", "preallocation", "pending-free",
 * "delayed-allocation", "group-flagged", "recovery".
 */
const char *ext4bm_explanation_name(enum ext4bm_explanation explained);

/**
 * enum ext4bm_live_verdict - what became of a difference between live views
 * @EXT4BM_LIVE_NONE:		it is none: the filesystem was not mounted
 * @EXT4BM_LIVE_TRANSIENT:	it went away; such are counted, not listed
 * @EXT4BM_LIVE_EXPLAINED:	it may be there, the finding says why
 * @EXT4BM_LIVE_PERSISTENT:	it stood still, and nothing explains it
 * @EXT4BM_LIVE_UNDECIDED:	it could not be looked at for long enough
 */
enum ext4bm_live_verdict {
	EXT4BM_LIVE_NONE,
	EXT4BM_LIVE_TRANSIENT,
	EXT4BM_LIVE_EXPLAINED,
	EXT4BM_LIVE_PERSISTENT,
	EXT4BM_LIVE_UNDECIDED,
};

/**
 * Name of a live verdict: "", "transient", "explained", "persistent",
 * "undecided".
 */
const char *ext4bm_live_verdict_name(enum ext4bm_live_verdict verdict);

/**
 * struct ext4bm_range - a closed range
 * @first:	first number
 * @last:	last number, not below @first
 */
struct ext4bm_range {
	uint64_t first;
	uint64_t last;
};

/**
 * struct ext4bm_kernel_error - one error that the kernel met
 * @time:	seconds since 1970, 0 if it is not known
 * @function:	function of ext4 that reported it, may be empty; a byte that is
 *		not printable ASCII, which only a damaged superblock has there,
 *		is '?'
 * @line:	line of its source, another one in each build
 * @inode:	inode it was about, 0 for none
 * @block:	block it was about, 0 for none
 * @error:	kind of error as ext4 numbers them on disk, 0 if it is not
 *		known (before Linux 5.10); see ext4bm_kernel_error_name()
 */
struct ext4bm_kernel_error {
	int64_t time;
	char function[64];
	uint32_t line;
	uint32_t inode;
	uint64_t block;
	int error;
};

/** Name of a kind of error, for example "EFSCORRUPTED"; "" if unknown. */
const char *ext4bm_kernel_error_name(int error);

/**
 * struct ext4bm_kernel_record - what ext4 keeps in the superblock about errors
 * @errors:	errors since the last e2fsck, which clears the record
 * @during:	of these, errors met while the check looked
 * @first:	the first one
 * @last:	the last one
 */
struct ext4bm_kernel_record {
	uint64_t errors;
	uint64_t during;
	struct ext4bm_kernel_error first;
	struct ext4bm_kernel_error last;
};

/**
 * enum ext4bm_claim - what an owner has a cluster for
 * @EXT4BM_CLAIM_NONE:		the finding is about the inode itself
 * @EXT4BM_CLAIM_DATA:		contents of a file or directory
 * @EXT4BM_CLAIM_MAPPING:	block of an extent tree, or indirect block
 * @EXT4BM_CLAIM_XATTR:		extended attributes; files may share them
 * @EXT4BM_CLAIM_BAD:		on the list of bad blocks of the device
 * @EXT4BM_CLAIM_FIXED:		fixed metadata, which no inode owns
 */
enum ext4bm_claim {
	EXT4BM_CLAIM_NONE,
	EXT4BM_CLAIM_DATA,
	EXT4BM_CLAIM_MAPPING,
	EXT4BM_CLAIM_XATTR,
	EXT4BM_CLAIM_BAD,
	EXT4BM_CLAIM_FIXED,
};

/** Name of a claim: "data", "mapping", "xattr", "bad", "fixed"; "" for none. */
const char *ext4bm_claim_name(enum ext4bm_claim claim);

/**
 * enum ext4bm_nameless - why an owner has no path
 * @EXT4BM_NAMED:		it has one, or none was asked for
 * @EXT4BM_NAMELESS:		no directory that is in use has it
 * @EXT4BM_NAMELESS_DELETED:	it was deleted while it was open, and waits to
 *				be released
 * @EXT4BM_NAMELESS_INTERNAL:	no directory has to: journal, quota, values of
 *				attributes
 * @EXT4BM_NAMELESS_UNREAD:	it was not found, but not all directories could
 *				be read
 */
enum ext4bm_nameless {
	EXT4BM_NAMED,
	EXT4BM_NAMELESS,
	EXT4BM_NAMELESS_DELETED,
	EXT4BM_NAMELESS_INTERNAL,
	EXT4BM_NAMELESS_UNREAD,
};

/** Name of it: "none", "deleted", "internal", "unread"; "" if it is named. */
const char *ext4bm_nameless_name(enum ext4bm_nameless nameless);

/** Logical block of what is not the contents of a file. */
#define EXT4BM_NO_LOGICAL UINT64_MAX

/**
 * struct ext4bm_owner - who owns some of what a finding is about
 * @claim:	what for
 * @inode:	its inode number; 0 for fixed metadata
 * @mode:	its i_mode, as on disk: type and permissions
 * @item:	for fixed metadata: which
 * @group:	for fixed metadata: of which group
 * @block:	first block that it owns of those the finding is about
 * @count:	how many that lie behind each other; 0 for a finding about the
 *		inode itself
 * @logical:	number of @block in the file, in blocks, or EXT4BM_NO_LOGICAL
 * @path:	a name of the file from the root directory on, any bytes but 0;
 *		NULL when it was not asked for, or the file has none. It begins
 *		with "<NUMBER>", the inode of a directory, where the way from
 *		there to the root is not known or too long; and where names are
 *		encrypted, one is "<encrypted:BASE64URL>"
 * @nameless:	why @path is NULL
 *
 * An owner has one for each of its pieces.
 */
struct ext4bm_owner {
	enum ext4bm_claim claim;
	uint32_t inode;
	uint16_t mode;
	enum ext4bm_item item;
	uint32_t group;
	uint64_t block;
	uint64_t count;
	uint64_t logical;
	char *path;
	enum ext4bm_nameless nameless;
};

/**
 * ext4bm_same_owner() - true if both are the same inode, or fixed item, of
 * which they have different parts
 */
bool ext4bm_same_owner(const struct ext4bm_owner *a,
		       const struct ext4bm_owner *b);

/** Type of a file by its i_mode, for example "regular file". */
const char *ext4bm_file_type(uint16_t mode);

/**
 * ext4bm_owner_text() - one line about one owner
 * @owner:	the owner
 * @buf:	where to write it
 * @size:	size of @buf
 *
 * For example "inode 12, regular file /etc/motd: its blocks 0-12, at blocks
 * 2867201-2867213". A path is written as it is, with any bytes but 0.
 *
 * Return: the length it has or would have.
 */
size_t ext4bm_owner_text(const struct ext4bm_owner *owner,
			 char *buf, size_t size);

/**
 * enum ext4bm_right - which side the owners are on
 * @EXT4BM_RIGHT_UNKNOWN:	they were not asked, or not all are known
 * @EXT4BM_RIGHT_STORED:	the stored value is what they add up to
 * @EXT4BM_RIGHT_COUNTED:	the counted value is
 * @EXT4BM_RIGHT_NEITHER:	they add up to something else
 */
enum ext4bm_right {
	EXT4BM_RIGHT_UNKNOWN,
	EXT4BM_RIGHT_STORED,
	EXT4BM_RIGHT_COUNTED,
	EXT4BM_RIGHT_NEITHER,
};

/** Name of a side: "unknown", "stored", "counted", "neither". */
const char *ext4bm_right_name(enum ext4bm_right right);

/**
 * struct ext4bm_finding - one observed disagreement
 * @code:	which
 * @group:	in which group, or EXT4BM_NO_GROUP
 * @item:	about which fixed item of the group; for EXT4BM_METADATA_FREE
 *		the first one that is shown free
 * @other_item:	for EXT4BM_GD_OVERLAP the item it lies on
 * @other_group: for EXT4BM_GD_OVERLAP the group of @other_item; for
 *		EXT4BM_GD_BACKUP the first group described differently
 * @stored:	stored value; its meaning is in the catalogue
 * @counted:	counted value; its meaning is in the catalogue
 * @offset:	byte on the device where the stored value or the bitmap is,
 *		or EXT4BM_NO_OFFSET
 * @flags:	bg_flags of the group
 * @explained:	what could explain it away
 * @verdict:	of a live check: what became of it
 * @errnum:	positive errno when reading failed, else 0
 * @ranges:	where, in the unit of the catalogue; owned by the report
 * @nr_ranges:	how many
 * @ranges_cut:	there were more ranges than are kept
 * @record:	for EXT4BM_KERNEL_ERROR_RECORD what the kernel has recorded;
 *		lives as long as the report. NULL for all other codes
 * @right:	for EXT4BM_GD_FREE_CLUSTERS and EXT4BM_GD_FREE_INODES: which
 *		value the owners say is right
 * @owned:	with @right known: the value that they add up to
 * @asked:	who owns what it is about was asked; without owners, nobody was
 *		found who does, as far as @owners_cut is false
 * @owners:	who owns what it is about, sorted by block, then inode; owned
 *		by the report
 * @nr_owners:	how many
 * @owners_cut:	there were more owners than are kept
 */
struct ext4bm_finding {
	enum ext4bm_code code;
	uint32_t group;
	enum ext4bm_item item;
	enum ext4bm_item other_item;
	uint32_t other_group;
	uint64_t stored;
	uint64_t counted;
	uint64_t offset;
	uint16_t flags;
	enum ext4bm_explanation explained;
	enum ext4bm_live_verdict verdict;
	int errnum;
	struct ext4bm_range *ranges;
	size_t nr_ranges;
	bool ranges_cut;
	const struct ext4bm_kernel_record *record;
	enum ext4bm_right right;
	uint64_t owned;
	bool asked;
	struct ext4bm_owner *owners;
	size_t nr_owners;
	bool owners_cut;
};

/**
 * ext4bm_cluster_blocks() - the blocks of a range of clusters of a group
 * @geo:	geometry
 * @group:	group
 * @clusters:	range of bits of its block bitmap
 *
 * The end is clipped to the end of the filesystem.
 *
 * Return: the range in blocks.
 */
struct ext4bm_range ext4bm_cluster_blocks(const struct ext4bm_geometry *geo,
					  uint32_t group,
					  struct ext4bm_range clusters);

/**
 * ext4bm_finding_text() - one line about one finding
 * @geo:	geometry
 * @finding:	the finding
 * @buf:	where to write it
 * @size:	size of @buf
 *
 * For example "group 350: 8179 free clusters stored, 8192 counted (stored is
 * 13 too low)". The line has no full stop and no newline.
 *
 * Return: the length it has or would have.
 */
size_t ext4bm_finding_text(const struct ext4bm_geometry *geo,
			   const struct ext4bm_finding *finding,
			   char *buf, size_t size);

/**
 * ext4bm_finding_unowned() - clusters of a finding that no owner of it has
 * @geo:	geometry
 * @finding:	a finding about clusters, of which @asked is true
 *
 * Return: how many of those in its ranges.
 */
uint64_t ext4bm_finding_unowned(const struct ext4bm_geometry *geo,
				const struct ext4bm_finding *finding);

/* ------------------------------------------------------------------ */
/* Checking                                                           */
/* ------------------------------------------------------------------ */

/**
 * enum ext4bm_owners - whether to find out who owns what
 * @EXT4BM_OWNERS_NONE:		no: inodes are not looked at
 * @EXT4BM_OWNERS_SUSPECTS:	of groups in which something was found
 * @EXT4BM_OWNERS_ALL:		of all groups that are looked at: bitmaps are
 *				compared with what inodes and fixed metadata
 *				claim, which finds what views that agree with
 *				each other hide
 *
 * Anybody may own a cluster anywhere, so both read all inode tables.
 */
enum ext4bm_owners {
	EXT4BM_OWNERS_NONE,
	EXT4BM_OWNERS_SUSPECTS,
	EXT4BM_OWNERS_ALL,
};

/**
 * enum ext4bm_pass - what a check is busy with
 * @EXT4BM_PASS_BITMAPS:	bitmaps and descriptors
 * @EXT4BM_PASS_INODES:		inodes, and what they own
 * @EXT4BM_PASS_CLAIMS:		bitmaps against what is owned
 * @EXT4BM_PASS_NAMES:		inodes again, for who owns what was found
 * @EXT4BM_PASS_PATHS:		directories, for what these are called; again
 *				for a directory whose ".." is wrong
 */
enum ext4bm_pass {
	EXT4BM_PASS_BITMAPS,
	EXT4BM_PASS_INODES,
	EXT4BM_PASS_CLAIMS,
	EXT4BM_PASS_NAMES,
	EXT4BM_PASS_PATHS,
};

/**
 * struct ext4bm_check_options - what to check and how; all zero for all
 * @groups:	ranges of groups to look at, sorted, not overlapping; NULL for
 *		all. Totals are only compared when all groups are looked at;
 *		superblock and length of the device always
 * @nr_groups:	number of ranges
 * @threads:	threads that read and compare; 0 chooses. The report is the
 *		same for every number
 * @max_findings: findings to keep; more are only counted. 0 means 100000
 * @backups:	compare the backup descriptor tables too
 * @mounted:	the device is known to be mounted: mark what that may explain
 * @paths:	with @owners: find out what they are called, too
 * @owners:	find out who owns what
 * @pass:	called from the calling thread when a pass begins; may be NULL
 * @progress:	called from the calling thread with groups done and wanted of
 *		the pass, for the last time with the two equal unless it was
 *		cancelled
 * @context:	given to @pass and @progress
 * @cancel:	when it becomes non-zero the check ends early; may be NULL
 * @mb_groups:	path of a saved copy of the allocator's counters to compare
 *		with the descriptors, or NULL
 * @proc_root:	folder of the trees that @mb_groups is in, whose sys tree has
 *		the kernel's record of errors, or NULL
 * @reserved:	must be zero
 */
struct ext4bm_check_options {
	const struct ext4bm_range *groups;
	size_t nr_groups;
	unsigned int threads;
	uint64_t max_findings;
	bool backups;
	bool mounted;
	bool paths;
	enum ext4bm_owners owners;
	void (*pass)(void *context, enum ext4bm_pass pass);
	void (*progress)(void *context, uint64_t done, uint64_t wanted);
	void *context;
	const volatile int *cancel;
	const char *mb_groups;
	const char *proc_root;
	uint64_t reserved[4];
};

/**
 * enum ext4bm_verdict - the answer in one word
 * @EXT4BM_CLEAN:	all was looked at and all of it agrees, but for what
 *			recovery makes anew; the backup descriptors are only
 *			looked at when they are asked for
 * @EXT4BM_CLEAN_PART:	what was asked for agrees; the rest was not looked at
 * @EXT4BM_UNDECIDED:	differences, all of which the journal, the mount or
 *			time may explain
 * @EXT4BM_INCOMPLETE:	no drift seen, but something could not be looked at
 * @EXT4BM_DRIFT:	views disagree
 */
enum ext4bm_verdict {
	EXT4BM_CLEAN,
	EXT4BM_CLEAN_PART,
	EXT4BM_UNDECIDED,
	EXT4BM_INCOMPLETE,
	EXT4BM_DRIFT,
};

/** Name of a verdict: "clean", "clean-part", "undecided", ... */
const char *ext4bm_verdict_name(enum ext4bm_verdict verdict);

/**
 * struct ext4bm_unchecked - a comparison that was not made
 * @code:	the finding it would have led to
 * @groups:	in how many groups; 0 for the filesystem as a whole
 * @reason:	why, for a person; static storage
 */
struct ext4bm_unchecked {
	enum ext4bm_code code;
	uint64_t groups;
	const char *reason;
};

/**
 * struct ext4bm_totals - sums over all groups
 * @gd_free_clusters:	sum of the descriptors, clusters
 * @gd_free_inodes:	sum of the descriptors
 * @free_clusters:	counted in the bitmaps, clusters
 * @free_inodes:	counted in the bitmaps
 * @complete:		every descriptor and bitmap is in the sums
 */
struct ext4bm_totals {
	uint64_t gd_free_clusters;
	uint64_t gd_free_inodes;
	uint64_t free_clusters;
	uint64_t free_inodes;
	bool complete;
};

/**
 * struct ext4bm_pattern - what the groups of one code have in common
 * @code:		the code
 * @groups:		number of groups
 * @first:		first group
 * @last:		last group
 * @step:		constant distance between neighbours, 0 if there is none
 * @same_stored:	all store the same value
 * @stored:		that value
 * @same_difference:	stored minus counted is the same everywhere
 * @difference:		that difference
 * @one_flex_bg:	all lie in the same flex_bg
 * @every_flex_bg:	at most one in each flex_bg, always at the same place
 * @one_gd_block:	their descriptors lie in one block of the table
 */
struct ext4bm_pattern {
	enum ext4bm_code code;
	uint32_t groups;
	uint32_t first;
	uint32_t last;
	uint32_t step;
	bool same_stored;
	uint64_t stored;
	bool same_difference;
	int64_t difference;
	bool one_flex_bg;
	bool every_flex_bg;
	bool one_gd_block;
};

/**
 * struct ext4bm_space - free space of a mounted filesystem as a whole, blocks
 * @read:	@free and @delayed are known
 * @free:	free blocks, as statfs(2) and df(1) tell everybody
 * @delayed:	blocks promised to data that is not on its way to the disk
 *		yet; @free is without them
 * @compared:	nothing moved while @described was added up, so that it must
 *		be @free and @delayed together
 * @described:	free blocks in all descriptors, from the page cache
 */
struct ext4bm_space {
	bool read;
	bool compared;
	uint64_t free;
	uint64_t delayed;
	uint64_t described;
};

/**
 * struct ext4bm_kept - what the allocator keeps to itself
 * @groups:	groups in which it calls fewer clusters free than the
 *		descriptor: preallocation, or frees that wait
 * @clusters:	how many fewer, in all of them
 * @hidden_groups: groups with clusters that it does not show
 * @hidden_clusters: clusters below its first free hints. GETFSMAP begins
 *		there, so that an update that was lost below is not seen
 *
 * Of the groups in which nothing else was found, from one reading.
 */
struct ext4bm_kept {
	uint64_t groups;
	uint64_t clusters;
	uint64_t hidden_groups;
	uint64_t hidden_clusters;
};

/**
 * struct ext4bm_report - the result of a check
 * @geometry:		shape of the filesystem; lives as long as the handle
 * @journal:		what became of its journal
 * @verdict:		the answer
 * @findings:		sorted by group (the whole filesystem first), code, item
 * @nr_findings:	how many are kept
 * @dropped:		how many more there were
 * @by_code:		all findings, kept or not, by code
 * @explained_by_code:	with @live: of these, the explained ones
 * @unexplained:	findings that are drift and that nothing explains
 * @operational:	findings of severity operational
 * @informational:	findings of severity informational
 * @explained:		findings that are explained for certain: with @live, or
 *			by recovery; they change neither the verdict nor the
 *			exit status
 * @undecided:		explained findings that the journal or the mount only
 *			perhaps explains (their value is maintained)
 * @worst:		highest severity among the unexplained; only has a
 *			meaning when there are some
 * @groups_wanted:	groups asked for
 * @groups_checked:	groups looked at
 * @groups_uninit:	of these, groups whose block bitmap is implied
 * @groups_drift:	groups with unexplained drift
 * @totals:		sums over the groups looked at
 * @unchecked:		comparisons not made
 * @nr_unchecked:	how many
 * @patterns:		one for each code seen in more than one group
 * @nr_patterns:	how many
 * @cancelled:		ended early at the caller's wish
 * @bytes_read:		bytes of bitmaps read from the device
 * @owners:		how far owners were found out
 * @owners_still:	with @live: they are those of the moment that it was
 *			frozen, else of a moment after the views had settled
 * @inodes_used:	with @owners: inodes in use, of those looked at; not
 *			known with @live
 * @table_bytes:	with @owners: bytes of inode tables, mappings and
 *			directories read
 * @live:		the filesystem was mounted and its views were settled
 * @live_cache:		with @live: the page cache was compared too, not only
 *			the kernel's own two views
 * @live_disk:		with @live: the disk was compared with the page cache
 * @lagging:		with @live_disk: groups in which the disk was behind it
 * @frozen:		with @live: it was frozen while all of it was read, so
 *			that disk and totals could be compared exactly
 * @transient:		with @live: groups with a difference that did not last
 * @samples:		with @live: samples taken of suspected groups
 * @rejected:		with @live: of these, samples in which something moved
 * @kernel:		with @live: release and version of the kernel that was
 *			looked at, as of uname(2), or ""
 * @saved_counters:	a saved copy of the allocator's counters was compared
 * @kept:		with @live: what the allocator keeps to itself
 * @space:		with @live: free space as statfs(2) counts it
 * @kernel_record:	with @live, or from saved trees: errors that the kernel
 *			has recorded
 */
struct ext4bm_report {
	const struct ext4bm_geometry *geometry;
	struct ext4bm_journal journal;
	enum ext4bm_verdict verdict;
	struct ext4bm_finding *findings;
	size_t nr_findings;
	uint64_t dropped;
	uint64_t by_code[EXT4BM_NR_CODES];
	uint64_t explained_by_code[EXT4BM_NR_CODES];
	uint64_t unexplained;
	uint64_t operational;
	uint64_t informational;
	uint64_t explained;
	uint64_t undecided;
	enum ext4bm_severity worst;
	uint32_t groups_wanted;
	uint32_t groups_checked;
	uint32_t groups_uninit;
	uint32_t groups_drift;
	struct ext4bm_totals totals;
	struct ext4bm_unchecked *unchecked;
	size_t nr_unchecked;
	struct ext4bm_pattern *patterns;
	size_t nr_patterns;
	bool cancelled;
	uint64_t bytes_read;
	enum ext4bm_owners owners;
	bool owners_still;
	uint64_t inodes_used;
	uint64_t table_bytes;
	bool live;
	bool live_cache;
	bool live_disk;
	uint64_t lagging;
	bool frozen;
	uint64_t transient;
	uint64_t samples;
	uint64_t rejected;
	char kernel[132];
	bool saved_counters;
	struct ext4bm_kept kept;
	struct ext4bm_space space;
	struct ext4bm_kernel_record kernel_record;
};

/**
 * ext4bm_check() - compare the views of an open filesystem
 * @fs:		handle
 * @options:	NULL for everything
 * @ret_report:	the report, freed with ext4bm_report_free()
 * @err:	details of a failure
 *
 * Return: 0 whatever was found; -EINVAL options that make no sense, or saved
 * counters of another filesystem; -EBADMSG saved counters in no known format;
 * -ENOMEM; an errno of reading the saved counters.
 */
int ext4bm_check(struct ext4bm *fs, const struct ext4bm_check_options *options,
		 struct ext4bm_report **ret_report, struct ext4bm_error *err);

/** Free a report; NULL is fine. */
void ext4bm_report_free(struct ext4bm_report *report);

/**
 * ext4bm_verdict_text() - the answer in one line
 * @report:	report
 * @buf:	where to write it
 * @size:	size of @buf
 *
 * Return: the length it has or would have.
 */
size_t ext4bm_verdict_text(const struct ext4bm_report *report,
			   char *buf, size_t size);

/**
 * ext4bm_advice() - what to do next
 * @report:	report
 * @line:	called for each sentence, most urgent first
 * @context:	given to @line
 */
void ext4bm_advice(const struct ext4bm_report *report,
		   void (*line)(void *context, const char *text),
		   void *context);

/**
 * ext4bm_pattern_text() - what a pattern says, in one line
 * @report:	report it belongs to
 * @pattern:	pattern
 * @buf:	where to write it; "" when the groups have nothing in common
 * @size:	size of @buf
 *
 * Return: the length it has or would have.
 */
size_t ext4bm_pattern_text(const struct ext4bm_report *report,
			   const struct ext4bm_pattern *pattern,
			   char *buf, size_t size);

/* Exit status bits, those of e2fsck(8). */
#define EXT4BM_EXIT_CLEAN	0	/* nothing found, all looked at */
#define EXT4BM_EXIT_DRIFT	4	/* drift that nothing explains */
#define EXT4BM_EXIT_OPERATIONAL	8	/* something could not be decided */
#define EXT4BM_EXIT_USAGE	16	/* usage error, or refused */
#define EXT4BM_EXIT_CANCELLED	32	/* ended at the user's wish */
#define EXT4BM_EXIT_LIBRARY	128	/* shared library trouble */

/**
 * ext4bm_exit_status() - the exit status that a report stands for
 * @report:	report
 *
 * Return: a sum of the bits above. Differences that an unreplayed journal or
 * a mount may explain never set EXT4BM_EXIT_DRIFT; those in maintained values
 * set EXT4BM_EXIT_OPERATIONAL, because they are undecided, and so does a
 * journal to be replayed that could not be.
 */
int ext4bm_exit_status(const struct ext4bm_report *report);

/* ------------------------------------------------------------------ */
/* Saved counters of the allocator                                    */
/* ------------------------------------------------------------------ */

/**
 * ext4bm_saved_counters() - find the counters in a captured /proc tree
 * @root:	folder with the trees proc and sys
 * @name:	of the filesystem: the kernel's name of its device, a path that
 *		ends with it, or where it was mounted; where the tree shows only
 *		one filesystem, anything
 * @ret_mb_groups: path of the file, for struct ext4bm_check_options; freed
 *		with free()
 * @err:	details of a failure
 *
 * Return: 0, or -ENOENT.
 */
int ext4bm_saved_counters(const char *root, const char *name,
			  char **ret_mb_groups, struct ext4bm_error *err);

/** False if the file @mb_groups is made up by the running kernel. */
bool ext4bm_is_saved(const char *mb_groups);

/**
 * ext4bm_open_counters() - a filesystem of which only saved counters are known
 * @mb_groups:	path of the saved copy
 * @ret_fs:	the handle, closed with ext4bm_close()
 * @err:	details of a failure
 *
 * To be checked with the same path in struct ext4bm_check_options. In its
 * geometry only the number of groups is known; the block size is 0.
 *
 * Return: 0; -EBADMSG no known format; an errno of reading it.
 */
int ext4bm_open_counters(const char *mb_groups, struct ext4bm **ret_fs,
			 struct ext4bm_error *err);

#ifdef __cplusplus
}
#endif

#include "ext4bm_bundle.h"
#include "ext4bm_klog.h"
#include "ext4bm_live.h"

#endif /* EXT4BM_H */
