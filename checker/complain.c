// SPDX-License-Identifier: GPL-2.0-only
/*
 * complain.c --- everything that is said on stderr about trouble
 *
 * Decides the wording: that of e2fsprogs, by com_err(), always with the name
 * of the thing; below it the sentence of the library, if it has one.
 */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <et/com_err.h>
#include <ext2_err.h>

#include "clean.h"
#include "complain.h"
#include "ext4bm_err.h"

const char program_name[] = "ext4bmcheck";

void complain_start(void)
{
	add_error_table(&et_ext2_error_table);
	add_error_table(&et_e4bm_error_table);
}

void complain_end(void)
{
	remove_error_table(&et_e4bm_error_table);
	remove_error_table(&et_ext2_error_table);
}

const char *complain_message(const struct ext4bm_error *err)
{
	return error_message(err->code ? err->code : err->errnum);
}

void complain(const struct ext4bm_error *err, const char *doing,
	      const char *name)
{
	char *clean = clean_text(name);

	com_err(program_name, err->code ? err->code : err->errnum,
		"while %s %s", doing, clean);
	free(clean);
	if (*err->text && strcmp(err->text, complain_message(err)))
		fprintf(stderr, "%s\n", err->text);
}

int usage_hint(void)
{
	fprintf(stderr, "Try '%s --help'\n", program_name);
	return EXT4BM_EXIT_USAGE;
}

int usage_operands(void)
{
	fprintf(stderr, "Usage: %s [options] device\n", program_name);
	return usage_hint();
}

int usage_refuse(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	com_err_va(program_name, 0, format, args);
	va_end(args);
	return EXT4BM_EXIT_USAGE;
}

int usage_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	com_err_va(program_name, 0, format, args);
	va_end(args);
	return usage_hint();
}

void out_of_memory(void)
{
	com_err(program_name, ENOMEM, NULL);
	exit(EXT4BM_EXIT_OPERATIONAL);
}
