/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * intruder.c --- what somebody would do who has taken a check over; preloaded
 *
 * INTRUDER=IMAGE: when a thread of the check reads the image for the first
 * time, it tries to harm it and the folder it is in, and then reads on. A line
 * for each attempt goes to stderr: refused (EPERM), missing (ENOSYS), done, or
 * possible, which is any other error.
 *
 * In the folder are to be the files "victim" and "image".
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

ssize_t __pread_chk(int fd, void *buf, size_t size, off_t offset, size_t room);
ssize_t __pread64_chk(int fd, void *buf, size_t size, off64_t offset,
		      size_t room);

static long tell(const char *what, long ret)
{
	const char *how = ret >= 0 ? "done" :
			  errno == EPERM ? "refused" :
			  errno == ENOSYS ? "missing" : "possible";
	char line[80];
	int length = snprintf(line, sizeof(line), "%s %s\n", what, how);

	if (write(STDERR_FILENO, line, (size_t)length) < 0)
		abort();
	return ret;
}

/* A place in the folder of the image, the name of which has a slash. */
static char *in_folder(const char *image, const char *name)
{
	int folder = (int)(strrchr(image, '/') - image) + 1;
	char *path;

	if (asprintf(&path, "%.*s%s", folder, image, name) < 0)
		abort();
	return path;
}

static long open_as(const char *path, int flags)
{
	return syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0600);
}

static void try_image(int fd, const char *image)
{
	struct { uint64_t flags, mode, resolve; } how = { O_RDONLY, 0, 0 };
	long other;

	/* The boot block, which nobody reads. */
	other = tell("open-write", open_as(image, O_WRONLY));
	if (other >= 0)
		tell("write", pwrite((int)other, "intruder", 8, 0));
	tell("open-read-write", open_as(image, O_RDWR));
	tell("open-append", open_as(image, O_RDONLY | O_APPEND));
	tell("openat2", syscall(SYS_openat2, AT_FDCWD, image, &how,
				sizeof(how)));
	tell("pwrite", syscall(SYS_pwrite64, fd, "", 1, 0));
	tell("ftruncate", ftruncate(fd, 0));
	tell("fallocate", fallocate(fd, 0, 0, 1));
	tell("fsync", fsync(fd));
	tell("discard", ioctl(fd, BLKDISCARD, NULL));
	tell("flags", ioctl(fd, FS_IOC_SETFLAGS, NULL));
	tell("owner", fcntl(fd, F_SETOWN, getpid()));
	tell("chmod", fchmod(fd, 0644));
}

static void try_folder(const char *image)
{
	char *victim = in_folder(image, "victim");
	char *other = in_folder(image, "other");
	char *folder = in_folder(image, ".");

	tell("open-truncate", open_as(victim, O_RDONLY | O_TRUNC));
	tell("open-create", open_as(other, O_RDWR | O_CREAT | O_EXCL));
	unlink(other);
	tell("open-unnamed", open_as(folder, O_RDWR | O_TMPFILE));
	tell("mkdir", mkdir(other, 0700));
	rmdir(other);
	tell("link", link(victim, other));
	unlink(other);
	tell("symlink", symlink(victim, other));
	tell("rename", rename(victim, other));
	tell("unlink", unlink(other));
	free(folder);
	free(other);
	free(victim);
}

static void try_process(void)
{
	char *nobody[] = { NULL };
	struct rlimit limit;
	long child;

	child = tell("fork", syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
	if (child == 0)
		_exit(0);
	if (child > 0)
		waitpid((pid_t)child, NULL, 0);
	tell("clone3", syscall(SYS_clone3, NULL, 0));
	tell("execve", execve("/nonexistent", nobody, nobody));
	tell("kill", kill(getppid(), 0));
	tell("ptrace", ptrace(PTRACE_ATTACH, 0, NULL, NULL));
	tell("prctl", prctl(PR_SET_DUMPABLE, 1));
	getrlimit(RLIMIT_CORE, &limit);
	tell("setrlimit", setrlimit(RLIMIT_CORE, &limit));
	tell("socket", socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	tell("socketpair", socketpair(AF_UNIX, SOCK_STREAM, 0, NULL));
	tell("memfd", memfd_create("intruder", MFD_CLOEXEC));
	tell("chdir", chdir("."));
	tell("nobody-knows", syscall(SYS_pidfd_open, 0, 0));
}

static void intrude(int fd)
{
	static atomic_bool been_here;
	const char *image = getenv("INTRUDER");
	struct stat st, wanted;

	if (!image || gettid() == getpid() || stat(image, &wanted) < 0 ||
	    fstat(fd, &st) < 0 || st.st_ino != wanted.st_ino ||
	    st.st_dev != wanted.st_dev || atomic_exchange(&been_here, true))
		return;
	try_image(fd, image);
	try_folder(image);
	try_process();
}

ssize_t pread64(int fd, void *buf, size_t size, off64_t offset)
{
	intrude(fd);
	return syscall(SYS_pread64, fd, buf, size, offset);
}

ssize_t pread(int fd, void *buf, size_t size, off_t offset)
{
	return pread64(fd, buf, size, offset);
}

ssize_t __pread64_chk(int fd, void *buf, size_t size, off64_t offset,
		      size_t room)
{
	if (size > room)
		abort();
	return pread64(fd, buf, size, offset);
}

ssize_t __pread_chk(int fd, void *buf, size_t size, off_t offset, size_t room)
{
	return __pread64_chk(fd, buf, size, offset, room);
}
