// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_dirents.c --- the names in a block of a directory
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dirents.h"
#include "unit.h"

#define INODES 1000

/* A block that is written entry by entry. */
struct block {
	uint8_t data[65536];
	size_t at;
};

static void half(uint8_t *at, uint32_t number)
{
	at[0] = (uint8_t)number;
	at[1] = (uint8_t)(number >> 8);
}

static void word(uint8_t *at, uint32_t number)
{
	half(at, number);
	half(at + 2, number >> 16);
}

static void raw_entry(struct block *block, uint32_t inode, const char *name,
		      uint32_t length, uint8_t len)
{
	uint8_t *at = block->data + block->at;

	word(at, inode);
	half(at + 4, length);
	at[6] = len;
	at[7] = 1;
	memcpy(at + 8, name, strlen(name));
	block->at += length;
}

static void entry(struct block *block, uint32_t inode, const char *name,
		  uint32_t length)
{
	raw_entry(block, inode, name, length, (uint8_t)strlen(name));
}

static struct block *blank(void)
{
	static struct block block;

	memset(&block, 0, sizeof(block));
	return &block;
}

/* What is read of the first @size bytes, as "INODE:NAME ". */
static const char *reads(const struct block *block, size_t size, bool damaged)
{
	static char text[1024];
	struct e4_dirents dirents;
	struct e4_dirent dirent;
	/* Of that size exactly, for who watches the bounds. */
	uint8_t *data = malloc(size ? size : 1);

	assert_non_null(data);
	memcpy(data, block->data, size);
	text[0] = '\0';
	e4_dirents_start(&dirents, data, size, INODES);
	while (e4_dirents_next(&dirents, &dirent))
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%u:%.*s ", dirent.inode, dirent.len,
			 (const char *)dirent.name);
	assert_int_equal(dirents.damaged, damaged);
	assert_false(e4_dirents_next(&dirents, &dirent));
	free(data);
	return text;
}

static void linear(void **state)
{
	struct block *block = blank();

	(void)state;
	entry(block, 2, ".", 12);
	entry(block, 2, "..", 12);
	entry(block, 11, "lost+found", 20);
	entry(block, 0, "deleted", 16);
	entry(block, 1000, "last", 1024 - 60);
	assert_string_equal(reads(block, 1024, false),
			    "2:. 2:.. 11:lost+found 1000:last ");
	assert_string_equal(reads(block, 0, false), "");
}

/* Without filetype, two bytes are the length: the second is 0. */
static void no_filetype(void **state)
{
	struct block *block = blank();

	(void)state;
	entry(block, 12, "file", 1024);
	block->data[7] = 0;
	assert_string_equal(reads(block, 1024, false), "12:file ");
}

static void checksum_at_the_end(void **state)
{
	struct block *block = blank();

	(void)state;
	entry(block, 12, "file", 1024 - 12);
	raw_entry(block, 0, "", 12, 0);
	block->data[1019] = 0xde;
	word(block->data + 1020, 0x12345678);
	assert_string_equal(reads(block, 1024, false), "12:file ");
}

/* The root of an index lies in the room of "..", a node in that of nothing. */
static void index_blocks(void **state)
{
	struct block *block = blank();

	(void)state;
	entry(block, 12, ".", 12);
	entry(block, 2, "..", 1012);
	entry(block, 0, "", 0);
	memset(block->data + 24, 0x41, 1000);
	assert_string_equal(reads(block, 1024, false), "12:. 2:.. ");
	block = blank();
	entry(block, 0, "", 1024);
	memset(block->data + 8, 0x41, 1016);
	assert_string_equal(reads(block, 1024, false), "");
}

static void wide_blocks(void **state)
{
	static const uint32_t lengths[] = { 0, 65535 };
	struct block *block;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		block = blank();
		raw_entry(block, 12, "file", lengths[i], 4);
		assert_string_equal(reads(block, 65536, false), "12:file ");
		/* Not in a smaller one. */
		assert_string_equal(reads(block, 32768, true), "");
	}
	block = blank();
	entry(block, 12, "first", 65536 - 12);
	entry(block, 13, "b", 12);
	assert_string_equal(reads(block, 65536, false), "12:first 13:b ");
}

/* A length that cannot be hides what is behind it. */
static void wrong_lengths(void **state)
{
	static const uint32_t lengths[] = { 0, 4, 7, 10, 1013, 1016, 65535 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		struct block *block = blank();

		entry(block, 12, "a", 12);
		raw_entry(block, 13, "b", lengths[i], 1);
		assert_string_equal(reads(block, 1024, true), "12:a ");
	}
}

/* An entry that makes no sense hides itself only. */
static void wrong_entries(void **state)
{
	struct block *block = blank();

	(void)state;
	entry(block, 1001, "beyond", 16);
	raw_entry(block, 12, "", 12, 0);
	raw_entry(block, 12, "long", 12, 5);
	entry(block, 12, "good", 1024 - 40);
	assert_string_equal(reads(block, 1024, true), "12:good ");
}

