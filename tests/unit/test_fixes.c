// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_fixes.c --- a message and a kernel's version: is it a known fault?
 */
#include "config.h"

#include <string.h>

#include "ext4bm.h"
#include "unit.h"

#define MISSING EXT4BM_FIX_MISSING
#define PRESENT EXT4BM_FIX_PRESENT
#define UNKNOWN EXT4BM_FIX_UNKNOWN
#define NOT_NEEDED EXT4BM_FIX_NOT_NEEDED

static const struct ext4bm_kernel_fix *find(enum ext4bm_klog_kind kind,
					    const char *name)
{
	const struct ext4bm_kernel_fix *fix;

	for (unsigned int i = 0; (fix = ext4bm_klog_fix(kind, i)); i++)
		if (strcmp(fix->name, name) == 0)
			return fix;
	return NULL;
}

static void migration(void **state)
{
	static const struct {
		const char *banner;
		enum ext4bm_fix_state state;
	} cases[] = {
		{ "6.6.130", PRESENT }, { "6.6.129", MISSING },
		{ "6.12.75", PRESENT }, { "6.12.74", MISSING },
		{ "6.12.74+deb12-cloud-amd64 (debian-kernel@lists.debian.org)",
		  MISSING },
		{ "6.12.85+deb12-cloud-amd64", PRESENT },
		{ "6.18.13", MISSING }, { "6.18.14", PRESENT },
		{ "6.18.44-fc-v669 #1 SMP PREEMPT_DYNAMIC @0", PRESENT },
		{ "6.19.3", MISSING }, { "6.19.4", PRESENT },
		{ "6.19.0", MISSING }, { "6.19-rc3", MISSING },
		{ "7.0", PRESENT }, { "7.0.0", PRESENT }, { "7.1.3", PRESENT },
		{ "8.3.0", PRESENT },
		/* lines that ended before there was a fix */
		{ "6.7.12", MISSING }, { "6.11.11", MISSING },
		{ "6.17.9", MISSING },
		/* moves the mapping over before it copies */
		{ "6.1.76", NOT_NEEDED }, { "6.1.192", NOT_NEEDED },
		/* of these nothing is known */
		{ "6.2.16", UNKNOWN }, { "6.5.13", UNKNOWN },
		{ "5.15.148", UNKNOWN }, { "4.9.45", UNKNOWN },
		/* numbers of distributions */
		{ "6.8.0-45-generic (buildd@lcy02) #45-Ubuntu SMP", UNKNOWN },
		{ "6.12.0-55.9.1.el10_0.x86_64", UNKNOWN },
		{ "5.14.0-427.13.1.el9_4.x86_64", UNKNOWN },
		{ "6.4.0-150600.23.25-default", UNKNOWN },
		{ "6.12.9-150700.1-default", UNKNOWN },
		{ "6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12) "
		  "#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)",
		  NOT_NEEDED },
		{ "6.1.0-18-amd64", UNKNOWN },
		{ "6.12.7-200.fc41.x86_64", MISSING },
		/* no versions */
		{ "", UNKNOWN }, { NULL, UNKNOWN }, { "6", UNKNOWN },
		{ "6.", UNKNOWN }, { ".12.1", UNKNOWN }, { "x.y.z", UNKNOWN },
		{ "6.12.", UNKNOWN }, { "6.999999999999.1", UNKNOWN },
		{ "6.12.99999999999999", UNKNOWN },
	};
	const struct ext4bm_kernel_fix *fix =
		find(EXT4BM_KLOG_SCAN_ABOVE, "CVE-2026-45942");

	(void)state;
	assert_non_null(fix);
	assert_string_equal(fix->fixed,
			    "6.6.130, 6.12.75, 6.18.14, 6.19.4 and later");
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *reason = NULL;

		if (ext4bm_fix_judge(fix, cases[i].banner, &reason) !=
		    cases[i].state)
			fail_msg("%s: not %s", cases[i].banner,
				 ext4bm_fix_state_name(cases[i].state));
		assert_non_null(reason);
		ext4bm_fix_judge(fix, cases[i].banner, NULL);
	}
}

static void double_check(void **state)
{
	const struct ext4bm_kernel_fix *fix =
		ext4bm_klog_fix(EXT4BM_KLOG_COPY_DIFFERS, 0);

	(void)state;
	assert_non_null(fix);
	assert_null(ext4bm_klog_fix(EXT4BM_KLOG_COPY_DIFFERS, 1));
	assert_int_equal(ext4bm_fix_judge(fix, "6.1.192", NULL), PRESENT);
	assert_int_equal(ext4bm_fix_judge(fix, "6.1.191", NULL), UNKNOWN);
	assert_int_equal(ext4bm_fix_judge(fix, "6.6.200", NULL), UNKNOWN);
	assert_int_equal(ext4bm_fix_judge(fix, "6.12.94", NULL), PRESENT);
	assert_int_equal(ext4bm_fix_judge(fix, "7.0.9", NULL), UNKNOWN);
	assert_int_equal(ext4bm_fix_judge(fix, "7.1.3", NULL), PRESENT);
	assert_int_equal(ext4bm_fix_judge(fix, "7.2.0", NULL), PRESENT);
}

static void kinds(void **state)
{
	(void)state;
	assert_non_null(find(EXT4BM_KLOG_DOUBLE_FREE, "CVE-2024-26704"));
	assert_non_null(find(EXT4BM_KLOG_DOUBLE_FREE, "CVE-2026-45942"));
	assert_non_null(find(EXT4BM_KLOG_BUDDY_MISMATCH,
			     "commit 2331fd4a4986"));
	assert_null(find(EXT4BM_KLOG_BITMAP_CHECKSUM, "CVE-2026-45942"));
	/* What accuses nothing has no fault behind it. */
	for (int kind = 0; kind < EXT4BM_KLOG_NR_KINDS; kind++)
		if (!ext4bm_klog_catalogue(kind)->accuses)
			assert_null(ext4bm_klog_fix(kind, 0));
	assert_int_equal(ext4bm_fix_judge(
		find(EXT4BM_KLOG_DOUBLE_FREE, "CVE-2024-26704"), "6.12.75",
		NULL), UNKNOWN);
	assert_string_equal(ext4bm_fix_state_name(NOT_NEEDED), "not-needed");
	assert_null(ext4bm_fix_state_name(4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(migration),
		cmocka_unit_test(double_check),
		cmocka_unit_test(kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
