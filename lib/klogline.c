// SPDX-License-Identifier: LGPL-2.0-only
/*
 * klogline.c --- what stands in front of a message in a kernel log
 *
 * Pure. The kernel's messages reach people as records of /dev/kmsg, through
 * dmesg with and without dates, through syslogs and through journalctl, each
 * with something else in front. The message is found by how it begins; what
 * is in front must then be one of the known forms, because a line that some
 * program logged may hold the very same words.
 */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "klogline.h"

/* How messages of interest begin. */
static const char *const beginnings[] = {
	"EXT4-fs", "JBD2: ", "Aborting journal on device ", "Linux version ",
	"ext4_count_free_clusters: ",
};

/* A part of a line, without its end. */
struct span {
	const char *at;
	const char *end;
};

static bool empty(const struct span *span)
{
	return span->at >= span->end;
}

static void trim(struct span *span)
{
	while (!empty(span) && isspace((unsigned char)*span->at))
		span->at++;
	while (!empty(span) && isspace((unsigned char)span->end[-1]))
		span->end--;
}

/* Take @text from the beginning of the span. */
static bool take(struct span *span, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(span->end - span->at) < len ||
	    memcmp(span->at, text, len) != 0)
		return false;
	span->at += len;
	return true;
}

/* Take @text from the end of the span. */
static bool take_last(struct span *span, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(span->end - span->at) < len ||
	    memcmp(span->end - len, text, len) != 0)
		return false;
	span->end -= len;
	return true;
}

