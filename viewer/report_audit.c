/*
 * report_audit.c - the end of the report: what share of the kernel's own figures the trace
 * explains.
 */
#include "balance.h"
#include "report.h"
#include "text_table.h"
#include "units.h"

#include <stdio.h>
#include <string.h>

const char *explained_share(struct arena *arena, int64_t explained, int64_t counted, bool exact)
{
	if (exact)
		return "100.00 %";
	if (counted <= 0)
		return "more than 100 %";
	unsigned __int128 part = explained > 0 ? explained : 0;
	uint64_t hundredths = (uint64_t)(part * 10000 / (uint64_t)counted);
	if (explained > counted)
		hundredths++;
	else if (hundredths > 9999)
		hundredths = 9999;
	return arena_print(arena, "%s.%02u %%", amount_count(hundredths / 100).text,
			   (unsigned)(hundredths % 100));
}

static const char *one_way(struct arena *arena, int64_t bytes, const char *way)
{
	return arena_print(arena, "%s byte%s %s", amount_count(bytes).text, bytes == 1 ? "" : "s",
			   way);
}

static const char *both_ways(struct arena *arena, int64_t to_user, int64_t from_user)
{
	const char *to = one_way(arena, to_user, "to user");
	const char *from = one_way(arena, from_user, "from user");

	return !from_user ? to : !to_user ? from : arena_print(arena, "%s, %s", to, from);
}

/* Why, each reason once, however many processes give it. */
static const char *causes(const struct trace *trace, struct arena *arena)
{
	struct map seen = {0};
	const char *text = "";
	bool fresh;

	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct process *process = &trace->processes.items[i];
		for (size_t k = 0; balance_open(process) && k < process->audit.why.count; k++) {
			const char *why = process->audit.why.items[k];
			map_number(&seen, arena, why, strlen(why), &fresh);
			if (fresh)
				text = arena_print(arena, "%s%s %s", text, *text ? ";" : ":", why);
		}
	}
	return text;
}

/* Where bytes are missing, and code may have moved them with system calls of its own. */
static bool exhaustive_would_help(const struct trace *trace)
{
	for (size_t i = 0; i < trace->processes.count; i++) {
		const struct process *process = &trace->processes.items[i];
		if (balance_open(process) && !process->coverage.exhaustive.on &&
		    (process->audit.unattributed_to_user > 0 ||
		     process->audit.unattributed_from_user > 0))
			return true;
	}
	return false;
}

static void print_remainder(const struct trace *trace, struct arena *arena,
			    const struct balance *balance)
{
	const struct balance_side *to = &balance->to_user, *from = &balance->from_user;

	if (to->missing || from->missing)
		print_paragraph(arena_print(arena, "not explained: %s%s%s",
					    both_ways(arena, to->missing, from->missing),
					    causes(trace, arena),
					    exhaustive_would_help(trace)
						? "; copytrace record --exhaustive sees the "
						  "system calls of any code"
						: ""),
				0, 2);
	if (to->surplus || from->surplus)
		print_paragraph(
		    arena_print(arena, "explained, and not counted by the kernel: %s%s",
				both_ways(arena, to->surplus, from->surplus),
				to->missing || from->missing ? "" : causes(trace, arena)),
		    0, 2);
}

void report_audit(const struct report *report)
{
	struct trace *trace = report->trace;
	struct arena *arena = &trace->arena;
	struct balance balance = balance_of(trace);
	size_t out = balance.unread + balance.inseparable;
	const char *left_out = "";

	if (out)
		left_out = arena_print(arena, "; without %zu of %zu records", out, balance.records);
	if (balance.unread == balance.records) {
		print_line(STYLE_STRONG,
			   "explained: not known, for the kernel's last figures are missing "
			   "(loader %s)",
			   amount_count(balance.loader).text);
		return;
	}
	print_remainder(trace, arena, &balance);
	const struct balance_side *to = &balance.to_user, *from = &balance.from_user;
	int64_t missing = number_add_signed(to->missing, from->missing);
	int64_t surplus = number_add_signed(to->surplus, from->surplus);
	int64_t counted = number_add_signed(to->counted, from->counted);
	int64_t explained = number_add_signed(number_add_signed(counted, -missing), surplus);
	print_line(STYLE_STRONG,
		   "explained %s of what the kernel counted (%s of %s bytes; loader %s%s)",
		   explained_share(arena, explained, counted, !missing && !surplus),
		   amount_count(explained > 0 ? explained : 0).text,
		   amount_count(counted > 0 ? counted : 0).text, amount_count(balance.loader).text,
		   left_out);
}
