// SPDX-License-Identifier: LGPL-2.0-only
/*
 * bigalloc.c --- pieces of files in clusters of several blocks
 *
 * Pure. With bigalloc each cluster of a file is one cluster of the device,
 * block by block: from where one block is, ext4 derives where the others of
 * its cluster are. So an extent that is elsewhere has clusters that something
 * else will be given too: e2fsck counts all of them as claimed twice.
 */
#include "config.h"

#include <ext2fs/ext2_fs.h>

#include "bigalloc.h"

static bool is_misplaced(const struct e4_last_piece *last, uint32_t ratio,
			 const struct e4_inode *inode,
			 const struct e4_piece *piece)
{
	uint64_t place = piece->logical % ratio;

	if (!(inode->flags & EXT4_EXTENTS_FL))
		return false;
	return piece->block % ratio != place ||
	       (place && inode->number == last->inode &&
		piece->logical / ratio == last->logical &&
		piece->block / ratio != last->cluster);
}

/*
 * The blocks of a cluster are mapped one by one: a piece may begin in the
 * cluster that the one before ended in.
 */
static void leave_own_cluster(const struct e4_last_piece *last,
			      uint32_t ratio, const struct e4_inode *inode,
			      struct e4_piece *piece)
{
	uint64_t skip = ratio - piece->block % ratio;

	if (inode->number != last->inode ||
	    piece->block / ratio != last->cluster ||
	    piece->logical / ratio != last->logical)
		return;
	piece->block += skip;
	piece->len = piece->len > skip ? piece->len - skip : 0;
}

bool e4_bigalloc_take(struct e4_last_piece *last, uint32_t ratio,
		      const struct e4_inode *inode, struct e4_piece *piece)
{
	struct e4_last_piece end = {
		.inode = inode->number,
		.logical = (piece->logical + piece->len - 1) / ratio,
		.cluster = (piece->block + piece->len - 1) / ratio,
	};
	bool misplaced = is_misplaced(last, ratio, inode, piece);

	if (!misplaced)
		leave_own_cluster(last, ratio, inode, piece);
	*last = end;
	return misplaced;
}
