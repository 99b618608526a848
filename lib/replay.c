// SPDX-License-Identifier: LGPL-2.0-only
/*
 * replay.c --- the views of a bundle, in place of a running kernel
 *
 * Gives every answer in the order in which it was given when the bundle was
 * made; a program that asks differently gets the nearest answer there is. A
 * group that was sampled no more ends the sampling, as time did then.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"
#include "replay.h"
#include "sampletext.h"
#include "space.h"

#define LINE 400

/* Parts of one answer that are given. */
#define MOST_CUTS 1000

/* A line of a member, from *@offset on, which is moved behind it. */
static bool next_line(FILE *file, off_t *offset, char *line, size_t size)
{
	if (fseeko(file, *offset, SEEK_SET) != 0 ||
	    !fgets(line, (int)size, file))
		return false;
	*offset = ftello(file);
	return true;
}

/* The next line that begins with @word, or the first one if none is left. */
static bool next_answer(FILE *file, off_t *offset, const char *word,
			char *line, size_t size)
{
	size_t len = strlen(word);

	for (int again = 0; file && again < 2; again++) {
		while (next_line(file, offset, line, size))
			if (strncmp(line, word, len) == 0 && line[len] == ' ')
				return true;
		*offset = 0;
	}
	return false;
}

static int give_counters(FILE *file, e4_counters_take take, void *to)
{
	char line[LINE];
	int error;

	rewind(file);
	while (fgets(line, sizeof(line), file)) {
		struct e4_mbgroup parsed;
		int ret;

		if (sscanf(line, "error %d", &error) == 1)
			return error > 0 && error < 4096 ? -error : -EBADMSG;
		ret = e4_mbgroups_parse(line, &parsed);
		if (ret < 0)
			return -EBADMSG;
		if (ret == 1 && !take(to, &parsed))
			return 0;
	}
	return ferror(file) ? -EIO : 0;
}

static int counters(void *context, e4_counters_take take, void *to)
{
	struct e4_replay *replay = context;
	FILE *file = NULL;

	for (unsigned int nr = ++replay->nr_counters; nr > 0 && !file; nr--) {
		char name[32];

		snprintf(name, sizeof(name), E4_MEMBER_COUNTERS ".%u", nr);
		file = e4_bundle_find(&replay->bundle, name);
	}
	return file ? give_counters(file, take, to) : -ENODATA;
}

/* Of answers to the same question the first that was not given, or the last. */
static struct e4_replay_answer *find_answer(struct e4_replay *replay,
					    uint64_t first, uint64_t last)
{
	struct e4_replay_answer *list = replay->answers;
	size_t low = 0, high = replay->nr_answers;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list[middle].first < first ||
		    (list[middle].first == first && list[middle].last < last))
			low = middle + 1;
		else
			high = middle;
	}
	if (low == replay->nr_answers || list[low].first != first ||
	    list[low].last != last)
		return NULL;
	while (list[low].used && low + 1 < replay->nr_answers &&
	       list[low + 1].first == first && list[low + 1].last == last)
		low++;
	list[low].used = true;
	return &list[low];
}

/*
 * A program that asks differently gets part of an answer about more. Each
 * time all of that is read, which nobody is to make last for ever.
 */
static const struct e4_replay_answer *cut_answer(struct e4_replay *replay,
						 uint64_t first, uint64_t last)
{
	const struct e4_replay_answer *widest = replay->widest;

	if (!widest || widest->first > first || widest->last < last ||
	    ++replay->cuts > MOST_CUTS)
		return NULL;
	return widest;
}

struct giving {
	uint64_t first;
	uint64_t last;
	uint64_t size;
	uint64_t end;
	e4_fsmap_take take;
	void *to;
};

static bool is_metadata(uint64_t owner)
{
	return owner != FMR_OWN_FREE && owner != FMR_OWN_UNKNOWN;
}

