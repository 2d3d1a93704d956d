/*
 * requests.h - what was asked of the kernel and will be done later: remembered from the one to the
 * other.
 *
 * A completion has a name for its request and the result, but not what was asked
 * for. A request may complete before the call that submitted it has returned:
 * whoever comes second accounts it.
 */
#ifndef SPAN_REQUESTS_H
#define SPAN_REQUESTS_H

#include "span/span.h"

/* What a request does to its object. */
enum effect { EFFECT_NONE, EFFECT_READ, EFFECT_WRITE };

struct request {
	uint64_t name;
	object_ref object;
	uint8_t effect;
	bool completed; /* before its submission was known */
	int64_t result; /* of a completed one */
};

/* A request is now under way. Accounts it where its completion came first; s is NULL where that
 * can't be, before its submission. */
void request_submitted(struct span *s, const struct request *request);

/*
 * One of that name is complete, or where it goes on, a part of it is. Where
 * several are under way that differ, nobody knows which: it is counted as
 * unmatched.
 */
void request_completed(struct span *s, uint64_t name, int64_t result, bool goes_on);

/* It was not accepted after all. */
void request_withdrawn(uint64_t name);

/* In a forked child: none is under way. */
void requests_forget(void);

#endif
