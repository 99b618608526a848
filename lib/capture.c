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
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "ext4bm_err.h"
#include "keep.h"
#include "pack.h"

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
	FILE *pages = e4_keep_member(capture, E4_MEMBER_PAGES);
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
	FILE *to = e4_keep_member(capture, E4_MEMBER_OPTIONS);
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

static void write_rest(struct ext4bm_capture *capture)
{
	FILE *file = e4_keep_member(capture, E4_MEMBER_MANIFEST);

	if (file)
		e4_manifest_write(file, &capture->manifest);
	if (!capture->manifest.cache)
		return;
	file = e4_keep_member(capture, E4_MEMBER_SUPERBLOCK);
	e4_bundle_scrub(capture->store.super);
	if (file)
		fwrite(capture->store.super, 1, sizeof(capture->store.super),
		       file);
	file = e4_keep_member(capture, E4_MEMBER_BLOCKS);
	if (file)
		e4_keep_note(capture, e4_blocks_write(file, &capture->store));
	if (capture->disk.nr_blocks == 0)
		return;
	file = e4_keep_member(capture, E4_MEMBER_DISK);
	if (file)
		e4_keep_note(capture, e4_blocks_write(file, &capture->disk));
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
