/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * csum.h --- the checksums of superblock, descriptors and bitmaps
 */
#ifndef E4_CSUM_H
#define E4_CSUM_H

#include <stddef.h>
#include <stdint.h>

#include "ext4bm.h"

/* CRC32C as ext4 uses it: no inversion at either end, start value given. */
uint32_t e4_crc32c(uint32_t crc, const void *buf, size_t len);

/*
 * What the checksums of one filesystem start from.
 * @metadata:	CRC32C (metadata_csum), else CRC16 (uninit_bg)
 * @seed:	CRC32C start value: of the UUID, or s_checksum_seed
 * @uuid:	as on disk; CRC16 starts with it
 */
struct e4_csum {
	bool metadata;
	uint32_t seed;
	uint8_t uuid[16];
};

/*
 * Checksum that the descriptor of @group should carry. @desc is as on disk;
 * the checksum field in it is left out.
 */
uint16_t e4_csum_descriptor(const struct e4_csum *csum, uint32_t group,
			    const void *desc, size_t desc_size);

/*
 * Checksum that the bitmap of @bits bits should have, cut to the 16 bits
 * that a 32-byte descriptor can hold unless @wide.
 */
uint32_t e4_csum_bitmap(const struct e4_csum *csum, const void *bitmap,
			uint32_t bits, bool wide);

/* Checksum that a raw superblock of 1024 bytes should carry. */
uint32_t e4_csum_superblock(const void *raw);

#endif
