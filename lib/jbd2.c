// SPDX-License-Identifier: LGPL-2.0-only
/*
 * jbd2.c --- parse the blocks of a journal
 *
 * Pure: what lies where, what it may be, whether it fits its checksum. Which
 * block is looked at, and what follows, is decided in recovery.c.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>

#include "csum.h"
#include "jbd2.h"

#define MAGIC 0xc03b3998U

/* Bytes of the header: magic number, type, transaction. */
#define HEADER 12
#define REVOKE_HEADER 16
/* CRC32C in the last bytes of a descriptor or revoke block. */
#define TAIL 4
/* Where the checksum of a commit block and its time are. */
#define COMMIT_CSUM 16
#define COMMIT_TIME 48
/* Where the superblock's own checksum is. */
#define SUPER_CSUM 252

#define COMPAT_CHECKSUM 0x1U
#define INCOMPAT_REVOKE 0x1U
#define INCOMPAT_64BIT 0x2U
#define INCOMPAT_ASYNC 0x4U
#define INCOMPAT_CSUM_V2 0x8U
#define INCOMPAT_CSUM_V3 0x10U
#define INCOMPAT_FAST_COMMIT 0x20U
#define INCOMPAT_KNOWN \
	(INCOMPAT_REVOKE | INCOMPAT_64BIT | INCOMPAT_ASYNC | \
	 INCOMPAT_CSUM_V2 | INCOMPAT_CSUM_V3 | INCOMPAT_FAST_COMMIT)

#define CSUM_TYPE_CRC32 1
#define CSUM_TYPE_CRC32C 4

/* Length of the fast commit area where the superblock says 0. */
#define FAST_BLOCKS 256

#define TAG_ESCAPED 0x1
#define TAG_SAME_UUID 0x2
#define TAG_LAST 0x8
#define UUID_BYTES 16

static uint16_t be16_at(const void *block, size_t at)
{
	uint16_t word;

	memcpy(&word, (const char *)block + at, sizeof(word));
	return be16toh(word);
}

static uint32_t be32_at(const void *block, size_t at)
{
	uint32_t word;

	memcpy(&word, (const char *)block + at, sizeof(word));
	return be32toh(word);
}

static uint64_t be64_at(const void *block, size_t at)
{
	uint64_t word;

	memcpy(&word, (const char *)block + at, sizeof(word));
	return be64toh(word);
}

static bool has_block_csums(const struct e4_jbd2_super *super)
{
	return super->csum >= E4_JBD2_CSUM_V2;
}

/* CRC32C of @len bytes with the four at @at taken as 0. */
static uint32_t crc_without(uint32_t crc, const void *bytes, size_t len,
			    size_t at)
{
	static const uint8_t zero[4];

	crc = e4_crc32c(crc, bytes, at);
	crc = e4_crc32c(crc, zero, sizeof(zero));
	return e4_crc32c(crc, (const char *)bytes + at + 4, len - at - 4);
}

/* Features, and with them how to read the rest. */
static int read_features(const void *raw, struct e4_jbd2_super *super,
			 const char **ret_why)
{
	uint32_t compat = be32_at(raw, 36), incompat = be32_at(raw, 40);
	bool v1 = compat & COMPAT_CHECKSUM;
	bool v2 = incompat & INCOMPAT_CSUM_V2;
	bool v3 = incompat & INCOMPAT_CSUM_V3;

	*ret_why = "it has features that are not known here";
	if ((incompat & ~INCOMPAT_KNOWN) || be32_at(raw, 44) != 0)
		return -EOPNOTSUPP;
	*ret_why = "it is shared by several filesystems";
	if (be32_at(raw, 64) > 1)
		return -EOPNOTSUPP;
	*ret_why = "its superblock names several kinds of checksums";
	if (v1 + v2 + v3 > 1)
		return -EUCLEAN;
	super->csum = v1 ? E4_JBD2_CSUM_V1 : v2 ? E4_JBD2_CSUM_V2 :
		      v3 ? E4_JBD2_CSUM_V3 : E4_JBD2_CSUM_NONE;
	super->wide = incompat & INCOMPAT_64BIT;
	super->async = incompat & INCOMPAT_ASYNC;
	if (incompat & INCOMPAT_FAST_COMMIT)
		super->fast_first = be32_at(raw, 84) ? be32_at(raw, 84)
						     : FAST_BLOCKS;
	if (!has_block_csums(super))
		return 0;
	*ret_why = "the checksum of its superblock is wrong";
	if (((const uint8_t *)raw)[80] != CSUM_TYPE_CRC32C ||
	    crc_without(~0U, raw, E4_JBD2_SUPER_SIZE, SUPER_CSUM) !=
	    be32_at(raw, SUPER_CSUM))
		return -EBADMSG;
	super->seed = e4_crc32c(~0U, (const char *)raw + 48, UUID_BYTES);
	return 0;
}

