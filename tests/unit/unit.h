/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unit.h --- what every unit test includes
 */
#ifndef UNIT_H
#define UNIT_H

/* cmocka wants these before itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* A generator of its own: rand() differs between C libraries. */
static inline uint32_t unit_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) +
		 UINT64_C(1442695040888963407);
	return (uint32_t)(*state >> 33);
}

static inline void unit_fill(uint64_t *state, void *buf, size_t len)
{
	uint8_t *bytes = buf;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)unit_random(state);
}

#endif
