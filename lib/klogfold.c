// SPDX-License-Identifier: LGPL-2.0-only
/*
 * klogfold.c --- the messages of a whole log, each once
 *
 * Pure. Messages that say the same of the same place are one item with a
 * count. A mount or a start of the system ends an era of a device: the same
 * message after it is another item, because what the kernel had in memory
 * before is gone. Memory is bounded whatever the log holds.
 */
#include "config.h"

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "klogfold.h"

/* Devices that are kept apart; no machine has as many. */
#define MOST_DEVICES 4096

/* Kernels that are told apart; of further ones it is not said which it is. */
#define MOST_KERNELS 1024

struct ext4bm_klog *ext4bm_klog_new(void)
{
	struct ext4bm_klog *log = calloc(1, sizeof(*log));

	if (log)
		log->info.kernel = "";
	return log;
}

static void keep(void *item)
{
	(void)item;
}

void ext4bm_klog_free(struct ext4bm_klog *log)
{
	if (!log)
		return;
	tdestroy(log->index, keep);
	for (size_t i = 0; i < log->info.nr_items; i++)
		free(log->items[i]);
	for (size_t i = 0; i < log->nr_kernels; i++)
		free(log->kernels[i]);
	free(log->kernels);
	free(log->items);
	free(log->devices);
	free(log->states);
	free(log);
}

/* Number of the device, a new one if need be; negative errno if none fits. */
static int find_device(struct ext4bm_klog *log, const char *name)
{
	size_t nr = log->info.nr_devices;
	struct ext4bm_klog_device *devices;
	struct e4_klogstate *states;

	for (size_t i = 0; i < nr; i++)
		if (strcmp(log->devices[i].name, name) == 0)
			return (int)i;
	if (nr == MOST_DEVICES)
		return -ENOSPC;
	devices = reallocarray(log->devices, nr + 1, sizeof(*devices));
	if (devices)
		log->devices = devices;
	states = reallocarray(log->states, nr + 1, sizeof(*states));
	if (states)
		log->states = states;
	if (!devices || !states)
		return -ENOMEM;
	memset(&devices[nr], 0, sizeof(*devices));
	snprintf(devices[nr].name, sizeof(devices[nr].name), "%s", name);
	states[nr] = (struct e4_klogstate){ .era = 1 };
	log->info.devices = devices;
	log->info.nr_devices = nr + 1;
	return (int)nr;
}

#define COMPARE(a, b) ((a) < (b) ? -1 : (a) > (b))

static int compare_values(const struct ext4bm_klog_message *a,
			  const struct ext4bm_klog_message *b)
{
	if (a->nr_values != b->nr_values)
		return COMPARE(a->nr_values, b->nr_values);
	for (size_t i = 0; i < a->nr_values; i++)
		if (a->values[i].value != b->values[i].value)
			return COMPARE(a->values[i].value, b->values[i].value);
	return 0;
}

/* The same place in the same era, and the same said of it. */
static int compare_items(const void *left, const void *right)
{
	const struct ext4bm_klog_item *x = left;
	const struct ext4bm_klog_item *y = right;
	const struct ext4bm_klog_message *a = &x->message;
	const struct ext4bm_klog_message *b = &y->message;
	int order = strcmp(a->device, b->device);

	if (order == 0)
		order = COMPARE(x->era, y->era);
	if (order == 0)
		order = COMPARE(a->kind, b->kind);
	if (order == 0)
		order = COMPARE(a->level, b->level);
	if (order == 0)
		order = COMPARE(a->group, b->group);
	if (order == 0)
		order = COMPARE(a->block, b->block);
	if (order == 0)
		order = COMPARE(a->inode, b->inode);
	if (order == 0)
		order = COMPARE(a->errnum, b->errnum);
	if (order == 0)
		order = compare_values(a, b);
	return order ? order : strcmp(a->function, b->function);
}

static void count(struct ext4bm_klog_item *item,
		  const struct ext4bm_klog_message *message)
{
	item->count++;
	memcpy(item->last, message->when, sizeof(item->last));
}

static int grow(struct ext4bm_klog *log)
{
	size_t room = log->room ? 2 * log->room : 16;
	struct ext4bm_klog_item **items;

	if (log->info.nr_items < log->room)
		return 0;
	items = reallocarray(log->items, room, sizeof(*items));
	if (!items)
		return -ENOMEM;
	log->items = items;
	log->info.items = items;
	log->room = room;
	return 0;
}

static int add_item(struct ext4bm_klog *log,
		    const struct ext4bm_klog_item *item)
{
	struct ext4bm_klog_item *copy;

	if (log->info.nr_items == EXT4BM_KLOG_MOST) {
		log->info.dropped++;
		return 0;
	}
	copy = malloc(sizeof(*copy));
	if (copy)
		*copy = *item;
	if (!copy || grow(log) || !tsearch(copy, &log->index, compare_items)) {
		free(copy);
		return -ENOMEM;
	}
	log->items[log->info.nr_items++] = copy;
	return 0;
}

