// SPDX-License-Identifier: GPL-2.0-only
/*
 * names.c --- names of the features of a filesystem and flags of its groups
 *
 * A table of our own, because the names are part of the JSON format and may
 * not change with the version of libe2p. They are those of ext4(5).
 */
#include "config.h"

#include <stdio.h>

#include "names.h"

const struct flag_name flag_names[] = {
	{ EXT4BM_INODE_UNINIT, "INODE_UNINIT" },
	{ EXT4BM_BLOCK_UNINIT, "BLOCK_UNINIT" },
	{ EXT4BM_ITABLE_ZEROED, "ITABLE_ZEROED" },
	{ 0, NULL },
};

enum word { COMPAT, INCOMPAT, RO_COMPAT, NR_WORDS };

static const char *const word_names[NR_WORDS] = {
	"compat", "incompat", "ro_compat" };

static const char *const names[NR_WORDS][32] = {
	[COMPAT] = {
		[0] = "dir_prealloc",
		[1] = "imagic_inodes",
		[2] = "has_journal",
		[3] = "ext_attr",
		[4] = "resize_inode",
		[5] = "dir_index",
		[6] = "lazy_bg",
		[8] = "snapshot_bitmap",
		[9] = "sparse_super2",
		[10] = "fast_commit",
		[11] = "stable_inodes",
		[12] = "orphan_file",
	},
	[INCOMPAT] = {
		[0] = "compression",
		[1] = "filetype",
		[2] = "needs_recovery",
		[3] = "journal_dev",
		[4] = "meta_bg",
		[6] = "extent",
		[7] = "64bit",
		[8] = "mmp",
		[9] = "flex_bg",
		[10] = "ea_inode",
		[12] = "dirdata",
		[13] = "metadata_csum_seed",
		[14] = "large_dir",
		[15] = "inline_data",
		[16] = "encrypt",
		[17] = "casefold",
	},
	[RO_COMPAT] = {
		[0] = "sparse_super",
		[1] = "large_file",
		[3] = "huge_file",
		[4] = "uninit_bg",
		[5] = "dir_nlink",
		[6] = "extra_isize",
		[8] = "quota",
		[9] = "bigalloc",
		[10] = "metadata_csum",
		[11] = "replica",
		[12] = "read-only",
		[13] = "project",
		[14] = "shared_blocks",
		[15] = "verity",
		[16] = "orphan_present",
	},
};

static void each_of_word(enum word word, uint32_t bits,
			 void (*name)(void *context, const char *text),
			 void *context)
{
	char unknown[32];

	for (unsigned int bit = 0; bit < 32; bit++) {
		uint32_t mask = UINT32_C(1) << bit;

		if (!(bits & mask))
			continue;
		snprintf(unknown, sizeof(unknown), "%s-0x%08x",
			 word_names[word], mask);
		name(context, names[word][bit] ? names[word][bit] : unknown);
	}
}

void features_each(const struct ext4bm_geometry *geo,
		   void (*name)(void *context, const char *text),
		   void *context)
{
	each_of_word(COMPAT, geo->compat, name, context);
	each_of_word(INCOMPAT, geo->incompat, name, context);
	each_of_word(RO_COMPAT, geo->ro_compat, name, context);
}
