/*
 * summary_memory.c - the lines of the summary that tell of memory: what the allocator gave, what
 * was touched, and what page faults were for.
 */
#include "rows.h"
#include "summary.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

#define REASONS_SHOWN	  3
#define STACKS_KNOWN	  90 /* percent of the bytes */
#define TEMPORARY_MATTERS 10 /* percent of all allocations */

/* Groups that only newer traces have: where one process doesn't know, the sum isn't known. */
struct heap {
	uint64_t allocations, asked_bytes, frees;
	int64_t peak;
	struct never_freed never_freed;
	struct temporary temporary;
	struct resizes resizes;
};

static struct heap heap_of(const struct trace *trace)
{
	struct heap heap = {0};

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct memory *memory = &trace->processes.items[i].memory;
		const struct resizes *resizes = &memory->resizes;
		heap.allocations = number_add(heap.allocations, memory->allocations);
		heap.asked_bytes = number_add(heap.asked_bytes, memory->asked_bytes);
		heap.frees = number_add(heap.frees, memory->frees);
		if (memory->peak_live_bytes > heap.peak)
			heap.peak = memory->peak_live_bytes;
		heap.never_freed.blocks =
		    number_add(heap.never_freed.blocks, memory->never_freed.blocks);
		heap.never_freed.bytes =
		    number_add(heap.never_freed.bytes, memory->never_freed.bytes);
		heap.temporary.allocations =
		    number_add(heap.temporary.allocations, memory->temporary.allocations);
		heap.temporary.bytes = number_add(heap.temporary.bytes, memory->temporary.bytes);
		heap.resizes.in_place = number_add(heap.resizes.in_place, resizes->in_place);
		heap.resizes.remapped = number_add(heap.resizes.remapped, resizes->remapped);
		heap.resizes.remapped_bytes =
		    number_add(heap.resizes.remapped_bytes, resizes->remapped_bytes);
		heap.resizes.copied = number_add(heap.resizes.copied, resizes->copied);
		heap.resizes.copied_bytes =
		    number_add(heap.resizes.copied_bytes, resizes->copied_bytes);
	}
	return heap;
}

static bool has_any(uint64_t number)
{
	return number && number != UNKNOWN;
}

static void resizes_line(struct summary *summary, const struct resizes *resizes)
{
	const char *remapped = "";

	if (!has_any(resizes->copied_bytes) && !has_any(resizes->remapped_bytes))
		return;
	if (has_any(resizes->remapped))
		remapped = arena_print(summary->arena, ", %s moved without a copy in %s",
				       amount_bytes(resizes->remapped_bytes).text,
				       amount_count(resizes->remapped).text);
	summary_line(summary, "by realloc", amount_bytes(resizes->copied_bytes).text,
		     arena_print(summary->arena, "copied in %s resize%s%s, %s in place",
				 amount_count(resizes->copied).text,
				 resizes->copied == 1 ? "" : "s", remapped,
				 amount_count(resizes->in_place).text));
}

static void heap_lines(struct summary *summary, const struct trace *trace)
{
	struct heap heap = heap_of(trace);

	if (!heap.allocations && !heap.frees)
		return;
	summary_line(summary, "peak heap", amount_bytes((uint64_t)heap.peak).text,
		     arena_print(summary->arena, "%s%s allocations of %s in all, %s frees",
				 trace->processes.count > 1 ? "of the largest process; " : "",
				 amount_count(heap.allocations).text,
				 amount_bytes(heap.asked_bytes).text,
				 amount_count(heap.frees).text));
	if (has_any(heap.never_freed.blocks))
		summary_line(summary, "never freed", amount_bytes(heap.never_freed.bytes).text,
			     arena_print(summary->arena, "in %s block%s at the end",
					 amount_count(heap.never_freed.blocks).text,
					 heap.never_freed.blocks == 1 ? "" : "s"));
	if (has_any(heap.temporary.allocations) &&
	    heap.temporary.allocations >= heap.allocations / 100 * TEMPORARY_MATTERS)
		summary_line(
		    summary, "temporary", amount_count(heap.temporary.allocations).text,
		    arena_print(summary->arena,
				"%s of the allocations, %s: freed before the next one",
				amount_share(heap.temporary.allocations, heap.allocations).text,
				amount_bytes(heap.temporary.bytes).text));
	resizes_line(summary, &heap.resizes);
}

