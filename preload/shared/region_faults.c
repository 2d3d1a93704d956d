/*
 * region_faults.c - the part of a trace that tells what page faults there were, and what for.
 */
#include "shared/region_faults.h"

#include "shared/region_forks.h"

/* A row that can be read, or NULL: one that nothing was added to, too. */
static const struct fault_cell *row_at(const struct region_view *view, uint32_t i)
{
	const struct fault_cell *row = table_at(view, &view->region->fault_cells, i);
	bool sound = row && row->reason < REASONS && row->call < CALLS;
	return sound && (row->minor || row->major) ? row : NULL;
}

static uint32_t row_count(const struct region_view *view)
{
	return table_count(view, &view->region->fault_cells);
}

/* Whether the row of its call is in the totals: of a library function that makes system calls it is
 * not. */
static bool is_in_totals(enum call call)
{
	return call != CALL_none &&
	       (call_table[call].flags & SYS || call_table[call].layer == LAYER_SYSCALL);
}

struct sums {
	uint64_t minor, major;
};

static struct sums attributed(const struct region_view *view)
{
	struct sums sums = {0};
	for (uint32_t i = 0; i < row_count(view); i++) {
		const struct fault_cell *row = row_at(view, i);
		sums.minor += row ? row->minor : 0;
		sums.major += row ? row->major : 0;
	}
	return sums;
}

/* Of a process that was killed the kernel's last figures may be older than what was sampled. */
static struct sums totals(const struct region *region, const struct sums *known)
{
	struct sums sums = {region->minor_faults, region->major_faults};
	if (region->ending != ENDING_NONE)
		return sums;
	uint64_t minor = region->before_minor + region->own_minor + known->minor;
	uint64_t major = region->before_major + region->own_major + known->major;
	sums.minor = sums.minor > minor ? sums.minor : minor;
	sums.major = sums.major > major ? sums.major : major;
	return sums;
}

void faults_add_totals(struct ledger *ledger, const struct region_view *view)
{
	struct sums known = attributed(view);
	struct sums all = totals(view->region, &known);
	for (uint32_t i = 0; i < row_count(view); i++) {
		const struct fault_cell *row = row_at(view, i);
		if (!row || is_in_totals((enum call)row->call))
			continue;
		ledger->totals[COLUMN_zero_filled_bytes] += row->zero_filled_bytes;
		ledger->totals[COLUMN_cow_bytes] += row->cow_bytes;
	}
	ledger->totals[COLUMN_minor_faults] = all.minor;
	ledger->totals[COLUMN_major_faults] = all.major;
}

static void write_call(struct json_out *out, unsigned call)
{
	if (call == CALL_none) {
		emit_null(out, "layer");
		emit_null(out, "call");
		return;
	}
	emit_string(out, "layer", layer_name[call_table[call].layer]);
	emit_string(out, "call", call_table[call].name);
}

static void write_row(struct json_out *out, const struct fault_cell *row, uint32_t stacks)
{
	emit_newline(out);
	emit_open(out, NULL, '{');
	emit_string(out, "reason", reason_table[row->reason].name);
	if (row->mapping)
		emit_uint(out, "mapping", row->mapping - 1);
	else
		emit_null(out, "mapping");
	write_call(out, row->call);
	if (row->stack >= STACK_FIRST && row->stack < stacks)
		emit_uint(out, "stack", row->stack - STACK_FIRST);
	else
		emit_null(out, "stack");
	emit_uint(out, "minor", row->minor);
	emit_uint(out, "major", row->major);
	emit_uint(out, "zero_filled_bytes", row->zero_filled_bytes);
	emit_uint(out, "cow_bytes", row->cow_bytes);
	emit_uint(out, "reused_pages", row->reused_pages);
	emit_close(out, '}');
}

bool faults_find_row(const struct region_view *view, const struct fork_run *run, uint32_t *number)
{
	*number = 0;
	for (uint32_t i = 0; i < row_count(view); i++) {
		const struct fault_cell *row = row_at(view, i);
		if (row && row->reason == REASON_FORK_COW && row->mapping == run->mapping &&
		    row->stack == run->stack && row->call == run->call)
			return true;
		*number += row != NULL;
	}
	return false;
}

