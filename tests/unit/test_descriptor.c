// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_descriptor.c --- the table of descriptors, read from memory
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "descriptor.h"
#include "geometry.h"
#include "unit.h"

#define META_BG EXT2_FEATURE_INCOMPAT_META_BG

/* 100 groups of 1024 blocks of 1 KiB. */
static void make_geometry(struct ext4bm_geometry *geo, uint16_t desc_size,
			  uint32_t incompat, uint32_t ro_compat)
{
	struct ext2_super_block sb = {
		.s_rev_level = 1, .s_first_data_block = 1,
		.s_blocks_count = 1 + 100 * 1024, .s_blocks_per_group = 1024,
		.s_inodes_per_group = 8, .s_inodes_count = 800,
		.s_inode_size = 128, .s_first_ino = 11,
		.s_desc_size = desc_size,
		.s_feature_ro_compat = ro_compat,
		.s_feature_incompat = incompat,
	};

	if (desc_size > 32)
		sb.s_feature_incompat |= EXT4_FEATURE_INCOMPAT_64BIT;
	assert_null(e4_geometry_fill(geo, &sb));
	assert_int_equal(geo->desc_size, desc_size);
}

/* A device of @size bytes in memory, where byte n is a hash of n. */
static io_channel make_device(uint64_t size)
{
	int fd = memfd_create("device", MFD_CLOEXEC);
	uint8_t *bytes = malloc(size);
	io_channel channel = NULL;
	char path[40];

	assert_true(fd >= 0);
	assert_non_null(bytes);
	for (uint64_t n = 0; n < size; n++)
		bytes[n] = (uint8_t)(n * 2654435761U >> 13);
	assert_int_equal(write(fd, bytes, size), size);
	free(bytes);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(e4_io_manager->open(path, 0, &channel), 0);
	close(fd);
	return channel;
}

static uint8_t byte_of_device(uint64_t n)
{
	return (uint8_t)(n * 2654435761U >> 13);
}

static struct e4_table one_block(const struct ext4bm_geometry *geo,
				 uint8_t *raw, int *error)
{
	return (struct e4_table){ .raw = raw, .errors = error, .blocks = 1,
				  .groups = geo->block_size /
					    geo->desc_size };
}

static void decode(void **state)
{
	/* as the bytes are on disk */
	static const uint8_t disk[64] = {
		1, 2, 3, 4,  5, 6, 7, 8,  9, 10, 11, 12,
		13, 14,  15, 16,  17, 18,  19, 20,
		21, 22, 23, 24,  25, 26,  27, 28,  29, 30,  31, 32,
		33, 34, 35, 36,  37, 38, 39, 40,  41, 42, 43, 44,
		45, 46,  47, 48,  49, 50,  51, 52,
		53, 54, 55, 56,  57, 58,  59, 60,  61, 62, 63, 64,
	};
	static const uint16_t sizes[] = { 32, 64, 128 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		bool wide = sizes[i] > 32;
		uint8_t raw[1024] = { 0 };
		struct ext4bm_geometry geo;
		struct e4_table table;
		struct e4_gd gd;
		int error = 0;

		make_geometry(&geo, sizes[i], 0, 0);
		memset(raw, 0xee, sizeof(raw));
		memcpy(raw + sizes[i], disk, wide ? 64 : 32);
		table = one_block(&geo, raw, &error);
		assert_int_equal(e4_table_get(&table, &geo, NULL, 1, &gd), 0);
		assert_int_equal(gd.block_bitmap, wide ?
				 UINT64_C(0x2423222104030201) : 0x04030201);
		assert_int_equal(gd.inode_bitmap, wide ?
				 UINT64_C(0x2827262508070605) : 0x08070605);
		assert_int_equal(gd.inode_table, wide ?
				 UINT64_C(0x2c2b2a290c0b0a09) : 0x0c0b0a09);
		assert_int_equal(gd.free_clusters, wide ? 0x2e2d0e0d
							: 0x0e0d);
		assert_int_equal(gd.free_inodes, wide ? 0x302f100f : 0x100f);
		assert_int_equal(gd.used_dirs, wide ? 0x32311211 : 0x1211);
		assert_int_equal(gd.flags, 0x1413);
		assert_int_equal(gd.block_csum, wide ? 0x3a391a19 : 0x1a19);
		assert_int_equal(gd.inode_csum, wide ? 0x3c3b1c1b : 0x1c1b);
		assert_int_equal(gd.itable_unused, wide ? 0x34331e1d
							: 0x1e1d);
		assert_int_equal(e4_table_stored_csum(&table, &geo, 1),
				 0x201f);
		assert_true(gd.csum_ok);
	}
}

