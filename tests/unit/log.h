/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * log.h --- journals made block by block, for the tests and the fuzz target
 *
 * Everything is put together by hand from the format, with libext2fs's
 * checksums and none of the library's own.
 */
#ifndef LOG_H
#define LOG_H

#include "recovery.h"

/* Blocks, and the bytes of each; fast commits need 1024 blocks of log. */
#define LOG_BLOCKS 1040
#define LOG_SIZE 1024

/* Magic number that begins a block, to be escaped when it is logged. */
#define LOG_MAGIC 0xc03b3998U

/*
 * A journal in memory.
 * @bytes:	its blocks
 * @csum, @wide, @async, @fast: its features; @fast is the length of the fast
 *		commit area
 * @blocks:	length, 0 for LOG_BLOCKS
 * @first, @end: where the log is
 * @head:	block where the next one goes
 * @sequence:	transaction that is being written
 * @crc:	V1's checksum of it so far
 * @fast_head:	byte of the journal where the next fast record goes
 * @fast_crc:	checksum of the fast commit so far
 * @unreadable:	block whose read fails, 0 for none
 */
struct log {
	uint8_t bytes[LOG_BLOCKS * LOG_SIZE];
	enum e4_jbd2_csum csum;
	bool wide;
	bool async;
	uint32_t fast;
	uint32_t blocks;
	uint32_t first;
	uint32_t end;
	uint32_t head;
	uint32_t sequence;
	uint32_t crc;
	uint32_t fast_head;
	uint32_t fast_crc;
	uint32_t unreadable;
};

/*
 * Begin a log that starts at block @start with transaction @sequence; length
 * and features must be set before.
 */
void log_start(struct log *log, uint32_t start, uint32_t sequence);

/* Write the superblock anew, checksum and all. */
void log_super(struct log *log);

/* A 32-bit word of the superblock, big-endian; the checksum is left alone. */
void log_super_word(struct log *log, size_t at, uint32_t value);

uint8_t *log_block(struct log *log, uint32_t block);

/*
 * Log one copy of each of @nr blocks: what is logged is filled with the byte
 * @fill. Return: block of the descriptor.
 */
uint32_t log_blocks(struct log *log, const uint64_t *blocks, uint32_t nr,
		    uint8_t fill);

/* The same of one block that begins with the magic number. */
uint32_t log_magic(struct log *log, uint64_t block);

/* Revoke @nr blocks. Return: block of the record. */
uint32_t log_revoke(struct log *log, const uint64_t *blocks, uint32_t nr);

/* Commit, at @time, and go on with the next. Return: block of the commit. */
uint32_t log_commit(struct log *log, uint64_t time);

/* A record of the fast commit area; a tail ends its block. */
void log_fast(struct log *log, uint16_t tag, const void *value, uint16_t len);
void log_fast_head(struct log *log, uint32_t sequence);
void log_fast_tail(struct log *log, uint32_t sequence);

/* Take the superblock in. */
struct e4_log log_open(struct log *log);

#endif
