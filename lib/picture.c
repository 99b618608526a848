// SPDX-License-Identifier: LGPL-2.0-only
/*
 * picture.c --- all views of all groups of a mounted filesystem, settled
 *
 * A first look at everything, then a closer one where it differs. Of a frozen
 * filesystem the same: what does not hold still then is no writer. Writers
 * wait meanwhile, so that everything is looked at once before, to have it in
 * memory and to know how long it takes; and the filesystem is given back as
 * soon as the last block is read. If it was given back too early, nothing of
 * what was read counts, and all of it is settled as if it had not been frozen.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "disk.h"
#include "geometry.h"
#include "picture.h"
#include "record.h"
#include "space.h"
#include "suspects.h"
#include "totals.h"
#include "wanted.h"

#define USUAL_SETTLE 5.0

struct taking {
	struct e4_live *live;
	const struct ext4bm_live_options *options;
	const struct ext4bm_check_options *chosen;
	struct e4_picture *picture;
};

static double now(const struct e4_live *live)
{
	return live->source.ops->now(live->source.context);
}

static bool is_cancelled(const struct taking *taking)
{
	const volatile int *cancel = taking->options->cancel;

	return cancel && *cancel;
}

/* Return: NULL, or why there is no way to it, for a person. */
static const char *open_disk(struct e4_live *live)
{
	if (!live->fs)
		return e4_blind_text(live->blind);
	if (e4_disk_open(live->fs, &live->disk))
		return "the device cannot be read past the page cache";
	return NULL;
}

/* Groups that the kernel shuns are not in its totals. */
static bool any_shunned(const struct e4_findings *findings)
{
	for (size_t i = 0; i < findings->nr; i++)
		if (findings->list[i].code == EXT4BM_GROUP_MARKED_CORRUPT ||
		    findings->list[i].code == EXT4BM_GROUP_LOAD_FAILED)
			return true;
	return false;
}

/*
 * Where a check was interrupted, the page cache of some groups was never
 * read, and some of the suspects were left as they were.
 */
static uint32_t count_groups(const struct taking *taking,
			     const struct e4_sums *sums)
{
	uint32_t groups = e4_wanted_count(taking->chosen);
	uint64_t unsettled = taking->picture->settled.unsettled;

	if (!is_cancelled(taking))
		return groups;
	if (taking->live->fs && sums->groups < groups)
		groups = (uint32_t)sums->groups;
	return unsettled < groups ? groups - (uint32_t)unsettled : 0;
}

/* A first look at all that is wanted, then a closer one where it differs. */
static int look_at_groups(const struct taking *taking, double seconds,
			  struct e4_sums *sums)
{
	struct e4_picture *picture = taking->picture;
	const volatile int *cancel = taking->options->cancel;
	struct e4_suspects suspects = { 0 };
	int ret = e4_suspects_find(taking->live, taking->chosen, &suspects);

	if (!ret)
		ret = e4_settle(taking->live, suspects.groups, suspects.nr,
				seconds, cancel, &picture->settled);
	if (!ret && suspects.nr_explain > 0)
		ret = e4_settle_explain(taking->live, suspects.explain,
					suspects.nr_explain, seconds, cancel,
					&picture->settled);
	picture->kept = suspects.kept;
	picture->lagging = suspects.lagging;
	*sums = suspects.sums;
	picture->groups = count_groups(taking, sums);
	e4_suspects_free(&suspects);
	return ret;
}

static void look_at_space(const struct taking *taking)
{
	struct e4_picture *picture = taking->picture;
	struct e4_findings *findings = &picture->settled.findings;

	if (e4_wanted_all(&taking->live->geo, taking->chosen))
		picture->no_space = e4_space_compare(
			taking->live, any_shunned(findings),
			taking->options->cancel, &picture->space, findings);
	else
		picture->no_space = "only some of the groups were asked for";
}

/* Freezing writes the totals into the superblock, so that they can be read. */
static void look_at_totals(const struct taking *taking,
			   const struct e4_sums *sums)
{
	struct e4_findings *findings = &taking->picture->settled.findings;
	struct ext4bm *fs = taking->live->fs;
	struct ext2_super_block sb;
	int ret;

	if (!fs || !e4_wanted_all(&fs->geo, taking->chosen) ||
	    any_shunned(findings))
		return;
	ret = e4_io_read(fs->e2fs->io, &sb, sizeof(sb), E4_SUPERBLOCK_OFFSET);
	if (ret) {
		taking->picture->no_super = ret;
		taking->picture->no_totals =
			"the superblock could not be read any more";
		return;
	}
	fs->geo.free_inodes = le32toh(sb.s_free_inodes_count);
	fs->geo.free_blocks = le32toh(sb.s_free_blocks_count);
	if (fs->geo.incompat & EXT4_FEATURE_INCOMPAT_64BIT)
		fs->geo.free_blocks |=
			(uint64_t)le32toh(sb.s_free_blocks_hi) << 32;
	e4_compare_totals(fs, sums, findings);
}

/* Tell who keeps what is read that it begins once more. */
static void begin_again(struct e4_live *live)
{
	live->source.ops->again(live->source.context, live);
}

static int look_thawed(const struct taking *taking)
{
	double seconds = taking->options->settle;
	struct e4_sums sums;
	int ret = look_at_groups(taking, seconds > 0 ? seconds : USUAL_SETTLE,
				 &sums);

	if (!ret)
		look_at_space(taking);
	return ret;
}

