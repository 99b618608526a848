// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_sampletext.c --- samples as text: both ways, and hostile
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sampletext.h"
#include "store.h"
#include "unit.h"

static const struct ext4bm_geometry shape = {
	.block_size = 1024, .cluster_ratio = 1, .blocks = 8193 + 4000,
	.first_data_block = 1, .blocks_per_group = 8192, .groups = 2,
	.clusters_per_group = 8192, .desc_size = 64,
};

static const struct e4_live live = { .geo = shape };

struct scene {
	struct e4_sample sample;
	struct e4_sample_pages pages;
	struct e4_sample got;
	struct e4_sample_pages got_pages;
};

static int start(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	uint64_t seed = 11;

	assert_int_equal(e4_sample_init(&live, &scene->sample), 0);
	assert_int_equal(e4_sample_init(&live, &scene->got), 0);
	scene->sample.group = 1;
	scene->sample.before.group = scene->sample.after.group = 1;
	unit_fill(&seed, &scene->sample.before.counters,
		  sizeof(scene->sample.before.counters));
	unit_fill(&seed, &scene->sample.after.counters,
		  sizeof(scene->sample.after.counters));
	scene->sample.after.corrupt = true;
	unit_fill(&seed, &scene->sample.buddy, sizeof(scene->sample.buddy));
	unit_fill(&seed, scene->sample.free, 4000 / 8);
	for (int i = 0; i < 2; i++) {
		unit_fill(&seed, scene->sample.cache[i].raw, 64);
		scene->sample.cache[i].error = i ? -EIO : 0;
		scene->pages.page[i][0] = 17;
	}
	unit_fill(&seed, scene->sample.disk.raw, 64);
	scene->sample.disk.error = -EUCLEAN;
	scene->pages.page[2][0] = 18;
	scene->pages.page[2][1] = E4_PAGE_ERROR - EIO;
	scene->pages.page[0][1] = E4_PAGE_ZEROS;
	scene->pages.page[1][1] = E4_PAGE_ONES;
	*state = scene;
	return 0;
}

static int finish(void **state)
{
	struct scene *scene = *state;

	e4_sample_free(&scene->sample);
	e4_sample_free(&scene->got);
	free(scene);
	return 0;
}

static char *text_of(struct scene *scene, bool cache, bool disk)
{
	static char text[65536];
	FILE *file = fmemopen(text, sizeof(text), "w");

	scene->pages.cache = cache;
	scene->pages.disk = disk;
	e4_sample_write(file, &shape, &scene->sample, &scene->pages);
	fclose(file);
	return text;
}

static int read_text(struct scene *scene, const char *text, bool cache,
		     bool disk)
{
	FILE *file = fmemopen((char *)(uintptr_t)text, strlen(text), "r");
	int ret;

	assert_non_null(file);
	scene->got_pages.cache = cache;
	scene->got_pages.disk = disk;
	ret = e4_sample_read(file, &shape, &scene->got, &scene->got_pages);
	fclose(file);
	return ret;
}

static void same(const struct scene *scene)
{
	const struct e4_sample *a = &scene->sample, *b = &scene->got;

	assert_int_equal(a->group, b->group);
	assert_true(e4_mbgroups_equal(&a->before, &b->before));
	assert_true(e4_mbgroups_equal(&a->after, &b->after));
	assert_int_equal(a->buddy_error, b->buddy_error);
	if (!a->buddy_error) {
		assert_memory_equal(&a->buddy, &b->buddy, sizeof(a->buddy));
		assert_memory_equal(a->free, b->free, 1024);
	}
}

static void both_ways(void **state)
{
	struct scene *scene = *state;

	scene->sample.cache[1].torn = true;
	assert_int_equal(read_text(scene, text_of(scene, true, true), true,
				   true), 1);
	same(scene);
	assert_false(scene->got.cache[0].torn);
	assert_true(scene->got.cache[1].torn);
	assert_int_equal(scene->got.disk.error, -EUCLEAN);
	assert_memory_equal(scene->got.disk.raw, scene->sample.disk.raw, 64);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(scene->got.cache[i].error,
				 scene->sample.cache[i].error);
		assert_memory_equal(scene->got.cache[i].raw,
				    scene->sample.cache[i].raw, 64);
	}
	assert_memory_equal(&scene->pages, &scene->got_pages,
			    sizeof(scene->pages));
	/* as an ordinary user sees it */
	assert_int_equal(read_text(scene, text_of(scene, false, false), false,
				   false), 1);
	same(scene);
	/* groups that could not be loaded */
	scene->sample.before = (struct e4_mbgroup){ .group = 1,
						    .errnum = EBADMSG };
	scene->sample.buddy_error = -EUCLEAN;
	assert_int_equal(read_text(scene, text_of(scene, true, false), true,
				   false), 1);
	same(scene);
	/* all free, up to the short end */
	scene->sample.buddy_error = 0;
	memset(scene->sample.free, 0xff, 4000 / 8);
	assert_int_equal(read_text(scene, text_of(scene, true, false), true,
				   false), 1);
	same(scene);
}

