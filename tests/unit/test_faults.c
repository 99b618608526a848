// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_faults.c --- reads that fail and memory that runs out, one by one
 *
 * A small filesystem is resolved, opened and checked again and again while
 * the n-th read or the n-th allocation fails. What comes back must be a clean
 * error, or a report that does not call clean what was not read.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "device.h"
#include "unit.h"

#define NEVER UINT64_MAX
/* Blocks of 1 KiB in an image of 16 MiB. */
#define BLOCKS 16384

static char folder[] = "/tmp/ext4bm-unit-XXXXXX";
static char image[sizeof(folder) + 20];
static char plain[sizeof(folder) + 20];
static char packed[sizeof(folder) + 20];
static char named[sizeof(folder) + 20];
static bool have_image, have_packed, have_named;

/* Whether runs ask for owners too, always with their paths. */
static enum ext4bm_owners owners;

/* What the wrapped functions do. The threads of a scan share it. */
static struct {
	pthread_mutex_t lock;
	uint64_t reads;
	uint64_t fail_from;
	uint64_t fail_to;
	uint64_t bad_block;
	bool short_reads;
	uint64_t allocations;
	uint64_t fail_allocation;
	bool all_after;
	bool failed;
	bool touched[BLOCKS];
} fault = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void no_fault(void)
{
	fault.reads = fault.allocations = 0;
	fault.fail_from = fault.fail_to = NEVER;
	fault.bad_block = NEVER;
	fault.short_reads = fault.all_after = fault.failed = false;
	fault.fail_allocation = NEVER;
	memset(fault.touched, 0, sizeof(fault.touched));
}

ssize_t __wrap_pread(int fd, void *buf, size_t len, off_t offset);
ssize_t __wrap_pread64(int fd, void *buf, size_t len, off_t offset);

ssize_t __wrap_pread(int fd, void *buf, size_t len, off_t offset)
{
	struct iovec iov = { buf, len };
	uint64_t block = fault.bad_block;
	bool fail;

	pthread_mutex_lock(&fault.lock);
	fault.reads++;
	fail = fault.reads >= fault.fail_from && fault.reads <= fault.fail_to;
	if (block != NEVER && (uint64_t)offset < (block + 1) * 1024 &&
	    (uint64_t)offset + len > block * 1024)
		fail = true;
	fault.failed |= fail;
	for (uint64_t n = (uint64_t)offset / 1024;
	     n < BLOCKS && n * 1024 < (uint64_t)offset + len; n++)
		fault.touched[n] = true;
	pthread_mutex_unlock(&fault.lock);
	if (fail) {
		errno = EIO;
		return -1;
	}
	if (fault.short_reads && len > 100)
		iov.iov_len = 100;
	return preadv(fd, &iov, 1, offset);
}

ssize_t __wrap_pread64(int fd, void *buf, size_t len, off_t offset)
{
	return __wrap_pread(fd, buf, len, offset);
}

static bool no_memory(void)
{
	bool fail;

	pthread_mutex_lock(&fault.lock);
	fault.allocations++;
	fail = fault.allocations == fault.fail_allocation ||
	       (fault.all_after &&
		fault.allocations > fault.fail_allocation);
	fault.failed |= fail;
	pthread_mutex_unlock(&fault.lock);
	if (fail)
		errno = ENOMEM;
	return fail;
}

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t nr, size_t size);
void *__wrap_calloc(size_t nr, size_t size);
void *__real_reallocarray(void *old, size_t nr, size_t size);
void *__wrap_reallocarray(void *old, size_t nr, size_t size);
char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);

void *__wrap_malloc(size_t size)
{
	return no_memory() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t nr, size_t size)
{
	return no_memory() ? NULL : __real_calloc(nr, size);
}

void *__wrap_reallocarray(void *old, size_t nr, size_t size)
{
	return no_memory() ? NULL : __real_reallocarray(old, nr, size);
}

char *__wrap_strdup(const char *text)
{
	return no_memory() ? NULL : __real_strdup(text);
}

/* What came of one whole run. */
struct outcome {
	int ret;
	struct ext4bm_error err;
	enum ext4bm_verdict verdict;
	int status;
	uint64_t operational;
	unsigned int paths;
	unsigned int others;
};

