/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz.h --- what a fuzz target is made of
 *
 * With libFuzzer a target is run by it. With replay.c it is a program that
 * runs the inputs named by its arguments, for a compiler without libFuzzer:
 * TARGET_replay [-n VARIANTS] FILE... also runs that many changed copies of
 * each, always the same ones.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Run one input. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Change some places of an input that mean something, the same for a seed. */
void fuzz_change(uint8_t *data, size_t size, unsigned int seed);

/* After the last input. */
void fuzz_end(void);

/* libFuzzer's own. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* A generator of its own: rand() differs between C libraries. */
static inline uint32_t fuzz_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

#endif
