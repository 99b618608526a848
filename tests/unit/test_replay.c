// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_replay.c --- the answers of a bundle, in the order they were given
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "replay.h"
#include "space.h"
#include "unit.h"

struct scene {
	struct e4_replay replay;
	struct e4_source source;
};

static int start(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	scene->replay.manifest.block_size = 1024;
	scene->source = e4_replay_source(&scene->replay);
	*state = scene;
	return 0;
}

static int finish(void **state)
{
	struct scene *scene = *state;

	e4_replay_release(&scene->replay);
	free(scene);
	return 0;
}

static void put(struct scene *scene, const char *name, const char *text)
{
	FILE *file = e4_bundle_make(&scene->replay.bundle, name);

	assert_non_null(file);
	fputs(text, file);
}

/* The answers as text. */
static char got[2000];

static bool take_line(void *to, const struct e4_mbgroup *line)
{
	(void)to;
	snprintf(got + strlen(got), sizeof(got) - strlen(got), "%u:%d ",
		 line->group, line->counters.free);
	return line->group < 2;
}

static const char *counters(struct scene *scene, int wanted)
{
	*got = '\0';
	assert_int_equal(scene->source.ops->counters(scene->source.context,
						     take_line, NULL), wanted);
	return got;
}

#define LINE " 1 0 [ 0 0 0 0 0 0 0 0 0 0 0 0 0 0 ]\n"

static void readings(void **state)
{
	struct scene *scene = *state;

	counters(scene, -ENODATA);
	scene->replay.nr_counters = 0;
	put(scene, "mb_groups.1", "#0: 10" LINE "#1: 11" LINE);
	put(scene, "mb_groups.2", "#0: 20" LINE "error 5\n");
	put(scene, "mb_groups.3", "#0: 30" LINE "#2: 32" LINE "#3: 33" LINE);
	assert_string_equal(counters(scene, 0), "0:10 1:11 ");
	assert_string_equal(counters(scene, -EIO), "0:20 ");
	/* who has enough gets no more */
	assert_string_equal(counters(scene, 0), "0:30 2:32 ");
	/* and the last one is the last one */
	assert_string_equal(counters(scene, 0), "0:30 2:32 ");
}

static void bad_readings(void **state)
{
	struct scene *scene = *state;

	put(scene, "mb_groups.1", "nothing of the kind\n");
	put(scene, "mb_groups.2", "error 0\n");
	counters(scene, -EBADMSG);
	counters(scene, -EBADMSG);
}

static void take_record(void *to, const struct fsmap *record)
{
	(void)to;
	snprintf(got + strlen(got), sizeof(got) - strlen(got),
		 "%llx:%llu+%llu ", record->fmr_owner,
		 record->fmr_physical / 1024, record->fmr_length / 1024);
}

static const char *records(struct scene *scene, uint64_t first, uint64_t end,
			   int wanted)
{
	*got = '\0';
	assert_int_equal(scene->source.ops->records(
				 scene->source.context, first * 1024,
				 end * 1024 - 1, take_record, NULL), wanted);
	return got;
}

static void extents(void **state)
{
	struct scene *scene = *state;

	put(scene, E4_MEMBER_FSMAP,
	    "from 1024 102399\nfree 1 9\nend 10 74\n"
	    "from 1024 51199\nfree 20 10\nend 50 0\n"
	    "from 51200 102399\nend 100 117\n"
	    "from 0 18446744073709551615\n0x5800000001 1 1\nfree 20 60\n"
	    "end 100 0\n");
	assert_int_equal(e4_replay_index(&scene->replay), 0);
	/* a group in it could not be loaded: then one by one */
	records(scene, 1, 100, -EBADMSG);
	assert_string_equal(records(scene, 1, 50, 0), "1:20+10 2:30+20 ");
	assert_string_equal(records(scene, 50, 100, -EUCLEAN), "2:50+50 ");
	/* asked again, in another order */
	assert_string_equal(records(scene, 1, 50, 0), "1:20+10 2:30+20 ");
	/* never asked: cut from an answer about more */
	assert_string_equal(records(scene, 25, 40, 0), "1:25+15 ");
	assert_string_equal(records(scene, 60, 90, 0), "1:60+20 2:80+10 ");
}

