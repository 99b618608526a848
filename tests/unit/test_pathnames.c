// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_pathnames.c --- what inodes are called, from the root directory on
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "pathnames.h"
#include "unit.h"

static int start(void **state)
{
	static struct e4_paths paths;

	e4_paths_init(&paths);
	*state = &paths;
	return 0;
}

static int end(void **state)
{
	e4_paths_free(*state);
	return 0;
}

/* An inode whose name is wanted; @parent 0: whatever directory it is in. */
static void want(struct e4_paths *paths, uint32_t inode, uint32_t parent)
{
	struct e4_name *it;

	e4_paths_add(paths, inode);
	it = e4_paths_get(paths, inode);
	assert_non_null(it);
	it->asked = parent == 0;
	it->parent = parent;
}

static void learn_bytes(struct e4_paths *paths, uint32_t dir, bool encrypted,
			uint32_t inode, const char *name, size_t len)
{
	struct e4_dirent dirent = {
		inode, (uint8_t)len, (const uint8_t *)name,
	};

	e4_paths_learn(paths, dir, encrypted, &dirent);
}

static void learn(struct e4_paths *paths, uint32_t dir, uint32_t inode,
		  const char *name)
{
	learn_bytes(paths, dir, false, inode, name, strlen(name));
}

/* @path NULL: it has none. */
static void is(struct e4_paths *paths, uint32_t inode, const char *path)
{
	char *made = e4_paths_make(paths, inode);

	if (path) {
		assert_non_null(made);
		assert_string_equal(made, path);
	} else {
		assert_null(made);
	}
	free(made);
}

static void up_to_the_root(void **state)
{
	struct e4_paths *paths = *state;

	want(paths, 20, 0);
	want(paths, 15, 14);
	want(paths, 14, 2);
	learn(paths, 15, 20, "file");
	learn(paths, 14, 15, "b");
	learn(paths, 2, 14, "a");
	is(paths, 20, "/a/b/file");
	is(paths, 15, "/a/b");
	is(paths, 2, "/");
	is(paths, 21, NULL);
	assert_false(paths->failed);
}

/* Whatever comes first, the same name wins. */
static void links(void **state)
{
	struct e4_paths *paths = *state;

	want(paths, 20, 0);
	want(paths, 15, 2);
	learn(paths, 2, 15, "dir");
	learn(paths, 30, 20, "late");
	learn(paths, 15, 20, "first");
	learn(paths, 15, 20, "second");
	learn(paths, 16, 20, "other");
	is(paths, 20, "/dir/first");
}

/* For one on the way only the directory that it is in is believed. */
static void on_the_way(void **state)
{
	struct e4_paths *paths = *state;

	want(paths, 15, 14);
	learn(paths, 2, 15, "elsewhere");
	is(paths, 15, NULL);
	learn(paths, 14, 15, "here");
	learn(paths, 14, 15, "again");
	is(paths, 15, "<14>/here");
}

static void not_wanted(void **state)
{
	struct e4_paths *paths = *state;

	learn(paths, 2, 12, "nobody");
	is(paths, 12, NULL);
	want(paths, 20, 0);
	learn(paths, 2, 20, ".");
	learn(paths, 2, 20, "..");
	learn(paths, 2, 21, "x");
	is(paths, 20, NULL);
	assert_int_equal(paths->nr, 1);
}

static void cut_off(void **state)
{
	struct e4_paths *paths = *state;

	want(paths, 20, 0);
	want(paths, 15, 14);
	learn(paths, 15, 20, "file");
	is(paths, 20, "<15>/file");
	learn(paths, 14, 15, "b");
	is(paths, 20, "<14>/b/file");
}

static void loops(void **state)
{
	struct e4_paths *paths = *state;

	want(paths, 20, 0);
	want(paths, 15, 14);
	want(paths, 14, 15);
	want(paths, 13, 13);
	learn(paths, 15, 20, "file");
	learn(paths, 14, 15, "b");
	learn(paths, 15, 14, "a");
	learn(paths, 13, 13, "self");
	for (int i = 0; i < 2; i++) {
		is(paths, 20, "<15>/a/b/file");
		is(paths, 14, "<14>/b/a");
		is(paths, 13, "<13>/self");
	}
}

static void odd_bytes(void **state)
{
	struct e4_paths *paths = *state;

	want(paths, 20, 0);
	learn_bytes(paths, 2, false, 20, "a/b\0c\n\x1b\xff", 8);
	is(paths, 20, "/a?b?c\n\x1b\xff");
}

