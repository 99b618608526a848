/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watched.h --- the file systems that --watch looks at
 */
#ifndef WATCHED_H
#define WATCHED_H

#include "ext4bm.h"
#include "wake.h"

/**
 * enum watch_state - how a file system is, as the latest look shows it
 * @WATCH_NEW:		there was none yet
 * @WATCH_CLEAN:	all was looked at and agrees
 * @WATCH_DRIFT:	it has drift that has settled
 * @WATCH_UNDECIDED:	no drift, but not all could be looked at or settled
 * @WATCH_FAILED:	it could not be looked at
 * @WATCH_SKIPPED:	looking could make the kernel panic
 * @WATCH_GONE:		it is not mounted
 */
enum watch_state {
	WATCH_NEW,
	WATCH_CLEAN,
	WATCH_DRIFT,
	WATCH_UNDECIDED,
	WATCH_FAILED,
	WATCH_SKIPPED,
	WATCH_GONE,
};

/** Name of a state: "clean", "drift", ...; NULL for WATCH_NEW. */
const char *watch_state_name(enum watch_state state);

/**
 * struct watched - one file system
 * @number:	in the table of conditions; another one after each new mkfs
 * @name:	what it is opened by
 * @kernel:	the kernel's name of its device, or "" before the first look
 * @device:	its device node, or NULL
 * @mountpoint:	where it is mounted, or NULL
 * @uuid:	of the file system, or "" if it is not known
 * @hidden:	it is mounted, but not where this mount namespace shows it
 * @is_path:	@name is a path on it, which may lead elsewhere after umount
 * @is_root:	and when it was met, it was where it is mounted
 * @looked:	it was looked at, at least once
 * @state:	of the latest look
 * @fsid:	identity in error events, 0 if there are none
 * @wanted:	it is to be looked at in the next round
 * @cause:	why, or why it was
 * @text:	a word about what has woken us, or ""
 * @in_round:	it was looked at in the latest round
 * @echo:	because of what came during the one before
 */
struct watched {
	uint64_t number;
	char *name;
	char kernel[256];
	char *device;
	char *mountpoint;
	char uuid[37];
	bool hidden;
	bool is_path;
	bool is_root;
	bool looked;
	enum watch_state state;
	uint64_t fsid;
	bool wanted;
	enum wake_cause cause;
	char text[400];
	bool in_round;
	bool echo;
};

/**
 * struct watched_list - all of them
 * @list:	them; an address changes when one is added or removed
 * @nr:		how many
 * @last:	the last number that was given away
 */
struct watched_list {
	struct watched *list;
	size_t nr;
	uint64_t last;
};

/** Add one. Return: it. Ends the program if there is no memory. */
struct watched *watched_add(struct watched_list *all, const char *name);

void watched_remove(struct watched_list *all, struct watched *it);

void watched_free(struct watched_list *all);

/** It is opened by another name from now on. */
void watched_rename(struct watched *it, const char *name);

/** Remember what a look has found out about it. */
void watched_meet(struct watched_list *all, struct watched *it,
		  const struct ext4bm_live_info *info, const char *uuid);

/**
 * watched_led_away() - does its name lead elsewhere now?
 * @it:		file system, met before or not
 * @kernel:	the kernel's name of the device that the name leads to
 * @is_root:	the name is where that is mounted
 *
 * Once it is unmounted, a path leads to the file system below.
 */
bool watched_led_away(const struct watched *it, const char *kernel,
		      bool is_root);

/** Is it another file system, on the same device? */
bool watched_renewed(const struct watched *it, const char *uuid);

/** Want it to be looked at. */
void watched_want(struct watched *it, enum wake_cause cause, const char *text);

/**
 * watched_wake() - want those to be looked at that an event is about
 * @all:	all of them
 * @event:	an error event or a message of the kernel
 * @during:	it came during the round of looks that was just made
 *
 * A damaged group that cannot be loaded makes the kernel complain at each
 * look. What looking may have caused is looked at once more, not for ever.
 *
 * Return: whether there is one.
 */
bool watched_wake(struct watched_list *all, const struct wake_event *event,
		  bool during);

#endif
