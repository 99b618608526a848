// SPDX-License-Identifier: LGPL-2.0-only
/*
 * recovery.c --- what recovery would write
 *
 * Three walks over the log, as in fs/jbd2/recovery.c: where does it end, what
 * does it log, what does it revoke. Then the newest copy of each block that
 * is left counts. Nothing but numbers is kept; a logged block is only read
 * where it has a checksum, because a bad one makes recovery fail.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "fastcommit.h"
#include "revoke.h"
#include "walk.h"

/*
 * @block, @data:	room for a block each
 * @room:		blocks that fit into the list
 */
struct work {
	const struct e4_log *log;
	struct e4_recovery *recovery;
	uint8_t *block;
	uint8_t *data;
	size_t room;
};

/* Return: 0 or -ENOMEM. */
static int add(struct work *work, uint64_t block, uint32_t pos, uint32_t bits)
{
	struct e4_recovery *recovery = work->recovery;

	if (recovery->nr == work->room) {
		size_t room = work->room ? 2 * work->room : 1024;
		struct e4_logged *list =
			reallocarray(recovery->list, room, sizeof(*list));

		if (!list)
			return -ENOMEM;
		recovery->list = list;
		work->room = room;
	}
	recovery->list[recovery->nr++] = (struct e4_logged){ block, pos, bits };
	return 0;
}

/* Does a logged block fit its checksum? Read only if it has one. */
static bool logged_ok(struct work *work, const struct e4_walk *walk,
		      const struct e4_jbd2_tag *tag)
{
	const struct e4_log *log = work->log;
	uint32_t at = e4_walk_at(log, walk->pos);
	int err;

	if (log->super.csum < E4_JBD2_CSUM_V2)
		return true;
	err = log->read(log->context, at, work->data);
	if (err && !work->recovery->trouble.err)
		work->recovery->trouble = (struct e4_log_trouble){
			err, "it cannot be read", walk->sequence, at,
		};
	return !err && e4_jbd2_logged_ok(&log->super, tag, walk->sequence,
					 work->data);
}

static int collect_descriptor(struct work *work, struct e4_walk *walk)
{
	uint32_t since = walk->sequence - work->log->super.sequence;
	struct e4_jbd2_tag tag;
	uint32_t at = 0;
	int ret = 0;

	while (!ret && e4_jbd2_tag(&work->log->super, work->block, &at,
				   &tag)) {
		uint32_t bits = since << E4_LOGGED_SHIFT;

		if (tag.escaped)
			bits |= E4_LOGGED_ESCAPED;
		if (!logged_ok(work, walk, &tag))
			bits |= E4_LOGGED_BAD;
		ret = add(work, tag.block, walk->pos, bits);
		if (!ret && !e4_walk_skip(walk, 1))
			return 1;
	}
	return ret;
}

/* Return: 0 or 1 for trouble. */
static int revoke_block(const struct work *work, struct e4_walk *walk,
			struct e4_revokes *revokes)
{
	const struct e4_jbd2_super *super = &work->log->super;
	uint32_t since = walk->sequence - super->sequence;
	uint64_t block;
	uint32_t at = 0;

	if (!e4_jbd2_revoke_ok(super, work->block)) {
		e4_walk_trouble(walk, -EUCLEAN,
				"a revoke block claims more than fits");
		return 1;
	}
	while (e4_jbd2_revoked(super, work->block, &at, &block))
		e4_revokes_add(revokes, block, since);
	return 0;
}

/* What one block means to a walk; @revokes is NULL in the first. */
static int take_block(struct work *work, struct e4_walk *walk, uint32_t type,
		      struct e4_revokes *revokes)
{
	if (type == E4_JBD2_COMMIT)
		walk->sequence++;
	else if (type == E4_JBD2_REVOKE && revokes)
		return revoke_block(work, walk, revokes);
	else if (type == E4_JBD2_DESCRIPTOR && !revokes)
		return collect_descriptor(work, walk);
	else if (type == E4_JBD2_DESCRIPTOR)
		return !e4_walk_skip(walk, e4_jbd2_tags(&work->log->super,
							work->block));
	return 0;
}

/*
 * Walk the whole log once more, for its descriptors or for its revoke
 * records. Return: 0; 1 trouble, noted; -ENOMEM.
 */
static int walk_again(struct work *work, struct e4_revokes *revokes)
{
	struct e4_walk walk;
	uint32_t type;
	int ret = 0;

	e4_walk_start(&walk, work->log, work->block);
	while (!ret && walk.sequence != work->recovery->end) {
		int found = e4_walk_next(&walk, &type);

		if (found == 0)
			e4_walk_trouble(&walk, -EUCLEAN, "it changes while "
					"it is read");
		ret = found == 1 ? take_block(work, &walk, type, revokes) : 1;
	}
	if (ret == 1)
		work->recovery->trouble = walk.trouble;
	return ret;
}

