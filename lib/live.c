// SPDX-License-Identifier: LGPL-2.0-only
/*
 * live.c --- open a mounted filesystem and look at all of its groups once
 *
 * The first look is quick and may be wrong in both directions of time: it
 * only names suspects. Whether a suspect is drift is decided in settle.c.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "capture.h"
#include "disk.h"
#include "ext4bm_err.h"
#include "fsmap.h"
#include "geometry.h"
#include "picture.h"
#include "record.h"
#include "report.h"
#include "suspects.h"
#include "wanted.h"

struct ext4bm_live {
	struct e4_live core;
	struct ext4bm_target *target;
	/* Without access to the device this stands in for it in a report. */
	struct ext4bm stand_in;
	struct ext4bm_live_info info;
	struct ext4bm_capture *capture;
};

static void fill_info(struct ext4bm_live *live)
{
	static const char *const policies[] = {
		"continue", "remount-ro", "panic", "unknown",
	};
	struct e4_kernel *kernel = &live->core.kernel;

	live->info.name = kernel->name;
	live->info.device = kernel->node;
	live->info.mountpoint = kernel->mountpoint;
	live->info.errors = policies[kernel->policy];
	live->info.panics = kernel->policy >= E4_POLICY_PANIC;
	live->info.cache = live->core.fs != NULL;
	live->info.fd = kernel->fd;
	live->info.kernel_errors = e4_record_count(&live->core.source);
}

static int set_views(struct ext4bm_live *live, struct ext4bm_error *err)
{
	struct e4_live *core = &live->core;
	int ret;

	core->geo = core->fs->geo;
	ret = e4_fixed_build(&core->fixed, &core->geo, &core->fs->table);
	if (ret)
		return e4_error(err, -ret, -ret, "%s", "");
	core->views = (struct e4_views){
		.geo = &core->geo, .csum = &core->fs->csum,
		.table = &core->fs->table, .fixed = &core->fixed,
		.judge_descriptors = true, .raw_bitmaps = true,
	};
	return 0;
}

static int open_views(struct ext4bm_live *live,
		      const struct ext4bm_open_options *options,
		      struct ext4bm_error *err)
{
	struct e4_live *core = &live->core;
	int ret;

	/* In a container, there may be none. */
	if (!core->kernel.node)
		return -EACCES;
	ret = ext4bm_resolve(core->kernel.node, &live->target, err);
	if (!ret)
		ret = ext4bm_open(live->target, options, &core->fs, err);
	return ret ? ret : set_views(live, err);
}

/*
 * An ordinary user may not read the device, and need not: its shape shows in
 * the kernel's views. They make it load groups.
 */
static int find_shape(struct ext4bm_live *live, struct ext4bm_error *err)
{
	struct e4_live *core = &live->core;
	int ret = core->fs ? 0 : e4_derive_geometry(core, err);

	if (ret)
		return ret;
	core->max_order = (unsigned int)__builtin_ctz(core->geo.block_size) + 1;
	live->stand_in.geo = core->geo;
	return 0;
}

static void set_source(struct ext4bm_live *live,
		       struct ext4bm_capture *capture)
{
	struct e4_live *core = &live->core;

	core->source = e4_source_kernel(&core->kernel);
	live->capture = capture;
	if (!capture)
		return;
	e4_capture_kernel(capture, &core->kernel);
	core->source = e4_capture_source(capture, core->source);
}

int ext4bm_live_open(const char *name,
		     const struct ext4bm_live_open_options *options,
		     struct ext4bm_live **ret_live, struct ext4bm_error *err)
{
	static const struct ext4bm_live_open_options usual;
	struct ext4bm_live *live = calloc(1, sizeof(*live));
	/* The journal is in use: what is in it is in the page cache as well. */
	struct ext4bm_open_options how = { .journal = EXT4BM_JOURNAL_IGNORE };
	int ret;

	if (!live)
		return e4_error(err, ENOMEM, ENOMEM, "%s", "");
	if (!options)
		options = &usual;
	ret = e4_kernel_find(name, options, &live->core.kernel, err);
	set_source(live, options->capture);
	how.capture = options->capture;
	if (!ret)
		ret = open_views(live, &how, err);
	if ((ret == -EACCES || ret == -EPERM) && live->core.kernel.fd >= 0) {
		live->core.blind = e4_blind_of(&live->core.kernel);
		ret = 0;
	}
	/* What could do harm waits for the check, which is asked for. */
	if (!ret && (live->core.fs ||
		     live->core.kernel.policy == E4_POLICY_CONTINUE))
		ret = find_shape(live, err);
	if (ret) {
		ext4bm_live_close(live);
		return ret;
	}
	fill_info(live);
	*ret_live = live;
	return 0;
}

static int open_stage(struct ext4bm_live *live, const struct e4_stage *stage,
		      struct ext4bm_error *err)
{
	struct e4_live *core = &live->core;
	int ret = 0;

