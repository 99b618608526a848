/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * itable.h --- read inodes, and walk all that they map
 */
#ifndef E4_ITABLE_H
#define E4_ITABLE_H

#include "budget.h"
#include "compare.h"
#include "device.h"
#include "mapper.h"

/*
 * Inode tables of a filesystem.
 * @fs:		with its @rules
 * @views:	geometry, descriptors
 * @bad:	blocks on the list of bad ones: inodes in them cannot be used
 * @orphans:	deleted files that still have an inode, sorted
 * @nr_orphans:	how many
 * @budget:	what may be done in vain; ends a visit early when it is spent
 * @cancel:	so does this; may be NULL
 * @late:	and this when it returns true; called from all threads, may
 *		be NULL
 * @context:	given to @late
 */
struct e4_itables {
	const struct ext4bm *fs;
	const struct e4_views *views;
	const struct e4_claims *bad;
	const uint32_t *orphans;
	size_t nr_orphans;
	struct e4_budget *budget;
	const volatile int *cancel;
	bool (*late)(void *context);
	void *context;
};

/* True when it is to be ended early, whatever it is that goes on. */
bool e4_itables_ended(const struct e4_itables *tables);

/*
 * enum e4_trouble - why inodes, or what they map, are not known
 * @E4_TROUBLE_READ:	could not be read
 * @E4_TROUBLE_INVALID:	the mapping makes no sense
 * @E4_TROUBLE_BAD_BLOCK: the device is said to be bad there; such inodes are
 *			never given away, so the bitmap must have them
 */
enum e4_trouble {
	E4_TROUBLE_READ,
	E4_TROUBLE_INVALID,
	E4_TROUBLE_BAD_BLOCK,
};

/*
 * Who wants to see inodes. All may be NULL but @inode.
 * @inode:	an inode in use, or an orphan (@use->orphan)
 *		Return: false if its pieces are not wanted
 * @piece:	what it owns
 * @trouble:	inodes @first to @last, or what they map, are not known
 *		@error: for E4_TROUBLE_READ the negative errno
 */
struct e4_visitor {
	bool (*inode)(void *context, const struct e4_inode *inode,
		      const struct e4_use *use);
	void (*piece)(void *context, const struct e4_inode *inode,
		      const struct e4_piece *piece);
	void (*trouble)(void *context, enum e4_trouble trouble,
			uint32_t first, uint32_t last, int error);
	void *context;
};

/*
 * What a thread needs for visits.
 * @bytes:	bytes read so far
 */
struct e4_walker {
	const struct e4_itables *tables;
	struct e4_mapper mapper;
	uint8_t *table;
	uint64_t bytes;
	const struct e4_visitor *visitor;
	const struct e4_inode *inode;
};

/* Return: 0 or -ENOMEM. */
int e4_walker_init(struct e4_walker *walker, const struct e4_itables *tables);
void e4_walker_free(struct e4_walker *walker);

/*
 * Inodes at the beginning of a group's table that may be in use, by the
 * flags and counts of its descriptor.
 */
uint32_t e4_itable_used(const struct ext4bm_geometry *geo,
			const struct e4_gd *gd);

/*
 * Visit the inodes of a group. Return: 0; -ECANCELED; or the negative errno
 * for which the whole table is not known: its descriptor was not read, or
 * names a place where it cannot be (-ENXIO).
 */
int e4_itable_visit(struct e4_walker *walker, uint32_t group,
		    const struct e4_visitor *visitor);

/* Visit what one inode owns, as given. */
void e4_itable_visit_inode(struct e4_walker *walker,
			   const struct e4_inode *inode,
			   const struct e4_use *use,
			   const struct e4_visitor *visitor);

/*
 * Byte at which an inode begins. Return: 0 or a negative errno: its descriptor
 * was not read, or names a place where it cannot be.
 */
int e4_itable_place(const struct e4_itables *tables, uint32_t number,
		    uint64_t *ret_offset);

/*
 * Read one inode into @raw, which has room for 128 bytes: what e4_inode_read()
 * looks at. Return: 0 or a negative errno.
 */
int e4_itable_read(const struct e4_itables *tables, uint32_t number,
		   void *raw);

#endif