/* What lies in the range that was asked for; metadata is given whole. */
static void give(struct giving *giving, uint64_t owner, uint64_t start,
		 uint64_t end)
{
	struct fsmap record = { .fmr_owner = owner,
				.fmr_flags = FMR_OF_SPECIAL_OWNER };

	if (start > giving->last || end <= giving->first)
		return;
	if (!is_metadata(owner) && start < giving->first)
		start = giving->first;
	if (!is_metadata(owner) && end - 1 > giving->last)
		end = giving->last + 1;
	record.fmr_physical = start;
	record.fmr_length = end - start;
	giving->take(giving->to, &record);
}

/* Return: 1 to go on, 0 at the end of the answer, or a negative errno. */
static int give_line(struct giving *giving, const char *line)
{
	uint64_t most = INT64_MAX / giving->size;
	uint64_t owner = FMR_OWN_FREE, start, len;
	int error;

	if (sscanf(line, "end %" SCNu64 " %d", &start, &error) == 2) {
		if (error < 0 || error > 4095 || start > most)
			return -EBADMSG;
		if (start * giving->size > giving->end)
			give(giving, FMR_OWN_UNKNOWN, giving->end,
			     start * giving->size);
		return -error;
	}
	if ((sscanf(line, "free %" SCNu64 " %" SCNu64, &start, &len) != 2 &&
	     sscanf(line, "0x%" SCNx64 " %" SCNu64 " %" SCNu64, &owner,
		    &start, &len) != 3) || len == 0 || start > most ||
	    len > most - start || start * giving->size < giving->end)
		return -EBADMSG;
	giving->end = (start + len) * giving->size;
	give(giving, owner, start * giving->size, giving->end);
	return 1;
}

static int records(void *context, uint64_t first, uint64_t last,
		   e4_fsmap_take take, void *to)
{
	struct e4_replay *replay = context;
	FILE *file = e4_bundle_find(&replay->bundle, E4_MEMBER_FSMAP);
	struct giving giving = {
		.first = first, .last = last, .take = take, .to = to,
		.size = replay->manifest.block_size,
	};
	const struct e4_replay_answer *answer =
		find_answer(replay, first, last);
	char line[LINE];
	off_t at;
	int ret = 1;

	if (!answer)
		answer = cut_answer(replay, first, last);
	if (!file || !giving.size || !answer)
		return -ENODATA;
	at = answer->offset;
	while (ret == 1)
		ret = next_line(file, &at, line, sizeof(line)) ?
		      give_line(&giving, line) : -EBADMSG;
	return ret;
}

static int block_size(void *context, uint32_t *ret_size)
{
	struct e4_replay *replay = context;

	if (!replay->manifest.block_size)
		return -ENODATA;
	*ret_size = replay->manifest.block_size;
	return 0;
}

static int error_of(int error)
{
	return error >= 0 && error < 4096 ? -error : -EBADMSG;
}

static int space(void *context, uint64_t *ret_free, uint64_t *ret_delayed)
{
	struct e4_replay *replay = context;
	FILE *file = e4_bundle_find(&replay->bundle, E4_MEMBER_STATFS);
	char line[LINE];
	int error;

	if (!next_answer(file, &replay->spaces, "space", line, sizeof(line)))
		return -ENODATA;
	if (sscanf(line, "space %d %" SCNu64 " %" SCNu64, &error, ret_free,
		   ret_delayed) != 3)
		return -EBADMSG;
	return error_of(error);
}

static int total(void *context, struct e4_live *live, struct e4_total *result)
{
	struct e4_replay *replay = context;
	FILE *file = e4_bundle_find(&replay->bundle, E4_MEMBER_STATFS);
	char line[LINE];
	int error, still;

	(void)live;
	if (!next_answer(file, &replay->totals, "total", line, sizeof(line)))
		return -ENODATA;
	if (sscanf(line, "total %d %" SCNu64 " %" SCNu64 " %" SCNu64 " %d",
		   &error, &result->free, &result->delayed,
		   &result->described, &still) != 5)
		return -EBADMSG;
	result->still = still;
	return error_of(error);
}

static int attribute(void *context, const char *name, char *buf, size_t size)
{
	struct e4_replay *replay = context;
	FILE *file = e4_bundle_find(&replay->bundle, E4_MEMBER_SYSFS);
	char line[LINE];
	int error, used = 0;

	if (!next_answer(file, &replay->attributes, name, line, sizeof(line)))
		return -ENOENT;
	line[strcspn(line, "\n")] = '\0';
	if (sscanf(line + strlen(name), "%d %n", &error, &used) != 1)
		return -EBADMSG;
	if (!error && used)
		snprintf(buf, size, "%s", line + strlen(name) + used);
	else if (!error)
		*buf = '\0';
	return error_of(error);
}