/* A path in that image, or the end of one. */
static bool is_there(const char *path)
{
	static const char *const all[] = {
		"/", "/a", "/a/b", "/a/b/file", "/file", "/lost+found",
	};
	const char *end = *path == '<' ? strchr(path, '>') : NULL;
	size_t len = strlen(end ? end + 1 : path);

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (end ? len <= strlen(all[i]) &&
			  !strcmp(all[i] + strlen(all[i]) - len, end + 1)
			: !strcmp(all[i], path))
			return true;
	return false;
}

/* Owners with the path that is asked for, and with impossible ones. */
static void count_paths(const struct ext4bm_report *report,
			struct outcome *outcome)
{
	for (size_t i = 0; i < report->nr_findings; i++)
		for (size_t j = 0; j < report->findings[i].nr_owners; j++) {
			const char *path = report->findings[i].owners[j].path;

			if (path && !strcmp(path, "/a/b/file"))
				outcome->paths++;
			else if (path && !is_there(path))
				outcome->others++;
		}
}

static struct outcome run(const char *name, uint64_t superblock)
{
	struct ext4bm_open_options how = { .superblock = superblock };
	struct ext4bm_check_options what = {
		.threads = 1, .backups = true, .owners = owners,
		.paths = true,
	};
	struct ext4bm_target *target = NULL;
	struct ext4bm_report *report = NULL;
	struct ext4bm *fs = NULL;
	struct outcome outcome = { .verdict = EXT4BM_DRIFT };

	outcome.ret = ext4bm_resolve(name, &target, &outcome.err);
	if (!outcome.ret)
		outcome.ret = ext4bm_open(target, &how, &fs, &outcome.err);
	else
		assert_null(target);
	if (!outcome.ret)
		outcome.ret = ext4bm_check(fs, &what, &report, &outcome.err);
	else
		assert_null(fs);
	if (!outcome.ret) {
		outcome.verdict = report->verdict;
		outcome.status = ext4bm_exit_status(report);
		outcome.operational = report->operational;
		count_paths(report, &outcome);
	} else {
		assert_null(report);
		assert_true(outcome.ret < 0);
		assert_int_equal(outcome.err.errnum, -outcome.ret);
		assert_true(strlen(outcome.err.text) <
			    sizeof(outcome.err.text));
	}
	ext4bm_report_free(report);
	ext4bm_close(fs);
	ext4bm_target_free(target);
	return outcome;
}

__attribute__((format(printf, 1, 2)))
static bool shell(const char *format, ...)
{
	char command[400];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command) == 0;
}

/* The plain one has no UNINIT groups: all of its bitmaps are read. */
static int make_image(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(image, sizeof(image), "%s/image", folder);
	snprintf(plain, sizeof(plain), "%s/plain", folder);
	snprintf(packed, sizeof(packed), "%s/packed", folder);
	snprintf(named, sizeof(named), "%s/named", folder);
	have_image =
		shell("PATH=$PATH:/usr/sbin:/sbin mke2fs -q -F -t ext4 -b 1024 "
		      "-g 1024 -N 256 -O metadata_csum,64bit,flex_bg,"
		      "^resize_inode,^has_journal %s 16M >/dev/null 2>&1",
		      image) &&
		shell("PATH=$PATH:/usr/sbin:/sbin mke2fs -q -F -t ext2 -b 1024 "
		      "-g 1024 -N 256 %s 16M >/dev/null 2>&1", plain) &&
		shell("head -c 300000 /dev/zero | tr '\\0' x >%s/data && "
		      "PATH=$PATH:/usr/sbin:/sbin debugfs -w -R "
		      "'write %s/data file' %s >/dev/null 2>&1; rm %s/data",
		      folder, folder, plain, folder);
	have_packed = have_image &&
		shell("PATH=$PATH:/usr/sbin:/sbin e2image %s %s "
		      ">/dev/null 2>&1", plain, packed);
	have_named = have_image &&
		shell("PATH=$PATH:/usr/sbin:/sbin; cp %s %s && printf 'mkdir "
		      "a\nmkdir a/b\ncd a/b\nwrite /dev/null file\nfreei "
		      "file\n' | debugfs -w -f - %s >/dev/null 2>&1", plain,
		      named, named);
	no_fault();
	return 0;
}

static int remove_image(void **state)
{
	(void)state;
	unlink(image);
	unlink(plain);
	unlink(packed);
	unlink(named);
	return rmdir(folder);
}

static int need_image(void **state)
{
	(void)state;
	no_fault();
	owners = EXT4BM_OWNERS_NONE;
	return 0;
}

