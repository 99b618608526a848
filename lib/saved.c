// SPDX-License-Identifier: LGPL-2.0-only
/*
 * saved.c --- counters of the allocator that somebody saved to a file
 *
 * They are of another moment than the device they are compared with, and
 * nothing can be read again until it stands still. What such a comparison
 * can show is therefore a hint and no proof, but for what is wrong in the
 * counters by themselves: those below zero, and groups that the kernel itself
 * has given up.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ext4bm_err.h"
#include "geometry.h"
#include "kernel.h"
#include "mounts.h"
#include "record.h"
#include "saved.h"
#include "wanted.h"

void e4_counters_possible(const struct e4_mbgroup *line, uint32_t clusters,
			  struct e4_findings *findings)
{
	const struct e4_counters *counters = &line->counters;
	struct ext4bm_finding *finding;
	bool possible = counters->free >= 0 && counters->fragments >= 0 &&
			(clusters == 0 ||
			 counters->free <= (int64_t)clusters);

	for (int order = 0; order < E4_ORDERS; order++)
		possible &= counters->orders[order] >= 0;
	if (possible)
		return;
	finding = e4_findings_add(findings, EXT4BM_COUNTERS_IMPOSSIBLE,
				  line->group);
	finding->stored = (uint64_t)(int64_t)counters->free;
	finding->counted = clusters;
	for (uint64_t order = 0; order < E4_ORDERS; order++)
		if (counters->orders[order] < 0)
			e4_finding_range(findings, order, order);
}

static struct ext4bm_finding *add(struct e4_findings *findings,
				  const struct e4_mbgroup *line,
				  const struct e4_gd *gd,
				  enum ext4bm_code code, int64_t stored,
				  int64_t counted)
{
	struct ext4bm_finding *finding =
		e4_findings_add(findings, code, line->group);

	finding->stored = (uint64_t)stored;
	finding->counted = (uint64_t)counted;
	finding->flags = gd ? gd->flags : 0;
	return finding;
}

void e4_counters_compare(const struct ext4bm_geometry *geo,
			 const struct e4_mbgroup *line,
			 const struct e4_gd *gd, struct e4_findings *findings)
{
	int32_t nr_free = line->counters.free;

	if (line->errnum) {
		add(findings, line, gd, EXT4BM_GROUP_LOAD_FAILED, 0,
		    0)->errnum = line->errnum;
		return;
	}
	e4_counters_possible(line, geo->blocks ?
			     ext4bm_group_clusters(geo, line->group) : 0,
			     findings);
	/* Without a descriptor there is no second number to give. */
	if (line->corrupt)
		add(findings, line, gd, EXT4BM_GROUP_MARKED_CORRUPT, nr_free,
		    gd ? gd->free_clusters : nr_free);
	else if (gd && nr_free > (int64_t)gd->free_clusters)
		add(findings, line, gd, EXT4BM_COUNTERS_ABOVE_DESCRIPTOR,
		    gd->free_clusters, nr_free);
}

struct reading {
	const struct ext4bm *fs;
	const struct ext4bm_check_options *options;
	struct e4_findings *findings;
	size_t range;
	uint64_t next;
	uint32_t seen;
	bool foreign;
};

/* Lines and ranges are both in the order of the groups. */
static bool is_wanted(struct reading *reading, uint32_t group)
{
	const struct ext4bm_check_options *options = reading->options;

	while (reading->range < options->nr_groups &&
	       options->groups[reading->range].last < group)
		reading->range++;
	return reading->range < options->nr_groups &&
	       options->groups[reading->range].first <= group;
}

static bool take_line(void *context, const struct e4_mbgroup *line)
{
	struct reading *reading = context;
	const struct ext4bm *fs = reading->fs;
	bool judged = fs->e2fs && !fs->geo.backup_descriptors;
	struct e4_gd gd;

	if (line->group < reading->next || line->group >= fs->geo.groups) {
		reading->foreign = true;
		return false;
	}
	reading->next = (uint64_t)line->group + 1;
	if (!is_wanted(reading, line->group))
		return true;
	reading->seen++;
	judged = judged && line->group < fs->table.groups &&
		 e4_table_get(&fs->table, &fs->geo, &fs->csum, line->group,
			      &gd) == 0;
	e4_counters_compare(&fs->geo, line, judged ? &gd : NULL,
			    reading->findings);
	return true;
}

int e4_saved_compare(const struct ext4bm *fs,
		     const struct ext4bm_check_options *options,
		     struct e4_findings *findings, uint32_t *ret_seen,
		     uint32_t *ret_missing, struct ext4bm_error *err)
{
	struct reading reading = { .fs = fs, .options = options,
				   .findings = findings };
	int ret = e4_counters_read(options->mb_groups, take_line, &reading);

	if (ret == -EBADMSG)
		return e4_error(err, EBADMSG, EXT4BM_ET_COUNTERS, "%s", "");
	if (ret)
		return e4_error(err, -ret, -ret,
				"The saved counters could not be read");
	if (reading.foreign)
		return e4_error(err, EINVAL, EXT4BM_ET_COUNTERS,
				"The filesystem has %u groups, in order; "
				"these are of another one", fs->geo.groups);
	*ret_seen = reading.seen;
	*ret_missing = e4_wanted_count(options) - reading.seen;
	return 0;
}

