// SPDX-License-Identifier: LGPL-2.0-only
/*
 * tar.c --- headers of a tar archive, as far as a bundle needs them
 *
 * Pure. Writes the plain ustar form of POSIX.1-1988, and reads that and what
 * GNU tar makes of such files: support engineers unpack a bundle, look, and
 * pack it again.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tar.h"

/* Fields: where they begin, and their length. */
#define NAME 0
#define MODE 100
#define UID 108
#define GID 116
#define SIZE 124
#define TIME 136
#define CHECKSUM 148
#define TYPE 156
#define MAGIC 257
#define PREFIX 345

static void put(uint8_t *at, unsigned int len, unsigned long long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%0*llo", (int)len - 1, number);
	memcpy(at, text, len);
}

/* All bytes of the header, with blanks for the sum itself. */
static unsigned int sum(const uint8_t *block)
{
	unsigned int total = 8 * ' ';

	for (unsigned int i = 0; i < E4_TAR_BLOCK; i++)
		if (i < CHECKSUM || i >= CHECKSUM + 8)
			total += block[i];
	return total;
}

void e4_tar_header(uint8_t block[E4_TAR_BLOCK], const char *name,
		   uint64_t size, int64_t time)
{
	memset(block, 0, E4_TAR_BLOCK);
	snprintf((char *)block + NAME, 100, "%s", name);
	put(block + MODE, 8, 0600);
	put(block + UID, 8, 0);
	put(block + GID, 8, 0);
	put(block + SIZE, 12, size);
	put(block + TIME, 12, time < 0 ? 0 : (unsigned long long)time);
	block[TYPE] = '0';
	memcpy(block + MAGIC, "ustar\00000", 8);
	put(block + CHECKSUM, 7, sum(block));
	block[CHECKSUM + 7] = ' ';
}

/* An octal number that fills its field up to a blank or a zero byte. */
static bool take(const uint8_t *at, unsigned int len, uint64_t *ret_number)
{
	uint64_t number = 0;
	unsigned int digits = 0;

	while (len > 0 && *at == ' ') {
		at++;
		len--;
	}
	for (; digits < len && at[digits] >= '0' && at[digits] <= '7';
	     digits++)
		number = number << 3 | (uint64_t)(at[digits] - '0');
	if (digits == 0 ||
	    (digits < len && at[digits] != ' ' && at[digits] != '\0'))
		return false;
	*ret_number = number;
	return true;
}

static bool is_zero(const uint8_t *block)
{
	for (unsigned int i = 0; i < E4_TAR_BLOCK; i++)
		if (block[i])
			return false;
	return true;
}

int e4_tar_parse(const uint8_t block[E4_TAR_BLOCK],
		 struct e4_tar_member *ret_member)
{
	struct e4_tar_member member = { 0 };
	char name[101] = "";
	const char *last;
	uint64_t checksum;

	if (is_zero(block))
		return 0;
	if (memcmp(block + MAGIC, "ustar", 5) != 0 || block[PREFIX] ||
	    !take(block + CHECKSUM, 8, &checksum) || checksum != sum(block) ||
	    !take(block + SIZE, 12, &member.size) ||
	    member.size > E4_TAR_MAX_SIZE)
		return -EBADMSG;
	memcpy(name, block + NAME, 100);
	last = strrchr(name, '/');
	memcpy(member.name, last ? last + 1 : name,
	       strlen(last ? last + 1 : name) + 1);
	member.is_file = block[TYPE] == '0' || block[TYPE] == '\0';
	*ret_member = member;
	return 1;
}
