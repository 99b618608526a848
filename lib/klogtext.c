// SPDX-License-Identifier: LGPL-2.0-only
/*
 * klogtext.c --- the texts of the kernel's messages, and the numbers in them
 *
 * Pure. One row for each wording of each kernel from 3.10 to 7.1. Line
 * numbers and, mostly, functions play no part: they move between kernels,
 * the words do not. A text must fit from its first to its last character, so
 * that one which was cut or goes on is never half understood.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "klogtext.h"

/*
 * One wording.
 * @text:	'#' is a number, perhaps negative; '$' a hexadecimal one; '&'
 *		a word; '*' at the end is anything
 * @names:	what each of them is: a field of the message (group, inode,
 *		block, errno, function, line), "-" for nothing, or the name of
 *		a value
 */
struct wording {
	enum ext4bm_klog_kind kind;
	const char *text;
	const char *names[8];
};

static const struct wording wordings[] = {
	{ EXT4BM_KLOG_BUDDY_MISMATCH,
	  "block bitmap and bg descriptor inconsistent: # vs # free clusters",
	  { "counted", "stored" } },
	{ EXT4BM_KLOG_BUDDY_MISMATCH, "# clusters in bitmap, # in gd",
	  { "counted", "stored" } },
	{ EXT4BM_KLOG_BUDDY_MISMATCH, "# blocks in bitmap, # in gd",
	  { "counted", "stored" } },
	{ EXT4BM_KLOG_SCAN_ABOVE,
	  "# free clusters as per group info. But got # blocks",
	  { "free_per_group_info", "got" } },
	{ EXT4BM_KLOG_SCAN_ABOVE,
	  "# free blocks as per group info. But got # blocks",
	  { "free_per_group_info", "got" } },
	{ EXT4BM_KLOG_SCAN_EMPTY,
	  "# free clusters as per group info. But bitmap says 0",
	  { "free_per_group_info" } },
	{ EXT4BM_KLOG_SCAN_EMPTY,
	  "# free blocks as per group info. But bitmap says 0",
	  { "free_per_group_info" } },
	{ EXT4BM_KLOG_ORDER_EMPTY,
	  "# free clusters of order #. But found 0",
	  { "chunks_per_group_info", "order" } },
	{ EXT4BM_KLOG_EXTENT_PAST_END,
	  "corruption or bug in mb_find_extent block=#, order=# needed=# "
	  "ex=#/#/#@#",
	  { "bit", "order", "needed", "-", "-", "-", "-" } },
	{ EXT4BM_KLOG_DOUBLE_FREE, "freeing already freed block (bit #)",
	  { "bit" } },
	{ EXT4BM_KLOG_DOUBLE_FREE, "freeing block already freed (bit #)",
	  { "bit" } },
	{ EXT4BM_KLOG_COPY_DIFFERS,
	  "corruption in group # at byte #(#): $ in copy != $ on "
	  "disk/prealloc",
	  { "group", "byte", "bit", "copy", "found" } },
	{ EXT4BM_KLOG_PREALLOCATION, "free #, pa_free #",
	  { "free", "pa_free" } },
	{ EXT4BM_KLOG_PREALLOCATION_DETAIL,
	  "pa &: logic #, phys. #, len #", { "-", "logical", "block", "len" } },
	{ EXT4BM_KLOG_FREED_TWICE, "Block already on to-be-freed list",
	  { NULL } },
	{ EXT4BM_KLOG_METADATA_ALLOCATED,
	  "Allocating blocks #-# which overlap fs metadata",
	  { "block", "last_block" } },
	{ EXT4BM_KLOG_METADATA_FREED,
	  "Freeing blocks not in datazone - block = #, count = #",
	  { "block", "count" } },
	{ EXT4BM_KLOG_METADATA_FREED,
	  "Freeing blocks in system zone - Block = #, count = #",
	  { "block", "count" } },
	{ EXT4BM_KLOG_RESIZE_NOT_USED, "bit already cleared for block #",
	  { "block" } },
	{ EXT4BM_KLOG_RESIZE_NOT_USED, "bit already cleared in group #",
	  { "group" } },
	{ EXT4BM_KLOG_RESIZE_NOT_USED,
	  "Adding blocks in system zones - Block = #, count = #",
	  { "block", "count" } },
	{ EXT4BM_KLOG_REPLAY_METADATA,
	  "Marking blocks in system zone - Block = #, len = #",
	  { "block", "count" } },
	{ EXT4BM_KLOG_BITMAP_CHECKSUM, "bg #: bad block bitmap checksum",
	  { "group" } },
	{ EXT4BM_KLOG_BITMAP_CHECKSUM, "bg: # bad block bitmap checksum",
	  { "group" } },
	{ EXT4BM_KLOG_BITMAP_INVALID, "bg #: block #: invalid block bitmap",
	  { "group", "block" } },
	{ EXT4BM_KLOG_BITMAP_INVALID,
	  "Invalid block bitmap - block_group = #, block = #",
	  { "group", "block" } },
	/* The kernel calls a bit of the bitmap a block here. */
	{ EXT4BM_KLOG_BITMAP_PADDING,
	  "bg #: block #: padding at end of block bitmap is not set",
	  { "group", "bit" } },
	{ EXT4BM_KLOG_BITMAP_LOCATION,
	  "Invalid block bitmap block # in block_group #",
	  { "block", "group" } },
	{ EXT4BM_KLOG_BITMAP_UNINIT,
	  "Block bitmap for bg # marked uninitialized", { "group" } },
	{ EXT4BM_KLOG_BITMAP_INIT,
	  "Failed to init block bitmap for group #: #",
	  { "group", "errno" } },
	{ EXT4BM_KLOG_BITMAP_READ_FAILED,
	  "Cannot read block bitmap - block_group = #, block_bitmap = #",
	  { "group", "block" } },
	{ EXT4BM_KLOG_BITMAP_READ_FAILED,
	  "Cannot get buffer for block bitmap - block_group = #, "
	  "block_bitmap = #", { "group", "block" } },
	{ EXT4BM_KLOG_LOAD_FAILED, "Error # reading block bitmap for #",
	  { "errno", "group" } },
	{ EXT4BM_KLOG_LOAD_FAILED, "Error reading block bitmap for #",
	  { "group" } },
	{ EXT4BM_KLOG_LOAD_FAILED, "Error # loading buddy information for #",
	  { "errno", "group" } },
	{ EXT4BM_KLOG_LOAD_FAILED, "Error loading buddy information for #",
	  { "group" } },
	{ EXT4BM_KLOG_GD_CHECKSUM, "Checksum bad for grp #", { "group" } },
	{ EXT4BM_KLOG_GD_CHECKSUM, "Checksum bad for group #", { "group" } },
	{ EXT4BM_KLOG_GD_CHECKSUM, "Checksum for group # failed (#!=#)",
	  { "group", "counted", "stored" } },
	{ EXT4BM_KLOG_GD_LOCATION,
	  "Block bitmap for group # not in group (block #)!",
	  { "group", "block" } },
	{ EXT4BM_KLOG_GD_LOCATION,
	  "Inode bitmap for group # not in group (block #)!",
	  { "group", "block" } },
	{ EXT4BM_KLOG_GD_LOCATION,
	  "Inode table for group # not in group (block #)!",
	  { "group", "block" } },
	{ EXT4BM_KLOG_GD_LOCATION,
	  "Block bitmap for group # overlaps superblock", { "group" } },
	{ EXT4BM_KLOG_GD_LOCATION,
	  "Inode bitmap for group # overlaps superblock", { "group" } },
	{ EXT4BM_KLOG_GD_LOCATION,
	  "Inode table for group # overlaps superblock", { "group" } },
	{ EXT4BM_KLOG_GD_LOCATION,
	  "Block bitmap for group # overlaps block group descriptors",
	  { "group" } },
	{ EXT4BM_KLOG_GD_LOCATION,
	  "Inode bitmap for group # overlaps block group descriptors",
	  { "group" } },
	{ EXT4BM_KLOG_GD_LOCATION,
	  "Inode table for group # overlaps block group descriptors",
	  { "group" } },
	{ EXT4BM_KLOG_GD_CORRUPT, "group descriptors corrupted!", { NULL } },
	{ EXT4BM_KLOG_GD_MISSING,
	  "Group descriptor not loaded - block_group = #, group_desc = #, "
	  "desc = #", { "group", "group_desc", "desc" } },
	{ EXT4BM_KLOG_FREE_COUNT, "stored = #, computed = #, #",
	  { "stored", "counted", "-" } },
	{ EXT4BM_KLOG_INODE_BITMAP,
	  "Corrupt inode bitmap - block_group = #, inode_bitmap = #",
	  { "group", "block" } },
	{ EXT4BM_KLOG_INODE_BITMAP,
	  "Invalid inode bitmap blk # in block_group #",
	  { "block", "group" } },
	{ EXT4BM_KLOG_INODE_BITMAP,
	  "Inode bitmap for bg # marked uninitialized", { "group" } },
	{ EXT4BM_KLOG_INODE_BITMAP_READ_FAILED,
	  "Cannot read inode bitmap - block_group = #, inode_bitmap = #",
	  { "group", "block" } },
	{ EXT4BM_KLOG_INODE_FREED, "bit already cleared for inode #",
	  { "inode" } },
	{ EXT4BM_KLOG_ITABLE_UNUSED,
	  "Something is wrong with group #: used itable blocks: #; itable "
	  "unused count: #", { "group", "used_blocks", "unused" } },
	{ EXT4BM_KLOG_ITABLE_UNUSED,
	  "Something is wrong with group #: used itable blocks: #; itable "
	  "unused count: #; itables initialized count: #",
	  { "group", "used_blocks", "unused", "initialized" } },
	{ EXT4BM_KLOG_DELALLOC_FAILED,
	  "Delayed block allocation failed for inode # at logical offset # "
	  "with max blocks # with error #",
	  { "inode", "logical", "count", "errno" } },
	{ EXT4BM_KLOG_DELALLOC_FAILED,
	  "This should not happen!! Data will be lost", { NULL } },
	{ EXT4BM_KLOG_READ_ONLY, "Remounting filesystem read-only",
	  { NULL } },
	{ EXT4BM_KLOG_JOURNAL_ABORTED, "Detected aborted journal", { NULL } },
	{ EXT4BM_KLOG_ERROR_COUNT, "error count since last fsck: #",
	  { "errors" } },
	{ EXT4BM_KLOG_ERROR_COUNT, "error count: #", { "errors" } },
	{ EXT4BM_KLOG_MOUNT_WITH_ERRORS,
	  "warning: mounting fs with errors, running e2fsck is recommended",
	  { NULL } },
	{ EXT4BM_KLOG_SUPPRESSED, "# callbacks suppressed",
	  { "suppressed" } },
	{ EXT4BM_KLOG_MOUNTED, "mounted filesystem*", { NULL } },
	{ EXT4BM_KLOG_UNMOUNTED, "unmounting filesystem*", { NULL } },
};

