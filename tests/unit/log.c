// SPDX-License-Identifier: GPL-2.0-only
/*
 * log.c --- journals made block by block
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>

#include "log.h"

#define UUID "journal's UUID.."
#define ESCAPE 1
#define SAME_UUID 2
#define LAST 8

static void put32(uint8_t *at, uint32_t value)
{
	value = htobe32(value);
	memcpy(at, &value, sizeof(value));
}

static void put16(uint8_t *at, uint16_t value)
{
	value = htobe16(value);
	memcpy(at, &value, sizeof(value));
}

static void put64(uint8_t *at, uint64_t value)
{
	value = htobe64(value);
	memcpy(at, &value, sizeof(value));
}

static bool has_csums(const struct log *log)
{
	return log->csum == E4_JBD2_CSUM_V2 || log->csum == E4_JBD2_CSUM_V3;
}

static uint32_t seed(void)
{
	return ext2fs_crc32c_le(~0U, (const unsigned char *)UUID, 16);
}

uint8_t *log_block(struct log *log, uint32_t block)
{
	return log->bytes + (size_t)block * LOG_SIZE;
}

void log_super_word(struct log *log, size_t at, uint32_t value)
{
	put32(log->bytes + at, value);
}

void log_super(struct log *log)
{
	uint32_t incompat = 1;

	incompat |= log->wide ? 2 : 0;
	incompat |= log->async ? 4 : 0;
	incompat |= log->csum == E4_JBD2_CSUM_V2 ? 8 : 0;
	incompat |= log->csum == E4_JBD2_CSUM_V3 ? 16 : 0;
	incompat |= log->fast ? 32 : 0;
	log_super_word(log, 0, LOG_MAGIC);
	log_super_word(log, 4, E4_JBD2_SUPER_V2);
	log_super_word(log, 12, LOG_SIZE);
	log_super_word(log, 16, log->end + log->fast);
	log_super_word(log, 20, log->first);
	log_super_word(log, 36, log->csum == E4_JBD2_CSUM_V1);
	log_super_word(log, 40, incompat);
	memcpy(log->bytes + 48, UUID, 16);
	log_super_word(log, 64, 1);
	log->bytes[80] = has_csums(log) ? 4 : 0;
	log_super_word(log, 84, log->fast);
	log_super_word(log, 252, 0);
	log_super_word(log, 252, ext2fs_crc32c_le(~0U, log->bytes, 1024));
}

void log_start(struct log *log, uint32_t start, uint32_t sequence)
{
	memset(log->bytes, 0, sizeof(log->bytes));
	log->first = 1;
	log->end = (log->blocks ? log->blocks : LOG_BLOCKS) - log->fast;
	log->head = start;
	log->sequence = sequence;
	log->crc = ~0U;
	log->fast_head = 0;
	log->fast_crc = 0;
	log->unreadable = 0;
	log_super_word(log, 24, sequence);
	log_super_word(log, 28, start);
	log_super(log);
}

/* The next block of the log. */
static uint8_t *take(struct log *log, uint32_t *ret_block)
{
	uint8_t *block = log_block(log, log->head);

	*ret_block = log->head;
	if (++log->head == log->end)
		log->head = log->first;
	memset(block, 0, LOG_SIZE);
	return block;
}

static uint8_t *take_header(struct log *log, uint32_t type, uint32_t *ret_block)
{
	uint8_t *block = take(log, ret_block);

	put32(block, LOG_MAGIC);
	put32(block + 4, type);
	put32(block + 8, log->sequence);
	return block;
}

static void add_v1(struct log *log, const uint8_t *block)
{
	log->crc = ext2fs_crc32_be(log->crc, block, LOG_SIZE);
}

static void seal(struct log *log, uint8_t *block, size_t at)
{
	if (has_csums(log))
		put32(block + at, ext2fs_crc32c_le(seed(), block, LOG_SIZE));
}

static uint32_t logged_csum(struct log *log, const uint8_t *data)
{
	uint8_t number[4];
	uint32_t crc;

	put32(number, log->sequence);
	crc = ext2fs_crc32c_le(seed(), number, 4);
	return ext2fs_crc32c_le(crc, data, LOG_SIZE);
}

static uint8_t *put_tag(struct log *log, uint8_t *tag, uint64_t block,
			uint16_t flags, const uint8_t *data)
{
	uint32_t csum = has_csums(log) ? logged_csum(log, data) : 0;

	put32(tag, (uint32_t)block);
	put16(tag + 6, flags);
	if (log->wide || log->csum == E4_JBD2_CSUM_V3)
		put32(tag + 8, (uint32_t)(block >> 32));
	if (log->csum == E4_JBD2_CSUM_V3)
		put32(tag + 12, csum);
	else if (log->csum == E4_JBD2_CSUM_V2)
		put16(tag + 4, (uint16_t)csum);
	tag += log->csum == E4_JBD2_CSUM_V3 ? 16 :
	       8 + (log->wide ? 4 : 0) +
	       (log->csum == E4_JBD2_CSUM_V2 ? 2 : 0);
	if (!(flags & SAME_UUID)) {
		memcpy(tag, UUID, 16);
		tag += 16;
	}
	return tag;
}

