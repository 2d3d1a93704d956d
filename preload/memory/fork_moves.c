/*
 * fork_moves.c - pages that were moved since the fork that left them shared.
 */
#include "memory/fork_moves.h"

#define MOVES_MOST 64

struct move {
	uint64_t from, to, pages;
};

static struct move moves[MOVES_MOST];
static unsigned count;

static bool has(uint64_t start, uint64_t pages, uint64_t page)
{
	return page - start < pages;
}

static bool overlap(uint64_t a, uint64_t a_pages, uint64_t b, uint64_t b_pages)
{
	return a < b + b_pages && b < a + a_pages;
}

void fork_moves_forget(void)
{
	count = 0;
}

/* A block that grows moves as a whole, again and again; it doesn't fall to pieces. */
bool fork_moves_add(uint64_t from, uint64_t to, uint64_t pages)
{
	for (unsigned i = 0; i < count; i++) {
		struct move *move = &moves[i];
		if (move->to == from && move->pages <= pages) {
			move->to = to;
			return true;
		}
		if (overlap(move->to, move->pages, from, pages))
			return false;
	}
	if (count == MOVES_MOST)
		return false;
	moves[count++] = (struct move){from, to, pages};
	return true;
}

uint64_t fork_moves_origin(uint64_t page)
{
	for (unsigned i = 0; i < count; i++)
		if (has(moves[i].to, moves[i].pages, page))
			return moves[i].from + (page - moves[i].to);
	for (unsigned i = 0; i < count; i++)
		if (has(moves[i].from, moves[i].pages, page))
			return NO_PAGE;
	return page;
}

bool fork_moves_part(const struct page_range *range, unsigned i, struct page_range *origin)
{
	for (unsigned k = 0; k < count; k++) {
		const struct move *move = &moves[k];
		if (!overlap(move->to, move->pages, range->from, range->pages) || i--)
			continue;
		uint64_t from = move->to > range->from ? move->to : range->from;
		uint64_t end = move->to + move->pages, range_end = range->from + range->pages;
		*origin = (struct page_range){move->from + (from - move->to),
					      (end < range_end ? end : range_end) - from};
		return true;
	}
	return false;
}
