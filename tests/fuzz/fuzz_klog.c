/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz_klog.c --- any bytes as a kernel log: no crash, no hang, no lie
 *
 * Beside that nothing breaks, what is understood must hang together: the text
 * of a message means the same without what stood in front of it, and neither
 * a lack of memory nor an I/O error accuses anything.
 */
#include "config.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ext4bm.h"
#include "fuzz.h"

#define LINE_SIZE 8192

/* A filesystem that the log may be about. */
static const struct ext4bm_geometry shape = {
	.block_size = 4096, .cluster_ratio = 1, .blocks = 4096 * 32768,
	.blocks_per_group = 32768, .clusters_per_group = 32768,
	.inodes_per_group = 8192, .inodes = 4096 * 8192, .groups = 4096,
};

static void must(bool holds, const char *line)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_klog: inconsistent: %s\n", line);
	abort();
}

static bool same_message(const struct ext4bm_klog_message *a,
			 const struct ext4bm_klog_message *b)
{
	if (a->nr_values != b->nr_values)
		return false;
	for (size_t i = 0; i < a->nr_values; i++)
		if (a->values[i].value != b->values[i].value ||
		    strcmp(a->values[i].name, b->values[i].name) != 0)
			return false;
	return a->kind == b->kind && a->level == b->level &&
	       a->group == b->group && a->block == b->block &&
	       a->inode == b->inode && a->errnum == b->errnum &&
	       strcmp(a->device, b->device) == 0 &&
	       strcmp(a->comm, b->comm) == 0 &&
	       strcmp(a->function, b->function) == 0;
}

static void check_line(const char *line)
{
	struct ext4bm_klog_message message, again;

	if (!ext4bm_klog_parse(line, &message))
		return;
	must(message.kind < EXT4BM_KLOG_NR_KINDS, line);
	must(message.nr_values <= EXT4BM_KLOG_VALUES, line);
	must(message.errnum >= 0 && message.errnum <= 4095, line);
	must(strstr(line, message.device) && strstr(line, message.comm) &&
	     strstr(line, message.function), line);
	if (message.errnum == ENOMEM || message.errnum == EIO)
		must(ext4bm_klog_accuses(&message) == 0, line);
	must(ext4bm_klog_parse(message.text, &again), line);
	must(same_message(&message, &again), line);
}

static void check_log(struct ext4bm_klog *log)
{
	struct ext4bm_report report = {
		.geometry = &shape, .live = true, .live_cache = true,
	};
	const struct ext4bm_klog_info *info = ext4bm_klog_info(log);
	struct ext4bm_range *groups;
	uint64_t count = 0;
	int status;

	for (size_t i = 0; i < info->nr_devices; i++) {
		size_t nr = 0;

		if (ext4bm_klog_groups(log, info->devices[i].name, &shape,
				       &groups, &nr))
			abort();
		for (size_t j = 0; j < nr; j++)
			must(groups[j].first <= groups[j].last &&
			     groups[j].last < shape.groups &&
			     (j == 0 || groups[j].first >
			      groups[j - 1].last), "groups");
		free(groups);
		ext4bm_klog_judge(log, info->devices[i].name, &report);
	}
	status = ext4bm_klog_exit_status(log);
	must(status == 0 || status == EXT4BM_EXIT_OPERATIONAL, "status");
	info = ext4bm_klog_info(log);
	for (size_t i = 0; i < info->nr_items; i++) {
		const struct ext4bm_klog_item *item = info->items[i];

		count += item->count;
		must(item->now[0] != '\0', item->message.text);
		for (unsigned int j = 0; ext4bm_klog_fix(item->message.kind,
							 j); j++)
			ext4bm_fix_judge(ext4bm_klog_fix(item->message.kind,
							 j),
					 item->kernel, NULL);
	}
	must(count + info->dropped == info->messages, "messages");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ext4bm_klog *log = ext4bm_klog_new();
	char line[LINE_SIZE];
	size_t len = 0;

	if (!log)
		abort();
	for (size_t i = 0; i <= size; i++) {
		if (i < size && data[i] != '\n' && len + 1 < sizeof(line)) {
			line[len++] = (char)data[i];
			continue;
		}
		line[len] = '\0';
		len = 0;
		check_line(line);
		if (ext4bm_klog_add(log, line))
			abort();
	}
	check_log(log);
	ext4bm_klog_free(log);
	return 0;
}

/* What separates the parts of a message, and numbers at the edge. */
void fuzz_change(uint8_t *data, size_t size, unsigned int seed)
{
	static const char *const words[] = {
		":", ": ", " ", ",", ";", "(", ")", "[", "]", "-", "#", ".",
		"\n", "0", "9", "-1", "4294967295", "4294967296",
		"9223372036854775808", "18446744073709551616", "group ",
		"block ", "inode ", "comm ", "EXT4-fs", "kernel: ", "<3>",
		"3,1,2,-;",
	};
	uint32_t state = seed * 2654435761U | 1;
	unsigned int count = 1 + fuzz_random(&state) % 4;

	for (; size && count; count--) {
		const char *word = words[fuzz_random(&state) %
					 (sizeof(words) / sizeof(*words))];
		size_t at = fuzz_random(&state) % size;
		size_t len = strlen(word);

		if (fuzz_random(&state) % 4 == 0)
			data[at] = (uint8_t)fuzz_random(&state);
		else
			memcpy(data + at, word,
			       len < size - at ? len : size - at);
	}
}

void fuzz_end(void)
{
}
