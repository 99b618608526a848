// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_geometry.c --- superblocks that cannot be, and where groups begin
 */
#include "config.h"

#include <string.h>

#include "geometry.h"
#include "unit.h"
#include "world.h"

#define BIT64 EXT4_FEATURE_INCOMPAT_64BIT
#define META_BG EXT2_FEATURE_INCOMPAT_META_BG
#define BIGALLOC EXT4_FEATURE_RO_COMPAT_BIGALLOC

/* One change that makes the superblock of the usual world impossible. */
struct change {
	size_t at;
	size_t size;
	uint32_t value;
	const char *why;
};

#define CHANGE(name, value, why) \
	{ offsetof(struct ext2_super_block, name), \
	  sizeof(((struct ext2_super_block *)0)->name), value, why }

static const char block_size[] = "the block size is out of range";
static const char cluster_size[] = "the cluster size is out of range";
static const char clusters[] =
	"the number of clusters per group is out of range";
static const char contradiction[] =
	"blocks and clusters per group contradict each other";
static const char first_block[] = "the first data block is out of range";
static const char blocks[] = "the number of blocks is out of range";
static const char inode_size[] = "the inode size is out of range";
static const char inodes[] =
	"the number of inodes per group is out of range";
static const char inodes_fit[] = "the number of inodes does not fit the groups";
static const char first_inode[] =
	"the first ordinary inode is out of range";
static const char desc_size[] =
	"the size of a group descriptor is out of range";
static const char revision[] = "the revision level is not known";
static const char meta[] = "the first meta group is out of range";
static const char table_fits[] =
	"the group descriptors do not fit in a group";

/* Values are little: a change writes its low bytes, on any machine. */
static void apply(struct ext2_super_block *sb, const struct change *change)
{
	uint8_t *field = (uint8_t *)sb + change->at;

	if (change->size == 1)
		*field = (uint8_t)change->value;
	else if (change->size == 2)
		memcpy(field, &(uint16_t){ (uint16_t)change->value }, 2);
	else
		memcpy(field, &change->value, 4);
}

static void refuse_all(const struct ext2_super_block *base,
		       const struct change *changes, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct ext2_super_block sb = *base;
		struct ext4bm_geometry geo;
		const char *why;

		apply(&sb, &changes[i]);
		why = e4_geometry_fill(&geo, &sb);
		if (!changes[i].why) {
			assert_null(why);
			continue;
		}
		if (!why)
			print_error("change %zu was accepted\n", i);
		assert_non_null(why);
		assert_string_equal(why, changes[i].why);
	}
}

static void refusals(void **state)
{
	static const struct change changes[] = {
		CHANGE(s_rev_level, 2, revision),
		CHANGE(s_rev_level, UINT32_MAX, revision),
		CHANGE(s_log_block_size, 7, block_size),
		CHANGE(s_log_block_size, 32, block_size),
		CHANGE(s_log_block_size, UINT32_MAX, block_size),
		CHANGE(s_blocks_per_group, 0, clusters),
		CHANGE(s_blocks_per_group, 8193, clusters),
		CHANGE(s_blocks_per_group, 8200, clusters),
		CHANGE(s_blocks_per_group, 8188, clusters),
		CHANGE(s_blocks_per_group, UINT32_MAX, clusters),
		CHANGE(s_first_data_block, 2, first_block),
		CHANGE(s_first_data_block, UINT32_MAX, first_block),
		CHANGE(s_blocks_count, 0, first_block),
		CHANGE(s_blocks_count, 1, first_block),
		CHANGE(s_blocks_count_hi, UINT32_MAX, blocks),
		CHANGE(s_inode_size, 0, inode_size),
		CHANGE(s_inode_size, 64, inode_size),
		CHANGE(s_inode_size, 192, inode_size),
		CHANGE(s_inode_size, 2048, inode_size),
		CHANGE(s_inodes_per_group, 0, inodes),
		CHANGE(s_inodes_per_group, 8193, inodes),
		CHANGE(s_inodes_per_group, UINT32_MAX, inodes),
		CHANGE(s_inodes_per_group, 127, inodes_fit),
		CHANGE(s_inodes_count, 639, inodes_fit),
		CHANGE(s_inodes_count, 641, inodes_fit),
		CHANGE(s_inodes_count, 0, inodes_fit),
		CHANGE(s_first_ino, 10, first_inode),
		CHANGE(s_first_ino, 0, first_inode),
		CHANGE(s_first_ino, 641, first_inode),
		CHANGE(s_desc_size, 32, desc_size),
		CHANGE(s_desc_size, 0, desc_size),
		CHANGE(s_desc_size, 96, desc_size),
		CHANGE(s_desc_size, 2048, desc_size),
		/* and what just passes */
		CHANGE(s_inode_size, 128, NULL),
		CHANGE(s_inode_size, 1024, NULL),
		CHANGE(s_first_ino, 11, NULL),
		CHANGE(s_first_ino, 640, NULL),
		CHANGE(s_desc_size, 64, NULL),
		CHANGE(s_desc_size, 1024, NULL),
		CHANGE(s_state, 0xffff, NULL),
		CHANGE(s_log_groups_per_flex, 255, NULL),
		CHANGE(s_log_cluster_size, 31, NULL),
	};
	struct world world;

	(void)state;
	world_superblock(&world);
	refuse_all(&world.sb, changes, ARRAY_SIZE(changes));
}

