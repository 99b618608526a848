// SPDX-License-Identifier: GPL-2.0-only
/*
 * klog.c --- messages of the kernel, explained, and what became of them
 *
 *	options -> read the log -> which devices? -> look -> render -> exit
 *
 * A log is only a hint. Each device that it accuses is looked at if it is
 * here, and what cannot be looked at is said; a log of another machine is
 * explained and no more.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "clean.h"
#include "complain.h"
#include "finish.h"
#include "help.h"
#include "klog.h"
#include "progress.h"

static const char kernels_own[] = "/dev/kmsg";
static const char reading[] = "trying to read";

/* What the devices of the log are, beside what the log says of them. */
struct scope {
	char name[256];
	const char *image;
	const char *refusal;
	char reason[200];
};

static int failed(struct options *options, int errnum, const char *doing,
		  const char *text)
{
	struct ext4bm_error err = { .errnum = errnum };

	snprintf(err.text, sizeof(err.text), "%s", text);
	return finish_failed(options, &err, doing);
}

/* A program may read the journal's copy where the kernel's is closed. */
static const char *hint(int errnum, const char *path)
{
	if (strcmp(path, kernels_own) != 0)
		return "";
	if (errnum == EPERM || errnum == EACCES || errnum == ENOENT ||
	    errnum == ENXIO)
		return "Only root may read it here; without: journalctl -k | "
		       "ext4bmcheck --klog=-";
	return "";
}

static int read_log(struct options *options, struct ext4bm_klog *log)
{
	const char *path = options->klog;
	bool standard = strcmp(path, "-") == 0;
	struct ext4bm_error err = { 0 };
	struct stat st;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	options->device = standard ? "standard input" : path;
	if (fd < 0)
		return failed(options, errno, reading, hint(errno, path));
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		err.errnum = EISDIR;
	else
		ext4bm_klog_read(log, fd, &err);
	if (!standard)
		close(fd);
	if (!err.errnum)
		return 0;
	return failed(options, err.errnum, reading,
		      *err.text ? err.text : hint(err.errnum, path));
}

/* The first part of a host's name; the rest comes and goes. */
static bool same_host(const char *a, const char *b)
{
	size_t len = strcspn(a, ".");

	return len == strcspn(b, ".") && strncasecmp(a, b, len) == 0;
}

/*
 * A log with the name of another host is not of this machine; one of another
 * kernel is at least not of this boot, and all that was in memory is gone.
 */
static void compare_machine(struct ext4bm_klog *log, struct scope *scope)
{
	const struct ext4bm_klog_info *info = ext4bm_klog_info(log);
	struct utsname name;
	size_t len;

	if (uname(&name) < 0)
		return;
	len = strlen(name.release);
	if (*info->host && !same_host(info->host, name.nodename)) {
		snprintf(scope->reason, sizeof(scope->reason),
			 "the log is of another machine (%s)", info->host);
		scope->refusal = scope->reason;
	} else if (*info->kernel &&
		   (strncmp(info->kernel, name.release, len) != 0 ||
		    (info->kernel[len] && info->kernel[len] != ' '))) {
		ext4bm_klog_set_earlier(log);
	}
}

static bool is_named(const struct ext4bm_klog_info *info, const char *name)
{
	for (size_t i = 0; i < info->nr_devices; i++)
		if (strcmp(info->devices[i].name, name) == 0)
			return true;
	return false;
}

/* Number of devices that are accused, or just named; *@ret_one is the last. */
static size_t count_devices(const struct ext4bm_klog_info *info, bool accused,
			    const struct ext4bm_klog_device **ret_one)
{
	size_t nr = 0;

	for (size_t i = 0; i < info->nr_devices; i++) {
		const struct ext4bm_klog_device *it = &info->devices[i];

		if (*it->name == 0 || (accused ? it->accused : it->items) == 0)
			continue;
		*ret_one = it;
		nr++;
	}
	return nr;
}

/* What an image stands for is the one device that the log is about. */
static int choose_image(struct options *options, struct ext4bm_klog *log,
			struct scope *scope)
{
	const struct ext4bm_klog_info *info = ext4bm_klog_info(log);
	const struct ext4bm_klog_device *one = NULL;
	size_t nr = count_devices(info, true, &one);

	if (nr == 0)
		nr = count_devices(info, false, &one);
	if (nr > 1)
		return finish_refused(options, "The log is about several "
				      "devices, and which of them the image "
				      "is of is not known.",
				      "Give it the lines about one device "
				      "only.");
	scope->image = options->devices[0];
	scope->refusal = NULL;
	if (one)
		snprintf(scope->name, sizeof(scope->name), "%s", one->name);
	return 0;
}

/* An argument names a device that is here, one of the log, or an image. */
static int choose_device(struct options *options, struct ext4bm_klog *log,
			 struct scope *scope)
{
	const char *argument = options->devices[0];
	int ret = ext4bm_kernel_name(argument, scope->name,
				     sizeof(scope->name));
	struct stat st;

