/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * timed.c --- run a command, print "SECONDS MAX-RSS-KIB STATUS"
 *
 * Its output goes to /dev/null. Wall time of the whole process, the largest
 * resident set as the kernel counted it.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct timespec start, end;
	struct rusage usage;
	int status, null;
	pid_t pid;

	if (argc < 2) {
		fprintf(stderr, "usage: timed COMMAND [ARGUMENT]...\n");
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	pid = fork();
	if (!pid) {
		null = open("/dev/null", O_RDWR);
		dup2(null, 0);
		dup2(null, 1);
		dup2(null, 2);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &usage) < 0) {
		perror("timed");
		return 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%.4f %ld %d\n",
	       end.tv_sec - start.tv_sec + (end.tv_nsec - start.tv_nsec) / 1e9,
	       usage.ru_maxrss,
	       WIFEXITED(status) ? WEXITSTATUS(status) : 255);
	return 0;
}
