// SPDX-License-Identifier: GPL-2.0-only
/*
 * world.c --- a small healthy filesystem in memory, to be damaged by tests
 *
 * Counts and bits are made one by one from the layout, not with the
 * functions under test.
 */
#include "config.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "geometry.h"
#include "unit.h"
#include "world.h"

void world_superblock(struct world *world)
{
	struct ext2_super_block *sb = &world->sb;

	memset(world, 0, sizeof(*world));
	sb->s_rev_level = EXT2_DYNAMIC_REV;
	sb->s_state = 1;
	sb->s_log_block_size = 0;
	sb->s_log_cluster_size = 0;
	sb->s_first_data_block = 1;
	sb->s_blocks_count = 1 + 4 * 8192 + 4000;
	sb->s_blocks_per_group = 8192;
	sb->s_clusters_per_group = 8192;
	sb->s_inodes_per_group = 128;
	sb->s_inodes_count = WORLD_GROUPS * 128;
	sb->s_inode_size = 256;
	sb->s_first_ino = 11;
	sb->s_desc_size = 64;
	sb->s_feature_incompat = EXT4_FEATURE_INCOMPAT_64BIT |
		EXT4_FEATURE_INCOMPAT_FLEX_BG;
	sb->s_feature_ro_compat = EXT4_FEATURE_RO_COMPAT_METADATA_CSUM |
		EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER;
	for (int i = 0; i < 16; i++)
		sb->s_uuid[i] = (uint8_t)(17 * i);
}

struct ext4_group_desc *world_raw(const struct world *world, uint32_t group)
{
	uint32_t per_block = world->geo.block_size / world->geo.desc_size;

	return (struct ext4_group_desc *)(world->table.raw +
		(size_t)(group / per_block) * world->geo.block_size +
		(size_t)(group % per_block) * world->geo.desc_size);
}

struct e4_gd world_gd(const struct world *world, uint32_t group)
{
	struct e4_gd gd;

	assert_int_equal(e4_table_get(&world->table, &world->geo,
				      &world->csum, group, &gd), 0);
	return gd;
}

uint8_t *world_block_bitmap(const struct world *world, uint32_t group)
{
	return world->block + (size_t)group * world->geo.block_size;
}

uint8_t *world_inode_bitmap(const struct world *world, uint32_t group)
{
	return world->inode + (size_t)group * world->geo.block_size;
}

void world_set_bits(uint8_t *bitmap, uint32_t first, uint32_t end)
{
	for (uint32_t n = first; n < end; n++)
		bitmap[n / 8] |= (uint8_t)(1 << n % 8);
}

void world_clear_bits(uint8_t *bitmap, uint32_t first, uint32_t end)
{
	for (uint32_t n = first; n < end; n++)
		bitmap[n / 8] &= (uint8_t)~(1 << n % 8);
}

static uint32_t zeros(const uint8_t *bitmap, uint32_t end)
{
	uint32_t nr = 0;

	for (uint32_t n = 0; n < end; n++)
		nr += !(bitmap[n / 8] >> n % 8 & 1);
	return nr;
}

static bool is_wide(const struct world *world)
{
	return world->geo.desc_size >= 64;
}

void world_move(struct world *world, uint32_t group, enum ext4bm_item item,
		uint64_t block)
{
	struct ext4_group_desc *raw = world_raw(world, group);
	uint32_t low = htole32((uint32_t)block);
	uint32_t high = htole32((uint32_t)(block >> 32));

	switch (item) {
	case EXT4BM_ITEM_BLOCK_BITMAP:
		raw->bg_block_bitmap = low;
		if (is_wide(world))
			raw->bg_block_bitmap_hi = high;
		break;
	case EXT4BM_ITEM_INODE_BITMAP:
		raw->bg_inode_bitmap = low;
		if (is_wide(world))
			raw->bg_inode_bitmap_hi = high;
		break;
	default:
		raw->bg_inode_table = low;
		if (is_wide(world))
			raw->bg_inode_table_hi = high;
	}
}

