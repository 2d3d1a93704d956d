/*
 * fork_order.c - who copied what forks had left shared, and who was the last and went on with it.
 *
 * What a fork leaves shared is known by that fork: the pages of all runs with
 * the same `since_ns` at the same address were one page then. Each of its
 * sharers has it until it writes to it, gives it up, or ends; a child joins them
 * where its parent still had it.
 */
#include "fork_order.h"

#include "sharers.h"

#include <stdlib.h>
#include <string.h>

#define PAGE 4096u

/* The kernel tells of a fault when it has been dealt with, which may take so long. */
#define FAULT_NS 20000u

/* Why it isn't known who was the last. */
enum doubt { DOUBT_TIME = 1 << 0, DOUBT_RECORD = 1 << 1, DOUBT_FORK = 1 << 2 };

struct piece {
	struct page_run *run;
	struct fork_row *fork;
	size_t sharer;
	bool written;
	uint64_t before; /* pages that were copied at most, as was known before */
	unsigned int doubts;
};

struct pieces {
	size_t count;
	struct piece *items;
};

/* Those that lie over the pages in hand. */
struct open_pieces {
	size_t count;
	struct piece **items;
};

enum holds { HOLDS_NOT, HOLDS_PERHAPS, HOLDS };

/* What one sharer has to do with the pages in hand. */
struct part {
	enum holds holds;
	struct between leaves;
};

struct order {
	struct sharers sharers;
	struct part *part;	     /* of each sharer */
	const struct piece **active; /* of each sharer: what it did first to the pages in hand */
	uint64_t since;		     /* the fork in hand */
	size_t owner, end;	     /* between which its sharers are */
};

static int by_fork_and_page(const void *a, const void *b)
{
	const struct page_run *x = ((const struct piece *)a)->run,
			      *y = ((const struct piece *)b)->run;
	if (x->since_ns != y->since_ns)
		return x->since_ns < y->since_ns ? -1 : 1;
	return x->from_page < y->from_page ? -1 : x->from_page > y->from_page;
}

static uint64_t end_page(const struct page_run *run)
{
	return run->from_page + run->pages;
}

static void add_pieces(struct pieces *pieces, size_t sharer, struct fork_row *fork)
{
	for (size_t i = 0; i < fork->runs.count; i++) {
		struct page_run *run = &fork->runs.items[i];
		bool written = !strcmp(run->what, "written");
		pieces->items[pieces->count++] =
		    (struct piece){run,
				   fork,
				   sharer,
				   written,
				   run->copied_most != UNKNOWN ? run->copied_most : run->pages,
				   0};
		if (written)
			run->copied_least = run->copied_most = 0;
	}
}

static struct pieces pieces_of(const struct sharers *sharers, struct arena *arena)
{
	struct pieces pieces = {0};
	for (size_t i = 0; i < sharers->count; i++) {
		const struct process *process = sharers->items[i].process;
		for (size_t k = 0; process && k < process->faults.forks.count; k++)
			pieces.count += process->faults.forks.items[k].runs.count;
	}
	pieces.items = arena_take_array(arena, pieces.count + 1, sizeof(*pieces.items));
	pieces.count = 0;
	for (size_t i = 0; i < sharers->count; i++) {
		const struct process *process = sharers->items[i].process;
		for (size_t k = 0; process && k < process->faults.forks.count; k++)
			add_pieces(&pieces, i, &process->faults.forks.items[k]);
	}
	if (pieces.count)
		qsort(pieces.items, pieces.count, sizeof(*pieces.items), by_fork_and_page);
	return pieces;
}

/* Of pages for which there was no room it is known between where they lay, and since when. */
static uint64_t folded_from(const struct sharer *sharer, uint64_t page)
{
	uint64_t from = UNKNOWN;
	for (size_t k = 0; sharer->process && k < sharer->process->faults.forks.count; k++) {
		const struct fork_row *fork = &sharer->process->faults.forks.items[k];
		for (size_t j = 0; j < fork->folded.count; j++) {
			const struct folded_runs *folded = &fork->folded.items[j];
			if (page >= folded->from_page && page < folded->end_page &&
			    folded->first_ns < from)
				from = folded->first_ns;
		}
	}
	return from;
}

