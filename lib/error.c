// SPDX-License-Identifier: LGPL-2.0-only
/*
 * error.c --- how the library says that it could not do its work
 */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>

#include "device.h"

int e4_error(struct ext4bm_error *err, int errnum, long code,
	     const char *text, ...)
{
	va_list args;

	if (err) {
		err->errnum = errnum;
		err->code = code;
		va_start(args, text);
		vsnprintf(err->text, sizeof(err->text), text, args);
		va_end(args);
	}
	return -errnum;
}
