/* SPDX-License-Identifier: LGPL-2.0-only */
/*
 * settle.h --- a difference is only reported after it survives
 */
#ifndef E4_SETTLE_H
#define E4_SETTLE_H

#include "live.h"

/*
 * What became of the suspected groups.
 * @findings:	differences that stood still three times: persistent
 * @transient:	groups whose difference was gone when nothing moved, or that no
 *		lasting difference can be in
 * @unsettled:	groups that were neither still nor cleared in time
 * @samples:	samples taken
 * @rejected:	of these, samples in which something moved
 */
struct e4_settled {
	struct e4_findings findings;
	uint64_t transient;
	uint64_t unsettled;
	uint64_t samples;
	uint64_t rejected;
};

/*
 * Take samples of the @nr suspected groups, which are in order, until each is
 * decided or @seconds are over; *@cancel ends it early. @settled adds up.
 * Return: 0, or a negative errno of reading the views.
 */
int e4_settle(struct e4_live *live, const uint32_t *groups, size_t nr,
	      double seconds, const volatile int *cancel,
	      struct e4_settled *settled);

/*
 * The same of groups that nobody suspects, for what can be explained in them:
 * none of them is transient, and what is not decided in time is left out.
 */
int e4_settle_explain(struct e4_live *live, const uint32_t *groups, size_t nr,
		      double seconds, const volatile int *cancel,
		      struct e4_settled *settled);

#endif
