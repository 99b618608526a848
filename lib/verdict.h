/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * verdict.h --- parts of the answer in one line
 */
#ifndef E4_VERDICT_H
#define E4_VERDICT_H

#include "ext4bm.h"

/* How much a finding calls for being named first. */
int e4_rank(const struct ext4bm_finding *finding);

/* What a finding means and asks for, in a clause. */
const char *e4_brief(const struct ext4bm_finding *finding);

/*
 * The answer where drift was found in a mounted filesystem; @worst is the
 * finding to name, @others says how many there are besides. Return: the
 * length it has or would have; -1 if it cannot be told where the drift is.
 */
int e4_verdict_live(const struct ext4bm_report *report,
		    const struct ext4bm_finding *worst, const char *others,
		    char *buf, size_t size);

#endif