static int add_message(struct ext4bm_klog *log,
		       const struct ext4bm_klog_message *message)
{
	int device = find_device(log, message->device);
	struct ext4bm_klog_item item = {
		.message = *message, .group = message->group,
		.kernel = log->info.kernel,
	};
	struct ext4bm_klog_item **known;

	log->info.messages++;
	if (device == -ENOSPC) {
		log->info.dropped++;
		return 0;
	}
	if (device < 0)
		return device;
	if (ext4bm_klog_accuses(message)) {
		item.era = log->states[device].era;
		memcpy(item.uuid, log->states[device].uuid,
		       sizeof(item.uuid));
	}
	known = tfind(&item, &log->index, compare_items);
	if (known) {
		count(*known, message);
		return 0;
	}
	item.number = log->info.messages;
	count(&item, message);
	return add_item(log, &item);
}

/* What the kernel had in memory for a device is gone. */
static int end_era(struct ext4bm_klog *log,
		   const struct ext4bm_klog_message *message)
{
	int device = find_device(log, message->device);

	if (device < 0)
		return device == -ENOSPC ? 0 : device;
	log->states[device].era++;
	snprintf(log->states[device].uuid, sizeof(log->states[device].uuid),
		 "%.36s", message->kind == EXT4BM_KLOG_MOUNTED ?
		 message->detail : "");
	return 0;
}

int e4_klog_kernel(struct ext4bm_klog *log, const char *banner)
{
	char **kernels;

	if (strcmp(log->info.kernel, banner) == 0)
		return 0;
	log->info.kernel = "";
	for (size_t i = 0; i < log->nr_kernels; i++)
		if (strcmp(log->kernels[i], banner) == 0)
			log->info.kernel = log->kernels[i];
	if (*log->info.kernel || log->nr_kernels == MOST_KERNELS)
		return 0;
	kernels = reallocarray(log->kernels, log->nr_kernels + 1,
			       sizeof(*kernels));
	if (!kernels)
		return -ENOMEM;
	log->kernels = kernels;
	kernels[log->nr_kernels] = strdup(banner);
	if (!kernels[log->nr_kernels])
		return -ENOMEM;
	log->info.kernel = kernels[log->nr_kernels++];
	return 0;
}

/* Another boot: devices may have other names now. */
static int begin_boot(struct ext4bm_klog *log,
		      const struct ext4bm_klog_message *message)
{
	for (size_t i = 0; i < log->info.nr_devices; i++) {
		log->states[i].era++;
		log->states[i].uuid[0] = '\0';
	}
	return e4_klog_kernel(log, message->detail);
}

int ext4bm_klog_add(struct ext4bm_klog *log, const char *line)
{
	struct ext4bm_klog_message message;

	log->complete = false;
	log->info.lines++;
	if (!ext4bm_klog_parse(line, &message)) {
		log->info.unread += e4_klog_unread(line);
		return 0;
	}
	if (message.host[0])
		memcpy(log->info.host, message.host, sizeof(log->info.host));
	switch (message.kind) {
	case EXT4BM_KLOG_BOOT:
		return begin_boot(log, &message);
	case EXT4BM_KLOG_MOUNTED:
	case EXT4BM_KLOG_UNMOUNTED:
		return end_era(log, &message);
	case EXT4BM_KLOG_OTHER:
		log->info.others++;
		return 0;
	default:
		return add_message(log, &message);
	}
}

void ext4bm_klog_set_earlier(struct ext4bm_klog *log)
{
	log->complete = false;
	for (size_t i = 0; i < log->info.nr_devices; i++)
		log->states[i].era++;
}

void ext4bm_klog_only(struct ext4bm_klog *log, const char *device)
{
	size_t kept = 0;

	log->complete = false;
	tdestroy(log->index, keep);
	log->index = NULL;
	for (size_t i = 0; i < log->info.nr_items; i++) {
		struct ext4bm_klog_item *item = log->items[i];

		if (item->message.device[0] == '\0' ||
		    strcmp(item->message.device, device) == 0)
			log->items[kept++] = item;
		else
			free(item);
	}
	log->info.nr_items = kept;
	log->info.messages = 0;
	for (size_t i = 0; i < kept; i++) {
		log->info.messages += log->items[i]->count;
		tsearch(log->items[i], &log->index, compare_items);
	}
}

/* What follows from all lines together. */
static void complete(struct ext4bm_klog *log)
{
	if (log->complete)
		return;
	log->complete = true;
	for (size_t i = 0; i < log->info.nr_devices; i++)
		log->devices[i].items = log->devices[i].accused = 0;
	for (size_t i = 0; i < log->info.nr_items; i++) {
		struct ext4bm_klog_item *item = log->items[i];
		int device = find_device(log, item->message.device);
		struct ext4bm_klog_device *of = &log->devices[device];

		of->items++;
		if (!ext4bm_klog_accuses(&item->message))
			continue;
		of->accused++;
		item->earlier |= item->era != log->states[device].era;
	}
}

const struct ext4bm_klog_info *ext4bm_klog_info(struct ext4bm_klog *log)
{
	complete(log);
	return &log->info;
}

void e4_klog_each(struct ext4bm_klog *log, const char *device,
		  void (*each)(void *context, struct ext4bm_klog_item *item),
		  void *context)
{
	complete(log);
	for (size_t i = 0; i < log->info.nr_items; i++)
		if (strcmp(log->items[i]->message.device, device) == 0)
			each(context, log->items[i]);
}
