// SPDX-License-Identifier: LGPL-2.0-only
/*
 * fastcommit.c --- recognise fast commits
 *
 * They lie behind the log in an area that begins anew with each transaction,
 * little-endian, as records of tag, length and value that never cross the end
 * of a block. A head begins one, a tail with number and checksum ends it.
 * Goes by the rules of ext4_fc_replay_scan().
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "csum.h"
#include "fastcommit.h"

enum tag {
	ADD_RANGE = 1, DEL_RANGE, CREAT, LINK, UNLINK, INODE, PAD, TAIL, HEAD,
};

/* Tag and length. */
#define RECORD_HEADER 4
/* Of a tail, number of the transaction and checksum. */
#define TAIL_SIZE 8
#define HEAD_SIZE 8
#define DENTRY_SIZE 8
#define INODE_NUMBER 4
#define SMALLEST_INODE 128
#define LONGEST_NAME 255

struct scan {
	const struct e4_log *log;
	uint32_t sequence;
	uint32_t crc;
	uint32_t commits;
	uint32_t block;
	uint32_t blocks;
};

static uint16_t le16_at(const uint8_t *bytes)
{
	uint16_t word;

	memcpy(&word, bytes, sizeof(word));
	return le16toh(word);
}

static uint32_t le32_at(const uint8_t *bytes)
{
	uint32_t word;

	memcpy(&word, bytes, sizeof(word));
	return le32toh(word);
}

static bool length_ok(uint16_t tag, uint32_t length)
{
	switch (tag) {
	case ADD_RANGE:
		return length == 16;
	case DEL_RANGE:
		return length == 12;
	case CREAT:
	case LINK:
	case UNLINK:
		return length > DENTRY_SIZE &&
		       length <= DENTRY_SIZE + LONGEST_NAME;
	case INODE:
		return length >= INODE_NUMBER + SMALLEST_INODE;
	case PAD:
		return true;
	case TAIL:
		return length >= TAIL_SIZE;
	case HEAD:
		return length == HEAD_SIZE;
	default:
		return false;
	}
}

/* Of no use from here on: damage if nothing good was before it. */
static int give_up(const struct scan *scan, int err)
{
	return scan->commits ? 0 : err;
}

/* A tail: does all since the head fit its checksum? */
static int scan_tail(struct scan *scan, const uint8_t *record)
{
	const uint8_t *value = record + RECORD_HEADER;
	uint32_t crc = e4_crc32c(scan->crc, record, RECORD_HEADER + 4);

	scan->crc = 0;
	if (le32_at(value) != scan->sequence || le32_at(value + 4) != crc)
		return give_up(scan, -EBADMSG);
	scan->commits++;
	scan->blocks = scan->block + 1;
	return 1;
}

/* Return: 1 go on, 0 the end, or a negative errno. */
static int scan_record(struct scan *scan, const uint8_t *record)
{
	const uint8_t *value = record + RECORD_HEADER;
	uint16_t tag = le16_at(record);

	if (tag == TAIL)
		return scan_tail(scan, record);
	if (tag == HEAD) {
		/* Features: there are none yet. */
		if (le32_at(value) != 0)
			return -EOPNOTSUPP;
		/* Of an older transaction, whose commit made it void. */
		if (le32_at(value + 4) != scan->sequence)
			return 0;
	}
	scan->crc = e4_crc32c(scan->crc, record,
			      RECORD_HEADER + le16_at(record + 2));
	return 1;
}

static int scan_block(struct scan *scan, const uint8_t *block)
{
	uint32_t size = scan->log->super.block_size;
	int ret = 1;

	if (scan->block == 0 && le16_at(block) != HEAD)
		return 0;
	for (uint32_t at = 0; at + RECORD_HEADER <= size && ret == 1; ) {
		uint32_t length = le16_at(block + at + 2);

		if (length > size - at - RECORD_HEADER ||
		    !length_ok(le16_at(block + at), length))
			return give_up(scan, -EUCLEAN);
		ret = scan_record(scan, block + at);
		at += RECORD_HEADER + length;
	}
	return ret;
}

int e4_fast_count(const struct e4_log *log, uint32_t sequence, uint8_t *block,
		  uint32_t *ret_commits, uint32_t *ret_blocks)
{
	struct scan scan = { .log = log, .sequence = sequence };
	uint32_t first = log->super.fast_first;
	int ret = 1;

	for (; first && first + scan.block < log->super.blocks && ret == 1;
	     scan.block++) {
		ret = log->read(log->context, first + scan.block, block);
		if (!ret)
			ret = scan_block(&scan, block);
	}
	if (ret < 0)
		return ret;
	*ret_commits = scan.commits;
	*ret_blocks = scan.blocks;
	return 0;
}