static struct between leaving(const struct order *order, size_t i, uint64_t page)
{
	const struct sharer *sharer = &order->sharers.items[i];
	struct between leaves = sharer->end;
	if (order->active[i])
		return (struct between){order->active[i]->run->first_ns,
					order->active[i]->run->last_ns};
	uint64_t folded = folded_from(sharer, page);
	if (folded < leaves.from)
		leaves.from = folded;
	return leaves;
}

static enum holds holding(const struct order *order, size_t i)
{
	const struct sharer *sharer = &order->sharers.items[i];
	if (i == order->owner)
		return HOLDS;
	if (sharer->joined_ns < order->since || sharer->parent == NO_SHARER ||
	    sharer->parent < order->owner)
		return HOLDS_NOT;
	const struct part *parent = &order->part[sharer->parent];
	if (parent->leaves.to != UNKNOWN && parent->leaves.to < sharer->joined_ns)
		return HOLDS_NOT;
	return parent->leaves.from > sharer->joined_ns ? parent->holds
	       : parent->holds == HOLDS		       ? HOLDS_PERHAPS
						       : parent->holds;
}

struct verdict {
	bool copied_surely, copied_perhaps;
	unsigned int doubts;
};

/* Of one write, to pages that all have had the same history. */
static struct verdict judge(const struct order *order, const struct piece *piece)
{
	const struct page_run *run = piece->run;
	struct verdict verdict = {0};
	const size_t first = order->owner;
	for (size_t i = first; i < order->end && !verdict.copied_surely; i++) {
		const struct sharer *other = &order->sharers.items[i];
		const struct part *part = &order->part[i];
		if (i == piece->sharer || part->holds == HOLDS_NOT ||
		    (i != first && other->joined_ns > run->last_ns))
			continue;
		uint64_t margin = order->active[i] ? FAULT_NS : 0;
		/* Who has left one page of a huge one may have the rest of it. */
		uint64_t until = run->huge ? other->end.to : part->leaves.to;
		if (until == UNKNOWN || until + margin >= run->first_ns) {
			verdict.copied_perhaps = true;
			verdict.doubts |= other->process ? DOUBT_TIME : DOUBT_RECORD;
		}
		if (part->holds == HOLDS && (i == first || other->joined_ns < run->first_ns) &&
		    part->leaves.from > run->last_ns + margin)
			verdict.copied_surely = true;
	}
	if (verdict.copied_surely)
		return (struct verdict){true, true, 0};
	return verdict;
}

static bool any_written(const struct open_pieces *open)
{
	for (size_t i = 0; i < open->count; i++)
		if (open->items[i]->written)
			return true;
	return false;
}

/* Pages to each of which the same was done by the same: of all open pieces. */
static void order_pages(struct order *order, struct open_pieces *open, uint64_t from, uint64_t to)
{
	if (!any_written(open))
		return;
	for (size_t i = 0; i < open->count; i++) {
		const struct piece *piece = open->items[i];
		const struct piece **active = &order->active[piece->sharer];
		if (!*active || piece->run->first_ns < (*active)->run->first_ns)
			*active = piece;
	}
	for (size_t i = order->owner; i < order->end; i++) {
		order->part[i].holds = holding(order, i);
		order->part[i].leaves = leaving(order, i, from);
	}
	for (size_t i = 0; i < open->count; i++) {
		struct piece *piece = open->items[i];
		if (!piece->written)
			continue;
		struct verdict verdict = judge(order, piece);
		piece->doubts |= verdict.doubts;
		piece->run->copied_least += verdict.copied_surely ? to - from : 0;
		piece->run->copied_most += verdict.copied_perhaps ? to - from : 0;
	}
	for (size_t i = 0; i < open->count; i++)
		order->active[open->items[i]->sharer] = NULL;
}

static void close_pieces(struct open_pieces *open, uint64_t at)
{
	size_t kept = 0;
	for (size_t i = 0; i < open->count; i++)
		if (end_page(open->items[i]->run) > at)
			open->items[kept++] = open->items[i];
	open->count = kept;
}

