// SPDX-License-Identifier: LGPL-2.0-only
/*
 * liveowners.c --- whose clusters the allocator calls free
 *
 * What ext4 changes of inode tables and mappings is in the page cache of the
 * device at once, where it is read here. Bitmaps are not compared with it:
 * while files come and go, the two are never of the same moment.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>

#include "attach.h"
#include "geometry.h"
#include "liveowners.h"
#include "naming.h"
#include "owners.h"
#include "pathfind.h"
#include "survey.h"

/* Until when there is time, on the clock of the source. */
struct limit {
	const struct e4_live *live;
	double end;
};

/* Owners of a finding, taken out of it. */
struct owners {
	struct ext4bm_owner *list;
	size_t nr;
};

static bool is_late(void *context)
{
	const struct limit *limit = context;
	const struct e4_source *source = &limit->live->source;

	return source->ops->now(source->context) >= limit->end;
}

const char *e4_liveowners_refused(const struct e4_live *live)
{
	return live->fs ? e4_owners_refused(live->fs) :
	       e4_blind_text(live->blind);
}

static bool is_subject(const struct e4_question *question,
		       const struct ext4bm_finding *finding)
{
	return finding->code == EXT4BM_BUDDY_LOST_UPDATE &&
	       (!question->wants ||
		question->wants(question->context, finding));
}

/* Move those that want owners to the front of the list. */
static struct e4_findings subjects_of(const struct e4_question *question)
{
	struct ext4bm_finding *list = question->findings->list;
	struct e4_findings subjects = { .list = list };

	for (size_t i = 0; i < question->findings->nr; i++) {
		struct ext4bm_finding it = list[i];

		if (!is_subject(question, &it))
			continue;
		list[i] = list[subjects.nr];
		list[subjects.nr++] = it;
	}
	return subjects;
}

/* How far the tables are used, and who was deleted, moves all the time. */
static int refresh(struct ext4bm *fs)
{
	struct ext2_super_block sb;
	int ret = e4_io_read(fs->e2fs->io, &sb, sizeof(sb),
			     E4_SUPERBLOCK_OFFSET);

	if (ret)
		return ret;
	fs->rules.last_orphan = le32toh(sb.s_last_orphan);
	e4_table_refresh_all(&fs->table, fs->e2fs->io, &fs->geo);
	return 0;
}

/*
 * The survey is only begun, for bad blocks and deleted files. @last: nobody is
 * asked again, so that these are the owners who may want a path.
 */
static int ask(const struct e4_question *question, const struct limit *limit,
	       bool last, struct e4_findings *subjects,
	       struct e4_findings *unread)
{
	struct e4_live *live = question->live;
	uint8_t *none = calloc(live->geo.groups / 8 + 1, 1);
	struct e4_survey survey = { 0 };
	int ret;

	if (!none)
		return -ENOMEM;
	ret = refresh(live->fs);
	if (ret) {
		free(none);
		return ret;
	}
	if (limit) {
		survey.tables.late = is_late;
		survey.tables.context = (void *)(uintptr_t)limit;
	}
	ret = e4_survey_init(&survey, live->fs, &live->views,
			     question->options, none, subjects);
	if (!ret)
		ret = e4_naming_find(&survey.tables, question->options,
				     subjects, unread,
				     &question->answer->bytes);
	if (!ret && last)
		ret = e4_pathfind(&survey.tables, question->options, subjects,
				  &question->answer->bytes);
	for (size_t i = 0; i < subjects->nr; i++)
		subjects->list[i].owners_cut |= survey.orphans.unread != 0;
	e4_survey_free(&survey);
	return ret;
}

static struct owners take_owners(struct ext4bm_finding *finding)
{
	struct owners owners = { finding->owners, finding->nr_owners };

	finding->owners = NULL;
	finding->nr_owners = 0;
	return owners;
}

static void free_owners(struct owners owners)
{
	for (size_t i = 0; i < owners.nr; i++)
		free(owners.list[i].path);
	free(owners.list);
}

/* As if nobody had been asked. */
static void forget(struct e4_findings *subjects)
{
	for (size_t i = 0; i < subjects->nr; i++) {
		free_owners(take_owners(&subjects->list[i]));
		subjects->list[i].owners_cut = false;
		subjects->list[i].asked = false;
	}
}

static bool cancelled(const struct e4_question *question)
{
	const volatile int *cancel = question->options->cancel;

	return cancel && *cancel;
}

/* An answer that is not complete is none. */
static void conclude(const struct e4_question *question,
		     struct e4_findings *subjects, struct e4_findings *unread,
		     bool answered)
{
	question->answer->answered = answered;
	if (answered) {
		e4_findings_move(question->findings, unread, UINT64_MAX);
		return;
	}
	forget(subjects);
	e4_findings_free(unread);
}

int e4_liveowners_still(const struct e4_question *question, double seconds)
{
	const struct e4_source *source = &question->live->source;
	struct limit limit = {
		question->live, source->ops->now(source->context) + seconds,
	};
	struct e4_findings subjects = subjects_of(question);
	struct e4_findings unread = { 0 };
	int ret = 0;

	if (subjects.nr)
		ret = ask(question, &limit, true, &subjects, &unread);
	conclude(question, &subjects, &unread, !ret && !cancelled(question) &&
		 (!subjects.nr || !is_late(&limit)));
	question->answer->still = question->answer->answered;
	return ret;
}

static int ask_again(const struct e4_question *question,
		     struct e4_findings *subjects, struct e4_findings *unread)
{
	struct owners *before = calloc(subjects->nr, sizeof(*before));
	int ret;

	if (!before)
		return -ENOMEM;
	for (size_t i = 0; i < subjects->nr; i++)
		before[i] = take_owners(&subjects->list[i]);
	e4_findings_free(unread);
	ret = ask(question, NULL, true, subjects, unread);
	for (size_t i = 0; i < subjects->nr; i++) {
		e4_owners_agree(&subjects->list[i], before[i].list,
				before[i].nr);
		free_owners(before[i]);
	}
	free(before);
	return ret;
}

int e4_liveowners_moving(const struct e4_question *question)
{
	struct e4_findings subjects = subjects_of(question);
	struct e4_findings unread = { 0 };
	int ret = 0;

	question->answer->still = false;
	if (subjects.nr)
		ret = ask(question, NULL, false, &subjects, &unread);
	if (subjects.nr && !ret && !cancelled(question))
		ret = ask_again(question, &subjects, &unread);
	conclude(question, &subjects, &unread, !ret && !cancelled(question));
	return ret;
}
