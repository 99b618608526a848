// SPDX-License-Identifier: GPL-2.0-only
/*
 * progress.c --- how far the check is, and the signals that touch it
 *
 * Decides when something is shown: a bar on a terminal once the check has
 * taken a second, or at once with "-C 0"; lines on the descriptor of "-C FD",
 * in the format of e2fsck(8) that fsck(8) and boot splashes read. Bitmaps are
 * its pass 5, which counts each group twice: the block and the inode bitmap.
 * Inodes are its pass 1, directories its pass 2.
 *
 * The bar goes to stderr, so that stdout can be a file. There is one check
 * in a process, so its state is static, as signal handlers need it anyway.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"
#include "wrap.h"

#define PASS_INODES 1
#define PASS_DIRECTORIES 2
#define PASS_BITMAPS 5
#define BAR_MIN 10
#define BAR_MAX 60
/* Lines that a whole check writes with "-C FD". */
#define LINES 200

static struct {
	const char *device;
	int fd;			/* 0: bar */
	double begun;		/* when the check began, 0 before it */
	double start;		/* when the pass did */
	int pass;		/* as e2fsck numbers it */
	double wait;		/* seconds before the bar appears */
	double drawn;
	uint64_t sent;
	int columns;		/* of the bar that is on the screen */
	bool broken;		/* nobody reads the descriptor any more */
} progress;

static volatile sig_atomic_t shown;
static volatile int cancel;

static void on_cancel(int signum)
{
	(void)signum;
	cancel = 1;
}

static void on_switch(int signum)
{
	shown = signum == SIGUSR1;
}

static void catch_signal(int signum, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler };

	action.sa_flags = SA_RESTART | flags;
	sigemptyset(&action.sa_mask);
	sigaction(signum, &action, NULL);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void send_line(uint64_t done, uint64_t wanted)
{
	unsigned long times = progress.pass == PASS_BITMAPS ? 2 : 1;
	char line[512];
	int length;

	if (progress.broken)
		return;
	length = snprintf(line, sizeof(line), "%d %lu %lu %s\n",
			  progress.pass, (unsigned long)done * times,
			  (unsigned long)wanted * times, progress.device);
	if (length >= (int)sizeof(line)) {
		length = sizeof(line) - 1;
		line[length - 1] = '\n';
	}
	if (write(progress.fd, line, (size_t)length) != length)
		progress.broken = true;
	progress.sent = done;
}

static void erase_bar(void)
{
	if (progress.columns)
		fprintf(stderr, "\r%*s\r", progress.columns, "");
	progress.columns = 0;
}

/* "3:07", or hours as well. */
static void format_time(char *buf, size_t size, double seconds)
{
	unsigned long whole = (unsigned long)(seconds + 0.5);

	if (whole >= 3600)
		snprintf(buf, size, "%lu:%02lu:%02lu", whole / 3600,
			 whole / 60 % 60, whole % 60);
	else
		snprintf(buf, size, "%lu:%02lu", whole / 60, whole % 60);
}

static void draw_bar(uint64_t done, uint64_t wanted, double elapsed)
{
	double part = wanted ? (double)done / (double)wanted : 1;
	double rate = elapsed > 0 ? (double)done / elapsed : 0;
	double left = rate > 0 ? (double)(wanted - done) / rate : 0;
	unsigned int width = wrap_width(stderr);
	char tail[80];
	char time[32];
	int bar, full;

	format_time(time, sizeof(time), left);
	snprintf(tail, sizeof(tail), " %5.1f%%  %.0f groups/s  %s left",
		 100 * part, rate, time);
	bar = (int)width - (int)strlen(progress.device) - (int)strlen(tail) - 5;
	if (bar > BAR_MAX)
		bar = BAR_MAX;
	erase_bar();
	if (bar < BAR_MIN) {
		progress.columns = fprintf(stderr, "%s", tail + 1);
	} else {
		full = (int)(part * bar);
		progress.columns = fprintf(stderr, "%s: |%.*s%*s|%s",
			progress.device, full,
			"============================================"
			"================", bar - full, "", tail);
	}
	fflush(stderr);
}

static void on_pass(void *context, enum ext4bm_pass pass)
{
	(void)context;
	progress.pass = pass == EXT4BM_PASS_INODES ||
			pass == EXT4BM_PASS_NAMES ? PASS_INODES :
			pass == EXT4BM_PASS_PATHS ? PASS_DIRECTORIES
						  : PASS_BITMAPS;
	progress.start = now();
	progress.sent = 0;
	if (!progress.begun)
		progress.begun = progress.start;
}

static void on_progress(void *context, uint64_t done, uint64_t wanted)
{
	double time = now();

	(void)context;
	if (!progress.begun)
		progress.begun = progress.start = time;
	if (!shown) {
		erase_bar();
		return;
	}
	if (progress.fd) {
		if (done == wanted || done - progress.sent > wanted / LINES)
			send_line(done, wanted);
		return;
	}
	if (time - progress.begun < progress.wait ||
	    time - progress.drawn < 0.2)
		return;
	progress.drawn = time;
	draw_bar(done, wanted, time - progress.start);
}

/* E2FSPROGS_SKIP_PROGRESS is how the tests of the family ask for no bar. */
static bool may_draw(void)
{
	return isatty(STDERR_FILENO) && !getenv("E2FSPROGS_SKIP_PROGRESS");
}

void progress_start(struct options *options, const char *device)
{
	progress.device = device;
	progress.pass = PASS_BITMAPS;
	progress.begun = progress.start = 0;
	progress.fd = options->progress_fd;
	progress.wait = options->progress ? 0 : 1;
	shown = options->progress ? !options->progress_silent
				  : !options->quiet;

	catch_signal(SIGINT, on_cancel, (int)SA_RESETHAND);
	catch_signal(SIGTERM, on_cancel, (int)SA_RESETHAND);
	catch_signal(SIGUSR1, on_switch, 0);
	catch_signal(SIGUSR2, on_switch, 0);
	options->check.cancel = &cancel;
	if (progress.fd || may_draw()) {
		options->check.pass = on_pass;
		options->check.progress = on_progress;
	}
}

void progress_end(void)
{
	erase_bar();
	fflush(stderr);
}
