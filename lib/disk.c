// SPDX-License-Identifier: LGPL-2.0-only
/*
 * disk.c --- what is on the disk below a mounted filesystem
 *
 * Reads past the page cache (O_DIRECT). That is not passive: the kernel
 * first writes back the dirty pages of the range. What a running or a
 * committing transaction holds is not among them, so with a journal the disk
 * may lag behind memory for as long as it likes (compare_disk.c).
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "disk.h"
#include "store.h"
#include "wanted.h"

/* Largest read; a block has at most 64 KiB. */
#define RUN_BYTES (256U << 10)

/* Direct reads want their memory to start at a multiple of the sector. */
#define ALIGNMENT 4096

/* Groups whose bitmaps are read in the order of the device. */
#define CHUNK_GROUPS 512

/* Of a bundle there is no device, and perhaps no disk either. */
static int open_device(const struct ext4bm *fs, struct e4_disk *disk)
{
	disk->store = fs->disk;
	if (disk->store && disk->store->mode == E4_STORE_ONLY)
		return disk->store->nr_blocks ? 0 : -ENODATA;
	disk->fd = open(fs->target->device, O_RDONLY | O_DIRECT | O_CLOEXEC);
	return disk->fd < 0 ? -errno : 0;
}

int e4_disk_open(const struct ext4bm *fs, struct e4_disk **ret_disk)
{
	struct e4_disk *disk = calloc(1, sizeof(*disk));
	int ret = -ENOMEM;

	if (!disk)
		return -ENOMEM;
	disk->fd = -1;
	disk->table = fs->table;
	disk->table.raw = calloc((size_t)fs->table.blocks + 1,
				 fs->geo.block_size);
	disk->table.errors = calloc((size_t)fs->table.blocks + 1,
				    sizeof(*disk->table.errors));
	if (disk->table.raw && disk->table.errors &&
	    posix_memalign((void **)&disk->bounce, ALIGNMENT,
			   RUN_BYTES) == 0 &&
	    posix_memalign((void **)&disk->direct, ALIGNMENT,
			   RUN_BYTES) == 0)
		ret = open_device(fs, disk);
	if (ret)
		e4_disk_close(disk);
	else
		*ret_disk = disk;
	return ret;
}

void e4_disk_close(struct e4_disk *disk)
{
	if (!disk)
		return;
	if (disk->fd >= 0)
		close(disk->fd);
	e4_table_free(&disk->table);
	free(disk->bounce);
	free(disk->direct);
	free(disk);
}

static int read_aligned(const struct e4_disk *disk, uint8_t *buf, size_t len,
			uint64_t offset)
{
	ssize_t got;

	do
		got = pread(disk->fd, buf, len, (off_t)offset);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	return (size_t)got == len ? 0 : -ENODATA;
}

static int read_device(void *context, void *buf, size_t len, uint64_t offset)
{
	const struct e4_disk *disk = context;
	int ret = read_aligned(disk, disk->direct, len, offset);

	if (!ret)
		memcpy(buf, disk->direct, len);
	return ret;
}

/* Up to RUN_BYTES, whole blocks, into the bounce buffer. */
static int read_blocks(struct e4_disk *disk, size_t len, uint64_t offset)
{
	return disk->store ? e4_store_read(disk->store, read_device, disk,
					   disk->bounce, len, offset) :
	       read_aligned(disk, disk->bounce, len, offset);
}

/* Byte on the device of the block that holds a group's descriptor. */
static uint64_t table_block(const struct e4_live *live, uint32_t group)
{
	uint64_t offset = e4_table_offset(&live->fs->table, &live->geo, group,
					  0);

	return offset / live->geo.block_size * live->geo.block_size;
}

static int read_descriptor(struct e4_live *live, uint32_t group)
{
	struct e4_disk *disk = live->disk;
	size_t size = live->geo.block_size;
	uint32_t index = group / (live->geo.block_size / live->geo.desc_size);
	int ret;

	if (index >= disk->table.blocks)
		return -ENODATA;
	ret = read_blocks(disk, size, table_block(live, group));
	if (!ret)
		memcpy(disk->table.raw + index * size, disk->bounce, size);
	disk->table.errors[index] = ret;
	return ret;
}

static int read_bitmap(const struct e4_live *live, uint64_t block, bool uninit,
		       uint8_t *bitmap)
{
	size_t size = live->geo.block_size;
	int ret;

	memset(bitmap, 0, size);
	if (uninit)
		return 0;
	if (block == 0 || block >= live->geo.blocks)
		return -EUCLEAN;
	ret = read_blocks(live->disk, size, block * size);
	if (!ret)
		memcpy(bitmap, live->disk->bounce, size);
	return ret;
}

void e4_disk_read(struct e4_live *live, uint32_t group,
		  const struct e4_gd *places, struct e4_cache *disk)
{
	const struct ext4bm_geometry *geo = &live->geo;

	memset(&disk->gd, 0, sizeof(disk->gd));
	disk->error = read_descriptor(live, group);
	if (!disk->error)
		disk->error = e4_table_get(&live->disk->table, geo,
					   &live->fs->csum, group, &disk->gd);
	if (!disk->error)
		e4_table_raw(&live->disk->table, geo, group, disk->raw);
	if (!disk->error)
		disk->error = read_bitmap(
			live, places->block_bitmap,
			e4_gd_uninit(geo, places, EXT4BM_BLOCK_UNINIT),
			disk->bitmaps);
	if (!disk->error)
		disk->error = read_bitmap(
			live, places->inode_bitmap,
			e4_gd_uninit(geo, places, EXT4BM_INODE_UNINIT),
			disk->bitmaps + geo->block_size);
}

