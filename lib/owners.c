// SPDX-License-Identifier: LGPL-2.0-only
/*
 * owners.c --- the part of a check that asks who owns what
 *
 * Decides of which groups the owners are wanted, and which side of a drift
 * they are on.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>

#include "bitmap.h"
#include "naming.h"
#include "owners.h"
#include "pathfind.h"

const char *e4_owners_refused(const struct ext4bm *fs)
{
	if (!fs->e2fs)
		return "there is no device or image to read inodes from";
	/* Whoever is given it is not to be given inodes. */
	if (fs->capture)
		return "what is read for a bundle must not have inodes in it";
	if (fs->image.super)
		return "an e2image file does not hold all that says who owns "
		       "a cluster";
	if (fs->geo.backup_descriptors)
		return "only a backup of the descriptors is usable, which "
		       "does not say how far the inode tables were used";
	if (fs->geo.unknown_incompat | fs->geo.unknown_ro_compat)
		return "unknown features may give inodes another meaning";
	return NULL;
}

/* Groups in which something was found, as far as it was kept or counted. */
static void add_suspects(uint8_t *wanted, const struct e4_results *results,
			 uint32_t groups)
{
	const struct e4_findings *findings = results->findings;

	for (uint32_t i = 0; i < groups / 8 + 1; i++)
		wanted[i] = results->tally->drift_groups[i];
	for (size_t i = 0; i < findings->nr; i++) {
		const struct ext4bm_finding *it = &findings->list[i];

		if (it->group < groups &&
		    ext4bm_catalogue(it->code)->severity != EXT4BM_OPERATIONAL)
			e4_bitmap_set(wanted, it->group, it->group + 1);
	}
}

/* A bit for each group whose owners are wanted. Return: NULL: no memory. */
static uint8_t *choose(const struct ext4bm *fs,
		       const struct ext4bm_check_options *options,
		       const struct e4_results *results)
{
	uint32_t groups = fs->table.groups;
	uint32_t bytes = groups / 8 + 1;
	uint8_t *asked = calloc(bytes, 1), *suspects = calloc(bytes, 1);

	if (!asked || !suspects) {
		free(asked);
		free(suspects);
		return NULL;
	}
	for (size_t i = 0; i < options->nr_groups; i++) {
		const struct ext4bm_range *range = &options->groups[i];

		if (range->first < groups)
			e4_bitmap_set(asked, (uint32_t)range->first,
				      range->last < groups ?
				      (uint32_t)range->last + 1 : groups);
	}
	if (options->owners == EXT4BM_OWNERS_SUSPECTS) {
		add_suspects(suspects, results, groups);
		for (uint32_t i = 0; i < bytes; i++)
			asked[i] &= suspects[i];
	}
	free(suspects);
	return asked;
}

/* The codes that say that a bitmap is not what the owners make it. */
struct side {
	enum ext4bm_code count;
	enum ext4bm_code unmarked;
	enum ext4bm_code leaked;
};

static const struct side sides[] = {
	{ EXT4BM_GD_FREE_CLUSTERS, EXT4BM_CLUSTER_UNMARKED,
	  EXT4BM_CLUSTER_LEAKED },
	{ EXT4BM_GD_FREE_INODES, EXT4BM_INODE_UNMARKED, EXT4BM_INODE_LEAKED },
};

/*
 * Groups whose bitmap of that kind is wrong. A leak that something explains
 * is none here: then nothing is known for sure.
 */
static void find_wrong(const struct e4_findings *findings,
		       const struct side *side, uint8_t *wrong)
{
	for (size_t i = 0; i < findings->nr; i++) {
		const struct ext4bm_finding *it = &findings->list[i];

		if (it->code == side->unmarked || it->code == side->leaked)
			e4_bitmap_set(wrong, it->group, it->group + 1);
	}
}

/* Free clusters or inodes that the owners leave; false if it is not known. */
static bool owned_count(const struct e4_survey *survey, enum ext4bm_code code,
			uint32_t group, uint64_t *ret_free)
{
	const struct ext4bm_geometry *geo = survey->views->geo;

	if (code == EXT4BM_GD_FREE_INODES) {
		*ret_free = survey->free_inodes[group];
		return *ret_free != E4_NOT_KNOWN;
	}
	*ret_free = ext4bm_group_clusters(geo, group) -
		    e4_claims_count(&survey->owned.claimed, group);
	return survey->owned.complete;
}