static void refusals_bigalloc(void **state)
{
	static const struct change changes[] = {
		CHANGE(s_log_cluster_size, 20, cluster_size),
		CHANGE(s_log_cluster_size, UINT32_MAX, cluster_size),
		CHANGE(s_log_cluster_size, 1, cluster_size),
		CHANGE(s_clusters_per_group, 0, clusters),
		CHANGE(s_clusters_per_group, 32776, clusters),
		CHANGE(s_clusters_per_group, 4096, contradiction),
		CHANGE(s_blocks_per_group, 32768, contradiction),
		CHANGE(s_log_cluster_size, 7, contradiction),
		CHANGE(s_first_data_block, 1, first_block),
		CHANGE(s_log_cluster_size, 6, NULL),
	};
	struct world world;

	(void)state;
	world_superblock(&world);
	world.sb.s_feature_ro_compat |= BIGALLOC;
	world.sb.s_log_block_size = 2;
	world.sb.s_log_cluster_size = 6;
	world.sb.s_first_data_block = 0;
	world.sb.s_clusters_per_group = 32768;
	world.sb.s_blocks_per_group = 16 * 32768;
	world.sb.s_blocks_count = 5 * 16 * 32768;
	refuse_all(&world.sb, changes, ARRAY_SIZE(changes));
}

static void refusals_table(void **state)
{
	static const struct change meta_changes[] = {
		CHANGE(s_first_meta_bg, 1, NULL),
		CHANGE(s_first_meta_bg, 2, meta),
		CHANGE(s_first_meta_bg, UINT32_MAX, meta),
	};
	/* 8 blocks in a group, 1024 groups: a table of 64 blocks */
	static const struct change fit_changes[] = {
		CHANGE(s_feature_incompat, BIT64, table_fits),
		CHANGE(s_feature_incompat, BIT64 | META_BG, NULL),
	};
	struct world world;

	(void)state;
	world_superblock(&world);
	world.sb.s_feature_incompat |= META_BG;
	refuse_all(&world.sb, meta_changes, ARRAY_SIZE(meta_changes));
	world_superblock(&world);
	world.sb.s_blocks_per_group = 8;
	world.sb.s_blocks_count = 1 + 8 * 1024;
	world.sb.s_inodes_per_group = 8;
	world.sb.s_inodes_count = 8 * 1024;
	refuse_all(&world.sb, fit_changes, ARRAY_SIZE(fit_changes));
}

/* Revision 0 has neither an inode size nor a first inode of its own. */
static void old_revision(void **state)
{
	struct ext4bm_geometry geo;
	struct world world;

	(void)state;
	world_superblock(&world);
	world.sb.s_rev_level = 0;
	world.sb.s_inode_size = 12345;
	world.sb.s_first_ino = 0;
	assert_null(e4_geometry_fill(&geo, &world.sb));
	assert_int_equal(geo.first_inode, 11);
	assert_int_equal(geo.itable_blocks, 128 * 128 / 1024);
	assert_int_equal(geo.revision, 0);
}