/* Everything once, so that it is in memory. Return: 0 and seconds it took. */
static int look_ahead(const struct taking *taking, double *ret_seconds)
{
	double start = now(taking->live);
	struct e4_suspects suspects = { 0 };
	int ret = e4_suspects_find(taking->live, taking->chosen, &suspects);

	e4_suspects_free(&suspects);
	*ret_seconds = now(taking->live) - start;
	return ret;
}

/* What is read while the filesystem is frozen. */
static int look_still(const struct taking *taking, double end)
{
	struct e4_sums sums;
	/* The other half is for the pass before, and for the way back. */
	double seconds = (end - now(taking->live)) / 2;
	int ret = look_at_groups(taking, seconds, &sums);

	if (ret)
		return ret;
	look_at_totals(taking, &sums);
	look_at_space(taking);
	return 0;
}

/* What a freeze that ended too early has brought is worth nothing. */
static void forget(struct e4_picture *picture)
{
	const char *no_disk = picture->no_disk;
	const char *no_owners = picture->no_owners;

	e4_findings_free(&picture->settled.findings);
	memset(picture, 0, sizeof(*picture));
	picture->no_disk = no_disk;
	picture->no_owners = no_owners;
}

static const char *why_unanswered(int ret)
{
	if (ret == -EAGAIN)
		return "no thread could be started to read the inodes";
	if (ret == -ELOOP)
		return ext4bm_catalogue(EXT4BM_OWNERS_ENTANGLED)->summary;
	return "the device could not be read when they were asked for";
}

/* What was settled stays true, whatever becomes of the question. */
static int accept_failure(struct e4_picture *picture, bool last, int ret)
{
	if (!ret || ret == -ENOMEM)
		return ret;
	if (last)
		picture->no_owners = why_unanswered(ret);
	return 0;
}

/*
 * Name those whose clusters are in danger. Reading all inodes takes its time:
 * with an @end, which is that of a freeze, no more than half of the rest, and
 * whatever fails is tried once more after it.
 */
static int name_owners(const struct taking *taking, const double *end)
{
	struct e4_picture *picture = taking->picture;
	int ret;
	const struct e4_question question = {
		.live = taking->live, .options = taking->chosen,
		.wants = taking->options->wants_owners,
		.context = taking->options->owners_context,
		.findings = &picture->settled.findings,
		.answer = &picture->answer,
	};

	if (!taking->options->owners || picture->no_owners ||
	    picture->answer.answered || is_cancelled(taking))
		return 0;
	ret = end ? e4_liveowners_still(&question,
					(*end - now(taking->live)) / 2)
		  : e4_liveowners_moving(&question);
	return accept_failure(picture, !end, ret);
}

/* Return: 0; *ret_needed is how long it takes if the time was too short. */
static int look_frozen(const struct taking *taking, double *ret_needed,
		       bool *ret_freeze)
{
	const struct ext4bm_live_options *options = taking->options;
	struct e4_live *live = taking->live;
	double needed, start, end;
	bool held;
	int ret = look_ahead(taking, &needed);

	if (ret || is_cancelled(taking))
		return ret;
	*ret_needed = needed;
	if (needed > options->freeze_seconds)
		return 0;
	ret = options->freeze(options->freeze_context);
	*ret_freeze = ret != 0;
	if (ret)
		return ret;
	start = now(live);
	live->frozen = true;
	begin_again(live);
	end = start + options->freeze_seconds;
	ret = look_still(taking, end);
	if (!ret)
		ret = name_owners(taking, &end);
	live->frozen = false;
	held = options->thaw(options->freeze_context) == 0;
	*ret_needed = now(live) - start;
	taking->picture->frozen = held;
	return ret;
}

static void add_expired(const struct taking *taking, double needed)
{
	struct ext4bm_finding *finding =
		e4_findings_add(&taking->picture->settled.findings,
				EXT4BM_FREEZE_EXPIRED, EXT4BM_NO_GROUP);

	finding->stored = (uint64_t)taking->options->freeze_seconds;
	finding->counted = (uint64_t)needed + 1;
}

static int look(const struct taking *taking, bool *ret_freeze)
{
	double needed = 0;
	int ret;

	if (!taking->options->freeze)
		return look_thawed(taking);
	ret = look_frozen(taking, &needed, ret_freeze);
	if (ret || taking->picture->frozen)
		return ret;
	forget(taking->picture);
	begin_again(taking->live);
	ret = look_thawed(taking);
	if (!is_cancelled(taking))
		add_expired(taking, needed);
	return ret;
}

int e4_picture_take(struct e4_live *live,
		    const struct ext4bm_live_options *options,
		    const struct ext4bm_check_options *chosen,
		    struct e4_picture *picture, bool *ret_freeze)
{
	const struct taking taking = { live, options, chosen, picture };
	int64_t errors = e4_record_count(&live->source);
	int ret;

	memset(picture, 0, sizeof(*picture));
	*ret_freeze = false;
	live->explain = options->explain;
	if (options->disk || options->freeze)
		picture->no_disk = open_disk(live);
	if (options->owners)
		picture->no_owners = e4_liveowners_refused(live);
	ret = look(&taking, ret_freeze);
	if (!ret)
		ret = name_owners(&taking, NULL);
	if (!ret && options->owners && !picture->no_owners &&
	    !picture->answer.answered)
		picture->no_owners = "the check was interrupted";
	e4_record_add(&live->source, errors, &picture->record,
		      &picture->settled.findings);
	return ret;
}

void e4_picture_free(struct e4_picture *picture)
{
	e4_findings_free(&picture->settled.findings);
}
