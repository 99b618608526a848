/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * image.h --- files that hold a filesystem in another form
 */
#ifndef E4_IMAGE_H
#define E4_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

/* What the first bytes of a file say about its form. */
enum e4_image_form {
	E4_IMAGE_RAW,
	E4_IMAGE_E2IMAGE,
	E4_IMAGE_QCOW2,
};

/* Form of the file that begins with @bytes. */
enum e4_image_form e4_image_form(const uint8_t *bytes, uint32_t len);

/*
 * Where a normal e2image file keeps things, in bytes of the file.
 * @super:	superblock, with the descriptor table one block after it
 * @blockmap:	block bitmaps, back to back, without padding
 * @inodemap:	inode bitmaps, back to back, without padding
 */
struct e4_image {
	uint64_t super;
	uint64_t blockmap;
	uint64_t inodemap;
};

/* Length of the header that e4_image_header() needs, in bytes. */
#define E4_IMAGE_HEADER_SIZE 512

/* Decode the header of a normal e2image file. */
void e4_image_header(const uint8_t *bytes, struct e4_image *image);

#endif
