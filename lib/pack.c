// SPDX-License-Identifier: LGPL-2.0-only
/*
 * pack.c --- write the archive that a bundle is: tar in zstd
 *
 * Any tar that knows zstd unpacks it; the frame has a checksum. Without zstd
 * (in the static program) it is a plain tar.
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

struct e4_pack {
	int fd;
	int64_t time;
#ifdef HAVE_ZSTD
	ZSTD_CCtx *zstd;
	uint8_t out[BUFFER];
#endif
	uint8_t buffer[BUFFER];
};

static int write_all(int fd, const uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, data, len);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		data += written;
		len -= (size_t)written;
	}
	return 0;
}

#ifdef HAVE_ZSTD
static int begin(struct e4_pack *pack)
{
	pack->zstd = ZSTD_createCCtx();
	if (!pack->zstd)
		return -ENOMEM;
	ZSTD_CCtx_setParameter(pack->zstd, ZSTD_c_checksumFlag, 1);
	return 0;
}

static int put(struct e4_pack *pack, const void *data, size_t len, bool last)
{
	ZSTD_inBuffer in = { data, len, 0 };
	size_t left;
	int ret = 0;

	do {
		ZSTD_outBuffer out = { pack->out, sizeof(pack->out), 0 };

		left = ZSTD_compressStream2(pack->zstd, &out, &in, last ?
					    ZSTD_e_end : ZSTD_e_continue);
		if (ZSTD_isError(left))
			return -ENOMEM;
		ret = write_all(pack->fd, pack->out, out.pos);
	} while (!ret && (in.pos < in.size || (last && left > 0)));
	return ret;
}
#else
static int begin(struct e4_pack *pack)
{
	(void)pack;
	return 0;
}

static int put(struct e4_pack *pack, const void *data, size_t len, bool last)
{
	(void)last;
	return write_all(pack->fd, data, len);
}
#endif

int e4_pack_begin(int fd, int64_t time, struct e4_pack **ret_pack)
{
	struct e4_pack *pack = calloc(1, sizeof(*pack));
	int ret;

	if (!pack)
		return -ENOMEM;
	pack->fd = fd;
	pack->time = time;
	ret = begin(pack);
	if (ret) {
		free(pack);
		return ret;
	}
	*ret_pack = pack;
	return 0;
}

static int put_padding(struct e4_pack *pack, uint64_t size)
{
	size_t over = size % E4_TAR_BLOCK;

	memset(pack->buffer, 0, E4_TAR_BLOCK);
	return over ? put(pack, pack->buffer, E4_TAR_BLOCK - over, false) : 0;
}

int e4_pack_add(struct e4_pack *pack, const char *name, FILE *file)
{
	off_t size;
	size_t len;
	int ret;

	if (fflush(file) || fseeko(file, 0, SEEK_END))
		return -errno;
	size = ftello(file);
	if (size < 0 || fseeko(file, 0, SEEK_SET))
		return -errno;
	if ((uint64_t)size > E4_TAR_MAX_SIZE)
		return -EFBIG;
	e4_tar_header(pack->buffer, name, (uint64_t)size, pack->time);
	ret = put(pack, pack->buffer, E4_TAR_BLOCK, false);
	while (!ret && (len = fread(pack->buffer, 1, BUFFER, file)) > 0)
		ret = put(pack, pack->buffer, len, false);
	if (!ret && ferror(file))
		ret = -EIO;
	return ret ? ret : put_padding(pack, (uint64_t)size);
}

int e4_pack_end(struct e4_pack *pack)
{
	memset(pack->buffer, 0, 2 * E4_TAR_BLOCK);
	return put(pack, pack->buffer, 2 * E4_TAR_BLOCK, true);
}

void e4_pack_free(struct e4_pack *pack)
{
	if (!pack)
		return;
#ifdef HAVE_ZSTD
	ZSTD_freeCCtx(pack->zstd);
#endif
	free(pack);
}
