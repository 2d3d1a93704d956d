/*
 * region_ledger.c - the ledger of a region summed up: totals, rows by call, and its cells in order.
 */
#include "shared/region_ledger.h"

static uint64_t value(const struct ledger *ledger, const struct cell *cell, int column)
{
	uint64_t n = cell->column[column];
	return column_table[column].unit == UNIT_NS ? (uint64_t)((double)n * ledger->ns_per_tick)
						    : n;
}

/* Columns that are the caller's view of a call, and say nothing of what crossed. */
static bool is_of_caller(int column)
{
	return column == COLUMN_calls || column == COLUMN_errors || column == COLUMN_time_ns ||
	       column == COLUMN_blocked_ns;
}

void ledger_add_layer(const struct ledger *ledger, uint64_t column[COLUMNS],
		      const struct cell *cell)
{
	bool crosses = call_table[cell->call].flags & SYS;
	for (int i = 0; i < COLUMNS; i++)
		if (crosses || is_of_caller(i) || i == COLUMN_in_process_bytes)
			column[i] += value(ledger, cell, i);
}

void ledger_add_both(const struct ledger *ledger, uint64_t column[COLUMNS], const struct cell *cell)
{
	bool crosses = call_table[cell->call].flags & SYS;
	bool library = call_table[cell->call].layer == LAYER_LIBRARY;
	for (int i = 0; i < COLUMNS; i++)
		if (is_of_caller(i) ? library : crosses || i == COLUMN_in_process_bytes)
			column[i] += value(ledger, cell, i);
}

static void add_to_totals(struct ledger *ledger, const struct cell *cell)
{
	ledger_add_both(ledger, ledger->totals, cell);
	if (call_table[cell->call].flags & RCHAR)
		ledger->rchar += cell->column[COLUMN_returned_bytes];
	if (call_table[cell->call].flags & WCHAR)
		ledger->wchar += cell->column[COLUMN_returned_bytes];
}

static void add_to_row(struct ledger *ledger, enum call call, const struct cell *cell)
{
	struct row *row = &ledger->by_call[call];
	ledger->used[call] = true;
	for (int i = 0; i < COLUMNS; i++)
		row->column[i] += value(ledger, cell, i);
}

static void add_cell(struct ledger *ledger, const struct cell *cell)
{
	struct row *row = &ledger->by_call[cell->call];
	enum call crossing = call_crossing((enum call)cell->call);
	uint64_t calls = row->column[COLUMN_calls], returned = row->column[COLUMN_returned_bytes];

	add_to_row(ledger, (enum call)cell->call, cell);
	if (crossing && ledger->syscalls_seen)
		add_to_row(ledger, crossing, cell);
	if (call_table[cell->call].flags & ALLOC) {
		/* Counted by size rows; a cell only tells from which stack. */
		row->column[COLUMN_calls] = calls;
		row->column[COLUMN_returned_bytes] = returned;
		ledger->totals[COLUMN_errors] += cell->column[COLUMN_errors];
	} else {
		add_to_totals(ledger, cell);
	}
	ledger->cells[ledger->cell_count++] = cell;
}

/* What found no room elsewhere; of allocations it is not in size rows either. */
static void add_overflow(struct ledger *ledger, const struct cell *cell)
{
	if (!(call_table[cell->call].flags & ALLOC)) {
		add_cell(ledger, cell);
		return;
	}
	add_to_row(ledger, (enum call)cell->call, cell);
	ledger->totals[COLUMN_calls] += cell->column[COLUMN_calls];
	if (cell->call == CALL_free) {
		ledger->frees += cell->column[COLUMN_calls];
	} else {
		ledger->allocations += cell->column[COLUMN_calls];
		ledger->asked_bytes += cell->column[COLUMN_returned_bytes];
	}
}

static void add_sizes(struct ledger *ledger, const struct size_row *sizes)
{
	if (sizes->call >= CALLS)
		return;
	struct row *row = &ledger->by_call[sizes->call], *below = NULL;
	bool allocation = call_table[sizes->call].flags & ALLOC;
	bool frees = sizes->call == CALL_free; /* bucket 0: of NULL, bucket 1: of something */

	ledger->used[sizes->call] = true;
	if (call_crossing((enum call)sizes->call) && ledger->syscalls_seen)
		below = &ledger->by_call[call_crossing((enum call)sizes->call)];
	for (int i = 0; i < SIZE_BUCKETS; i++) {
		uint64_t n = sizes->bucket[i];
		if (!frees)
			row->bucket[i] += n;
		if (below)
			below->bucket[i] += n;
		if (!allocation)
			continue;
		row->column[COLUMN_calls] += n;
		ledger->totals[COLUMN_calls] += n;
		if (frees) {
			ledger->frees += i ? n : 0;
		} else {
			ledger->allocations += n;
			ledger->allocation_bucket[i] += n;
		}
	}
	if (allocation) {
		row->column[COLUMN_returned_bytes] += sizes->bytes;
		ledger->asked_bytes += sizes->bytes;
	}
}

