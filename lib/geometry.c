// SPDX-License-Identifier: LGPL-2.0-only
/*
 * geometry.c --- where groups, blocks and clusters are
 *
 * Decides whether a superblock describes a possible filesystem, and is the
 * only place that converts between groups, blocks and bitmap bits. Nothing
 * after it needs to guard against a shift or a division by rubbish.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "geometry.h"

/* Feature bits that this libext2fs knows; MMP and replica need nothing. */
#define KNOWN_INCOMPAT \
	(EXT2_LIB_FEATURE_INCOMPAT_SUPP | EXT4_FEATURE_INCOMPAT_MMP | \
	 EXT2_LIB_SOFTSUPP_INCOMPAT)
#define KNOWN_RO_COMPAT \
	(EXT2_LIB_FEATURE_RO_COMPAT_SUPP | EXT2_LIB_SOFTSUPP_RO_COMPAT)

/* s_log_block_size and s_log_cluster_size count from 1 KiB. */
#define MAX_LOG_BLOCK_SIZE 6
#define MAX_LOG_CLUSTER_SIZE 19

static void fill_features(struct ext4bm_geometry *geo,
			  const struct ext2_super_block *sb)
{
	geo->compat = sb->s_feature_compat;
	geo->incompat = sb->s_feature_incompat;
	geo->ro_compat = sb->s_feature_ro_compat;
	geo->unknown_incompat = geo->incompat & ~(uint32_t)KNOWN_INCOMPAT;
	geo->unknown_ro_compat = geo->ro_compat & ~(uint32_t)KNOWN_RO_COMPAT;
	geo->metadata_csum =
		geo->ro_compat & EXT4_FEATURE_RO_COMPAT_METADATA_CSUM;
	geo->gd_csum = geo->metadata_csum ||
		(geo->ro_compat & EXT4_FEATURE_RO_COMPAT_GDT_CSUM);
	geo->bigalloc = geo->ro_compat & EXT4_FEATURE_RO_COMPAT_BIGALLOC;
	geo->meta_bg = geo->incompat & EXT2_FEATURE_INCOMPAT_META_BG;
	geo->flex_bg = geo->incompat & EXT4_FEATURE_INCOMPAT_FLEX_BG;
	geo->needs_recovery = geo->incompat & EXT3_FEATURE_INCOMPAT_RECOVER;
}

static void fill_names(struct ext4bm_geometry *geo,
		       const struct ext2_super_block *sb)
{
	char *to = geo->uuid;

	for (int i = 0; i < 16; i++)
		to += sprintf(to, "%s%02x",
			      i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			      sb->s_uuid[i]);
	memcpy(geo->label, sb->s_volume_name, sizeof(sb->s_volume_name));
	geo->label[sizeof(sb->s_volume_name)] = '\0';
}

static const char *fill_sizes(struct ext4bm_geometry *geo,
			      const struct ext2_super_block *sb)
{
	uint32_t log_cluster = sb->s_log_block_size;

	if (sb->s_log_block_size > MAX_LOG_BLOCK_SIZE)
		return "the block size is out of range";
	geo->block_size = 1024U << sb->s_log_block_size;
	geo->blocks_per_group = sb->s_blocks_per_group;
	geo->clusters_per_group = sb->s_blocks_per_group;
	if (geo->bigalloc) {
		log_cluster = sb->s_log_cluster_size;
		geo->clusters_per_group = sb->s_clusters_per_group;
	}
	if (log_cluster < sb->s_log_block_size ||
	    log_cluster > MAX_LOG_CLUSTER_SIZE)
		return "the cluster size is out of range";
	geo->cluster_ratio = 1U << (log_cluster - sb->s_log_block_size);
	if (geo->clusters_per_group == 0 ||
	    geo->clusters_per_group > 8 * geo->block_size ||
	    geo->clusters_per_group % 8 != 0)
		return "the number of clusters per group is out of range";
	if ((uint64_t)geo->clusters_per_group * geo->cluster_ratio !=
	    geo->blocks_per_group)
		return "blocks and clusters per group contradict each other";
	return NULL;
}

static const char *fill_groups(struct ext4bm_geometry *geo,
			       const struct ext2_super_block *sb)
{
	uint64_t groups;

	geo->blocks = sb->s_blocks_count;
	if (geo->incompat & EXT4_FEATURE_INCOMPAT_64BIT)
		geo->blocks |= (uint64_t)sb->s_blocks_count_hi << 32;
	geo->first_data_block = sb->s_first_data_block;
	/* The superblock at byte 1024 must lie in group 0. */
	if (geo->first_data_block > 1 || geo->first_data_block >= geo->blocks ||
	    (uint64_t)geo->first_data_block * geo->block_size >
	    E4_SUPERBLOCK_OFFSET)
		return "the first data block is out of range";
	groups = (geo->blocks - geo->first_data_block - 1) /
		 geo->blocks_per_group + 1;
	if (groups >= EXT4BM_NO_GROUP)
		return "the number of blocks is out of range";
	geo->groups = (uint32_t)groups;
	return NULL;
}

