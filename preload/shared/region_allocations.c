/*
 * region_allocations.c - the part of a trace that tells what the program had of its allocator.
 */
#include "shared/region_allocations.h"

#include "shared/region_account.h"
#include "shared/region_frames.h"

static void write_resizes(struct json_out *out, const struct allocation *sum)
{
	emit_open(out, "resizes", '{');
	emit_uint(out, "in_place", sum->resized_in_place);
	emit_uint(out, "remapped", sum->remapped);
	emit_uint(out, "remapped_bytes", sum->remapped_bytes);
	emit_uint(out, "copied", sum->copied);
	emit_uint(out, "copied_bytes", sum->copied_bytes);
	emit_close(out, '}');
}

static void write_temporary(struct json_out *out, const struct allocation *sum)
{
	emit_open(out, "temporary", '{');
	emit_uint(out, "allocations", sum->temporary);
	emit_uint(out, "bytes", sum->temporary_bytes);
	emit_close(out, '}');
}

/* By the number of the stack, what all threads together have. */
struct by_stack {
	struct stack_allocations *row;
	uint32_t count;
};

static void add_row(struct by_stack *sums, const struct stack_allocations *row)
{
	if (row->stack >= sums->count)
		return;
	struct stack_allocations *sum = &sums->row[row->stack];
	sum->allocations += row->allocations;
	sum->asked_bytes += row->asked_bytes;
	sum->freed_blocks += row->freed_blocks;
	sum->freed_bytes += row->freed_bytes;
	sum->temporary += row->temporary;
}

static bool sum_by_stack(struct by_stack *sums, const struct region_view *view,
			 struct scratch *scratch)
{
	const struct table *threads = &view->region->threads;
	uint32_t count = table_count(view, &view->region->stacks_live);
	sums->row = scratch_take(scratch, count, sizeof(*sums->row));
	if (!sums->row)
		return false;
	sums->count = count;
	for (uint32_t i = 0; i < table_count(view, threads); i++) {
		const struct thread *thread = table_at(view, threads, i);
		const struct table *rows = thread ? &thread->stack_allocations : NULL;
		if (!rows || rows->record_bytes != sizeof(struct stack_allocations))
			continue;
		for (uint32_t k = 0; k < table_count(view, rows); k++) {
			const struct stack_allocations *row = table_at(view, rows, k);
			if (row)
				add_row(sums, row);
		}
	}
	return true;
}

static void write_never_freed(struct json_out *out, const struct by_stack *sums)
{
	uint64_t blocks = 0, bytes = 0;
	for (uint32_t i = 0; i < sums->count; i++) {
		blocks += sums->row[i].allocations - sums->row[i].freed_blocks;
		bytes += sums->row[i].asked_bytes - sums->row[i].freed_bytes;
	}
	emit_open(out, "never_freed", '{');
	emit_uint(out, "blocks", blocks);
	emit_uint(out, "bytes", bytes);
	emit_close(out, '}');
}

/* A peak that no thread has published yet is no lower than what is live. */
static uint64_t peak_of(const struct region_view *view, uint32_t stack, uint64_t live_bytes)
{
	const struct stack_live *live = table_at(view, &view->region->stacks_live, stack);
	uint64_t peak = live && live->peak_bytes > 0 ? (uint64_t)live->peak_bytes : 0;
	return peak > live_bytes ? peak : live_bytes;
}

static void write_by_stack(struct json_out *out, const struct region_view *view,
			   const struct by_stack *sums, uint32_t stacks)
{
	emit_open(out, "by_stack", '[');
	for (uint32_t i = 0; i < sums->count; i++) {
		const struct stack_allocations *row = &sums->row[i];
		uint64_t live_bytes = row->asked_bytes - row->freed_bytes;
		if (!row->allocations)
			continue;
		emit_newline(out);
		emit_open(out, NULL, '{');
		frames_write_reference(out, i, stacks);
		emit_uint(out, "allocations", row->allocations);
		emit_uint(out, "asked_bytes", row->asked_bytes);
		emit_uint(out, "peak_bytes", peak_of(view, i, live_bytes));
		emit_uint(out, "never_freed_blocks", row->allocations - row->freed_blocks);
		emit_uint(out, "never_freed_bytes", live_bytes);
		emit_uint(out, "temporary", row->temporary);
		emit_close(out, '}');
	}
	emit_close(out, ']');
}

/* Where every fault's address is known, what was faulted in; and what was seen of what is behind.
 */
static void write_large_row(struct json_out *out, const struct region *region,
			    const struct large_row *row, uint32_t stacks)
{
	bool sampled = region->faults_level == FAULTS_KERNEL || region->faults_level == FAULTS_USER;
	uint64_t looked = row->looked + row->live_looked;
	emit_newline(out);
	emit_open(out, NULL, '{');
	frames_write_reference(out, row->stack, stacks);
	emit_uint(out, "bytes", row->bytes);
	emit_uint(out, "blocks", row->blocks);
	emit_uint(out, "reserved_bytes", row->reserved_bytes);
	if (sampled)
		emit_uint(out, "faulted_bytes", row->faulted_bytes);
	else
		emit_null(out, "faulted_bytes");
	if (looked)
		emit_uint(out, "backed_bytes", row->backed_bytes + row->live_backed_bytes);
	else
		emit_null(out, "backed_bytes");
	emit_uint(out, "looked_at", looked);
	emit_uint(out, "freed", row->freed);
	emit_close(out, '}');
}

static void write_large_blocks(struct json_out *out, const struct region_view *view,
			       uint32_t stacks)
{
	const struct table *table = &view->region->large_rows;
	emit_open(out, "large_blocks", '[');
	for (uint32_t i = 0; i < table_count(view, table); i++) {
		const struct large_row *row = table_at(view, table, i);
		if (row && row->blocks)
			write_large_row(out, view->region, row, stacks);
	}
	emit_close(out, ']');
}

void allocations_write(struct json_out *out, const struct ledger *ledger,
		       const struct region_view *view, uint32_t stacks, struct scratch *scratch)
{
	const struct region *region = view->region;
	const struct allocation *sum = &ledger->allocation;
	int64_t peak =
	    region->peak_live_bytes > sum->live_bytes ? region->peak_live_bytes : sum->live_bytes;
	emit_uint(out, "allocations", ledger->allocations);
	emit_uint(out, "asked_bytes", ledger->asked_bytes);
	emit_uint(out, "frees", ledger->frees);
	emit_int(out, "live_bytes", sum->live_bytes);
	emit_int(out, "peak_live_bytes", peak);
	emit_uint(out, "peak_slack_bytes",
		  ledger->threads > 1 ? (uint64_t)ledger->threads * ALLOCATION_SLACK_BYTES : 0);
	account_write_sizes(out, ledger->allocation_bucket);
	write_resizes(out, sum);
	write_temporary(out, sum);
	struct by_stack sums = {.count = 0};
	/* Where not one was allocated it isn't known whether they are kept; nothing is amiss. */
	if (region->stacks_live.count && sum_by_stack(&sums, view, scratch))
		write_never_freed(out, &sums);
	write_by_stack(out, view, &sums, stacks);
	write_large_blocks(out, view, stacks);
}