static const char *level_name(const struct region *region)
{
	static const char *const name[FAULTS_LEVELS] = {
	    [FAULTS_UNSEEN] = "B",  [FAULTS_KERNEL] = "A+", [FAULTS_USER] = "A",
	    [FAULTS_NO_RING] = "B", [FAULTS_REFUSED] = "C", [FAULTS_COUNT] = "count",
	};
	return name[region->faults_level < FAULTS_LEVELS ? region->faults_level : FAULTS_UNSEEN];
}

/* What may have left `unattributed` of them without a row. */
static void write_causes(struct json_out *out, const struct region *region, uint64_t unattributed)
{
	static const struct {
		uint32_t cause;
		const char *text;
	} causes[] = {
	    {CAUSE_FULL,
	     "a thread's ring of page faults was full: they came faster than they could "
	     "be looked at, the program blocks SIGURG, or one system call took more "
	     "than it holds"},
	    {CAUSE_NO_RING, "threads found no memory for a ring of page faults; raise the limit of "
			    "locked memory (ulimit -l) or kernel.perf_event_mlock_kb"},
	    {CAUSE_SIGNAL, "no signal says that a ring fills up, for SIGURG is the program's: "
			   "faults are looked at in calls "
			   "only"},
	    {CAUSE_FOLDED, "the table of page faults was full"},
	    {CAUSE_NO_PAGES,
	     "the process could not read /proc/self/pagemap, as after a change of its "
	     "user or where it had no descriptor left: what faults were for isn't known"},
	};
	static const char *const why[FAULTS_LEVELS] = {
	    [FAULTS_UNSEEN] = "the record ended before page faults were looked at",
	    [FAULTS_NO_RING] = "page faults are only counted: there is no locked memory for "
			       "samples of them; raise its limit (ulimit -l) or "
			       "kernel.perf_event_mlock_kb",
	    [FAULTS_REFUSED] = "page faults are only counted: the kernel refuses perf_event_open; "
			       "set kernel.perf_event_paranoid to 2 or less",
	    [FAULTS_COUNT] = "page faults are only counted, as COPYTRACE_FAULTS=count asks",
	};
	if (region->faults_level < FAULTS_LEVELS && why[region->faults_level])
		emit_string(out, NULL, why[region->faults_level]);
	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++)
		if (region->faults_causes & causes[i].cause)
			emit_string(out, NULL, causes[i].text);
	if (region->faults_level == FAULTS_USER && unattributed)
		emit_string(out, NULL,
			    "what the kernel takes outside of calls is not seen; it would be with "
			    "kernel.perf_event_paranoid 1 or less, or CAP_PERFMON");
	if (region->threads_faulted)
		emit_string(out, NULL, "threads took page faults before they had a ring");
	if (region->ending == ENDING_NONE)
		emit_string(out, NULL,
			    "page faults as last known: the process left no last reading");
}

void faults_write(struct json_out *out, const struct region_view *view, uint32_t stacks)
{
	const struct region *region = view->region;
	struct sums known = attributed(view);
	struct sums all = totals(region, &known);
	uint64_t unattributed = all.minor - region->before_minor - region->own_minor - known.minor;
	emit_open(out, "faults", '{');
	emit_uint(out, "minor", all.minor);
	emit_uint(out, "major", all.major);
	emit_uint(out, "attributed_minor", known.minor);
	emit_uint(out, "attributed_major", known.major);
	emit_int(out, "unattributed_minor", (int64_t)unattributed);
	emit_int(out, "unattributed_major",
		 (int64_t)(all.major - region->before_major - region->own_major - known.major));
	emit_uint(out, "before_minor", region->before_minor);
	emit_uint(out, "before_major", region->before_major);
	emit_uint(out, "own_minor", region->own_minor);
	emit_uint(out, "own_major", region->own_major);
	emit_uint(out, "lost", region->faults_lost);
	emit_string(out, "level", level_name(region));
	emit_open(out, "why", '[');
	write_causes(out, region, unattributed);
	emit_close(out, ']');
	emit_open(out, "rows", '[');
	for (uint32_t i = 0; i < row_count(view); i++) {
		const struct fault_cell *row = row_at(view, i);
		if (row)
			write_row(out, row, stacks);
	}
	emit_close(out, ']');
	forks_write(out, view);
	emit_close(out, '}');
}