static void fields(void **state)
{
	struct ext4bm_geometry geo;
	struct world world;

	(void)state;
	world_superblock(&world);
	memcpy(world.sb.s_volume_name, "0123456789abcdefX", 16);
	world.sb.s_log_groups_per_flex = 4;
	world.sb.s_reserved_gdt_blocks = 7;
	world.sb.s_free_blocks_count = 5;
	world.sb.s_free_blocks_hi = 1;
	world.sb.s_free_inodes_count = 6;
	world.sb.s_feature_incompat |= EXT3_FEATURE_INCOMPAT_RECOVER |
				       0x00080000;
	world.sb.s_feature_ro_compat |= 0x80000000;
	world.sb.s_feature_compat = EXT4_FEATURE_COMPAT_SPARSE_SUPER2;
	world.sb.s_backup_bgs[0] = 1;
	world.sb.s_backup_bgs[1] = 4;
	assert_null(e4_geometry_fill(&geo, &world.sb));
	assert_int_equal(geo.block_size, 1024);
	assert_int_equal(geo.cluster_ratio, 1);
	assert_int_equal(geo.blocks, 36769);
	assert_int_equal(geo.groups, 5);
	assert_int_equal(geo.inodes, 640);
	assert_int_equal(geo.itable_blocks, 32);
	assert_int_equal(geo.desc_size, 64);
	assert_int_equal(geo.desc_blocks, 1);
	assert_int_equal(geo.reserved_gdt, 7);
	assert_int_equal(geo.flex_groups, 16);
	assert_int_equal(geo.free_blocks, UINT64_C(0x100000005));
	assert_int_equal(geo.free_inodes, 6);
	assert_int_equal(geo.unknown_incompat, 0x00080000);
	assert_int_equal(geo.unknown_ro_compat, 0x80000000);
	assert_int_equal(geo.backup_groups[0], 1);
	assert_int_equal(geo.backup_groups[1], 4);
	assert_int_equal(geo.state, 1);
	assert_true(geo.gd_csum && geo.metadata_csum && geo.flex_bg);
	assert_true(geo.needs_recovery);
	assert_false(geo.meta_bg || geo.bigalloc || geo.backup_descriptors);
	assert_int_equal(geo.backup_superblock, 0);
	assert_string_equal(geo.label, "0123456789abcdef");
	assert_string_equal(geo.uuid, "00112233-4455-6677-8899-aabbccddeeff");
	assert_string_equal(geo.mmp_host, "");
}

/* The high halves are rubbish without 64bit. */
static void high_halves(void **state)
{
	struct ext4bm_geometry geo;
	struct world world;

	(void)state;
	world_superblock(&world);
	world.sb.s_feature_incompat = 0;
	world.sb.s_blocks_count_hi = 0xffff;
	world.sb.s_free_blocks_hi = 0xffff;
	world.sb.s_desc_size = 9999;
	world.sb.s_feature_ro_compat = EXT4_FEATURE_RO_COMPAT_GDT_CSUM;
	assert_null(e4_geometry_fill(&geo, &world.sb));
	assert_int_equal(geo.blocks, 36769);
	assert_int_equal(geo.free_blocks, 0);
	assert_int_equal(geo.desc_size, 32);
	assert_int_equal(geo.flex_groups, 1);
	assert_true(geo.gd_csum);
	assert_false(geo.metadata_csum);
}

static void ranges_1k(void **state)
{
	struct ext4bm_geometry geo;
	struct world world;

	(void)state;
	world_superblock(&world);
	assert_null(e4_geometry_fill(&geo, &world.sb));
	assert_int_equal(ext4bm_group_first_block(&geo, 0), 1);
	assert_int_equal(e4_group_last_block(&geo, 0), 8192);
	assert_int_equal(ext4bm_group_first_block(&geo, 4), 32769);
	assert_int_equal(e4_group_last_block(&geo, 4), 36768);
	assert_int_equal(ext4bm_group_clusters(&geo, 3), 8192);
	assert_int_equal(ext4bm_group_clusters(&geo, 4), 4000);
	assert_int_equal(e4_block_group(&geo, 0), 0);
	assert_int_equal(e4_block_group(&geo, 1), 0);
	assert_int_equal(e4_block_group(&geo, 8192), 0);
	assert_int_equal(e4_block_group(&geo, 8193), 1);
	assert_int_equal(e4_block_bit(&geo, 1, 8193), 0);
	assert_int_equal(e4_block_bit(&geo, 1, 16384), 8191);
	assert_true(e4_blocks_inside(&geo, 1, 1));
	assert_false(e4_blocks_inside(&geo, 0, 1));
	assert_true(e4_blocks_inside(&geo, 36768, 1));
	assert_false(e4_blocks_inside(&geo, 36768, 2));
	assert_false(e4_blocks_inside(&geo, 36769, 0));
	assert_false(e4_blocks_inside(&geo, UINT64_MAX, 2));
	assert_false(e4_blocks_inside(&geo, 2, UINT64_MAX));
}