static const char *fill_inodes(struct ext4bm_geometry *geo,
			       const struct ext2_super_block *sb)
{
	uint32_t inode_size = EXT2_GOOD_OLD_INODE_SIZE;

	geo->inodes = sb->s_inodes_count;
	geo->inodes_per_group = sb->s_inodes_per_group;
	geo->first_inode = EXT2_GOOD_OLD_FIRST_INO;
	if (sb->s_rev_level != EXT2_GOOD_OLD_REV) {
		inode_size = sb->s_inode_size;
		geo->first_inode = sb->s_first_ino;
	}
	if (inode_size < EXT2_GOOD_OLD_INODE_SIZE ||
	    inode_size > geo->block_size || (inode_size & (inode_size - 1)))
		return "the inode size is out of range";
	if (geo->inodes_per_group == 0 ||
	    geo->inodes_per_group > 8 * geo->block_size)
		return "the number of inodes per group is out of range";
	if ((uint64_t)geo->inodes_per_group * geo->groups != geo->inodes)
		return "the number of inodes does not fit the groups";
	if (geo->first_inode < EXT2_GOOD_OLD_FIRST_INO ||
	    geo->first_inode > geo->inodes)
		return "the first ordinary inode is out of range";
	geo->itable_blocks =
		(uint32_t)(((uint64_t)geo->inodes_per_group * inode_size +
			    geo->block_size - 1) / geo->block_size);
	return NULL;
}

static const char *fill_table(struct ext4bm_geometry *geo,
			      const struct ext2_super_block *sb)
{
	uint32_t size = EXT2_MIN_DESC_SIZE;
	uint32_t per_block;

	if (geo->incompat & EXT4_FEATURE_INCOMPAT_64BIT) {
		size = sb->s_desc_size;
		if (size < EXT2_MIN_DESC_SIZE_64BIT ||
		    size > EXT2_MAX_DESC_SIZE || (size & (size - 1)))
			return "the size of a group descriptor is out of range";
	}
	geo->desc_size = size;
	per_block = geo->block_size / size;
	geo->desc_blocks = (geo->groups - 1) / per_block + 1;
	geo->reserved_gdt = sb->s_reserved_gdt_blocks;
	geo->first_meta_bg = geo->meta_bg ? sb->s_first_meta_bg : 0;
	if (geo->first_meta_bg > geo->desc_blocks)
		return "the first meta group is out of range";
	if (!geo->meta_bg && geo->desc_blocks >= geo->blocks_per_group)
		return "the group descriptors do not fit in a group";
	geo->flex_groups = 1;
	if (geo->flex_bg && sb->s_log_groups_per_flex < 31)
		geo->flex_groups = 1U << sb->s_log_groups_per_flex;
	geo->backup_groups[0] = sb->s_backup_bgs[0];
	geo->backup_groups[1] = sb->s_backup_bgs[1];
	return NULL;
}

const char *e4_geometry_fill(struct ext4bm_geometry *geo,
			     const struct ext2_super_block *sb)
{
	const char *why;

	memset(geo, 0, sizeof(*geo));
	if (sb->s_rev_level > EXT2_DYNAMIC_REV)
		return "the revision level is not known";
	geo->revision = sb->s_rev_level;
	geo->state = sb->s_state;
	fill_features(geo, sb);
	fill_names(geo, sb);
	why = fill_sizes(geo, sb);
	if (!why)
		why = fill_groups(geo, sb);
	if (!why)
		why = fill_inodes(geo, sb);
	if (!why)
		why = fill_table(geo, sb);
	if (why)
		return why;
	geo->free_inodes = sb->s_free_inodes_count;
	geo->free_blocks = sb->s_free_blocks_count;
	if (geo->incompat & EXT4_FEATURE_INCOMPAT_64BIT)
		geo->free_blocks |= (uint64_t)sb->s_free_blocks_hi << 32;
	return NULL;
}

uint64_t ext4bm_group_first_block(const struct ext4bm_geometry *geo,
				  uint32_t group)
{
	return geo->first_data_block +
	       (uint64_t)group * geo->blocks_per_group;
}

uint64_t e4_group_last_block(const struct ext4bm_geometry *geo,
			     uint32_t group)
{
	if (group == geo->groups - 1)
		return geo->blocks - 1;
	return ext4bm_group_first_block(geo, group + 1) - 1;
}

