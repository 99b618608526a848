// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_store.c --- blocks kept while a device is read, and read instead of it
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "spool.h"
#include "store.h"
#include "unit.h"

#define SIZE 1024
#define BLOCKS 16

/*
 * A device of BLOCKS blocks.
 * @reads:	how often it was read
 * @bad:	block that cannot be read
 */
struct device {
	uint8_t data[BLOCKS * SIZE];
	int reads;
	uint64_t bad;
};

struct scene {
	struct device device;
	struct e4_store store;
	FILE *pages;
	uint8_t buf[BLOCKS * SIZE];
};

static int read_device(void *context, void *buf, size_t len, uint64_t offset)
{
	struct device *device = context;

	device->reads++;
	if (offset > sizeof(device->data) ||
	    len > sizeof(device->data) - offset)
		return -ENODATA;
	if (offset / SIZE <= device->bad &&
	    (offset + len - 1) / SIZE >= device->bad)
		return -EIO;
	memcpy(buf, device->data + offset, len);
	return 0;
}

/* Block 3 has no bit set, block 4 all of them, the others are noise. */
static int start(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	uint64_t seed = 5;

	unit_fill(&seed, scene->device.data, sizeof(scene->device.data));
	memset(scene->device.data + 3 * SIZE, 0, SIZE);
	memset(scene->device.data + 4 * SIZE, 0xff, SIZE);
	scene->device.bad = UINT64_MAX;
	scene->pages = e4_spool(NULL);
	assert_non_null(scene->pages);
	e4_store_init(&scene->store, E4_STORE_KEEP, SIZE, scene->pages);
	*state = scene;
	return 0;
}

static int finish(void **state)
{
	struct scene *scene = *state;

	e4_store_free(&scene->store);
	fclose(scene->pages);
	free(scene);
	return 0;
}

static int get(struct scene *scene, size_t len, uint64_t offset)
{
	memset(scene->buf, 0x5a, sizeof(scene->buf));
	return e4_store_read(&scene->store, read_device, &scene->device,
			     scene->buf, len, offset);
}

static void gets(struct scene *scene, size_t len, uint64_t offset)
{
	assert_int_equal(get(scene, len, offset), 0);
	assert_memory_equal(scene->buf, scene->device.data + offset, len);
}

/* The second reader gets what the first one got, whatever became of it. */
static void kept(void **state)
{
	struct scene *scene = *state;
	uint8_t first[SIZE];

	gets(scene, SIZE, 7 * SIZE);
	memcpy(first, scene->buf, SIZE);
	assert_int_equal(scene->device.reads, 1);
	scene->device.data[7 * SIZE + 100] ^= 1;
	assert_int_equal(get(scene, SIZE, 7 * SIZE), 0);
	assert_memory_equal(scene->buf, first, SIZE);
	assert_int_equal(scene->device.reads, 1);
	scene->store.mode = E4_STORE_OFF;
	gets(scene, SIZE, 7 * SIZE);
	assert_int_equal(scene->device.reads, 2);
}

/* Runs, and parts of blocks, as whoever reads likes it. */
static void parts(void **state)
{
	struct scene *scene = *state;

	gets(scene, 3 * SIZE, 5 * SIZE);
	gets(scene, 10, 8 * SIZE + 3);
	gets(scene, SIZE + 2, 10 * SIZE - 1);
	assert_int_equal(scene->store.nr_blocks, 7);
	scene->store.mode = E4_STORE_ONLY;
	gets(scene, 6 * SIZE - 10, 5 * SIZE + 5);
	assert_int_equal(get(scene, 2 * SIZE, 11 * SIZE), -ENODATA);
	assert_int_equal(get(scene, 1, 4 * SIZE), -ENODATA);
}

static void no_room(void **state)
{
	struct scene *scene = *state;

	gets(scene, 2 * SIZE, 3 * SIZE);
	assert_int_equal(scene->store.nr_pages, 0);
	scene->store.mode = E4_STORE_ONLY;
	gets(scene, 2 * SIZE, 3 * SIZE);
}

/* What could not be read cannot be read the second time either. */
static void errors(void **state)
{
	struct scene *scene = *state;

	scene->device.bad = 9;
	assert_int_equal(get(scene, 3 * SIZE, 8 * SIZE), -EIO);
	scene->device.bad = UINT64_MAX;
	assert_int_equal(get(scene, SIZE, 9 * SIZE), -EIO);
	gets(scene, SIZE, 8 * SIZE);
	assert_int_equal(get(scene, SIZE, BLOCKS * SIZE), -ENODATA);
	scene->store.mode = E4_STORE_ONLY;
	assert_int_equal(get(scene, SIZE, 9 * SIZE), -EIO);
	gets(scene, SIZE, 8 * SIZE);
}