	core->kernel = stage->kernel;
	core->source = stage->source;
	if (stage->target)
		ret = e4_open(stage->target, NULL, &stage->hook, &core->fs,
			      err);
	if (!ret && core->fs)
		ret = set_views(live, err);
	if (!ret)
		ret = find_shape(live, err);
	if (!ret && core->geo.groups > E4_BUNDLE_GROUPS)
		ret = e4_error(err, EFBIG, EXT4BM_ET_GEOMETRY,
			       "It has %u groups, more than a bundle can have",
			       core->geo.groups);
	return ret;
}

int e4_live_stage(const struct e4_stage *stage, struct ext4bm_live **ret_live,
		  struct ext4bm_error *err)
{
	struct ext4bm_live *live = calloc(1, sizeof(*live));
	int ret;

	if (!live)
		return e4_error(err, ENOMEM, ENOMEM, "%s", "");
	ret = open_stage(live, stage, err);
	if (ret) {
		ext4bm_live_close(live);
		return ret;
	}
	fill_info(live);
	*ret_live = live;
	return 0;
}

void ext4bm_live_close(struct ext4bm_live *live)
{
	if (!live)
		return;
	e4_fixed_free(&live->core.fixed);
	ext4bm_close(live->core.fs);
	ext4bm_target_free(live->target);
	e4_kernel_release(&live->core.kernel);
	free(live);
}

const struct ext4bm_live_info *ext4bm_live_info(const struct ext4bm_live *live)
{
	return &live->info;
}

const struct ext4bm_geometry *
ext4bm_live_geometry(const struct ext4bm_live *live)
{
	return &live->core.geo;
}

/* Blocks that the superblock tells. Return: 0 or a negative errno. */
static int stored_size(const struct e4_live *core, uint64_t *ret_blocks)
{
	struct ext2_super_block sb;
	int ret = e4_io_read(core->fs->e2fs->io, &sb, sizeof(sb),
			     E4_SUPERBLOCK_OFFSET);

	if (ret)
		return ret;
	*ret_blocks = le32toh(sb.s_blocks_count);
	if (core->geo.incompat & EXT4_FEATURE_INCOMPAT_64BIT)
		*ret_blocks |= (uint64_t)le32toh(sb.s_blocks_count_hi) << 32;
	return 0;
}

/*
 * A resize moves the end of the last group and adds groups: what was read
 * before and after it cannot be compared. What was settled does not become
 * wrong when the superblock cannot be read any more, which is @picture's to
 * say; but a bundle could not say it. Return: 0, -ESTALE if it was resized
 * since it was opened, or the errno of finding out.
 */
static int check_size(struct ext4bm_live *live, struct e4_picture *picture)
{
	struct e4_live *core = &live->core;
	uint64_t blocks = core->geo.blocks;
	int ret = core->fs ? stored_size(core, &blocks)
			   : e4_derive_blocks(core, &blocks);

	if (ret && core->fs && !picture->no_super)
		picture->no_super = ret;
	if (live->capture && picture->no_super)
		return picture->no_super;
	/* The kernel's own views have the size, too, if they can be read. */
	if (ret && core->fs)
		ret = e4_derive_blocks(core, &blocks) == -ENOMEM ?
		      -ENOMEM : 0;
	if (ret)
		return ret;
	return blocks == core->geo.blocks ? 0 : -ESTALE;
}

/* What could not be looked at does not take away what was found. */
static void add_no_super(struct e4_picture *picture)
{
	struct ext4bm_finding *finding;

	if (!picture->no_super)
		return;
	finding = e4_findings_add(&picture->settled.findings,
				  EXT4BM_SUPERBLOCK_UNREADABLE,
				  EXT4BM_NO_GROUP);
	finding->item = EXT4BM_ITEM_SUPERBLOCK;
	finding->errnum = -picture->no_super;
}

static bool fill_report(struct ext4bm_live *live,
			const struct e4_picture *picture,
			struct ext4bm_report *report)
{
	report->live = true;
	e4_kernel_banner(report->kernel, sizeof(report->kernel));
	report->live_cache = live->core.fs != NULL;
	report->transient = picture->settled.transient;
	report->samples = picture->settled.samples;
	report->rejected = picture->settled.rejected;
	report->live_disk = live->core.disk != NULL;
	report->frozen = picture->frozen;
	report->lagging = picture->lagging;
	report->kept = picture->kept;
	report->space = picture->space;
	report->owners_still = picture->answer.still;
	e4_report_record(report, &picture->record);
	return (!picture->no_totals ||
		e4_report_unchecked(report, EXT4BM_SB_FREE_BLOCKS,
				    EXT4BM_SB_GD_FREE_INODES,
				    picture->no_totals)) &&
	       (!picture->no_disk ||
		e4_report_unchecked(report, EXT4BM_DISK_DESCRIPTOR,
				    EXT4BM_DISK_INODE_BITMAP,
				    picture->no_disk)) &&
	       (!picture->no_space ||
		e4_report_unchecked(report, EXT4BM_STATFS_FREE_BLOCKS,
				    EXT4BM_STATFS_FREE_BLOCKS,
				    picture->no_space)) &&
	       (!picture->no_owners ||
		e4_report_unchecked(report, EXT4BM_CLUSTER_UNMARKED,
				    EXT4BM_METADATA_CLAIMED,
				    picture->no_owners));
}