static void ranges_4k(void **state)
{
	struct ext4bm_geometry geo;
	struct world world;

	(void)state;
	world_superblock(&world);
	world.sb.s_log_block_size = 2;
	world.sb.s_first_data_block = 0;
	world.sb.s_blocks_per_group = 32768;
	world.sb.s_blocks_count = 5 * 32768;
	assert_null(e4_geometry_fill(&geo, &world.sb));
	assert_int_equal(geo.groups, 5);
	assert_int_equal(ext4bm_group_first_block(&geo, 4), 131072);
	assert_int_equal(e4_group_last_block(&geo, 4), 163839);
	assert_int_equal(ext4bm_group_clusters(&geo, 4), 32768);
	world.sb.s_blocks_count++;
	world.sb.s_inodes_count += 128;
	assert_null(e4_geometry_fill(&geo, &world.sb));
	assert_int_equal(geo.groups, 6);
	assert_int_equal(ext4bm_group_clusters(&geo, 5), 1);
	assert_int_equal(e4_group_last_block(&geo, 5), 163840);
}

/* The last cluster counts, even if the filesystem ends inside it. */
static void ranges_bigalloc(void **state)
{
	struct ext4bm_range range = { 32761, 32767 };
	struct ext4bm_geometry geo;
	struct world world;

	(void)state;
	world_superblock(&world);
	world.sb.s_feature_ro_compat |= BIGALLOC;
	world.sb.s_log_block_size = 2;
	world.sb.s_log_cluster_size = 6;
	world.sb.s_first_data_block = 0;
	world.sb.s_clusters_per_group = 32768;
	world.sb.s_blocks_per_group = 16 * 32768;
	world.sb.s_blocks_count = 5 * 16 * 32768 - 100;
	assert_null(e4_geometry_fill(&geo, &world.sb));
	assert_int_equal(geo.cluster_ratio, 16);
	assert_int_equal(ext4bm_group_clusters(&geo, 3), 32768);
	assert_int_equal(ext4bm_group_clusters(&geo, 4), 32768 - 6);
	assert_int_equal(e4_block_bit(&geo, 1, 16 * 32768 + 15), 0);
	assert_int_equal(e4_block_bit(&geo, 1, 16 * 32768 + 16), 1);
	range = ext4bm_cluster_blocks(&geo, 4, range);
	assert_int_equal(range.first, 4 * 16 * 32768 + 16 * 32761);
	assert_int_equal(range.last, 5 * 16 * 32768 - 101);
	range = ext4bm_cluster_blocks(&geo, 1, (struct ext4bm_range){ 2, 3 });
	assert_int_equal(range.first, 16 * 32768 + 32);
	assert_int_equal(range.last, 16 * 32768 + 63);
}

/* 2^32 - 2 groups are possible, and nothing wraps in the last of them. */
static void huge(void **state)
{
	struct ext4bm_geometry geo;
	struct world world;
	uint64_t nr = UINT64_C(8192) * (UINT32_MAX - 1) + 1;

	(void)state;
	world_superblock(&world);
	world.sb.s_feature_incompat |= META_BG;
	world.sb.s_blocks_count = (uint32_t)nr;
	world.sb.s_blocks_count_hi = (uint32_t)(nr >> 32);
	world.sb.s_inodes_per_group = 1;
	world.sb.s_inodes_count = UINT32_MAX - 1;
	assert_null(e4_geometry_fill(&geo, &world.sb));
	assert_int_equal(geo.groups, UINT32_MAX - 1);
	assert_int_equal(geo.desc_blocks, (UINT32_MAX - 2) / 16 + 1);
	assert_int_equal(e4_group_last_block(&geo, geo.groups - 1), nr - 1);
	assert_int_equal(ext4bm_group_clusters(&geo, geo.groups - 1), 8192);
	assert_int_equal(e4_block_group(&geo, nr - 1), UINT32_MAX - 2);
	assert_int_equal(e4_descriptor_block(&geo, geo.desc_blocks - 1, 0),
			 1 + 8192 * (UINT64_C(0xfffffffd) / 16 * 16));
	/* one group more is one too many */
	nr++;
	world.sb.s_blocks_count = (uint32_t)nr;
	world.sb.s_blocks_count_hi = (uint32_t)(nr >> 32);
	assert_string_equal(e4_geometry_fill(&geo, &world.sb), blocks);
}