/* It has names in it: it is never kept as it is, and given as it was put. */
static void superblock(void **state)
{
	struct scene *scene = *state;

	gets(scene, 1024, 1024);
	gets(scene, 4, 1024 + 20);
	assert_int_equal(scene->store.nr_blocks, 0);
	memset(scene->store.super, 'S', sizeof(scene->store.super));
	scene->store.mode = E4_STORE_ONLY;
	assert_int_equal(get(scene, 1024, 1024), 0);
	assert_memory_equal(scene->buf, scene->store.super, 1024);
	assert_int_equal(get(scene, 2, 2048), -ENODATA);
}

static void pages(void **state)
{
	struct scene *scene = *state;
	struct e4_store *store = &scene->store;
	const uint8_t *noise = scene->device.data;
	uint64_t first, second;

	assert_int_equal(e4_store_page(store, noise, E4_PAGE_ZEROS, &first),
			 0);
	assert_int_equal(e4_store_page(store, noise, first, &second), 0);
	assert_int_equal(first, second);
	assert_int_equal(e4_store_page(store, noise + 1, first, &second), 0);
	assert_int_not_equal(first, second);
	assert_int_equal(store->nr_pages, 2);
	assert_int_equal(e4_store_get(store, second, scene->buf), 0);
	assert_memory_equal(scene->buf, noise + 1, SIZE);
	assert_int_equal(e4_store_get(store, 2, scene->buf), -ENODATA);
	assert_int_equal(e4_store_get(store, E4_PAGE_ERROR - EUCLEAN,
				      scene->buf), -EUCLEAN);
	assert_int_equal(e4_store_get(store, E4_PAGE_ONES, scene->buf), 0);
	assert_int_equal(scene->buf[SIZE - 1], 0xff);
}

/* Two stores of much the same blocks, as of page cache and disk. */
static void shared(void **state)
{
	struct scene *scene = *state;
	struct e4_store other;
	uint64_t a, b;

	e4_store_share(&other, &scene->store);
	gets(scene, 2 * SIZE, 6 * SIZE);
	assert_int_equal(scene->store.nr_pages, 2);
	scene->device.data[7 * SIZE] ^= 1;
	assert_int_equal(e4_store_read(&other, read_device, &scene->device,
				       scene->buf, 2 * SIZE, 6 * SIZE), 0);
	/* what is the same needs no room, what is not has its own */
	assert_int_equal(scene->store.nr_pages, 3);
	assert_true(e4_store_find(&scene->store, 6, &a));
	assert_true(e4_store_find(&other, 6, &b));
	assert_int_equal(a, b);
	assert_true(e4_store_find(&scene->store, 7, &a));
	assert_true(e4_store_find(&other, 7, &b));
	assert_int_not_equal(a, b);
	other.mode = E4_STORE_ONLY;
	assert_int_equal(e4_store_read(&other, read_device, &scene->device,
				       scene->buf, SIZE, 7 * SIZE), 0);
	assert_memory_equal(scene->buf, scene->device.data + 7 * SIZE, SIZE);
	assert_int_equal(e4_store_read(&other, read_device, &scene->device,
				       scene->buf, SIZE, 8 * SIZE), -ENODATA);
	e4_store_free(&other);
}

/* All of it once more. */
static void cleared(void **state)
{
	struct scene *scene = *state;
	uint64_t page;

	gets(scene, 3 * SIZE, 5 * SIZE);
	e4_store_clear(&scene->store);
	assert_int_equal(scene->store.nr_blocks, 0);
	assert_false(e4_store_find(&scene->store, 5, &page));
	scene->device.data[5 * SIZE] ^= 1;
	gets(scene, SIZE, 5 * SIZE);
	assert_int_equal(scene->store.nr_pages, 1);
	/* and the totals as they are then */
	scene->store.take_totals = true;
	gets(scene, 1024, 1024);
	assert_false(scene->store.take_totals);
	assert_memory_equal(scene->store.super + 12,
			    scene->device.data + 1024 + 12, 8);
	assert_int_equal(scene->store.super[0], 0);
	assert_int_equal(scene->store.super[20], 0);
}

/* Many blocks, in disorder, are listed in order. */
static void listed(void **state)
{
	struct scene *scene = *state;
	struct e4_stored_block *list;
	uint64_t seed = 3, page;

	for (int i = 0; i < 20000; i++)
		assert_int_equal(e4_store_add(&scene->store,
					      unit_random(&seed), 7), 0);
	assert_int_equal(e4_store_add(&scene->store, 1ULL << 40, 8), 0);
	list = e4_store_list(&scene->store);
	assert_non_null(list);
	for (size_t i = 1; i < scene->store.nr_blocks; i++)
		assert_true(list[i - 1].block < list[i].block);
	assert_true(e4_store_find(&scene->store, 1ULL << 40, &page));
	assert_int_equal(page, 8);
	assert_false(e4_store_find(&scene->store, (1ULL << 40) + 1, &page));
	free(list);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kept),
		TEST(parts),
		TEST(no_room),
		TEST(errors),
		TEST(superblock),
		TEST(pages),
		TEST(shared),
		TEST(cleared),
		TEST(listed),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
