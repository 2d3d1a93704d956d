/*
 * rows_memory.c - page faults, mappings, allocations and large blocks over all processes of a
 * trace, grouped as the ledger's rows are.
 */
#include "grouper.h"

#include <inttypes.h>
#include <string.h>

static struct counts fault_counts(uint64_t minor, uint64_t major, uint64_t zero_filled,
				  uint64_t cow)
{
	struct counts counts = {0};

	counts.of[COLUMN_minor_faults] = minor;
	counts.of[COLUMN_major_faults] = major;
	counts.of[COLUMN_zero_filled_bytes] = zero_filled;
	counts.of[COLUMN_cow_bytes] = cow;
	return counts;
}

/* A file's name, whatever the directory it was built in; the program's own is another in another
 * trace. */
static const char *place_key(const struct process *process, const struct mapping_row *mapping)
{
	return !strcmp(mapping->name, process->exe) ? "(the program)" : base_name(mapping->name);
}

/* Rows are counted once for each record, which come one after the other. */
static void count_record(struct row *row, const struct process *process)
{
	if (row->process != process)
		row->records++;
	row->process = process;
}

static const char *fault_key(struct grouper *grouper, const struct process *process,
			     const struct fault_row *fault, const struct mapping_row *mapping,
			     enum grouping grouping)
{
	struct arena *arena = grouper->arena;

	switch (grouping) {
	case BY_REASON:
		return fault->reason;
	case BY_FAULT_STACK:
		return arena_print(arena, "%s\t%s", fault->reason,
				   stack_identity(grouper, process, fault->stack, NULL, BY_STACK));
	case BY_FAULT_PLACE:
		return arena_print(arena, "%s\t%s\t%s", fault->reason, mapping ? mapping->kind : "",
				   mapping ? place_key(process, mapping) : "");
	default:
		return arena_print(arena, "%s\t%s\t%s\t%s", fault->reason,
				   mapping ? mapping->kind : "", mapping ? mapping->name : "",
				   fault->call ? fault->call : "");
	}
}

static void group_fault(struct grouper *grouper, const struct process *process,
			const struct fault_row *fault, enum grouping grouping)
{
	const struct mapping_row *mapping =
	    fault->mapping == UNKNOWN ? NULL : &process->memory.mappings.items[fault->mapping];
	const struct counts counts =
	    fault_counts(fault->minor, fault->major, fault->zero_filled_bytes, fault->cow_bytes);
	bool fresh;
	struct row *row = row_for(grouper, fault_key(grouper, process, fault, mapping, grouping),
				  &counts, &fresh);

	row->reused_pages = number_add(row->reused_pages, fault->reused_pages);
	count_record(row, process);
	if (!fresh)
		return;
	row->reason = fault->reason;
	if (grouping == BY_FAULT)
		row->call = fault->call;
	if (grouping == BY_FAULT_STACK) {
		row->stack =
		    fault->stack == UNKNOWN ? NULL : &grouper->trace->stacks.items[fault->stack];
		row->why = row->stack ? NULL : "no stack";
	} else if (mapping && grouping != BY_REASON) {
		row->kind = mapping->kind;
		row->name = grouping == BY_FAULT ? mapping->name : base_name(mapping->name);
	}
}

void group_faults(struct grouper *grouper, const struct process *process, enum grouping grouping)
{
	for (size_t i = 0; i < process->faults.rows.count; i++)
		group_fault(grouper, process, &process->faults.rows.items[i], grouping);
}

static uint64_t reused_pages(const struct process *process, size_t mapping)
{
	uint64_t pages = 0;

	for (size_t i = 0; i < process->faults.rows.count; i++)
		if (process->faults.rows.items[i].mapping == mapping)
			pages = number_add(pages, process->faults.rows.items[i].reused_pages);
	return pages;
}