/* The vectors of RFC 4648, with the two digits that are different. */
static void encrypted(void **state)
{
	static const struct { const char *name, *path; } vectors[] = {
		{ "f", "/<encrypted:Zg>" },
		{ "fo", "/<encrypted:Zm8>" },
		{ "foo", "/<encrypted:Zm9v>" },
		{ "foob", "/<encrypted:Zm9vYg>" },
		{ "fooba", "/<encrypted:Zm9vYmE>" },
		{ "foobar", "/<encrypted:Zm9vYmFy>" },
		{ "\xfb\xff\xfe", "/<encrypted:-__->" },
	};
	struct e4_paths *paths = *state;
	char longest[255];
	char *path;

	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		want(paths, 20 + (uint32_t)i, 0);
		learn_bytes(paths, 2, true, 20 + (uint32_t)i, vectors[i].name,
			    strlen(vectors[i].name));
		is(paths, 20 + (uint32_t)i, vectors[i].path);
	}
	memset(longest, 'x', sizeof(longest));
	want(paths, 90, 0);
	learn_bytes(paths, 2, true, 90, longest, sizeof(longest));
	path = e4_paths_make(paths, 90);
	assert_non_null(path);
	assert_int_equal(strlen(path), 1 + 11 + 340 + 1);
	free(path);
}

/* What does not fit begins with a number, and ends with the name. */
static void too_deep(void **state)
{
	struct e4_paths *paths = *state;
	char *path;

	for (uint32_t i = 0; i < 3000; i++) {
		want(paths, 100 + i, i ? 99 + i : 2);
		learn(paths, i ? 99 + i : 2, 100 + i, "d");
	}
	is(paths, 102, "/d/d/d");
	path = e4_paths_make(paths, 100 + 2999);
	assert_non_null(path);
	assert_true(strlen(path) < E4_PATH_BYTES);
	assert_true(strlen(path) > E4_PATH_BYTES - 20);
	assert_memory_equal(path, "<1", 2);
	assert_non_null(strstr(path, ">/d/d/d"));
	free(path);
}

static void all_of_them(void **state)
{
	struct e4_paths *paths = *state;
	char *path;
	char name[256];

	memset(name, 'n', 255);
	name[255] = '\0';
	for (uint32_t i = 0; i < 20; i++) {
		want(paths, 100 + i, i ? 99 + i : 2);
		learn(paths, i ? 99 + i : 2, 100 + i, name);
	}
	while (paths->bytes <= 32U << 20) {
		path = e4_paths_make(paths, 110);
		assert_non_null(path);
		assert_int_equal(path[0], '/');
		free(path);
	}
	path = e4_paths_make(paths, 110);
	assert_non_null(path);
	assert_int_equal(strlen(path), 5 + 1 + 255);
	assert_memory_equal(path, "<109>/nnn", 9);
	free(path);
}

static void many(void **state)
{
	struct e4_paths *paths = *state;

	for (uint32_t i = 0; i < E4_MOST_NAMES; i++)
		e4_paths_add(paths, 12 + i * 16);
	for (uint32_t i = 0; i < E4_MOST_NAMES; i++) {
		struct e4_name *it = e4_paths_get(paths, 12 + i * 16);

		assert_non_null(it);
		assert_int_equal(it->inode, 12 + i * 16);
	}
	assert_null(e4_paths_get(paths, 13));
	e4_paths_add(paths, 12);
	assert_int_equal(paths->nr, E4_MOST_NAMES);
	assert_false(paths->cut);
	e4_paths_add(paths, 13);
	assert_true(paths->cut);
	assert_null(e4_paths_get(paths, 13));
	assert_false(paths->failed);
}

/* The same inode of many groups: hardly any two share a slot. */
static void spread(void **state)
{
	struct e4_paths *paths = *state;
	size_t run = 0, longest = 0;

	for (uint32_t group = 0; group < 4096; group++)
		e4_paths_add(paths, group * 8192 + 12);
	assert_int_equal(paths->nr, 4096);
	for (size_t i = 0; i < paths->nr_slots; i++) {
		run = paths->slots[i] ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	assert_in_range(longest, 1, 32);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(up_to_the_root),
		TEST(links),
		TEST(on_the_way),
		TEST(not_wanted),
		TEST(cut_off),
		TEST(loops),
		TEST(odd_bytes),
		TEST(encrypted),
		TEST(too_deep),
		TEST(all_of_them),
		TEST(many),
		TEST(spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
