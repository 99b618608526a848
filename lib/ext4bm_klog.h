/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * ext4bm_klog.h --- messages of the kernel about bitmaps and free counts
 *
 * A log is read line by line, its messages are told apart and folded, and a
 * check of the groups that they name decides about each. Part of ext4bm.h,
 * whose rules hold here too.
 */
#ifndef EXT4BM_KLOG_H
#define EXT4BM_KLOG_H

#include "ext4bm.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A number that a message does not have. */
#define EXT4BM_KLOG_NONE UINT64_MAX

/** Most values of a message that have no field of their own. */
#define EXT4BM_KLOG_VALUES 4

/*
 * The copies of the free space, as bits. What each of them is: "disk" the
 * bitmaps on the medium, "cache" those in the page cache, "descriptor" the
 * group descriptors, "superblock" the totals, "buddy" the bitmap that the
 * allocator uses, "counters" its counts, "owners" what the inodes claim.
 */
#define EXT4BM_VIEW_DISK	0x01
#define EXT4BM_VIEW_CACHE	0x02
#define EXT4BM_VIEW_DESCRIPTOR	0x04
#define EXT4BM_VIEW_SUPERBLOCK	0x08
#define EXT4BM_VIEW_BUDDY	0x10
#define EXT4BM_VIEW_COUNTERS	0x20
#define EXT4BM_VIEW_OWNERS	0x40

/** Name of one bit of the above; NULL for anything else. */
const char *ext4bm_view_name(unsigned int view);

/**
 * enum ext4bm_klog_kind - what a message of the kernel says
 *
 * Each kind has an explanation, ext4bm_klog_catalogue(). The first part are
 * contradictions that the allocator met in its own copies; then what is wrong
 * with bitmaps and descriptors as they were read; then what the kernel could
 * not read; then records and consequences of errors; at last what is no
 * complaint but tells how to read the others.
 */
enum ext4bm_klog_kind {
	EXT4BM_KLOG_BUDDY_MISMATCH,
	EXT4BM_KLOG_SCAN_ABOVE,
	EXT4BM_KLOG_SCAN_EMPTY,
	EXT4BM_KLOG_ORDER_EMPTY,
	EXT4BM_KLOG_EXTENT_PAST_END,
	EXT4BM_KLOG_DOUBLE_FREE,
	EXT4BM_KLOG_COPY_DIFFERS,
	EXT4BM_KLOG_PREALLOCATION,
	EXT4BM_KLOG_FREED_TWICE,
	EXT4BM_KLOG_METADATA_ALLOCATED,
	EXT4BM_KLOG_METADATA_FREED,
	EXT4BM_KLOG_RESIZE_NOT_USED,
	EXT4BM_KLOG_REPLAY_METADATA,
	EXT4BM_KLOG_ALLOCATOR_UNKNOWN,

	EXT4BM_KLOG_BITMAP_CHECKSUM,
	EXT4BM_KLOG_BITMAP_INVALID,
	EXT4BM_KLOG_BITMAP_PADDING,
	EXT4BM_KLOG_BITMAP_LOCATION,
	EXT4BM_KLOG_BITMAP_UNINIT,
	EXT4BM_KLOG_BITMAP_INIT,
	EXT4BM_KLOG_GD_CHECKSUM,
	EXT4BM_KLOG_GD_LOCATION,
	EXT4BM_KLOG_GD_CORRUPT,
	EXT4BM_KLOG_GD_MISSING,
	EXT4BM_KLOG_FREE_COUNT,
	EXT4BM_KLOG_INODE_BITMAP,
	EXT4BM_KLOG_INODE_FREED,
	EXT4BM_KLOG_ITABLE_UNUSED,

	EXT4BM_KLOG_BITMAP_READ_FAILED,
	EXT4BM_KLOG_INODE_BITMAP_READ_FAILED,
	EXT4BM_KLOG_LOAD_FAILED,
	EXT4BM_KLOG_OPERATION_FAILED,

	EXT4BM_KLOG_PREALLOCATION_DETAIL,
	EXT4BM_KLOG_DELALLOC_FAILED,
	EXT4BM_KLOG_READ_ONLY,
	EXT4BM_KLOG_JOURNAL_ABORTED,
	EXT4BM_KLOG_DIRTY_METADATA,
	EXT4BM_KLOG_ERROR_COUNT,
	EXT4BM_KLOG_FIRST_ERROR,
	EXT4BM_KLOG_LAST_ERROR,
	EXT4BM_KLOG_MOUNT_WITH_ERRORS,
	EXT4BM_KLOG_SUPPRESSED,
	EXT4BM_KLOG_OTHER,

	EXT4BM_KLOG_MOUNTED,
	EXT4BM_KLOG_UNMOUNTED,
	EXT4BM_KLOG_BOOT,
	EXT4BM_KLOG_NR_KINDS
};

