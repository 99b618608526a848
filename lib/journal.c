// SPDX-License-Identifier: LGPL-2.0-only
/*
 * journal.c --- replay a journal in memory, or say why not
 *
 * What the device holds before recovery is half of two states; what counts is
 * what a mount will make of it. That is decided by fs/jbd2 and e2fsck alike,
 * also where a journal is damaged: what they write before they give up is
 * laid over the reads, and what they do not write is not.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ext4bm_err.h"
#include "journal.h"
#include "superblock.h"

const struct ext4bm_journal *ext4bm_journal(const struct ext4bm *fs)
{
	return &fs->journal;
}

struct source {
	const struct e4_overlay *overlay;
	io_channel channel;
};

static int read_block(void *context, uint32_t block, void *buf)
{
	const struct source *source = context;

	return e4_overlay_journal(source->overlay, source->channel, block, 0,
				  buf, source->overlay->block_size);
}

static void give_up(struct ext4bm_journal *journal,
		    enum ext4bm_journal_state state, int err, const char *why)
{
	journal->state = state;
	journal->errnum = -err;
	journal->reason = why;
}

static void take_over(struct ext4bm_journal *journal,
		      const struct e4_recovery *recovery)
{
	const struct e4_log_trouble *trouble = &recovery->trouble;

	journal->state = EXT4BM_JOURNAL_REPLAYED;
	if (trouble->err)
		give_up(journal, recovery->nr ? EXT4BM_JOURNAL_PARTLY
					    : EXT4BM_JOURNAL_FAILED,
			trouble->err, trouble->why);
	journal->transactions = recovery->transactions;
	journal->blocks = recovery->nr;
	journal->revoked = recovery->revoked;
	journal->fast_commits = recovery->fast_commits;
	journal->transaction = trouble->sequence;
	journal->block = trouble->at;
}

/* Walk the log. Return: 0 or -ENOMEM. */
static int walk(struct ext4bm *fs, struct e4_overlay *overlay,
		const struct e4_jbd2_super *super)
{
	struct source source = { overlay, fs->e2fs->io };
	struct e4_log log = {
		.super = *super, .read = read_block, .context = &source,
	};
	struct e4_recovery recovery = { 0 };
	int ret = super->start ? e4_recover(&log, &recovery) : 0;

	if (ret)
		return ret;
	take_over(&fs->journal, &recovery);
	overlay->list = recovery.list;
	overlay->nr = recovery.nr;
	return 0;
}

/*
 * Lay @overlay, which @fs owns from here on, and take the superblock in as it
 * is then. One that is none any more, or of another filesystem, cannot come
 * from a kernel: the overlay is taken away again.
 */
static int lay(struct ext4bm *fs, const struct ext4bm_open_options *options,
	       struct e4_overlay *overlay, struct ext4bm_error *err)
{
	int ret;

	fs->overlay = overlay;
	e4_io_lay(fs->e2fs->io, overlay);
	ret = e4_superblock_again(fs, options, NULL);
	if (!ret)
		return 0;
	e4_io_lay(fs->e2fs->io, NULL);
	fs->overlay = NULL;
	e4_overlay_free(overlay);
	memset(&fs->journal, 0, sizeof(fs->journal));
	give_up(&fs->journal, EXT4BM_JOURNAL_FAILED, -EUCLEAN, "a superblock "
		"in it is not one of this filesystem");
	return e4_superblock_again(fs, options, err);
}

static int recover(struct ext4bm *fs,
		   const struct ext4bm_open_options *options,
		   struct ext4bm_error *err)
{
	struct e4_overlay *overlay = calloc(1, sizeof(*overlay));
	struct e4_jbd2_super super = { 0 };
	const char *why = NULL;
	int ret = -ENOMEM;

	if (overlay) {
		overlay->block_size = fs->geo.block_size;
		ret = e4_journal_find(fs, options, overlay, &super, &why);
	}
	if (!ret)
		ret = walk(fs, overlay, &super);
	if (!ret && overlay->nr)
		ret = lay(fs, options, overlay, err);
	else
		e4_overlay_free(overlay);
	if (ret == -ENOMEM)
		return e4_error(err, ENOMEM, ENOMEM, "%s", "");
	if (why)
		give_up(&fs->journal, EXT4BM_JOURNAL_FAILED, ret, why);
	else if (ret)
		return ret;
	/* The kernel gave up on an error: a mount records it. */
	if (super.errnum)
		fs->geo.state |= EXT2_ERROR_FS;
	fs->geo.needs_recovery = true;
	return 0;
}

int e4_journal_lay(struct ext4bm *fs,
		   const struct ext4bm_open_options *options, bool bundle,
		   struct ext4bm_error *err)
{
	struct ext4bm_journal *journal = &fs->journal;

	if (!fs->geo.needs_recovery)
		return 0;
	if (options->journal == EXT4BM_JOURNAL_IGNORE)
		give_up(journal, EXT4BM_JOURNAL_IGNORED, 0,
			"it was to be ignored");
	else if (bundle)
		give_up(journal, EXT4BM_JOURNAL_IGNORED, 0,
			"a bundle must not hold what is in it");
	else if (fs->target->mountpoint)
		give_up(journal, EXT4BM_JOURNAL_IGNORED, 0,
			"the filesystem is mounted");
	else if (fs->target->kind == EXT4BM_TARGET_E2IMAGE)
		give_up(journal, EXT4BM_JOURNAL_FAILED, -ENODEV,
			"an e2image file does not hold it");
	else
		return recover(fs, options, err);
	return 0;
}

/* What nobody here knows, or has to hand, is no damage. */
static bool is_damaged(const struct ext4bm_journal *journal)
{
	switch (journal->errnum) {
	case 0:
	case EFBIG:
	case ENODEV:
	case EOPNOTSUPP:
		return false;
	default:
		return true;
	}
}

void e4_journal_report(const struct ext4bm *fs, struct e4_findings *findings)
{
	const struct ext4bm_journal *journal = &fs->journal;
	struct ext4bm_finding *finding;

	if (is_damaged(journal)) {
		finding = e4_findings_add(findings, EXT4BM_JOURNAL_DAMAGED,
					  EXT4BM_NO_GROUP);
		finding->stored = journal->transaction;
		finding->counted = journal->block;
		finding->errnum = journal->errnum;
	}
	if (journal->fast_commits) {
		finding = e4_findings_add(findings,
					  EXT4BM_JOURNAL_FAST_COMMITS,
					  EXT4BM_NO_GROUP);
		finding->stored = journal->fast_commits;
	}
}