static int compare_logged(const void *a, const void *b)
{
	const struct e4_logged *x = a, *y = b;

	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* The newest good copy of a block among [@from, @end), or @end. */
static size_t newest(struct work *work, const struct e4_revokes *revokes,
		     size_t from, size_t end)
{
	struct e4_recovery *recovery = work->recovery;
	size_t best = end;

	for (size_t i = from; i < end; i++) {
		const struct e4_logged *logged = &recovery->list[i];

		if (e4_revokes_hit(revokes, i, end - 1))
			recovery->revoked++;
		else if (!(logged->bits & E4_LOGGED_BAD))
			best = i;
		else if (!recovery->trouble.err)
			recovery->trouble = (struct e4_log_trouble){
				-EBADMSG, "the checksum of a logged block is "
				"wrong", work->log->super.sequence +
				(logged->bits >> E4_LOGGED_SHIFT),
				e4_walk_at(work->log, logged->at),
			};
	}
	return best;
}

/* Keep one copy of each block; the list becomes what it is to be. */
static void choose(struct work *work, const struct e4_revokes *revokes)
{
	struct e4_recovery *recovery = work->recovery;
	size_t nr = recovery->nr, kept = 0;

	for (size_t i = 0, end; i < nr; i = end) {
		size_t best;

		end = i + 1;
		while (end < nr &&
		       recovery->list[end].block == recovery->list[i].block)
			end++;
		best = newest(work, revokes, i, end);
		if (best == end)
			continue;
		recovery->list[kept] = recovery->list[best];
		recovery->list[kept].at =
			e4_walk_at(work->log, recovery->list[best].at);
		recovery->list[kept++].bits &= E4_LOGGED_ESCAPED;
	}
	recovery->nr = kept;
}

static void drop_list(struct e4_recovery *recovery)
{
	free(recovery->list);
	recovery->list = NULL;
	recovery->nr = 0;
}

static int collect(struct work *work)
{
	struct e4_recovery *recovery = work->recovery;
	struct e4_revokes revokes;
	int ret = walk_again(work, NULL);

	if (ret < 0)
		return ret;
	recovery->logged = recovery->nr;
	if (recovery->nr)
		qsort(recovery->list, recovery->nr, sizeof(*recovery->list),
		      compare_logged);
	if (ret == 0) {
		ret = e4_revokes_init(&revokes, recovery->list, recovery->nr);
		if (ret)
			return ret;
		ret = walk_again(work, &revokes);
		if (ret == 0)
			choose(work, &revokes);
		e4_revokes_free(&revokes);
	}
	/* Trouble before the first write: recovery writes nothing. */
	if (ret == 1)
		drop_list(recovery);
	return ret < 0 ? ret : 0;
}

/* Recovery looks at the fast commits before it writes anything. */
static void count_fast(struct work *work)
{
	struct e4_recovery *recovery = work->recovery;
	int err = e4_fast_count(work->log, recovery->end, work->block,
				&recovery->fast_commits,
				&recovery->fast_blocks);

	if (err)
		recovery->trouble = (struct e4_log_trouble){
			err, err == -EBADMSG || err == -EUCLEAN ?
			"its first fast commit is damaged" :
			err == -EOPNOTSUPP ?
			"its fast commits have features that are not known "
			"here" : "it cannot be read", recovery->end,
			work->log->super.fast_first,
		};
}

static int run(struct work *work)
{
	struct e4_recovery *recovery = work->recovery;
	const struct e4_log *log = work->log;
	struct e4_log_trouble failed = { 0 };
	struct e4_walk walk;
	int ret = 0;

	if (log->super.end - log->super.first > E4_LOG_MOST) {
		recovery->trouble.err = -EFBIG;
		recovery->trouble.why = "it is longer than what is replayed "
				      "in memory";
		return 0;
	}
	e4_walk_start(&walk, log, work->block);
	if (e4_walk_end(&walk, work->data, &recovery->end, &failed))
		recovery->trouble = walk.trouble;
	else
		count_fast(work);
	if (recovery->trouble.err)
		return 0;
	recovery->transactions = recovery->end - log->super.sequence;
	ret = collect(work);
	if (!ret && !recovery->trouble.err)
		recovery->trouble = failed;
	return ret;
}

int e4_recover(const struct e4_log *log, struct e4_recovery *ret_recovery)
{
	struct e4_recovery recovery = { .end = log->super.sequence };
	struct work work = {
		.log = log, .recovery = &recovery,
		.block = malloc(log->super.block_size),
		.data = malloc(log->super.block_size),
	};
	int ret = -ENOMEM;

	if (work.block && work.data)
		ret = run(&work);
	free(work.block);
	free(work.data);
	if (ret)
		e4_recovery_free(&recovery);
	else
		*ret_recovery = recovery;
	return ret;
}

void e4_recovery_free(struct e4_recovery *recovery)
{
	drop_list(recovery);
}
