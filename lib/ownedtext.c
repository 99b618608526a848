// SPDX-License-Identifier: LGPL-2.0-only
/*
 * ownedtext.c --- one line about a finding of what is owned
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

int e4_owned_text(const struct ext4bm_finding *finding, char *buf, size_t size)
{
	uint64_t counted = finding->counted;

	switch (finding->code) {
	case EXT4BM_CLUSTER_UNMARKED:
		return snprintf(buf, size, "%" PRIu64 " cluster%s in use "
				"shown free", counted, PLURAL(counted));
	case EXT4BM_CLUSTER_LEAKED:
		return snprintf(buf, size, "%" PRIu64 " cluster%s shown used "
				"that nobody owns", counted, PLURAL(counted));
	case EXT4BM_CLUSTER_SHARED:
		return snprintf(buf, size, "%" PRIu64 " cluster%s with more "
				"than one owner", counted, PLURAL(counted));
	case EXT4BM_INODE_UNMARKED:
		return snprintf(buf, size, "%" PRIu64 " inode%s in use shown "
				"free", counted, PLURAL(counted));
	case EXT4BM_INODE_LEAKED:
		return snprintf(buf, size, "%" PRIu64 " inode%s shown used "
				"that %s not in use", counted, PLURAL(counted),
				counted == 1 ? "is" : "are");
	default:
		return snprintf(buf, size, "%" PRIu64 " cluster%s of fixed "
				"metadata that a file has too", counted,
				PLURAL(counted));
	}
}

int e4_inodes_text(const struct ext4bm_finding *finding, char *buf, size_t size)
{
	uint64_t nr = finding->counted;
	char which[64];

	if (nr == 1)
		snprintf(which, sizeof(which), "inode %" PRIu64,
			 finding->stored);
	else
		snprintf(which, sizeof(which), "%" PRIu64 " inodes from %"
			 PRIu64 " on", nr, finding->stored);
	if (finding->code == EXT4BM_INODE_INVALID)
		return snprintf(buf, size, "%s: the mapping makes no sense",
				which);
	return snprintf(buf, size, "%s: could not be read: %s", which,
			finding->errnum == ENODATA ?
			"the device ends before that" :
			finding->errnum == ENXIO ?
			"the table is where it cannot be" :
			strerror(finding->errnum));
}