/*
 * The next sample of a group, or NULL when all were given. @take it, or only
 * look for it.
 */
static const struct e4_replay_sample *next_sample(struct e4_replay *replay,
						  uint32_t group, bool take)
{
	struct e4_replay_sample *list = replay->samples;
	size_t low = 0, high = replay->nr_samples, at;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list[middle].group < group)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == replay->nr_samples || list[low].group != group)
		return NULL;
	at = low + list[low].used;
	if (at >= replay->nr_samples || list[at].group != group)
		return NULL;
	list[low].used += take;
	return &list[at];
}

/* What the page cache, or the disk, had of a group. */
static int give_cache(struct e4_replay *replay, struct e4_live *live,
		      uint32_t group, struct e4_table *table,
		      struct e4_cache *cache, const uint64_t pages[2])
{
	size_t size = live->geo.block_size;
	int ret;

	memset(&cache->gd, 0, sizeof(cache->gd));
	if (group >= table->groups)
		return -EBADMSG;
	e4_table_put(table, &live->geo, group, cache->raw);
	ret = e4_table_get(table, &live->geo, &live->fs->csum, group,
			   &cache->gd);
	if (!ret)
		ret = e4_store_get(&replay->store, pages[0], cache->bitmaps);
	if (!ret)
		ret = e4_store_get(&replay->store, pages[1],
				   cache->bitmaps + size);
	return ret;
}

static int give_sample(struct e4_replay *replay, struct e4_live *live,
		       const struct e4_replay_sample *from,
		       struct e4_sample *sample)
{
	FILE *file = e4_bundle_find(&replay->bundle, E4_MEMBER_SAMPLES);
	struct e4_sample_pages pages = { .cache = live->fs,
					 .disk = live->disk };
	int ret;

	if (fseeko(file, from->offset, SEEK_SET) != 0)
		return -errno;
	ret = e4_sample_read(file, &live->geo, sample, &pages);
	if (ret <= 0)
		return ret ? ret : -EBADMSG;
	ret = 0;
	for (int i = 0; i < 2 && live->fs && !ret; i++)
		ret = give_cache(replay, live, sample->group,
				 &live->fs->table, &sample->cache[i],
				 pages.page[i]);
	if (!ret && live->disk)
		ret = give_cache(replay, live, sample->group,
				 &live->disk->table, &sample->disk,
				 pages.page[2]);
	return ret;
}

static int sample(void *context, struct e4_live *live,
		  struct e4_sample *samples, size_t nr)
{
	struct e4_replay *replay = context;
	int ret = 0;

	for (size_t i = 0; i < nr; i++)
		if (!next_sample(replay, samples[i].group, false))
			return -ETIME;
	for (size_t i = 0; i < nr && !ret; i++)
		ret = give_sample(replay, live,
				  next_sample(replay, samples[i].group, true),
				  &samples[i]);
	return ret;
}

static void again(void *context, const struct e4_live *live)
{
	struct e4_replay *replay = context;

	(void)live;
	replay->nr_counters = 0;
	replay->spaces = replay->totals = 0;
	for (size_t i = 0; i < replay->nr_answers; i++)
		replay->answers[i].used = false;
	for (size_t i = 0; i < replay->nr_samples; i++)
		replay->samples[i].used = 0;
}

static double now(void *context)
{
	const struct e4_replay *replay = context;

	return replay->clock;
}

static void pause_for(void *context, long nanoseconds)
{
	(void)context, (void)nanoseconds;
}

struct e4_source e4_replay_source(struct e4_replay *replay)
{
	static const struct e4_source_ops ops = {
		.counters = counters, .records = records,
		.block_size = block_size, .space = space,
		.attribute = attribute, .sample = sample, .total = total,
		.again = again, .now = now, .pause = pause_for,
	};

	return (struct e4_source){ .ops = &ops, .context = replay };
}
