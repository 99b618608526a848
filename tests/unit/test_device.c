// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_device.c --- what is resolved, opened and checked, and what is refused
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ext4bm.h"
#include "ext4bm_err.h"
#include "unit.h"

static char folder[] = "/tmp/ext4bm-unit-XXXXXX";
static char image[sizeof(folder) + 20];
static bool have_image;

static int make_image(void **state)
{
	char command[200];

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(image, sizeof(image), "%s/image", folder);
	snprintf(command, sizeof(command), "PATH=$PATH:/usr/sbin:/sbin mke2fs "
		 "-q -F -t ext4 -b 1024 -g 1024 %s 16M >/dev/null 2>&1",
		 image);
	have_image = system(command) == 0;
	return 0;
}

static int remove_image(void **state)
{
	(void)state;
	unlink(image);
	return rmdir(folder);
}

#define NEED_IMAGE() do { \
	(void)state; \
	if (!have_image) \
		skip(); \
} while (0)

static void assert_refused(const char *name, int ret, long code)
{
	struct ext4bm_target *target = NULL;
	struct ext4bm_error err = { 0 };

	assert_int_equal(ext4bm_resolve(name, &target, &err), ret);
	assert_int_equal(err.errnum, -ret);
	assert_int_equal(err.code, code);
	assert_null(target);
	assert_int_equal(ext4bm_resolve(name, &target, NULL), ret);
}

static void resolving(void **state)
{
	char name[sizeof(image) + 60];
	struct ext4bm_target *target;

	NEED_IMAGE();
	assert_refused("/nonexistent/device", -ENOENT, EXT4BM_ET_NOT_FOUND);
	assert_refused("", -ENOENT, EXT4BM_ET_NOT_FOUND);
	assert_refused("LABEL=ext4bm-no-such-label", -ENOENT,
		       EXT4BM_ET_NOT_FOUND);
	assert_refused(folder, -EISDIR, EXT4BM_ET_DIRECTORY);
	assert_refused("/dev/null", -EINVAL, EXT4BM_ET_NOT_A_DEVICE);
	snprintf(name, sizeof(name), "%s?size=5", image);
	assert_refused(name, -EINVAL, EXT4BM_ET_NOT_FOUND);
	snprintf(name, sizeof(name), "%s?offset=", image);
	assert_refused(name, -EINVAL, EXT4BM_ET_NOT_FOUND);
	snprintf(name, sizeof(name), "%s?offset=5x", image);
	assert_refused(name, -EINVAL, EXT4BM_ET_NOT_FOUND);
	snprintf(name, sizeof(name), "%s?offset=0x1000", image);
	assert_int_equal(ext4bm_resolve(name, &target, NULL), 0);
	assert_string_equal(target->name, name);
	assert_string_equal(target->device, image);
	assert_int_equal(target->offset, 4096);
	assert_int_equal(target->size, (16 << 20) - 4096);
	assert_int_equal(target->kind, EXT4BM_TARGET_IMAGE);
	assert_null(target->mountpoint);
	ext4bm_target_free(target);
}

/* What holds no filesystem, or the end of one. */
static void opening(void **state)
{
	struct ext4bm_target *target = NULL;
	struct ext4bm_error err = { 0 };
	struct ext4bm *fs = NULL;
	char name[sizeof(image) + 60];

	NEED_IMAGE();
	snprintf(name, sizeof(name), "%s?offset=512", image);
	assert_int_equal(ext4bm_resolve(name, &target, &err), 0);
	assert_int_equal(ext4bm_open(target, NULL, &fs, &err), -EINVAL);
	assert_int_equal(err.code, EXT4BM_ET_NOT_EXT);
	assert_null(fs);
	assert_int_equal(ext4bm_open(target, NULL, &fs, NULL), -EINVAL);
	ext4bm_target_free(target);
	/* behind the end */
	snprintf(name, sizeof(name), "%s?offset=99999999999", image);
	assert_int_equal(ext4bm_resolve(name, &target, &err), 0);
	assert_int_equal(target->size, 0);
	assert_int_equal(ext4bm_open(target, NULL, &fs, &err), -EINVAL);
	ext4bm_target_free(target);
}

static void wrong_groups(void **state)
{
	static const struct {
		struct ext4bm_range ranges[2];
		size_t nr;
	} wrong[] = {
		{ { { 0, 16 } }, 1 }, { { { 3, 2 } }, 1 },
		{ { { 16, 16 } }, 1 }, { { { 5, 6 }, { 1, 2 } }, 2 },
		{ { { 1, 5 }, { 5, 6 } }, 2 },
		{ { { 0, UINT64_MAX } }, 1 },
	};
	struct ext4bm_target *target = NULL;
	struct ext4bm_report *report = NULL;
	struct ext4bm *fs = NULL;

	NEED_IMAGE();
	assert_int_equal(ext4bm_resolve(image, &target, NULL), 0);
	assert_int_equal(ext4bm_open(target, NULL, &fs, NULL), 0);
	assert_int_equal(ext4bm_geometry(fs)->groups, 16);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct ext4bm_check_options what = {
			.groups = wrong[i].ranges, .nr_groups = wrong[i].nr,
		};
		struct ext4bm_error err = { 0 };

		assert_int_equal(ext4bm_check(fs, &what, &report, &err),
				 -EINVAL);
		assert_int_equal(err.code, EXT4BM_ET_GROUPS);
		assert_null(report);
	}
	ext4bm_close(fs);
	ext4bm_target_free(target);
}

/* Cancelled before it began: nothing was looked at, nothing is clean. */
static void cancelled(void **state)
{
	int cancel = 1;
	struct ext4bm_check_options what = { .cancel = &cancel };
	struct ext4bm_target *target = NULL;
	struct ext4bm_report *report = NULL;
	struct ext4bm *fs = NULL;

	NEED_IMAGE();
	assert_int_equal(ext4bm_resolve(image, &target, NULL), 0);
	assert_int_equal(ext4bm_open(target, NULL, &fs, NULL), 0);
	assert_int_equal(ext4bm_check(fs, &what, &report, NULL), 0);
	assert_true(report->cancelled);
	assert_int_equal(report->groups_checked, 0);
	assert_false(report->totals.complete);
	assert_int_equal(report->verdict, EXT4BM_INCOMPLETE);
	assert_int_equal(ext4bm_exit_status(report),
			 EXT4BM_EXIT_CANCELLED);
	ext4bm_report_free(report);
	ext4bm_close(fs);
	ext4bm_target_free(target);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(resolving),
		cmocka_unit_test(opening),
		cmocka_unit_test(wrong_groups),
		cmocka_unit_test(cancelled),
	};

	return cmocka_run_group_tests_name("device", tests, make_image,
					   remove_image);
}
