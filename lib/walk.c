// SPDX-License-Identifier: LGPL-2.0-only
/*
 * walk.c --- where a log ends
 *
 * A log is a ring of blocks that is never cleaned: what follows its end is
 * an older round of it. Only numbers of transactions and checksums tell the
 * two apart, and what tells damage from an older round is the time of a
 * commit: damage is newer than the transaction before it. The rules are those
 * of the kernel's PASS_SCAN, so that the log ends here where it ends there.
 */
#include "config.h"

#include <errno.h>

#include "walk.h"

static uint32_t log_length(const struct e4_log *log)
{
	return log->super.end - log->super.first;
}

uint32_t e4_walk_at(const struct e4_log *log, uint32_t pos)
{
	uint32_t offset = log->super.start - log->super.first;

	return log->super.first + (offset + pos) % log_length(log);
}

void e4_walk_start(struct e4_walk *walk, const struct e4_log *log,
		   uint8_t *block)
{
	*walk = (struct e4_walk){
		.log = log, .block = block, .sequence = log->super.sequence,
	};
}

int e4_walk_trouble(struct e4_walk *walk, int err, const char *why)
{
	walk->trouble = (struct e4_log_trouble){
		.err = err, .why = why, .sequence = walk->sequence,
		.at = e4_walk_at(walk->log, walk->pos ? walk->pos - 1 : 0),
	};
	return -1;
}

int e4_walk_next(struct e4_walk *walk, uint32_t *ret_type)
{
	const struct e4_log *log = walk->log;
	int err = log->read(log->context, e4_walk_at(log, walk->pos),
			    walk->block);

	walk->pos++;
	if (err)
		return e4_walk_trouble(walk, err, "it cannot be read");
	*ret_type = e4_jbd2_type(walk->block, walk->sequence);
	if (!*ret_type)
		return 0;
	if (walk->pos > log_length(log))
		return e4_walk_trouble(walk, -EUCLEAN,
				       "its log goes round in a circle");
	return 1;
}

bool e4_walk_skip(struct e4_walk *walk, uint32_t nr)
{
	if (nr <= log_length(walk->log) - walk->pos) {
		walk->pos += nr;
		return true;
	}
	e4_walk_trouble(walk, -EUCLEAN, "a descriptor block has more tags "
			"than the log has blocks");
	return false;
}

/*
 * What is known on the way to the end.
 * @crc:	of the transaction so far, with checksums of V1
 * @time:	of the last good commit
 * @suspect:	a wrong checksum was seen in this transaction
 * @ended:	the end is known, although blocks with right numbers follow
 */
struct scan {
	struct e4_walk *walk;
	uint8_t *data;
	uint32_t crc;
	uint64_t time;
	bool suspect;
	bool ended;
	uint32_t end;
	struct e4_log_trouble failed;
};

/* V1's checksum covers descriptor blocks and what they describe. */
static int sum_logged(struct scan *scan, uint32_t nr)
{
	struct e4_walk *walk = scan->walk;
	const struct e4_log *log = walk->log;
	uint32_t size = log->super.block_size;

	scan->crc = e4_jbd2_crc32(scan->crc, walk->block, size);
	for (uint32_t i = 0; i < nr; i++) {
		int err = log->read(log->context,
				    e4_walk_at(log, walk->pos), scan->data);

		if (!e4_walk_skip(walk, 1))
			return -1;
		if (err)
			return e4_walk_trouble(walk, err, "it cannot be read");
		scan->crc = e4_jbd2_crc32(scan->crc, scan->data, size);
	}
	return 0;
}

static int scan_descriptor(struct scan *scan)
{
	const struct e4_jbd2_super *super = &scan->walk->log->super;
	uint32_t nr = e4_jbd2_tags(super, scan->walk->block);

	if (super->csum == E4_JBD2_CSUM_V1 && !scan->ended)
		return sum_logged(scan, nr);
	return e4_walk_skip(scan->walk, nr) ? 0 : -1;
}

static void end_here(struct scan *scan)
{
	if (scan->ended)
		return;
	scan->ended = true;
	scan->end = scan->walk->sequence;
}

/*
 * The commit of a transaction whose checksums are wrong. Return: 1 if the log
 * may go on behind it, 0 if not.
 */
static int bad_commit(struct scan *scan, const struct e4_jbd2_commit *commit)
{
	struct e4_walk *walk = scan->walk;

	/* Older than what it follows: it is of an older round. */
	if (commit->time < scan->time) {
		end_here(scan);
		return 0;
	}
	/* A later one counts, if there are several; so in the kernel. */
	scan->ended = true;
	scan->end = walk->sequence;
	/* With async commits it may just not have been finished. */
	if (walk->log->super.async)
		return 1;
	e4_walk_trouble(walk, -EBADMSG, "the checksum of a commit is wrong");
	scan->failed = walk->trouble;
	return 0;
}

/* Return: 1 go on, 0 the log ends, -1 trouble. */
static int scan_commit(struct scan *scan)
{
	struct e4_walk *walk = scan->walk;
	const struct e4_jbd2_super *super = &walk->log->super;
	bool v1 = super->csum == E4_JBD2_CSUM_V1;
	struct e4_jbd2_commit commit;

	e4_jbd2_commit(walk->block, &commit);
	if (scan->suspect) {
		if (commit.time < scan->time)
			return 0;
		return e4_walk_trouble(walk, -EBADMSG, "the checksum of a "
				       "descriptor or revoke block is wrong");
	}
	/* A whole one behind a bad one: that one was damaged after all. */
	if (v1 && scan->ended) {
		e4_walk_trouble(walk, -EBADMSG,
				"the checksum of a transaction is wrong");
		scan->failed = walk->trouble;
		scan->failed.sequence = scan->end;
		return 0;
	}
	if ((v1 && !e4_jbd2_commit_ok(&commit, scan->crc)) ||
	    !e4_jbd2_block_ok(super, E4_JBD2_COMMIT, walk->block)) {
		if (!bad_commit(scan, &commit))
			return 0;
	}
	scan->crc = ~0U;
	scan->time = commit.time;
	walk->sequence++;
	return 1;
}

/* Return: 1 go on, 0 the log ends, -1 trouble. */
static int scan_block(struct scan *scan, uint32_t type)
{
	const struct e4_jbd2_super *super = &scan->walk->log->super;

	switch (type) {
	case E4_JBD2_DESCRIPTOR:
		if (!e4_jbd2_block_ok(super, type, scan->walk->block))
			scan->suspect = true;
		return scan_descriptor(scan) ? -1 : 1;
	case E4_JBD2_REVOKE:
		if (!e4_jbd2_block_ok(super, type, scan->walk->block))
			scan->suspect = true;
		return 1;
	case E4_JBD2_COMMIT:
		return scan_commit(scan);
	default:
		return 0;
	}
}

int e4_walk_end(struct e4_walk *walk, uint8_t *data, uint32_t *ret_end,
		struct e4_log_trouble *ret_failed)
{
	struct scan scan = { .walk = walk, .data = data, .crc = ~0U };
	uint32_t type;
	int ret;

	do {
		ret = e4_walk_next(walk, &type);
		if (ret == 1)
			ret = scan_block(&scan, type);
	} while (ret == 1);
	if (ret < 0)
		return -1;
	end_here(&scan);
	*ret_end = scan.end;
	*ret_failed = scan.failed;
	return 0;
}