/* Several samples are read one by one; the end is an end. */
static void one_by_one(void **state)
{
	struct scene *scene = *state;
	char *text = strdup(text_of(scene, true, true));
	size_t len = strlen(text);
	char *twice = malloc(2 * len + 1);
	FILE *file;

	sprintf(twice, "%s%s", text, text);
	file = fmemopen(twice, 2 * len, "r");
	for (int i = 0; i < 2; i++) {
		scene->got_pages = scene->pages;
		assert_int_equal(e4_sample_read(file, &shape, &scene->got,
						&scene->got_pages), 1);
		same(scene);
	}
	assert_int_equal(e4_sample_read(file, &shape, &scene->got,
					&scene->got_pages), 0);
	fclose(file);
	free(twice);
	free(text);
}

/* Every way to cut it off, and every missing line. */
static void incomplete(void **state)
{
	struct scene *scene = *state;
	char *text, *without;

	memset(scene->sample.free, 0, 1024);
	text = strdup(text_of(scene, true, true));
	without = malloc(strlen(text) + 1);
	for (size_t len = 1; len < strlen(text); len++) {
		sprintf(without, "%.*s", (int)len, text);
		assert_int_equal(read_text(scene, without, true, true),
				 -EBADMSG);
	}
	for (char *line = text; *line; line = strchr(line, '\n') + 1) {
		strcpy(without, text);
		strcpy(without + (line - text), strchr(line, '\n') + 1);
		assert_int_equal(read_text(scene, without, true, true),
				 -EBADMSG);
	}
	/* pages where there can be none, none where there must be some */
	assert_int_equal(read_text(scene, text, true, false), -EBADMSG);
	assert_int_equal(read_text(scene, text_of(scene, false, false), true,
				   false),
			 -EBADMSG);
	free(without);
	free(text);
}

#define LINE " 0 0 0 [ 0 0 0 0 0 0 0 0 0 0 0 0 0 0 ]\n"
#define COUNTERS "before #1:" LINE "after #1:" LINE "buddy #1:" LINE

static void hostile(void **state)
{
	static const struct { const char *text; int ret; } samples[] = {
		{ "group 1\n" COUNTERS "end\n", 1 },
		{ "group 1\n" COUNTERS "free 0 4000\nend\n", 1 },
		{ "group 2\n" COUNTERS "end\n", -EBADMSG },
		{ "group -1\n" COUNTERS "end\n", -EBADMSG },
		{ "group 0\n" COUNTERS "end\n", -EBADMSG },
		{ COUNTERS "end\n", -EBADMSG },
		{ "group 1\n" COUNTERS "before #1:" LINE "end\n", -EBADMSG },
		{ "group 1\n" COUNTERS "free 0 4001\nend\n", -EBADMSG },
		{ "group 1\n" COUNTERS "free 4000 1\nend\n", -EBADMSG },
		{ "group 1\n" COUNTERS "free 1 0\nend\n", -EBADMSG },
		{ "group 1\n" COUNTERS "free 9 9\nfree 8 1\nend\n", -EBADMSG },
		{ "group 1\n" COUNTERS "free 4294967295 2\nend\n", -EBADMSG },
		{ "group 1\n" COUNTERS "cache 0 00 0 0\nend\n", -EBADMSG },
		{ "group 1\n" COUNTERS "whatever\nend\n", -EBADMSG },
		{ "group 1\n" COUNTERS "\nend\n", -EBADMSG },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		assert_int_equal(read_text(scene, samples[i].text, false,
					   false), samples[i].ret);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_ways),
		TEST(one_by_one),
		TEST(incomplete),
		TEST(hostile),
	};

	return cmocka_run_group_tests_name("sampletext", tests, NULL, NULL);
}
