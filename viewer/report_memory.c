/*
 * report_memory.c - the table of what each process had of memory: reserved, touched and backed, its
 * heap, its page faults.
 */
#include "sheet.h"
#include "units.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define COMMAND_WIDTH 48

enum {
	RESERVED,
	FAULTED,
	BACKED,
	PEAK_BACKED,
	PEAK_HEAP,
	NEVER_FREED,
	MINOR,
	MAJOR,
	UNEXPLAINED,
	NUMBERS
};

static const struct {
	const char *title;
	enum unit unit;
} numbers[NUMBERS] = {
    [RESERVED] = {"RESERVED", UNIT_BYTES},
    [FAULTED] = {"FAULTED", UNIT_BYTES},
    [BACKED] = {"BACKED", UNIT_BYTES},
    [PEAK_BACKED] = {"PEAK BACKED", UNIT_BYTES},
    [PEAK_HEAP] = {"PEAK HEAP", UNIT_BYTES},
    [NEVER_FREED] = {"NEVER FREED", UNIT_BYTES},
    [MINOR] = {"MINOR", UNIT_COUNT},
    [MAJOR] = {"MAJOR", UNIT_COUNT},
    [UNEXPLAINED] = {"UNEXPLAINED", UNIT_COUNT},
};

static uint64_t known(int64_t number)
{
	return number == UNKNOWN_SIGNED ? UNKNOWN : number < 0 ? 0 : (uint64_t)number;
}

static uint64_t number_of(const struct process *process, int number)
{
	const struct memory *memory = &process->memory;
	const struct faults *faults = &process->faults;
	const uint64_t all[NUMBERS] = {
	    [RESERVED] = memory->reserved_bytes,
	    [FAULTED] = memory->faulted_bytes,
	    [BACKED] = memory->backed_bytes,
	    [PEAK_BACKED] = memory->peak_backed_bytes,
	    [PEAK_HEAP] = known(memory->peak_live_bytes),
	    [NEVER_FREED] = memory->never_freed.bytes,
	    [MINOR] = faults->minor,
	    [MAJOR] = faults->major,
	    [UNEXPLAINED] = known(faults->unattributed_minor),
	};
	return all[number];
}

/* What isn't known comes last. */
static int by_size(const void *a, const void *b)
{
	const struct process *const *x = a, *const *y = b;
	static const int order[] = {BACKED, RESERVED, PEAK_HEAP, MINOR};

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++) {
		uint64_t of_x = number_of(*x, order[i]) + 1, of_y = number_of(*y, order[i]) + 1;
		if (of_x != of_y)
			return of_x > of_y ? -1 : 1;
	}
	return *x < *y ? -1 : 1;
}

static bool any_has(const struct trace *trace, int number)
{
	for (size_t i = 0; i < trace->processes.count; i++) {
		uint64_t value = number_of(&trace->processes.items[i], number);
		if (value && value != UNKNOWN)
			return true;
	}
	return false;
}

static void add_row(struct text_table *table, const struct process *process,
		    const bool has[NUMBERS])
{
	for (int n = 0; n < NUMBERS; n++)
		if (has[n])
			amount_cell(table, numbers[n].unit, number_of(process, n));
	table_cell(table, process->faults.level, STYLE_PLAIN);
	table_cell(table, arena_print(table->arena, "%" PRIu64, process->pid), STYLE_PLAIN);
	table_cell(table, command_line(table->arena, process, COMMAND_WIDTH), STYLE_HEADING);
}

void report_memory(const struct report *report)
{
	const struct trace *trace = report->trace;
	struct text_table table = {.arena = &report->trace->arena};
	size_t count = trace->processes.count;
	size_t shown = report->limit && count > report->limit ? report->limit : count;
	const struct process **processes = arena_take_array(table.arena, count, sizeof(*processes));
	bool has[NUMBERS];

	for (size_t i = 0; i < count; i++)
		processes[i] = &trace->processes.items[i];
	qsort(processes, count, sizeof(*processes), by_size);
	for (int n = 0; n < NUMBERS; n++)
		if ((has[n] = any_has(trace, n)))
			table_column(&table, numbers[n].title, RIGHT);
	table_column(&table, "LEVEL", LEFT);
	table_column(&table, "PID", RIGHT);
	table_column(&table, "COMMAND", LEFT);
	for (size_t i = 0; i < shown; i++)
		add_row(&table, processes[i], has);
	print_line(STYLE_HEADING, "Memory by process, most backed first");
	table_print(&table, "  ");
	print_rest(count - shown);
}
