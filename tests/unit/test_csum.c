// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_csum.c --- checksums, against known values and against libext2fs
 */
#include "config.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>

#include "csum.h"
#include "descriptor.h"
#include "unit.h"

/* Initialises a filesystem in memory only; nothing is ever written. */
static ext2_filsys make_fs(uint32_t incompat, uint32_t ro_compat)
{
	struct ext2_super_block sb = {
		.s_rev_level = EXT2_DYNAMIC_REV,
		.s_log_block_size = 0,
		.s_feature_incompat = incompat,
		.s_feature_ro_compat = ro_compat |
			EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER,
		.s_inodes_count = 2000,
	};
	int fd = memfd_create("csum", MFD_CLOEXEC);
	ext2_filsys fs = NULL;
	uint64_t seed = 11;
	char path[40];

	assert_true(fd >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ext2fs_blocks_count_set(&sb, 5 * 8192);
	assert_int_equal(ext2fs_initialize(path, EXT2_FLAG_64BITS, &sb,
					   unix_io_manager, &fs), 0);
	close(fd);
	unit_fill(&seed, fs->super->s_uuid, sizeof(fs->super->s_uuid));
	ext2fs_init_csum_seed(fs);
	return fs;
}

static struct e4_csum csum_of(ext2_filsys fs)
{
	struct e4_csum csum = {
		.metadata = ext2fs_has_feature_metadata_csum(fs->super),
		.seed = e4_crc32c(~0U, fs->super->s_uuid, 16),
	};

	memcpy(csum.uuid, fs->super->s_uuid, sizeof(csum.uuid));
	return csum;
}

static void known_vectors(void **state)
{
	uint8_t bytes[32];

	(void)state;
	/* The check value of CRC-32C, without its last inversion. */
	assert_int_equal(e4_crc32c(~0U, "123456789", 9), ~0xe3069283U);
	assert_int_equal(e4_crc32c(~0U, "", 0), ~0U);
	assert_int_equal(e4_crc32c(0x12345678, "", 0), 0x12345678);
	/* RFC 3720, B.4 */
	memset(bytes, 0, sizeof(bytes));
	assert_int_equal(e4_crc32c(~0U, bytes, 32), ~0x8a9136aaU);
	memset(bytes, 0xff, sizeof(bytes));
	assert_int_equal(e4_crc32c(~0U, bytes, 32), ~0x62a8ab43U);
	for (int i = 0; i < 32; i++)
		bytes[i] = (uint8_t)i;
	assert_int_equal(e4_crc32c(~0U, bytes, 32), ~0x46dd794eU);
}

static void same_as_libext2fs(void **state)
{
	uint8_t *bytes = malloc(5000);
	uint64_t seed = 12;

	(void)state;
	assert_non_null(bytes);
	unit_fill(&seed, bytes, 5000);
	for (size_t len = 0; len < 300; len++)
		for (size_t align = 0; align < 9; align++) {
			uint32_t start = unit_random(&seed);

			assert_int_equal(
				e4_crc32c(start, bytes + align, len),
				ext2fs_crc32c_le(start, bytes + align, len));
		}
	assert_int_equal(e4_crc32c(1, bytes, 5000),
			 ext2fs_crc32c_le(1, bytes, 5000));
	free(bytes);
}

static void chained(void **state)
{
	uint8_t bytes[100];
	uint64_t seed = 13;

	(void)state;
	unit_fill(&seed, bytes, sizeof(bytes));
	for (size_t cut = 0; cut <= sizeof(bytes); cut++)
		assert_int_equal(e4_crc32c(e4_crc32c(~0U, bytes, cut),
					   bytes + cut, sizeof(bytes) - cut),
				 e4_crc32c(~0U, bytes, sizeof(bytes)));
}

/* What libext2fs holds is in host order; on these machines that is disk's. */
static void descriptors_as(uint32_t incompat, uint32_t ro_compat)
{
	ext2_filsys fs = make_fs(incompat, ro_compat);
	struct e4_csum csum = csum_of(fs);
	size_t size = EXT2_DESC_SIZE(fs->super);
	uint64_t seed = 14;

	for (dgrp_t group = 0; group < fs->group_desc_count; group++) {
		uint8_t *desc = (uint8_t *)ext2fs_group_desc(
			fs, fs->group_desc, group);

		unit_fill(&seed, desc, size);
		assert_int_equal(e4_csum_descriptor(&csum, group, desc, size),
				 ext2fs_group_desc_csum(fs, group));
		/* the field itself is left out */
		desc[0x1e] ^= 0xff;
		desc[0x1f] ^= 0x55;
		assert_int_equal(e4_csum_descriptor(&csum, group, desc, size),
				 ext2fs_group_desc_csum(fs, group));
		/* the bytes around it are not */
		for (size_t at = 0; at < size; at++) {
			uint16_t before = e4_csum_descriptor(&csum, group,
							     desc, size);

			if (at == 0x1e || at == 0x1f)
				continue;
			desc[at] ^= 1;
			assert_int_not_equal(e4_csum_descriptor(
				&csum, group, desc, size), before);
			desc[at] ^= 1;
		}
	}
	ext2fs_free(fs);
}

static void descriptor_checksums(void **state)
{
	const uint32_t bit64 = EXT4_FEATURE_INCOMPAT_64BIT;

	(void)state;
	if (BYTE_ORDER != LITTLE_ENDIAN)
		skip();
	descriptors_as(0, EXT4_FEATURE_RO_COMPAT_GDT_CSUM);
	descriptors_as(bit64, EXT4_FEATURE_RO_COMPAT_GDT_CSUM);
	descriptors_as(0, EXT4_FEATURE_RO_COMPAT_METADATA_CSUM);
	descriptors_as(bit64, EXT4_FEATURE_RO_COMPAT_METADATA_CSUM);
}

/* CRC-16/ARC is what uninit_bg uses: its check value, through a descriptor. */
static void crc16_of_nothing(void **state)
{
	struct e4_csum csum = { .metadata = false };
	uint8_t desc[32] = { 0 };

	(void)state;
	/* A UUID whose bytes bring 0xffff to 0 leaves the rest alone. */
	csum.uuid[0] = 0xff;
	csum.uuid[1] = 0xff;
	assert_int_equal(e4_csum_descriptor(&csum, 0, desc, 32), 0);
	memcpy(desc + 0x1e - 9, "123456789", 9);
	assert_int_equal(e4_csum_descriptor(&csum, 0, desc, 32), 0xbb3d);
	/* another group, another checksum */
	assert_int_not_equal(e4_csum_descriptor(&csum, 1, desc, 32), 0xbb3d);
}

static void bitmaps_as(uint32_t incompat)
{
	ext2_filsys fs = make_fs(incompat,
				 EXT4_FEATURE_RO_COMPAT_METADATA_CSUM);
	struct e4_csum csum = csum_of(fs);
	bool wide = EXT2_DESC_SIZE(fs->super) >= 64;
	uint32_t clusters = EXT2_CLUSTERS_PER_GROUP(fs->super);
	uint32_t inodes = EXT2_INODES_PER_GROUP(fs->super);
	char bitmap[1024];
	uint64_t seed = 15;

	for (dgrp_t group = 0; group < fs->group_desc_count; group++) {
		struct ext4_group_desc *gd = (struct ext4_group_desc *)
			ext2fs_group_desc(fs, fs->group_desc, group);
		uint32_t block, inode;

		unit_fill(&seed, bitmap, sizeof(bitmap));
		ext2fs_block_bitmap_csum_set(fs, group, bitmap,
					     (int)clusters / 8);
		ext2fs_inode_bitmap_csum_set(fs, group, bitmap,
					     (int)inodes / 8);
		block = gd->bg_block_bitmap_csum_lo;
		inode = gd->bg_inode_bitmap_csum_lo;
		if (wide) {
			block |= (uint32_t)gd->bg_block_bitmap_csum_hi << 16;
			inode |= (uint32_t)gd->bg_inode_bitmap_csum_hi << 16;
		}
		assert_int_equal(e4_csum_bitmap(&csum, bitmap, clusters, wide),
				 block);
		assert_int_equal(e4_csum_bitmap(&csum, bitmap, inodes, wide),
				 inode);
	}
	ext2fs_free(fs);
}

static void bitmap_checksums(void **state)
{
	(void)state;
	if (BYTE_ORDER != LITTLE_ENDIAN)
		skip();
	bitmaps_as(0);
	bitmaps_as(EXT4_FEATURE_INCOMPAT_64BIT);
}

static void superblock_checksum(void **state)
{
	ext2_filsys fs = make_fs(0, EXT4_FEATURE_RO_COMPAT_METADATA_CSUM);
	struct ext2_super_block raw = *fs->super;

	(void)state;
	if (BYTE_ORDER == LITTLE_ENDIAN) {
		assert_int_equal(ext2fs_superblock_csum_set(fs, &raw), 0);
		assert_int_equal(e4_csum_superblock(&raw), raw.s_checksum);
		raw.s_checksum = ~raw.s_checksum;
		assert_int_equal(e4_csum_superblock(&raw), ~raw.s_checksum);
		raw.s_reserved[0] ^= 1;
		assert_int_not_equal(e4_csum_superblock(&raw),
				     ~raw.s_checksum);
	}
	ext2fs_free(fs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_vectors),
		cmocka_unit_test(same_as_libext2fs),
		cmocka_unit_test(chained),
		cmocka_unit_test(descriptor_checksums),
		cmocka_unit_test(crc16_of_nothing),
		cmocka_unit_test(bitmap_checksums),
		cmocka_unit_test(superblock_checksum),
	};

	return cmocka_run_group_tests_name("csum", tests, NULL, NULL);
}