/* Less than the head of an entry is left. */
static void odd_end(void **state)
{
	struct block *block = blank();

	(void)state;
	entry(block, 12, "a", 12);
	assert_string_equal(reads(block, 19, false), "12:a ");
}

static void dots(void **state)
{
	static const char *const names[] = { ".", "..", "...", "a", ".a" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct e4_dirent dirent = {
			12, (uint8_t)strlen(names[i]),
			(const uint8_t *)names[i],
		};

		assert_int_equal(e4_dirent_is_dots(&dirent), i < 2);
		assert_int_equal(e4_dirent_is_parent(&dirent), i == 1);
	}
}

/* Any bytes: no read behind the end, and it ends. */
static void noise(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		size_t size = unit_random(&seed) % 300;
		uint8_t *data = malloc(size ? size : 1);
		struct e4_dirents dirents;
		struct e4_dirent dirent;

		assert_non_null(data);
		unit_fill(&seed, data, size);
		for (size_t at = 4; at + 2 <= size; at += 12)
			half(data + at, unit_random(&seed) % 8 * 4);
		e4_dirents_start(&dirents, data, size, UINT32_MAX);
		while (e4_dirents_next(&dirents, &dirent)) {
			assert_true(dirent.len > 0);
			assert_true(dirent.name + dirent.len <= data + size);
		}
		free(data);
	}
}

/* --- inline data */

struct small {
	uint8_t raw[256];
	struct e4_inode inode;
};

/* With an attribute before, so that its place must be looked for. */
static struct small *small(uint32_t value_size)
{
	static struct small it;
	uint8_t *attributes = it.raw + 128 + 32;

	memset(&it, 0, sizeof(it));
	it.inode.block = it.raw + 40;
	it.inode.tail = it.raw + 128;
	it.inode.tail_size = 128;
	word(it.raw + 40, 77);
	half(it.raw + 128, 32);
	word(attributes, 0xea020000);
	attributes[4] = 5;
	attributes[5] = 1;
	memcpy(attributes + 20, "other", 5);
	attributes[28] = 4;
	attributes[29] = 7;
	half(attributes + 30, 52);
	word(attributes + 36, value_size);
	memcpy(attributes + 44, "data", 4);
	return &it;
}

static void inline_parts(void **state)
{
	struct small *it = small(40);
	struct e4_inline_dir dir;

	(void)state;
	e4_inline_dir_find(&it->inode, &dir);
	assert_int_equal(dir.parent, 77);
	assert_false(dir.damaged);
	assert_ptr_equal(dir.part[0], it->raw + 44);
	assert_int_equal(dir.size[0], 56);
	assert_ptr_equal(dir.part[1], it->raw + 128 + 32 + 4 + 52);
	assert_int_equal(dir.size[1], 40);
}

static void expect_no_value(const struct small *it, bool damaged)
{
	struct e4_inline_dir dir;

	e4_inline_dir_find(&it->inode, &dir);
	assert_int_equal(dir.damaged, damaged);
	assert_int_equal(dir.size[0], 56);
	assert_int_equal(dir.size[1], 0);
}

static void inline_without(void **state)
{
	struct small *it = small(40);

	(void)state;
	it->inode.tail_size = 0;
	expect_no_value(it, false);
	it = small(40);
	it->raw[163] = 0;
	expect_no_value(it, false);
	it = small(40);
	half(it->raw + 128, 0);
	expect_no_value(it, false);
	half(it->raw + 128, 65532);
	expect_no_value(it, false);
	it = small(40);
	it->raw[189] = 1;
	expect_no_value(it, false);
}

static void inline_damaged(void **state)
{
	struct small *it = small(41);

	(void)state;
	expect_no_value(it, true);
	it = small(UINT32_MAX);
	expect_no_value(it, true);
	it = small(0);
	half(it->raw + 190, 93);
	expect_no_value(it, true);
	/* A value in an inode of its own is not that of a directory. */
	it = small(40);
	word(it->raw + 192, 9);
	expect_no_value(it, true);
	it = small(40);
	it->raw[164] = 255;
	expect_no_value(it, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(linear),
		cmocka_unit_test(no_filetype),
		cmocka_unit_test(checksum_at_the_end),
		cmocka_unit_test(index_blocks),
		cmocka_unit_test(wide_blocks),
		cmocka_unit_test(wrong_lengths),
		cmocka_unit_test(wrong_entries),
		cmocka_unit_test(odd_end),
		cmocka_unit_test(dots),
		cmocka_unit_test(noise),
		cmocka_unit_test(inline_parts),
		cmocka_unit_test(inline_without),
		cmocka_unit_test(inline_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
