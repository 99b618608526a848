/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * jbd2.h --- the blocks of a journal, one at a time
 *
 * The format of fs/jbd2: everything big-endian, every block but the logged
 * ones with a header of magic number, type and transaction.
 */
#ifndef E4_JBD2_H
#define E4_JBD2_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the superblock that mean something. */
#define E4_JBD2_SUPER_SIZE 1024

/* What a journal must have at least, in blocks (JBD2_MIN_JOURNAL_BLOCKS). */
#define E4_JBD2_MIN_BLOCKS 1024

/*
 * enum e4_jbd2_type - h_blocktype
 */
enum e4_jbd2_type {
	E4_JBD2_DESCRIPTOR = 1,
	E4_JBD2_COMMIT = 2,
	E4_JBD2_SUPER_V1 = 3,
	E4_JBD2_SUPER_V2 = 4,
	E4_JBD2_REVOKE = 5,
};

/*
 * enum e4_jbd2_csum - how a journal is checksummed; the three exclude each
 * other
 * @E4_JBD2_CSUM_NONE:	not at all
 * @E4_JBD2_CSUM_V1:	a CRC32 of each transaction in its commit block
 *			(mount option journal_checksum of old kernels)
 * @E4_JBD2_CSUM_V2:	a CRC32C of each block, half of it for logged blocks
 * @E4_JBD2_CSUM_V3:	a CRC32C of each block
 */
enum e4_jbd2_csum {
	E4_JBD2_CSUM_NONE,
	E4_JBD2_CSUM_V1,
	E4_JBD2_CSUM_V2,
	E4_JBD2_CSUM_V3,
};

/*
 * A journal's superblock.
 * @block_size:	bytes
 * @blocks:	length of the journal in blocks, superblock and fast commits
 *		included (s_maxlen)
 * @first:	first block of the log
 * @end:	block behind the log, where it goes on at @first
 * @start:	block of the oldest transaction, 0 when nothing is pending
 * @sequence:	number of the oldest transaction
 * @errnum:	why the kernel gave the journal up, 0 if it did not
 * @csum:	how it is checksummed
 * @seed:	CRC32C start value of V2 and V3
 * @wide:	block numbers have 64 bits
 * @async:	a commit block may be on disk before what it commits
 * @fast_first:	first block of the fast commit area, 0 if there is none
 */
struct e4_jbd2_super {
	uint32_t block_size;
	uint32_t blocks;
	uint32_t first;
	uint32_t end;
	uint32_t start;
	uint32_t sequence;
	int32_t errnum;
	enum e4_jbd2_csum csum;
	uint32_t seed;
	bool wide;
	bool async;
	uint32_t fast_first;
};

/*
 * Take in a superblock of E4_JBD2_SUPER_SIZE bytes.
 * @block_size:	that of the filesystem, which must be the journal's too
 * @most:	blocks that the file or device holds
 * @ret_why:	what in it cannot be, a sentence's end
 *
 * Return: 0; -EBADMSG wrong checksum; -EUCLEAN no journal superblock, or
 * values that cannot be; -EOPNOTSUPP features nobody here knows.
 */
int e4_jbd2_super(const void *raw, uint32_t block_size, uint32_t most,
		  struct e4_jbd2_super *ret_super, const char **ret_why);

/*
 * Type of a block of the log that belongs to transaction @sequence, 0 if it
 * is none: that is where the log ends.
 */
uint32_t e4_jbd2_type(const void *block, uint32_t sequence);

/*
 * A tag: one logged block.
 * @block:	where it belongs in the filesystem
 * @csum:	its stored checksum, cut to 16 bits with V2
 * @escaped:	it began with the magic number, which was cleared
 */
struct e4_jbd2_tag {
	uint64_t block;
	uint32_t csum;
	bool escaped;
};

/*
 * The tag of a descriptor block at byte *@at, which is moved behind it; begin
 * with 0. Return: false when there is none.
 */
bool e4_jbd2_tag(const struct e4_jbd2_super *super, const void *block,
		 uint32_t *at, struct e4_jbd2_tag *ret_tag);

/* Number of tags in a descriptor block. */
uint32_t e4_jbd2_tags(const struct e4_jbd2_super *super, const void *block);

/*
 * The block number of a revoke block at byte *@at, as above. A block that
 * claims more than fits gives none: ask e4_jbd2_revoke_ok() first.
 */
bool e4_jbd2_revoked(const struct e4_jbd2_super *super, const void *block,
		     uint32_t *at, uint64_t *ret_block);

/* True if a revoke block claims no more records than fit. */
bool e4_jbd2_revoke_ok(const struct e4_jbd2_super *super, const void *block);

/*
 * What a commit block says.
 * @time:	seconds since the epoch
 * @type, @size, @csum: checksum of V1; all 0 if the kernel made none
 */
struct e4_jbd2_commit {
	uint64_t time;
	uint8_t type;
	uint8_t size;
	uint32_t csum;
};

void e4_jbd2_commit(const void *block, struct e4_jbd2_commit *ret_commit);

/* True if V1's checksum of a transaction, or none, is in its commit block. */
bool e4_jbd2_commit_ok(const struct e4_jbd2_commit *commit, uint32_t crc);

/* Go on with V1's CRC32 of a transaction; it begins with ~0. */
uint32_t e4_jbd2_crc32(uint32_t crc, const void *block, uint32_t size);

/*
 * True if a descriptor, revoke or commit block fits the checksum in it; also
 * without V2 and V3.
 */
bool e4_jbd2_block_ok(const struct e4_jbd2_super *super,
		      enum e4_jbd2_type type, const void *block);

/* The same for a logged block of transaction @sequence. */
bool e4_jbd2_logged_ok(const struct e4_jbd2_super *super,
		       const struct e4_jbd2_tag *tag, uint32_t sequence,
		       const void *block);

/* Put the magic number back that a block with an escaped tag began with. */
void e4_jbd2_unescape(void *block);

#endif