static void checksum_as(uint16_t desc_size, uint32_t ro_compat)
{
	struct e4_csum csum = { .seed = 0x1234, .uuid = { 9, 8, 7 } };
	struct ext4bm_geometry geo;
	struct e4_table table;
	uint8_t raw[1024];
	uint64_t seed = 21;
	uint16_t right;
	struct e4_gd gd;
	int error = 0;

	make_geometry(&geo, desc_size, 0, ro_compat);
	csum.metadata = geo.metadata_csum;
	unit_fill(&seed, raw, sizeof(raw));
	table = one_block(&geo, raw, &error);
	right = e4_csum_descriptor(&csum, 3, raw + 3 * desc_size, desc_size);
	assert_int_equal(e4_table_csum(&table, &geo, &csum, 3), right);
	memcpy(raw + 3 * desc_size + 0x1e, &(uint16_t){ htole16(right) }, 2);
	assert_int_equal(e4_table_get(&table, &geo, &csum, 3, &gd), 0);
	assert_true(gd.csum_ok);
	assert_int_equal(e4_table_stored_csum(&table, &geo, 3), right);
	raw[3 * desc_size] ^= 1;
	assert_int_equal(e4_table_get(&table, &geo, &csum, 3, &gd), 0);
	assert_int_equal(gd.csum_ok, !geo.gd_csum);
	/* without start values it is taken to be right */
	assert_int_equal(e4_table_get(&table, &geo, NULL, 3, &gd), 0);
	assert_true(gd.csum_ok);
}

static void checksum(void **state)
{
	(void)state;
	for (uint16_t size = 32; size <= 128; size *= 2) {
		checksum_as(size, 0);
		checksum_as(size, EXT4_FEATURE_RO_COMPAT_GDT_CSUM);
		checksum_as(size, EXT4_FEATURE_RO_COMPAT_METADATA_CSUM);
	}
}

static void uninit(void **state)
{
	struct ext4bm_geometry geo = { .gd_csum = true };
	struct e4_gd gd = { .flags = EXT4BM_BLOCK_UNINIT, .csum_ok = true };

	(void)state;
	assert_true(e4_gd_uninit(&geo, &gd, EXT4BM_BLOCK_UNINIT));
	assert_false(e4_gd_uninit(&geo, &gd, EXT4BM_INODE_UNINIT));
	gd.csum_ok = false;
	assert_false(e4_gd_uninit(&geo, &gd, EXT4BM_BLOCK_UNINIT));
	gd.csum_ok = true;
	geo.gd_csum = false;
	assert_false(e4_gd_uninit(&geo, &gd, EXT4BM_BLOCK_UNINIT));
}

/* Each byte of the table is where e4_table_offset() says it is. */
static void assert_bytes(const struct e4_table *table,
			 const struct ext4bm_geometry *geo)
{
	uint32_t per_block = geo->block_size / geo->desc_size;

	for (uint32_t group = 0; group < table->groups; group++) {
		const uint8_t *raw = table->raw +
			(group / per_block) * geo->block_size +
			(group % per_block) * geo->desc_size;

		if (table->errors[group / per_block])
			continue;
		for (size_t field = 0; field < geo->desc_size; field++)
			assert_int_equal(raw[field], byte_of_device(
				e4_table_offset(table, geo, group, field)));
	}
}

static void read_primary(void **state)
{
	struct ext4bm_geometry geo;
	struct e4_table table = { 0 };
	io_channel device = make_device(20 * 1024);

	(void)state;
	make_geometry(&geo, 64, 0, 0);
	assert_int_equal(e4_table_read(&table, device, &geo, 20 * 1024), 0);
	assert_int_equal(table.blocks, 7);
	assert_int_equal(table.groups, 100);
	for (int i = 0; i < 7; i++)
		assert_int_equal(table.errors[i], 0);
	assert_int_equal(e4_table_offset(&table, &geo, 0, 0), 2048);
	assert_int_equal(e4_table_offset(&table, &geo, 17, 5),
			 2048 + 17 * 64 + 5);
	assert_bytes(&table, &geo);
	e4_table_free(&table);
	assert_null(table.raw);
	assert_null(table.errors);
	e4_io_manager->close(device);
}

