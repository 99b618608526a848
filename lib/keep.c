// SPDX-License-Identifier: LGPL-2.0-only
/*
 * keep.c --- a source of views that keeps what it gives
 *
 * Each answer goes into its member as it was given. What is read between the
 * brackets of a sample is kept as that sample, and what no longer counts is
 * thrown away.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "keep.h"
#include "sampletext.h"
#include "space.h"

/* Readings of all counters that are kept; a check has two to four. */
#define MOST_COUNTERS 8

void e4_keep_note(struct ext4bm_capture *capture, int ret)
{
	if (ret && !capture->error)
		capture->error = ret;
}

FILE *e4_keep_member(struct ext4bm_capture *capture, const char *name)
{
	FILE *file = e4_bundle_find(&capture->bundle, name);

	if (!file)
		file = e4_bundle_make(&capture->bundle, name);
	if (!file)
		e4_keep_note(capture, -errno);
	return file;
}

struct forward {
	FILE *file;
	e4_counters_take line;
	e4_fsmap_take record;
	void *to;
	uint64_t end;
	uint32_t block_size;
};

static bool keep_line(void *context, const struct e4_mbgroup *line)
{
	struct forward *forward = context;
	char text[E4_MBGROUPS_LINE];

	e4_mbgroups_format(line, text);
	fputs(text, forward->file);
	return forward->line(forward->to, line);
}

static int counters(void *context, e4_counters_take take, void *to)
{
	struct ext4bm_capture *capture = context;
	const struct e4_source *inner = &capture->inner;
	struct forward forward = { .line = take, .to = to };
	char name[32];
	int ret;

	if (!capture->nested && capture->nr_counters < MOST_COUNTERS) {
		snprintf(name, sizeof(name), E4_MEMBER_COUNTERS ".%u",
			 ++capture->nr_counters);
		forward.file = e4_keep_member(capture, name);
	}
	if (!forward.file)
		return inner->ops->counters(inner->context, take, to);
	ret = inner->ops->counters(inner->context, keep_line, &forward);
	if (ret)
		fprintf(forward.file, "error %d\n", -ret);
	return ret;
}

/*
 * What is neither free nor metadata is the rest, and only its end is kept:
 * it may be that of the filesystem.
 */
static void keep_record(void *context, const struct fsmap *record)
{
	struct forward *forward = context;
	uint32_t size = forward->block_size;

	if (record->fmr_owner == FMR_OWN_FREE)
		fputs("free", forward->file);
	else if (record->fmr_owner != FMR_OWN_UNKNOWN)
		fprintf(forward->file, "0x%" PRIx64,
			(uint64_t)record->fmr_owner);
	if (record->fmr_owner != FMR_OWN_UNKNOWN)
		fprintf(forward->file, " %" PRIu64 " %" PRIu64 "\n",
			(uint64_t)record->fmr_physical / size,
			(uint64_t)record->fmr_length / size);
	if (record->fmr_physical + record->fmr_length > forward->end)
		forward->end = record->fmr_physical + record->fmr_length;
	forward->record(forward->to, record);
}

static int records(void *context, uint64_t first, uint64_t last,
		   e4_fsmap_take take, void *to)
{
	struct ext4bm_capture *capture = context;
	const struct e4_source *inner = &capture->inner;
	struct forward forward = { .record = take, .to = to };
	int ret;

	forward.block_size = capture->manifest.block_size;
	if (!capture->nested && !forward.block_size) {
		ret = inner->ops->block_size(inner->context,
					     &forward.block_size);
		capture->manifest.block_size = forward.block_size;
		e4_keep_note(capture, ret);
	}
	if (!capture->nested && forward.block_size)
		forward.file = e4_keep_member(capture, E4_MEMBER_FSMAP);
	if (!forward.file)
		return inner->ops->records(inner->context, first, last, take,
					   to);
	fprintf(forward.file, "from %" PRIu64 " %" PRIu64 "\n", first, last);
	ret = inner->ops->records(inner->context, first, last, keep_record,
				  &forward);
	fprintf(forward.file, "end %" PRIu64 " %d\n",
		forward.end / forward.block_size, -ret);
	return ret;
}

static int block_size(void *context, uint32_t *ret_size)
{
	struct ext4bm_capture *capture = context;
	const struct e4_source *inner = &capture->inner;
	int ret = inner->ops->block_size(inner->context, ret_size);

	if (!ret)
		capture->manifest.block_size = *ret_size;
	return ret;
}

static int space(void *context, uint64_t *ret_free, uint64_t *ret_delayed)
{
	struct ext4bm_capture *capture = context;
	const struct e4_source *inner = &capture->inner;
	int ret = inner->ops->space(inner->context, ret_free, ret_delayed);
	FILE *file = capture->nested ? NULL :
		     e4_keep_member(capture, E4_MEMBER_STATFS);

	if (file)
		fprintf(file, "space %d %" PRIu64 " %" PRIu64 "\n", -ret,
			ret ? 0 : *ret_free, ret ? 0 : *ret_delayed);
	return ret;
}