static uint64_t most_backed(const struct memory *memory)
{
	return has_any(memory->peak_backed_bytes) ? memory->peak_backed_bytes
	       : has_any(memory->backed_bytes)	  ? memory->backed_bytes
						  : 0;
}

static uint64_t faulted(const struct memory *memory)
{
	return has_any(memory->faulted_bytes) ? memory->faulted_bytes : 0;
}

/* A child has about what its parent has, and has touched less of it. */
static bool is_larger(const struct memory *memory, const struct memory *than)
{
	if (most_backed(memory) != most_backed(than))
		return most_backed(memory) > most_backed(than);
	if (faulted(memory) != faulted(than))
		return faulted(memory) > faulted(than);
	return memory->reserved_bytes > than->reserved_bytes;
}

/* The three numbers of the process that has most; a sum would count twice what forks share. */
static void reserved_line(struct summary *summary, const struct trace *trace)
{
	const struct memory *most = NULL;
	const char *backed = "";

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct memory *memory = &trace->processes.items[i].memory;
		if (memory->reserved_bytes != UNKNOWN && (!most || is_larger(memory, most)))
			most = memory;
	}
	if (!most)
		return;
	if (most->backed_bytes != UNKNOWN)
		backed = arena_print(summary->arena, ", %s backed",
				     amount_bytes(most->backed_bytes).text);
	if (has_any(most->peak_backed_bytes))
		backed = arena_print(summary->arena, "%s, at most %s", backed,
				     amount_bytes(most->peak_backed_bytes).text);
	summary_line(summary, "reserved", amount_bytes(most->reserved_bytes).text,
		     arena_print(summary->arena, "%s%s faulted%s",
				 trace->processes.count > 1 ? "by the largest process; " : "",
				 most->faulted_bytes == UNKNOWN
				     ? "not known how much"
				     : amount_bytes(most->faulted_bytes).text,
				 backed));
}

void summary_memory(struct summary *summary, const struct trace *trace)
{
	reserved_line(summary, trace);
	heap_lines(summary, trace);
}

/* The reasons of most faults with their shares: "86.2 % zero_fill, 12.9 % fork_cow". */
static const char *reasons_in_words(struct trace *trace, uint64_t minor)
{
	struct rows rows = rows_of(trace, BY_REASON);
	const char *text = "";

	rows_sort(&rows, COLUMN_minor_faults);
	for (size_t i = 0; i < rows.count && i < REASONS_SHOWN; i++)
		text = arena_print(
		    &trace->arena, "%s%s%s %s", text, i ? ", " : "",
		    amount_share(rows.items[i].counts.of[COLUMN_minor_faults], minor).text,
		    rows.items[i].reason);
	return *text ? text : "none attributed to a cause";
}

void summary_faults(struct summary *summary, struct trace *trace)
{
	uint64_t minor = 0, major = 0;

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct faults *faults = &trace->processes.items[i].faults;
		if (faults->minor != UNKNOWN)
			minor = number_add(minor, faults->minor);
		if (faults->major != UNKNOWN)
			major = number_add(major, faults->major);
	}
	summary_line(summary, "page faults", amount_count(number_add(minor, major)).text,
		     arena_print(summary->arena, "%s minor, %s major; %s", amount_count(minor).text,
				 amount_count(major).text, reasons_in_words(trace, minor)));
}

