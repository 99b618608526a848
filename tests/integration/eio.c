/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * eio.c --- what can happen while a disk is read, to be preloaded
 *
 * EIO_RANGE=FIRST-LAST names bytes that cannot be read. As on a disk, a read
 * that starts in the range fails with EIO, and one that runs into it is cut
 * short before it. With EIO_GOOD=COUNT, the first COUNT of them go well.
 *
 * EIO_INTERRUPT=OFFSET[:SIGNAL] sends the process a signal, SIGINT if none is
 * given, at the first read of that byte, which then goes on. With
 * EIO_AFTER=fork it is the first one after the process has forked.
 *
 * Of regular files and block devices.
 *
 * Covers read(), pread(), preadv() and what _FORTIFY_SOURCE makes of them;
 * memory maps are not covered.
 */
#include <dlfcn.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

ssize_t __read_chk(int fd, void *buf, size_t size, size_t room);
ssize_t __pread_chk(int fd, void *buf, size_t size, off_t offset, size_t room);
ssize_t __pread64_chk(int fd, void *buf, size_t size, off64_t offset,
		      size_t room);

static bool bad_range(uint64_t *first, uint64_t *last)
{
	const char *range = getenv("EIO_RANGE");

	return range &&
	       sscanf(range, "%" SCNu64 "-%" SCNu64, first, last) == 2;
}

/* Is it one of the reads that go well all the same? */
static bool still_good(void)
{
	static atomic_uint reads;
	const char *text = getenv("EIO_GOOD");

	return text && atomic_fetch_add(&reads, 1) <
	       (unsigned int)strtoul(text, NULL, 10);
}

static void pause_ms(long ms)
{
	struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

/*
 * Send a signal and wait until another thread has taken it, so that what is
 * read after this is read after the signal. A process of one thread takes it
 * itself, at the end.
 */
static void send_signal(int signum)
{
	sigset_t set, old, pending;

	sigemptyset(&set);
	sigaddset(&set, signum);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	kill(getpid(), signum);
	for (int i = 0; i < 200; i++) {
		if (sigpending(&pending) || !sigismember(&pending, signum))
			break;
		pause_ms(5);
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	/* Its handler has been called, but may not have come to its end. */
	pause_ms(20);
}

static bool is_disk(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 &&
	       (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode));
}

static atomic_bool forked;

pid_t fork(void)
{
	pid_t (*real)(void) = (pid_t (*)(void))dlsym(RTLD_NEXT, "fork");
	pid_t pid = real();

	if (pid > 0)
		atomic_store(&forked, true);
	return pid;
}

static void interrupt(int fd, uint64_t offset, size_t size)
{
	static atomic_flag sent = ATOMIC_FLAG_INIT;
	const char *text = getenv("EIO_INTERRUPT");
	int signum = SIGINT;
	uint64_t place;

	if (!text || sscanf(text, "%" SCNu64 ":%d", &place, &signum) < 1 ||
	    place < offset || place - offset >= size)
		return;
	if (!is_disk(fd) || (getenv("EIO_AFTER") && !atomic_load(&forked)))
		return;
	if (!atomic_flag_test_and_set(&sent))
		send_signal(signum);
}

/* How much of a read is left, or -1 with errno when it must fail. */
static ssize_t allowed(int fd, uint64_t offset, size_t size)
{
	uint64_t first, last;

	interrupt(fd, offset, size);
	if (!bad_range(&first, &last) || !size || offset > last ||
	    offset + size <= first)
		return size;
	if (!is_disk(fd) || still_good())
		return size;
	if (offset < first)
		return first - offset;
	errno = EIO;
	return -1;
}

ssize_t pread64(int fd, void *buf, size_t size, off64_t offset)
{
	ssize_t left = allowed(fd, offset, size);

	return left < 0 ? left : syscall(SYS_pread64, fd, buf, left, offset);
}

ssize_t pread(int fd, void *buf, size_t size, off_t offset)
{
	return pread64(fd, buf, size, offset);
}

ssize_t read(int fd, void *buf, size_t size)
{
	off64_t offset = lseek64(fd, 0, SEEK_CUR);
	ssize_t left = size;

	if (offset >= 0)
		left = allowed(fd, offset, size);
	return left < 0 ? left : syscall(SYS_read, fd, buf, left);
}

/* A vector may always be read in part: one element is enough. */
ssize_t preadv64(int fd, const struct iovec *iov, int count, off64_t offset)
{
	if (count < 1)
		return 0;
	return pread64(fd, iov[0].iov_base, iov[0].iov_len, offset);
}

ssize_t preadv(int fd, const struct iovec *iov, int count, off_t offset)
{
	return preadv64(fd, iov, count, offset);
}

ssize_t __read_chk(int fd, void *buf, size_t size, size_t room)
{
	if (size > room)
		abort();
	return read(fd, buf, size);
}

ssize_t __pread_chk(int fd, void *buf, size_t size, off_t offset, size_t room)
{
	if (size > room)
		abort();
	return pread64(fd, buf, size, offset);
}

ssize_t __pread64_chk(int fd, void *buf, size_t size, off64_t offset,
		      size_t room)
{
	return __pread_chk(fd, buf, size, offset, room);
}