/* @super->fast_first still is the length of that area. */
static int check_places(struct e4_jbd2_super *super, uint32_t block_size,
			uint32_t most, const char **ret_why)
{
	uint32_t fast = super->fast_first;

	*ret_why = "its blocks are not those of the filesystem";
	if (super->block_size != block_size)
		return -EUCLEAN;
	*ret_why = "it ends before its superblock says";
	if (super->blocks > most)
		return -EUCLEAN;
	*ret_why = "its superblock leaves no room for a log";
	if (fast && (super->blocks < fast ||
		     super->blocks - fast < E4_JBD2_MIN_BLOCKS))
		return -EUCLEAN;
	super->end = super->blocks - fast;
	/* The kernel leaves the block between log and fast commits alone. */
	super->fast_first = fast ? super->end + 1 : 0;
	if (super->first == 0 || super->first >= super->end)
		return -EUCLEAN;
	*ret_why = "its superblock has the log begin outside of it";
	if (super->start &&
	    (super->start < super->first || super->start >= super->end))
		return -EUCLEAN;
	return 0;
}

int e4_jbd2_super(const void *raw, uint32_t block_size, uint32_t most,
		  struct e4_jbd2_super *ret_super, const char **ret_why)
{
	uint32_t type = be32_at(raw, 4);
	struct e4_jbd2_super super = {
		.block_size = be32_at(raw, 12),
		.blocks = be32_at(raw, 16),
		.first = be32_at(raw, 20),
		.sequence = be32_at(raw, 24),
		.start = be32_at(raw, 28),
		.errnum = (int32_t)be32_at(raw, 32),
	};
	int ret = 0;

	*ret_why = "there is no journal superblock";
	if (be32_at(raw, 0) != MAGIC)
		return -EUCLEAN;
	if (type == E4_JBD2_DESCRIPTOR || type == E4_JBD2_COMMIT ||
	    type == E4_JBD2_REVOKE)
		return -EUCLEAN;
	/* What a newer kernel adds are features, not types. */
	*ret_why = "its superblock is of a type that there is not";
	if (type != E4_JBD2_SUPER_V1 && type != E4_JBD2_SUPER_V2)
		return -EUCLEAN;
	if (type == E4_JBD2_SUPER_V2)
		ret = read_features(raw, &super, ret_why);
	if (!ret)
		ret = check_places(&super, block_size, most, ret_why);
	if (!ret)
		*ret_super = super;
	return ret;
}

uint32_t e4_jbd2_type(const void *block, uint32_t sequence)
{
	if (be32_at(block, 0) != MAGIC || be32_at(block, 8) != sequence)
		return 0;
	return be32_at(block, 4);
}

static uint32_t tag_bytes(const struct e4_jbd2_super *super)
{
	if (super->csum == E4_JBD2_CSUM_V3)
		return 16;
	return 8 + (super->wide ? 4 : 0) +
	       (super->csum == E4_JBD2_CSUM_V2 ? 2 : 0);
}

/* Bytes of a descriptor or revoke block that hold tags or records. */
static uint32_t usable(const struct e4_jbd2_super *super)
{
	return super->block_size - (has_block_csums(super) ? TAIL : 0);
}