/* Copies of files' private pages are each process's own: of which files most came. */
static const char *cow_of_files(struct trace *trace, const struct rows *places)
{
	const char *most = NULL;
	uint64_t bytes = 0, files = 0;

	for (size_t i = 0; i < places->count; i++) {
		const struct row *row = &places->items[i];
		if (strcmp(row->reason, "file_cow") || !row->counts.of[COLUMN_cow_bytes])
			continue;
		bytes = number_add(bytes, row->counts.of[COLUMN_cow_bytes]);
		if (!files++)
			most = row->name;
	}
	if (!files)
		return "";
	if (files == 1)
		return arena_print(&trace->arena, "%s of %s", amount_bytes(bytes).text, most);
	return arena_print(&trace->arena, "%s of %s and %s more file%s", amount_bytes(bytes).text,
			   most, amount_count(files - 1).text, files == 2 ? "" : "s");
}

const char *summary_of_cow(struct trace *trace)
{
	struct rows places = rows_of(trace, BY_FAULT_PLACE);
	const char *files, *after_fork = "";
	uint64_t bytes = 0;

	rows_sort(&places, COLUMN_cow_bytes);
	files = cow_of_files(trace, &places);
	for (size_t i = 0; i < places.count; i++)
		if (!strcmp(places.items[i].reason, "fork_cow"))
			bytes = number_add(bytes, places.items[i].counts.of[COLUMN_cow_bytes]);
	if (bytes)
		after_fork =
		    arena_print(&trace->arena, "; %s after fork", amount_bytes(bytes).text);
	if (!*files)
		return after_fork;
	return arena_print(&trace->arena, "%s%s%s", after_fork, bytes ? ", " : "; ", files);
}

static const char *place_in_words(const char *kind)
{
	static const char *const words[][2] = {
	    {"heap", "on the heap"},
	    {"stack", "on the stack"},
	    {"thread_stack", "on the stacks of threads"},
	    {"anonymous", "in anonymous memory"},
	    {"file", "in private pages of files"},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(kind, words[i][0]))
			return words[i][1];
	return "in shared memory";
}

/* The function that touched most of it first, where all faults have stacks and not some. */
static const char *first_toucher(struct trace *trace, uint64_t bytes)
{
	struct rows stacks = rows_of(trace, BY_FAULT_STACK);
	const struct frames *first = NULL;
	uint64_t known = 0;

	rows_sort(&stacks, COLUMN_zero_filled_bytes);
	for (size_t i = 0; i < stacks.count; i++) {
		const struct row *row = &stacks.items[i];
		if (!row->stack || !row->stack->count)
			continue;
		known = number_add(known, row->counts.of[COLUMN_zero_filled_bytes]);
		first = first ? first : row->stack;
	}
	if (!first || known < bytes / 100 * STACKS_KNOWN)
		return "";
	return arena_print(&trace->arena, ", most by %s", innermost_frames(trace, first, 1));
}

const char *summary_of_zeros(struct trace *trace)
{
	struct rows places = rows_of(trace, BY_FAULT_PLACE);
	uint64_t bytes = 0, faults = 0;

	rows_sort(&places, COLUMN_zero_filled_bytes);
	for (size_t i = 0; i < places.count; i++) {
		const struct counts *counts = &places.items[i].counts;
		if (!counts->of[COLUMN_zero_filled_bytes])
			break;
		bytes = number_add(bytes, counts->of[COLUMN_zero_filled_bytes]);
		faults = number_add(faults, counts->of[COLUMN_minor_faults]);
	}
	if (!bytes)
		return NULL;
	const struct row *first = &places.items[0];
	return arena_print(
	    &trace->arena, "%s%s by %s page fault%s; %s %s%s",
	    bytes < trace->totals.of[COLUMN_zero_filled_bytes] ? "of it " : "",
	    bytes < trace->totals.of[COLUMN_zero_filled_bytes] ? amount_bytes(bytes).text : "all",
	    amount_count(faults).text, faults == 1 ? "" : "s",
	    amount_share(first->counts.of[COLUMN_zero_filled_bytes], bytes).text,
	    first->kind ? place_in_words(first->kind) : "where is not known",
	    first_toucher(trace, bytes));
}
