// SPDX-License-Identifier: LGPL-2.0-only
/*
 * fixes.c --- known faults of kernels, and which releases mend them
 *
 * Pure. One table of faults with the messages they lead to, and one of the
 * lines of kernel.org in which a fix was released. The version is only a
 * hint: distributions carry fixes back without changing the number that they
 * count by, and such numbers are not judged.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "ext4bm.h"
#include "text.h"

#define KIND(kind) (UINT64_C(1) << (EXT4BM_KLOG_ ## kind))
_Static_assert(EXT4BM_KLOG_NR_KINDS <= 64, "kinds must fit a word");

/*
 * What is known of one line of kernels.
 * @patch:	first release of the line that has the fix, 0 for none
 * @state:	of the releases before it
 * @later:	of that release and all later ones; without @patch of all
 */
struct line {
	unsigned int major;
	unsigned int minor;
	unsigned int patch;
	enum ext4bm_fix_state before;
	enum ext4bm_fix_state later;
};

#define MAX_LINES 6

/*
 * @kinds:	messages that the fault can lead to
 * @lines:	lines that are known, in order
 * @since:	first line of which something is known; what lies between
 *		the known ones from there on has no release with the fix
 */
struct fault {
	struct ext4bm_kernel_fix fix;
	uint64_t kinds;
	unsigned int nr_lines;
	struct line lines[MAX_LINES];
	struct line since;
};

#define MISSING EXT4BM_FIX_MISSING
#define PRESENT EXT4BM_FIX_PRESENT
#define UNKNOWN EXT4BM_FIX_UNKNOWN
#define NOT_NEEDED EXT4BM_FIX_NOT_NEEDED

static const struct fault faults[] = {
	{
		.fix = {
			.name = "CVE-2026-45942",
			.commit = "bdc56a9c46b2",
			.summary = "page migration can lose an update of the "
				"allocator's bitmap",
			.fixed = E4_FIXED_IN,
		},
		.kinds = KIND(SCAN_ABOVE) | KIND(SCAN_EMPTY) |
			KIND(ORDER_EMPTY) | KIND(EXTENT_PAST_END) |
			KIND(DOUBLE_FREE),
		.nr_lines = 6,
		.lines = {
			{ 6, 1, 0, NOT_NEEDED, NOT_NEEDED },
			{ 6, 6, 130, MISSING, PRESENT },
			{ 6, 12, 75, MISSING, PRESENT },
			{ 6, 18, 14, MISSING, PRESENT },
			{ 6, 19, 4, MISSING, PRESENT },
			{ 7, 0, 0, PRESENT, PRESENT },
		},
		.since = { 6, 6, 0, MISSING, MISSING },
	}, {
		.fix = {
			.name = "CVE-2024-26704",
			.commit = "55583e899a53",
			.summary = "exchanging extents (e4defrag) can free "
				"blocks twice",
		},
		.kinds = KIND(DOUBLE_FREE) | KIND(FREED_TWICE),
	}, {
		.fix = {
			.name = "commit 2331fd4a4986",
			.commit = "2331fd4a4986",
			.summary = "after a double free, the allocator's free "
				"count and number of fragments no longer fit "
				"its bitmap",
		},
		.kinds = KIND(BUDDY_MISMATCH) | KIND(SCAN_ABOVE) |
			KIND(SCAN_EMPTY) | KIND(DOUBLE_FREE),
	}, {
		.fix = {
			.name = "DOUBLE_CHECK without the lock",
			.summary = "the debugging copy is compared while "
				"others allocate: a false alarm",
			.fixed = "6.1.192, 6.12.94, 7.1.3 and later",
		},
		.kinds = KIND(COPY_DIFFERS),
		.nr_lines = 3,
		.lines = {
			{ 6, 1, 192, UNKNOWN, PRESENT },
			{ 6, 12, 94, UNKNOWN, PRESENT },
			{ 7, 1, 3, UNKNOWN, PRESENT },
		},
		.since = { 99, 0, 0, UNKNOWN, UNKNOWN },
	},
};

#define NR_FAULTS (sizeof(faults) / sizeof(*faults))

struct version {
	unsigned int major;
	unsigned int minor;
	unsigned int patch;
	bool own_count;
};

const struct ext4bm_kernel_fix *ext4bm_klog_fix(enum ext4bm_klog_kind kind,
						unsigned int number)
{
	for (size_t i = 0; i < NR_FAULTS; i++)
		if (faults[i].kinds >> kind & 1 && number-- == 0)
			return &faults[i].fix;
	return NULL;
}