/* Where the next piece begins, or one of those that are open ends. */
static uint64_t next_bound(const struct open_pieces *open, const struct piece *next)
{
	uint64_t bound = next ? next->run->from_page : UNKNOWN;
	for (size_t i = 0; i < open->count; i++)
		if (end_page(open->items[i]->run) < bound)
			bound = end_page(open->items[i]->run);
	return bound;
}

/* All that was done to what one fork left shared. `open` has room for all of it. */
static void order_group(struct order *order, const struct pieces *group, struct open_pieces *open)
{
	uint64_t at = 0;
	open->count = 0;
	for (size_t next = 0; next < group->count || open->count;) {
		const struct piece *piece = next < group->count ? &group->items[next] : NULL;
		uint64_t bound = next_bound(open, piece);
		if (open->count)
			order_pages(order, open, at, bound);
		at = bound;
		close_pieces(open, at);
		for (; next < group->count && group->items[next].run->from_page == at; next++)
			open->items[open->count++] = &group->items[next];
	}
}

/* Of what was shared since one doesn't know when, nothing is known but who wrote to it. */
static void leave_open(const struct pieces *group)
{
	for (size_t i = 0; i < group->count; i++) {
		struct piece *piece = &group->items[i];
		piece->doubts = DOUBT_FORK;
		if (piece->written)
			piece->run->copied_most = piece->run->pages;
	}
}

/* Who joined after all that was written can't have been there. */
static size_t end_of_sharers(const struct order *order, const struct pieces *group)
{
	uint64_t last = 0;
	for (size_t i = 0; i < group->count; i++)
		if (group->items[i].run->last_ns > last)
			last = group->items[i].run->last_ns;
	size_t end = order->owner + 1;
	while (end < order->sharers.count && order->sharers.items[end].joined_ns <= last)
		end++;
	return end;
}

static void order_groups(struct order *order, const struct pieces *pieces, struct arena *arena)
{
	struct open_pieces open = {
	    .items = arena_take_array(arena, pieces->count + 1, sizeof(struct piece *))};
	for (size_t i = 0, end; i < pieces->count; i = end) {
		const uint64_t since = pieces->items[i].run->since_ns;
		for (end = i; end < pieces->count && pieces->items[end].run->since_ns == since;)
			end++;
		const struct pieces group = {end - i, &pieces->items[i]};
		const struct maker *maker =
		    since != UNKNOWN ? sharers_find_maker(&order->sharers, since) : NULL;
		if (!maker) {
			leave_open(&group);
			continue;
		}
		order->since = since;
		order->owner = maker->sharer;
		order->end = end_of_sharers(order, &group);
		order_group(order, &group, &open);
	}
}

/*
 * In all sums: what was copied at most was so many pages, and is so many now. The
 * faults inside a call stand in rows of which it isn't known which.
 */
static void correct_sums(struct trace *trace, struct process *process, const struct piece *piece)
{
	struct faults *faults = &process->faults;
	uint64_t reused =
	    piece->before - piece->run->copied_most; /* fewer than none: modulo 2^64 */
	uint64_t index = piece->run->row;
	struct fault_row *row = index < faults->rows.count ? &faults->rows.items[index] : NULL;

	piece->fork->copied_bytes_most -= reused * PAGE;
	piece->fork->reused_pages += reused;
	if (!row || row->call)
		return;
	row->cow_bytes -= reused * PAGE;
	row->reused_pages += reused;
	if (row->mapping < process->memory.mappings.count)
		process->memory.mappings.items[row->mapping].cow_bytes -= reused * PAGE;
	process->totals.of[COLUMN_cow_bytes] -= reused * PAGE;
	trace->totals.of[COLUMN_cow_bytes] -= reused * PAGE;
}

