// SPDX-License-Identifier: LGPL-2.0-only
/*
 * klogsource.c --- the lines of a kernel log, from a file or from the kernel
 *
 * Nothing but input. A read of /dev/kmsg gives one record, with lines of its
 * own behind the message that begin with a blank; at the end it would wait
 * for the next message, which is what nobody wants here. Log files may hold
 * anything after a crash: a line is cut at a length that no message has, and
 * bytes of zero are skipped.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "device.h"
#include "kernel.h"
#include "klogfold.h"

/* The longest record of /dev/kmsg; no line of a file is kept longer. */
#define LINE_SIZE 8192

#define KMSG_DEVICE makedev(1, 11)

/* What cannot be read line by line, and the command that can. */
static const struct {
	const char *magic;
	size_t len;
	const char *command;
} formats[] = {
	{ "\x1f\x8b", 2, "zcat" },
	{ "\xfd" "7zXZ", 5, "xzcat" },
	{ "\x28\xb5\x2f\xfd", 4, "zstdcat" },
	{ "BZh", 3, "bzcat" },
	{ "LPKSHHRH", 8, "journalctl -k --file" },
};

static int refuse_format(const char *line, size_t len,
			 struct ext4bm_error *err)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++)
		if (len >= formats[i].len &&
		    memcmp(line, formats[i].magic, formats[i].len) == 0)
			return e4_error(err, EMEDIUMTYPE, EMEDIUMTYPE,
					"Not text: pipe it, %s FILE | "
					"ext4bmcheck --klog=-",
					formats[i].command);
	return 0;
}

/*
 * Read a line without its newline; what is longer than a message is lost.
 * Return: false at the end of the file.
 */
static bool read_line(FILE *file, char line[LINE_SIZE], size_t *ret_len)
{
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(file)) != EOF && c != '\n')
		if (c != '\0' && len + 1 < LINE_SIZE)
			line[len++] = (char)c;
	line[len] = '\0';
	*ret_len = len;
	return c != EOF || len > 0;
}

static int read_file(struct ext4bm_klog *log, FILE *file,
		     struct ext4bm_error *err)
{
	char line[LINE_SIZE];
	bool first = true;
	size_t len;
	int ret = 0;

	while (!ret && read_line(file, line, &len)) {
		if (first)
			ret = refuse_format(line, len, err);
		first = false;
		if (!ret)
			ret = ext4bm_klog_add(log, line);
	}
	if (ret == -ENOMEM || ferror(file))
		return e4_error(err, ret ? ENOMEM : EIO, ret ? ENOMEM : EIO,
				"%s", "");
	return ret;
}

static int read_records(struct ext4bm_klog *log, int fd,
			struct ext4bm_error *err)
{
	char record[LINE_SIZE];
	char banner[384];
	int ret;

	e4_kernel_banner(banner, sizeof(banner));
	ret = e4_klog_kernel(log, banner);

	while (!ret) {
		ssize_t len = read(fd, record, sizeof(record) - 1);

		if (len == 0 || (len < 0 && errno == EAGAIN))
			break;
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0 && errno == EPIPE) {
			log->info.lost++;
			continue;
		}
		if (len < 0)
			return e4_error(err, errno, errno, "%s", "");
		record[len] = '\0';
		ret = ext4bm_klog_add(log, record);
	}
	return ret ? e4_error(err, -ret, -ret, "%s", "") : 0;
}

/* Reading must not wait for a message of the future. */
static int read_device(struct ext4bm_klog *log, int fd,
		       struct ext4bm_error *err)
{
	int flags = fcntl(fd, F_GETFL);
	int ret;

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return e4_error(err, errno, errno, "%s", "");
	ret = read_records(log, fd, err);
	fcntl(fd, F_SETFL, flags);
	return ret;
}

int ext4bm_klog_read(struct ext4bm_klog *log, int fd,
		     struct ext4bm_error *err)
{
	struct stat st;
	FILE *file;
	int copy, ret;

	if (fstat(fd, &st) < 0)
		return e4_error(err, errno, errno, "%s", "");
	if (S_ISCHR(st.st_mode) && st.st_rdev == KMSG_DEVICE)
		return read_device(log, fd, err);
	copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	file = copy < 0 ? NULL : fdopen(copy, "r");
	if (!file) {
		ret = -errno;
		if (copy >= 0)
			close(copy);
		return e4_error(err, -ret, -ret, "%s", "");
	}
	ret = read_file(log, file, err);
	fclose(file);
	return ret;
}
