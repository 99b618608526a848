// SPDX-License-Identifier: GPL-2.0-only
/*
 * wake.c --- what asks --watch for a check before its time
 *
 * Error events (fanotify, Linux 5.16), the kernel's log, its mount table, and
 * signals, waited for in one place. Each of them may be missing: the interval
 * is what counts. Decides what is news; which filesystem it is about is left
 * to the caller.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "ext4bm.h"
#include "wake.h"

/* Linux 5.16; the headers of the C library may be older. */
#ifndef FAN_FS_ERROR
#define FAN_FS_ERROR 0x00008000
#endif
#ifndef FAN_EVENT_INFO_TYPE_ERROR
#define FAN_EVENT_INFO_TYPE_ERROR 5
struct fanotify_event_info_error {
	struct fanotify_event_info_header hdr;
	int32_t error;
	uint32_t error_count;
};
#endif

/* A record of /dev/kmsg is at most as long: CONSOLE_EXT_LOG_MAX. */
#define RECORD_SIZE 8192

volatile int wake_end;
static volatile sig_atomic_t end_signal;
static volatile sig_atomic_t asked;
/* The signals that are let in at times, and the mask that lets them in. */
static const int caught[] = { SIGHUP, SIGINT, SIGTERM, SIGUSR1 };
static sigset_t ours, outside;

static const char *const cause_names[NR_WAKE_CAUSES] = {
	[WAKE_START] = "start",
	[WAKE_INTERVAL] = "interval",
	[WAKE_SIGNAL] = "signal",
	[WAKE_ERROR_EVENT] = "error-event",
	[WAKE_KERNEL_LOG] = "kernel-log",
	[WAKE_MOUNT] = "mount",
};

const char *wake_cause_name(enum wake_cause cause)
{
	return cause_names[cause];
}

const char *wake_end_reason(void)
{
	switch (end_signal) {
	case SIGINT:
		return "SIGINT";
	case SIGTERM:
		return "SIGTERM";
	case SIGHUP:
		return "SIGHUP";
	default:
		return NULL;
	}
}

static void on_end(int signum)
{
	end_signal = signum;
	wake_end = 1;
}

static void on_ask(int signum)
{
	(void)signum;
	asked = 1;
}

static void catch_signal(int signum, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler };

	action.sa_flags = flags;
	sigemptyset(&action.sa_mask);
	sigaction(signum, &action, NULL);
}

static void catch_signals(void)
{
	/* A second one ends the program, should the check hang. */
	catch_signal(SIGINT, on_end, SA_RESTART | (int)SA_RESETHAND);
	catch_signal(SIGTERM, on_end, SA_RESTART | (int)SA_RESETHAND);
	/* Unless nohup(1) says otherwise. */
	if (signal(SIGHUP, SIG_IGN) != SIG_IGN)
		catch_signal(SIGHUP, on_end, SA_RESTART | (int)SA_RESETHAND);
	catch_signal(SIGUSR1, on_ask, SA_RESTART);
	catch_signal(SIGUSR2, SIG_IGN, 0);
	catch_signal(SIGPIPE, SIG_IGN, 0);
	sigemptyset(&ours);
	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		sigaddset(&ours, caught[i]);
	sigprocmask(SIG_BLOCK, &ours, &outside);
	for (size_t i = 0; i < sizeof(caught) / sizeof(*caught); i++)
		sigdelset(&outside, caught[i]);
}

void wake_signals(bool let_in)
{
	sigprocmask(let_in ? SIG_UNBLOCK : SIG_BLOCK, &ours, NULL);
}

static void set_source(struct wake *wake, enum wake_cause cause, int fd)
{
	wake->fds[cause] = fd;
	wake->errnums[cause] = fd < 0 ? errno : 0;
}

static void close_quietly(int fd)
{
	int errnum = errno;

	close(fd);
	errno = errnum;
}

static int open_kernel_log(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/*
 * A mark on nothing, to hear whether one on something would be allowed: the
 * kernel looks at rights and event before it looks for the path.
 */
static int open_error_events(void)
{
	int fd = fanotify_init(FAN_CLASS_NOTIF | FAN_REPORT_FID | FAN_CLOEXEC |
			       FAN_NONBLOCK, O_RDONLY);

	if (fd < 0 || fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_FILESYSTEM,
				    FAN_FS_ERROR, AT_FDCWD, "") == 0 ||
	    errno == ENOENT)
		return fd;
	close_quietly(fd);
	return -1;
}

void wake_open(struct wake *wake)
{
	for (int i = 0; i < NR_WAKE_CAUSES; i++) {
		wake->fds[i] = -1;
		wake->errnums[i] = 0;
	}
	set_source(wake, WAKE_ERROR_EVENT, open_error_events());
	set_source(wake, WAKE_KERNEL_LOG, open_kernel_log());
	set_source(wake, WAKE_MOUNT,
		   open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC));
	catch_signals();
}

void wake_close(struct wake *wake)
{
	for (int i = 0; i < NR_WAKE_CAUSES; i++)
		if (wake->fds[i] >= 0)
			close(wake->fds[i]);
}