/* How many pages of [from, end) a process may have done anything to, up to a moment. */
static uint64_t touched(const struct process *process, const struct folded_runs *where)
{
	uint64_t pages = 0;
	for (size_t k = 0; k < process->faults.forks.count; k++) {
		const struct fork_row *fork = &process->faults.forks.items[k];
		for (size_t i = 0; i < fork->runs.count; i++) {
			const struct page_run *run = &fork->runs.items[i];
			if (run->from_page < where->end_page && end_page(run) > where->from_page &&
			    run->first_ns <= where->last_ns + FAULT_NS)
				pages += run->pages;
		}
		for (size_t i = 0; i < fork->folded.count; i++) {
			const struct folded_runs *more = &fork->folded.items[i];
			if (more->from_page < where->end_page &&
			    more->end_page > where->from_page && more->first_ns <= where->last_ns)
				pages += more->pages;
		}
	}
	return pages;
}

/* The other side of a fork, or NULL. */
static const struct sharer *other_side(const struct sharers *sharers, const struct fork_row *fork)
{
	bool is_child = !strcmp(fork->side, "child");
	const struct maker *maker = sharers_find_maker(sharers, fork->made_ns);
	if (is_child)
		return maker ? &sharers->items[maker->sharer] : NULL;
	return sharers_find_child(sharers, fork->made_ns);
}

/* Of pages that were shared with the other side all were copied that it had and left alone. */
static uint64_t folded_least(const struct sharers *sharers, const struct fork_row *fork)
{
	const struct sharer *other = other_side(sharers, fork);
	uint64_t least = 0;
	for (size_t i = 0; i < fork->folded.count; i++) {
		const struct folded_runs *folded = &fork->folded.items[i];
		if (strcmp(folded->what, "written") != 0 || !other || !other->process ||
		    other->end.from <= folded->last_ns)
			continue;
		uint64_t pages = touched(other->process, folded);
		least += pages < folded->pages ? folded->pages - pages : 0;
	}
	return least;
}

static const char *doubt_words(unsigned int doubts)
{
	if (doubts & DOUBT_RECORD)
		return "another process that may have had the same pages left no record in this "
		       "trace";
	if (doubts & DOUBT_TIME)
		return "other processes wrote to the same pages, or ended, at about the same time";
	return "the pages had been shared since a fork too long ago";
}

/* Where all pieces have been summed up: what remains is that there were more than they. */
static void sum_up_folded(const struct sharers *sharers, struct fork_row *fork)
{
	if (!fork->folded.count || fork->present_bytes == UNKNOWN)
		return;
	fork->copied_bytes_least += folded_least(sharers, fork) * PAGE;
	if (fork->copied_bytes_least != fork->copied_bytes_most)
		fork->why = "there were more runs of pages than there was room for";
}

static void sum_up(const struct sharers *sharers, const struct pieces *pieces)
{
	for (size_t i = 0; i < pieces->count; i++) {
		pieces->items[i].fork->copied_bytes_least = 0;
		pieces->items[i].fork->why = NULL;
	}
	for (size_t i = 0; i < pieces->count; i++) {
		const struct piece *piece = &pieces->items[i];
		if (!piece->written)
			continue;
		piece->fork->copied_bytes_least += piece->run->copied_least * PAGE;
		if (piece->run->copied_least != piece->run->copied_most)
			piece->fork->why = doubt_words(piece->doubts);
	}
	for (size_t i = 0; i < sharers->count; i++) {
		struct process *process = sharers->items[i].process;
		for (size_t k = 0; process && k < process->faults.forks.count; k++)
			sum_up_folded(sharers, &process->faults.forks.items[k]);
	}
}

void trace_order_forks(struct trace *trace)
{
	struct arena arena = {0};
	struct order order = {.sharers = sharers_of(trace, &arena)};
	struct pieces pieces = pieces_of(&order.sharers, &arena);

	order.part = arena_take_array(&arena, order.sharers.count + 1, sizeof(*order.part));
	order.active = arena_take_array(&arena, order.sharers.count + 1, sizeof(*order.active));
	order_groups(&order, &pieces, &arena);
	for (size_t i = 0; i < pieces.count; i++)
		if (pieces.items[i].written)
			correct_sums(trace, order.sharers.items[pieces.items[i].sharer].process,
				     &pieces.items[i]);
	sum_up(&order.sharers, &pieces);
	arena_close(&arena);
}
