// SPDX-License-Identifier: GPL-2.0-only
/*
 * members.c --- the objects at the head and the foot of the JSON document
 *
 * Decides the keys: full words, those of ext4bm.h. A key is always there;
 * what is not known or does not apply is null, never left out.
 */
#include "config.h"

#include <string.h>
#include <stdlib.h>

#include "clean.h"
#include "members.h"
#include "names.h"

static const char *const kinds[] = {
	[EXT4BM_TARGET_DEVICE] = "device",
	[EXT4BM_TARGET_IMAGE] = "image",
	[EXT4BM_TARGET_E2IMAGE] = "e2image",
};

/* Takes @clean, which may be NULL. */
static void add_clean(struct json_object *object, const char *key, char *clean)
{
	json_object_object_add(object, key,
			       clean ? json_object_new_string(clean) : NULL);
	free(clean);
}

void add_text(struct json_object *object, const char *key,
	      const char *text)
{
	add_clean(object, key, text ? clean_text(text) : NULL);
}

void add_path(struct json_object *object, const char *key, const char *path)
{
	add_clean(object, key, path ? clean_path(path) : NULL);
}

void add_number(struct json_object *object, const char *key,
		uint64_t number)
{
	json_object_object_add(object, key, json_object_new_uint64(number));
}

void add_bool(struct json_object *object, const char *key, bool value)
{
	json_object_object_add(object, key, json_object_new_boolean(value));
}

static void append_text(void *array, const char *text)
{
	json_object_array_add(array, json_object_new_string(text));
}

struct json_object *member_program(void)
{
	struct json_object *program = json_object_new_object();
	struct json_object *format = json_object_new_array();

	json_object_array_add(format, json_object_new_int(JSON_FORMAT_MAJOR));
	json_object_array_add(format, json_object_new_int(JSON_FORMAT_MINOR));
	add_text(program, "version", ext4bm_version());
	json_object_object_add(program, "format", format);
	return program;
}

/* Where a bundle comes from; null for a device or an image. */
static struct json_object *bundle(const struct ext4bm_replay_info *info)
{
	struct json_object *object;

	if (!info)
		return NULL;
	object = json_object_new_object();
	add_text(object, "program", info->program);
	json_object_object_add(object, "time",
			       json_object_new_int64(info->time));
	add_text(object, "kernel", *info->kernel ? info->kernel : NULL);
	add_text(object, "device", *info->name ? info->name : NULL);
	return object;
}

struct json_object *member_target(const struct options *options,
				  const struct ext4bm_target *target)
{
	struct json_object *object = json_object_new_object();

	add_text(object, "name", target->name);
	add_text(object, "device", target->device);
	add_text(object, "kind", kinds[target->kind]);
	add_number(object, "offset", target->offset);
	add_number(object, "size", target->size);
	add_bool(object, "mounted", target->mountpoint);
	add_text(object, "mountpoint", target->mountpoint);
	json_object_object_add(object, "bundle", bundle(options->bundle));
	return object;
}

static struct json_object *backup_groups(const struct ext4bm_geometry *geo)
{
	struct json_object *array = json_object_new_array();

	for (int i = 0; i < 2; i++)
		json_object_array_add(array, json_object_new_uint64(
						     geo->backup_groups[i]));
	return array;
}

#define NUMBER(field) add_number(object, #field, geo->field)
#define BOOL(field) add_bool(object, #field, geo->field)

/* What is known of a filesystem whose superblock may not be read. */
static struct json_object *derived_geometry(const struct ext4bm_geometry *geo)
{
	struct json_object *object = json_object_new_object();

	BOOL(derived);
	NUMBER(block_size);
	NUMBER(cluster_ratio);
	NUMBER(blocks);
	NUMBER(first_data_block);
	NUMBER(blocks_per_group);
	NUMBER(clusters_per_group);
	NUMBER(groups);
	return object;
}

struct json_object *member_geometry(const struct ext4bm_geometry *geo)
{
	struct json_object *object, *features;