/**
 * enum ext4bm_klog_level - how the kernel calls its message
 * @EXT4BM_KLOG_NOTICE:		"EXT4-fs (sda1): ", and what is not of ext4
 * @EXT4BM_KLOG_WARNING:	"EXT4-fs warning (device sda1): "
 * @EXT4BM_KLOG_ERROR:		"EXT4-fs error (device sda1): "
 */
enum ext4bm_klog_level {
	EXT4BM_KLOG_NOTICE,
	EXT4BM_KLOG_WARNING,
	EXT4BM_KLOG_ERROR,
};

/** Name of a level: "notice", "warning", "error". */
const char *ext4bm_klog_level_name(enum ext4bm_klog_level level);

/**
 * struct ext4bm_klog_value - a number in a message
 * @name:	what it is, static storage
 * @value:	the number; the kernel prints some of them with a sign
 */
struct ext4bm_klog_value {
	const char *name;
	int64_t value;
};

/**
 * struct ext4bm_klog_message - one message of the kernel, understood
 * @kind:	what it says
 * @level:	how the kernel calls it
 * @device:	the kernel's name of the device, as in /proc/fs/ext4; "" if
 *		the message names none
 * @host:	the host that a syslog names, or ""
 * @when:	the time as it stands in the line, or "" (of a record of
 *		/dev/kmsg, seconds since boot)
 * @usec:	microseconds since boot, or EXT4BM_KLOG_NONE
 * @function:	function of the kernel, or ""
 * @line:	line of its source, which differs between builds; 0 for none
 * @comm:	name of the thread that met it, or ""
 * @inode:	inode number, 0 for none
 * @group:	block group, or EXT4BM_NO_GROUP
 * @block:	block of the filesystem, or EXT4BM_KLOG_NONE
 * @errnum:	positive errno that the message gives, or 0
 * @values:	its other numbers
 * @nr_values:	how many
 * @detail:	of EXT4BM_KLOG_BOOT the kernel's banner without "Linux version
 *		", of EXT4BM_KLOG_MOUNTED and _UNMOUNTED the UUID, else ""
 * @text:	the message without time and host, perhaps cut at its end
 */
struct ext4bm_klog_message {
	enum ext4bm_klog_kind kind;
	enum ext4bm_klog_level level;
	char device[32];
	char host[65];
	char when[48];
	uint64_t usec;
	char function[64];
	uint32_t line;
	char comm[32];
	uint64_t inode;
	uint32_t group;
	uint64_t block;
	int errnum;
	struct ext4bm_klog_value values[EXT4BM_KLOG_VALUES];
	size_t nr_values;
	char detail[384];
	char text[400];
};

/**
 * ext4bm_klog_parse() - understand one line of a kernel log
 * @line:	the line, with or without its newline: a record of /dev/kmsg,
 *		output of dmesg, a line of a syslog, text from journalctl
 * @ret_message: what it says
 *
 * Pure. A line that another program wrote, although it looks the same, is
 * none of the kernel's: /dev/kmsg and syslog tell the two apart.
 *
 * Return: true if it is a message of ext4, of its journal, or the first line
 * of a boot; else false, and *ret_message is untouched.
 */
bool ext4bm_klog_parse(const char *line,
		       struct ext4bm_klog_message *ret_message);

/**
 * struct ext4bm_klog_entry - all that is known about a kind of message
 * @name:	stable kebab-case name
 * @summary:	one line, what the kernel has met
 * @accuses:	views that it accuses, at least one of which is wrong; 0 if it
 *		accuses none: the kernel could not look, or it is a record
 * @blind:	the accused view is in a part of the kernel's memory that no
 *		interface shows, so that a check which finds nothing does not
 *		refute the message
 * @proves:	what it proves
 * @open:	what it leaves open, or NULL
 * @next:	what to do; "" for what is no complaint
 */
struct ext4bm_klog_entry {
	const char *name;
	const char *summary;
	unsigned int accuses;
	bool blind;
	const char *proves;
	const char *open;
	const char *next;
};

/** Explanation of a kind; static storage; NULL for an unknown kind. */
const struct ext4bm_klog_entry *
ext4bm_klog_catalogue(enum ext4bm_klog_kind kind);

/** Kind of a name, or -ENOENT. */
int ext4bm_klog_kind_by_name(const char *name);

/**
 * ext4bm_klog_accuses() - the views that a message accuses
 * @message:	message
 *
 * As in the catalogue, but for messages whose errno says more: a lack of
 * memory or an I/O error accuses no view.
 *
 * Return: bits EXT4BM_VIEW_*, 0 for none.
 */
unsigned int ext4bm_klog_accuses(const struct ext4bm_klog_message *message);

