// SPDX-License-Identifier: LGPL-2.0-only
/*
 * klog.c --- understand one message of the kernel about an ext4 filesystem
 *
 * Pure. Goes from the outside in: what the log put in front (klogline.c),
 * then ext4's own "EXT4-fs error (device D): FUNC:LINE: ", then group, inode,
 * block and thread, then the words (klogtext.c). What cannot be understood is
 * still a message about its device: of the allocator, if its function says
 * so, or another one.
 */
#include "config.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "errtext.h"
#include "ext4bm.h"
#include "klogfold.h"
#include "klogline.h"
#include "klogtext.h"

/* TASK_COMM_LEN is 16, with its end. */
#define COMM_LEN 15

static bool take(const char **at, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(*at, text, len) != 0)
		return false;
	*at += len;
	return true;
}

/* "TEXT123TAIL"; nothing is taken unless all of it is there. */
static bool take_named(const char **at, const char *name, const char *tail,
		       uint64_t *ret_number)
{
	const char *start = *at;
	uint64_t number;

	if (!take(&start, name) || !e4_klogtext_number(&start, &number) ||
	    !take(&start, tail))
		return false;
	*at = start;
	*ret_number = number;
	return true;
}

static void set_text(char *to, size_t size, const char *from, size_t len)
{
	snprintf(to, size, "%.*s", (int)len, from);
}

/* A device's name, up to @end. */
static bool take_device(const char **at, const char *end, char device[32])
{
	size_t len = strcspn(*at, *end == '.' ? " ." : ") ,");

	if (len == 0 || len > 31 || strncmp(*at + len, end, strlen(end)) != 0)
		return false;
	set_text(device, 32, *at, len);
	*at += len + strlen(end);
	return true;
}

/* "FUNC:LINE: " */
static void take_function(const char **at, struct ext4bm_klog_message *message)
{
	const char *start = *at;
	size_t len = 0;
	uint64_t line;

	while (isalnum((unsigned char)start[len]) || start[len] == '_')
		len++;
	*at += len;
	if (len == 0 || !take_named(at, ":", ": ", &line) ||
	    line > UINT32_MAX) {
		*at = start;
		return;
	}
	set_text(message->function, sizeof(message->function), start, len);
	message->line = (uint32_t)line;
}

/*
 * "comm C: TEXT": the name may hold blanks and colons, so the place is where
 * a known text begins, or else the first that can be.
 */
static void match_comm(const char *at, struct ext4bm_klog_message *message)
{
	size_t first = 0;

	for (size_t len = 1; len <= COMM_LEN && at[len - 1]; len++) {
		if (at[len] != ':' || at[len + 1] != ' ')
			continue;
		if (first == 0)
			first = len;
		if (!e4_klogtext_match(at + len + 2, message))
			continue;
		first = len;
		break;
	}
	set_text(message->comm, sizeof(message->comm), at, first);
}

/* "group 350, inode 15: block 305:TEXT", printed under the group's lock. */
static bool match_locked(const char *at, struct ext4bm_klog_message *message)
{
	uint64_t group, number;

	if (!take_named(&at, "group ", ", ", &group) &&
	    !take_named(&at, "group ", ": ", &group))
		return false;
	if (group >= EXT4BM_NO_GROUP)
		return false;
	message->group = (uint32_t)group;
	if (take_named(&at, "inode ", ": ", &number))
		message->inode = number;
	if (take_named(&at, "block ", ":", &number))
		message->block = number;
	at += strspn(at, " ");
	e4_klogtext_match(at, message);
	return true;
}

/* "inode #13: block 7: comm C: TEXT" */
static void match_plain(const char *at, struct ext4bm_klog_message *message)
{
	uint64_t number;

	if (e4_klogtext_match(at, message))
		return;
	if (take_named(&at, "inode #", ": ", &number))
		message->inode = number;
	if (take_named(&at, "block ", ": ", &number))
		message->block = number;
	if (take(&at, "comm "))
		match_comm(at, message);
	else
		e4_klogtext_match(at, message);
}

/* " in FUNC:LINE: IO failure": an operation that ended in an error. */
static void match_failed(const char *at, struct ext4bm_klog_message *message)
{
	take_function(&at, message);
	message->errnum = e4_errtext_parse(at);
	message->kind = EXT4BM_KLOG_OPERATION_FAILED;
}

/*
 * A text of the allocator that no kernel known here has, or that was cut. Only
 * the allocator complains under the lock of a group.
 */
static bool of_allocator(const struct ext4bm_klog_message *message)
{
	return message->level == EXT4BM_KLOG_ERROR &&
	       (message->group != EXT4BM_NO_GROUP ||
		strncmp(message->function, "ext4_mb_", 8) == 0 ||
		strncmp(message->function, "mb_", 3) == 0 ||
		strstr(message->function, "block_bitmap"));
}

static bool parse_device(const char *at, struct ext4bm_klog_message *message)
{
	bool in = false;

	if (!take_device(&at, "): ", message->device)) {
		in = take_device(&at, ") in ", message->device);
		if (!in)
			return false;
	}
	if (in) {
		match_failed(at, message);
		return true;
	}
	take_function(&at, message);
	if (!match_locked(at, message))
		match_plain(at, message);
	if (message->kind == EXT4BM_KLOG_OTHER && of_allocator(message))
		message->kind = EXT4BM_KLOG_ALLOCATOR_UNKNOWN;
	return true;
}

