// SPDX-License-Identifier: GPL-2.0-only
/*
 * findings.c --- print ext4bm-findings(7) from the library's tables
 *
 * The page says what the program says because it is made from the same
 * tables; nobody has to keep the two alike.
 */
#include "config.h"

#include <stdio.h>

#include "ext4bm.h"

/* Where a line of the page is broken, if a word ends there. */
#define COLUMNS 56

static void print_character(char c)
{
	if (c == '\\')
		fputs("\\e", stdout);
	else if (c == '-')
		fputs("\\-", stdout);
	else
		putchar(c);
}

/*
 * Text for troff: a sentence begins a line, no line looks like a request,
 * and no hyphen turns into a dash in what people copy.
 */
static void print_text(const char *text)
{
	int column = 0;

	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text; text++) {
		if (*text == ' ' && (column > COLUMNS ||
				     (column && text[-1] == '.'))) {
			putchar('\n');
			column = 0;
			continue;
		}
		print_character(*text);
		column++;
	}
	putchar('\n');
}

static void print_item(const char *heading, const char *text)
{
	if (!text || !*text)
		return;
	printf(".TP\n.I %s\n", heading);
	print_text(text);
}

static void print_entry(const struct ext4bm_catalogue_entry *entry)
{
	printf(".SS ");
	print_text(entry->name);
	printf(".RI ( %s ).\nFound when ",
	       ext4bm_severity_name(entry->severity));
	print_text(entry->summary);
	print_item("Stored:", entry->stored);
	print_item("Counted:", entry->counted);
	print_item("Ranges:", ext4bm_unit_name(entry->unit));
	print_item("Proves:", entry->proves);
	print_item("Next:", entry->next);
	print_item("If stored is above counted:", entry->next_above);
	print_item("e2fsck says:", entry->e2fsck);
	if (entry->journal)
		print_item("Journal:", entry->maintained ?
			   "One that was not replayed may explain it." :
			   "One that was not replayed explains it.");
}

static void print_kind(enum ext4bm_klog_kind kind)
{
	const struct ext4bm_klog_entry *entry = ext4bm_klog_catalogue(kind);
	const struct ext4bm_kernel_fix *fix;
	const char *before = ".TP\n.I Accuses:\n";
	char text[300];

	printf(".SS ");
	print_text(entry->name);
	printf("Printed when ");
	print_text(entry->summary);
	for (unsigned int view = 1; view <= EXT4BM_VIEW_OWNERS; view <<= 1)
		if (entry->accuses & view) {
			printf("%s%s", before, ext4bm_view_name(view));
			before = ", ";
		}
	if (entry->accuses)
		putchar('\n');
	print_item("Proves:", entry->proves);
	print_item("Leaves open:", entry->open);
	for (unsigned int i = 0; (fix = ext4bm_klog_fix(kind, i)); i++) {
		snprintf(text, sizeof(text), "%s: %s%s%s", fix->name,
			 fix->summary, fix->fixed ? "; fixed in " : "",
			 fix->fixed ? fix->fixed : "");
		print_item("Known fault:", text);
	}
	print_item("Next:", entry->next);
}

static void print_severity(enum ext4bm_severity severity, const char *text)
{
	printf(".TP\n.I %s\n", ext4bm_severity_name(severity));
	print_text(text);
}

int main(void)
{
	puts(".\\\" SPDX-License-Identifier: GPL-2.0-only\n"
	     ".\\\" Made from lib/catalogue.c; changes here are lost.\n"
	     ".TH EXT4BM\\-FINDINGS 7 2026-11-22 "
	     "\"ext4bmcheck " EXT4BM_VERSION "\"\n"
	     ".SH NAME\n"
	     "ext4bm\\-findings \\- what ext4bmcheck finds and what it "
	     "means\n"
	     ".SH DESCRIPTION\n"
	     "Each finding of\n.BR ext4bmcheck (8)\n"
	     "has a code, a stored value and a counted value.\n"
	     "Codes never change their meaning.\n"
	     "The severity says how much a finding matters:");
	print_severity(EXT4BM_SEVERE,
		       "data has been or can be overwritten");
	print_severity(EXT4BM_MAJOR,
		       "space is lost, or the kernel will stop using the "
		       "group or refuse to mount");
	print_severity(EXT4BM_MINOR,
		       "no data is at risk; the next e2fsck or mount puts it "
		       "right");
	print_severity(EXT4BM_OPERATIONAL,
		       "not drift: something could not be looked at");
	print_severity(EXT4BM_INFORMATIONAL,
		       "worth knowing; changes neither the verdict nor the "
		       "exit status");
	puts(".SH FINDINGS");
	for (int code = 0; code < EXT4BM_NR_CODES; code++)
		print_entry(ext4bm_catalogue((enum ext4bm_code)code));
	puts(".SH MESSAGES OF THE KERNEL\n"
	     "What\n.B ext4bmcheck \\-\\-klog\n"
	     "knows about each kind of message.\n"
	     "A message is a hint: whether a view is wrong now, a check says.");
	for (int kind = 0; kind < EXT4BM_KLOG_NR_KINDS; kind++)
		if (*ext4bm_klog_catalogue((enum ext4bm_klog_kind)kind)->next)
			print_kind((enum ext4bm_klog_kind)kind);
	puts(".SH SEE ALSO\n.BR ext4bmcheck (8),\n.BR e2fsck (8)");
	return 0;
}