/* "initial error at time T: FUNC:LINE" and what may follow it. */
static const struct wording records[] = {
	{ EXT4BM_KLOG_FIRST_ERROR, "initial error at time #: &:#",
	  { "time", "function", "line" } },
	{ EXT4BM_KLOG_FIRST_ERROR, "initial error at #: &:#",
	  { "time", "function", "line" } },
	{ EXT4BM_KLOG_LAST_ERROR, "last error at time #: &:#",
	  { "time", "function", "line" } },
	{ EXT4BM_KLOG_LAST_ERROR, "last error at #: &:#",
	  { "time", "function", "line" } },
};

static const struct wording record_tails[] = {
	{ EXT4BM_KLOG_OTHER, "", { NULL } },
	{ EXT4BM_KLOG_OTHER, ": inode #", { "inode" } },
	{ EXT4BM_KLOG_OTHER, ": block #", { "block" } },
	{ EXT4BM_KLOG_OTHER, ": inode #: block #", { "inode", "block" } },
};

/* What some kernels add to a text. */
static const char *const additions[] = {
	"; block bitmap corrupt.", ". blk grp corrupted.",
};

bool e4_klogtext_number(const char **at, uint64_t *ret_number)
{
	const char *start = *at;
	uint64_t number = 0;

	for (; isdigit((unsigned char)**at); (*at)++) {
		uint64_t digit = (uint64_t)(**at - '0');

		if (number > (UINT64_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	*ret_number = number;
	return *at > start;
}

static bool take_hex(const char **at, uint64_t *ret_number)
{
	uint64_t number = 0;
	int digits = 0;

	for (; isxdigit((unsigned char)**at) && digits < 16; digits++) {
		int c = tolower((unsigned char)*(*at)++);

		number = number << 4 |
			 (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	*ret_number = number;
	return digits > 0;
}

static bool add_value(struct ext4bm_klog_message *message, const char *name,
		      uint64_t number, bool negative)
{
	struct ext4bm_klog_value *value =
		&message->values[message->nr_values];

	if (number > INT64_MAX || message->nr_values == EXT4BM_KLOG_VALUES)
		return false;
	value->name = name;
	value->value = negative ? -(int64_t)number : (int64_t)number;
	message->nr_values++;
	return true;
}

/* Put a number where its name says. Return: false if it cannot be that. */
static bool put_number(struct ext4bm_klog_message *message, const char *name,
		       uint64_t number, bool negative)
{
	if (strcmp(name, "-") == 0)
		return true;
	if (strcmp(name, "errno") == 0) {
		message->errnum = (int)number;
		return number <= 4095;
	}
	if (strcmp(name, "group") == 0) {
		message->group = (uint32_t)number;
		return !negative && number < EXT4BM_NO_GROUP;
	}
	if (strcmp(name, "line") == 0) {
		message->line = (uint32_t)number;
		return !negative && number <= UINT32_MAX;
	}
	if (strcmp(name, "block") == 0)
		message->block = number;
	else if (strcmp(name, "inode") == 0)
		message->inode = number;
	else
		return add_value(message, name, number, negative);
	return !negative;
}

static bool put_word(struct ext4bm_klog_message *message, const char *name,
		     const char *word, size_t len)
{
	if (strcmp(name, "function") == 0)
		snprintf(message->function, sizeof(message->function), "%.*s",
			 (int)len, word);
	return len > 0;
}

/*
 * Read a text as a wording has it; *@at is then behind it.
 * Return: false if it is another one, and @message is then spoilt.
 */
static bool read_wording(const struct wording *wording, const char **at,
			 struct ext4bm_klog_message *message)
{
	const char *const *name = wording->names;

	for (const char *want = wording->text; *want; want++) {
		uint64_t number;
		bool negative = *want == '#' && **at == '-';
		size_t len;

		switch (*want) {
		case '#':
		case '$':
			*at += negative;
			if (!(*want == '#' ? e4_klogtext_number(at, &number)
					   : take_hex(at, &number)) ||
			    !put_number(message, *name++, number, negative))
				return false;
			break;
		case '&':
			for (len = 0; isalnum((unsigned char)(*at)[len]) ||
			     (*at)[len] == '_'; )
				len++;
			if (!put_word(message, *name++, *at, len))
				return false;
			*at += len;
			break;
		case '*':
			*at += strlen(*at);
			break;
		default:
			if (*(*at)++ != *want)
				return false;
		}
	}
	return true;
}

static bool at_end(const char *at)
{
	for (size_t i = 0; i < sizeof(additions) / sizeof(*additions); i++)
		if (strcmp(at, additions[i]) == 0)
			return true;
	return *at == '\0';
}

static bool match_record(const char *text, struct ext4bm_klog_message *message)
{
	const size_t nr = sizeof(records) / sizeof(*records);
	const size_t tails = sizeof(record_tails) / sizeof(*record_tails);

	for (size_t i = 0; i < nr * tails; i++) {
		struct ext4bm_klog_message copy = *message;
		const char *at = text;

		if (!read_wording(&records[i / tails], &at, &copy) ||
		    !read_wording(&record_tails[i % tails], &at, &copy) ||
		    *at != '\0')
			continue;
		copy.kind = records[i / tails].kind;
		*message = copy;
		return true;
	}
	return false;
}

/* Spares a copy of the message for each of the other wordings. */
static bool may_be(const struct wording *wording, const char *text)
{
	if (*wording->text == '#')
		return *text == '-' || isdigit((unsigned char)*text);
	return *wording->text == *text;
}

bool e4_klogtext_match(const char *text, struct ext4bm_klog_message *message)
{
	for (size_t i = 0; i < sizeof(wordings) / sizeof(*wordings); i++) {
		struct ext4bm_klog_message copy;
		const char *at = text;

		if (!may_be(&wordings[i], text))
			continue;
		copy = *message;
		if (!read_wording(&wordings[i], &at, &copy) || !at_end(at))
			continue;
		copy.kind = wordings[i].kind;
		*message = copy;
		return true;
	}
	return match_record(text, message);
}