bool e4_jbd2_tag(const struct e4_jbd2_super *super, const void *block,
		 uint32_t *at, struct e4_jbd2_tag *ret_tag)
{
	uint32_t here = *at ? *at : HEADER;
	uint32_t bytes = tag_bytes(super);
	uint16_t flags;

	if (here + bytes > usable(super))
		return false;
	/* V3 has wider flags; the bits in use are in the same place. */
	flags = be16_at(block, here + 6);
	ret_tag->block = be32_at(block, here);
	if (super->wide)
		ret_tag->block |= (uint64_t)be32_at(block, here + 8) << 32;
	ret_tag->csum = super->csum == E4_JBD2_CSUM_V3 ?
			be32_at(block, here + 12) : be16_at(block, here + 4);
	ret_tag->escaped = flags & TAG_ESCAPED;
	*at = here + bytes + (flags & TAG_SAME_UUID ? 0 : UUID_BYTES);
	if (flags & TAG_LAST)
		*at = super->block_size;
	return true;
}

uint32_t e4_jbd2_tags(const struct e4_jbd2_super *super, const void *block)
{
	struct e4_jbd2_tag tag;
	uint32_t at = 0, nr = 0;

	while (e4_jbd2_tag(super, block, &at, &tag))
		nr++;
	return nr;
}

bool e4_jbd2_revoke_ok(const struct e4_jbd2_super *super, const void *block)
{
	return be32_at(block, HEADER) <= usable(super);
}

bool e4_jbd2_revoked(const struct e4_jbd2_super *super, const void *block,
		     uint32_t *at, uint64_t *ret_block)
{
	uint32_t here = *at ? *at : REVOKE_HEADER;
	uint32_t bytes = super->wide ? 8 : 4;

	if (!e4_jbd2_revoke_ok(super, block) ||
	    here + bytes > be32_at(block, HEADER))
		return false;
	*ret_block = super->wide ? be64_at(block, here)
				 : be32_at(block, here);
	*at = here + bytes;
	return true;
}

void e4_jbd2_commit(const void *block, struct e4_jbd2_commit *ret_commit)
{
	const uint8_t *bytes = block;

	ret_commit->type = bytes[HEADER];
	ret_commit->size = bytes[HEADER + 1];
	ret_commit->csum = be32_at(block, COMMIT_CSUM);
	ret_commit->time = be64_at(block, COMMIT_TIME);
}

bool e4_jbd2_commit_ok(const struct e4_jbd2_commit *commit, uint32_t crc)
{
	if (commit->type == 0 && commit->size == 0 && commit->csum == 0)
		return true;
	return commit->type == CSUM_TYPE_CRC32 &&
	       commit->size == sizeof(commit->csum) && commit->csum == crc;
}

uint32_t e4_jbd2_crc32(uint32_t crc, const void *block, uint32_t size)
{
	return ext2fs_crc32_be(crc, block, size);
}

bool e4_jbd2_block_ok(const struct e4_jbd2_super *super,
		      enum e4_jbd2_type type, const void *block)
{
	uint32_t size = super->block_size;
	uint32_t at = type == E4_JBD2_COMMIT ? COMMIT_CSUM : size - TAIL;

	return !has_block_csums(super) ||
	       crc_without(super->seed, block, size, at) == be32_at(block, at);
}

bool e4_jbd2_logged_ok(const struct e4_jbd2_super *super,
		       const struct e4_jbd2_tag *tag, uint32_t sequence,
		       const void *block)
{
	uint32_t number = htobe32(sequence);
	uint32_t crc;

	if (!has_block_csums(super))
		return true;
	crc = e4_crc32c(super->seed, &number, sizeof(number));
	crc = e4_crc32c(crc, block, super->block_size);
	return tag->csum == (super->csum == E4_JBD2_CSUM_V3 ? crc
							    : (uint16_t)crc);
}

void e4_jbd2_unescape(void *block)
{
	uint32_t magic = htobe32(MAGIC);

	memcpy(block, &magic, sizeof(magic));
}
