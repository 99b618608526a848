// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_pack.c --- archives: written, read, cut off, damaged
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pack.h"
#include "spool.h"
#include "tar.h"
#include "unit.h"

#define MEMBERS 4
#define MOST (1ULL << 30)

/* An archive, and what reading it gave. */
struct scene {
	FILE *contents[MEMBERS];
	FILE *got[MEMBERS];
	char names[MEMBERS][32];
	int nr;
	int refuse;
	int fd;
};

/* Sizes around the borders of blocks and buffers; noise and repetition. */
static const size_t sizes[MEMBERS] = { 0, 1, 512, 200000 };

static int start(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	uint64_t seed = 1;

	for (int i = 0; i < MEMBERS; i++) {
		uint8_t *noise = malloc(sizes[i] + 1);

		unit_fill(&seed, noise, sizes[i] / 2);
		memset(noise + sizes[i] / 2, 'x', sizes[i] - sizes[i] / 2);
		scene->contents[i] = e4_spool(NULL);
		assert_non_null(scene->contents[i]);
		fwrite(noise, 1, sizes[i], scene->contents[i]);
		free(noise);
	}
	scene->refuse = -1;
	scene->fd = memfd_create("archive", MFD_CLOEXEC);
	*state = scene;
	return 0;
}

static void forget(struct scene *scene)
{
	for (int i = 0; i < scene->nr; i++)
		fclose(scene->got[i]);
	scene->nr = 0;
}

static int finish(void **state)
{
	struct scene *scene = *state;

	forget(scene);
	for (int i = 0; i < MEMBERS; i++)
		fclose(scene->contents[i]);
	close(scene->fd);
	free(scene);
	return 0;
}

static void write_archive(struct scene *scene)
{
	static const char *const names[] = { "a", "b", "c", "d" };
	struct e4_pack *pack;

	assert_int_equal(e4_pack_begin(scene->fd, 77, &pack), 0);
	for (int i = 0; i < MEMBERS; i++)
		assert_int_equal(e4_pack_add(pack, names[i],
					     scene->contents[i]), 0);
	assert_int_equal(e4_pack_end(pack), 0);
	e4_pack_free(pack);
}

static FILE *member(void *context, const char *name, uint64_t size,
		    int *ret_error)
{
	struct scene *scene = context;

	(void)size;
	if (scene->nr == scene->refuse || scene->nr == MEMBERS) {
		*ret_error = -EEXIST;
		return NULL;
	}
	strcpy(scene->names[scene->nr], name);
	scene->got[scene->nr] = e4_spool(NULL);
	return scene->got[scene->nr++];
}

static int read_archive(struct scene *scene, uint64_t most)
{
	forget(scene);
	lseek(scene->fd, 0, SEEK_SET);
	return e4_pack_read(scene->fd, most, member, scene);
}

static bool same(FILE *a, FILE *b)
{
	int x, y;

	rewind(a);
	rewind(b);
	do {
		x = getc(a);
		y = getc(b);
	} while (x == y && x != EOF);
	return x == y;
}

static void all_there(struct scene *scene)
{
	assert_int_equal(scene->nr, MEMBERS);
	for (int i = 0; i < MEMBERS; i++) {
		assert_int_equal(scene->names[i][0], 'a' + i);
		assert_true(same(scene->contents[i], scene->got[i]));
	}
}

static void both_ways(void **state)
{
	struct scene *scene = *state;
	uint8_t magic[4];

	write_archive(scene);
	assert_int_equal(pread(scene->fd, magic, 4, 0), 4);
	assert_memory_equal(magic, "\x28\xb5\x2f\xfd", 4);
	assert_int_equal(read_archive(scene, MOST), 0);
	all_there(scene);
}

/* However short it was cut, that is noticed. */
static void cut_off(void **state)
{
	struct scene *scene = *state;
	off_t size;

	write_archive(scene);
	size = lseek(scene->fd, 0, SEEK_END);
	for (off_t len = size - 1; len >= 0;
	     len -= len > 200 && len < size - 200 ? 97 : 1) {
		assert_int_equal(ftruncate(scene->fd, len), 0);
		assert_int_equal(read_archive(scene, MOST), -ENODATA);
	}
}

/* A changed byte is refused, or it was one of no meaning. */
static void damaged(void **state)
{
	struct scene *scene = *state;
	int refused = 0;
	off_t size;

	write_archive(scene);
	size = lseek(scene->fd, 0, SEEK_END);
	for (off_t at = 0; at < size; at += at < 200 ? 1 : 997) {
		uint8_t byte;

		assert_int_equal(pread(scene->fd, &byte, 1, at), 1);
		byte ^= 0x10;
		assert_int_equal(pwrite(scene->fd, &byte, 1, at), 1);
		if (read_archive(scene, MOST) == 0)
			all_there(scene);
		else
			refused++;
		byte ^= 0x10;
		assert_int_equal(pwrite(scene->fd, &byte, 1, at), 1);
	}
	assert_true(refused > 200);
}

/* All members together, with their headers. */
static void too_large(void **state)
{
	struct scene *scene = *state;
	uint64_t total = MEMBERS * E4_TAR_BLOCK;

	for (int i = 0; i < MEMBERS; i++)
		total += sizes[i];
	write_archive(scene);
	assert_int_equal(read_archive(scene, total), 0);
	assert_int_equal(read_archive(scene, total - 1), -EFBIG);
	assert_int_equal(read_archive(scene, 0), -EFBIG);
}

static void refused(void **state)
{
	struct scene *scene = *state;

	write_archive(scene);
	scene->refuse = 2;
	assert_int_equal(read_archive(scene, MOST), -EEXIST);
	assert_int_equal(scene->nr, 2);
}

/* Unpacked by zstd -d, it is a tar like any other. */
static void plain(void **state)
{
	struct scene *scene = *state;
	uint8_t block[E4_TAR_BLOCK];

	e4_tar_header(block, "a", 3, 0);
	assert_int_equal(pwrite(scene->fd, block, 512, 0), 512);
	memset(block, 0, sizeof(block));
	memcpy(block, "abc", 3);
	assert_int_equal(pwrite(scene->fd, block, 512, 512), 512);
	assert_int_equal(read_archive(scene, MOST), -ENODATA);
	assert_int_equal(ftruncate(scene->fd, 1536), 0);
	assert_int_equal(read_archive(scene, MOST), 0);
	assert_int_equal(scene->nr, 1);
	rewind(scene->got[0]);
	assert_int_equal(fread(block, 1, sizeof(block), scene->got[0]), 3);
	assert_memory_equal(block, "abc", 3);
}

static void nothing(void **state)
{
	struct scene *scene = *state;
	uint8_t noise[600];
	uint64_t seed = 9;

	assert_int_equal(read_archive(scene, MOST), -ENODATA);
	unit_fill(&seed, noise, sizeof(noise));
	assert_int_equal(pwrite(scene->fd, noise, sizeof(noise), 0),
			 (ssize_t)sizeof(noise));
	assert_int_equal(read_archive(scene, MOST), -EBADMSG);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_ways),
		TEST(cut_off),
		TEST(damaged),
		TEST(too_large),
		TEST(refused),
		TEST(plain),
		TEST(nothing),
	};

	return cmocka_run_group_tests_name("pack", tests, NULL, NULL);
}