const char *ext4bm_fix_state_name(enum ext4bm_fix_state state)
{
	static const char *const names[] = {
		[EXT4BM_FIX_UNKNOWN] = "unknown",
		[EXT4BM_FIX_MISSING] = "missing",
		[EXT4BM_FIX_PRESENT] = "present",
		[EXT4BM_FIX_NOT_NEEDED] = "not-needed",
	};

	return state <= EXT4BM_FIX_NOT_NEEDED ? names[state] : NULL;
}

/* A part of a version, of at most five digits. */
static bool take_part(const char **at, unsigned int *ret_part)
{
	int digits = 0;

	*ret_part = 0;
	for (; isdigit((unsigned char)**at) && digits < 6; digits++)
		*ret_part = *ret_part * 10 + (unsigned int)(*(*at)++ - '0');
	return digits > 0 && digits < 6;
}

static bool take_version(const char *at, struct version *version)
{
	*version = (struct version){ 0 };
	if (!take_part(&at, &version->major) || *at++ != '.' ||
	    !take_part(&at, &version->minor))
		return false;
	if (*at == '.') {
		at++;
		if (!take_part(&at, &version->patch))
			return false;
	}
	/*
	 * "6.8.0-45-generic", "5.14.0-427.el9", "5.3.18-150300.59": what
	 * counts there is behind the dash.
	 */
	if (*at == '-' && isdigit((unsigned char)at[1]))
		version->own_count = version->patch == 0 ||
				     strspn(at + 1, "0123456789") >= 6;
	version->own_count |= strstr(at, ".el") != NULL;
	return true;
}

/* Debian writes the version that it is made from into the banner. */
static bool find_version(const char *banner, struct version *version)
{
	const char *debian = strstr(banner, " Debian ");

	if (debian && take_version(debian + 8, version)) {
		version->own_count = false;
		return true;
	}
	return take_version(banner, version);
}

static int compare_lines(const struct line *line,
			 const struct version *version)
{
	if (line->major != version->major)
		return line->major < version->major ? -1 : 1;
	return (line->minor > version->minor) - (line->minor < version->minor);
}

static enum ext4bm_fix_state judge(const struct fault *fault,
				   const struct version *version)
{
	const struct line *last = NULL;

	for (unsigned int i = 0; i < fault->nr_lines; i++) {
		const struct line *line = &fault->lines[i];
		int order = compare_lines(line, version);

		if (order == 0)
			return version->patch >= line->patch ? line->later
							     : line->before;
		if (order < 0)
			last = line;
	}
	if (!last)
		return EXT4BM_FIX_UNKNOWN;
	/* A line that began after the fix was made has it. */
	if (last == &fault->lines[fault->nr_lines - 1])
		return last->later;
	return compare_lines(&fault->since, version) <= 0 ?
	       fault->since.before : EXT4BM_FIX_UNKNOWN;
}

static const struct fault *fault_of(const struct ext4bm_kernel_fix *fix)
{
	for (size_t i = 0; i < NR_FAULTS; i++)
		if (&faults[i].fix == fix)
			return &faults[i];
	return NULL;
}

enum ext4bm_fix_state ext4bm_fix_judge(const struct ext4bm_kernel_fix *fix,
				       const char *banner,
				       const char **ret_reason)
{
	static const char *const reasons[] = {
		[EXT4BM_FIX_UNKNOWN] =
			"whether this kernel has the fix is not known here",
		[EXT4BM_FIX_MISSING] = "this kernel does not have the fix",
		[EXT4BM_FIX_PRESENT] = "this kernel has the fix",
		[EXT4BM_FIX_NOT_NEEDED] =
			"this kernel is not exposed to it",
	};
	const struct fault *fault = fault_of(fix);
	enum ext4bm_fix_state state = EXT4BM_FIX_UNKNOWN;
	struct version version = { 0 };
	const char *reason;

	if (!banner || !*banner || !find_version(banner, &version)) {
		reason = "the log does not say which kernel it was";
	} else if (version.own_count) {
		reason = "the distribution counts its kernels in its own way: "
			 "look into the changelog of the package";
	} else {
		state = fault ? judge(fault, &version) : EXT4BM_FIX_UNKNOWN;
		reason = reasons[state];
	}
	if (ret_reason)
		*ret_reason = reason;
	return state;
}
