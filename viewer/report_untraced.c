/*
 * report_untraced.c - the table of the processes that couldn't be traced: what is known of them.
 */
#include "report.h"
#include "text_table.h"
#include "units.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *or_unknown(uint64_t value, struct amount (*words)(uint64_t), struct arena *arena)
{
	return value == UNKNOWN ? "-" : arena_print(arena, "%s", words(value).text);
}

static uint64_t wall_ns(const struct untraced_process_row *process)
{
	if (process->end_ns == UNKNOWN || process->end_ns < process->start_ns)
		return UNKNOWN;
	return process->end_ns - process->start_ns;
}

static void add_row(struct text_table *table, const struct untraced_process_row *process)
{
	struct arena *arena = table->arena;
	const struct usage *usage = &process->usage;
	const char *const cells[] = {
	    arena_print(arena, "%" PRIu64, process->pid),
	    arena_print(arena, "%" PRIu64, process->ppid),
	    or_unknown(wall_ns(process), amount_ns, arena),
	    or_unknown(usage->user_ns, amount_ns, arena),
	    or_unknown(usage->system_ns, amount_ns, arena),
	    or_unknown(usage->max_rss_bytes, amount_bytes, arena),
	    or_unknown(number_add(usage->minor_faults, usage->major_faults), amount_count, arena),
	    fate_in_short(arena, &process->exit),
	};
	for (size_t i = 0; i < sizeof(cells) / sizeof(*cells); i++)
		table_cell(table, cells[i], STYLE_PLAIN);
	table_cell(table, process->path, STYLE_HEADING);
}

void report_untraced(const struct report *report)
{
	static const char *const numbers[] = {"PID",	"PARENT",  "WALL",  "USER",
					      "SYSTEM", "MAX RSS", "FAULTS"};
	const struct trace *trace = report->trace;
	struct text_table table = {.arena = &report->trace->arena};
	size_t count = trace->untraced_processes.count;
	size_t shown = report->limit && count > report->limit ? report->limit : count;

	if (!count)
		return;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		table_column(&table, numbers[i], RIGHT);
	table_column(&table, "END", LEFT);
	table_column(&table, "PROGRAM", LEFT);
	for (size_t i = 0; i < shown; i++)
		add_row(&table, &trace->untraced_processes.items[i]);
	print_line(STYLE_HEADING, "Processes that could not be traced, in order of their start");
	table_print(&table, "  ");
	if (shown < count)
		print_line(STYLE_FAINT, "  (%s more row%s, --limit 0 shows all)",
			   amount_count(count - shown).text, count - shown == 1 ? "" : "s");
	putchar('\n');
}