void world_count(struct world *world, uint32_t group)
{
	struct ext4_group_desc *raw = world_raw(world, group);
	uint32_t clusters = zeros(world_block_bitmap(world, group),
				  ext4bm_group_clusters(&world->geo, group));
	uint32_t inodes = zeros(world_inode_bitmap(world, group),
				world->geo.inodes_per_group);

	raw->bg_free_blocks_count = htole16((uint16_t)clusters);
	raw->bg_free_inodes_count = htole16((uint16_t)inodes);
	if (is_wide(world)) {
		raw->bg_free_blocks_count_hi =
			htole16((uint16_t)(clusters >> 16));
		raw->bg_free_inodes_count_hi =
			htole16((uint16_t)(inodes >> 16));
	}
}

void world_seal(struct world *world, uint32_t group)
{
	struct ext4_group_desc *raw = world_raw(world, group);
	uint32_t block = e4_csum_bitmap(&world->csum,
					world_block_bitmap(world, group),
					world->geo.clusters_per_group, true);
	uint32_t inode = e4_csum_bitmap(&world->csum,
					world_inode_bitmap(world, group),
					world->geo.inodes_per_group, true);

	if (world->geo.metadata_csum) {
		raw->bg_block_bitmap_csum_lo = htole16((uint16_t)block);
		raw->bg_inode_bitmap_csum_lo = htole16((uint16_t)inode);
		if (is_wide(world)) {
			raw->bg_block_bitmap_csum_hi =
				htole16((uint16_t)(block >> 16));
			raw->bg_inode_bitmap_csum_hi =
				htole16((uint16_t)(inode >> 16));
		}
	}
	if (world->geo.gd_csum)
		raw->bg_checksum = htole16(e4_csum_descriptor(
			&world->csum, group, raw, world->geo.desc_size));
}

void world_index(struct world *world)
{
	e4_fixed_free(&world->fixed);
	assert_int_equal(e4_fixed_build(&world->fixed, &world->geo,
					&world->table), 0);
}

/* Mark [@block, @block + @len) as used. */
static void use(struct world *world, uint32_t group, uint64_t block,
		uint64_t len)
{
	uint64_t start = world->geo.first_data_block +
			 (uint64_t)group * world->geo.blocks_per_group;

	for (uint64_t i = 0; i < len; i++) {
		uint32_t n = (uint32_t)((block + i - start) /
					world->geo.cluster_ratio);

		world_set_bits(world_block_bitmap(world, group), n, n + 1);
	}
}

static void build_group(struct world *world, uint32_t group)
{
	const struct ext4bm_geometry *geo = &world->geo;
	uint32_t bits = 8 * geo->block_size;
	uint64_t at = geo->first_data_block +
		      (uint64_t)group * geo->blocks_per_group;
	uint64_t left = geo->blocks - at;
	struct e4_base base;

	if (left > geo->blocks_per_group)
		left = geo->blocks_per_group;
	left = (left + geo->cluster_ratio - 1) / geo->cluster_ratio;
	if (e4_group_base(geo, group, &base)) {
		uint64_t end = base.descriptors + base.nr_descriptors +
			       base.nr_reserved;

		use(world, group, base.superblock, end - base.superblock);
		at = end;
	}
	world_move(world, group, EXT4BM_ITEM_BLOCK_BITMAP, at);
	world_move(world, group, EXT4BM_ITEM_INODE_BITMAP, at + 1);
	world_move(world, group, EXT4BM_ITEM_INODE_TABLE, at + 2);
	use(world, group, at, 2 + geo->itable_blocks);
	world_set_bits(world_block_bitmap(world, group), (uint32_t)left, bits);
	world_set_bits(world_inode_bitmap(world, group),
		       geo->inodes_per_group, bits);
	if (group == 0)
		world_set_bits(world_inode_bitmap(world, group), 0,
			       geo->first_inode - 1);
	world_count(world, group);
	world_seal(world, group);
}