static uint64_t identity(const void *fsid)
{
	uint64_t number;

	memcpy(&number, fsid, sizeof(number));
	return number;
}

uint64_t wake_mark(struct wake *wake, const char *path)
{
	int fd = wake->fds[WAKE_ERROR_EVENT];
	struct statfs st;

	if (fd < 0 || statfs(path, &st) < 0)
		return 0;
	if (fanotify_mark(fd, FAN_MARK_ADD | FAN_MARK_FILESYSTEM, FAN_FS_ERROR,
			  AT_FDCWD, path) < 0) {
		wake->errnums[WAKE_ERROR_EVENT] = errno;
		return 0;
	}
	return identity(&st.f_fsid);
}

/* What an event says, in the records behind its head. */
static void take_error_event(const struct fanotify_event_metadata *head,
			     wake_fn *event, void *context)
{
	struct wake_event it = { .cause = WAKE_ERROR_EVENT, .text = "" };
	const char *at = (const char *)head + head->metadata_len;
	const char *end = (const char *)head + head->event_len;
	struct fanotify_event_info_header info;

	for (; end - at >= (ptrdiff_t)sizeof(info); at += info.len) {
		memcpy(&info, at, sizeof(info));
		if (info.len < sizeof(info) || info.len > end - at)
			break;
		if (info.info_type == FAN_EVENT_INFO_TYPE_FID &&
		    info.len >= sizeof(struct fanotify_event_info_fid)) {
			struct fanotify_event_info_fid fid;

			memcpy(&fid, at, sizeof(fid));
			it.fsid = identity(&fid.fsid);
		} else if (info.info_type == FAN_EVENT_INFO_TYPE_ERROR &&
			   info.len >=
			   sizeof(struct fanotify_event_info_error)) {
			struct fanotify_event_info_error error;

			memcpy(&error, at, sizeof(error));
			it.text = strerror(error.error);
		}
	}
	event(context, &it);
}

static void read_error_events(int fd, wake_fn *event, void *context)
{
	struct fanotify_event_metadata events[256];
	ssize_t len;

	while ((len = read(fd, events, sizeof(events))) > 0) {
		const struct fanotify_event_metadata *it = events;

		for (; FAN_EVENT_OK(it, len); it = FAN_EVENT_NEXT(it, len))
			take_error_event(it, event, context);
	}
}

/* A complaint, and not that something was mounted. */
static bool is_news(const struct ext4bm_klog_message *message)
{
	return *message->device && (message->level != EXT4BM_KLOG_NOTICE ||
				    ext4bm_klog_accuses(message) != 0);
}

/* One record a read; EPIPE says that some were overwritten unread. */
static void read_kernel_log(int fd, wake_fn *event, void *context)
{
	struct ext4bm_klog_message message;
	char record[RECORD_SIZE + 1];
	ssize_t len;

	while ((len = read(fd, record, RECORD_SIZE)) > 0 ||
	       (len < 0 && errno == EPIPE)) {
		struct wake_event it = {
			.cause = WAKE_KERNEL_LOG, .device = message.device,
			.text = message.text,
		};

		if (len < 0)
			continue;
		record[len] = '\0';
		/* Lines behind the first are the kernel's own remarks. */
		record[strcspn(record, "\n")] = '\0';
		if (ext4bm_klog_parse(record, &message) && is_news(&message))
			event(context, &it);
	}
}

static void take(const struct wake *wake, const struct pollfd *polled,
		 wake_fn *event, void *context)
{
	static const struct wake_event mounts = {
		.cause = WAKE_MOUNT, .text = "",
	};
	static const struct wake_event ask = {
		.cause = WAKE_SIGNAL, .text = "",
	};

	if (asked) {
		asked = 0;
		event(context, &ask);
	}
	if (polled[0].revents)
		read_error_events(wake->fds[WAKE_ERROR_EVENT], event, context);
	if (polled[1].revents)
		read_kernel_log(wake->fds[WAKE_KERNEL_LOG], event, context);
	if (polled[2].revents)
		event(context, &mounts);
	/* A pipe that nobody reads any more. */
	if (polled[3].revents & (POLLERR | POLLNVAL))
		wake_end = 1;
}

void wake_wait(struct wake *wake, double seconds, wake_fn *event,
	       void *context)
{
	struct timespec time = { .tv_sec = (time_t)seconds };
	struct pollfd polled[] = {
		{ wake->fds[WAKE_ERROR_EVENT], POLLIN, 0 },
		{ wake->fds[WAKE_KERNEL_LOG], POLLIN, 0 },
		/* The table has changed: it never can be read without delay. */
		{ wake->fds[WAKE_MOUNT], POLLPRI, 0 },
		{ STDOUT_FILENO, 0, 0 },
	};

	time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
	if (ppoll(polled, sizeof(polled) / sizeof(*polled), &time,
		  &outside) < 0)
		for (size_t i = 0; i < sizeof(polled) / sizeof(*polled); i++)
			polled[i].revents = 0;
	take(wake, polled, event, context);
}
