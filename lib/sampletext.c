// SPDX-License-Identifier: LGPL-2.0-only
/*
 * sampletext.c --- samples as text, for a bundle
 *
 *	group 350
 *	before #350  : 8179 1 13 [ ... ]
 *	after #350  : 8179 1 13 [ ... ]
 *	buddy #350  : 8192 1 0 [ ... ]
 *	free 0 8192
 *	cache 0 <descriptor in hexadecimal> <page> <page>
 *	cache 0 <descriptor in hexadecimal> <page> <page>
 *	disk 0 <descriptor in hexadecimal> <page> <page>
 *	end
 *
 * The runs of free clusters are those of the allocator's bitmap; the pages
 * have block and inode bitmap. For a person to read, and hostile until it
 * was parsed.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bitmap.h"
#include "sampletext.h"
#include "store.h"

void e4_page_write(FILE *file, uint64_t page)
{
	if (page == E4_PAGE_ZEROS)
		fputs("zeros", file);
	else if (page == E4_PAGE_ONES)
		fputs("ones", file);
	else if (page > E4_PAGE_LAST)
		fprintf(file, "error %" PRIu64, E4_PAGE_ERROR - page);
	else
		fprintf(file, "%" PRIu64, page);
}

static bool take_number(const char **at, uint64_t most, uint64_t *ret_number)
{
	char *end;

	*at += strspn(*at, " ");
	if (**at < '0' || **at > '9')
		return false;
	errno = 0;
	*ret_number = strtoull(*at, &end, 10);
	if (errno || *ret_number > most)
		return false;
	*at = end;
	return true;
}

static bool take_word(const char **at, const char *word)
{
	size_t len = strlen(word);
	const char *start = *at + strspn(*at, " ");

	if (strncmp(start, word, len) != 0)
		return false;
	*at = start + len;
	return true;
}

bool e4_page_parse(const char **at, uint64_t *ret_page)
{
	if (take_word(at, "zeros")) {
		*ret_page = E4_PAGE_ZEROS;
		return true;
	}
	if (take_word(at, "ones")) {
		*ret_page = E4_PAGE_ONES;
		return true;
	}
	if (take_word(at, "error")) {
		if (!take_number(at, 4095, ret_page) || *ret_page == 0)
			return false;
		*ret_page = E4_PAGE_ERROR - *ret_page;
		return true;
	}
	return take_number(at, UINT32_MAX, ret_page);
}

static void write_line(FILE *file, const char *name,
		       const struct e4_mbgroup *line)
{
	char text[E4_MBGROUPS_LINE];

	e4_mbgroups_format(line, text);
	fprintf(file, "%s %s", name, text);
}

static void write_buddy(FILE *file, const struct ext4bm_geometry *geo,
			const struct e4_sample *sample)
{
	uint32_t clusters = ext4bm_group_clusters(geo, sample->group);
	const struct e4_mbgroup line = {
		.group = sample->group, .counters = sample->buddy,
		.errnum = -sample->buddy_error,
	};
	uint32_t first, end = 0;

	write_line(file, "buddy", &line);
	while (!sample->buddy_error &&
	       e4_bitmap_run(sample->free, true, end, clusters, &first, &end))
		fprintf(file, "free %" PRIu32 " %" PRIu32 "\n", first,
			end - first);
}

static void write_cache(FILE *file, const struct ext4bm_geometry *geo,
			const char *name, const struct e4_cache *cache,
			const uint64_t pages[2])
{
	fprintf(file, "%s %d ", name, -cache->error);
	for (uint32_t byte = 0; byte < geo->desc_size; byte++)
		fprintf(file, "%02x", cache->raw[byte]);
	for (int which = 0; which < 2; which++) {
		putc(' ', file);
		e4_page_write(file, pages[which]);
	}
	putc('\n', file);
}

void e4_sample_write(FILE *file, const struct ext4bm_geometry *geo,
		     const struct e4_sample *sample,
		     const struct e4_sample_pages *pages)
{
	fprintf(file, "group %" PRIu32 "\n", sample->group);
	write_line(file, "before", &sample->before);
	write_line(file, "after", &sample->after);
	write_buddy(file, geo, sample);
	for (int i = 0; i < 2 && pages->cache; i++)
		write_cache(file, geo, sample->cache[i].torn ? "torn" : "cache",
			    &sample->cache[i], pages->page[i]);
	if (pages->disk)
		write_cache(file, geo, "disk", &sample->disk, pages->page[2]);
	fputs("end\n", file);
}

struct parser {
	const struct ext4bm_geometry *geo;
	struct e4_sample *sample;
	struct e4_sample_pages *pages;
	uint32_t clusters;
	uint32_t end;
	int seen_before;
	int seen_after;
	int seen_buddy;
	int seen_cache;
	int seen_disk;
};

static bool parse_line(const char *at, const struct parser *parser,
		       struct e4_mbgroup *ret_line)
{
	struct e4_mbgroup line;

	if (e4_mbgroups_parse(at, &line) != 1 ||
	    line.group != parser->sample->group)
		return false;
	*ret_line = line;
	return true;
}

static bool parse_buddy(const char *at, struct parser *parser)
{
	struct e4_sample *sample = parser->sample;
	struct e4_mbgroup line;

	if (!parse_line(at, parser, &line))
		return false;
	sample->buddy = line.counters;
	sample->buddy_error = -line.errnum;
	return true;
}

/* In order, apart, and inside the group. */
static bool parse_free(const char *at, struct parser *parser)
{
	uint64_t first, len;

	if (!take_number(&at, parser->clusters, &first) ||
	    !take_number(&at, parser->clusters, &len) ||
	    first < parser->end || len == 0 || first + len > parser->clusters)
		return false;
	for (uint64_t bit = first; bit < first + len; bit++)
		parser->sample->free[bit / 8] |= (uint8_t)(1U << bit % 8);
	parser->end = (uint32_t)(first + len);
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_cache(const char *at, const struct parser *parser,
			struct e4_cache *cache, uint64_t pages[2])
{
	uint64_t error;

	if (!take_number(&at, 4095, &error) || !take_word(&at, ""))
		return false;
	cache->error = -(int)error;
	for (uint32_t byte = 0; byte < parser->geo->desc_size; byte++) {
		int high = hex_digit(at[0]);
		int low = high < 0 ? -1 : hex_digit(at[1]);

		if (low < 0)
			return false;
		cache->raw[byte] = (uint8_t)(high << 4 | low);
		at += 2;
	}
	return e4_page_parse(&at, &pages[0]) && e4_page_parse(&at, &pages[1]);
}

/* The first or the second reading of the page cache; there is no third. */
static bool next_cache(const char *at, struct parser *parser, bool torn)
{
	int which = parser->seen_cache++;

	if (which > 1)
		return false;
	parser->sample->cache[which].torn = torn;
	return parse_cache(at, parser, &parser->sample->cache[which],
			   parser->pages->page[which]);
}

static bool parse_field(const char *at, struct parser *parser)
{
	if (take_word(&at, "before "))
		return parser->seen_before++ == 0 &&
		       parse_line(at, parser, &parser->sample->before);
	if (take_word(&at, "after "))
		return parser->seen_after++ == 0 &&
		       parse_line(at, parser, &parser->sample->after);
	if (take_word(&at, "buddy "))
		return parser->seen_buddy++ == 0 && parse_buddy(at, parser);
	if (take_word(&at, "free "))
		return parse_free(at, parser);
	if (take_word(&at, "cache "))
		return next_cache(at, parser, false);
	if (take_word(&at, "torn "))
		return next_cache(at, parser, true);
	if (take_word(&at, "disk "))
		return parser->seen_disk++ == 0 &&
		       parse_cache(at, parser, &parser->sample->disk,
				   parser->pages->page[2]);
	return false;
}

static bool parse_group(const char *at, struct parser *parser)
{
	uint64_t group;

	if (!take_word(&at, "group ") ||
	    !take_number(&at, parser->geo->groups - 1, &group))
		return false;
	parser->sample->group = (uint32_t)group;
	parser->clusters = ext4bm_group_clusters(parser->geo,
						 parser->sample->group);
	memset(parser->sample->free, 0, parser->geo->block_size);
	return true;
}

/* A line without its newline. Return: 1, 0 at the end, -EBADMSG. */
static int next_line(FILE *file, char *line, size_t size)
{
	size_t len;

	if (!fgets(line, (int)size, file))
		return ferror(file) ? -EIO : 0;
	len = strlen(line);
	if (len == 0 || line[len - 1] != '\n')
		return -EBADMSG;
	line[len - 1] = '\0';
	return 1;
}

static int read_fields(FILE *file, char *line, size_t size,
		       struct parser *parser)
{
	int ret;

	do {
		ret = next_line(file, line, size);
		if (ret <= 0)
			return ret ? ret : -EBADMSG;
		if (strcmp(line, "end") == 0)
			return 1;
	} while (parse_field(line, parser));
	return -EBADMSG;
}

int e4_sample_read(FILE *file, const struct ext4bm_geometry *geo,
		   struct e4_sample *sample, struct e4_sample_pages *pages)
{
	struct parser parser = { .geo = geo, .sample = sample,
				 .pages = pages };
	size_t size = 400 + 2 * (size_t)geo->desc_size;
	char *line = malloc(size);
	int ret = line ? next_line(file, line, size) : -ENOMEM;

	if (ret == 1 && !parse_group(line, &parser))
		ret = -EBADMSG;
	if (ret == 1)
		ret = read_fields(file, line, size, &parser);
	if (ret == 1 && (!parser.seen_before || !parser.seen_after ||
			 !parser.seen_buddy ||
			 parser.seen_cache != (pages->cache ? 2 : 0) ||
			 parser.seen_disk != pages->disk))
		ret = -EBADMSG;
	free(line);
	return ret;
}