/* libext2fs, told as much as it needs to place superblock copies. */
static struct struct_ext2_filsys fake_fs(struct ext2_super_block *sb,
					 const struct ext4bm_geometry *geo)
{
	return (struct struct_ext2_filsys){
		.magic = EXT2_ET_MAGIC_EXT2FS_FILSYS,
		.super = sb,
		.blocksize = geo->block_size,
		.group_desc_count = geo->groups,
		.desc_blocks = geo->desc_blocks,
		.cluster_ratio_bits = 0,
	};
}

static void same_places(struct ext2_super_block *sb)
{
	struct struct_ext2_filsys fs;
	struct ext4bm_geometry geo;

	sb->s_inodes_count = (sb->s_blocks_count - sb->s_first_data_block -
			      1) / sb->s_blocks_per_group + 1;
	sb->s_inodes_per_group = 1;
	assert_null(e4_geometry_fill(&geo, sb));
	fs = fake_fs(sb, &geo);
	for (uint32_t group = 0; group < geo.groups; group++) {
		blk64_t super, old, new;
		blk_t used;
		uint64_t mine = 0;
		struct e4_base base;
		bool any;

		assert_int_equal(e4_group_has_super(&geo, group),
				 ext2fs_bg_has_super(&fs, group));
		assert_int_equal(ext2fs_super_and_bgd_loc2(&fs, group, &super,
			&old, &new, &used), 0);
		any = e4_group_base(&geo, group, &base);
		assert_int_equal(any, super || old || new || used ||
				 (group == 0 && geo.first_data_block == 0));
		if (base.has_super)
			assert_int_equal(base.superblock, super);
		mine = base.has_super + base.nr_descriptors +
		       base.nr_reserved;
		assert_int_equal(mine, used);
		if (base.nr_descriptors)
			assert_int_equal(base.descriptors, old ? old : new);
		else
			assert_int_equal(new, 0);
	}
}

static void variants(struct ext2_super_block *sb)
{
	static const uint16_t reserved[] = { 0, 3 };

	for (size_t i = 0; i < ARRAY_SIZE(reserved); i++) {
		sb->s_reserved_gdt_blocks = reserved[i];
		sb->s_feature_compat = 0;
		sb->s_feature_ro_compat &= ~EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER;
		same_places(sb);
		sb->s_feature_ro_compat |= EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER;
		same_places(sb);
		sb->s_feature_compat = EXT4_FEATURE_COMPAT_SPARSE_SUPER2;
		sb->s_backup_bgs[0] = 1;
		sb->s_backup_bgs[1] = 2999;
		same_places(sb);
		sb->s_backup_bgs[0] = 0;
		sb->s_backup_bgs[1] = 0;
		same_places(sb);
		sb->s_backup_bgs[0] = 7;
		sb->s_backup_bgs[1] = 0;
		same_places(sb);
	}
}

/* With 3000 groups of 1024 blocks. */
static void base_like_libext2fs(void **state)
{
	struct world world;

	(void)state;
	for (int desc = 32; desc <= 128; desc *= 2) {
		world_superblock(&world);
		world.sb.s_desc_size = (uint16_t)desc;
		if (desc == 32)
			world.sb.s_feature_incompat = 0;
		world.sb.s_blocks_per_group = 1024;
		world.sb.s_blocks_count = 1 + 3000 * 1024 - 1;
		variants(&world.sb);
		/* 4 KiB blocks begin with block 0 */
		world.sb.s_log_block_size = 2;
		world.sb.s_first_data_block = 0;
		variants(&world.sb);
	}
}

static void meta_bg_like_libext2fs(void **state)
{
	static const uint32_t first[] = { 0, 1, 2, 50, 187 };
	struct world world;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(first); i++) {
		world_superblock(&world);
		world.sb.s_feature_incompat |= META_BG;
		world.sb.s_first_meta_bg = first[i];
		world.sb.s_blocks_per_group = 1024;
		world.sb.s_blocks_count = 1 + 2990 * 1024 - 1;
		variants(&world.sb);
	}
}