static int attribute(void *context, const char *name, char *buf, size_t size)
{
	struct ext4bm_capture *capture = context;
	const struct e4_source *inner = &capture->inner;
	int ret = inner->ops->attribute(inner->context, name, buf, size);
	FILE *file = capture->nested ? NULL :
		     e4_keep_member(capture, E4_MEMBER_SYSFS);

	if (file)
		fprintf(file, "%s %d %s\n", name, -ret, ret ? "" : buf);
	return ret;
}

static uint64_t page_of(struct ext4bm_capture *capture, const uint8_t *bitmap,
			uint64_t block, uint64_t other)
{
	uint64_t like = E4_PAGE_ZEROS, page = E4_PAGE_ZEROS;

	if (other < E4_PAGE_LAST)
		like = other;
	else
		e4_store_find(&capture->store, block, &like);
	e4_keep_note(capture, e4_store_page(&capture->store, bitmap, like,
					    &page));
	return page;
}

/* @others: pages that are likely to be the same, or NULL. */
static void keep_bitmaps(struct ext4bm_capture *capture,
			 const struct e4_live *live,
			 const struct e4_cache *cache, const uint64_t *others,
			 uint64_t pages[2])
{
	pages[0] = pages[1] = E4_PAGE_ZEROS;
	if (cache->error)
		return;
	pages[0] = page_of(capture, cache->bitmaps, cache->gd.block_bitmap,
			   others ? others[0] : E4_PAGE_ZEROS);
	pages[1] = page_of(capture, cache->bitmaps + live->geo.block_size,
			   cache->gd.inode_bitmap,
			   others ? others[1] : E4_PAGE_ZEROS);
}

static void keep_sample(struct ext4bm_capture *capture,
			const struct e4_live *live,
			const struct e4_sample *sample)
{
	FILE *file = e4_keep_member(capture, E4_MEMBER_SAMPLES);
	struct e4_sample_pages pages = { .cache = live->fs,
					 .disk = live->disk };

	for (int i = 0; i < 2 && pages.cache; i++)
		keep_bitmaps(capture, live, &sample->cache[i],
			     i ? pages.page[0] : NULL, pages.page[i]);
	if (pages.disk)
		keep_bitmaps(capture, live, &sample->disk, pages.page[1],
			     pages.page[2]);
	if (file)
		e4_sample_write(file, &live->geo, sample, &pages);
}

/* What is read from now on is read again and again. */
static void stop_keeping(struct ext4bm_capture *capture)
{
	capture->store.mode = capture->disk.mode = E4_STORE_OFF;
}

static int sample(void *context, struct e4_live *live,
		  struct e4_sample *samples, size_t nr)
{
	struct ext4bm_capture *capture = context;
	const struct e4_source *inner = &capture->inner;
	int ret;

	stop_keeping(capture);
	capture->nested++;
	ret = inner->ops->sample(inner->context, live, samples, nr);
	capture->nested--;
	for (size_t i = 0; i < nr && !ret; i++)
		keep_sample(capture, live, &samples[i]);
	return ret;
}

static int total(void *context, struct e4_live *live, struct e4_total *result)
{
	struct ext4bm_capture *capture = context;
	const struct e4_source *inner = &capture->inner;
	FILE *file = e4_keep_member(capture, E4_MEMBER_STATFS);
	int ret;

	stop_keeping(capture);
	capture->nested++;
	ret = inner->ops->total(inner->context, live, result);
	capture->nested--;
	if (file)
		fprintf(file, "total %d %" PRIu64 " %" PRIu64 " %" PRIu64
			" %d\n", -ret, result->free, result->delayed,
			result->described, result->still);
	return ret;
}

/* The superblock of a frozen filesystem has its totals. */
static void again(void *context, const struct e4_live *live)
{
	struct ext4bm_capture *capture = context;
	char name[32];

	while (capture->nr_counters > 0) {
		snprintf(name, sizeof(name), E4_MEMBER_COUNTERS ".%u",
			 capture->nr_counters--);
		e4_bundle_drop(&capture->bundle, name);
	}
	e4_bundle_drop(&capture->bundle, E4_MEMBER_FSMAP);
	e4_bundle_drop(&capture->bundle, E4_MEMBER_SAMPLES);
	e4_bundle_drop(&capture->bundle, E4_MEMBER_STATFS);
	if (!live->fs)
		return;
	e4_store_clear(&capture->store);
	e4_store_clear(&capture->disk);
	if (ftruncate(fileno(capture->store.pages), 0) < 0)
		e4_keep_note(capture, -errno);
	capture->store.mode = capture->disk.mode = E4_STORE_KEEP;
	capture->store.take_totals = live->frozen;
}

static double now(void *context)
{
	struct ext4bm_capture *capture = context;

	return capture->inner.ops->now(capture->inner.context);
}

static void pause_for(void *context, long nanoseconds)
{
	struct ext4bm_capture *capture = context;

	capture->inner.ops->pause(capture->inner.context, nanoseconds);
}

struct e4_source e4_capture_source(struct ext4bm_capture *capture,
				   struct e4_source inner)
{
	static const struct e4_source_ops ops = {
		.counters = counters, .records = records,
		.block_size = block_size, .space = space,
		.attribute = attribute, .sample = sample, .total = total,
		.again = again, .now = now, .pause = pause_for,
	};

	capture->inner = inner;
	return (struct e4_source){ .ops = &ops, .context = capture };
}
