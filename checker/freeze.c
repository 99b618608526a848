// SPDX-License-Identifier: GPL-2.0-only
/*
 * freeze.c --- keep a file system frozen for a short time (--freeze)
 *
 * While it is frozen, everybody who writes to it waits, so that nothing is
 * more important than the thaw. A process of its own does both, which holds
 * nothing but the file system and a line to this process, and which no
 * signal but SIGKILL reaches. When the line breaks, because this process has
 * ended, crashed or was killed, it thaws; when the time is over, too.
 *
 *	here			keeper
 *	fork, write -----------> FIFREEZE
 *	read  <----------------- its errno
 *	(look)			(wait: a word, the end of the line, the time)
 *	write -----------------> FITHAW
 *	read  <----------------- was it frozen until now?
 *
 * Only when that process was killed the thaw is left to this one. Who kills
 * both at once has to thaw it by hand (fsfreeze -u).
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bundle.h"
#include "freeze.h"

/* Pause between two attempts to thaw, in milliseconds. */
#define AGAIN 20

/*
 * When memory runs out, the keeper is the last to go. It gets the score of this
 * process, which has it just for the fork: in the sandbox, the keeper cannot
 * open its own for writing.
 */
static struct {
	int fd;
	size_t length;		/* of @usual, 0 if it cannot be had */
	char usual[16];
} score;

static bool is_on(dev_t device, const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_dev == device;
}

/* A terminal or a pipe is no matter, whatever it is called by. */
static bool goes_to(dev_t device, int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_dev == device &&
	       (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode));
}

const char *freeze_refusal(const struct options *options, int fd)
{
	struct stat st;
	dev_t it;

	if (fstat(fd, &st) < 0)
		return "What it holds cannot be found out.";
	it = st.st_dev;
	if (is_on(it, "/"))
		return "It holds the root directory: everything may need to "
		       "write there.";
	if (goes_to(it, STDOUT_FILENO) || goes_to(it, STDERR_FILENO) ||
	    (options->progress && goes_to(it, options->progress_fd)))
		return "It holds a file that this program writes to.";
	if (bundle_goes_to(options, it))
		return "It holds the folder of the bundle that is to be "
		       "written.";
	if (is_on(it, "."))
		return "It holds the current directory of this program.";
	if (is_on(it, "/proc/self/exe"))
		return "It holds this program.";
	if (is_on(it, "/var/log") || is_on(it, "/var/log/journal") ||
	    is_on(it, "/run/log/journal"))
		return "It holds the log of this system, which everything may "
		       "wait for.";
	return NULL;
}

static int64_t milliseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Return: 0, or the errno of a thaw that was not ours to do any more. */
static int thaw(int fd)
{
	while (ioctl(fd, FITHAW, 0) < 0) {
		if (errno == EINVAL || errno == ENOTTY || errno == EPERM)
			return errno;
		poll(NULL, 0, AGAIN);
	}
	return 0;
}

/* Until there is a word from the other side, none any more, or no time. */
static bool wait_for_word(int line, int64_t end)
{
	struct pollfd wanted = { .fd = line, .events = POLLIN };

	for (;;) {
		int64_t left = end - milliseconds();
		int ret;

		if (left <= 0)
			return false;
		ret = poll(&wanted, 1, (int)left);
		if (ret > 0)
			return true;
		if (ret < 0 && errno != EINTR)
			return true;
	}
}

static void send_number(int line, int number)
{
	ssize_t ret;

	do
		ret = send(line, &number, sizeof(number), MSG_NOSIGNAL);
	while (ret < 0 && errno == EINTR);
}

static int receive_number(int line)
{
	int number;
	ssize_t ret;

	do
		ret = recv(line, &number, sizeof(number), 0);
	while (ret < 0 && errno == EINTR);
	return ret == (ssize_t)sizeof(number) ? number : -1;
}

/* Hold on to nothing that somebody may wait for. */
static void let_go(int fd, int line)
{
	setsid();
	prctl(PR_SET_NAME, "ext4bm-thaw");
	for (int other = 0; other < sysconf(_SC_OPEN_MAX) && other < 4096;
	     other++)
		if (other != fd && other != line)
			close(other);
	if (chdir("/") < 0)
		errno = 0;
	mlockall(MCL_CURRENT | MCL_FUTURE);
}

static void __attribute__((noreturn))
keep(int fd, int line, unsigned int seconds)
{
	bool in_time;
	int ret = 0;

	let_go(fd, line);
	if (receive_number(line) < 0)
		_exit(0);
	if (ioctl(fd, FIFREEZE, 0) < 0)
		ret = errno;
	send_number(line, ret);
	if (ret)
		_exit(0);
	in_time = wait_for_word(line, milliseconds() +
				(int64_t)seconds * 1000);
	ret = thaw(fd);
	/* A word left unread would take the answer with it. */
	if (in_time)
		receive_number(line);
	send_number(line, !in_time ? ETIME : ret);
	_exit(0);
}

void freeze_prepare(void)
{
	ssize_t len;

	score.fd = open("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
	len = score.fd < 0 ? 0 : read(score.fd, score.usual,
				      sizeof(score.usual));
	score.length = len < 0 ? 0 : (size_t)len;
}

/* What cannot be had is done without. */
static bool set_score(const char *text, size_t length)
{
	return score.length && write(score.fd, text, length) > 0;
}

/* No signal may come between the fork and the freeze. */
static pid_t start_keeper(const struct freeze *freeze, int line)
{
	sigset_t all, old;
	bool spared;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	spared = set_score("-1000", 5);
	pid = fork();
	if (pid == 0)
		keep(freeze->fd, line, freeze->seconds);
	if (spared)
		set_score(score.usual, score.length);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return pid;
}

static void forget_keeper(struct freeze *freeze)
{
	close(freeze->line);
	while (waitpid(freeze->keeper, NULL, 0) < 0 && errno == EINTR)
		;
	freeze->keeper = 0;
}

int freeze_begin(void *context)
{
	struct freeze *freeze = context;
	int lines[2];
	int ret;

	/* What is written before the freeze nobody has to wait for in it. */
	syncfs(freeze->fd);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, lines) < 0)
		return -errno;
	freeze->line = lines[0];
	freeze->keeper = start_keeper(freeze, lines[1]);
	ret = freeze->keeper < 0 ? errno : 0;
	close(lines[1]);
	if (ret) {
		close(freeze->line);
		freeze->keeper = 0;
		return -ret;
	}
	send_number(freeze->line, 0);
	ret = receive_number(freeze->line);
	if (ret == 0)
		return 0;
	/* It was killed before it could tell, perhaps after it had frozen. */
	if (ret < 0)
		thaw(freeze->fd);
	forget_keeper(freeze);
	return ret < 0 ? -ECHILD : -ret;
}

int freeze_end(void *context)
{
	struct freeze *freeze = context;
	int ret;

	send_number(freeze->line, 0);
	ret = receive_number(freeze->line);
	if (ret < 0)
		ret = thaw(freeze->fd);
	forget_keeper(freeze);
	return ret;
}