/**
 * struct ext4bm_kernel_fix - a known fault of kernels, and what mends it
 * @name:	CVE, commit, or a few words
 * @commit:	the commit that mends it, abbreviated, or NULL
 * @summary:	the fault, one clause
 * @fixed:	releases of kernel.org that have the fix, or NULL if they are
 *		not known here
 */
struct ext4bm_kernel_fix {
	const char *name;
	const char *commit;
	const char *summary;
	const char *fixed;
};

/**
 * ext4bm_klog_fix() - the faults of kernels that can lead to a message
 * @kind:	kind of the message
 * @number:	which of them, from 0
 *
 * Return: static storage, or NULL when there are no more.
 */
const struct ext4bm_kernel_fix *ext4bm_klog_fix(enum ext4bm_klog_kind kind,
						unsigned int number);

/**
 * enum ext4bm_fix_state - what a kernel's version says about a fix
 * @EXT4BM_FIX_UNKNOWN:		nothing
 * @EXT4BM_FIX_MISSING:		it does not have it
 * @EXT4BM_FIX_PRESENT:		it has it
 * @EXT4BM_FIX_NOT_NEEDED:	it does not have the fault
 */
enum ext4bm_fix_state {
	EXT4BM_FIX_UNKNOWN,
	EXT4BM_FIX_MISSING,
	EXT4BM_FIX_PRESENT,
	EXT4BM_FIX_NOT_NEEDED,
};

/** Name of a state: "unknown", "missing", "present", "not-needed". */
const char *ext4bm_fix_state_name(enum ext4bm_fix_state state);

/**
 * ext4bm_fix_judge() - does a kernel have a fix?
 * @fix:	the fix
 * @banner:	what follows "Linux version " in the kernel's first message, or
 *		a release as of uname(1); NULL or "" if it is not known
 * @ret_reason: why, for a person; static storage; may be NULL
 *
 * Pure. A distribution that counts its own way and carries fixes back is not
 * judged by its number.
 */
enum ext4bm_fix_state ext4bm_fix_judge(const struct ext4bm_kernel_fix *fix,
				       const char *banner,
				       const char **ret_reason);

/**
 * enum ext4bm_klog_verdict - what became of a message
 * @EXT4BM_KLOG_NOT_LOOKED:	the device could not be looked at
 * @EXT4BM_KLOG_NO_ACCUSATION:	it accuses no view
 * @EXT4BM_KLOG_CONFIRMED:	a check finds its group in drift
 * @EXT4BM_KLOG_UNDECIDED:	a check of its group could not decide
 * @EXT4BM_KLOG_NOT_SEEN:	nothing is found, which does not refute it: it
 *				is in a blind spot, or was, or is about what
 *				is not looked at
 * @EXT4BM_KLOG_GONE:		all that it accuses agrees now
 */
enum ext4bm_klog_verdict {
	EXT4BM_KLOG_NOT_LOOKED,
	EXT4BM_KLOG_NO_ACCUSATION,
	EXT4BM_KLOG_CONFIRMED,
	EXT4BM_KLOG_UNDECIDED,
	EXT4BM_KLOG_NOT_SEEN,
	EXT4BM_KLOG_GONE,
};

/** Name of a verdict: "not-looked", "no-accusation", "confirmed", ... */
const char *ext4bm_klog_verdict_name(enum ext4bm_klog_verdict verdict);

/**
 * struct ext4bm_klog_item - a message and its repetitions
 * @message:	the first of them
 * @number:	of the first of them in the log, from 1
 * @count:	how often it came
 * @last:	time of the last one, as it stands in the log
 * @kernel:	banner of the kernel that wrote it, or ""
 * @uuid:	of the filesystem that was mounted then, where the kernel
 *		prints it, or ""
 * @era:	from 1 on, grows when the device is mounted or the system
 *		starts; 0 for messages that accuse no view
 * @earlier:	the device was mounted anew since, or the system started
 *		again: what was in the memory of the kernel then is gone
 * @group:	group that is to be looked at, also where the message only
 *		names a block or an inode of it; or EXT4BM_NO_GROUP
 * @verdict:	what became of it
 * @now:	that in a sentence, without a full stop
 */
struct ext4bm_klog_item {
	struct ext4bm_klog_message message;
	uint64_t number;
	uint64_t count;
	char last[48];
	const char *kernel;
	char uuid[37];
	uint32_t era;
	bool earlier;
	uint32_t group;
	enum ext4bm_klog_verdict verdict;
	char now[320];
};

/**
 * struct ext4bm_klog_device - a device that a log names
 * @name:	the kernel's name
 * @items:	messages about it, folded
 * @accused:	of these, messages that accuse a view
 */
struct ext4bm_klog_device {
	char name[32];
	size_t items;
	size_t accused;
};

/** Messages that are kept; others are only counted. */
#define EXT4BM_KLOG_MOST 20000

