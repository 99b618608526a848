// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_klogfold.c --- whole logs: repetitions, mounts, boots, several devices
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ext4bm.h"
#include "unit.h"

#define SCAN(device, group) \
	"EXT4-fs error (device " device "): ext4_mb_complex_scan_group:2508: " \
	"group " group ", 8179 free clusters as per group info. But got 8192 " \
	"blocks"
#define UUID_A "aa10bbb7-1dd1-4c6d-9e04-52a3074dcc3d"
#define UUID_B "bb10bbb7-1dd1-4c6d-9e04-52a3074dcc3d"

static struct ext4bm_klog *make(const char *const *lines, size_t nr)
{
	struct ext4bm_klog *log = ext4bm_klog_new();

	assert_non_null(log);
	for (size_t i = 0; i < nr; i++)
		assert_int_equal(ext4bm_klog_add(log, lines[i]), 0);
	return log;
}

#define MAKE(lines) make(lines, ARRAY_SIZE(lines))

static void repetitions(void **state)
{
	static const char *const lines[] = {
		"[    1.000001] " SCAN("sda2", "350"),
		"[    2.000000] something else",
		"[    3.000003] " SCAN("sda2", "351"),
		"[    4.000004] " SCAN("sda2", "350"),
		"[    5.000005] " SCAN("sdb1", "350"),
		"[    6.000006] " SCAN("sda2", "350"),
		"[    7.000007] EXT4-fs (sda2): re-mounted. Opts: (null)",
		"[    8.000008] EXT4-fs error: 41 callbacks suppressed",
	};
	struct ext4bm_klog *log = MAKE(lines);
	const struct ext4bm_klog_info *info = ext4bm_klog_info(log);

	(void)state;
	assert_int_equal(info->lines, 8);
	assert_int_equal(info->messages, 6);
	assert_int_equal(info->others, 1);
	assert_int_equal(info->dropped, 0);
	assert_int_equal(info->nr_items, 4);
	assert_int_equal(info->items[0]->message.group, 350);
	assert_int_equal(info->items[0]->count, 3);
	assert_string_equal(info->items[0]->message.when, "1.000001");
	assert_string_equal(info->items[0]->last, "6.000006");
	assert_int_equal(info->items[1]->message.group, 351);
	assert_string_equal(info->items[2]->message.device, "sdb1");
	assert_int_equal(info->items[2]->count, 1);
	assert_string_equal(info->items[2]->last, "5.000005");
	assert_int_equal(info->nr_devices, 3);
	assert_string_equal(info->devices[0].name, "sda2");
	assert_int_equal(info->devices[0].items, 2);
	assert_int_equal(info->devices[0].accused, 2);
	assert_string_equal(info->devices[2].name, "");
	assert_int_equal(info->devices[2].accused, 0);
	assert_string_equal(info->kernel, "");
	ext4bm_klog_only(log, "sda2");
	info = ext4bm_klog_info(log);
	assert_int_equal(info->nr_items, 3);
	assert_string_equal(info->items[2]->message.device, "");
	/* what was forgotten is new again, what was kept is not */
	ext4bm_klog_add(log, lines[0]);
	ext4bm_klog_add(log, lines[4]);
	info = ext4bm_klog_info(log);
	assert_int_equal(info->nr_items, 4);
	assert_int_equal(info->items[0]->count, 4);
	ext4bm_klog_free(log);
}

