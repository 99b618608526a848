// SPDX-License-Identifier: LGPL-2.0-only
/*
 * image.c --- files that hold a filesystem in another form
 *
 * A normal e2image file begins with a header of little-endian words; the
 * offsets below are those of its fields. The header is not installed with
 * libext2fs, and libext2fs reads such bitmaps only into objects of its own.
 */
#include "config.h"

#include <string.h>

#include <ext2fs/ext2_fs.h>
#include <ext2fs/ext2fs.h>

#include "image.h"
#include "little.h"

#define HEADER_OFFSET_SUPER 284
#define HEADER_OFFSET_INODEMAP 292
#define HEADER_OFFSET_BLOCKMAP 296

enum e4_image_form e4_image_form(const uint8_t *bytes, uint32_t len)
{
	if (len >= 4 && memcmp(bytes, "QFI\xfb", 4) == 0)
		return E4_IMAGE_QCOW2;
	if (len >= E4_IMAGE_HEADER_SIZE &&
	    e4_le32(bytes) == (uint32_t)EXT2_ET_MAGIC_E2IMAGE)
		return E4_IMAGE_E2IMAGE;
	return E4_IMAGE_RAW;
}

void e4_image_header(const uint8_t *bytes, struct e4_image *image)
{
	image->super = e4_le32(bytes + HEADER_OFFSET_SUPER);
	image->inodemap = e4_le32(bytes + HEADER_OFFSET_INODEMAP);
	image->blockmap = e4_le32(bytes + HEADER_OFFSET_BLOCKMAP);
}