static void judge(struct ext4bm_finding *finding, uint64_t owned, bool wrong)
{
	finding->owned = owned;
	if (finding->stored == owned)
		finding->right = EXT4BM_RIGHT_STORED;
	else if (finding->counted == owned && !wrong)
		finding->right = EXT4BM_RIGHT_COUNTED;
	else
		finding->right = EXT4BM_RIGHT_NEITHER;
}

/* Which of two counts is right, now that a third one is known. */
static int judge_counts(const struct e4_survey *survey,
			struct e4_findings *findings)
{
	uint32_t groups = survey->views->table->groups;

	for (size_t n = 0; n < sizeof(sides) / sizeof(sides[0]); n++) {
		uint8_t *wrong = calloc(groups / 8 + 1, 1);

		if (!wrong)
			return -ENOMEM;
		find_wrong(findings, &sides[n], wrong);
		for (size_t i = 0; i < findings->nr; i++) {
			struct ext4bm_finding *it = &findings->list[i];
			uint64_t owned;

			if (it->code == sides[n].count &&
			    e4_bitmap_has(survey->wanted, it->group) &&
			    owned_count(survey, it->code, it->group, &owned))
				judge(it, owned,
				      e4_bitmap_has(wrong, it->group));
		}
		free(wrong);
	}
	return 0;
}

static void begin_pass(const struct ext4bm_check_options *options,
		       enum ext4bm_pass pass)
{
	if (options->pass)
		options->pass(options->context, pass);
}

static bool cancelled(const struct ext4bm_check_options *options)
{
	return options->cancel && *options->cancel;
}

/* As it was before anybody was asked, to go back to. */
struct before {
	size_t findings;
	struct e4_tally tally;
	struct e4_sums sums;
};

/*
 * All inodes could not be asked in good time, and whom there was time for is
 * chance: none of it counts, and that is said.
 */
static void give_up(struct before *before, struct e4_results *results)
{
	struct e4_findings *findings = results->findings;
	struct e4_tally discarded = *results->tally;

	while (findings->nr > before->findings)
		e4_finding_clear(&findings->list[--findings->nr]);
	*results->tally = before->tally;
	before->tally = discarded;
	*results->sums = before->sums;
	results->sums->no_owners =
		ext4bm_catalogue(EXT4BM_OWNERS_ENTANGLED)->summary;
	e4_findings_add(findings, EXT4BM_OWNERS_ENTANGLED, EXT4BM_NO_GROUP);
	e4_tally_add(results->tally, findings, before->findings);
}

static int ask(struct e4_survey *survey, struct e4_results *results)
{
	const struct ext4bm_check_options *options = survey->options;
	int ret;

	begin_pass(options, EXT4BM_PASS_INODES);
	ret = e4_survey_inodes(survey, results);
	if (ret || cancelled(options))
		return ret;
	begin_pass(options, EXT4BM_PASS_CLAIMS);
	ret = e4_survey_clusters(survey, results);
	if (ret || cancelled(options))
		return ret;
	ret = judge_counts(survey, results->findings);
	if (ret)
		return ret;
	ret = e4_naming_find(&survey->tables, options, results->findings,
			     NULL, &results->sums->table_bytes);
	/* What was found stays true; all of it says that owners are missing. */
	if (ret == -ELOOP)
		ret = 0;
	if (!ret)
		ret = e4_pathfind(&survey->tables, options, results->findings,
				  &results->sums->table_bytes);
	if (ret)
		return ret;
	results->sums->owners = options->owners;
	return 0;
}

static bool any(const uint8_t *map, uint32_t bits)
{
	return e4_bitmap_clear(map, 0, bits) != bits;
}

int e4_owners_find(const struct ext4bm *fs, const struct e4_views *views,
		   const struct ext4bm_check_options *options,
		   struct e4_results *results)
{
	struct e4_survey survey = { 0 };
	struct before before = {
		results->findings->nr, .sums = *results->sums
	};
	uint8_t *wanted = choose(fs, options, results);
	int ret;

	if (!wanted)
		return -ENOMEM;
	/* Where nothing is suspected there is nobody to ask. */
	if (!any(wanted, fs->table.groups)) {
		results->sums->owners = options->owners;
		free(wanted);
		return 0;
	}
	ret = e4_tally_copy(&before.tally, results->tally);
	if (ret) {
		free(wanted);
		return ret;
	}
	ret = e4_survey_init(&survey, fs, views, options, wanted,
			     results->findings);
	if (!ret)
		ret = ask(&survey, results);
	e4_survey_free(&survey);
	if (ret == -ELOOP) {
		give_up(&before, results);
		ret = 0;
	}
	e4_tally_free(&before.tally);
	return ret;
}