	/* Of saved counters alone no shape is known. */
	if (!geo->block_size)
		return NULL;
	if (geo->derived)
		return derived_geometry(geo);
	object = json_object_new_object();
	features = json_object_new_array();
	add_text(object, "uuid", geo->uuid);
	add_text(object, "label", geo->label);
	NUMBER(block_size);
	NUMBER(cluster_ratio);
	NUMBER(blocks);
	NUMBER(first_data_block);
	NUMBER(blocks_per_group);
	NUMBER(clusters_per_group);
	NUMBER(inodes_per_group);
	NUMBER(inodes);
	NUMBER(first_inode);
	NUMBER(groups);
	NUMBER(itable_blocks);
	NUMBER(desc_size);
	NUMBER(desc_blocks);
	NUMBER(reserved_gdt);
	NUMBER(flex_groups);
	NUMBER(first_meta_bg);
	NUMBER(revision);
	NUMBER(compat);
	NUMBER(incompat);
	NUMBER(ro_compat);
	NUMBER(unknown_incompat);
	NUMBER(unknown_ro_compat);
	features_each(geo, append_text, features);
	json_object_object_add(object, "features", features);
	json_object_object_add(object, "backup_groups", backup_groups(geo));
	NUMBER(free_blocks);
	NUMBER(free_inodes);
	NUMBER(state);
	BOOL(gd_csum);
	BOOL(metadata_csum);
	BOOL(needs_recovery);
	BOOL(meta_bg);
	BOOL(flex_bg);
	BOOL(bigalloc);
	NUMBER(backup_superblock);
	BOOL(backup_descriptors);
	add_text(object, "mmp_host",
		 *geo->mmp_host ? geo->mmp_host : NULL);
	return object;
}
#undef NUMBER
#undef BOOL

static void add_view(struct json_object *views, const char *name, bool is_read)
{
	struct json_object *view = json_object_new_object();

	add_bool(view, "read", is_read);
	json_object_object_add(views, name, view);
}

/*
 * A mounted device is read through the page cache that the kernel changes;
 * what is on the disk below it stays unseen. The views of a running kernel
 * are listed so that nobody takes their absence for agreement.
 */
struct json_object *member_views(const struct result *result)
{
	struct json_object *views = json_object_new_object();
	bool live = result->report->live;
	bool device = result->report->geometry->block_size &&
		      (!live || result->report->live_cache);
	bool cache = result->target->mountpoint && device &&
		     result->target->kind == EXT4BM_TARGET_DEVICE;

	add_view(views, "disk", live ? result->report->live_disk :
					device && !cache);
	add_view(views, "cache", cache);
	add_view(views, "descriptor", device);
	/* Its totals are only current where the freeze has written them. */
	add_view(views, "superblock", live ? result->report->frozen : device);
	add_view(views, "buddy", live);
	add_view(views, "counters", live || result->report->saved_counters);
	/* There is no such thing where nothing is mounted. */
	if (live)
		add_view(views, "statfs", result->report->space.read);
	add_view(views, "owners", result->report->owners);
	return views;
}

struct json_object *member_by_code(const struct ext4bm_report *report)
{
	struct json_object *object = json_object_new_object();

	for (int code = 0; code < EXT4BM_NR_CODES; code++)
		if (report->by_code[code])
			add_number(object, ext4bm_catalogue(
						(enum ext4bm_code)code)->name,
					report->by_code[code]);
	return object;
}

static struct json_object *totals(const struct ext4bm_totals *sums)
{
	struct json_object *object = json_object_new_object();

	add_number(object, "gd_free_clusters", sums->gd_free_clusters);
	add_number(object, "gd_free_inodes", sums->gd_free_inodes);
	add_number(object, "free_clusters", sums->free_clusters);
	add_number(object, "free_inodes", sums->free_inodes);
	add_bool(object, "complete", sums->complete);
	return object;
}

static struct json_object *pattern(const struct ext4bm_report *report,
				   const struct ext4bm_pattern *it)
{
	struct json_object *object = json_object_new_object();
	char text[512];

	ext4bm_pattern_text(report, it, text, sizeof(text));
	add_text(object, "code", ext4bm_catalogue(it->code)->name);
	add_number(object, "groups", it->groups);
	add_number(object, "first", it->first);
	add_number(object, "last", it->last);
	json_object_object_add(object, "step", it->step ?
			       json_object_new_uint64(it->step) : NULL);
	json_object_object_add(object, "stored", it->same_stored ?
			       json_object_new_uint64(it->stored) : NULL);
	json_object_object_add(object, "difference", it->same_difference ?
			       json_object_new_int64(it->difference) : NULL);
	add_bool(object, "one_flex_bg", it->one_flex_bg);
	add_bool(object, "every_flex_bg", it->every_flex_bg);
	add_bool(object, "one_gd_block", it->one_gd_block);
	add_text(object, "text", *text ? text : NULL);
	return object;
}

static struct json_object *patterns(const struct ext4bm_report *report)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < report->nr_patterns; i++)
		json_object_array_add(array, pattern(report,
						     &report->patterns[i]));
	return array;
}

static struct json_object *unchecked(const struct ext4bm_report *report)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < report->nr_unchecked; i++) {
		const struct ext4bm_unchecked *it = &report->unchecked[i];
		struct json_object *object = json_object_new_object();

