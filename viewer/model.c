/*
 * model.c - arithmetic on the parts of a trace; sums saturate, since a trace may hold any number.
 */
#include "model.h"

#include <inttypes.h>
#include <string.h>

void trace_close(struct trace *trace)
{
	arena_close(&trace->arena);
	*trace = (struct trace){0};
}

char *process_key(struct arena *arena, const struct process *process)
{
	return arena_print(arena, "%" PRIu64 " %" PRIu64 " %" PRIu64, process->pid, process->image,
			   process->start_ns);
}

int column_find(const char *name)
{
	for (int i = 0; i <= COLUMN_COPIED; i++)
		if (!strcmp(name, column_name(i)))
			return i;
	return -1;
}

const char *column_name(int column)
{
	return column == COLUMN_COPIED ? "copied_bytes" : column_table[column].name;
}

enum unit column_unit(int column)
{
	return column == COLUMN_COPIED ? UNIT_BYTES : column_table[column].unit;
}

uint64_t number_add(uint64_t a, uint64_t b)
{
	if (a == UNKNOWN || b == UNKNOWN)
		return UNKNOWN;
	return b > NUMBER_MOST || a > NUMBER_MOST - b ? NUMBER_MOST : a + b;
}

int64_t number_add_signed(int64_t a, int64_t b)
{
	int64_t sum;
	if (a == UNKNOWN_SIGNED || b == UNKNOWN_SIGNED)
		return UNKNOWN_SIGNED;
	if (__builtin_add_overflow(a, b, &sum) || sum == UNKNOWN_SIGNED)
		return a < 0 ? -NUMBER_MOST : NUMBER_MOST;
	return sum;
}

uint64_t counts_get(const struct counts *counts, int column)
{
	if (column != COLUMN_COPIED)
		return counts->of[column];
	return number_add(
	    number_add(counts->of[COLUMN_to_user_bytes], counts->of[COLUMN_from_user_bytes]),
	    number_add(counts->of[COLUMN_in_kernel_bytes], counts->of[COLUMN_cow_bytes]));
}

void counts_add(struct counts *to, const struct counts *more)
{
	for (int i = 0; i < COLUMNS; i++)
		to->of[i] = number_add(to->of[i], more->of[i]);
}

void sizes_add(struct sizes *to, const struct sizes *more)
{
	for (int i = 0; i < SIZE_BUCKETS; i++)
		to->of[i] = number_add(to->of[i], more->of[i]);
}

uint64_t bucket_bound(unsigned int bucket)
{
	return bucket ? 1ull << (bucket - 1) : 0;
}
