// SPDX-License-Identifier: LGPL-2.0-only
/*
 * errtext.c --- what ext4 prints for an errno
 *
 * Pure. The words are the same in its messages (ext4_decode_error) and, in
 * newer kernels, in mb_groups; older ones print "I/O error" there for all.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "errtext.h"

#define MAX_ERRNO 4095

static const struct {
	const char *text;
	int errnum;
} words[] = {
	{ "I/O error", EIO },
	{ "IO failure", EIO },
	{ "Corrupt filesystem", EUCLEAN },
	{ "Filesystem failed CRC", EBADMSG },
	{ "Out of memory", ENOMEM },
	{ "Journal has aborted", EROFS },
	{ "Readonly filesystem", EROFS },
};

int e4_errtext_parse(const char *text)
{
	int number = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strncmp(text, words[i].text, strlen(words[i].text)) == 0)
			return words[i].errnum;
	if (strncmp(text, "error ", 6) != 0)
		return 0;
	text += 6;
	text += *text == '-';
	for (; isdigit((unsigned char)*text) && number <= MAX_ERRNO; text++)
		number = number * 10 + (*text - '0');
	return number <= MAX_ERRNO ? number : 0;
}
