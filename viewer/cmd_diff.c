/*
 * cmd_diff.c - copytrace diff: what changed from one trace to another, of two runs or two programs.
 */
#include "collect.h"
#include "complain.h"
#include "diff.h"
#include "doubt.h"
#include "options.h"
#include "style.h"
#include "trace_io.h"

#include <string.h>

#define LIMIT 10

enum { JSON, LIMIT_ROWS, BY, COLOR };
#define TABLE_NAMES "total, call, kind, function, stack, memory, fault, allocation"
static const struct command_option options[] = {
    [JSON] = {"json", 0, NULL, "print it for machines, all rows unless --limit is given"},
    [LIMIT_ROWS] = {"limit", 'n', "ROWS", "rows in each table, default 10; 0 shows all"},
    [BY] = {"by", 'b', "TABLE,...", "only these tables: " TABLE_NAMES},
    [COLOR] = {"color", 0, "WHEN", "auto, always or never; auto obeys NO_COLOR"},
    {0},
};

/* Where the choice of a table stands, or NULL where there is no such table. */
static bool *choice(struct diff *diff, const char *name, size_t n)
{
	const struct {
		const char *name;
		bool *chosen;
	} tables[] = {
	    {"total", &diff->totals_shown},	 {"call", &diff->shown[DIFF_CALL]},
	    {"kind", &diff->shown[DIFF_KIND]},	 {"function", &diff->shown[DIFF_FUNCTION]},
	    {"stack", &diff->shown[DIFF_STACK]}, {"memory", &diff->memory_shown},
	    {"fault", &diff->shown[DIFF_FAULT]}, {"allocation", &diff->shown[DIFF_ALLOCATION]},
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		if (strlen(tables[i].name) == n && !strncmp(tables[i].name, name, n))
			return tables[i].chosen;
	return NULL;
}

static bool choose_tables(struct diff *diff, const char *names)
{
	while (*names) {
		size_t n = strcspn(names, ",");
		bool *chosen = choice(diff, names, n);
		if (!chosen) {
			complain("--by takes " TABLE_NAMES ", not '%.*s'", (int)n, names);
			return false;
		}
		*chosen = true;
		names += n + (names[n] == ',');
	}
	return true;
}

static bool read_trace(struct trace *trace, const char *path)
{
	struct complaint why;

	if (!traces_read_whole(trace, path, &why)) {
		complain("%s: %s", path, why.text);
		return false;
	}
	if (!trace->processes.count) {
		complain("%s: has no process in it", path);
		return false;
	}
	trace_symbolize(trace);
	return true;
}

static int compare(struct diff *diff, bool json)
{
	struct trace before = {0}, after = {0};
	struct rows rows[DIFF_TABLES][2];
	int code = EXIT_UNUSABLE;

	if (read_trace(&before, diff->before_path) && read_trace(&after, diff->after_path)) {
		if (!faults_are_comparable(&before, &after)) {
			tell_faults_counted(diff->before_path, &before);
			tell_faults_counted(diff->after_path, &after);
		}
		diff->arena = &after.arena;
		diff->before = &before;
		diff->after = &after;
		for (int i = 0; i < DIFF_TABLES; i++) {
			enum grouping grouping = diff_grouping(i);
			rows[i][0] = rows_of(&before, grouping);
			rows[i][1] = rows_of(&after, grouping);
			diff->pairs[i] = pairs_of(diff->arena, &rows[i][0], &rows[i][1], grouping);
		}
		code = EXIT_FINE;
		if (!json)
			diff_print(diff);
		else if (!diff_print_json(diff))
			code = EXIT_UNUSABLE;
	}
	trace_close(&before);
	trace_close(&after);
	return code;
}

static int run(int argc, char **argv)
{
	struct diff diff = {.totals_shown = true, .memory_shown = true};
	const char *argument, *color = NULL;
	long limit = -1;
	bool json = false, chosen = false;
	int option;

	memset(diff.shown, true, sizeof(diff.shown));
	while ((option = options_next(&command_diff, argc, argv, false, &argument)) >= 0) {
		switch (option) {
		case JSON:
			json = true;
			break;
		case LIMIT_ROWS:
			if ((limit = option_number("limit", argument)) < 0)
				return EXIT_UNUSABLE;
			break;
		case BY:
			if (!chosen) {
				diff.totals_shown = diff.memory_shown = false;
				memset(diff.shown, 0, sizeof(diff.shown));
			}
			chosen = true;
			if (!choose_tables(&diff, argument))
				return EXIT_UNUSABLE;
			break;
		case COLOR:
			color = argument;
			break;
		}
	}
	if (option != OPTIONS_END)
		return option == OPTIONS_HELP ? EXIT_FINE : EXIT_UNUSABLE;
	if (!style_setup(color))
		return EXIT_UNUSABLE;
	int first = options_first_operand();
	if (argc - first != 2) {
		complain("diff: two files are needed, BEFORE and AFTER; see copytrace help diff");
		return EXIT_UNUSABLE;
	}
	diff.before_path = argv[first];
	diff.after_path = argv[first + 1];
	diff.limit = limit >= 0 ? (size_t)limit : json ? 0 : LIMIT;
	return compare(&diff, json);
}

const struct command command_diff = {
    .name = "diff",
    .operands = "BEFORE AFTER",
    .summary = "what changed between two traces, of two runs or two programs",
    .details =
	"Each is a trace, a live region or a directory of them that can all be read.\n"
	"Stacks are the same if their functions have the same names, wherever those are. Rows\n"
	"that differ in times and page faults alone count as unchanged, and so do faults, and\n"
	"what they filled and copied, that differ by no more than 16 pages a process, or 1 %",
    .options = options,
    .run = run,
};
