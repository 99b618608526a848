// SPDX-License-Identifier: LGPL-2.0-only
/*
 * spool.c --- files without a name, for what is too much for memory
 *
 * The bitmaps of a large filesystem are hundreds of megabytes. They are put
 * where there is room for the bundle itself; a rescue system whose folders
 * are all read-only has its memory instead.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "spool.h"

/* Where the filesystem cannot make one without a name. */
static int unnamed(const char *folder)
{
	char *path;
	int fd = -1;

	if (asprintf(&path, "%s/ext4bm.XXXXXX", folder) < 0)
		return -1;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	free(path);
	return fd;
}

FILE *e4_spool(const char *folder)
{
	int fd = open(folder ? folder : "/var/tmp",
		      O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
	FILE *file;

	if (fd < 0)
		fd = unnamed(folder ? folder : "/var/tmp");
	if (fd < 0)
		fd = memfd_create("ext4bm", MFD_CLOEXEC);
	if (fd < 0)
		return NULL;
	file = fdopen(fd, "w+");
	if (!file)
		close(fd);
	return file;
}
