/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay.c --- run a fuzz target without libFuzzer, see fuzz.h
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

static uint8_t *read_file(const char *name, size_t *ret_size)
{
	FILE *file = fopen(name, "rb");
	uint8_t *data = NULL;
	long size = -1;

	if (file && !fseek(file, 0, SEEK_END))
		size = ftell(file);
	if (size >= 0)
		data = malloc(size + 1);
	if (data) {
		rewind(file);
		if (fread(data, 1, size, file) != (size_t)size) {
			free(data);
			data = NULL;
		}
	}
	if (file)
		fclose(file);
	*ret_size = size;
	return data;
}

static int replay(const char *name, unsigned long variants)
{
	uint8_t *data, *copy;
	unsigned long i;
	size_t size;

	data = read_file(name, &size);
	copy = data ? malloc(size + 1) : NULL;
	if (!copy) {
		perror(name);
		free(data);
		return 1;
	}
	LLVMFuzzerTestOneInput(data, size);
	for (i = 1; i <= variants; i++) {
		/* Some are cut short as well. */
		size_t length = i % 7 ? size : size * (i % 97) / 97;

		memcpy(copy, data, size);
		fuzz_change(copy, length, i);
		LLVMFuzzerTestOneInput(copy, length);
	}
	free(copy);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	unsigned long variants = 0;
	int c, failed = 0;

	while ((c = getopt(argc, argv, "n:")) != -1) {
		if (c != 'n') {
			fprintf(stderr, "usage: %s [-n VARIANTS] FILE...\n",
				argv[0]);
			return 2;
		}
		variants = strtoul(optarg, NULL, 10);
	}
	atexit(fuzz_end);
	for (; optind < argc; optind++)
		failed |= replay(argv[optind], variants);
	return failed;
}
