// SPDX-License-Identifier: GPL-2.0-only
/*
 * sandbox.c --- what the kernel refuses this program
 *
 * A check reads, computes and prints. A filter of system calls holds it to
 * that, should an image that somebody made for it get further than it may:
 * no file is opened for writing or written at a place, none is made, removed
 * or renamed, no program started, no connection made, no device asked for more
 * than its size. Options that need more get that, and no more.
 *
 * What is refused fails with EPERM, so that a check that comes to it ends with
 * a message and not in the middle. What is newer than Linux 5.0 is not there
 * (ENOSYS): a C library that knows it also knows how to do without.
 *
 * The filter sees numbers, not what pointers point to: it cannot tell one file
 * name from another.
 */
#include "config.h"

#include <stdio.h>

#include "complain.h"
#include "sandbox.h"

#ifdef HAVE_SECCOMP

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <asm/termbits.h>
#include <linux/blkzoned.h>
#include <linux/cdrom.h>
#include <linux/fd.h>
#include <linux/fs.h>
#include <linux/fsmap.h>

/*
 * System calls have the same numbers on all processors since this one, which
 * came with Linux 5.1. There is room for some more than there are.
 */
#define FIRST_NEW "pidfd_send_signal"
#define NR_NEW 96

/* Kernel and C library have names of their own for its bits. */
#define TMPFILE (O_TMPFILE & ~O_DIRECTORY)
#define WRITES (O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | TMPFILE)

/* A process or a namespace of its own, of any kind. */
#define NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | \
		    CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

/* Of clone(), which is different there. */
#ifdef __s390__
#define CLONE_FLAGS 1
#else
#define CLONE_FLAGS 0
#endif

/* The kernel looks at so much of an argument that is an int. */
#define INT 0xffffffffU

/* Ends a list of commands, of which one is 0. */
#define END 0xffffffffU

/* The filter is asked about these first. */
static const char *const frequent[] = {
	"futex", "futex_time64", "lseek", "pread64", "read", NULL
};

/*
 * Processors have different ones of them, and what a C library makes of a
 * function differs as well.
 */
static const char *const harmless[] = {
	"_llseek", "access", "arm_fadvise64_64", "brk", "clock_getres",
	"clock_getres_time64", "clock_gettime", "clock_gettime64",
	"clock_nanosleep", "clock_nanosleep_time64", "close", "close_range",
	"dup", "exit", "exit_group", "faccessat", "faccessat2", "fadvise64",
	"fadvise64_64", "fstat", "fstat64", "fstatat64", "fstatfs",
	"fstatfs64", "futex_waitv", "getcpu", "getcwd", "getdents",
	"getdents64", "getegid", "getegid32", "geteuid", "geteuid32", "getgid",
	"getgid32", "getpid", "getppid", "getrandom", "getrlimit", "getrusage",
	"gettid", "gettimeofday", "getuid", "getuid32", "lstat", "lstat64",
	"madvise", "membarrier", "mmap", "mmap2", "mprotect", "mremap",
	"munmap", "nanosleep", "newfstatat", "poll", "ppoll", "ppoll_time64",
	"preadv", "preadv2", "readlink", "readlinkat", "readv",
	"restart_syscall", "rseq", "rt_sigaction", "rt_sigpending",
	"rt_sigprocmask", "rt_sigreturn", "sched_getaffinity", "sched_yield",
	"set_robust_list", "set_tid_address", "sigaltstack", "sigreturn",
	"stat", "stat64", "statfs", "statfs64", "statx", "sysinfo", "time",
	"times", "ugetrlimit", "uname", "write", "writev", NULL
};

/*
 * Files without a name or in memory, and such as --capture makes: their
 * contents. Nothing that existed before can be opened for writing.
 */
static const char *const spool[] = {
	"ftruncate", "ftruncate64", "memfd_create", "pwrite64", NULL
};

/* The bundle gets its name when it is complete. */
static const char *const publish[] = {
	"fsync", "rename", "renameat", "renameat2", "unlink", "unlinkat", NULL
};

