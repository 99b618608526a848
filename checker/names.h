/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * names.h --- names of the features of a filesystem and flags of its groups
 */
#ifndef NAMES_H
#define NAMES_H

#include "ext4bm.h"

/** A flag of a group descriptor and its name. */
struct flag_name {
	uint16_t flag;
	const char *name;
};

/** All of them; ends with flag 0. */
extern const struct flag_name flag_names[];

/**
 * features_each() - name the features of a filesystem, as mke2fs(8) does
 * @geo:	geometry
 * @name:	called for each; a bit without a name is "incompat-0x00080000"
 * @context:	given to @name
 */
void features_each(const struct ext4bm_geometry *geo,
		   void (*name)(void *context, const char *text),
		   void *context);

#endif
