// SPDX-License-Identifier: GPL-2.0-only
/*
 * timing.c --- what the check cost (-t)
 *
 * Like "e2fsck -tt": times, memory and what was read; on stderr, because
 * stdout holds the report. Rates are over the elapsed time of it all.
 */
#include "config.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "timing.h"

static struct timespec started;

void timing_start(void)
{
	clock_gettime(CLOCK_MONOTONIC, &started);
}

static double seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

void timing_print(const struct ext4bm_report *report)
{
	double megabytes = (double)(report->bytes_read +
				    report->table_bytes) / 1e6;
	struct timespec end;
	struct rusage usage;
	double elapsed;

	clock_gettime(CLOCK_MONOTONIC, &end);
	getrusage(RUSAGE_SELF, &usage);
	elapsed = (double)(end.tv_sec - started.tv_sec) +
		  (double)(end.tv_nsec - started.tv_nsec) / 1e9;
	if (elapsed < 1e-6)
		elapsed = 1e-6;
	fprintf(stderr, "Memory used: %ldk, time: %.2f/%.2f/%.2f "
		"(elapsed/user/sys)\n", usage.ru_maxrss, elapsed,
		seconds(usage.ru_utime), seconds(usage.ru_stime));
	fprintf(stderr, "I/O read: %.2fMB, rate: %.2fMB/s, groups: %u, "
		"rate: %.0f/s\n", megabytes, megabytes / elapsed,
		report->groups_checked, report->groups_checked / elapsed);
}
