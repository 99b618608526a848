/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wake.h --- what asks --watch for a check before its time
 */
#ifndef WAKE_H
#define WAKE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * enum wake_cause - why a check is made
 * @WAKE_START:		it is the first one
 * @WAKE_INTERVAL:	its time has come
 * @WAKE_SIGNAL:	SIGUSR1
 * @WAKE_ERROR_EVENT:	the kernel has announced an error of the filesystem
 * @WAKE_KERNEL_LOG:	the kernel has printed a message about it
 * @WAKE_MOUNT:		something was mounted or unmounted
 */
enum wake_cause {
	WAKE_START,
	WAKE_INTERVAL,
	WAKE_SIGNAL,
	WAKE_ERROR_EVENT,
	WAKE_KERNEL_LOG,
	WAKE_MOUNT,
	NR_WAKE_CAUSES
};

/** Name of a cause: "start", "interval", "signal", ... */
const char *wake_cause_name(enum wake_cause cause);

/**
 * struct wake_event - something that has happened
 * @cause:	what
 * @device:	for WAKE_KERNEL_LOG the kernel's name of the device
 * @fsid:	for WAKE_ERROR_EVENT that of the filesystem, 0 for any
 * @text:	a word about it, or ""
 */
struct wake_event {
	enum wake_cause cause;
	const char *device;
	uint64_t fsid;
	const char *text;
};

typedef void wake_fn(void *context, const struct wake_event *event);

/**
 * struct wake - the sources; all fields are wake.c's own but for these
 * @errnums:	of each source why it cannot be used, 0 if it can
 */
struct wake {
	int fds[NR_WAKE_CAUSES];
	int errnums[NR_WAKE_CAUSES];
};

/**
 * wake_open() - open all sources there are, and catch the signals
 *
 * SIGINT, SIGTERM and SIGUSR1 are only let in where wake_signals() says so,
 * and during wake_wait(). A broken pipe is no signal any more.
 */
void wake_open(struct wake *wake);

void wake_close(struct wake *wake);

/** Non-zero once the watch has to end; for ext4bm_live_check(). */
extern volatile int wake_end;

/** What has ended it: "SIGINT", "SIGTERM", "SIGHUP", or NULL: a broken pipe. */
const char *wake_end_reason(void);

/** Let the signals in, or keep them for wake_wait(). */
void wake_signals(bool let_in);

/**
 * wake_mark() - ask for the error events of a filesystem
 * @wake:	sources
 * @path:	where it is mounted
 *
 * Must be repeated when it was mounted anew; keeps nothing busy.
 *
 * Return: its identity in events, 0 if there will be none.
 */
uint64_t wake_mark(struct wake *wake, const char *path);

/**
 * wake_wait() - wait until something happens, or not
 * @wake:	sources
 * @seconds:	at most; 0 only takes what has happened
 * @event:	called for each thing that has happened
 * @context:	given to @event
 */
void wake_wait(struct wake *wake, double seconds, wake_fn *event,
	       void *context);

#endif
