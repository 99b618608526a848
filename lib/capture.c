// SPDX-License-Identifier: LGPL-2.0-only
/*
 * capture.c --- keep what a check reads, for a bundle
 *
 * The check itself decides what is captured: every answer of the kernel, and
 * every block that is read in the first look, is kept as it was given, so
 * that the check of the bundle gets the same. What is read between the
 * brackets of a sample is kept as that sample.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "capture.h"
#include "ext4bm_err.h"
#include "pack.h"
#include "sampletext.h"
#include "space.h"

/* Readings of all counters that are kept; a check has two to four. */
#define MOST_COUNTERS 8

/*
 * @path:	what is to be written
 * @temp:	what is written until it is complete
 * @fd:		of @temp
 * @bundle:	the members so far
 * @store:	blocks of the device
 * @disk:	blocks of the disk below it
 * @inner:	where answers come from
 * @nr_counters: readings of all counters so far
 * @nested:	an answer that is part of a sample
 * @error:	the first negative errno of keeping something
 */
struct ext4bm_capture {
	char *path;
	char *temp;
	char *folder;
	int fd;
	struct e4_bundle bundle;
	struct e4_manifest manifest;
	struct e4_store store;
	struct e4_store disk;
	struct e4_source inner;
	unsigned int nr_counters;
	int nested;
	int error;
};

static void note(struct ext4bm_capture *capture, int ret)
{
	if (ret && !capture->error)
		capture->error = ret;
}

/* The file of a member; a spare one when there is none to be had. */
static FILE *member(struct ext4bm_capture *capture, const char *name)
{
	FILE *file = e4_bundle_find(&capture->bundle, name);

	if (!file)
		file = e4_bundle_make(&capture->bundle, name);
	if (!file)
		note(capture, -errno);
	return file;
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return slash == path ? strdup("/")
			     : strndup(path, (size_t)(slash - path));
}

static int make_temp(struct ext4bm_capture *capture, struct ext4bm_error *err)
{
	struct stat st;

	/* Whatever it is: nothing that exists is written to. */
	if (lstat(capture->path, &st) == 0)
		return e4_error(err, EEXIST, EEXIST, "A bundle is only "
				"written to a new file");
	capture->temp = malloc(strlen(capture->path) + 8);
	capture->folder = folder_of(capture->path);
	if (!capture->temp || !capture->folder)
		return e4_error(err, ENOMEM, ENOMEM, "%s", "");
	sprintf(capture->temp, "%s.XXXXXX", capture->path);
	capture->fd = mkostemp(capture->temp, O_CLOEXEC);
	if (capture->fd < 0)
		return e4_error(err, errno, errno, "%s", "");
	return 0;
}

static void describe(struct e4_manifest *manifest)
{
	struct utsname name;

	manifest->time = (int64_t)time(NULL);
	snprintf(manifest->program, sizeof(manifest->program),
		 "ext4bmcheck %s", ext4bm_version());
	if (uname(&name) == 0)
		snprintf(manifest->kernel, sizeof(manifest->kernel),
			 "%.63s %.63s", name.release, name.machine);
}

int ext4bm_capture_begin(const char *path, struct ext4bm_capture **ret_capture,
			 struct ext4bm_error *err)
{
	struct ext4bm_capture *capture = calloc(1, sizeof(*capture));
	int ret;

	if (!capture)
		return e4_error(err, ENOMEM, ENOMEM, "%s", "");
	capture->fd = -1;
	capture->path = strdup(path);
	ret = capture->path ? make_temp(capture, err) :
	      e4_error(err, ENOMEM, ENOMEM, "%s", "");
	if (ret) {
		free(capture->temp);
		capture->temp = NULL;
		ext4bm_capture_free(capture);
		return ret;
	}
	capture->bundle.folder = capture->folder;
	describe(&capture->manifest);
	*ret_capture = capture;
	return 0;
}

void ext4bm_capture_free(struct ext4bm_capture *capture)
{
	if (!capture)
		return;
	if (capture->temp)
		unlink(capture->temp);
	if (capture->fd >= 0)
		close(capture->fd);
	e4_store_free(&capture->disk);
	e4_store_free(&capture->store);
	e4_bundle_close(&capture->bundle);
	free(capture->path);
	free(capture->temp);
	free(capture->folder);
	free(capture);
}

/* Host names are names; that there is one is a fact. */
static const char *nameless(const char *host)
{
	return *host == '\0' || *host == '(' ? host : "(unnamed)";
}

int e4_capture_opened(struct ext4bm_capture *capture, struct ext4bm *fs)
{
	struct e4_manifest *manifest = &capture->manifest;
	FILE *pages = member(capture, E4_MEMBER_PAGES);
	int ret = pages ? 0 : capture->error;

	if (fs->image.super)
		return -EOPNOTSUPP;
	if (fs->geo.groups > E4_BUNDLE_GROUPS)
		return -EFBIG;
	manifest->cache = true;
	manifest->device = fs->target->kind == EXT4BM_TARGET_DEVICE;
	manifest->size = fs->target->size;
	manifest->super_stored = fs->super_stored;
	manifest->super_counted = fs->super_counted;
	snprintf(manifest->mmp, sizeof(manifest->mmp), "%.15s",
		 nameless(fs->geo.mmp_host));
	e4_store_init(&capture->store, E4_STORE_KEEP, fs->geo.block_size,
		      pages);
	if (!ret)
		ret = e4_io_read(fs->e2fs->io, capture->store.super,
				 sizeof(capture->store.super),
				 fs->super_offset);
	e4_store_share(&capture->disk, &capture->store);
	fs->disk = &capture->disk;
	if (!ret)
		e4_io_attach(fs->e2fs->io, &capture->store);
	return ret;
}