void group_mappings(struct grouper *grouper, const struct process *process)
{
	for (size_t i = 0; i < process->memory.mappings.count; i++) {
		const struct mapping_row *from = &process->memory.mappings.items[i];
		const struct counts counts = fault_counts(from->minor, from->major,
							  from->zero_filled_bytes, from->cow_bytes);
		bool fresh;
		struct row *row = row_for(
		    grouper,
		    arena_print(grouper->arena, "%s\t%s\t%d", from->kind, from->name, from->shared),
		    &counts, &fresh);
		struct mapping_row *sum = &row->mapping;
		row->reused_pages = number_add(row->reused_pages, reused_pages(process, i));
		count_record(row, process);
		if (fresh) {
			row->kind = from->kind;
			row->name = from->name;
			sum->shared = from->shared;
		}
		sum->maps = number_add(sum->maps, from->maps);
		sum->mapped_bytes = number_add(sum->mapped_bytes, from->mapped_bytes);
		sum->populated_bytes = number_add(sum->populated_bytes, from->populated_bytes);
		sum->mapped_in_bytes = number_add(sum->mapped_in_bytes, from->mapped_in_bytes);
		sum->private_bytes = number_add(sum->private_bytes, from->private_bytes);
		sum->unclaimed_pages = number_add(sum->unclaimed_pages, from->unclaimed_pages);
	}
}

static void add_allocation(struct allocation_row *sum, const struct allocation_row *from)
{
	sum->allocations = number_add(sum->allocations, from->allocations);
	sum->asked_bytes = number_add(sum->asked_bytes, from->asked_bytes);
	sum->never_freed_blocks = number_add(sum->never_freed_blocks, from->never_freed_blocks);
	sum->never_freed_bytes = number_add(sum->never_freed_bytes, from->never_freed_bytes);
	sum->temporary = number_add(sum->temporary, from->temporary);
	if (from->peak_bytes > sum->peak_bytes)
		sum->peak_bytes = from->peak_bytes;
}

void group_allocations(struct grouper *grouper, const struct process *process,
		       enum grouping grouping)
{
	const enum grouping by = grouping == BY_ALLOCATION ? BY_STACK : BY_FUNCTIONS;

	for (size_t i = 0; i < process->memory.by_stack.count; i++) {
		const struct allocation_row *from = &process->memory.by_stack.items[i];
		const char *identity = stack_identity(grouper, process, from->stack, from->why, by);
		struct counts counts = {0};
		bool fresh;
		struct row *row = row_for(grouper, arena_print(grouper->arena, "\t%s", identity),
					  &counts, &fresh);
		add_allocation(&row->allocation, from);
		if (!fresh)
			continue;
		if (from->stack == UNKNOWN)
			row->why = identity;
		else
			row->stack = &grouper->trace->stacks.items[from->stack];
	}
}

/* Where not all of them were looked behind, what is there is not known. */
static uint64_t backed_bytes(const struct large_block_row *row)
{
	return row->looked_at < row->blocks ? UNKNOWN : row->backed_bytes;
}

void group_large_blocks(struct grouper *grouper, const struct process *process)
{
	const struct counts counts = {0};

	for (size_t i = 0; i < process->memory.large_blocks.count; i++) {
		const struct large_block_row *from = &process->memory.large_blocks.items[i];
		bool fresh;
		struct row *row = row_for(
		    grouper, arena_print(grouper->arena, "%" PRIu64, from->bytes), &counts, &fresh);
		struct large_block_row *sum = &row->large_block;
		sum->bytes = from->bytes;
		sum->blocks = number_add(sum->blocks, from->blocks);
		sum->reserved_bytes = number_add(sum->reserved_bytes, from->reserved_bytes);
		sum->faulted_bytes = number_add(sum->faulted_bytes, from->faulted_bytes);
		sum->backed_bytes = number_add(sum->backed_bytes, backed_bytes(from));
		sum->freed = number_add(sum->freed, from->freed);
	}
}
