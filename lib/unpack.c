// SPDX-License-Identifier: LGPL-2.0-only
/*
 * unpack.c --- read the archive that a bundle is: tar in zstd, or plain
 *
 * It may come from anybody. Memory is a few buffers and what zstd needs for
 * the window of its strongest ordinary level; what is unpacked is counted and
 * goes to files.
 */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "pack.h"
#include "tar.h"

#define BUFFER 65536

/* Windows up to 32 MiB: level 19 needs 8. */
#define WINDOW_LOG 25

/*
 * @in, @nr, @at:	what was read of the file, and how much of it is used
 * @zstd:		NULL for a plain archive
 * @inside:		in the middle of a zstd frame
 */
struct reader {
	int fd;
	size_t nr;
	size_t at;
#ifdef HAVE_ZSTD
	ZSTD_DCtx *zstd;
	bool inside;
#endif
	uint8_t in[BUFFER];
	uint8_t out[BUFFER];
};

/* Return: 1, 0 at the end of the file, or a negative errno. */
static int fill(struct reader *reader)
{
	ssize_t got;

	if (reader->at < reader->nr)
		return 1;
	do
		got = read(reader->fd, reader->in, BUFFER);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	reader->nr = (size_t)got;
	reader->at = 0;
	return got > 0;
}

static int get_plain(struct reader *reader, uint8_t *to, size_t len)
{
	while (len > 0) {
		int ret = fill(reader);
		size_t part = reader->nr - reader->at;

		if (ret <= 0)
			return ret ? ret : -ENODATA;
		if (part > len)
			part = len;
		memcpy(to, reader->in + reader->at, part);
		reader->at += part;
		to += part;
		len -= part;
	}
	return 0;
}

#ifdef HAVE_ZSTD
static int get_packed(struct reader *reader, uint8_t *to, size_t len)
{
	ZSTD_outBuffer out = { to, len, 0 };

	while (out.pos < len) {
		int ret = fill(reader);
		ZSTD_inBuffer in = { reader->in, reader->nr, reader->at };
		size_t left;

		/* What it holds back needs no input to come out. */
		if (ret < 0 || (ret == 0 && !reader->inside))
			return ret ? ret : -ENODATA;
		left = ZSTD_decompressStream(reader->zstd, &out, &in);
		if (ZSTD_isError(left))
			return -EBADMSG;
		if (ret == 0 && out.pos < len)
			return -ENODATA;
		reader->at = in.pos;
		reader->inside = left != 0;
	}
	return 0;
}

/*
 * The end of the frame: only then its checksum was right. Some blocks of
 * zeros may come before it.
 */
static int end_packed(struct reader *reader)
{
	int ret = 0;

	for (int i = 0; i < 16 && !ret; i++)
		ret = get_packed(reader, reader->out, BUFFER);
	if (!ret)
		return -EBADMSG;
	return ret == -ENODATA && !reader->inside ? 0 : ret;
}
#endif

static int get(struct reader *reader, uint8_t *to, size_t len)
{
#ifdef HAVE_ZSTD
	if (reader->zstd)
		return get_packed(reader, to, len);
#endif
	return get_plain(reader, to, len);
}

/* Packed or plain? Return: 0 or a negative errno. */
static int begin(struct reader *reader)
{
	static const uint8_t magic[] = { 0x28, 0xb5, 0x2f, 0xfd };
	int ret = fill(reader);

	if (ret <= 0)
		return ret ? ret : -ENODATA;
	if (reader->nr < sizeof(magic) ||
	    memcmp(reader->in, magic, sizeof(magic)) != 0)
		return 0;
#ifdef HAVE_ZSTD
	reader->zstd = ZSTD_createDCtx();
	if (!reader->zstd)
		return -ENOMEM;
	ZSTD_DCtx_setParameter(reader->zstd, ZSTD_d_windowLogMax, WINDOW_LOG);
	return 0;
#else
	return -EOPNOTSUPP;
#endif
}

static int copy(struct reader *reader, uint64_t size, FILE *to)
{
	uint64_t whole = (size + E4_TAR_BLOCK - 1) / E4_TAR_BLOCK *
			 E4_TAR_BLOCK;
	int ret = 0;

	while (!ret && whole > 0) {
		size_t part = whole < BUFFER ? (size_t)whole : BUFFER;
		size_t content = size < part ? (size_t)size : part;

		ret = get(reader, reader->out, part);
		if (!ret && to &&
		    fwrite(reader->out, 1, content, to) != content)
			ret = -errno;
		whole -= part;
		size -= content;
	}
	return ret;
}

static int read_members(struct reader *reader, uint64_t most,
			e4_pack_member member, void *context)
{
	uint8_t header[E4_TAR_BLOCK];
	struct e4_tar_member it;
	int ret, error = 0;

	for (;;) {
		FILE *to = NULL;

		ret = get(reader, header, sizeof(header));
		if (!ret)
			ret = e4_tar_parse(header, &it);
		if (ret <= 0)
			return ret;
		if (it.size > most || most - it.size < E4_TAR_BLOCK)
			return -EFBIG;
		most -= it.size + E4_TAR_BLOCK;
		if (it.is_file)
			to = member(context, it.name, it.size, &error);
		if (!error)
			error = copy(reader, it.size, to);
		if (error)
			return error;
	}
}

int e4_pack_read(int fd, uint64_t most, e4_pack_member member, void *context)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	int ret;

	if (!reader)
		return -ENOMEM;
	reader->fd = fd;
	ret = begin(reader);
	if (!ret)
		ret = read_members(reader, most, member, context);
#ifdef HAVE_ZSTD
	if (!ret && reader->zstd)
		ret = end_packed(reader);
	ZSTD_freeDCtx(reader->zstd);
#endif
	free(reader);
	return ret;
}
