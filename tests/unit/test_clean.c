// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_clean.c --- labels that hold any byte
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "complain.h"
#include "unit.h"

/* The real one ends the program. */
void out_of_memory(void)
{
	fail_msg("out of memory");
	abort();
}

static void assert_clean(const char *text, const char *want)
{
	char *copy = clean_text(text);

	assert_string_equal(copy, want);
	free(copy);
}

static void passing(void **state)
{
	static const char *const texts[] = {
		"", "a", "plain label", "~", " ", "\\x1b", "\xc2\xa0",
		"\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
		"\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
		"Gr\xc3\xb6\xc3\x9f" "e \xe2\x82\xac \xf0\x9f\x90\xa7",
		/* next to those that are not seen */
		"\xd8\x9b\xd8\x9d", "\xe2\x80\x8a\xe2\x80\x90",
		"\xe2\x80\xa7\xe2\x80\xaf", "\xe2\x81\x9f\xe2\x81\xaa",
		"\xef\xbb\xbe\xef\xbc\x80",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_clean(texts[i], texts[i]);
}

static void assert_path(const char *path, const char *want)
{
	char *copy = clean_path(path);

	assert_string_equal(copy, want);
	free(copy);
}

/* As a text, but each name that a file may have looks different. */
static void paths(void **state)
{
	(void)state;
	assert_path("", "");
	assert_path("/a b/\xc3\xb6\xc3\x9f.", "/a b/\xc3\xb6\xc3\x9f.");
	assert_path("/a\nb", "/a\\x0ab");
	assert_path("/a\\nb", "/a\\x5cnb");
	assert_path("/a\\x0ab", "/a\\x5cx0ab");
	assert_path("/a\\\\", "/a\\x5c\\x5c");
	assert_path("/\xe9\xe2\x80\xae\x1b", "/\\xe9\\xe2\\x80\\xae\\x1b");
}

static void controls(void **state)
{
	(void)state;
	assert_clean("\x1b[31m", "\\x1b[31m");
	assert_clean("a\nb\tc\rd", "a\\x0ab\\x09c\\x0dd");
	assert_clean("\x01\x1f\x7f", "\\x01\\x1f\\x7f");
	/* C1, which terminals obey too: U+0080, U+009B, U+009F */
	assert_clean("\xc2\x80", "\\xc2\\x80");
	assert_clean("\xc2\x9b", "\\xc2\\x9b");
	assert_clean("\xc2\x9f", "\\xc2\\x9f");
}

/* The direction, line ends, no width: U+061C to U+FEFF */
static void unseen(void **state)
{
	static const char *const texts[] = {
		"\xd8\x9c", "\xe2\x80\x8b", "\xe2\x80\x8f", "\xe2\x80\xa8",
		"\xe2\x80\xae", "\xe2\x81\xa0", "\xe2\x81\xa6",
		"\xe2\x81\xa9", "\xef\xbb\xbf",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char want[13] = "";

		for (size_t at = 0; texts[i][at]; at++)
			sprintf(want + 4 * at, "\\x%02x",
				(unsigned char)texts[i][at]);
		assert_clean(texts[i], want);
	}
	assert_clean("a\xe2\x80\xae" "b", "a\\xe2\\x80\\xae" "b");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_true(has_unseen(texts[i]));
	assert_true(has_unseen("/\xff\xe2\x82\xc3\xb6\xe2\x80\xae" "b"));
	assert_false(has_unseen(""));
	assert_false(has_unseen("/a b\n\x1b\x7f\xc2\x80\\"));
	assert_false(has_unseen("/\xe2\x80\xc3\xb6\xe2\x80\x8a\xff"));
}

static void not_utf8(void **state)
{
	(void)state;
	/* continuation alone, bytes that never are */
	assert_clean("\x80", "\\x80");
	assert_clean("\xff\xfe", "\\xff\\xfe");
	assert_clean("\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80");
	/* overlong */
	assert_clean("\xc0\xaf", "\\xc0\\xaf");
	assert_clean("\xc1\xbf", "\\xc1\\xbf");
	assert_clean("\xe0\x9f\xbf", "\\xe0\\x9f\\xbf");
	assert_clean("\xf0\x8f\xbf\xbf", "\\xf0\\x8f\\xbf\\xbf");
	/* surrogates, and above the last character */
	assert_clean("\xed\xa0\x80", "\\xed\\xa0\\x80");
	assert_clean("\xed\xbf\xbf", "\\xed\\xbf\\xbf");
	assert_clean("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");
	/* cut off: what follows is looked at again */
	assert_clean("\xe2\x82", "\\xe2\\x82");
	assert_clean("\xe2\x82" "a", "\\xe2\\x82" "a");
	assert_clean("\xf0\x9f\x90", "\\xf0\\x9f\\x90");
	assert_clean("\xc3\xc3\xb6", "\\xc3\xc3\xb6");
	assert_clean("\xc3", "\\xc3");
}

/* Each byte alone gives printable text; the longest fits. */
static void every_byte(void **state)
{
	char all[256] = "";

	(void)state;
	for (int byte = 1; byte < 256; byte++) {
		char text[2] = { (char)byte, 0 }, want[5];

		if (byte >= 0x20 && byte < 0x7f)
			sprintf(want, "%c", byte);
		else
			sprintf(want, "\\x%02x", byte);
		assert_clean(text, want);
	}
	memset(all, 0x80, 255);
	for (int i = 0; i < 3; i++) {
		char *copy = clean_text(all);

		assert_int_equal(strlen(copy), 4 * 255);
		free(copy);
	}
}

static void assert_place(const char *mountpoint, const char *want)
{
	char *copy = clean_place(mountpoint);

	assert_string_equal(copy, want);
	free(copy);
}

/* Only of a path can be said that something is mounted on it. */
static void places(void **state)
{
	(void)state;
	assert_place("/", " on /");
	assert_place("/mnt\n", " on /mnt\\x0a");
	assert_place("(in another mount namespace)",
		     " (in another mount namespace)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passing),
		cmocka_unit_test(paths),
		cmocka_unit_test(places),
		cmocka_unit_test(controls),
		cmocka_unit_test(unseen),
		cmocka_unit_test(not_utf8),
		cmocka_unit_test(every_byte),
	};

	return cmocka_run_group_tests_name("clean", tests, NULL, NULL);
}
