// SPDX-License-Identifier: GPL-2.0-only
/*
 * watched.c --- the file systems that --watch looks at
 *
 * Decides which of them an event is about, and whether a name still leads to
 * the same one. Does no I/O.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "complain.h"
#include "watched.h"

static const char *const state_names[] = {
	[WATCH_NEW] = NULL,
	[WATCH_CLEAN] = "clean",
	[WATCH_DRIFT] = "drift",
	[WATCH_UNDECIDED] = "undecided",
	[WATCH_FAILED] = "failed",
	[WATCH_SKIPPED] = "skipped",
	[WATCH_GONE] = "gone",
};

const char *watch_state_name(enum watch_state state)
{
	return state_names[state];
}

static char *copy(const char *text)
{
	char *new = text ? strdup(text) : NULL;

	if (text && !new)
		out_of_memory();
	return new;
}

struct watched *watched_add(struct watched_list *all, const char *name)
{
	struct watched *grown =
		reallocarray(all->list, all->nr + 1, sizeof(*grown));

	if (!grown)
		out_of_memory();
	all->list = grown;
	grown += all->nr++;
	*grown = (struct watched) {
		.number = ++all->last, .name = copy(name),
		.wanted = true, .cause = WAKE_START,
	};
	return grown;
}

static void release(struct watched *it)
{
	free(it->name);
	free(it->device);
	free(it->mountpoint);
}

void watched_remove(struct watched_list *all, struct watched *it)
{
	release(it);
	all->nr--;
	memmove(it, it + 1, (size_t)(all->list + all->nr - it) * sizeof(*it));
}

void watched_free(struct watched_list *all)
{
	for (size_t i = 0; i < all->nr; i++)
		release(&all->list[i]);
	free(all->list);
}

bool watched_led_away(const struct watched *it, const char *kernel,
		      bool is_root)
{
	if (!it->is_path || !*it->kernel)
		return false;
	return it->is_root ? !is_root : strcmp(it->kernel, kernel) != 0;
}

bool watched_renewed(const struct watched *it, const char *uuid)
{
	return *it->uuid && *uuid && strcmp(it->uuid, uuid) != 0;
}

void watched_rename(struct watched *it, const char *name)
{
	char *new;

	if (strcmp(it->name, name) == 0)
		return;
	new = copy(name);
	free(it->name);
	it->name = new;
}

void watched_meet(struct watched_list *all, struct watched *it,
		  const struct ext4bm_live_info *info, const char *uuid)
{
	if (watched_renewed(it, uuid))
		it->number = ++all->last;
	snprintf(it->kernel, sizeof(it->kernel), "%s", info->name);
	snprintf(it->uuid, sizeof(it->uuid), "%s", uuid);
	free(it->device);
	free(it->mountpoint);
	it->device = copy(info->device);
	it->mountpoint = copy(info->mountpoint);
}

void watched_want(struct watched *it, enum wake_cause cause, const char *text)
{
	if (it->wanted)
		return;
	it->wanted = true;
	it->echo = false;
	it->cause = cause;
	snprintf(it->text, sizeof(it->text), "%s", text);
}

static bool is_about(const struct wake_event *event, const struct watched *it)
{
	if (event->cause == WAKE_KERNEL_LOG)
		return strcmp(event->device, it->kernel) == 0;
	return !event->fsid || event->fsid == it->fsid;
}

bool watched_wake(struct watched_list *all, const struct wake_event *event,
		  bool during)
{
	bool any = false;

	for (size_t i = 0; i < all->nr; i++) {
		struct watched *it = &all->list[i];
		bool echo = during && it->in_round;

		if (!is_about(event, it) || it->wanted || (echo && it->echo))
			continue;
		watched_want(it, event->cause, event->text);
		it->echo = echo;
		any = true;
	}
	return any;
}
