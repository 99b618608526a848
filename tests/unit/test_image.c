// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_image.c --- what the first bytes of a file say about its form
 */
#include "config.h"

#include <string.h>

#include "image.h"
#include "unit.h"

/* EXT2_ET_MAGIC_E2IMAGE, little-endian. */
static const uint8_t e2image_magic[4] = { 0x10, 0xb7, 0x2b, 0x7f };

static void magic_of(uint8_t *bytes)
{
	memset(bytes, 0, E4_IMAGE_HEADER_SIZE);
	memcpy(bytes, e2image_magic, sizeof(e2image_magic));
}

static void forms(void **state)
{
	uint8_t bytes[E4_IMAGE_HEADER_SIZE] = { 0 };

	(void)state;
	assert_int_equal(e4_image_form(bytes, sizeof(bytes)), E4_IMAGE_RAW);
	assert_int_equal(e4_image_form(bytes, 0), E4_IMAGE_RAW);
	memcpy(bytes, "QFI\xfb\0\0\0\3", 8);
	assert_int_equal(e4_image_form(bytes, sizeof(bytes)), E4_IMAGE_QCOW2);
	assert_int_equal(e4_image_form(bytes, 4), E4_IMAGE_QCOW2);
	assert_int_equal(e4_image_form(bytes, 3), E4_IMAGE_RAW);
	bytes[3] = 0xfa;
	assert_int_equal(e4_image_form(bytes, sizeof(bytes)), E4_IMAGE_RAW);
}

static void e2image(void **state)
{
	uint8_t bytes[E4_IMAGE_HEADER_SIZE];

	(void)state;
	magic_of(bytes);
	assert_int_equal(e4_image_form(bytes, sizeof(bytes)),
			 E4_IMAGE_E2IMAGE);
	/* too short for its header */
	assert_int_equal(e4_image_form(bytes, sizeof(bytes) - 1),
			 E4_IMAGE_RAW);
	for (int i = 0; i < 4; i++) {
		magic_of(bytes);
		bytes[i] ^= 1;
		assert_int_equal(e4_image_form(bytes, sizeof(bytes)),
				 E4_IMAGE_RAW);
	}
}

/* struct ext2_image_hdr: magic, descriptor, host, network, then places. */
static void header(void **state)
{
	uint8_t bytes[E4_IMAGE_HEADER_SIZE];
	struct e4_image image;

	(void)state;
	magic_of(bytes);
	memcpy(bytes + 284, "\x00\x10\x00\x00", 4);
	memcpy(bytes + 288, "\xff\xff\xff\xff", 4);
	memcpy(bytes + 292, "\x78\x56\x34\x12", 4);
	memcpy(bytes + 296, "\x00\x00\x00\xf0", 4);
	e4_image_header(bytes, &image);
	assert_int_equal(image.super, 4096);
	assert_int_equal(image.inodemap, 0x12345678);
	assert_int_equal(image.blockmap, 0xf0000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),
		cmocka_unit_test(e2image),
		cmocka_unit_test(header),
	};

	return cmocka_run_group_tests_name("image", tests, NULL, NULL);
}