uint32_t ext4bm_group_clusters(const struct ext4bm_geometry *geo,
			       uint32_t group)
{
	uint64_t blocks = e4_group_last_block(geo, group) -
			  ext4bm_group_first_block(geo, group) + 1;

	return (uint32_t)((blocks + geo->cluster_ratio - 1) /
			  geo->cluster_ratio);
}

struct ext4bm_range ext4bm_cluster_blocks(const struct ext4bm_geometry *geo,
					  uint32_t group,
					  struct ext4bm_range clusters)
{
	uint64_t start = ext4bm_group_first_block(geo, group);
	uint64_t end = e4_group_last_block(geo, group);
	struct ext4bm_range blocks = {
		.first = start + clusters.first * geo->cluster_ratio,
		.last = start + (clusters.last + 1) * geo->cluster_ratio - 1,
	};

	if (blocks.last > end)
		blocks.last = end;
	return blocks;
}

uint32_t e4_block_group(const struct ext4bm_geometry *geo, uint64_t block)
{
	/* Block 0 of a 1 KiB filesystem is before group 0 but belongs to it. */
	if (block < geo->first_data_block)
		return 0;
	return (uint32_t)((block - geo->first_data_block) /
			  geo->blocks_per_group);
}

uint32_t e4_block_bit(const struct ext4bm_geometry *geo, uint32_t group,
		      uint64_t block)
{
	uint64_t behind = block - ext4bm_group_first_block(geo, group);

	/* Asked for each extent there is: most need no division. */
	return (uint32_t)(geo->cluster_ratio == 1 ? behind :
			  behind / geo->cluster_ratio);
}

bool e4_blocks_inside(const struct ext4bm_geometry *geo, uint64_t block,
		      uint64_t len)
{
	return block >= geo->first_data_block && block < geo->blocks &&
	       len <= geo->blocks - block;
}

static bool is_power_of(uint32_t number, uint32_t base)
{
	while (number % base == 0)
		number /= base;
	return number == 1;
}

bool e4_group_has_super(const struct ext4bm_geometry *geo, uint32_t group)
{
	if (group == 0)
		return true;
	if (geo->compat & EXT4_FEATURE_COMPAT_SPARSE_SUPER2)
		return group == geo->backup_groups[0] ||
		       group == geo->backup_groups[1];
	if (group == 1 ||
	    !(geo->ro_compat & EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER))
		return true;
	return group % 2 && (is_power_of(group, 3) || is_power_of(group, 5) ||
			     is_power_of(group, 7));
}

/* True if the descriptors of a group are where they were before meta_bg. */
static bool old_layout(const struct ext4bm_geometry *geo, uint32_t meta_group)
{
	return !geo->meta_bg || meta_group < geo->first_meta_bg;
}

/* Block of the superblock copy, or where it would be. */
static uint64_t base_start(const struct ext4bm_geometry *geo, uint32_t group)
{
	uint64_t start = ext4bm_group_first_block(geo, group);

	/* Byte 1024 is in block 1 even where bigalloc begins with block 0. */
	if (start == 0 && geo->block_size == E4_SUPERBLOCK_OFFSET)
		start = 1;
	return start;
}

bool e4_group_base(const struct ext4bm_geometry *geo, uint32_t group,
		   struct e4_base *base)
{
	uint32_t per_block = geo->block_size / geo->desc_size;
	uint32_t meta_group = group / per_block;
	uint32_t place = group % per_block;

	memset(base, 0, sizeof(*base));
	base->has_super = e4_group_has_super(geo, group);
	base->superblock = base_start(geo, group);
	base->descriptors = base->superblock + base->has_super;
	if (old_layout(geo, meta_group)) {
		if (base->has_super) {
			base->nr_descriptors = geo->meta_bg ?
				geo->first_meta_bg : geo->desc_blocks;
			base->nr_reserved = geo->meta_bg ?
				0 : geo->reserved_gdt;
		}
	} else if (place == 0 || place == 1 || place == per_block - 1) {
		base->nr_descriptors = 1;
	}
	return base->has_super || base->nr_descriptors;
}

uint64_t e4_descriptor_block(const struct ext4bm_geometry *geo,
			     uint32_t index, uint32_t copy_group)
{
	uint32_t per_block = geo->block_size / geo->desc_size;
	uint64_t holder;

	if (old_layout(geo, index))
		return base_start(geo, copy_group) + 1 + index;
	holder = (uint64_t)index * per_block;
	/* The first copy of a meta group's block is in its second group. */
	if (copy_group != 0 && holder + 1 < geo->groups)
		holder++;
	return base_start(geo, (uint32_t)holder) +
	       e4_group_has_super(geo, (uint32_t)holder);
}
