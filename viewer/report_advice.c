/*
 * report_advice.c - the part of the report that says what would avoid what was measured, and no
 * more than that supports.
 */
#include "report.h"
#include "text_table.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

#define FRESH_BYTES_LEAST (1ull << 20)

struct fresh;
struct advice {
	struct arena *arena;
	size_t lines;
	struct map calls;
	struct fresh *fresh; /* of the calls */
};

static void say(struct advice *advice, const char *text)
{
	if (!advice->lines++)
		print_line(STYLE_HEADING, "What would avoid some of it");
	printf("  ");
	print_paragraph(text, 2, 4);
}

/* What a call brought, and the zeros that were written just before to where it went. */
struct fresh {
	const char *layer, *call;
	uint64_t faults, filled, brought;
};

static struct fresh inside_call(const struct process *process, const struct call_row *call)
{
	struct fresh fresh = {call->layer, call->name,
			      .brought = call->counts.of[COLUMN_to_user_bytes]};

	for (size_t i = 0; i < process->faults.rows.count; i++) {
		const struct fault_row *row = &process->faults.rows.items[i];
		if (!row->zero_filled_bytes || !row->call || strcmp(row->call, call->name) ||
		    !row->layer || strcmp(row->layer, call->layer))
			continue;
		fresh.faults = number_add(fresh.faults, row->minor);
		fresh.filled = number_add(fresh.filled, row->zero_filled_bytes);
	}
	return fresh;
}

/*
 * Pages of a buffer that is kept fault once. Where more was filled than ever
 * was there at one time, and that for half of what came at the least, memory
 * was given back and taken anew.
 */
static bool is_fresh_each_time(const struct process *process, const struct fresh *fresh)
{
	uint64_t peak = process->memory.peak_backed_bytes;

	return fresh->filled >= FRESH_BYTES_LEAST && fresh->filled >= fresh->brought / 2 &&
	       peak != UNKNOWN && fresh->filled / 2 >= peak;
}

static void add_fresh(struct advice *advice, const struct process *process)
{
	bool is_new;

	for (size_t i = 0; i < process->by_call.count && process->faults.rows.count; i++) {
		struct fresh one = inside_call(process, &process->by_call.items[i]);
		if (!is_fresh_each_time(process, &one))
			continue;
		const char *key = arena_print(advice->arena, "%s\t%s", one.layer, one.call);
		size_t n = map_number(&advice->calls, advice->arena, key, strlen(key), &is_new);
		if (is_new) {
			advice->fresh =
			    arena_grow(advice->arena, advice->fresh, n, sizeof(*advice->fresh));
			advice->fresh[n] = one;
			continue;
		}
		struct fresh *sum = &advice->fresh[n];
		sum->faults = number_add(sum->faults, one.faults);
		sum->filled = number_add(sum->filled, one.filled);
		sum->brought = number_add(sum->brought, one.brought);
	}
}

static void advise_reuse(struct advice *advice, const struct trace *trace)
{
	for (size_t i = 0; i < trace->processes.count; i++)
		add_fresh(advice, &trace->processes.items[i]);
	for (size_t i = 0; i < advice->calls.count; i++) {
		const struct fresh *fresh = &advice->fresh[i];
		say(advice,
		    arena_print(
			advice->arena,
			"%s goes into fresh memory each time: %s page faults inside the "
			"copies zero-filled %s for the %s that it brought; reuse the buffer",
			fresh->call, amount_count(fresh->faults).text,
			amount_bytes(fresh->filled).text, amount_bytes(fresh->brought).text));
	}
}

static bool is_send(const struct call_row *call)
{
	static const char *const names[] = {"sendto", "sendmsg", "sendmmsg"};

	if (strcmp(call->layer, "syscall"))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(call->name, names[i]))
			return true;
	return false;
}

/* Sending copies inside the kernel in no other case. */
static uint64_t copied_after_all(const struct process *process)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < process->by_call.count; i++) {
		const struct call_row *call = &process->by_call.items[i];
		if (is_send(call))
			bytes = number_add(bytes, call->counts.of[COLUMN_in_kernel_bytes]);
	}
	return bytes;
}

static void advise_against_zerocopy(struct advice *advice, const struct trace *trace)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < trace->processes.count; i++)
		bytes = number_add(bytes, copied_after_all(&trace->processes.items[i]));
	if (bytes > 0)
		say(advice,
		    arena_print(
			advice->arena,
			"MSG_ZEROCOPY saved no copy: the other end is on this machine, and the "
			"kernel copied %s later; leave the flag off there",
			amount_bytes(bytes).text));
}

void report_advice(const struct report *report)
{
	struct advice advice = {.arena = &report->trace->arena};

	advise_reuse(&advice, report->trace);
	advise_against_zerocopy(&advice, report->trace);
	if (advice.lines)
		putchar('\n');
}
