// SPDX-License-Identifier: GPL-2.0-only
/*
 * klogtext.c --- a kernel log, explained for a person
 *
 * The verdict first; then each kind of message of each device once, with what
 * it means and what became of it; then the reports of the checks that this
 * rests on. Sentences come from the library; here they are placed.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clean.h"
#include "complain.h"
#include "finish.h"
#include "klog.h"
#include "wrap.h"

#define INDENT 11

/* Messages of one kind that are printed; -v prints all of them. */
#define SHOWN 4

static const struct color_set *colors_of(const struct klog_result *result)
{
	return color_set(color_wanted(result->options->color));
}

/* Names in messages may hold any byte. */
static void print_clean(const char *before, const char *text,
			const char *after)
{
	char *clean = clean_text(text);

	printf("%s%s%s", before, clean, after);
	free(clean);
}

static void print_field(const char *name, const char *text)
{
	if (!text || !*text)
		return;
	printf("  %-*s", INDENT - 2, name);
	wrap_print(stdout, wrap_width(stdout), INDENT, text);
}

static void print_verdict(const struct klog_result *result)
{
	static const enum ext4bm_verdict like[] = {
		[EXT4BM_KLOG_NOT_LOOKED] = EXT4BM_INCOMPLETE,
		[EXT4BM_KLOG_NO_ACCUSATION] = EXT4BM_CLEAN,
		[EXT4BM_KLOG_CONFIRMED] = EXT4BM_DRIFT,
		[EXT4BM_KLOG_UNDECIDED] = EXT4BM_UNDECIDED,
		[EXT4BM_KLOG_NOT_SEEN] = EXT4BM_UNDECIDED,
		[EXT4BM_KLOG_GONE] = EXT4BM_CLEAN,
	};
	const struct color_set *colors = colors_of(result);
	enum ext4bm_klog_verdict verdict;
	char text[600];

	verdict = klog_verdict(result, text, sizeof(text));
	print_clean("", result->source, ": ");
	print_clean(colors->verdict[like[verdict]], text, colors->end);
	putchar('\n');
}

static bool same_section(const struct ext4bm_klog_item *a,
			 const struct ext4bm_klog_item *b)
{
	return a->message.kind == b->message.kind &&
	       strcmp(a->message.device, b->message.device) == 0;
}

/* "[3 times, 12.621736 to 15.9]" */
static void print_times(const struct ext4bm_klog_item *item)
{
	const char *first = item->message.when;

	if (item->count > 1)
		printf("  [%" PRIu64 " times", item->count);
	else if (*first)
		printf("  [");
	else
		return;
	if (*first)
		print_clean(item->count > 1 ? ", " : "", first, "");
	if (*first && item->count > 1)
		print_clean(" to ", item->last, "");
	putchar(']');
}

static void print_item(const struct klog_result *result,
		       const struct ext4bm_klog_item *item)
{
	const struct color_set *colors = colors_of(result);

	const char *verdict = ext4bm_klog_verdict_name(item->verdict);

	print_clean("  ", item->message.text, "");
	print_times(item);
	putchar('\n');
	/* Where there was nothing to look at, there is nothing to say. */
	if (item->verdict == EXT4BM_KLOG_NO_ACCUSATION &&
	    item->group == EXT4BM_NO_GROUP)
		return;
	printf("    %s%s%s: ", colors->bold, verdict, colors->end);
	wrap_print(stdout, wrap_width(stdout),
		   (unsigned int)strlen(verdict) + 6, item->now);
}

/* Those of the section that is begun by item number @first. */
static void print_items(const struct klog_result *result, size_t first)
{
	size_t left = 0, shown = 0;

	for (size_t i = first; i < result->log->nr_items; i++) {
		if (!same_section(result->items[first], result->items[i]))
			continue;
		if (shown < SHOWN || result->options->verbose) {
			print_item(result, result->items[i]);
			shown++;
		} else {
			left++;
		}
	}
	if (left)
		printf("  and %zu more like %s (-v shows all)\n", left,
		       left == 1 ? "it" : "them");
}

static void print_accused(unsigned int accused)
{
	char text[100] = "";

	for (unsigned int view = 1; view <= EXT4BM_VIEW_OWNERS; view <<= 1)
		if (accused & view)
			snprintf(text + strlen(text),
				 sizeof(text) - strlen(text), "%s%s",
				 *text ? ", " : "", ext4bm_view_name(view));
	print_field("Accuses", *text ? text : "no view");
}

static void print_fixes(const struct ext4bm_klog_item *item)
{
	const struct ext4bm_kernel_fix *fix;
	char text[600];

	for (unsigned int i = 0;
	     (fix = ext4bm_klog_fix(item->message.kind, i)); i++) {
		const char *reason;

		ext4bm_fix_judge(fix, item->kernel, &reason);
		snprintf(text, sizeof(text), "%s: %s%s%s; %s", fix->name,
			 fix->summary, fix->fixed ? "; fixed in " : "",
			 fix->fixed ? fix->fixed : "", reason);
		print_field("Known", text);
	}
}

static void print_section(const struct klog_result *result, size_t first)
{
	const struct ext4bm_klog_item *item = result->items[first];
	const struct ext4bm_klog_entry *entry =
		ext4bm_klog_catalogue(item->message.kind);
	const struct color_set *colors = colors_of(result);
	char *device = clean_text(item->message.device);

	printf("\n%s%s%s%s:%s %s\n", colors->bold, device,
	       *device ? " " : "", entry->name, colors->end, entry->summary);
	free(device);
	print_items(result, first);
	print_accused(ext4bm_klog_accuses(&item->message));
	print_field("Proves", entry->proves);
	print_field("Open", entry->open);
	print_fixes(item);
	print_field("Next", entry->next);
}

static bool begins_section(const struct klog_result *result, size_t number)
{
	for (size_t i = 0; i < number; i++)
		if (same_section(result->items[i], result->items[number]))
			return false;
	return true;
}

static void print_unread(uint64_t unread)
{
	char text[300];

	snprintf(text, sizeof(text), "%" PRIu64 " line%s words of ext4, but "
		 "not as a line of a kernel log has them: give it what dmesg "
		 "or \"journalctl -k\" print, or a syslog, as it is", unread,
		 unread == 1 ? " has" : "s have");
	wrap_print(stdout, wrap_width(stdout), 0, text);
}

static void print_notes(const struct klog_result *result)
{
	const struct ext4bm_klog_info *log = result->log;

	if (log->others || log->dropped || log->lost || log->unread)
		putchar('\n');
	if (log->others)
		printf("%" PRIu64 " other message%s of ext4, not about free "
		       "space\n", log->others, log->others == 1 ? "" : "s");
	if (log->dropped)
		printf("%" PRIu64 " more messages were only counted\n",
		       log->dropped);
	if (log->lost)
		puts("the kernel dropped messages before they could be read");
	if (log->unread)
		print_unread(log->unread);
}

static void print_reports(const struct klog_result *result)
{
	for (size_t i = 0; i < result->nr_looks; i++) {
		const struct klook *look = &result->looks[i];

		if (!look->report)
			continue;
		putchar('\n');
		finish_report(result->options, &look->shown, look->report);
	}
}

void render_klog_text(const struct klog_result *result)
{
	const struct options *options = result->options;

	if (options->quiet && result->exit == EXT4BM_EXIT_CLEAN)
		return;
	print_verdict(result);
	if (options->quiet)
		return;
	for (size_t i = 0; i < result->log->nr_items; i++)
		if (begins_section(result, i))
			print_section(result, i);
	print_notes(result);
	print_reports(result);
}