static int make_report(struct ext4bm_live *live,
		       const struct ext4bm_check_options *options,
		       struct e4_picture *picture,
		       struct ext4bm_report **ret_report)
{
	struct e4_settled *settled = &picture->settled;
	struct ext4bm *fs = live->core.fs ? live->core.fs : &live->stand_in;
	uint32_t groups = live->core.geo.groups;
	struct e4_sums sums = {
		.groups = picture->groups,
		.cancelled = options->cancel && *options->cancel,
		.owners = picture->answer.answered ? EXT4BM_OWNERS_SUSPECTS
						   : EXT4BM_OWNERS_NONE,
		.table_bytes = picture->answer.bytes,
	};
	struct e4_tally tally = { 0 };
	struct e4_gathered gathered = {
		.fs = fs, .options = options, .findings = &settled->findings,
		.tally = &tally, .sums = &sums, .live = true,
		.blind = e4_blind_text(live->core.blind),
		.hidden = picture->kept.hidden_groups,
	};
	struct ext4bm_report *report;
	int ret;

	live->stand_in.table.groups = groups;
	ret = e4_tally_init(&tally, &live->core.geo, groups, false);
	if (ret)
		return ret;
	/* Nothing is explained away any more: it was settled. */
	tally.settled = true;
	e4_tally_add(&tally, &settled->findings, 0);
	report = e4_report_make(&gathered);
	e4_tally_free(&tally);
	if (!report || !fill_report(live, picture, report)) {
		ext4bm_report_free(report);
		return -ENOMEM;
	}
	*ret_report = report;
	return 0;
}

/* What the offline check would be asked for; @chosen has all groups. */
static void choose(const struct ext4bm_live_options *options,
		   struct ext4bm_check_options *chosen)
{
	if (options->groups && options->nr_groups) {
		chosen->groups = options->groups;
		chosen->nr_groups = options->nr_groups;
	}
	chosen->cancel = options->cancel;
	chosen->threads = options->threads;
	chosen->paths = options->paths;
	chosen->max_findings = UINT64_MAX;
}

static int failed(int ret, bool freezing, struct ext4bm_error *err)
{
	const char *text = "The kernel's views could not be read";

	if (freezing && ret == -EPERM)
		text = "Freezing takes the capability CAP_SYS_ADMIN, which "
		       "root has as a rule";
	else if (freezing && ret == -EBUSY)
		text = "Somebody else has frozen it; it is left as it is";
	else if (freezing)
		text = "It could not be frozen";
	else if (ret == -ESTALE)
		text = "The filesystem was resized meanwhile: check again";
	else if (ret == -ENOENT)
		text = "The kernel does not show it any more: was it "
		       "unmounted?";
	else if (ret == -ENODATA || ret == -EIO || ret == -ENXIO ||
		 ret == -ENODEV)
		text = "The device cannot be read any more: was it removed?";
	return e4_error(err, -ret, -ret, "%s", text);
}

static void keep_result(struct ext4bm_capture *capture,
			const struct ext4bm_live_options *options,
			const struct ext4bm_report *report)
{
	uint32_t freeze = !options->freeze ? 0 :
			  options->freeze_seconds < 1 ? 1 :
			  (uint32_t)options->freeze_seconds;
	uint32_t needed = 0;

	for (size_t i = 0; i < report->nr_findings; i++)
		if (report->findings[i].code == EXT4BM_FREEZE_EXPIRED)
			needed = (uint32_t)report->findings[i].counted - 1;
	e4_capture_result(capture, options->disk, freeze, report->frozen,
			  needed);
}

int ext4bm_live_check(struct ext4bm_live *live,
		      const struct ext4bm_live_options *options,
		      struct ext4bm_report **ret_report,
		      struct ext4bm_error *err)
{
	static const struct ext4bm_live_options usual;
	struct ext4bm_range all = { 0, 0 };
	struct ext4bm_check_options chosen = { .groups = &all, .nr_groups = 1 };
	struct e4_picture picture;
	bool freezing;
	int ret = live->core.geo.groups ? 0 : find_shape(live, err);

	if (ret)
		return ret;
	if (!options)
		options = &usual;
	all.last = live->core.geo.groups - 1;
	choose(options, &chosen);
	ret = e4_wanted_check(&live->core.geo, &chosen, err);
	if (ret)
		return ret;
	ret = e4_picture_take(&live->core, options, &chosen, &picture,
			      &freezing);
	if (!ret)
		ret = check_size(live, &picture);
	add_no_super(&picture);
	if (!ret)
		ret = make_report(live, &chosen, &picture, ret_report);
	if (!ret && live->capture)
		keep_result(live->capture, options, *ret_report);
	e4_picture_free(&picture);
	e4_disk_close(live->core.disk);
	live->core.disk = NULL;
	return ret ? failed(ret, freezing, err) : 0;
}
