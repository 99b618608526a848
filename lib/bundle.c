// SPDX-License-Identifier: LGPL-2.0-only
/*
 * bundle.c --- what a bundle consists of
 *
 * Text where that is possible: whoever unpacks one can read it, and see that
 * it has no names of people, files or places in it. Decides what is left out
 * of the superblock for that.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "bundle.h"
#include "sampletext.h"
#include "spool.h"

FILE *e4_bundle_find(const struct e4_bundle *bundle, const char *name)
{
	for (unsigned int i = 0; i < bundle->nr; i++)
		if (strcmp(bundle->members[i].name, name) == 0)
			return bundle->members[i].file;
	return NULL;
}

FILE *e4_bundle_make(struct e4_bundle *bundle, const char *name)
{
	FILE *file;

	if (bundle->nr == E4_BUNDLE_MEMBERS || strlen(name) >=
	    sizeof(bundle->members[0].name) || e4_bundle_find(bundle, name)) {
		errno = EBADMSG;
		return NULL;
	}
	file = e4_spool(bundle->folder);
	if (!file)
		return NULL;
	strcpy(bundle->members[bundle->nr].name, name);
	bundle->members[bundle->nr++].file = file;
	return file;
}

void e4_bundle_drop(struct e4_bundle *bundle, const char *name)
{
	for (unsigned int i = 0; i < bundle->nr; i++) {
		if (strcmp(bundle->members[i].name, name) != 0)
			continue;
		fclose(bundle->members[i].file);
		bundle->members[i] = bundle->members[--bundle->nr];
		return;
	}
}

void e4_bundle_close(struct e4_bundle *bundle)
{
	while (bundle->nr > 0)
		fclose(bundle->members[--bundle->nr].file);
}

#define FIELD(name) { offsetof(struct ext2_super_block, s_##name), \
		      sizeof(((struct ext2_super_block *)NULL)->s_##name) }

void e4_bundle_scrub(uint8_t super[E4_SUPERBLOCK_SIZE])
{
	static const struct {
		size_t offset;
		size_t size;
	} fields[] = {
		FIELD(volume_name), FIELD(last_mounted), FIELD(mount_opts),
		FIELD(encrypt_pw_salt),
	};

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		memset(super + fields[i].offset, 0, fields[i].size);
}

/* The keys of a manifest, and where their values are. */
enum kind { KIND_FLAG, KIND_NUMBER, KIND_TIME, KIND_HEX, KIND_TEXT };

static const struct key {
	const char *name;
	enum kind kind;
	size_t offset;
	size_t size;
} keys[] = {
#define KEY(text, type, member) \
	{ text, type, offsetof(struct e4_manifest, member), \
	  sizeof(((struct e4_manifest *)NULL)->member) }
	KEY("program", KIND_TEXT, program),
	KEY("time", KIND_TIME, time),
	KEY("kernel", KIND_TEXT, kernel),
	KEY("device", KIND_TEXT, name),
	KEY("live", KIND_FLAG, live),
	KEY("block-device", KIND_FLAG, device),
	KEY("blocks-read", KIND_FLAG, cache),
	KEY("mounted", KIND_FLAG, mounted),
	KEY("backups", KIND_FLAG, backups),
	KEY("disk-view", KIND_FLAG, disk),
	KEY("freeze-seconds", KIND_NUMBER, freeze),
	KEY("frozen", KIND_FLAG, frozen),
	KEY("seconds-needed", KIND_NUMBER, needed),
	KEY("size", KIND_NUMBER, size),
	KEY("block-size", KIND_NUMBER, block_size),
	KEY("superblock-checksum-stored", KIND_HEX, super_stored),
	KEY("superblock-checksum-counted", KIND_HEX, super_counted),
	KEY("mmp", KIND_TEXT, mmp),
#undef KEY
};

#define NR_KEYS (sizeof(keys) / sizeof(*keys))

static uint64_t get_number(const struct key *key, const void *field)
{
	if (key->kind == KIND_FLAG)
		return *(const bool *)field;
	return key->size == 4 ? *(const uint32_t *)field
			      : *(const uint64_t *)field;
}

void e4_manifest_write(FILE *file, const struct e4_manifest *manifest)
{
	fprintf(file, E4_MEMBER_MANIFEST " %d\n", E4_BUNDLE_VERSION);
	for (size_t i = 0; i < NR_KEYS; i++) {
		const void *field = (const char *)manifest + keys[i].offset;

		fprintf(file, "%s ", keys[i].name);
		if (keys[i].kind == KIND_TEXT)
			fprintf(file, "%s\n", (const char *)field);
		else
			fprintf(file, keys[i].kind == KIND_HEX ?
				"0x%08" PRIx64 "\n" : "%" PRIu64 "\n",
				get_number(&keys[i], field));
	}
}

