/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mutate.c --- libFuzzer's changes and the target's own, in turn
 */
#include "config.h"

#include <stdlib.h>

#include "fuzz.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed)
{
	static int once;

	if (!once++)
		atexit(fuzz_end);
	if (!size || seed % 4 == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	fuzz_change(data, size, seed);
	return size;
}