static uint32_t log_some(struct log *log, const uint64_t *blocks, uint32_t nr,
			 uint8_t fill, bool escaped)
{
	uint32_t where, at;
	uint8_t *descriptor = take_header(log, E4_JBD2_DESCRIPTOR, &where);
	uint8_t *tag = descriptor + 12;

	for (uint32_t i = 0; i < nr; i++) {
		uint8_t *data = take(log, &at);
		uint16_t flags = i ? SAME_UUID : 0;

		memset(data, fill, LOG_SIZE);
		if (escaped)
			memset(data, 0, 4);
		flags |= escaped ? ESCAPE : 0;
		flags |= i + 1 == nr ? LAST : 0;
		tag = put_tag(log, tag, blocks[i], flags, data);
	}
	seal(log, descriptor, LOG_SIZE - 4);
	add_v1(log, descriptor);
	at = where;
	for (uint32_t i = 0; i < nr; i++) {
		if (++at == log->end)
			at = log->first;
		add_v1(log, log_block(log, at));
	}
	return where;
}

uint32_t log_blocks(struct log *log, const uint64_t *blocks, uint32_t nr,
		    uint8_t fill)
{
	return log_some(log, blocks, nr, fill, false);
}

uint32_t log_magic(struct log *log, uint64_t block)
{
	return log_some(log, &block, 1, 0x77, true);
}

uint32_t log_revoke(struct log *log, const uint64_t *blocks, uint32_t nr)
{
	uint32_t where;
	uint8_t *block = take_header(log, E4_JBD2_REVOKE, &where);
	uint32_t bytes = log->wide ? 8 : 4;

	put32(block + 12, 16 + nr * bytes);
	for (uint32_t i = 0; i < nr; i++) {
		if (log->wide)
			put64(block + 16 + i * bytes, blocks[i]);
		else
			put32(block + 16 + i * bytes, (uint32_t)blocks[i]);
	}
	seal(log, block, LOG_SIZE - 4);
	return where;
}

uint32_t log_commit(struct log *log, uint64_t time)
{
	uint32_t where;
	uint8_t *block = take_header(log, E4_JBD2_COMMIT, &where);

	put64(block + 48, time);
	if (log->csum == E4_JBD2_CSUM_V1) {
		block[12] = 1;
		block[13] = 4;
		put32(block + 16, log->crc);
	}
	seal(log, block, 16);
	log->crc = ~0U;
	log->sequence++;
	return where;
}

/* Little-endian, unlike the log. */
void log_fast(struct log *log, uint16_t tag, const void *value, uint16_t len)
{
	uint8_t *at;
	uint16_t word;

	if (!log->fast_head)
		log->fast_head = (log->end + 1) * LOG_SIZE;
	at = log->bytes + log->fast_head;
	word = htole16(tag);
	memcpy(at, &word, 2);
	word = htole16(len);
	memcpy(at + 2, &word, 2);
	memcpy(at + 4, value, len);
	log->fast_crc = ext2fs_crc32c_le(log->fast_crc, at, 4U + len);
	log->fast_head += 4U + len;
}

void log_fast_head(struct log *log, uint32_t sequence)
{
	uint32_t value[2] = { 0, htole32(sequence) };

	log_fast(log, 9, value, sizeof(value));
}

/* Its checksum covers its header and number, its length the rest. */
void log_fast_tail(struct log *log, uint32_t sequence)
{
	uint8_t *at = log->bytes + log->fast_head;
	uint16_t left = (uint16_t)(LOG_SIZE - log->fast_head % LOG_SIZE - 4);
	uint16_t word = htole16(8);
	uint32_t value = htole32(sequence);

	memcpy(at, &word, 2);
	word = htole16(left);
	memcpy(at + 2, &word, 2);
	memcpy(at + 4, &value, 4);
	value = htole32(ext2fs_crc32c_le(log->fast_crc, at, 8));
	memcpy(at + 8, &value, 4);
	log->fast_crc = 0;
	log->fast_head += 4U + left;
}

static int read_block(void *context, uint32_t block, void *buf)
{
	struct log *log = context;

	if (block >= LOG_BLOCKS)
		return -ENODATA;
	if (log->unreadable && block == log->unreadable)
		return -EIO;
	memcpy(buf, log_block(log, block), LOG_SIZE);
	return 0;
}

struct e4_log log_open(struct log *log)
{
	struct e4_log opened = { .read = read_block, .context = log };
	const char *why;

	e4_jbd2_super(log->bytes, LOG_SIZE, LOG_BLOCKS, &opened.super, &why);
	return opened;
}