/* A mount, of this device alone, and a boot, of all: another item. */
static void eras(void **state)
{
	static const char *const lines[] = {
		"Linux version 6.12.74 (a)",
		"EXT4-fs (sda2): mounted filesystem " UUID_A " r/w with "
		"ordered data mode.",
		SCAN("sda2", "350"), SCAN("sdb1", "7"),
		"EXT4-fs (sda2): re-mounted " UUID_A " ro.",
		SCAN("sda2", "350"),
		"EXT4-fs (sda2): unmounting filesystem " UUID_A ".",
		"EXT4-fs (sda2): mounted filesystem " UUID_B " r/w with "
		"ordered data mode.",
		SCAN("sda2", "350"),
	};
	static const char *const boot[] = {
		"Linux version 6.12.85 (b)", SCAN("sdb1", "7"),
	};
	struct ext4bm_klog *log = MAKE(lines);
	const struct ext4bm_klog_info *info = ext4bm_klog_info(log);

	(void)state;
	assert_int_equal(info->nr_items, 3);
	assert_true(info->items[0]->earlier);
	assert_int_equal(info->items[0]->count, 2);
	assert_false(info->items[1]->earlier);
	assert_false(info->items[2]->earlier);
	assert_string_equal(info->items[0]->uuid, UUID_A);
	assert_string_equal(info->items[1]->uuid, "");
	assert_string_equal(info->items[2]->uuid, UUID_B);
	assert_string_equal(info->kernel, "6.12.74 (a)");
	for (size_t i = 0; i < ARRAY_SIZE(boot); i++)
		ext4bm_klog_add(log, boot[i]);
	info = ext4bm_klog_info(log);
	assert_int_equal(info->nr_items, 4);
	for (size_t i = 0; i < 3; i++) {
		assert_true(info->items[i]->earlier);
		assert_string_equal(info->items[i]->kernel, "6.12.74 (a)");
	}
	assert_false(info->items[3]->earlier);
	assert_string_equal(info->items[3]->kernel, "6.12.85 (b)");
	ext4bm_klog_set_earlier(log);
	info = ext4bm_klog_info(log);
	assert_true(info->items[3]->earlier);
	ext4bm_klog_free(log);
}

/* Whatever a log holds, only so many messages are kept. */
static void bounded(void **state)
{
	struct ext4bm_klog *log = ext4bm_klog_new();
	const struct ext4bm_klog_info *info;
	char line[200];

	(void)state;
	for (int i = 0; i < EXT4BM_KLOG_MOST + 500; i++) {
		snprintf(line, sizeof(line), "EXT4-fs error (device sda%d): "
			 "ext4_validate_block_bitmap:1: comm x: bg %d: bad "
			 "block bitmap checksum", i % 5000, i);
		assert_int_equal(ext4bm_klog_add(log, line), 0);
	}
	info = ext4bm_klog_info(log);
	assert_int_equal(info->messages, EXT4BM_KLOG_MOST + 500);
	assert_true(info->nr_items <= EXT4BM_KLOG_MOST);
	assert_int_equal(info->nr_items + info->dropped,
			 EXT4BM_KLOG_MOST + 500);
	assert_true(info->nr_devices < 5000);
	for (size_t i = 0; i < info->nr_items; i++)
		info->items[i]->verdict = EXT4BM_KLOG_GONE;
	/* Nobody looked at the others. */
	assert_int_equal(ext4bm_klog_exit_status(log),
			 EXT4BM_EXIT_OPERATIONAL);
	ext4bm_klog_free(log);
}

/* Kernels come and go; what they are called is kept once. */
static void many_boots(void **state)
{
	struct ext4bm_klog *log = ext4bm_klog_new();
	char line[200];

	(void)state;
	for (int i = 0; i < 2000; i++) {
		snprintf(line, sizeof(line), "[    0.000000] Linux version "
			 "6.%d.0 (gcc)", i);
		assert_int_equal(ext4bm_klog_add(log, line), 0);
	}
	assert_string_equal(ext4bm_klog_info(log)->kernel, "");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ext4bm_klog_add(log, "[    0.000000] Linux "
						 "version 6.7.0 (gcc)"), 0);
		assert_string_equal(ext4bm_klog_info(log)->kernel,
				    "6.7.0 (gcc)");
	}
	ext4bm_klog_free(log);
}

/* Like a file that went through a crash, or never ends a line. */
static void files(void **state)
{
	static const char head[] = "\0\0\0\0[    1.000001] " SCAN("sda2", "1")
		"\n";
	static const char tail[] = "[    2.000001] " SCAN("sda2", "2");
	struct ext4bm_error err = { 0 };
	struct ext4bm_klog *log = ext4bm_klog_new();
	const struct ext4bm_klog_info *info;
	FILE *file = tmpfile();

	(void)state;
	assert_non_null(file);
	fwrite(head, 1, sizeof(head) - 1, file);
	for (int i = 0; i < 100000; i++)
		fputc('x', file);
	fputc('\n', file);
	fwrite(tail, 1, sizeof(tail) - 1, file);
	rewind(file);
	assert_int_equal(ext4bm_klog_read(log, fileno(file), &err), 0);
	info = ext4bm_klog_info(log);
	assert_int_equal(info->lines, 3);
	assert_int_equal(info->nr_items, 2);
	ext4bm_klog_free(log);
	fclose(file);
}

