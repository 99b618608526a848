// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_mountinfo.c --- lines of the mount table, read without libmount
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "mounts.h"
#include "unit.h"

static bool parse(const char *text, struct e4_mount *ret_mount)
{
	static char line[512];

	snprintf(line, sizeof(line), "%s", text);
	return e4_mountinfo_parse(line, ret_mount);
}

static void test_line(void **state)
{
	struct e4_mount mount;

	(void)state;
	assert_true(parse("36 35 98:3 /mnt1 /mnt2 rw,noatime master:1 - ext3 "
			  "/dev/root rw,errors=continue\n", &mount));
	assert_int_equal(major(mount.device), 98);
	assert_int_equal(minor(mount.device), 3);
	assert_string_equal(mount.target, "/mnt2");
	assert_string_equal(mount.type, "ext3");
	assert_string_equal(mount.source, "/dev/root");
	/* No optional fields, and a minor number beyond eight bits. */
	assert_true(parse("1 1 259:123456 / / rw - ext4 /dev/nvme0n1p1 rw",
			  &mount));
	assert_int_equal(major(mount.device), 259);
	assert_int_equal(minor(mount.device), 123456);
	assert_string_equal(mount.target, "/");
	assert_string_equal(mount.type, "ext4");
	assert_string_equal(mount.source, "/dev/nvme0n1p1");
	/* An old or a cut one: what is there counts. */
	assert_true(parse("1 1 8:1 / /mnt", &mount));
	assert_string_equal(mount.target, "/mnt");
	assert_string_equal(mount.type, "");
	assert_string_equal(mount.source, "");
}

static void test_escapes(void **state)
{
	struct e4_mount mount;

	(void)state;
	assert_true(parse("36 35 8:1 /with\\040space /a\\040b\\011c\\012d"
			  "\\134e\\134040 rw - ext4 /dev/sda1 rw\n", &mount));
	assert_string_equal(mount.target, "/a b\tc\nd\\e\\040");
	/* A backslash that is no escape stays. */
	assert_true(parse("36 35 8:1 / /x\\9\\04 rw - ext4 /dev/sda1 rw\n",
			  &mount));
	assert_string_equal(mount.target, "/x\\9\\04");
}

static void test_refused(void **state)
{
	static const char *const lines[] = {
		"", "\n", "36", "36 35", "36 35 8:1", "36 35 8:1 /",
		"36 35 8:1 / ", "36 35 8:1 / \n", "36 35 8 / /mnt rw",
		"x 35 8:1 / /mnt rw", "tmpfs /tmp tmpfs rw 0 0",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct e4_mount mount = { 4711, "untouched", "", "" };

		assert_false(parse(lines[i], &mount));
		assert_int_equal(mount.device, 4711);
		assert_string_equal(mount.target, "untouched");
	}
}

struct count {
	unsigned int mounts;
	unsigned int most;
};

static bool count_mount(void *context, const struct e4_mount *mount)
{
	struct count *count = context;

	assert_int_equal(*mount->target, '/');
	count->mounts++;
	return count->mounts < count->most;
}

/* The table of this very process; it ends when it is told to. */
static void test_table(void **state)
{
	struct count all = { 0, 1000000 };
	struct count one = { 0, 1 };

	(void)state;
	e4_mounts_each(count_mount, &all);
	assert_int_not_equal(all.mounts, 0);
	e4_mounts_each(count_mount, &one);
	assert_int_equal(one.mounts, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_line),
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