static int with_owners(void **state)
{
	(void)state;
	no_fault();
	owners = EXT4BM_OWNERS_ALL;
	return 0;
}

#define NEED_IMAGE() do { \
	(void)state; \
	if (!have_image) \
		skip(); \
} while (0)

static void healthy(void **state)
{
	struct outcome outcome;

	NEED_IMAGE();
	outcome = run(image, 0);
	assert_int_equal(outcome.ret, 0);
	assert_int_equal(outcome.verdict, EXT4BM_CLEAN);
	assert_int_equal(outcome.status, 0);
	assert_true(fault.reads > 5);
	assert_true(fault.allocations > 5);
}

/* A read that returns less than asked for is continued. */
static void short_reads(void **state)
{
	NEED_IMAGE();
	fault.short_reads = true;
	assert_int_equal(run(image, 0).verdict, EXT4BM_CLEAN);
}

/* After a run without faults: the n-th read fails, and all after it. */
static void fail_each_read(const char *name, uint64_t superblock)
{
	uint64_t all = fault.reads;

	for (uint64_t n = 1; n <= all; n++) {
		struct outcome outcome;

		no_fault();
		fault.fail_from = n;
		outcome = run(name, superblock);
		assert_true(fault.failed);
		if (outcome.ret) {
			assert_int_equal(outcome.ret, -EIO);
			continue;
		}
		assert_int_equal(outcome.verdict, EXT4BM_INCOMPLETE);
		assert_true(outcome.operational > 0);
		assert_int_equal(outcome.status, EXT4BM_EXIT_OPERATIONAL);
	}
}

static void reads_fail_from(void **state)
{
	NEED_IMAGE();
	run(image, 0);
	fail_each_read(image, 0);
}

/* The n-th read alone: what could be read again counts as read. */
static void one_read_fails(void **state)
{
	uint64_t all;

	NEED_IMAGE();
	run(image, 0);
	all = fault.reads;
	for (uint64_t n = 1; n <= all; n++) {
		struct outcome outcome;

		no_fault();
		fault.fail_from = fault.fail_to = n;
		outcome = run(image, 0);
		assert_true(fault.failed);
		if (outcome.ret)
			assert_int_equal(outcome.ret, -EIO);
		else if (outcome.verdict != EXT4BM_INCOMPLETE)
			/* then the block was read a second time */
			assert_true(fault.reads > all);
	}
}

/*
 * Each block of an image that is read is bad for ever, one at a time. Return:
 * how many there are.
 */
static uint64_t try_bad_blocks(const char *name)
{
	static bool wanted[BLOCKS];
	uint64_t touched = 0;

	no_fault();
	assert_int_equal(run(name, 0).verdict, EXT4BM_CLEAN);
	memcpy(wanted, fault.touched, sizeof(wanted));
	for (uint64_t block = 0; block < BLOCKS; block++) {
		struct outcome outcome;

		if (!wanted[block])
			continue;
		no_fault();
		fault.bad_block = block;
		outcome = run(name, 0);
		assert_true(fault.failed);
		touched++;
		if (outcome.ret) {
			assert_int_equal(outcome.ret, -EIO);
			/* only the start and the superblock end it */
			assert_true(block <= 1);
			continue;
		}
		assert_int_equal(outcome.verdict, EXT4BM_INCOMPLETE);
		/* one bad block hides what is in it, and nothing else */
		assert_int_equal(outcome.operational, 1);
	}
	return touched;
}

static void bad_blocks(void **state)
{
	NEED_IMAGE();
	/* start, superblock, descriptors, five copies, some bitmaps */
	assert_true(try_bad_blocks(image) > 10);
	/* and all 32 bitmaps */
	assert_true(try_bad_blocks(plain) >= 3 + 5 + 32);
}

/*
 * With owners: all inode tables are read as well, and a file's block of block
 * numbers. What they hide is no drift.
 */
static void bad_blocks_of_owners(void **state)
{
	NEED_IMAGE();
	assert_true(try_bad_blocks(image) > 12);
	/* 16 groups with two blocks of inodes each */
	assert_true(try_bad_blocks(plain) >= 3 + 5 + 32 + 32 + 1);
}

/* A normal e2image file: its bitmaps lie somewhere else. */
static void packed_image(void **state)
{
	struct outcome outcome;

	NEED_IMAGE();
	if (!have_packed)
		skip();
	outcome = run(packed, 0);
	assert_int_equal(outcome.ret, 0);
	/* copies of the table are not in such a file: nothing to be missed */
	assert_int_equal(outcome.verdict, EXT4BM_CLEAN_PART);
	assert_int_equal(outcome.operational, 0);
	assert_int_equal(outcome.status, 0);
	fail_each_read(packed, 0);
}