static bool take_number(struct span *span, uint64_t *ret_number)
{
	uint64_t number = 0;
	const char *start = span->at;

	while (!empty(span) && isdigit((unsigned char)*span->at)) {
		uint64_t digit = (uint64_t)(*span->at - '0');

		if (number > (UINT64_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
		span->at++;
	}
	*ret_number = number;
	return span->at > start;
}

static struct span take_word(struct span *span)
{
	struct span word;

	trim(span);
	word.at = span->at;
	while (!empty(span) && !isspace((unsigned char)*span->at))
		span->at++;
	word.end = span->at;
	trim(span);
	return word;
}

/*
 * Does the span fit a picture: 9 is a digit, a a letter, a blank at least one
 * blank, anything else itself? What follows the picture does not matter.
 */
static bool looks_like(struct span span, const char *picture)
{
	for (; *picture; picture++, span.at++) {
		if (empty(&span))
			return false;
		if (*picture == '9' ? !isdigit((unsigned char)*span.at) :
		    *picture == 'a' ? !isalpha((unsigned char)*span.at) :
		    *picture != *span.at)
			return false;
		while (*picture == ' ' && span.at + 1 < span.end &&
		       span.at[1] == ' ')
			span.at++;
	}
	return true;
}

/* Number of words that the date at the beginning has, 0 if there is none. */
static int date_words(struct span span)
{
	static const struct {
		const char *picture;
		int words;
	} dates[] = {
		{ "aaa aaa 9 99:99:99 9999", 5 },
		{ "aaa aaa 99 99:99:99 9999", 5 },
		{ "aaa 9999-99-99 99:99:99", 4 },
		{ "aaa 9 99:99:99", 3 },
		{ "aaa 99 99:99:99", 3 },
		{ "9999-99-99 99:99:99", 2 },
		{ "9999-99-99T99:99:99", 1 },
		{ "9999999999.9", 1 },
	};

	for (size_t i = 0; i < sizeof(dates) / sizeof(*dates); i++)
		if (looks_like(span, dates[i].picture))
			return dates[i].words;
	return 0;
}

static void set_when(struct e4_klogline *line, struct span when)
{
	trim(&when);
	line->when = when.at;
	line->when_len = (int)(when.end - when.at);
}

static bool take_date(struct span *span, struct e4_klogline *line)
{
	struct span when = { span->at, span->at };
	int words = date_words(*span);

	for (int i = 0; i < words; i++)
		when.end = take_word(span).end;
	if (words > 0)
		set_when(line, when);
	return words > 0;
}

/* "   12.345678": seconds since boot. */
static bool take_seconds(struct span span, struct e4_klogline *line)
{
	struct span when = span;
	uint64_t seconds, part;
	const char *point;

	trim(&span);
	if (!take_number(&span, &seconds) || !take(&span, "."))
		return false;
	point = span.at;
	if (!take_number(&span, &part) || !empty(&span) ||
	    span.at - point != 6 || seconds > UINT64_MAX / 2000000)
		return false;
	set_when(line, when);
	line->usec = seconds * 1000000 + part;
	return true;
}

/* "[...]" before the message: a time, or the caller ("[  T123]", "[C0]"). */
static bool take_bracket(struct span *span, struct e4_klogline *line)
{
	struct span inner = { span->end, span->end };

	if (empty(span) || span->end[-1] != ']')
		return false;
	inner.end--;
	inner.at = inner.end;
	while (inner.at > span->at && inner.at[-1] != '[')
		inner.at--;
	if (inner.at == span->at)
		return false;
	span->end = inner.at - 1;
	trim(span);
	if (!take_seconds(inner, line)) {
		trim(&inner);
		if (!looks_like(inner, "T9") && !looks_like(inner, "C9"))
			set_when(line, inner);
	}
	return true;
}

/* "3,1234,567890,-;": record of /dev/kmsg, of the kernel itself. */
static bool take_record(struct span *span, struct e4_klogline *line)
{
	struct span head = *span;
	uint64_t priority, sequence, usec;
	const char *end;

	if (!take_number(&head, &priority) || !take(&head, ",") ||
	    !take_number(&head, &sequence) || !take(&head, ",") ||
	    !take_number(&head, &usec) || !take(&head, ","))
		return false;
	end = memchr(head.at, ';', (size_t)(head.end - head.at));
	/* Facility 0 is the kernel; it gives programs another one. */
	if (!end || priority >= 8)
		return false;
	line->usec = usec;
	span->at = end + 1;
	return true;
}

/* "<3>": facility and level, of a raw dmesg or syslog. */
static bool take_priority(struct span *span)
{
	struct span head = *span;
	uint64_t priority;

	if (!take(&head, "<"))
		return true;
	if (!take_number(&head, &priority) || !take(&head, ">") ||
	    priority >= 8)
		return false;
	*span = head;
	return true;
}

/* "Mar  1 10:00:00 host kernel:", and what other syslogs make of it. */
static bool take_syslog(struct span *prefix, struct e4_klogline *line)
{
	struct span host;
	bool tagged = take_last(prefix, "kernel:") ||
		      take_last(prefix, "kernel[0]:") ||
		      take_last(prefix, "kernel - - -");

	trim(prefix);
	/* RFC 5424 has its version in front. */
	if (looks_like(*prefix, "1 9999-"))
		prefix->at += 2;
	if (!take_date(prefix, line) && !empty(prefix) && *prefix->at == '[') {
		struct span bracket = *prefix;
		const char *end = memchr(prefix->at, ']', (size_t)(
					 prefix->end - prefix->at));

		if (!end)
			return false;
		bracket.end = end + 1;
		prefix->at = end + 1;
		take_bracket(&bracket, line);
	}
	host = take_word(prefix);
	line->host = host.at;
	line->host_len = (int)(host.end - host.at);
	/* busybox puts facility and level behind the host. */
	if (looks_like(*prefix, "kern.a"))
		take_word(prefix);
	return empty(prefix) && (tagged || line->host_len == 0);
}

/* "kern  :err   : ", of dmesg -x. */
static void take_decoded(struct span *prefix)
{
	struct span rest = *prefix;

	if (!take(&rest, "kern "))
		return;
	trim(&rest);
	if (!take(&rest, ":"))
		return;
	take_word(&rest);
	if (take(&rest, ":"))
		*prefix = rest;
}

/* "/var/log/kern.log.1:" and "12:", which grep puts in front. */
static void take_grep(struct span *prefix)
{
	for (int i = 0; i < 2; i++) {
		struct span rest = *prefix;
		bool number = true, path = false;

		for (; !empty(&rest) && *rest.at != ':'; rest.at++) {
			if (isspace((unsigned char)*rest.at))
				return;
			number &= isdigit((unsigned char)*rest.at) != 0;
			path |= *rest.at == '/' || *rest.at == '.';
		}
		if (rest.at == prefix->at || !(number || path) ||
		    !take(&rest, ":") ||
		    (!empty(&rest) && isspace((unsigned char)*rest.at)))
			return;
		*prefix = rest;
	}
}

static bool take_prefix(struct span prefix, struct e4_klogline *line)
{
	take_grep(&prefix);
	/* Quoted in a mail. */
	while (trim(&prefix), take(&prefix, "> ") || take(&prefix, ">"))
		;
	if (!take_priority(&prefix))
		return false;
	take_decoded(&prefix);
	trim(&prefix);
	while (take_bracket(&prefix, line))
		;
	return take_syslog(&prefix, line);
}

static const char *find_body(const struct span *line)
{
	const char *found = NULL;

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++) {
		const char *at = memmem(line->at,
					(size_t)(line->end - line->at),
					beginnings[i], strlen(beginnings[i]));

		if (at && (!found || at < found))
			found = at;
	}
	return found;
}

bool e4_klogline_parse(const char *text, struct e4_klogline *ret_line)
{
	struct e4_klogline line = { .usec = UINT64_MAX };
	struct span span = { text, text + strcspn(text, "\n") };
	const char *body = find_body(&span);
	struct span rest = span;

	if (!body)
		return false;
	trim(&span);
	if (take_record(&rest, &line)) {
		if (rest.at != body)
			return false;
	} else if (!take_prefix((struct span){ text, body }, &line)) {
		return false;
	}
	line.body = body;
	line.body_len = (int)(span.end - body);
	*ret_line = line;
	return true;
}

/* A time in front, and then a name with a colon that is not the kernel's. */
static bool has_other_tag(struct span prefix)
{
	struct e4_klogline line;

	trim(&prefix);
	if (empty(&prefix) || prefix.end[-1] != ':' ||
	    take_last(&prefix, "kernel:") || take_last(&prefix, "kernel[0]:"))
		return false;
	return *prefix.at == '[' || take_date(&prefix, &line);
}

bool e4_klogline_foreign(const char *text, const char *body)
{
	struct span prefix = { text, body }, record = prefix;
	struct e4_klogline line;

	if (looks_like(prefix, "9,9") || looks_like(prefix, "99,9") ||
	    looks_like(prefix, "999,9"))
		return !take_record(&record, &line) || record.at != body;
	return !take_priority(&prefix) || has_other_tag(prefix);
}
