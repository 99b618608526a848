// SPDX-License-Identifier: LGPL-2.0-only
/*
 * source.c --- the views of the kernel that runs here
 *
 * Nothing but a table of the functions that ask it.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/vfs.h>
#include <time.h>

#include "fsmap.h"
#include "live.h"
#include "space.h"

static int counters(void *context, e4_counters_take take, void *to)
{
	const struct e4_kernel *kernel = context;

	return e4_counters_read(kernel->counters, take, to);
}

static int records(void *context, uint64_t first, uint64_t last,
		   e4_fsmap_take take, void *to)
{
	const struct e4_kernel *kernel = context;

	return e4_fsmap_scan(kernel->fd, kernel->device, first, last, take,
			     to);
}

static int block_size(void *context, uint32_t *ret_size)
{
	const struct e4_kernel *kernel = context;
	struct statfs st;

	if (fstatfs(kernel->fd, &st) < 0)
		return -errno;
	*ret_size = (uint32_t)st.f_bsize;
	return 0;
}

static int space(void *context, uint64_t *ret_free, uint64_t *ret_delayed)
{
	const struct e4_kernel *kernel = context;
	struct statfs st;
	char line[32];
	int ret = e4_kernel_attribute(kernel, "delayed_allocation_blocks",
				      line, sizeof(line));

	if (ret)
		return ret;
	if (fstatfs(kernel->fd, &st) < 0)
		return -errno;
	*ret_free = st.f_bfree;
	*ret_delayed = strtoull(line, NULL, 10);
	return 0;
}

static int attribute(void *context, const char *name, char *buf, size_t size)
{
	return e4_kernel_attribute(context, name, buf, size);
}

static int sample(void *context, struct e4_live *live,
		  struct e4_sample *samples, size_t nr)
{
	(void)context;
	return e4_sample_take(live, samples, nr);
}

static int total(void *context, struct e4_live *live, struct e4_total *result)
{
	(void)context;
	return e4_total_take(live, result);
}

static void again(void *context, const struct e4_live *live)
{
	(void)context, (void)live;
}

static double now(void *context)
{
	struct timespec time;

	(void)context;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static void pause_for(void *context, long nanoseconds)
{
	struct timespec time = { nanoseconds / 1000000000L,
				 nanoseconds % 1000000000L };

	(void)context;
	nanosleep(&time, NULL);
}

struct e4_source e4_source_kernel(struct e4_kernel *kernel)
{
	static const struct e4_source_ops ops = {
		.counters = counters, .records = records,
		.block_size = block_size, .space = space,
		.attribute = attribute, .sample = sample, .total = total,
		.again = again, .now = now, .pause = pause_for,
	};

	return (struct e4_source){ .ops = &ops, .context = kernel,
				    .concurrent = true };
}
