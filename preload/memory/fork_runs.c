/*
 * fork_runs.c - the region's table of what was done to pages that forks had left shared.
 */
#include "memory/fork_runs.h"

#include "region/live.h"

#define RUN_PAGES_MOST 256u    /* in a run, and no pause as long as this: so that */
#define PAUSE_NS       100000u /* its two times say enough */

/* What a run of pages is about, but for which they are. */
static bool same_kind(const struct fork_run *a, const struct fork_run *b)
{
	return a->fork == b->fork && a->since_ns == b->since_ns && a->what == b->what &&
	       a->huge == b->huge && a->mapping == b->mapping && a->stack == b->stack &&
	       a->call == b->call;
}

static bool joined(struct fork_run *run, const struct fork_run *more)
{
	if (!same_kind(run, more) || run->pages > UINT32_MAX - more->pages)
		return false;
	if (more->what == FORK_WRITTEN &&
	    (run->pages == RUN_PAGES_MOST || more->first_ns > run->last_ns + PAUSE_NS))
		return false;
	if (more->from_page == run->from_page + run->pages)
		;
	else if (more->from_page + more->pages == run->from_page)
		run->from_page = more->from_page;
	else
		return false;
	run->pages += more->pages;
	if (more->first_ns < run->first_ns)
		run->first_ns = more->first_ns;
	if (more->last_ns > run->last_ns)
		run->last_ns = more->last_ns;
	return true;
}

/* There is no more room: what is left is how many they were, and between where and when. */
static void fold(struct fork_fold *fold, const struct fork_run *run)
{
	uint64_t end = run->from_page + run->pages;
	if (!fold->pages || run->from_page < fold->from_page)
		fold->from_page = run->from_page;
	if (end > fold->end_page)
		fold->end_page = end;
	if (!fold->pages || run->first_ns < fold->first_ns)
		fold->first_ns = run->first_ns;
	if (run->last_ns > fold->last_ns)
		fold->last_ns = run->last_ns;
	if (!fold->pages)
		fold->since_ns = run->since_ns;
	else if (fold->since_ns != run->since_ns)
		fold->since_ns = 0;
	fold->pages += run->pages;
	fold->runs++;
}

void fork_runs_add(struct fork_record *record, const struct fork_run *run)
{
	struct table *runs = &live.region->fork_runs;
	uint32_t index, count = runs->count;
	if (count && joined(live_at(runs, count - 1), run))
		return;
	struct fork_run *added = live_append(runs, &index);
	if (added)
		*added = *run;
	else
		fold(run->what == FORK_WRITTEN ? &record->written : &record->left, run);
}
