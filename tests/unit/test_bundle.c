// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_bundle.c --- manifest and lists of blocks: both ways, and hostile
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "sampletext.h"
#include "spool.h"
#include "unit.h"

static const struct e4_manifest sample = {
	.live = true, .cache = true, .device = true, .backups = true,
	.disk = true, .freeze = 5, .needed = 7,
	.size = 1ULL << 50, .block_size = 4096, .super_stored = 0xdeadbeef,
	.super_counted = 1, .mmp = "(unnamed)", .time = 1795348171,
	.program = "ext4bmcheck 0.1.0", .kernel = "6.18.44 x86_64",
	.name = "cciss!c0d0p1",
};

static FILE *text_file(const char *text)
{
	FILE *file = e4_spool(NULL);

	assert_non_null(file);
	fputs(text, file);
	return file;
}

static int read_text(const char *text, struct e4_manifest *manifest)
{
	FILE *file = text_file(text);
	int ret = e4_manifest_read(file, manifest);

	fclose(file);
	return ret;
}

static char *written(const struct e4_manifest *manifest)
{
	static char text[2000];
	FILE *file = fmemopen(text, sizeof(text), "w");

	e4_manifest_write(file, manifest);
	fclose(file);
	return text;
}

static void manifest_both_ways(void **state)
{
	struct e4_manifest got;

	(void)state;
	assert_int_equal(read_text(written(&sample), &got), 0);
	assert_true(got.live && got.cache && got.device && got.backups);
	assert_false(got.mounted || got.frozen);
	assert_true(got.disk);
	assert_int_equal(got.freeze, 5);
	assert_int_equal(got.needed, 7);
	assert_int_equal(got.size, sample.size);
	assert_int_equal(got.block_size, 4096);
	assert_int_equal(got.super_stored, 0xdeadbeef);
	assert_int_equal(got.super_counted, 1);
	assert_int_equal(got.time, sample.time);
	assert_string_equal(got.mmp, "(unnamed)");
	assert_string_equal(got.program, sample.program);
	assert_string_equal(got.kernel, sample.kernel);
	assert_string_equal(got.name, sample.name);
}

/* Each line is needed, and none may be cut. */
static void manifest_incomplete(void **state)
{
	char *text = strdup(written(&sample));
	struct e4_manifest got;
	int lines = 0;

	(void)state;
	for (char *line = text; *line; lines++) {
		char *end = strchr(line, '\n') + 1;
		char *without = strdup(text);

		memmove(without + (line - text), end, strlen(end) + 1);
		assert_int_equal(read_text(without, &got),
				 lines ? -EBADMSG : -EINVAL);
		strcpy(without, text);
		without[end - text - 1] = '\0';
		assert_int_not_equal(read_text(without, &got), 0);
		free(without);
		line = end;
	}
	assert_int_equal(lines, 19);
	free(text);
}

/* @from replaced by @to. */
static int changed(const char *from, const char *to)
{
	const char *text = written(&sample);
	const char *at = strstr(text, from);
	struct e4_manifest got;
	char other[2400];

	assert_non_null(at);
	snprintf(other, sizeof(other), "%.*s%s%s", (int)(at - text), text, to,
		 at + strlen(from));
	return read_text(other, &got);
}