/* A bitmap that is wanted. */
struct request {
	uint64_t block;
	uint32_t group;
};

/*
 * @differs, @context:	whom to tell
 * @cached:	the same blocks from the page cache
 * @list:	bitmaps of a chunk, and
 * @nr:		how many
 */
struct look {
	struct e4_live *live;
	const struct ext4bm_check_options *options;
	void (*differs)(void *context, uint32_t group);
	void *context;
	uint8_t *cached;
	struct request *list;
	size_t nr;
};

/* Read @len bytes both ways. Return: false if a way failed. */
static bool read_both(struct look *look, size_t len, uint64_t offset)
{
	return read_blocks(look->live->disk, len, offset) == 0 &&
	       e4_io_read(look->live->fs->e2fs->io, look->cached, len,
			  offset) == 0;
}

/* Bitmaps that lie behind each other. */
static void compare_run(struct look *look, const struct request *run,
			size_t nr)
{
	size_t size = look->live->geo.block_size;
	const uint8_t *disk = look->live->disk->bounce;
	bool good = read_both(look, nr * size, run->block * size);

	for (size_t i = 0; i < nr; i++)
		if (!good || memcmp(disk + i * size, look->cached + i * size,
				    size) != 0)
			look->differs(look->context, run[i].group);
}

static int by_block(const void *a, const void *b)
{
	const struct request *x = a;
	const struct request *y = b;

	return x->block < y->block ? -1 : x->block > y->block;
}

static void compare_requests(struct look *look)
{
	size_t most = RUN_BYTES / look->live->geo.block_size;

	qsort(look->list, look->nr, sizeof(*look->list), by_block);
	for (size_t i = 0; i < look->nr; ) {
		size_t len = 1;

		while (i + len < look->nr && len < most &&
		       look->list[i + len].block ==
		       look->list[i].block + len)
			len++;
		compare_run(look, &look->list[i], len);
		i += len;
	}
}

static void want(struct look *look, uint32_t group, uint64_t block)
{
	if (block == 0 || block >= look->live->geo.blocks)
		look->differs(look->context, group);
	else
		look->list[look->nr++] = (struct request){ block, group };
}

static void compare_chunk(struct look *look, uint32_t first, uint32_t end)
{
	struct e4_live *live = look->live;

	look->nr = 0;
	for (uint32_t group = first; group < end; group++) {
		struct e4_gd gd;

		if (!e4_wanted_any(look->options, group, group))
			continue;
		if (e4_table_get(&live->fs->table, &live->geo, &live->fs->csum,
				 group, &gd)) {
			look->differs(look->context, group);
			continue;
		}
		if (!e4_gd_uninit(&live->geo, &gd, EXT4BM_BLOCK_UNINIT))
			want(look, group, gd.block_bitmap);
		if (!e4_gd_uninit(&live->geo, &gd, EXT4BM_INODE_UNINIT))
			want(look, group, gd.inode_bitmap);
	}
	compare_requests(look);
}

/* One block of the table, which describes the groups from @first on. */
static void compare_table(struct look *look, uint32_t first, uint32_t end)
{
	const struct ext4bm_geometry *geo = &look->live->geo;
	size_t size = geo->desc_size;
	const uint8_t *disk = look->live->disk->bounce;
	bool good = read_both(look, geo->block_size,
			      table_block(look->live, first));

	for (uint32_t i = 0; i < end - first; i++)
		if (e4_wanted_any(look->options, first + i, first + i) &&
		    (!good || memcmp(disk + i * size, look->cached + i * size,
				     size) != 0))
			look->differs(look->context, first + i);
}

static uint32_t end_of(uint32_t first, uint32_t step, uint32_t groups)
{
	return groups - first < step ? groups : first + step;
}

static bool cancelled(const struct ext4bm_check_options *options)
{
	return options->cancel && *options->cancel;
}

int e4_disk_look(struct e4_live *live,
		 const struct ext4bm_check_options *options,
		 void (*differs)(void *context, uint32_t group), void *context)
{
	struct look look = { .live = live, .options = options,
			     .differs = differs, .context = context };
	uint32_t each = live->geo.block_size / live->geo.desc_size;
	uint32_t groups = live->fs->table.groups;

	look.cached = malloc(RUN_BYTES);
	look.list = calloc(2 * CHUNK_GROUPS, sizeof(*look.list));
	for (uint32_t first = 0; look.cached && look.list && first < groups &&
	     !cancelled(options); first += each)
		compare_table(&look, first, end_of(first, each, groups));
	for (uint32_t first = 0; look.cached && look.list && first < groups &&
	     !cancelled(options); first += CHUNK_GROUPS)
		compare_chunk(&look, first,
			      end_of(first, CHUNK_GROUPS, groups));
	free(look.cached);
	free(look.list);
	return look.cached && look.list ? 0 : -ENOMEM;
}