/**
 * struct ext4bm_klog_info - what a log says
 * @lines:	lines read
 * @messages:	of these, messages about bitmaps and free counts
 * @others:	other messages of ext4
 * @dropped:	messages that were not kept, because there were too many
 * @lost:	records that the kernel dropped before they could be read
 * @unread:	lines that have words of ext4 in them, of which is not known how
 *		they begin, or where they end; not those of other programs
 * @kernel:	banner of the last kernel that started, or ""
 * @host:	host that the last line with one names, or ""
 * @items:	the messages, folded, in the order of the log
 * @nr_items:	how many
 * @devices:	devices that it names, in the order of the log; "" stands for
 *		messages that name none
 * @nr_devices:	how many
 */
struct ext4bm_klog_info {
	uint64_t lines;
	uint64_t messages;
	uint64_t others;
	uint64_t dropped;
	uint64_t lost;
	uint64_t unread;
	const char *kernel;
	char host[65];
	struct ext4bm_klog_item *const *items;
	size_t nr_items;
	const struct ext4bm_klog_device *devices;
	size_t nr_devices;
};

/** The messages of a log. */
struct ext4bm_klog;

/** A log without messages; NULL when there is no memory. */
struct ext4bm_klog *ext4bm_klog_new(void);

/** Free a log; NULL is fine. */
void ext4bm_klog_free(struct ext4bm_klog *log);

/**
 * ext4bm_klog_add() - take a line of a log
 * @log:	log
 * @line:	any line, see ext4bm_klog_parse()
 *
 * Pure. The same message again is only counted.
 *
 * Return: 0 or -ENOMEM.
 */
int ext4bm_klog_add(struct ext4bm_klog *log, const char *line);

/**
 * ext4bm_klog_read() - take all lines that a descriptor has
 * @log:	log
 * @fd:		a file, a pipe, or /dev/kmsg, of which only that is read which
 *		is there now
 * @err:	details of a failure
 *
 * Of /dev/kmsg the kernel is the one that runs here.
 *
 * Return: 0; -EMEDIUMTYPE the file is compressed or a journal (the text says
 * how to read it); -ENOMEM, or a negative errno of reading.
 */
int ext4bm_klog_read(struct ext4bm_klog *log, int fd,
		     struct ext4bm_error *err);

/** What the log says; lives as long as the log. */
const struct ext4bm_klog_info *ext4bm_klog_info(struct ext4bm_klog *log);

/**
 * ext4bm_klog_only() - forget the messages about other devices
 * @log:	log, complete
 * @device:	the kernel's name of the device
 *
 * Messages that name none are kept.
 */
void ext4bm_klog_only(struct ext4bm_klog *log, const char *device);

/**
 * ext4bm_klog_set_earlier() - the memory of the kernel that wrote it is gone
 * @log:	log, which is of an earlier boot
 */
void ext4bm_klog_set_earlier(struct ext4bm_klog *log);

/**
 * ext4bm_klog_groups() - the groups of a device that are to be looked at
 * @log:	log
 * @device:	the kernel's name of the device
 * @geo:	shape of the filesystem on it
 * @ret_groups:	ranges as in struct ext4bm_check_options, freed with free();
 *		all groups if a message accuses views and names no group
 * @ret_nr:	how many; 0 if there is nothing to look at
 *
 * Messages about another filesystem are decided here: those with another UUID,
 * and those about groups that this one does not have.
 *
 * Return: 0 or -ENOMEM.
 */
int ext4bm_klog_groups(struct ext4bm_klog *log, const char *device,
		       const struct ext4bm_geometry *geo,
		       struct ext4bm_range **ret_groups, size_t *ret_nr);

/**
 * ext4bm_klog_judge() - decide about the messages of a device
 * @log:	log
 * @device:	the kernel's name of the device
 * @report:	of a check of these groups
 */
void ext4bm_klog_judge(struct ext4bm_klog *log, const char *device,
		       const struct ext4bm_report *report);

/**
 * ext4bm_klog_not_looked() - say that a device could not be looked at
 * @log:	log
 * @device:	the kernel's name of the device
 * @reason:	why, a clause without a full stop
 */
void ext4bm_klog_not_looked(struct ext4bm_klog *log, const char *device,
			    const char *reason);

/**
 * ext4bm_klog_exit_status() - the exit status that the messages stand for
 * @log:	log, of whose devices all were decided about
 *
 * What a check has found is not in it: that has a status of its own.
 *
 * Return: EXT4BM_EXIT_OPERATIONAL if a view is accused and that could be
 * neither confirmed nor refuted, or if messages were dropped, lost or not read,
 * else EXT4BM_EXIT_CLEAN.
 */
int ext4bm_klog_exit_status(const struct ext4bm_klog *log);

#ifdef __cplusplus
}
#endif

#endif /* EXT4BM_KLOG_H */
