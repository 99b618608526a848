// SPDX-License-Identifier: LGPL-2.0-only
/*
 * rerun.c --- check a bundle, on whatever machine
 *
 * The same code that checks a device or a mounted filesystem runs on what
 * the bundle has; here it is only set up.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ext4bm_err.h"
#include "replay.h"

/*
 * @views:	what was captured
 * @super:	file with the superblock alone, for libext2fs to open
 * @target:	that file, with the size of the device that it is of
 * @fs, @live:	one of them, as it was captured
 * @used:	answers can be given once
 */
struct ext4bm_replay {
	struct e4_replay views;
	int super;
	char device[40];
	struct ext4bm_target target;
	struct ext4bm *fs;
	struct ext4bm_live *live;
	struct ext4bm_replay_info info;
	bool used;
};

static int read_file(const char *path, struct ext4bm_replay *replay,
		     struct ext4bm_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return e4_error(err, errno, errno == ENOENT ?
				EXT4BM_ET_NOT_FOUND : errno, "%s", "");
	ret = e4_replay_read(&replay->views, fd, err);
	close(fd);
	return ret;
}

/* Opening the superblock takes a name, and nothing but the superblock. */
static int make_target(struct ext4bm_replay *replay, struct ext4bm_error *err)
{
	const struct e4_manifest *manifest = &replay->views.manifest;

	replay->target = (struct ext4bm_target){
		.name = replay->device, .device = replay->device,
		.kind = manifest->device ? EXT4BM_TARGET_DEVICE
					 : EXT4BM_TARGET_IMAGE,
		.size = manifest->size,
	};
	replay->super = memfd_create("superblock", MFD_CLOEXEC);
	if (replay->super < 0 ||
	    pwrite(replay->super, replay->views.store.super,
		   E4_SUPERBLOCK_SIZE, E4_SUPERBLOCK_OFFSET) !=
	    E4_SUPERBLOCK_SIZE)
		return e4_error(err, errno, errno, "%s", "");
	snprintf(replay->device, sizeof(replay->device), "/proc/self/fd/%d",
		 replay->super);
	return 0;
}

static void fill_info(struct ext4bm_replay *replay)
{
	const struct e4_manifest *manifest = &replay->views.manifest;

	replay->info = (struct ext4bm_replay_info){
		.live = manifest->live,
		.kind = replay->target.kind,
		.mounted = manifest->live || manifest->mounted,
		.size = manifest->size,
		.time = manifest->time,
		.program = manifest->program,
		.kernel = manifest->kernel,
		.name = manifest->name,
	};
}

static int open_views(struct ext4bm_replay *replay, struct ext4bm_error *err)
{
	const struct e4_manifest *manifest = &replay->views.manifest;
	struct e4_stage stage = {
		.source = e4_replay_source(&replay->views),
		.target = manifest->cache ? &replay->target : NULL,
		.hook = { e4_replay_opened, &replay->views },
	};
	int ret = manifest->cache ? make_target(replay, err) : 0;

	if (ret)
		return ret;
	fill_info(replay);
	e4_replay_kernel(&replay->views, &stage.kernel);
	return manifest->live ?
	       e4_live_stage(&stage, &replay->live, err) :
	       e4_open(&replay->target, NULL, &stage.hook, &replay->fs, err);
}

int ext4bm_replay_open(const char *path, struct ext4bm_replay **ret_replay,
		       struct ext4bm_error *err)
{
	struct ext4bm_replay *replay = calloc(1, sizeof(*replay));
	int ret;

	if (!replay)
		return e4_error(err, ENOMEM, ENOMEM, "%s", "");
	replay->super = -1;
	ret = read_file(path, replay, err);
	if (!ret)
		ret = open_views(replay, err);
	if (ret) {
		ext4bm_replay_close(replay);
		return ret;
	}
	*ret_replay = replay;
	return 0;
}

void ext4bm_replay_close(struct ext4bm_replay *replay)
{
	if (!replay)
		return;
	ext4bm_live_close(replay->live);
	ext4bm_close(replay->fs);
	if (replay->super >= 0)
		close(replay->super);
	e4_replay_release(&replay->views);
	free(replay);
}

const struct ext4bm_replay_info *
ext4bm_replay_info(const struct ext4bm_replay *replay)
{
	return &replay->info;
}

/* It was frozen then, and is as it was then. */
static int freeze(void *context)
{
	(void)context;
	return 0;
}

/* Return: 0 if it was frozen long enough. */
static int thaw(void *context)
{
	struct ext4bm_replay *replay = context;

	replay->views.clock += replay->views.manifest.needed;
	return replay->views.manifest.frozen ? 0 : -ETIME;
}

static void set_live(struct ext4bm_replay *replay,
		     struct ext4bm_live_options *live)
{
	const struct e4_manifest *manifest = &replay->views.manifest;

	live->disk = manifest->disk;
	if (!manifest->freeze)
		return;
	live->freeze = freeze;
	live->thaw = thaw;
	live->freeze_context = replay;
	live->freeze_seconds = manifest->freeze;
}

int ext4bm_replay_check(struct ext4bm_replay *replay,
			const struct ext4bm_replay_options *options,
			struct ext4bm_report **ret_report,
			struct ext4bm_error *err)
{
	static const struct ext4bm_replay_options usual;
	struct ext4bm_check_options offline = { 0 };
	struct ext4bm_live_options live = { 0 };
	int ret;

	if (replay->used)
		return e4_error(err, EALREADY, EALREADY,
				"A bundle is checked once for each opening");
	replay->used = true;
	if (!options)
		options = &usual;
	live.threads = offline.threads = options->threads;
	live.cancel = offline.cancel = options->cancel;
	live.explain = options->explain;
	set_live(replay, &live);
	offline.max_findings = options->max_findings;
	offline.mounted = replay->views.manifest.mounted;
	offline.backups = replay->views.manifest.backups;
	if (!replay->live)
		return ext4bm_check(replay->fs, &offline, ret_report, err);
	ret = ext4bm_live_check(replay->live, &live, ret_report, err);
	/* It was another kernel that was looked at. */
	if (!ret)
		snprintf((*ret_report)->kernel, sizeof((*ret_report)->kernel),
			 "%s", replay->views.manifest.kernel);
	return ret;
}