static void add_allocation(struct allocation *sum, const struct allocation *of)
{
	sum->live_bytes += of->live_bytes;
	sum->temporary += of->temporary;
	sum->temporary_bytes += of->temporary_bytes;
	sum->resized_in_place += of->resized_in_place;
	sum->remapped += of->remapped;
	sum->remapped_bytes += of->remapped_bytes;
	sum->copied += of->copied;
	sum->copied_bytes += of->copied_bytes;
}

static double rate(const struct region *region)
{
	uint64_t ticks = region->last.ticks - region->start.ticks;
	uint64_t ns = region->last.monotonic_ns - region->start.monotonic_ns;
	return ticks ? (double)ns / (double)ticks : 0;
}

/* A region that anybody may have written: its records must be as large as ours. */
static bool is_sound(const struct thread *thread)
{
	return thread->cells.record_bytes == sizeof(struct cell) &&
	       thread->sizes.record_bytes == sizeof(struct size_row);
}

/* The cells there are memory that nobody has touched where none was needed. */
static uint32_t overflow_count(const struct region_view *view)
{
	return view->region->cells_folded ? table_count(view, &view->region->overflow) : 0;
}

bool ledger_sum(struct ledger *ledger, const struct region_view *view, struct scratch *scratch)
{
	const struct table *threads = &view->region->threads;
	uint32_t thread_count = table_count(view, threads);
	size_t cells = overflow_count(view);

	ledger->ns_per_tick = rate(view->region);
	ledger->syscalls_seen =
	    view->region->syscall_layer == SYSCALLS_ON || view->region->exhaustive == EXHAUSTIVE_ON;
	for (uint32_t i = 0; i < thread_count; i++) {
		const struct thread *thread = table_at(view, threads, i);
		if (thread && is_sound(thread))
			cells += table_count(view, &thread->cells);
	}
	/* A cell made between the two passes is left to the next reader. */
	if (cells > view->bytes / sizeof(struct cell))
		cells = view->bytes / sizeof(struct cell);
	ledger->cells = scratch_take(scratch, cells, sizeof(*ledger->cells));
	struct cell *copy = scratch_take(scratch, cells, sizeof(*copy));
	if (!ledger->cells || !copy)
		return false;

	for (uint32_t i = 0; i < thread_count; i++) {
		const struct thread *thread = table_at(view, threads, i);
		if (!thread || !thread->tid || !is_sound(thread))
			continue;
		ledger->threads++;
		add_allocation(&ledger->allocation, &thread->allocation);
		/* Sizes first: a call is counted before its size, and others go on counting. */
		for (uint32_t k = 0; k < table_count(view, &thread->sizes); k++) {
			const struct size_row *sizes = table_at(view, &thread->sizes, k);
			if (sizes && sizes->call)
				add_sizes(ledger, sizes);
		}
		for (uint32_t k = 0; k < table_count(view, &thread->cells); k++) {
			const struct cell *cell = table_at(view, &thread->cells, k);
			if (!cell || ledger->cell_count == cells)
				continue;
			/* Other threads go on counting; every table must say the same. */
			*copy = *cell;
			if (copy->call && copy->call < CALLS)
				add_cell(ledger, copy++);
		}
	}
	for (uint32_t k = 0; k < overflow_count(view); k++) {
		const struct cell *cell = table_at(view, &view->region->overflow, k);
		if (!cell || ledger->cell_count == cells)
			continue;
		*copy = *cell;
		if (copy->call && copy->call < CALLS)
			add_overflow(ledger, copy++);
	}
	return true;
}

/* Heap sort: in place, never quadratic, and unlike libc's qsort it never allocates. */
static void sift(const struct cell **cells, size_t at, size_t n,
		 int (*compare)(const struct cell *, const struct cell *))
{
	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= n)
			return;
		if (child + 1 < n && compare(cells[child], cells[child + 1]) < 0)
			child++;
		if (compare(cells[at], cells[child]) >= 0)
			return;
		const struct cell *swap = cells[at];
		cells[at] = cells[child];
		cells[child] = swap;
		at = child;
	}
}

void ledger_sort(struct ledger *ledger, int (*compare)(const struct cell *, const struct cell *))
{
	size_t n = ledger->cell_count;
	for (size_t i = n / 2; i-- > 0;)
		sift(ledger->cells, i, n, compare);
	while (n > 1) {
		const struct cell *swap = ledger->cells[--n];
		ledger->cells[n] = ledger->cells[0];
		ledger->cells[0] = swap;
		sift(ledger->cells, 0, n, compare);
	}
}
