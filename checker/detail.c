// SPDX-License-Identifier: GPL-2.0-only
/*
 * detail.c --- what -v adds to the report for a person
 *
 * The shape of the filesystem, the totals, and each finding by itself with
 * its place: enough to go and look with dumpe2fs(8) or a hex editor.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "clean.h"
#include "names.h"
#include "render.h"
#include "wrap.h"

/* Ranges of a finding that are printed; --json has them all. */
#define RANGES_SHOWN 8
#define INDENT 18

static void print_name(const char *name)
{
	printf("  %-*s", INDENT - 2, name);
}

static void print_text(const char *name, const char *text)
{
	char *clean = clean_text(text);

	if (*clean) {
		print_name(name);
		puts(clean);
	}
	free(clean);
}

static void append_feature(void *context, const char *name)
{
	FILE *stream = context;

	fprintf(stream, "%s%s", ftell(stream) ? " " : "", name);
}

static void print_features(const struct ext4bm_geometry *geo)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return;
	features_each(geo, append_feature, stream);
	fclose(stream);
	print_name("features");
	wrap_print(stdout, wrap_width(stdout), INDENT, text);
	free(text);
}

static const char *checksums(const struct ext4bm_geometry *geo)
{
	if (geo->metadata_csum)
		return "superblock, descriptors and bitmaps";
	return geo->gd_csum ? "descriptors" : "none";
}

static void print_superblock(const struct ext4bm_geometry *geo, bool live)
{
	print_text("label", geo->label);
	print_text("uuid", geo->uuid);
	print_text("used by host", geo->mmp_host);
	print_features(geo);
	print_text("checksums", checksums(geo));
	print_name("state");
	printf("%s%s%s%s\n", geo->state & 1 ? "clean" : "not clean",
	       geo->state & 2 ? ", with errors" : "",
	       geo->state & 4 ? ", orphans being recovered" : "",
	       !geo->needs_recovery ? "" :
	       live ? ", mounted" : ", journal to be replayed");
}

static void print_size(const struct ext4bm_geometry *geo)
{
	print_name("size");
	printf("%" PRIu64 " blocks of %u bytes\n", geo->blocks,
	       geo->block_size);
	if (geo->cluster_ratio > 1) {
		print_name("cluster");
		printf("%u blocks\n", geo->cluster_ratio);
	}
}

static void print_geometry(const struct ext4bm_geometry *geo, bool live)
{
	if (geo->derived) {
		print_size(geo);
		print_name("groups");
		printf("%u of %u clusters\n", geo->groups,
		       geo->clusters_per_group);
		return;
	}
	print_superblock(geo, live);
	print_size(geo);
	print_name("groups");
	printf("%u of %u clusters and %u inodes, %u in a flex group\n",
	       geo->groups, geo->clusters_per_group, geo->inodes_per_group,
	       geo->flex_groups);
	print_name("descriptors");
	printf("%u bytes each, %u blocks\n", geo->desc_size,
	       geo->desc_blocks);
	if (geo->backup_superblock) {
		print_name("superblock");
		printf("copy at block %" PRIu64 "\n", geo->backup_superblock);
	}
}

static void print_kept(const struct ext4bm_report *report)
{
	const struct ext4bm_kept *kept = &report->kept;

	if (report->live_cache) {
		print_name("kept");
		printf("%" PRIu64 " free clusters in %" PRIu64 " groups: "
		       "preallocated, or freed and waiting\n", kept->clusters,
		       kept->groups);
	}
	print_name("not shown");
	printf("%" PRIu64 " clusters in %" PRIu64 " groups, below the "
	       "allocator's first free hint\n", kept->hidden_clusters,
	       kept->hidden_groups);
}

static void print_space(const struct ext4bm_space *space)
{
	if (!space->read)
		return;
	print_name("statfs");
	printf("%" PRIu64 " free blocks, %" PRIu64 " more are promised to "
	       "delayed writes\n", space->free, space->delayed);
	if (!space->compared)
		return;
	print_name("descriptors");
	printf("%" PRIu64 " free blocks at that moment\n", space->described);
}

static void print_journal(const struct ext4bm_journal *journal, bool live)
{
	if (journal->state == EXT4BM_JOURNAL_CLEAN)
		return;
	if (live) {
		print_text("journal", "in use");
		return;
	}
	print_name("journal");
	if (journal->state >= EXT4BM_JOURNAL_PARTLY)
		printf("%u transaction%s (%" PRIu64 " block%s) replayed in "
		       "memory, %" PRIu64 " revoked", journal->transactions,
		       journal->transactions == 1 ? "" : "s", journal->blocks,
		       journal->blocks == 1 ? "" : "s", journal->revoked);
	else
		printf("not replayed");
	if (journal->reason)
		printf(": %s", journal->reason);
	if (journal->fast_commits)
		printf("; %u fast commit%s behind it not replayed",
		       journal->fast_commits,
		       journal->fast_commits == 1 ? "" : "s");
	putchar('\n');
}