/* A copy behind the superblock copy of group 1. */
static void read_copy(void **state)
{
	struct ext4bm_geometry geo;
	struct e4_table table = { .copy_group = 1 };
	io_channel device = make_device(1040 * 1024);

	(void)state;
	make_geometry(&geo, 32, 0, 0);
	assert_int_equal(e4_table_read(&table, device, &geo, 1040 * 1024), 0);
	assert_int_equal(table.blocks, 4);
	assert_int_equal(e4_table_offset(&table, &geo, 33, 1),
			 1026 * 1024 + 33 * 32 + 1);
	assert_bytes(&table, &geo);
	e4_table_free(&table);
	e4_io_manager->close(device);
}

/* meta_bg: blocks in their own groups; the device ends before the third. */
static void read_meta(void **state)
{
	struct ext4bm_geometry geo;
	struct e4_table table = { 0 };
	io_channel device = make_device((32 * 1024 + 2) * 1024);

	(void)state;
	make_geometry(&geo, 64, META_BG, EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER);
	assert_int_equal(e4_table_read(&table, device, &geo,
				       (100 * 1024 + 1) * 1024), 0);
	assert_int_equal(table.blocks, 7);
	assert_int_equal(table.groups, 100);
	assert_int_equal(e4_table_offset(&table, &geo, 0, 0), 2 * 1024);
	assert_int_equal(e4_table_offset(&table, &geo, 32, 0),
			 (32 * 1024 + 1) * 1024);
	for (int i = 0; i < 7; i++)
		assert_int_equal(table.errors[i], i < 3 ? 0 : -ENODATA);
	assert_bytes(&table, &geo);
	e4_table_free(&table);
	e4_io_manager->close(device);
}

static void read_image(void **state)
{
	struct ext4bm_geometry geo;
	struct e4_table table = { .base = 5000 };
	io_channel device = make_device(20 * 1024);

	(void)state;
	make_geometry(&geo, 64, META_BG, 0);
	assert_int_equal(e4_table_read(&table, device, &geo, 20 * 1024), 0);
	assert_int_equal(e4_table_offset(&table, &geo, 17, 3),
			 5000 + 17 * 64 + 3);
	assert_bytes(&table, &geo);
	e4_table_free(&table);
	e4_io_manager->close(device);
}

/* A device of five blocks has room for a table of five, of which the last
 * two lie behind its end; what is before is not lost with them. */
static void short_device(void **state)
{
	struct ext4bm_geometry geo;
	struct e4_table table = { 0 };
	io_channel device = make_device(5 * 1024);
	struct e4_gd gd;

	(void)state;
	make_geometry(&geo, 64, 0, 0);
	assert_int_equal(e4_table_read(&table, device, &geo, 5 * 1024), 0);
	assert_int_equal(table.blocks, 5);
	assert_int_equal(table.groups, 80);
	for (int i = 0; i < 5; i++)
		assert_int_equal(table.errors[i], i < 3 ? 0 : -ENODATA);
	assert_bytes(&table, &geo);
	assert_int_equal(e4_table_get(&table, &geo, NULL, 47, &gd), 0);
	assert_int_equal(e4_table_get(&table, &geo, NULL, 48, &gd),
			 -ENODATA);
	e4_table_free(&table);
	e4_io_manager->close(device);
}

static void no_device(void **state)
{
	struct ext4bm_geometry geo;
	struct e4_table table = { 0 };
	io_channel device = make_device(100);

	(void)state;
	make_geometry(&geo, 64, 0, 0);
	assert_int_equal(e4_table_read(&table, device, &geo, 100), 0);
	assert_int_equal(table.blocks, 0);
	assert_int_equal(table.groups, 0);
	e4_table_free(&table);
	e4_io_manager->close(device);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decode),
		cmocka_unit_test(checksum),
		cmocka_unit_test(uninit),
		cmocka_unit_test(read_primary),
		cmocka_unit_test(read_copy),
		cmocka_unit_test(read_meta),
		cmocka_unit_test(read_image),
		cmocka_unit_test(short_device),
		cmocka_unit_test(no_device),
	};

	return cmocka_run_group_tests_name("descriptor", tests, NULL, NULL);
}
