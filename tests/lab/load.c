// SPDX-License-Identifier: GPL-2.0-only
/*
 * load.c --- what makes the page migration race likely, in a guest
 *
 *	load FOLDER USEC SECONDS COMMAND [ARGUMENT]...
 *
 * FOLDER holds files load-*, each of one block in a group of its own. In
 * rounds: bring the allocator's pages low into memory, then have the kernel
 * compact memory, which moves them, while a real-time thread on the same CPU
 * wakes up every USEC microseconds and allocates. With kernel preemption it can
 * wake up between any two instructions of a migration, also between the copy of
 * a page and the moment from which on the copy is what counts; what it changes
 * then is lost in a kernel that has the bug. It is done before the migration
 * goes on, so it holds no reference that would make the kernel try again.
 *
 * After each round, when nothing moves, COMMAND is run. The first status other
 * than 0 ends the load and becomes its own; it is 0 when SECONDS are over.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/fsmap.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/*
 * Room between the extents of a file, in blocks: they never merge, and a group
 * of 8192 blocks lasts for 128 wake-ups.
 */
#define STRIDE 64
#define MAX_FILES 64
/* Share of the free memory that the filler takes. */
#define FILLER_PERCENT 60

struct load {
	const char *folder;
	const char *filler;
	long usec;
	off_t block_size;
	int fs;
	int files[MAX_FILES];
	size_t nr_files;
	pthread_barrier_t gate;
	atomic_bool busy;
	off_t at;
	unsigned long allocations;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		err(2, "%s", path);
	close(fd);
}

/*
 * One extent for each file at each wake-up. Nothing is freed: what was freed in
 * the running transaction keeps the page of its group where it is.
 */
static void allocate(struct load *load)
{
	off_t offset = load->at++ * STRIDE * load->block_size;

	for (size_t i = 0; i < load->nr_files; i++)
		if (!fallocate(load->files[i], 0, offset,
			       (off_t)(4 << i % 3) * load->block_size))
			load->allocations++;
}

static void *allocator(void *argument)
{
	struct load *load = argument;
	struct sched_param priority = { .sched_priority = 10 };
	struct timespec nap = { 0, load->usec * 1000 };

	errno = pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
	if (errno)
		err(2, "real-time priority");
	for (;;) {
		pthread_barrier_wait(&load->gate);
		while (load->busy) {
			allocate(load);
			clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL);
		}
		pthread_barrier_wait(&load->gate);
	}
	return NULL;
}

/* The thread inherits the only CPU, the one that compacts. */
static void start_allocator(struct load *load)
{
	pthread_t thread;
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(0, &one);
	if (sched_setaffinity(0, sizeof(one), &one) < 0)
		err(2, "binding to a CPU");
	pthread_barrier_init(&load->gate, NULL, 2);
	errno = pthread_create(&thread, NULL, allocator, load);
	if (errno)
		err(2, "starting a thread");
}

static void open_files(struct load *load)
{
	glob_t found;
	char pattern[300];

	snprintf(pattern, sizeof(pattern), "%s/load-*", load->folder);
	if (glob(pattern, 0, NULL, &found) || found.gl_pathc > MAX_FILES)
		errx(2, "no files, or too many: %s", pattern);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		load->files[i] = open(found.gl_pathv[i], O_RDWR | O_CLOEXEC);
		if (load->files[i] < 0)
			err(2, "%s", found.gl_pathv[i]);
	}
	load->nr_files = found.gl_pathc;
	globfree(&found);
}

/*
 * All but their first block, which is what keeps each in its group. The journal
 * commits this, so that no page is held for it.
 */
static void empty_files(const struct load *load)
{
	for (size_t i = 0; i < load->nr_files; i++)
		if (ftruncate(load->files[i], load->block_size) < 0)
			err(2, "emptying a file");
	if (syncfs(load->fs) < 0)
		err(2, "syncing");
}

static off_t free_memory(void)
{
	char line[128];
	long kib = 0;
	FILE *file = fopen("/proc/meminfo", "re");

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemFree: %ld", &kib) == 1)
			break;
	if (file)
		fclose(file);
	return (off_t)kib * 1024;
}

/* What is loaded after this lands where compaction will want it to leave. */
static void fill_memory(const struct load *load)
{
	int fd = open(load->filler, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	if (fd < 0 ||
	    fallocate(fd, 0, 0, free_memory() / 100 * FILLER_PERCENT) < 0)
		err(2, "%s", load->filler);
	close(fd);
}

/* Counting free extents loads the page of every group. */
static void load_groups(const struct load *load)
{
	struct fsmap_head head = { 0 };

	memset(&head.fmh_keys[1], 0xff, sizeof(head.fmh_keys[1]));
	memset(head.fmh_keys[1].fmr_reserved, 0,
	       sizeof(head.fmh_keys[1].fmr_reserved));
	if (ioctl(load->fs, FS_IOC_GETFSMAP, &head) < 0)
		warn("loading the groups");
}

static void round_of_load(struct load *load)
{
	empty_files(load);
	write_to("/proc/sys/vm/drop_caches", "1");
	fill_memory(load);
	load_groups(load);
	/*
	 * Every file has to be used once before memory is compacted, or the
	 * guest may hang: the kernel takes the locks of an inode table block
	 * and of its page in one order when it reads an inode, in the other
	 * when it moves the page.
	 */
	load->at = 1;
	allocate(load);
	unlink(load->filler);
	load->busy = true;
	pthread_barrier_wait(&load->gate);
	write_to("/proc/sys/vm/compact_memory", "1");
	load->busy = false;
	pthread_barrier_wait(&load->gate);
}

static int run(char **command)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		err(2, "running %s", command[0]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

int main(int argc, char **argv)
{
	struct load load = { .filler = "/tmp/filler" };
	unsigned int rounds = 0;
	struct statfs fs;
	double start, end;
	int status = 0;

	if (argc < 5)
		errx(2, "usage: load FOLDER USEC SECONDS COMMAND...");
	load.folder = argv[1];
	load.usec = atol(argv[2]);
	load.fs = open(load.folder, O_RDONLY | O_CLOEXEC);
	if (load.fs < 0 || fstatfs(load.fs, &fs) < 0)
		err(2, "%s", load.folder);
	load.block_size = fs.f_bsize;
	open_files(&load);
	start_allocator(&load);
	start = now();
	for (end = start + atof(argv[3]); !status && now() < end; rounds++) {
		round_of_load(&load);
		status = run(argv + 4);
	}
	printf("%u rounds, %lu allocations, %.1f s\n", rounds,
	       load.allocations, now() - start);
	return status;
}