static void manifest_hostile(void **state)
{
	static const struct { const char *from, *to; } changes[] = {
		{ "live 1", "live 2" }, { "live 1", "live yes" },
		{ "live 1", "live " }, { "live 1", "live" },
		{ "block-size 4096", "block-size 4097" },
		{ "block-size 4096", "block-size 131072" },
		{ "block-size 4096", "block-size 512" },
		{ "block-size 4096", "block-size 4294967296" },
		{ "block-size 4096", "block-size -4096" },
		{ "size 1125899906842624", "size 9223372036854775808" },
		{ "size 1125899906842624", "size 99999999999999999999" },
		{ "0xdeadbeef", "0x1deadbeef" }, { "0xdeadbeef", "0xq" },
		{ "(unnamed)", "(a host name that is too long)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++)
		assert_int_equal(changed(changes[i].from, changes[i].to),
				 -EBADMSG);
	/* a reader of the future adds keys, or another version */
	assert_int_equal(changed("live 1\n", "live 1\nmoon full\n"), 0);
	assert_int_equal(changed("ext4bm-bundle 1\n", "ext4bm-bundle 2\n"),
			 -EPROTO);
	assert_int_equal(changed("ext4bm-bundle 1", "something else"),
			 -EINVAL);
}

/* Nothing of the device, and not even the size of a block. */
static void manifest_empty(void **state)
{
	struct e4_manifest none = sample;
	struct e4_manifest got;

	(void)state;
	none.cache = false;
	assert_int_equal(read_text(written(&none), &got), 0);
	none.block_size = 0;
	assert_int_equal(read_text(written(&none), &got), -EBADMSG);
	none.live = false;
	none.block_size = 4096;
	assert_int_equal(read_text(written(&none), &got), -EBADMSG);
}

/* Only what names somebody or something goes. */
static void scrubbed(void **state)
{
	struct ext2_super_block sb;
	uint8_t raw[E4_SUPERBLOCK_SIZE];
	size_t zeros = 0;

	(void)state;
	memset(raw, 0xee, sizeof(raw));
	e4_bundle_scrub(raw);
	memcpy(&sb, raw, sizeof(sb));
	assert_int_equal(sb.s_volume_name[0], 0);
	assert_int_equal(sb.s_last_mounted[63], 0);
	assert_int_equal(sb.s_mount_opts[63], 0);
	assert_int_equal(sb.s_encrypt_pw_salt[0], 0);
	assert_int_equal(sb.s_uuid[0], 0xee);
	for (size_t i = 0; i < sizeof(raw); i++)
		zeros += raw[i] == 0;
	assert_int_equal(zeros, 16 + 64 + 64 + 16);
}

static void blocks_both_ways(void **state)
{
	static const struct e4_stored_block blocks[] = {
		{ 2, 0 }, { 3, 1 }, { 4, 2 }, { 5, 9 }, { 7, 10 },
		{ 8, E4_PAGE_ZEROS }, { 9, E4_PAGE_ZEROS },
		{ 10, E4_PAGE_ONES }, { 11, E4_PAGE_ERROR - EIO },
		{ 12, E4_PAGE_ERROR - EIO }, { 1ULL << 47, 11 },
	};
	static const char wanted[] =
		"2 3 0\n5 1 9\n7 1 10\n8 2 zeros\n10 1 ones\n11 2 error 5\n"
		"140737488355328 1 11\n";
	struct e4_store store, again;
	FILE *file = e4_spool(NULL);
	char text[400] = "";
	uint64_t page;

	(void)state;
	e4_store_init(&store, E4_STORE_KEEP, 1024, NULL);
	e4_store_init(&again, E4_STORE_ONLY, 1024, NULL);
	for (size_t i = ARRAY_SIZE(blocks); i-- > 0; )
		assert_int_equal(e4_store_add(&store, blocks[i].block,
					      blocks[i].page), 0);
	assert_int_equal(e4_blocks_write(file, &store), 0);
	rewind(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	assert_string_equal(text, wanted);
	assert_int_equal(e4_blocks_read(file, &again, 11), 0);
	for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
		assert_true(e4_store_find(&again, blocks[i].block, &page));
		assert_int_equal(page, blocks[i].page);
	}
	e4_store_free(&again);
	e4_store_init(&again, E4_STORE_ONLY, 1024, NULL);
	assert_int_equal(e4_blocks_read(file, &again, 10), -EFBIG);
	e4_store_free(&again);
	e4_store_free(&store);
	fclose(file);
}

static void blocks_hostile(void **state)
{
	static const struct { const char *text; int ret; } lines[] = {
		{ "1 1 1\n", 0 }, { "", 0 }, { "1 0 1\n", -EBADMSG },
		{ "1 1 1", -EBADMSG }, { "1 1\n", -EBADMSG },
		{ "x 1 1\n", -EBADMSG }, { "1 1 error\n", -EBADMSG },
		{ "1 1 error 0\n", -EBADMSG },
		{ "1 1 error 5000\n", -EBADMSG }, { "1 1 none\n", -EBADMSG },
		{ "1 1 99999999999\n", -EBADMSG },
		{ "1 99999999999 zeros\n", -EFBIG },
		{ "18446744073709551615 2 zeros\n", -EBADMSG },
		{ "1 1 1 1\n", -EBADMSG },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		FILE *file = text_file(lines[i].text);
		struct e4_store store;

		e4_store_init(&store, E4_STORE_ONLY, 1024, NULL);
		assert_int_equal(e4_blocks_read(file, &store, 1000),
				 lines[i].ret);
		e4_store_free(&store);
		fclose(file);
	}
}

static void members(void **state)
{
	struct e4_bundle bundle = { 0 };
	char name[24];

	(void)state;
	assert_null(e4_bundle_find(&bundle, "fsmap"));
	assert_non_null(e4_bundle_make(&bundle, "fsmap"));
	assert_non_null(e4_bundle_find(&bundle, "fsmap"));
	/* not twice, not without end */
	assert_null(e4_bundle_make(&bundle, "fsmap"));
	assert_null(e4_bundle_make(&bundle,
				   "a name that nobody would give it"));
	for (int i = 1; i < E4_BUNDLE_MEMBERS; i++) {
		snprintf(name, sizeof(name), "mb_groups.%d", i);
		assert_non_null(e4_bundle_make(&bundle, name));
	}
	assert_null(e4_bundle_make(&bundle, "one more"));
	/* one less leaves room, and the others */
	e4_bundle_drop(&bundle, "mb_groups.3");
	e4_bundle_drop(&bundle, "never there");
	assert_null(e4_bundle_find(&bundle, "mb_groups.3"));
	assert_non_null(e4_bundle_find(&bundle, "mb_groups.31"));
	assert_non_null(e4_bundle_find(&bundle, "fsmap"));
	assert_non_null(e4_bundle_make(&bundle, "one more"));
	e4_bundle_close(&bundle);
	assert_int_equal(bundle.nr, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(manifest_both_ways),
		cmocka_unit_test(manifest_incomplete),
		cmocka_unit_test(manifest_hostile),
		cmocka_unit_test(manifest_empty),
		cmocka_unit_test(scrubbed),
		cmocka_unit_test(blocks_both_ways),
		cmocka_unit_test(blocks_hostile),
		cmocka_unit_test(members),
	};

	return cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
}