/* Of freeze.c, for the process that thaws. */
static const char *const keeper[] = {
	"chdir", "fork", "mlockall", "recv", "recvfrom", "send", "sendto",
	"setsid", "syncfs", "wait4", "waitpid", NULL
};

static const unsigned int file_commands[] = {
	F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_SETFD, F_SETFL, END
};

/* What a device, a file system or a terminal is asked. */
static const unsigned int questions[] = {
	BLKALIGNOFF, BLKBSZGET, BLKGETSIZE, BLKGETSIZE64, BLKGETZONESZ,
	BLKIOMIN, BLKIOOPT, BLKPBSZGET, BLKROGET, BLKSSZGET,
	CDROM_DRIVE_STATUS, CDROM_GET_CAPABILITY, CDROM_LAST_WRITTEN,
	FDGETFDCSTAT, FIONREAD, FS_IOC_GETFSMAP, TCGETS,
#ifdef BLKGETDISKSEQ
	BLKGETDISKSEQ,
#endif
#ifdef TCGETS2
	TCGETS2,
#endif
	TIOCGWINSZ, END
};

static const unsigned int freezing[] = { FIFREEZE, FITHAW, END };

/*
 * @ctx:	of libseccomp
 * @first:	number of FIRST_NEW
 * @known:	those from there on that are allowed
 * @error:	the first thing that went wrong, negative errno
 */
struct filter {
	scmp_filter_ctx ctx;
	int first;
	bool known[NR_NEW];
	int error;
};

static void note(struct filter *filter, int ret)
{
	if (ret < 0 && !filter->error)
		filter->error = ret;
}

/*
 * Return: false if the library does not know it. What it knows of another
 * processor has a number below 0, with which it can deal.
 */
static bool find(struct filter *filter, const char *name, int *ret_nr)
{
	int nr = seccomp_syscall_resolve_name(name);

	if (nr >= filter->first && nr < filter->first + NR_NEW)
		filter->known[nr - filter->first] = true;
	*ret_nr = nr;
	return nr != __NR_SCMP_ERROR;
}

static void allow(struct filter *filter, const char *const names[])
{
	int nr;

	for (; *names; names++)
		if (find(filter, *names, &nr))
			note(filter, seccomp_rule_add(filter->ctx,
						      SCMP_ACT_ALLOW, nr, 0));
}

/* Only if these bits of an argument are so. */
static void allow_if(struct filter *filter, const char *name, unsigned int arg,
		     uint64_t mask, uint64_t value)
{
	struct scmp_arg_cmp so = SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, mask, value);
	int nr;

	if (find(filter, name, &nr))
		note(filter, seccomp_rule_add(filter->ctx, SCMP_ACT_ALLOW, nr,
					      1, so));
}

static void allow_commands(struct filter *filter, const char *name,
			   const unsigned int commands[])
{
	for (; *commands != END; commands++)
		allow_if(filter, name, 1, INT, *commands);
}

static void allow_open(struct filter *filter, uint64_t mask, uint64_t value)
{
	allow_if(filter, "open", 1, mask, value);
	allow_if(filter, "openat", 2, mask, value);
}

/* A signal to oneself, to end as the C library wants a program to. */
static void allow_signal(struct filter *filter)
{
	uint64_t self = (uint64_t)getpid();

	allow_if(filter, "kill", 0, INT, self);
	allow_if(filter, "tgkill", 0, INT, self);
}

static void allow_check(struct filter *filter)
{
	allow(filter, frequent);
	allow(filter, harmless);
	allow_open(filter, WRITES, O_RDONLY);
	allow_if(filter, "clone", CLONE_FLAGS, CLONE_THREAD | NAMESPACES,
		 CLONE_THREAD);
	allow_commands(filter, "fcntl", file_commands);
	allow_commands(filter, "fcntl64", file_commands);
	allow_commands(filter, "ioctl", questions);
	/* What the limits are, and not that they be others. */
	allow_if(filter, "prlimit64", 2, UINT64_MAX, 0);
	allow_if(filter, "prctl", 0, INT, PR_GET_DUMPABLE);
	allow_if(filter, "prctl", 0, INT, PR_SET_NAME);
	allow_signal(filter);
}

