// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_record.c --- errors that the kernel remembers
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "record.h"
#include "unit.h"

/* Files of /sys/fs/ext4/DEV; a kernel may show fewer. */
struct file {
	const char *name;
	const char *line;
};

static int attribute(void *context, const char *name, char *buf, size_t size)
{
	for (const struct file *file = context; file->name; file++)
		if (strcmp(file->name, name) == 0) {
			snprintf(buf, size, "%s", file->line);
			return 0;
		}
	return -ENOENT;
}

static const struct e4_source_ops ops = { .attribute = attribute };

struct result {
	struct ext4bm_kernel_record record;
	struct e4_findings findings;
};

static void look(const struct file *files, int64_t before,
		 struct result *result)
{
	struct e4_source source = {
		.ops = &ops, .context = (void *)(uintptr_t)files,
	};

	memset(&result->findings, 0, sizeof(result->findings));
	memset(&result->record, 0x55, sizeof(result->record));
	e4_record_add(&source, before, &result->record, &result->findings);
}

static void nothing(void **state)
{
	static const struct file none[] = { { "errors_count", "0" }, { 0 } };
	static const struct file hidden[] = { { 0 } };
	struct result result;

	(void)state;
	look(none, 0, &result);
	assert_int_equal(result.findings.nr, 0);
	assert_int_equal(result.record.errors, 0);
	look(hidden, -1, &result);
	assert_int_equal(result.findings.nr, 0);
	assert_int_equal(result.record.errors, 0);
	assert_int_equal(e4_record_count(&(struct e4_source){
		.ops = &ops,
		.context = (void *)(uintptr_t)hidden }), -1);
}

static void record(void **state)
{
	static const struct file files[] = {
		{ "errors_count", "7" },
		{ "first_error_time", "1767323045" },
		{ "first_error_func", "ext4_lookup" },
		{ "first_error_line", "1785" },
		{ "first_error_ino", "12" },
		{ "first_error_block", "0" },
		{ "first_error_errcode", "2" },
		{ "last_error_time", "1795345413" },
		{ "last_error_func", "ext4_mb_generate_buddy" },
		{ "last_error_line", "1290" },
		{ "last_error_ino", "0" },
		{ "last_error_block", "18446744073709551615" },
		{ "last_error_errcode", "5" },
		{ 0 },
	};
	const struct ext4bm_finding *finding;
	struct result result;

	(void)state;
	look(files, 4, &result);
	assert_int_equal(result.record.errors, 7);
	assert_int_equal(result.record.during, 3);
	assert_int_equal(result.record.first.time, 1767323045);
	assert_string_equal(result.record.first.function, "ext4_lookup");
	assert_int_equal(result.record.first.line, 1785);
	assert_int_equal(result.record.first.inode, 12);
	assert_int_equal(result.record.first.block, 0);
	assert_int_equal(result.record.first.error, 2);
	assert_int_equal(result.record.last.time, 1795345413);
	assert_string_equal(result.record.last.function,
			    "ext4_mb_generate_buddy");
	assert_true(result.record.last.block == UINT64_MAX);
	assert_int_equal(result.record.last.error, 5);
	assert_int_equal(result.findings.nr, 1);
	finding = &result.findings.list[0];
	assert_int_equal(finding->code, EXT4BM_KERNEL_ERROR_RECORD);
	assert_int_equal(finding->group, EXT4BM_NO_GROUP);
	assert_int_equal(finding->stored, 7);
	assert_int_equal(finding->counted, 3);
	e4_findings_free(&result.findings);
}

/* The name comes from the superblock, and a terminal will get it. */
static void odd_function(void **state)
{
	static const struct file files[] = {
		{ "errors_count", "1" },
		{ "first_error_func", "ext4_\033[2Jfsck \302\233\177" },
		{ "last_error_func", "\n" },
		{ 0 },
	};
	struct result result;

	(void)state;
	look(files, 0, &result);
	assert_string_equal(result.record.first.function,
			    "ext4_?[2Jfsck????");
	assert_string_equal(result.record.last.function, "?");
	e4_findings_free(&result.findings);
}

/* What an older kernel does not show is not known, and that is no failure. */
static void old_kernel(void **state)
{
	static const struct file files[] = { { "errors_count", "1" }, { 0 } };
	struct result result;

	(void)state;
	/* an e2fsck of the mounted filesystem took the count back */
	look(files, 5, &result);
	assert_int_equal(result.record.errors, 1);
	assert_int_equal(result.record.during, 0);
	assert_string_equal(result.record.last.function, "");
	assert_int_equal(result.record.last.error, 0);
	e4_findings_free(&result.findings);
	/* how many there were before is not known */
	look(files, -1, &result);
	assert_int_equal(result.record.during, 0);
	e4_findings_free(&result.findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),
		cmocka_unit_test(record),
		cmocka_unit_test(odd_function),
		cmocka_unit_test(old_kernel),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
