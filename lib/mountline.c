// SPDX-License-Identifier: LGPL-2.0-only
/*
 * mountline.c --- one line of a mount table, read without libmount
 *
 * Pure. The first fields of a line of /proc/self/mountinfo have had their
 * places since Linux 2.6.26; optional ones end with a lone hyphen:
 *
 *	36 35 98:0 /root/of/mount /mount/point rw master:1 - ext4 /dev/x rw
 *
 * Space, tab, newline and backslash in a path are written as octal numbers.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "mounts.h"

static bool is_octal(const char *digits)
{
	return digits[0] >= '0' && digits[0] <= '3' &&
	       digits[1] >= '0' && digits[1] <= '7' &&
	       digits[2] >= '0' && digits[2] <= '7';
}

static void unescape(char *path)
{
	char *to = path;

	while (*path) {
		if (*path == '\\' && is_octal(path + 1)) {
			*to++ = (char)((path[1] - '0') << 6 |
				       (path[2] - '0') << 3 |
				       (path[3] - '0'));
			path += 4;
		} else {
			*to++ = *path++;
		}
	}
	*to = '\0';
}

/* The next word at *@at, cut off; "" at the end. */
static char *take_word(char **at)
{
	char *word = *at + strspn(*at, " ");
	size_t len = strcspn(word, " \n");

	*at = word + len + (word[len] != '\0');
	word[len] = '\0';
	unescape(word);
	return word;
}

bool e4_mountinfo_parse(char *line, struct e4_mount *ret_mount)
{
	unsigned int id, parent, major_number, minor_number;
	int target = 0;
	char *at, *end;

	if (sscanf(line, "%u %u %u:%u %*s %n", &id, &parent, &major_number,
		   &minor_number, &target) != 4 || !target ||
	    line[target] == '\n' || line[target] == '\0')
		return false;
	at = line + target;
	end = strstr(at, " - ");
	ret_mount->device = makedev(major_number, minor_number);
	ret_mount->target = take_word(&at);
	at = end ? end + 3 : NULL;
	ret_mount->type = at ? take_word(&at) : "";
	ret_mount->source = at ? take_word(&at) : "";
	return true;
}

void e4_mounts_read(const char *path,
		    bool (*each)(void *context, const struct e4_mount *mount),
		    void *context)
{
	FILE *file = fopen(path, "re");
	struct e4_mount mount;
	char *line = NULL;
	size_t size = 0;
	bool more = true;

	if (!file)
		return;
	while (more && getline(&line, &size, file) > 0)
		more = !e4_mountinfo_parse(line, &mount) ||
		       each(context, &mount);
	free(line);
	fclose(file);
}