/* The UUID that newer kernels print, or nothing. */
static void find_uuid(struct ext4bm_klog_message *message)
{
	for (const char *at = message->text; *at; at++) {
		size_t len = strspn(at, "0123456789abcdef-");

		if (len == 36 && at[8] == '-' && at[23] == '-') {
			set_text(message->detail, sizeof(message->detail), at,
				 len);
			return;
		}
		at += len > 0 ? len - 1 : 0;
	}
}

/* "EXT4-fs (sda1): TEXT", perhaps with the function at its front. */
static bool parse_notice(const char *at, struct ext4bm_klog_message *message)
{
	size_t len = 0;

	if (!take_device(&at, "): ", message->device))
		return false;
	while (isalnum((unsigned char)at[len]) || at[len] == '_')
		len++;
	if (strncmp(at, "ext4_", 5) == 0 && strncmp(at + len, ": ", 2) == 0) {
		set_text(message->function, sizeof(message->function), at,
			 len);
		at += len + 2;
	}
	e4_klogtext_match(at, message);
	if (message->kind == EXT4BM_KLOG_MOUNTED ||
	    message->kind == EXT4BM_KLOG_UNMOUNTED)
		find_uuid(message);
	return true;
}

static bool parse_ext4(const char *at, struct ext4bm_klog_message *message)
{
	message->level = EXT4BM_KLOG_ERROR;
	if (take(&at, " error (device ") || take(&at, " critical (device "))
		return parse_device(at, message);
	message->level = EXT4BM_KLOG_WARNING;
	if (take(&at, " warning (device "))
		return parse_device(at, message);
	message->level = EXT4BM_KLOG_NOTICE;
	if (take(&at, " ("))
		return parse_notice(at, message);
	/* Of no device: messages that were not printed. */
	if (take(&at, " error: ") || take(&at, " warning: ") ||
	    take(&at, ": "))
		return e4_klogtext_match(at, message) &&
		       message->kind == EXT4BM_KLOG_SUPPRESSED;
	return false;
}

/* The journal's device is called by the filesystem's and inode 8. */
static bool parse_aborted(const char *at, struct ext4bm_klog_message *message)
{
	size_t len;

	message->kind = EXT4BM_KLOG_JOURNAL_ABORTED;
	if (!take_device(&at, ".", message->device))
		return false;
	len = strlen(message->device);
	if (len > 2 && strcmp(message->device + len - 2, "-8") == 0)
		message->device[len - 2] = '\0';
	return true;
}

static bool parse_journal(const char *at, struct ext4bm_klog_message *message)
{
	message->kind = EXT4BM_KLOG_DIRTY_METADATA;
	return take(&at, "Spotted dirty metadata buffer (dev = ") &&
	       take_device(&at, ", blocknr = ", message->device) &&
	       e4_klogtext_number(&at, &message->block);
}

static bool parse_body(const char *at, struct ext4bm_klog_message *message)
{
	if (take(&at, "EXT4-fs"))
		return parse_ext4(at, message);
	if (take(&at, "JBD2: "))
		return parse_journal(at, message);
	if (take(&at, "Aborting journal on device "))
		return parse_aborted(at, message);
	if (take(&at, "Linux version ")) {
		message->kind = EXT4BM_KLOG_BOOT;
		set_text(message->detail, sizeof(message->detail), at,
			 strlen(at));
		return isdigit((unsigned char)*at);
	}
	if (!take(&at, "ext4_count_free_clusters: "))
		return false;
	set_text(message->function, sizeof(message->function),
		 "ext4_count_free_clusters", 24);
	return e4_klogtext_match(at, message);
}

bool ext4bm_klog_parse(const char *text,
		       struct ext4bm_klog_message *ret_message)
{
	struct ext4bm_klog_message message = {
		.kind = EXT4BM_KLOG_OTHER,
		.group = EXT4BM_NO_GROUP,
		.block = EXT4BM_KLOG_NONE,
	};
	struct e4_klogline line;

	if (!e4_klogline_parse(text, &line))
		return false;
	set_text(message.text, sizeof(message.text), line.body,
		 (size_t)line.body_len);
	set_text(message.when, sizeof(message.when), line.when,
		 (size_t)line.when_len);
	set_text(message.host, sizeof(message.host), line.host,
		 (size_t)line.host_len);
	message.usec = line.usec;
	if (line.when_len == 0 && line.usec != EXT4BM_KLOG_NONE)
		snprintf(message.when, sizeof(message.when),
			 "%" PRIu64 ".%06" PRIu64, line.usec / 1000000,
			 line.usec % 1000000);
	if (!parse_body(message.text, &message))
		return false;
	*ret_message = message;
	return true;
}

bool e4_klog_unread(const char *text)
{
	static const char *const complaints[] = {
		"EXT4-fs error", "EXT4-fs warning", "EXT4-fs critical",
	};
	struct ext4bm_klog_message message = { .kind = EXT4BM_KLOG_OTHER };

	for (size_t i = 0; i < sizeof(complaints) / sizeof(*complaints); i++) {
		const char *body = strstr(text, complaints[i]);

		if (body)
			return !e4_klogline_foreign(text, body);
	}
	/* Words of the kernel, but not on which device. */
	return match_locked(text + strspn(text, " \t>"), &message) &&
	       message.kind != EXT4BM_KLOG_OTHER;
}