		add_text(object, "code",
			 ext4bm_catalogue(it->code)->name);
		json_object_object_add(object, "groups", it->groups ?
				       json_object_new_uint64(it->groups) :
				       NULL);
		add_text(object, "reason", it->reason);
		json_object_array_add(array, object);
	}
	return array;
}

/* Only who reads the descriptors knows what is kept. */
static struct json_object *kept(const struct ext4bm_report *report)
{
	struct json_object *object;

	if (!report->live_cache)
		return NULL;
	object = json_object_new_object();
	add_number(object, "groups", report->kept.groups);
	add_number(object, "clusters", report->kept.clusters);
	return object;
}

static struct json_object *hidden(const struct ext4bm_kept *it)
{
	struct json_object *object = json_object_new_object();

	add_number(object, "groups", it->hidden_groups);
	add_number(object, "clusters", it->hidden_clusters);
	return object;
}

static struct json_object *space(const struct ext4bm_space *it)
{
	struct json_object *object;

	if (!it->read)
		return NULL;
	object = json_object_new_object();
	add_number(object, "free_blocks", it->free);
	add_number(object, "delayed_blocks", it->delayed);
	json_object_object_add(object, "gd_free_blocks", it->compared ?
			       json_object_new_uint64(it->described) : NULL);
	return object;
}

/* How far owners were found out; null when they were not asked. */
static struct json_object *owners(const struct ext4bm_report *report)
{
	struct json_object *object;

	if (!report->owners)
		return NULL;
	object = json_object_new_object();
	add_text(object, "of", report->owners == EXT4BM_OWNERS_ALL ?
		 "all" : "suspects");
	json_object_object_add(object, "inodes_used", report->live ? NULL :
			       json_object_new_uint64(report->inodes_used));
	add_number(object, "bytes_read", report->table_bytes);
	/* There is no such thing where nothing is mounted. */
	if (report->live)
		add_bool(object, "frozen", report->owners_still);
	return object;
}

/* How a mounted file system was looked at; null for one that was not. */
static struct json_object *live(const struct ext4bm_report *report)
{
	struct json_object *object;

	if (!report->live)
		return NULL;
	object = json_object_new_object();
	add_number(object, "samples", report->samples);
	add_number(object, "rejected", report->rejected);
	add_number(object, "transient", report->transient);
	add_number(object, "explained", report->explained);
	add_bool(object, "frozen", report->frozen);
	json_object_object_add(object, "lagging", report->live_disk ?
			       json_object_new_uint64(report->lagging) : NULL);
	json_object_object_add(object, "kept", kept(report));
	json_object_object_add(object, "hidden", hidden(&report->kept));
	json_object_object_add(object, "space", space(&report->space));
	return object;
}

/* A journal to be replayed; null where there is none, or one in use. */
static struct json_object *journal(const struct ext4bm_report *report)
{
	const struct ext4bm_journal *it = &report->journal;
	struct json_object *object;

	if (it->state == EXT4BM_JOURNAL_CLEAN || report->live)
		return NULL;
	object = json_object_new_object();
	add_text(object, "state", ext4bm_journal_state_name(it->state));
	add_text(object, "reason", it->reason);
	add_bool(object, "external", it->external);
	add_number(object, "transactions", it->transactions);
	add_number(object, "blocks", it->blocks);
	add_number(object, "revoked", it->revoked);
	add_number(object, "fast_commits", it->fast_commits);
	return object;
}

struct json_object *member_summary(const struct ext4bm_report *report)
{
	struct json_object *object = json_object_new_object();
	struct json_object *advice = json_object_new_array();
	char text[1024];

	ext4bm_verdict_text(report, text, sizeof(text));
	ext4bm_advice(report, append_text, advice);
#define NUMBER(field) add_number(object, #field, report->field)
	add_text(object, "verdict",
		 ext4bm_verdict_name(report->verdict));
	add_text(object, "text", text);
	add_text(object, "worst", report->unexplained ?
		 ext4bm_severity_name(report->worst) : NULL);
	NUMBER(groups_wanted);
	NUMBER(groups_checked);
	NUMBER(groups_uninit);
	NUMBER(groups_drift);
	json_object_object_add(object, "findings", member_by_code(report));
	NUMBER(unexplained);
	NUMBER(operational);
	NUMBER(undecided);
	NUMBER(dropped);
	add_bool(object, "cancelled", report->cancelled);
	NUMBER(bytes_read);
	json_object_object_add(object, "owners", owners(report));
	json_object_object_add(object, "live", live(report));
	json_object_object_add(object, "journal", journal(report));
	json_object_object_add(object, "totals", report->live ? NULL :
			       totals(&report->totals));
	json_object_object_add(object, "patterns", patterns(report));
	json_object_object_add(object, "unchecked", unchecked(report));
	json_object_object_add(object, "advice", advice);
#undef NUMBER
	return object;
}
