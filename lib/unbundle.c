// SPDX-License-Identifier: LGPL-2.0-only
/*
 * unbundle.c --- read a bundle that may come from anybody
 *
 * Its members go to files without a name, and what becomes memory is
 * bounded. Nothing in it is believed before it was looked at; what cannot be
 * is refused with words, never taken for a finding.
 */
#include "config.h"

#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ext4bm_err.h"
#include "pack.h"
#include "replay.h"

/* What a bundle may unpack to, and the small members of it. */
#define MOST_BYTES (8ULL << 30)
#define MOST_SMALL (1ULL << 20)

static bool is_small(const char *name)
{
	return strcmp(name, E4_MEMBER_MANIFEST) == 0 ||
	       strcmp(name, E4_MEMBER_SUPERBLOCK) == 0 ||
	       strcmp(name, E4_MEMBER_OPTIONS) == 0 ||
	       strcmp(name, E4_MEMBER_SYSFS) == 0 ||
	       strcmp(name, E4_MEMBER_STATFS) == 0;
}

static bool is_known(const char *name)
{
	static const char *const names[] = {
		E4_MEMBER_FSMAP, E4_MEMBER_SAMPLES, E4_MEMBER_BLOCKS,
		E4_MEMBER_DISK, E4_MEMBER_PAGES,
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return is_small(name) ||
	       strncmp(name, E4_MEMBER_COUNTERS ".",
		       sizeof(E4_MEMBER_COUNTERS)) == 0;
}

/* Others were added by a newer program, or by who packed it again. */
static FILE *make_member(void *context, const char *name, uint64_t size,
			 int *ret_error)
{
	struct e4_replay *replay = context;
	FILE *file = NULL;

	if (replay->bundle.nr == 0 && strcmp(name, E4_MEMBER_MANIFEST) != 0) {
		*ret_error = -EINVAL;
	} else if (is_small(name) && size > MOST_SMALL) {
		*ret_error = -EFBIG;
	} else if (is_known(name)) {
		file = e4_bundle_make(&replay->bundle, name);
		if (!file)
			*ret_error = -errno;
	}
	return file;
}

/* Room for one more in a growing array; NULL when there is none. */
static void *grown(void *list, size_t nr, size_t size)
{
	if (nr & (nr - 1))
		return list;
	return reallocarray(list, nr ? 2 * nr : 1, size);
}

static int read_samples(struct e4_replay *replay)
{
	FILE *file = e4_bundle_find(&replay->bundle, E4_MEMBER_SAMPLES);
	char line[256];
	bool begun = true;

	if (!file)
		return 0;
	rewind(file);
	for (off_t at = 0; fgets(line, sizeof(line), file);
	     at = ftello(file)) {
		bool whole = strchr(line, '\n');
		struct e4_replay_sample *it;

		if (begun && strncmp(line, "group ", 6) == 0) {
			if (replay->nr_samples == E4_BUNDLE_SAMPLES)
				return -EFBIG;
			it = grown(replay->samples, replay->nr_samples,
				   sizeof(*it));
			if (!it)
				return -ENOMEM;
			replay->samples = it;
			it += replay->nr_samples++;
			*it = (struct e4_replay_sample){
				.group = (uint32_t)strtoul(line + 6, NULL, 10),
				.offset = at,
			};
		}
		begun = whole;
	}
	return ferror(file) ? -EIO : 0;
}

static int read_answers(struct e4_replay *replay)
{
	FILE *file = e4_bundle_find(&replay->bundle, E4_MEMBER_FSMAP);
	struct e4_replay_answer *it = NULL;
	char line[256];
	uint64_t first, last;
	int error;

	if (!file)
		return 0;
	rewind(file);
	while (fgets(line, sizeof(line), file)) {
		if (it && sscanf(line, "end %" SCNu64 " %d", &last,
				 &error) == 2)
			it->good = error == 0;
		if (sscanf(line, "from %" SCNu64 " %" SCNu64, &first,
			   &last) != 2)
			continue;
		if (replay->nr_answers == E4_BUNDLE_ANSWERS)
			return -EFBIG;
		it = grown(replay->answers, replay->nr_answers, sizeof(*it));
		if (!it)
			return -ENOMEM;
		replay->answers = it;
		it += replay->nr_answers++;
		*it = (struct e4_replay_answer){
			.first = first, .last = last, .offset = ftello(file),
		};
	}
	return ferror(file) ? -EIO : 0;
}

static int compare_answers(const void *a, const void *b)
{
	const struct e4_replay_answer *x = a;
	const struct e4_replay_answer *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->last != y->last)
		return x->last < y->last ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void sort_answers(struct e4_replay *replay)
{
	if (replay->nr_answers > 1)
		qsort(replay->answers, replay->nr_answers,
		      sizeof(*replay->answers), compare_answers);
	for (size_t i = 0; i < replay->nr_answers; i++) {
		const struct e4_replay_answer *it = &replay->answers[i];
		const struct e4_replay_answer *widest = replay->widest;

		if (it->good && it->last >= it->first &&
		    (!widest || it->last - it->first >
		     widest->last - widest->first))
			replay->widest = it;
	}
}

static int compare_samples(const void *a, const void *b)
{
	const struct e4_replay_sample *x = a;
	const struct e4_replay_sample *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Bytes in a block, from a raw superblock; 0 if that cannot be. */
static size_t block_size_of(const uint8_t *super)
{
	struct ext2_super_block sb;
	uint32_t shift;

	memcpy(&sb, super, sizeof(sb));
	shift = le32toh(sb.s_log_block_size);
	return shift <= 6 ? (size_t)1024 << shift : 0;
}

static int read_blocks(struct e4_replay *replay)
{
	FILE *super = e4_bundle_find(&replay->bundle, E4_MEMBER_SUPERBLOCK);
	FILE *blocks = e4_bundle_find(&replay->bundle, E4_MEMBER_BLOCKS);
	FILE *disk = e4_bundle_find(&replay->bundle, E4_MEMBER_DISK);
	FILE *pages = e4_bundle_find(&replay->bundle, E4_MEMBER_PAGES);
	uint8_t raw[E4_SUPERBLOCK_SIZE];
	size_t size;
	off_t end;
	int ret;

	if (!super || !blocks || !pages)
		return -EBADMSG;
	rewind(super);
	size = fread(raw, 1, sizeof(raw), super) == sizeof(raw) ?
	       block_size_of(raw) : 0;
	if (!size || fflush(pages) || fseeko(pages, 0, SEEK_END))
		return -EBADMSG;
	end = ftello(pages);
	if (end < 0 || (size_t)end % size)
		return -EBADMSG;
	e4_store_init(&replay->store, E4_STORE_ONLY, size, pages);
	memcpy(replay->store.super, raw, sizeof(raw));
	replay->store.nr_pages = (uint64_t)end / size;
	e4_store_share(&replay->disk, &replay->store);
	ret = e4_blocks_read(blocks, &replay->store, E4_BUNDLE_BLOCKS);
	if (!ret && disk)
		ret = e4_blocks_read(disk, &replay->disk, E4_BUNDLE_BLOCKS);
	return ret;
}

int e4_replay_index(struct e4_replay *replay)
{
	int ret = read_answers(replay);

	if (!ret)
		ret = read_samples(replay);
	sort_answers(replay);
	if (replay->nr_samples > 1)
		qsort(replay->samples, replay->nr_samples,
		      sizeof(*replay->samples), compare_samples);
	return ret;
}

static int interpret(struct e4_replay *replay)
{
	FILE *manifest = e4_bundle_find(&replay->bundle, E4_MEMBER_MANIFEST);
	int ret = manifest ? e4_manifest_read(manifest, &replay->manifest)
			   : -EINVAL;

	if (!ret && replay->manifest.cache)
		ret = read_blocks(replay);
	if (!ret && replay->manifest.live)
		ret = e4_replay_index(replay);
	return ret;
}

static int explain(int ret, struct ext4bm_error *err)
{
	switch (ret) {
	case -EINVAL:
		return e4_error(err, EINVAL, EXT4BM_ET_BUNDLE, "%s", "");
	case -EPROTO:
		return e4_error(err, EPROTO, EXT4BM_ET_BUNDLE_DAMAGED,
				"It was made by a newer version, in a format "
				"that this one does not know");
	case -ENODATA:
		return e4_error(err, ENODATA, EXT4BM_ET_BUNDLE_DAMAGED,
				"It ends before its end: was it copied "
				"completely?");
	case -EBADMSG:
		return e4_error(err, EBADMSG, EXT4BM_ET_BUNDLE_DAMAGED, "%s",
				"");
	case -EFBIG:
		return e4_error(err, EFBIG, EXT4BM_ET_BUNDLE_DAMAGED,
				"It is larger than any that is looked at");
	case -EOPNOTSUPP:
		return e4_error(err, EOPNOTSUPP, EOPNOTSUPP,
				"This program was built without zstd: unpack "
				"it with zstd -d first");
	default:
		return e4_error(err, -ret, -ret, "%s", "");
	}
}

int e4_replay_read(struct e4_replay *replay, int fd, struct ext4bm_error *err)
{
	int ret;

	memset(replay, 0, sizeof(*replay));
	ret = e4_pack_read(fd, MOST_BYTES, make_member, replay);
	/* Something else altogether is not a damaged bundle. */
	if (ret == -EBADMSG && replay->bundle.nr == 0)
		ret = -EINVAL;
	if (!ret)
		ret = interpret(replay);
	return ret ? explain(ret, err) : 0;
}

void e4_replay_release(struct e4_replay *replay)
{
	e4_store_free(&replay->disk);
	e4_store_free(&replay->store);
	e4_bundle_close(&replay->bundle);
	free(replay->samples);
	free(replay->answers);
	memset(replay, 0, sizeof(*replay));
}

int e4_replay_opened(void *context, struct ext4bm *fs)
{
	struct e4_replay *replay = context;
	const struct e4_manifest *manifest = &replay->manifest;

	if (fs->geo.groups > E4_BUNDLE_GROUPS)
		return -EFBIG;
	if (fs->geo.block_size != replay->store.block_size)
		return -EBADMSG;
	fs->super_stored = manifest->super_stored;
	fs->super_counted = manifest->super_counted;
	snprintf(fs->geo.mmp_host, sizeof(fs->geo.mmp_host), "%s",
		 manifest->mmp);
	e4_io_attach(fs->e2fs->io, &replay->store);
	fs->disk = &replay->disk;
	return 0;
}

void e4_replay_kernel(const struct e4_replay *replay,
		      struct e4_kernel *kernel)
{
	FILE *file = e4_bundle_find(&replay->bundle, E4_MEMBER_OPTIONS);
	char line[200];

	memset(kernel, 0, sizeof(*kernel));
	kernel->fd = -1;
	kernel->root = "";
	snprintf(kernel->name, sizeof(kernel->name), "%s",
		 replay->manifest.name);
	kernel->policy = E4_POLICY_UNKNOWN;
	if (!file)
		return;
	rewind(file);
	kernel->policy = E4_POLICY_CONTINUE;
	while (fgets(line, sizeof(line), file))
		e4_kernel_option(kernel, line);
}