void world_build(struct world *world)
{
	struct ext4bm_geometry *geo = &world->geo;
	const char *why = e4_geometry_fill(geo, &world->sb);

	assert_null(why);
	world->csum.metadata = geo->metadata_csum;
	memcpy(world->csum.uuid, world->sb.s_uuid, 16);
	world->csum.seed = e4_crc32c(~0U, world->sb.s_uuid, 16);
	world->table = (struct e4_table){
		.raw = calloc(geo->desc_blocks, geo->block_size),
		.errors = calloc(geo->desc_blocks, sizeof(int)),
		.blocks = geo->desc_blocks,
		.groups = geo->groups,
	};
	world->block = calloc(geo->groups, geo->block_size);
	world->inode = calloc(geo->groups, geo->block_size);
	assert_non_null(world->table.raw);
	assert_non_null(world->table.errors);
	assert_non_null(world->block);
	assert_non_null(world->inode);
	for (uint32_t group = 0; group < geo->groups; group++)
		build_group(world, group);
	world_index(world);
	world->views = (struct e4_views){
		.geo = geo, .csum = &world->csum, .table = &world->table,
		.fixed = &world->fixed, .judge_descriptors = true,
		.raw_bitmaps = true,
	};
}

void world_free(struct world *world)
{
	e4_table_free(&world->table);
	e4_fixed_free(&world->fixed);
	e4_findings_free(&world->findings);
	free(world->block);
	free(world->inode);
}

static int start_with(void **state, uint16_t reserved)
{
	static struct world world;

	world_superblock(&world);
	world.sb.s_reserved_gdt_blocks = reserved;
	world_build(&world);
	*state = &world;
	return 0;
}

int world_start(void **state)
{
	return start_with(state, 0);
}

int world_start_reserved(void **state)
{
	return start_with(state, 3);
}

int world_finish(void **state)
{
	world_free(*state);
	return 0;
}

uint32_t world_check_block(struct world *world, uint32_t group)
{
	struct e4_gd gd = world_gd(world, group);

	e4_findings_free(&world->findings);
	return e4_compare_block_bitmap(&world->views, group, &gd,
				       world_block_bitmap(world, group),
				       WORLD_OFFSET, &world->findings);
}

uint32_t world_check_inode(struct world *world, uint32_t group)
{
	struct e4_gd gd = world_gd(world, group);

	e4_findings_free(&world->findings);
	return e4_compare_inode_bitmap(&world->views, group, &gd,
				       world_inode_bitmap(world, group),
				       WORLD_OFFSET, &world->findings);
}

void world_check_descriptor(struct world *world, uint32_t group)
{
	struct e4_gd gd = world_gd(world, group);

	e4_findings_free(&world->findings);
	e4_compare_descriptor(&world->views, group, &gd, &world->findings);
}

void world_healthy(struct world *world)
{
	for (size_t i = 0; i < world->findings.nr; i++)
		print_error("unexpected: %s\n", ext4bm_catalogue(
			world->findings.list[i].code)->name);
	assert_int_equal(world->findings.nr, 0);
	assert_false(world->findings.failed);
}

const struct ext4bm_finding *world_only(struct world *world,
					enum ext4bm_code code)
{
	for (size_t i = 0; i < world->findings.nr; i++)
		if (world->findings.list[i].code != code)
			print_error("unexpected: %s\n", ext4bm_catalogue(
				world->findings.list[i].code)->name);
	assert_int_equal(world->findings.nr, 1);
	assert_int_equal(world->findings.list[0].code, code);
	assert_false(world->findings.failed);
	return &world->findings.list[0];
}

uint64_t world_field(const struct world *world, uint32_t group, size_t field)
{
	uint32_t per_block = world->geo.block_size / world->geo.desc_size;

	/* The table begins behind the superblock; groups are in order. */
	return (world->geo.block_size == 1024 ? 2048 : world->geo.block_size) +
	       (uint64_t)(group / per_block) * world->geo.block_size +
	       (group % per_block) * world->geo.desc_size + field;
}

void world_values(const struct ext4bm_finding *finding, uint32_t group,
		  uint64_t stored, uint64_t counted, uint64_t offset)
{
	assert_int_equal(finding->group, group);
	assert_int_equal(finding->stored, stored);
	assert_int_equal(finding->counted, counted);
	assert_int_equal(finding->offset, offset);
}

void world_range(const struct ext4bm_finding *finding, size_t number,
		 uint64_t first, uint64_t last)
{
	assert_true(number < finding->nr_ranges);
	assert_int_equal(finding->ranges[number].first, first);
	assert_int_equal(finding->ranges[number].last, last);
}
