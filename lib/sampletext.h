/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * sampletext.h --- samples as text, for a bundle
 */
#ifndef E4_SAMPLETEXT_H
#define E4_SAMPLETEXT_H

#include <stdio.h>

#include "live.h"

/*
 * Pages of the two bitmaps: in each of the two readings of the page cache, and
 * on the disk.
 * @cache:	the device may be read
 * @disk:	the disk was looked at
 */
struct e4_sample_pages {
	bool cache;
	bool disk;
	uint64_t page[3][2];
};

/* Write a sample. */
void e4_sample_write(FILE *file, const struct ext4bm_geometry *geo,
		     const struct e4_sample *sample,
		     const struct e4_sample_pages *pages);

/*
 * Read the next sample into @sample, which has memory; its bitmaps are left
 * to the caller. What there must be of pages is told in @pages.
 *
 * Return: 1; 0 at the end of the file; -EBADMSG it is not what it should be.
 */
int e4_sample_read(FILE *file, const struct ext4bm_geometry *geo,
		   struct e4_sample *sample, struct e4_sample_pages *pages);

/* A number of a page, "zeros", "ones" or "error N". */
void e4_page_write(FILE *file, uint64_t page);
bool e4_page_parse(const char **at, uint64_t *ret_page);

#endif