static void allow_spool(struct filter *filter)
{
	allow(filter, spool);
	/* O_EXCL: it never gets a name. */
	allow_open(filter, (WRITES | O_EXCL) & ~O_ACCMODE, TMPFILE | O_EXCL);
}

static void allow_capture(struct filter *filter)
{
	allow_spool(filter);
	allow(filter, publish);
	/* O_EXCL: it did not exist. */
	allow_open(filter, (WRITES | O_EXCL) & ~O_ACCMODE, O_CREAT | O_EXCL);
}

static void allow_freeze(struct filter *filter)
{
	allow(filter, keeper);
	allow_if(filter, "clone", CLONE_FLAGS,
		 CLONE_THREAD | CLONE_VM | NAMESPACES, 0);
	allow_if(filter, "socketpair", 0, INT, AF_UNIX);
	allow_commands(filter, "ioctl", freezing);
}

/* Reports, and nothing that anybody would have to wait for an answer to. */
static void allow_watch(struct filter *filter)
{
	allow_if(filter, "fanotify_init", 0, INT,
		 FAN_CLASS_NOTIF | FAN_REPORT_FID | FAN_CLOEXEC |
		 FAN_NONBLOCK);
	allow_if(filter, "fanotify_mark", 1, INT,
		 FAN_MARK_ADD | FAN_MARK_FILESYSTEM);
}

static void hide_new(struct filter *filter)
{
	for (int i = 0; i < NR_NEW; i++)
		if (!filter->known[i])
			note(filter, seccomp_rule_add(filter->ctx,
						      SCMP_ACT_ERRNO(ENOSYS),
						      filter->first + i, 0));
}

static void set_up(struct filter *filter)
{
	scmp_filter_ctx ctx = filter->ctx;
	int nr;

	/* The library would end the program. */
	note(filter, seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH,
				      SCMP_ACT_ERRNO(EPERM)));
	note(filter, seccomp_attr_set(ctx, SCMP_FLTATR_API_SYSRAWRC, 1));
	/* There are no secrets in here that would be worth slower branches. */
	seccomp_attr_set(ctx, SCMP_FLTATR_CTL_SSB, 1);
	/* There are no threads yet; libraries could have started one. */
	seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
	for (const char *const *name = frequent; *name; name++)
		if (find(filter, *name, &nr))
			seccomp_syscall_priority(ctx, nr, 255);
}

static int enter(const struct options *options)
{
	struct filter filter = {
		.ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM)),
		.first = seccomp_syscall_resolve_name(FIRST_NEW),
	};

	if (!filter.ctx)
		return -ENOMEM;
	set_up(&filter);
	allow_check(&filter);
	if (options->capture)
		allow_capture(&filter);
	else if (options->action == ACTION_REPLAY)
		allow_spool(&filter);
	if (options->freeze)
		allow_freeze(&filter);
	if (options->watch)
		allow_watch(&filter);
	hide_new(&filter);
	if (!filter.error)
		filter.error = seccomp_load(filter.ctx);
	seccomp_release(filter.ctx);
	return filter.error;
}

static const char *try_to(const struct options *options)
{
	int ret = enter(options);

	return ret < 0 ? strerror(-ret) : NULL;
}

const char *sandbox_version(void)
{
	const struct scmp_version *version = seccomp_version();
	static char text[48];

	snprintf(text, sizeof(text), "libseccomp %u.%u.%u", version->major,
		 version->minor, version->micro);
	return text;
}

#else

static const char *try_to(const struct options *options)
{
	(void)options;
	return "this program was built without it";
}

const char *sandbox_version(void)
{
	return "none";
}

#endif

void sandbox_enter(const struct options *options)
{
	const char *reason = options->no_sandbox ? "--no-sandbox"
						 : try_to(options);

	if (reason && options->verbose)
		fprintf(stderr, "%s: no sandbox: %s\n", program_name, reason);
}