static void bad_extents(void **state)
{
	static const char *const texts[] = {
		"0x1 20 10\n0x1 29 1\nend 50 0\n", "0x1 20 0\nend 50 0\n",
		"0x1 18446744073709551615 2\nend 50 0\n",
		"0x1 1 18446744073709551615\nend 50 0\n",
		"0x1 1\nend 50 0\n", "x\n", "0x1 1 1\n", "end 50 -1\n",
		"end 50 5000\n", "end 18446744073709551615 0\n",
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char text[200];

		snprintf(text, sizeof(text), "from 1024 51199\n%s", texts[i]);
		put(scene, E4_MEMBER_FSMAP, text);
		assert_int_equal(e4_replay_index(&scene->replay), 0);
		records(scene, 1, 50, -EBADMSG);
		records(scene, 2, 60, -ENODATA);
		e4_replay_release(&scene->replay);
		scene->replay.manifest.block_size = 1024;
	}
	records(scene, 1, 50, -ENODATA);
}

static void attribute(struct scene *scene, const char *name, int wanted,
		      const char *value)
{
	char line[32] = "";

	assert_int_equal(scene->source.ops->attribute(
				 scene->source.context, name, line,
				 sizeof(line)), wanted);
	assert_string_equal(line, value);
}

static void attributes(void **state)
{
	struct scene *scene = *state;

	attribute(scene, "errors_count", -ENOENT, "");
	put(scene, E4_MEMBER_SYSFS,
	    "errors_count 0 3\nfirst_error_func 0 ext4_lookup\n"
	    "first_error_ino 2 \nerrors_count 0 4\nempty 0 \n");
	attribute(scene, "errors_count", 0, "3");
	attribute(scene, "first_error_func", 0, "ext4_lookup");
	attribute(scene, "first_error_ino", -ENOENT, "");
	attribute(scene, "errors_count", 0, "4");
	attribute(scene, "empty", 0, "");
	attribute(scene, "errors", -ENOENT, "");
	attribute(scene, "errors_count", 0, "3");
}

static void totals(void **state)
{
	struct scene *scene = *state;
	const struct e4_source *source = &scene->source;
	uint64_t nr_free = 0, delayed = 0;
	struct e4_total total;

	assert_int_equal(source->ops->space(source->context, &nr_free,
					    &delayed), -ENODATA);
	put(scene, E4_MEMBER_STATFS,
	    "space 0 100 7\ntotal 0 100 7 107 0\ntotal 0 99 8 107 1\n"
	    "total 5 0 0 0 0\n");
	assert_int_equal(source->ops->space(source->context, &nr_free,
					    &delayed), 0);
	assert_int_equal(nr_free, 100);
	assert_int_equal(delayed, 7);
	assert_int_equal(source->ops->total(source->context, NULL, &total),
			 0);
	assert_false(total.still);
	assert_int_equal(source->ops->total(source->context, NULL, &total),
			 0);
	assert_true(total.still);
	assert_int_equal(total.free, 99);
	assert_int_equal(total.described, 107);
	assert_int_equal(source->ops->total(source->context, NULL, &total),
			 -EIO);
}

/* A group that was not sampled ends the sampling, before anything is given. */
static void no_samples(void **state)
{
	struct scene *scene = *state;
	struct e4_live live = { .geo.groups = 4 };
	struct e4_sample samples[2] = { { .group = 1 }, { .group = 2 } };
	struct e4_replay_sample one[] = { { .group = 1, .offset = 0 } };
	uint32_t size = 0;

	scene->replay.samples = one;
	scene->replay.nr_samples = 1;
	assert_int_equal(scene->source.ops->sample(scene->source.context,
						   &live, samples, 2), -ETIME);
	assert_int_equal(one[0].used, 0);
	scene->replay.samples = NULL;
	scene->replay.nr_samples = 0;
	assert_int_equal(scene->source.ops->block_size(scene->source.context,
						       &size), 0);
	assert_int_equal(size, 1024);
	assert_true(scene->source.ops->now(scene->source.context) == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(readings),
		TEST(bad_readings),
		TEST(extents),
		TEST(bad_extents),
		TEST(attributes),
		TEST(totals),
		TEST(no_samples),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