static void formats(void **state)
{
	static const struct {
		const char *bytes;
		const char *command;
	} cases[] = {
		{ "\x1f\x8b\x08", "zcat" },
		{ "\xfd" "7zXZ", "xzcat" },
		{ "\x28\xb5\x2f\xfd", "zstdcat" },
		{ "BZh91AY", "bzcat" },
		{ "LPKSHHRH", "journalctl" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct ext4bm_klog *log = ext4bm_klog_new();
		struct ext4bm_error err = { 0 };
		FILE *file = tmpfile();

		fputs(cases[i].bytes, file);
		rewind(file);
		assert_int_equal(ext4bm_klog_read(log, fileno(file), &err),
				 -EMEDIUMTYPE);
		assert_int_equal(err.errnum, EMEDIUMTYPE);
		assert_non_null(strstr(err.text, cases[i].command));
		ext4bm_klog_free(log);
		fclose(file);
	}
}

static void failures(void **state)
{
	struct ext4bm_klog *log = ext4bm_klog_new();
	struct ext4bm_error err = { 0 };

	(void)state;
	assert_int_equal(ext4bm_klog_read(log, -1, &err), -EBADF);
	assert_int_equal(err.errnum, EBADF);
	assert_int_equal(ext4bm_klog_info(log)->lines, 0);
	assert_int_equal(ext4bm_klog_exit_status(log), 0);
	ext4bm_klog_free(log);
	ext4bm_klog_free(NULL);
}

/* Of one line: was it left unread, although it has words of the kernel? */
static void assert_unread(const char *line, bool unread)
{
	struct ext4bm_klog *log = make(&line, 1);

	assert_int_equal(ext4bm_klog_info(log)->messages, 0);
	assert_int_equal(ext4bm_klog_info(log)->unread, unread);
	assert_int_equal(ext4bm_klog_exit_status(log),
			 unread ? EXT4BM_EXIT_OPERATIONAL :
			 EXT4BM_EXIT_CLEAN);
	ext4bm_klog_free(log);
}

/* No line is passed over because nobody here knows how it begins. */
static void unread(void **state)
{
	static const char *const strange[] = {
		"nov. 22 10:20:30 db3 kernel: " SCAN("sda2", "350"),
		"11\xe6\x9c\x88 22 10:20:30 db3 kernel: " SCAN("sda2", "350"),
		"{\"MESSAGE\":\"" SCAN("sda2", "350") "\"}",
		"    MESSAGE=" SCAN("sda2", "350"),
		"\033[32m[   12.621736] \033[0m" SCAN("sda2", "350"),
		"it said: " SCAN("sda2", "350"),
		"[   12.621736] EXT4-fs error (device sda2",
		"3,4053,7,-;EXT4-fs warning (device",
		"group 350, 8179 free clusters as per group info. But got 8192 "
		"blocks",
		"> group 3, block bitmap and bg descriptor inconsistent: 1 vs "
		"2 free clusters",
	};
	static const char *const foreign[] = {
		"Mar  1 10:20:30 db3 app[77]: " SCAN("sda2", "350"),
		"Mar  1 10:20:30 db3 kernel: audit: " SCAN("sda2", "350"),
		"2024-03-01T10:20:30+0100 db3 app: " SCAN("sda2", "350"),
		"[   12.621736] systemd[1]: " SCAN("sda2", "350"),
		"<30>Mar  1 10:20:30 db3 kernel: " SCAN("sda2", "350"),
		"12,4053,7,-;" SCAN("sda2", "350"),
		"130,4053,7,-;" SCAN("sda2", "350"),
		"3,4053,7,-;audit: " SCAN("sda2", "350"),
		"group 350 of the EXT4-fs", "group 350, 12 men", "", "EXT4-fs",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(strange); i++)
		assert_unread(strange[i], true);
	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++)
		assert_unread(foreign[i], false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repetitions),
		cmocka_unit_test(eras),
		cmocka_unit_test(bounded),
		cmocka_unit_test(many_boots),
		cmocka_unit_test(files),
		cmocka_unit_test(formats),
		cmocka_unit_test(failures),
		cmocka_unit_test(unread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