/* The name of a filesystem is that of the folder with its counters. */
void e4_saved_record(const struct ext4bm_check_options *options,
		     struct ext4bm_kernel_record *record,
		     struct e4_findings *findings)
{
	struct e4_kernel kernel = { .root = options->proc_root, .fd = -1 };
	struct e4_source source = e4_source_kernel(&kernel);
	const char *end = strrchr(options->mb_groups, '/');
	const char *start = end;

	memset(record, 0, sizeof(*record));
	while (start && start > options->mb_groups && start[-1] != '/')
		start--;
	if (!start || !kernel.root)
		return;
	snprintf(kernel.name, sizeof(kernel.name), "%.*s", (int)(end - start),
		 start);
	e4_record_add(&source, -1, record, findings);
}

static bool count_line(void *context, const struct e4_mbgroup *line)
{
	struct ext4bm_geometry *geo = context;

	if (line->group == EXT4BM_NO_GROUP)
		return false;
	if (line->group >= geo->groups)
		geo->groups = line->group + 1;
	return true;
}

int ext4bm_open_counters(const char *mb_groups, struct ext4bm **ret_fs,
			 struct ext4bm_error *err)
{
	struct ext4bm *fs = calloc(1, sizeof(*fs));
	int ret;

	if (!fs)
		return e4_error(err, ENOMEM, ENOMEM, "%s", "");
	fs->geo.cluster_ratio = 1;
	ret = e4_counters_read(mb_groups, count_line, &fs->geo);
	if (!ret && fs->geo.groups == 0)
		ret = -EBADMSG;
	if (ret) {
		ext4bm_close(fs);
		return e4_error(err, -ret, ret == -EBADMSG ?
				EXT4BM_ET_COUNTERS : -ret, "%s", "");
	}
	*ret_fs = fs;
	return 0;
}

struct looking {
	const char *where;
	char *name;
};

/* The last mount covers the others. */
static bool keep_name(void *context, const struct e4_mount *mount)
{
	struct looking *looking = context;
	const char *slash = strrchr(mount->source, '/');

	if (strncmp(mount->type, "ext", 3) == 0 && slash &&
	    strcmp(mount->target, looking->where) == 0) {
		free(looking->name);
		looking->name = strdup(slash + 1);
	}
	return true;
}

static void read_mounts(const char *path, struct looking *looking)
{
	FILE *table = setmntent(path, "re");
	struct mntent entry;
	char text[8192];

	if (!table)
		return;
	while (getmntent_r(table, &entry, text, sizeof(text)))
		keep_name(looking, &(struct e4_mount){
			.target = entry.mnt_dir, .type = entry.mnt_type,
			.source = entry.mnt_fsname });
	endmntent(table);
}

/* The kernel's name of what is mounted on @where, by the saved tables. */
static char *mounted_name(const char *root, const char *where)
{
	struct looking looking = { where, NULL };
	char path[4096];

	snprintf(path, sizeof(path), "%s/proc/self/mountinfo", root);
	e4_mounts_read(path, keep_name, &looking);
	snprintf(path, sizeof(path), "%s/proc/mounts", root);
	if (!looking.name)
		read_mounts(path, &looking);
	return looking.name;
}

/* The counters of the only filesystem whose counters are below @root. */
static char *only_counters(const char *root, struct ext4bm_error *err)
{
	char path[4096], *found = NULL, *counters;
	int nr = 0;
	struct dirent *entry;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/proc/fs/ext4", root);
	folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		counters = e4_kernel_find_counters(root, entry->d_name);
		if (!counters)
			continue;
		nr++;
		free(found);
		found = counters;
	}
	if (folder)
		closedir(folder);
	if (nr == 1 && found)
		return found;
	free(found);
	e4_error(err, ENOENT, EXT4BM_ET_NOT_FOUND, nr ?
		 "Several filesystems are below %s: name the one that is "
		 "meant as its kernel does" :
		 "There is no proc/fs/ext4/*/mb_groups below %s", root);
	return NULL;
}

int ext4bm_saved_counters(const char *root, const char *name,
			  char **ret_mb_groups, struct ext4bm_error *err)
{
	const char *slash = strrchr(name, '/');
	char *mounted = mounted_name(root, name);
	char *counters = mounted ? e4_kernel_find_counters(root, mounted) :
				   NULL;

	free(mounted);
	if (!counters && strcmp(slash ? slash : name, "/") != 0)
		counters = e4_kernel_find_counters(root, slash ? slash + 1
							       : name);
	if (!counters)
		counters = only_counters(root, err);
	if (!counters)
		return -ENOENT;
	*ret_mb_groups = counters;
	return 0;
}

bool ext4bm_is_saved(const char *mb_groups)
{
	return !e4_is_kernels(mb_groups);
}
