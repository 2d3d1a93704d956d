/*
 * region_forks.c - the part of a trace about forks: what they cost, and what became of the pages
 * that they left shared.
 */
#include "shared/region_forks.h"

#include "shared/region_faults.h"
#include "shared/region_ledger.h"

#define PAGE 4096u

/* A record that can be read, or NULL. */
static const struct fork_record *record_at(const struct region_view *view, uint32_t i)
{
	const struct fork_record *record = table_at(view, &view->region->forks, i);
	return record && record->side < FORK_SIDES ? record : NULL;
}

static void write_time(struct json_out *out, const char *key, uint64_t ns)
{
	if (ns)
		emit_uint(out, key, ns);
	else
		emit_null(out, key);
}

static void write_run(struct json_out *out, const struct region_view *view,
		      const struct fork_run *run)
{
	static const char *const what[FORK_RUN_WHATS] = {"written", "left", "alone"};
	uint32_t row;
	emit_newline(out);
	emit_open(out, NULL, '{');
	emit_string(out, "what", what[run->what]);
	emit_uint(out, "from_page", run->from_page);
	emit_uint(out, "pages", run->pages);
	emit_uint(out, "first_ns", run->first_ns);
	emit_uint(out, "last_ns", run->last_ns);
	write_time(out, "since_ns", run->since_ns);
	emit_bool(out, "huge", run->huge);
	if (run->what == FORK_WRITTEN && faults_find_row(view, run, &row))
		emit_uint(out, "row", row);
	else
		emit_null(out, "row");
	emit_close(out, '}');
}

static void write_fold(struct json_out *out, const char *what, const struct fork_fold *fold)
{
	if (!fold->runs)
		return;
	emit_newline(out);
	emit_open(out, NULL, '{');
	emit_string(out, "what", what);
	emit_uint(out, "runs", fold->runs);
	emit_uint(out, "pages", fold->pages);
	emit_uint(out, "from_page", fold->from_page);
	emit_uint(out, "end_page", fold->end_page);
	emit_uint(out, "first_ns", fold->first_ns);
	emit_uint(out, "last_ns", fold->last_ns);
	write_time(out, "since_ns", fold->since_ns);
	emit_close(out, '}');
}

/* As the process itself knows it: it may have been the last to have any page. */
static void write_pages(struct json_out *out, const struct fork_record *record)
{
	static const char *const why[FORK_LOOKS] = {
	    [FORK_TOO_MANY] = "there were too many pages to look at all of them",
	    [FORK_UNSAMPLED] = "page faults are not sampled, only counted",
	    [FORK_UNREAD] = "the kernel did not say which pages there were, or the fork was "
			    "not noticed before it was made",
	};
	uint32_t look = record->look < FORK_LOOKS ? record->look : FORK_UNREAD;
	if (look == FORK_LOOKED)
		emit_uint(out, "present_bytes", record->present_pages * PAGE);
	else
		emit_null(out, "present_bytes");
	emit_uint(out, "copied_bytes_least", 0);
	emit_uint(out, "copied_bytes_most", record->written_pages * PAGE);
	emit_uint(out, "reused_pages", record->alone_pages);
	if (why[look])
		emit_string(out, "why", why[look]);
}

static bool is_run(const struct fork_run *run)
{
	return run && run->pages && run->what < FORK_RUN_WHATS;
}

/* Up to the next fork that was made: one that failed left nothing shared. */
static uint32_t last_of(const struct region_view *view, uint32_t i, uint32_t count)
{
	const struct fork_record *later;
	while (i + 1 < count && (later = record_at(view, i + 1)) && later->side == FORK_FAILED)
		i++;
	return i;
}

static void write_fork(struct json_out *out, const struct region_view *view,
		       const struct fork_record *record, uint32_t last, uint32_t *next_run)
{
	const struct region *region = view->region;
	const struct table *runs = &region->fork_runs;
	const uint32_t count = table_count(view, runs);
	bool is_child = record->side == FORK_CHILD;

	emit_newline(out);
	emit_open(out, NULL, '{');
	emit_string(out, "side", is_child ? "child" : "parent");
	if (record->pid > 0)
		emit_int(out, "pid", record->pid);
	else
		emit_null(out, "pid");
	emit_seconds(out, "time",
		     region->start_realtime_ns + record->time_ns - region->start.monotonic_ns);
	emit_uint(out, "made_ns", record->time_ns);
	write_time(out, "cost_ns", record->cost_ns);
	write_time(out, "reaped_ns", record->reaped_ns);
	write_pages(out, record);
	emit_uint(out, "runs_folded", record->written.runs + record->left.runs);
	emit_open(out, "folded", '[');
	write_fold(out, "written", &record->written);
	write_fold(out, "left", &record->left);
	emit_close(out, ']');
	emit_open(out, "runs", '[');
	for (; *next_run < count; ++*next_run) {
		const struct fork_run *run = table_at(view, runs, *next_run);
		if (is_run(run) && run->fork > last)
			break;
		if (is_run(run))
			write_run(out, view, run);
	}
	emit_close(out, ']');
	emit_close(out, '}');
}

void forks_write(struct json_out *out, const struct region_view *view)
{
	const struct region *region = view->region;
	uint32_t count = table_count(view, &region->forks), next_run = 0;

	emit_uint(out, "begun_ns", region->start.monotonic_ns);
	if (region->ending != ENDING_NONE)
		emit_uint(out, "ended_ns", region->last.monotonic_ns);
	emit_uint(out, "forks_folded", region->forks_folded);
	emit_open(out, "forks", '[');
	for (uint32_t i = 0; i < count; i++) {
		const struct fork_record *record = record_at(view, i);
		if (record && record->side != FORK_FAILED)
			write_fork(out, view, record, last_of(view, i, count), &next_run);
	}
	emit_close(out, ']');
}