static bool set_text(const struct key *key, void *field, const char *value)
{
	size_t len = strlen(value);

	if (len >= key->size)
		return false;
	memcpy(field, value, len + 1);
	return true;
}

static bool set_number(const struct key *key, void *field, const char *value)
{
	unsigned long long number;
	char *end;

	if (*value < '0' || *value > '9')
		return false;
	errno = 0;
	number = strtoull(value, &end, key->kind == KIND_HEX ? 16 : 10);
	if (errno || *end || (key->kind == KIND_FLAG && number > 1) ||
	    (key->size == 4 && number > UINT32_MAX) || number > INT64_MAX)
		return false;
	if (key->kind == KIND_FLAG)
		*(bool *)field = number;
	else if (key->size == 4)
		*(uint32_t *)field = (uint32_t)number;
	else
		*(uint64_t *)field = number;
	return true;
}

/* A key that is not known was added by a program that is not much newer. */
static bool set_key(struct e4_manifest *manifest, const char *name,
		    const char *value, uint32_t *seen)
{
	for (size_t i = 0; i < NR_KEYS; i++) {
		void *field = (char *)manifest + keys[i].offset;

		if (strcmp(keys[i].name, name) != 0)
			continue;
		*seen |= 1U << i;
		return keys[i].kind == KIND_TEXT ?
		       set_text(&keys[i], field, value) :
		       set_number(&keys[i], field, value);
	}
	return true;
}

static bool is_power_of_two(uint32_t number)
{
	return (number & (number - 1)) == 0;
}

/* What everything else is computed from. */
static bool makes_sense(const struct e4_manifest *manifest)
{
	return manifest->cache || (manifest->live && manifest->block_size) ?
	       is_power_of_two(manifest->block_size) &&
	       (manifest->block_size == 0 ||
		(manifest->block_size >= 1024 &&
		 manifest->block_size <= 65536)) : false;
}

int e4_manifest_read(FILE *file, struct e4_manifest *manifest)
{
	static const char magic[] = E4_MEMBER_MANIFEST " ";
	char line[400];
	uint32_t seen = 0;

	memset(manifest, 0, sizeof(*manifest));
	rewind(file);
	if (!fgets(line, sizeof(line), file) ||
	    strncmp(line, magic, sizeof(magic) - 1) != 0)
		return -EINVAL;
	if (strtoul(line + sizeof(magic) - 1, NULL, 10) > E4_BUNDLE_VERSION)
		return -EPROTO;
	while (fgets(line, sizeof(line), file)) {
		size_t len = strcspn(line, "\n");
		char *value = strchr(line, ' ');

		if (line[len] == '\0' || !value)
			return -EBADMSG;
		line[len] = '\0';
		*value++ = '\0';
		if (!set_key(manifest, line, value, &seen))
			return -EBADMSG;
	}
	return seen == (1U << NR_KEYS) - 1 && makes_sense(manifest) ?
	       0 : -EBADMSG;
}

/* Does block @b go on where @a, the @count-th of a run, leaves off? */
static bool goes_on(const struct e4_stored_block *a,
		    const struct e4_stored_block *b)
{
	if (b->block != a->block + 1)
		return false;
	return a->page >= E4_PAGE_LAST ? b->page == a->page
				       : b->page == a->page + 1;
}

int e4_blocks_write(FILE *file, const struct e4_store *store)
{
	struct e4_stored_block *list = e4_store_list(store);
	size_t count;

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < store->nr_blocks; i += count) {
		count = 1;
		while (i + count < store->nr_blocks &&
		       goes_on(&list[i + count - 1], &list[i + count]))
			count++;
		fprintf(file, "%" PRIu64 " %zu ", list[i].block, count);
		e4_page_write(file, list[i].page);
		putc('\n', file);
	}
	free(list);
	return 0;
}

static int add_run(struct e4_store *store, const char *line, uint64_t most)
{
	uint64_t block, count, page;
	int used = 0;
	const char *at;

	if (sscanf(line, "%" SCNu64 " %" SCNu64 " %n", &block, &count,
		   &used) != 2 || used == 0)
		return -EBADMSG;
	at = line + used;
	if (!e4_page_parse(&at, &page) || *at != '\n' || count == 0 ||
	    block > UINT64_MAX - count)
		return -EBADMSG;
	if (count > most - store->nr_blocks)
		return -EFBIG;
	for (uint64_t i = 0; i < count; i++) {
		int ret = e4_store_add(store, block + i, page >= E4_PAGE_LAST ?
				       page : page + i);

		if (ret)
			return ret;
	}
	return 0;
}

int e4_blocks_read(FILE *file, struct e4_store *store, uint64_t most)
{
	char line[128];
	int ret = 0;

	rewind(file);
	while (!ret && fgets(line, sizeof(line), file))
		ret = add_run(store, line, most);
	return ret;
}