/* Where each block of the table is, as libext2fs's reader looks for it. */
static void descriptor_blocks(void **state)
{
	static const uint32_t first[] = { 0, 3, 187 };
	struct world world;

	(void)state;
	for (size_t i = 0; i <= ARRAY_SIZE(first); i++) {
		struct struct_ext2_filsys fs;
		struct ext4bm_geometry geo;

		world_superblock(&world);
		if (i < ARRAY_SIZE(first)) {
			world.sb.s_feature_incompat |= META_BG;
			world.sb.s_first_meta_bg = first[i];
		}
		world.sb.s_blocks_per_group = 1024;
		world.sb.s_blocks_count = 1 + 2990 * 1024 - 1;
		world.sb.s_inodes_count = 2990;
		world.sb.s_inodes_per_group = 1;
		assert_null(e4_geometry_fill(&geo, &world.sb));
		assert_int_equal(geo.desc_blocks, 187);
		fs = fake_fs(&world.sb, &geo);
		for (uint32_t n = 0; n < geo.desc_blocks; n++) {
			assert_int_equal(e4_descriptor_block(&geo, n, 0),
				ext2fs_descriptor_block_loc2(&fs, 1, n));
			/* group 1 begins with block 1025 */
			assert_int_equal(e4_descriptor_block(&geo, n, 1),
				ext2fs_descriptor_block_loc2(&fs, 1025, n));
		}
	}
}

/* The last meta group has one group only: there is no copy in a second. */
static void lonely_meta_group(void **state)
{
	struct ext4bm_geometry geo;
	struct world world;

	(void)state;
	world_superblock(&world);
	world.sb.s_feature_incompat |= META_BG;
	world.sb.s_blocks_per_group = 1024;
	world.sb.s_blocks_count = 1 + 17 * 1024;
	world.sb.s_inodes_count = 17;
	world.sb.s_inodes_per_group = 1;
	assert_null(e4_geometry_fill(&geo, &world.sb));
	assert_int_equal(geo.desc_blocks, 2);
	assert_int_equal(e4_descriptor_block(&geo, 1, 0), 1 + 16 * 1024);
	assert_int_equal(e4_descriptor_block(&geo, 1, 1), 1 + 16 * 1024);
}

/* Byte 1024 is in block 1 of a bigalloc filesystem with 1 KiB blocks. */
static void bigalloc_1k(void **state)
{
	struct ext4bm_geometry geo;
	struct e4_base base;
	struct world world;

	(void)state;
	world_superblock(&world);
	world.sb.s_feature_ro_compat |= BIGALLOC;
	world.sb.s_log_cluster_size = 4;
	world.sb.s_first_data_block = 0;
	world.sb.s_blocks_per_group = 16 * 8192;
	world.sb.s_blocks_count = 5 * 16 * 8192;
	assert_null(e4_geometry_fill(&geo, &world.sb));
	assert_true(e4_group_base(&geo, 0, &base));
	assert_int_equal(base.superblock, 1);
	assert_int_equal(base.descriptors, 2);
	assert_int_equal(e4_descriptor_block(&geo, 0, 0), 2);
	assert_true(e4_group_base(&geo, 1, &base));
	assert_int_equal(base.superblock, 16 * 8192);
	assert_int_equal(e4_descriptor_block(&geo, 0, 1), 16 * 8192 + 1);
	assert_false(e4_group_base(&geo, 2, &base));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refusals),
		cmocka_unit_test(refusals_bigalloc),
		cmocka_unit_test(refusals_table),
		cmocka_unit_test(old_revision),
		cmocka_unit_test(fields),
		cmocka_unit_test(high_halves),
		cmocka_unit_test(ranges_1k),
		cmocka_unit_test(ranges_4k),
		cmocka_unit_test(ranges_bigalloc),
		cmocka_unit_test(huge),
		cmocka_unit_test(base_like_libext2fs),
		cmocka_unit_test(meta_bg_like_libext2fs),
		cmocka_unit_test(descriptor_blocks),
		cmocka_unit_test(lonely_meta_group),
		cmocka_unit_test(bigalloc_1k),
	};

	return cmocka_run_group_tests_name("geometry", tests, NULL, NULL);
}