	options->device = argument;
	if (ret == -ENODEV && stat(argument, &st) == 0 && S_ISREG(st.st_mode))
		return choose_image(options, log, scope);
	if (ret == -ENOENT) {
		const char *bare = strncmp(argument, "/dev/", 5) == 0 ?
				   argument + 5 : argument;

		snprintf(scope->name, sizeof(scope->name), "%s", bare);
		for (char *at = scope->name; (at = strchr(at, '/')); )
			*at = '!';
		if (is_named(ext4bm_klog_info(log), scope->name))
			ret = 0;
	}
	if (ret)
		return failed(options, -ret, "looking for", "It is not here, "
			      "and the log does not name it");
	return 0;
}

/* Is there anything on the device that a check could look at? */
static bool worth_a_look(const struct ext4bm_klog_info *info,
			 const struct ext4bm_klog_device *device)
{
	if (*device->name == 0)
		return false;
	if (device->accused)
		return true;
	for (size_t i = 0; i < info->nr_items; i++)
		if (info->items[i]->message.group != EXT4BM_NO_GROUP &&
		    strcmp(info->items[i]->message.device, device->name) == 0)
			return true;
	return false;
}

static void look_at_all(struct options *options, struct ext4bm_klog *log,
			const struct scope *scope, struct klog_result *result)
{
	const struct ext4bm_klog_info *info = ext4bm_klog_info(log);

	result->looks = calloc(info->nr_devices + 1, sizeof(*result->looks));
	if (!result->looks)
		out_of_memory();
	for (size_t i = 0; i < info->nr_devices; i++) {
		const struct ext4bm_klog_device *device = &info->devices[i];
		struct klook *look = &result->looks[result->nr_looks];

		if (!worth_a_look(info, device)) {
			ext4bm_klog_not_looked(log, device->name,
					       "there is nothing to look at");
			continue;
		}
		result->nr_looks++;
		if (*options->check.cancel) {
			klook_refuse(log, device, "interrupted", look);
			look->exit = EXT4BM_EXIT_CANCELLED;
		} else if (options->no_look)
			klook_refuse(log, device, "only an explanation was "
				     "asked for (--no-look)", look);
		else if (scope->refusal)
			klook_refuse(log, device, scope->refusal, look);
		else
			klook_at(options, log, device, scope->image, look);
		result->exit |= look->exit;
	}
	result->exit |= ext4bm_klog_exit_status(log);
}

static void sort_items(const struct ext4bm_klog_info *log,
		       struct klog_result *result)
{
	result->log = log;
	result->items = calloc(log->nr_items + 1, sizeof(*result->items));
	if (!result->items)
		out_of_memory();
	for (size_t i = 0; i < log->nr_items; i++)
		result->items[i] = log->items[i];
	qsort(result->items, log->nr_items, sizeof(*result->items),
	      klog_compare);
}

static int explain_log(struct options *options, struct ext4bm_klog *log)
{
	struct klog_result result = {
		.options = options, .source = options->device,
	};
	struct scope scope = { .name = "" };
	int status;

	compare_machine(log, &scope);
	if (options->nr_devices) {
		status = choose_device(options, log, &scope);
		if (status)
			return status;
		ext4bm_klog_only(log, scope.name);
	}
	look_at_all(options, log, &scope, &result);
	sort_items(ext4bm_klog_info(log), &result);
	progress_end();
	if (options_json(options))
		render_klog_json(&result);
	else
		render_klog_text(&result);
	for (size_t i = 0; i < result.nr_looks; i++)
		klook_free(&result.looks[i]);
	free(result.looks);
	free(result.items);
	return result.exit;
}

static bool is_image(const char *path)
{
	struct ext4bm_target *target = NULL;
	struct ext4bm_error err = { 0 };
	struct ext4bm *fs = NULL;
	int ret = ext4bm_resolve(path, &target, &err);

	if (!ret)
		ret = ext4bm_open(target, NULL, &fs, &err);
	ext4bm_close(fs);
	ext4bm_target_free(target);
	return ret != -EINVAL;
}

/* Without a name it is the kernel's own, and a file that follows an image. */
static int choose_log(struct options *options)
{
	const char *argument =
		options->nr_devices ? options->devices[0] : NULL;
	struct stat st;

	if (options->klog)
		return 0;
	options->klog = kernels_own;
	if (!argument || stat(argument, &st) < 0 || !S_ISREG(st.st_mode) ||
	    is_image(argument))
		return 0;
	options->device = argument;
	return finish_refused(options, "This is no image of a file system.",
			      "The name of a log follows an equals sign: "
			      "--klog=FILE");
}

int klog(struct options *options)
{
	struct ext4bm_klog *log = ext4bm_klog_new();
	int status;

	if (!log)
		out_of_memory();
	if (options->verbose)
		help_banner();
	status = choose_log(options);
	if (!status)
		status = read_log(options, log);
	/* Until here, a signal simply ends the program. */
	if (!status) {
		progress_start(options, options->device);
		status = explain_log(options, log);
	}
	ext4bm_klog_free(log);
	return status;
}