void e4_capture_stamp(struct ext4bm_capture *capture, int64_t time,
		      const char *kernel)
{
	capture->manifest.time = time;
	snprintf(capture->manifest.kernel, sizeof(capture->manifest.kernel),
		 "%s", kernel);
}

void e4_capture_options(struct ext4bm_capture *capture,
			const struct ext4bm_check_options *options)
{
	capture->manifest.mounted = options->mounted;
	capture->manifest.backups = options->backups;
}

void e4_capture_result(struct ext4bm_capture *capture, bool disk,
		       uint32_t freeze, bool frozen, uint32_t needed)
{
	capture->manifest.disk = disk;
	capture->manifest.freeze = freeze;
	capture->manifest.frozen = frozen;
	capture->manifest.needed = needed;
}

/* Names of quota files and of devices are left out. */
static bool is_harmless(const char *option)
{
	return !strchr(option, '/') && !strstr(option, "jquota=");
}

void e4_capture_kernel(struct ext4bm_capture *capture,
		       const struct e4_kernel *kernel)
{
	FILE *from = e4_kernel_open(kernel, "proc/fs/ext4", "options");
	FILE *to = member(capture, E4_MEMBER_OPTIONS);
	char line[200];

	capture->manifest.live = true;
	capture->manifest.device = true;
	snprintf(capture->manifest.name, sizeof(capture->manifest.name),
		 "%s", kernel->name);
	while (from && to && fgets(line, sizeof(line), from))
		if (is_harmless(line))
			fputs(line, to);
	if (from)
		fclose(from);
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
		forward.file = member(capture, name);
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
		note(capture, ret);
	}
	if (!capture->nested && forward.block_size)
		forward.file = member(capture, E4_MEMBER_FSMAP);
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
		     member(capture, E4_MEMBER_STATFS);

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
		     member(capture, E4_MEMBER_SYSFS);

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
	note(capture, e4_store_page(&capture->store, bitmap, like, &page));
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
	FILE *file = member(capture, E4_MEMBER_SAMPLES);
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
	FILE *file = member(capture, E4_MEMBER_STATFS);
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
		note(capture, -errno);
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
	return (struct e4_source){ &ops, capture };
}

static void write_rest(struct ext4bm_capture *capture)
{
	FILE *file = member(capture, E4_MEMBER_MANIFEST);

	if (file)
		e4_manifest_write(file, &capture->manifest);
	if (!capture->manifest.cache)
		return;
	file = member(capture, E4_MEMBER_SUPERBLOCK);
	e4_bundle_scrub(capture->store.super);
	if (file)
		fwrite(capture->store.super, 1, sizeof(capture->store.super),
		       file);
	file = member(capture, E4_MEMBER_BLOCKS);
	if (file)
		note(capture, e4_blocks_write(file, &capture->store));
	if (capture->disk.nr_blocks == 0)
		return;
	file = member(capture, E4_MEMBER_DISK);
	if (file)
		note(capture, e4_blocks_write(file, &capture->disk));
}

/* The manifest first, the pages, which are the most, last. */
static int pack_all(struct ext4bm_capture *capture)
{
	static const char *const order[] = {
		E4_MEMBER_MANIFEST, E4_MEMBER_SUPERBLOCK, E4_MEMBER_OPTIONS,
		E4_MEMBER_SYSFS, E4_MEMBER_STATFS, E4_MEMBER_COUNTERS ".1",
		E4_MEMBER_COUNTERS ".2", E4_MEMBER_COUNTERS ".3",
		E4_MEMBER_COUNTERS ".4", E4_MEMBER_COUNTERS ".5",
		E4_MEMBER_COUNTERS ".6", E4_MEMBER_COUNTERS ".7",
		E4_MEMBER_COUNTERS ".8", E4_MEMBER_FSMAP, E4_MEMBER_SAMPLES,
		E4_MEMBER_BLOCKS, E4_MEMBER_DISK, E4_MEMBER_PAGES,
	};
	struct e4_pack *pack = NULL;
	int ret = e4_pack_begin(capture->fd, capture->manifest.time, &pack);

	for (size_t i = 0; i < sizeof(order) / sizeof(*order) && !ret; i++) {
		FILE *file = e4_bundle_find(&capture->bundle, order[i]);

		if (file && ferror(file))
			ret = -EIO;
		else if (file)
			ret = e4_pack_add(pack, order[i], file);
	}
	if (!ret)
		ret = e4_pack_end(pack);
	e4_pack_free(pack);
	return ret;
}

/* Not over anything that has come there meanwhile. */
static int publish(struct ext4bm_capture *capture)
{
	struct stat st;

	if (fsync(capture->fd) < 0)
		return -errno;
	if (renameat2(AT_FDCWD, capture->temp, AT_FDCWD, capture->path,
		      RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (lstat(capture->path, &st) == 0)
		return -EEXIST;
	return rename(capture->temp, capture->path) < 0 ? -errno : 0;
}

int ext4bm_capture_end(struct ext4bm_capture *capture,
		       struct ext4bm_error *err)
{
	int ret;

	write_rest(capture);
	ret = capture->error;
	if (!ret)
		ret = pack_all(capture);
	if (!ret)
		ret = publish(capture);
	if (ret)
		return e4_error(err, -ret, -ret,
				"The bundle could not be written");
	free(capture->temp);
	capture->temp = NULL;
	return 0;
}
