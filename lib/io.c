// SPDX-License-Identifier: LGPL-2.0-only
/*
 * io.c --- an io_manager on pread() that cannot write
 *
 * libext2fs's own unix_io calls fsync() even on a descriptor that is open for
 * reading, which flushes a busy device; its cache also costs a copy and a
 * lock per block. This one has no cache and no lock: pread() needs neither,
 * so the threads of a scan share it.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "overlay.h"
#include "store.h"

/*
 * @fd:		the device
 * @offset:	byte of it where the filesystem begins
 * @store:	stands between, or NULL
 */
struct private_data {
	int fd;
	uint64_t offset;
	struct e4_store *store;
	const struct e4_overlay *overlay;
};

static struct private_data *private_of(io_channel channel)
{
	return channel->private_data;
}

static int read_device(void *context, void *buf, size_t len, uint64_t offset)
{
	struct private_data *data = context;
	char *to = buf;

	offset += data->offset;
	while (len > 0) {
		ssize_t got = pread(data->fd, to, len, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			return -ENODATA;
		to += got;
		offset += (uint64_t)got;
		len -= (size_t)got;
	}
	return 0;
}

void e4_io_attach(io_channel channel, struct e4_store *store)
{
	private_of(channel)->store = store;
}

int e4_io_read_below(io_channel channel, void *buf, size_t len,
		     uint64_t offset)
{
	struct private_data *data = private_of(channel);

	if (offset > INT64_MAX - data->offset ||
	    len > INT64_MAX - data->offset - offset)
		return -ENODATA;
	if (data->store)
		return e4_store_read(data->store, read_device, data, buf, len,
				     offset);
	return read_device(data, buf, len, offset);
}

int e4_io_read(io_channel channel, void *buf, size_t len, uint64_t offset)
{
	const struct e4_overlay *overlay = private_of(channel)->overlay;
	int err = e4_io_read_below(channel, buf, len, offset);

	if (!overlay || len == 0 || offset > UINT64_MAX - len)
		return err;
	return e4_overlay_apply(overlay, channel, buf, len, offset, err);
}

void e4_io_lay(io_channel channel, const struct e4_overlay *overlay)
{
	private_of(channel)->overlay = overlay;
}

static errcode_t io_open(const char *name, int flags, io_channel *ret_channel)
{
	struct struct_io_channel *channel;
	struct private_data *data;

	if (flags & IO_FLAG_RW)
		return EROFS;
	channel = calloc(1, sizeof(*channel));
	data = calloc(1, sizeof(*data));
	if (!channel || !data)
		goto no_memory;
	channel->name = strdup(name);
	if (!channel->name)
		goto no_memory;
	data->fd = open(name, O_RDONLY | O_CLOEXEC);
	if (data->fd < 0) {
		errcode_t err = errno;

		free(channel->name);
		free(channel);
		free(data);
		return err;
	}
	channel->magic = EXT2_ET_MAGIC_IO_CHANNEL;
	channel->manager = e4_io_manager;
	channel->block_size = EXT2_MIN_BLOCK_SIZE;
	channel->refcount = 1;
	channel->private_data = data;
	*ret_channel = channel;
	return 0;
no_memory:
	free(channel);
	free(data);
	return EXT2_ET_NO_MEMORY;
}

static errcode_t io_close(io_channel channel)
{
	struct private_data *data = private_of(channel);

	if (--channel->refcount > 0)
		return 0;
	close(data->fd);
	free(data);
	free(channel->name);
	free(channel);
	return 0;
}

static errcode_t io_set_blksize(io_channel channel, int block_size)
{
	channel->block_size = block_size;
	return 0;
}

/* A negative count is a number of bytes, as everywhere in libext2fs. */
static errcode_t io_read_blk64(io_channel channel, unsigned long long block,
			       int count, void *buf)
{
	uint64_t size = (uint64_t)channel->block_size;
	uint64_t len = count < 0 ? (uint64_t)-(int64_t)count
				 : (uint64_t)count * size;
	int err;

	if (block > INT64_MAX / size)
		return EXT2_ET_SHORT_READ;
	err = e4_io_read(channel, buf, len, block * size);
	return err == -ENODATA ? EXT2_ET_SHORT_READ : -err;
}

static errcode_t io_read_blk(io_channel channel, unsigned long block,
			     int count, void *buf)
{
	return io_read_blk64(channel, block, count, buf);
}

static errcode_t io_write_blk64(io_channel channel, unsigned long long block,
				int count, const void *buf)
{
	(void)channel, (void)block, (void)count, (void)buf;
	return EROFS;
}

static errcode_t io_write_blk(io_channel channel, unsigned long block,
			      int count, const void *buf)
{
	return io_write_blk64(channel, block, count, buf);
}

/* Nothing was written, so there is nothing to flush: no fsync() here. */
static errcode_t io_flush(io_channel channel)
{
	(void)channel;
	return 0;
}

static errcode_t io_set_option(io_channel channel, const char *option,
			       const char *arg)
{
	char *end;

	if (strcmp(option, "offset") != 0 || !arg)
		return EXT2_ET_INVALID_ARGUMENT;
	private_of(channel)->offset = strtoull(arg, &end, 0);
	return *end ? EXT2_ET_INVALID_ARGUMENT : 0;
}

static struct struct_io_manager manager = {
	.magic = EXT2_ET_MAGIC_IO_MANAGER,
	.name = "read-only I/O manager",
	.open = io_open,
	.close = io_close,
	.set_blksize = io_set_blksize,
	.read_blk = io_read_blk,
	.read_blk64 = io_read_blk64,
	.write_blk = io_write_blk,
	.write_blk64 = io_write_blk64,
	.flush = io_flush,
	.set_option = io_set_option,
};

io_manager e4_io_manager = &manager;
