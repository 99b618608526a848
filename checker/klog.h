/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * klog.h --- messages of the kernel, explained, and what became of them
 */
#ifndef KLOG_H
#define KLOG_H

#include "klook.h"

/**
 * struct klog_result - all there is to say about a log
 * @options:	what was asked for
 * @source:	name of the log, for a person
 * @log:	its messages, each with its verdict
 * @items:	the same, in the order in which they matter
 * @looks:	the devices that were to be looked at
 * @nr_looks:	how many
 * @exit:	exit status of the program
 */
struct klog_result {
	const struct options *options;
	const char *source;
	const struct ext4bm_klog_info *log;
	const struct ext4bm_klog_item **items;
	struct klook *looks;
	size_t nr_looks;
	int exit;
};

/** Order of messages by what became of them, for qsort(). */
int klog_compare(const void *a, const void *b);

/** Read, explain, look (--klog). Return: exit status. */
int klog(struct options *options);

/**
 * klog_verdict() - what became of the messages, in one sentence
 * @result:	result
 * @buf:	where to write it
 * @size:	size of @buf
 *
 * Return: the verdict of the message that matters most; _GONE and no item
 * when there is none.
 */
enum ext4bm_klog_verdict klog_verdict(const struct klog_result *result,
				      char *buf, size_t size);

/** For a person: the verdict, then each kind of message explained. */
void render_klog_text(const struct klog_result *result);

/** One document, or one object a line. */
void render_klog_json(const struct klog_result *result);

#endif
