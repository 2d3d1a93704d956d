/*
 * requests.c - what was asked of the kernel and will be done later: remembered from the one to the
 * other.
 */
#include "span/requests.h"

#include "abi/counter.h"
#include "span/effects.h"

#include <string.h>

#define SLOTS_MOST 4096 /* under way at one time; beyond them they are unmatched */
#define PROBES	   32
#define FREE	   0u
#define BUSY	   1u /* while a slot is filled in or emptied */

/* The name is kept apart from the state of its slot, for it may be any number. */
static struct place {
	uint32_t state; /* FREE, BUSY, or 2 */
	struct request request;
} places[SLOTS_MOST];

static bool any;

static struct place *place_of(uint64_t name, unsigned probe)
{
	uint64_t hash = (name ^ name >> 32) * 0x9e3779b97f4a7c15;
	return &places[((hash >> 32) + probe) % SLOTS_MOST];
}

static bool seize(struct place *place, uint32_t from)
{
	return __atomic_load_n(&place->state, __ATOMIC_RELAXED) == from &&
	       __atomic_compare_exchange_n(&place->state, &from, BUSY, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

static void let_go(struct place *place, uint32_t to)
{
	__atomic_store_n(&place->state, to, __ATOMIC_RELEASE);
}

enum taken { TAKEN_NONE, TAKEN_ONE, TAKEN_DOUBTFUL };

/* Takes one out, unless it goes on. Where there are several that differ, it is doubtful which. */
static enum taken take(uint64_t name, bool completed, bool goes_on, struct request *request)
{
	bool found = false, alike = true;
	for (unsigned probe = 0; probe < PROBES; probe++) {
		struct place *place = place_of(name, probe);
		if (!seize(place, 2))
			continue;
		const struct request *here = &place->request;
		bool same = here->name == name && here->completed == completed;
		bool first = same && !found;
		if (first)
			*request = *here;
		else if (same)
			alike &= here->object == request->object && here->effect == request->effect;
		found |= same;
		let_go(place, first && !goes_on ? FREE : 2);
	}
	return !found ? TAKEN_NONE : alike ? TAKEN_ONE : TAKEN_DOUBTFUL;
}

static void unmatched(void)
{
	counter_add_shared(&live.region->requests_unmatched, 1);
}

static void keep(const struct request *request)
{
	any = true;
	for (unsigned probe = 0; probe < PROBES; probe++) {
		struct place *place = place_of(request->name, probe);
		if (!seize(place, FREE))
			continue;
		place->request = *request;
		let_go(place, 2);
		return;
	}
	unmatched();
}

static void account(struct span *s, const struct request *request, int64_t result)
{
	struct span part;
	span_part(&part, s, request->object);
	if (request->effect == EFFECT_READ)
		came_in(&part, result);
	else if (request->effect == EFFECT_WRITE)
		went_out(&part, result);
	else
		plain(&part, result);
}

void request_submitted(struct span *s, const struct request *request)
{
	struct request early;
	if (s && take(request->name, true, false, &early) != TAKEN_NONE)
		account(s, request, early.result);
	else
		keep(request);
}

void request_completed(struct span *s, uint64_t name, int64_t result, bool goes_on)
{
	struct request request;
	enum taken taken = take(name, false, goes_on, &request);
	if (taken == TAKEN_ONE)
		account(s, &request, result);
	else if (taken == TAKEN_DOUBTFUL)
		unmatched();
	else
		keep(&(struct request){.name = name, .completed = true, .result = result});
}

void request_withdrawn(uint64_t name)
{
	struct request request;
	take(name, false, false, &request);
}

void requests_forget(void)
{
	if (any)
		memset(places, 0, sizeof(places));
	any = false;
}
