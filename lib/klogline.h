/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * klogline.h --- what stands in front of a message in a kernel log
 */
#ifndef E4_KLOGLINE_H
#define E4_KLOGLINE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A line, taken apart; the pointers point into it.
 * @body:	the message
 * @body_len:	its length, without newline and blanks at its end
 * @when:	the time as it is written
 * @when_len:	its length, 0 for none
 * @usec:	microseconds since boot, or UINT64_MAX
 * @host:	the host's name
 * @host_len:	its length, 0 for none
 */
struct e4_klogline {
	const char *body;
	int body_len;
	const char *when;
	int when_len;
	uint64_t usec;
	const char *host;
	int host_len;
};

/*
 * Find the message in a line that has one of interest here.
 * Return: false if it has none, or if another program wrote it.
 */
bool e4_klogline_parse(const char *line, struct e4_klogline *ret_line);

/*
 * Did another program write the line, by what stands before @body in it? Of
 * what begins as no known log does, this is not said.
 */
bool e4_klogline_foreign(const char *line, const char *body);

#endif