/* The same with the backup superblock of group 1. */
static void backup_superblock(void **state)
{
	struct outcome outcome;

	NEED_IMAGE();
	outcome = run(image, 1025);
	assert_int_equal(outcome.ret, 0);
	assert_int_equal(outcome.verdict, EXT4BM_CLEAN_PART);
	fail_each_read(image, 1025);
}

/* The n-th allocation, alone or with all after it. */
static void memory_fails(void **state)
{
	unsigned int tolerated = 0;
	uint64_t all;

	NEED_IMAGE();
	run(image, 0);
	all = fault.allocations;
	for (uint64_t n = 1; n <= all; n++)
		for (int how = 0; how < 2; how++) {
			struct outcome outcome;

			no_fault();
			fault.fail_allocation = n;
			fault.all_after = how;
			outcome = run(image, 0);
			assert_true(fault.failed);
			/* making the index smaller is only worth trying */
			if (!outcome.ret && outcome.verdict == EXT4BM_CLEAN)
				tolerated++;
			else if (outcome.ret != -ENOMEM)
				fail_msg("allocation %d of %d: %d, %s",
					 (int)n, (int)all, outcome.ret,
					 outcome.err.text);
		}
	assert_true(tolerated <= 1);
}

/*
 * With somebody to name: a read or an allocation that fails may cost the
 * name, and makes none up.
 */
static void names(void **state)
{
	uint64_t reads, allocations;
	struct outcome outcome;

	NEED_IMAGE();
	if (!have_named)
		skip();
	outcome = run(named, 0);
	assert_int_equal(outcome.ret, 0);
	assert_int_equal(outcome.verdict, EXT4BM_DRIFT);
	assert_int_equal(outcome.paths, 1);
	reads = fault.reads;
	allocations = fault.allocations;
	for (uint64_t n = 1; n <= reads; n++) {
		no_fault();
		fault.fail_from = fault.fail_to = n;
		outcome = run(named, 0);
		assert_true(outcome.ret || outcome.status);
		assert_int_equal(outcome.others, 0);
	}
	for (uint64_t n = 1; n <= allocations; n++) {
		no_fault();
		fault.fail_allocation = n;
		outcome = run(named, 0);
		if (outcome.ret)
			assert_int_equal(outcome.ret, -ENOMEM);
		else
			assert_int_equal(outcome.paths, 1);
	}
}

/* Findings need memory too: on a device that is full of them. */
static void memory_fails_damaged(void **state)
{
	static const char junk[4096];
	uint64_t all;
	int fd;

	NEED_IMAGE();
	/* the descriptors, and the bitmaps that follow them */
	fd = open(image, O_WRONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, junk, 300, 2048 + 20), 300);
	close(fd);
	assert_int_equal(run(image, 0).verdict, EXT4BM_DRIFT);
	all = fault.allocations;
	for (uint64_t n = 1; n <= all; n++)
		for (int how = 0; how < 2; how++) {
			struct outcome outcome;

			no_fault();
			fault.fail_allocation = n;
			fault.all_after = how;
			outcome = run(image, 0);
			if (outcome.ret != -ENOMEM &&
			    outcome.verdict != EXT4BM_DRIFT)
				fail_msg("allocation %d: %d", (int)n,
					 outcome.ret);
		}
}

#define TEST(function) cmocka_unit_test_setup(function, need_image)
#define OWNERS(function) \
	{ #function "_with_owners", function, with_owners, NULL, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(healthy),
		TEST(short_reads),
		TEST(reads_fail_from),
		TEST(one_read_fails),
		TEST(bad_blocks),
		OWNERS(healthy),
		OWNERS(short_reads),
		OWNERS(reads_fail_from),
		OWNERS(one_read_fails),
		OWNERS(bad_blocks_of_owners),
		TEST(packed_image),
		TEST(backup_superblock),
		TEST(memory_fails),
		OWNERS(memory_fails),
		OWNERS(names),
		/* the last, because it damages the image */
		TEST(memory_fails_damaged),
		OWNERS(memory_fails_damaged),
	};

	return cmocka_run_group_tests_name("faults", tests, make_image,
					   remove_image);
}