static void print_totals(const struct ext4bm_report *report)
{
	const struct ext4bm_totals *totals = &report->totals;
	const struct ext4bm_geometry *geo = report->geometry;

	print_name("groups");
	printf("%u looked at of %u wanted, %u of them with an implied bitmap, "
	       "%u with drift\n", report->groups_checked,
	       report->groups_wanted, report->groups_uninit,
	       report->groups_drift);
	if (report->live) {
		print_name("frozen");
		puts(report->frozen ? "yes, while it was read" : "no");
		print_name("samples");
		printf("%" PRIu64 " of suspected groups, %" PRIu64
		       " rejected because something moved\n",
		       report->samples, report->rejected);
		print_name("transient");
		printf("%" PRIu64 " group%s had a difference that did not "
		       "last\n", report->transient,
		       report->transient == 1 ? "" : "s");
		if (report->live_disk) {
			print_name("disk");
			printf("%" PRIu64 " group%s not written to their "
			       "place yet, at a first look\n",
			       report->lagging,
			       report->lagging == 1 ? "" : "s");
		}
		print_kept(report);
		print_space(&report->space);
		return;
	}
	print_name("free clusters");
	printf("%" PRIu64 " counted, %" PRIu64 " in the descriptors%s\n",
	       totals->free_clusters, totals->gd_free_clusters,
	       totals->complete ? "" : " (not all of them)");
	print_name("free inodes");
	printf("%" PRIu64 " counted, %" PRIu64 " in the descriptors%s\n",
	       totals->free_inodes, totals->gd_free_inodes,
	       totals->complete ? "" : " (not all of them)");
	print_name("superblock");
	printf("%" PRIu64 " free blocks, %u free inodes\n", geo->free_blocks,
	       geo->free_inodes);
	print_name("findings");
	printf("%" PRIu64 " drift, %" PRIu64 " could not be looked at, %" PRIu64
	       " undecided\n", report->unexplained, report->operational,
	       report->undecided);
}

static void print_range(struct ext4bm_range range)
{
	if (range.first == range.last)
		printf(" %" PRIu64, range.first);
	else
		printf(" %" PRIu64 "-%" PRIu64, range.first, range.last);
}

/* Clusters count from the start of the group: give the blocks as well. */
static void print_ranges(const struct ext4bm_geometry *geo,
			 const struct ext4bm_finding *finding, bool as_blocks)
{
	enum ext4bm_unit unit = ext4bm_catalogue(finding->code)->unit;
	size_t count = finding->nr_ranges;

	if (count > RANGES_SHOWN)
		count = RANGES_SHOWN;
	printf("    %s", ext4bm_unit_name(as_blocks ? EXT4BM_UNIT_BLOCKS
						    : unit));
	for (size_t i = 0; i < count; i++) {
		struct ext4bm_range range = finding->ranges[i];

		if (as_blocks)
			range = ext4bm_cluster_blocks(geo, finding->group,
						      range);
		print_range(range);
	}
	if (count < finding->nr_ranges)
		printf(" and %zu more ranges", finding->nr_ranges - count);
	if (finding->ranges_cut)
		printf(" and others that were not kept");
	putchar('\n');
}

static void print_place(const struct ext4bm_finding *finding)
{
	if (finding->offset == EXT4BM_NO_OFFSET && !finding->flags)
		return;
	printf("   ");
	if (finding->offset != EXT4BM_NO_OFFSET)
		printf(" byte %" PRIu64, finding->offset);
	if (finding->flags)
		printf(" flags");
	for (const struct flag_name *it = flag_names; it->flag; it++)
		if (finding->flags & it->flag)
			printf(" %s", it->name);
	putchar('\n');
}

static void print_finding(const struct ext4bm_geometry *geo,
			  const struct ext4bm_finding *finding)
{
	char text[512];

	ext4bm_finding_text(geo, finding, text, sizeof(text));
	printf("  %s: %s\n", ext4bm_catalogue(finding->code)->name, text);
	print_place(finding);
	if (!finding->nr_ranges)
		return;
	print_ranges(geo, finding, false);
	if (ext4bm_catalogue(finding->code)->unit == EXT4BM_UNIT_CLUSTERS)
		print_ranges(geo, finding, true);
}

static void print_bundle(const struct result *result)
{
	const struct ext4bm_replay_info *info = result->options->bundle;
	time_t when = (time_t)info->time;
	struct tm *fields = gmtime(&when);
	char text[40];

	render_heading(result, "Bundle");
	print_text("made by", info->program);
	if (fields && strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC",
			       fields))
		print_text("time", text);
	print_text("kernel", info->kernel);
	print_text("device", info->name);
}

void render_detail(const struct result *result)
{
	const struct ext4bm_report *report = result->report;

	if (result->options->bundle)
		print_bundle(result);
	if (report->geometry->block_size) {
		render_heading(result, "Filesystem");
		print_geometry(report->geometry, report->live);
		print_journal(&report->journal, report->live);
	}
	render_heading(result, "Totals");
	print_totals(report);
	if (report->nr_findings)
		render_heading(result, "Each finding");
	for (size_t i = 0; i < report->nr_findings; i++)
		print_finding(report->geometry, &report->findings[i]);
}
