/*
 * cmd_report.c - copytrace report: the summary of a trace, then its tables.
 */
#include "collect.h"
#include "complain.h"
#include "fork_order.h"
#include "options.h"
#include "report.h"
#include "style.h"
#include "trace_io.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LIMIT	    10
#define STACK_LIMIT 5

enum { JSON, SORT, LIMIT_ROWS, BY, COLOR };
#define TABLE_NAMES                                                                                \
	"process, untraced, call, object, flow, stack, memory, fault, fork, mapping, allocation"
static const struct command_option options[] = {
    [JSON] = {"json", 0, NULL, "print the merged, symbolised trace as JSON"},
    [SORT] = {"sort", 's', "COLUMN", "order rows by this column, default copied_bytes"},
    [LIMIT_ROWS] = {"limit", 'n', "ROWS",
		    "rows in each table, default 10 (5 stacks); 0 shows all rows and frames"},
    [BY] = {"by", 'b', "TABLE,...", "only these tables: " TABLE_NAMES},
    [COLOR] = {"color", 0, "WHEN", "auto, always or never; auto obeys NO_COLOR"},
    {0},
};

static const struct {
	const char *name;
	void (*print)(const struct report *);
	bool only_if_several;
} tables[] = {
    {"process", report_processes, true},
    {"untraced", report_untraced, false},
    {"call", report_calls, false},
    {"object", report_objects, false},
    {"flow", report_flows, false},
    {"stack", report_stacks, false},
    {"memory", report_memory, true},
    {"fault", report_faults, false},
    {"fork", report_forks, false},
    {"mapping", report_mappings, false},
    {"allocation", report_allocations, false},
};
#define TABLES (sizeof(tables) / sizeof(*tables))

/* Sets the tables that are named; false, and tells the user, when there is no such table. */
static bool choose_tables(const char *names, bool chosen[TABLES])
{
	while (*names) {
		size_t n = strcspn(names, ","), i = 0;
		while (i < TABLES &&
		       (strlen(tables[i].name) != n || strncmp(tables[i].name, names, n)))
			i++;
		if (i == TABLES) {
			complain("--by takes " TABLE_NAMES ", not '%.*s'", (int)n, names);
			return false;
		}
		chosen[i] = true;
		names += n + (names[n] == ',');
	}
	return true;
}

/* The trace that was written last in the working directory, or NULL. */
static char *newest_trace(struct arena *arena)
{
	glob_t found = {0};
	struct stat status;
	struct timespec newest = {0};
	char *path = NULL;

	glob("copytrace.*.json", 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		if (stat(found.gl_pathv[i], &status) || !S_ISREG(status.st_mode))
			continue;
		if (path && (status.st_mtim.tv_sec < newest.tv_sec ||
			     (status.st_mtim.tv_sec == newest.tv_sec &&
			      status.st_mtim.tv_nsec <= newest.tv_nsec)))
			continue;
		newest = status.st_mtim;
		path = arena_string(arena, found.gl_pathv[i]);
	}
	globfree(&found);
	return path;
}

static void add_file(struct trace *trace, struct map *known, struct trace *one, const char *path)
{
	size_t dropped = trace_drop_known(one, known, &trace->arena);

	if (dropped)
		complain("%s: %zu of its records %s in a file before it, and counted once", path,
			 dropped, dropped == 1 ? "is" : "are");
	trace_steal(trace, one);
}

/* What can't be read is named, and left out; false if there was such a thing. */
static bool read_all(struct trace *trace, char **paths, size_t count)
{
	struct map known = {0};
	bool all = true;

	for (size_t i = 0; i < count; i++) {
		struct complaint why;
		struct trace one;
		bool complete;
		if (traces_read(&one, paths[i], &complete, &why)) {
			add_file(trace, &known, &one, paths[i]);
		} else {
			complain("%s: %s", paths[i], why.text);
			complete = false;
		}
		all &= complete;
	}
	trace_settle(trace, NULL);
	trace_order_forks(trace);
	if (all && trace_is_empty(trace)) {
		complain("%s: has no process in it", paths[0]);
		all = false;
	}
	return all;
}

static void print_report(struct trace *trace, int sort, long limit, const bool chosen[TABLES],
			 bool all)
{
	const struct report report = {
	    trace, sort, COLUMN_COPIED, limit < 0 ? LIMIT : limit, limit < 0 ? STACK_LIMIT : limit,
	    all};

	/* A command that was run though it can't be traced. */
	if (!trace->processes.count) {
		report_untraced(&report);
		return;
	}
	if (all) {
		report_summary(&report);
		report_advice(&report);
		report_unseen(&report);
	}
	for (size_t i = 0; i < TABLES; i++)
		if (all ? !tables[i].only_if_several || trace->processes.count > 1 : chosen[i])
			tables[i].print(&report);
	if (all) {
		report_fault_balance(&report);
		report_audit(&report);
	}
}

static int report_files(char **paths, size_t count, bool json, int sort, long limit,
			const bool chosen[TABLES], bool all)
{
	struct trace trace = {0};
	bool fine = read_all(&trace, paths, count);

	if (!trace_is_empty(&trace)) {
		trace_symbolize(&trace);
		if (json)
			fine &= trace_write_json(&trace, stdout);
		else
			print_report(&trace, sort, limit, chosen, all);
	}
	trace_close(&trace);
	return fine ? EXIT_FINE : EXIT_UNUSABLE;
}

static int run(int argc, char **argv)
{
	bool json = false, all = true, chosen[TABLES] = {0};
	const char *argument, *color = NULL;
	long limit = -1;
	int sort = COLUMN_COPIED, option;

	while ((option = options_next(&command_report, argc, argv, false, &argument)) >= 0) {
		switch (option) {
		case JSON:
			json = true;
			break;
		case SORT:
			if ((sort = column_find(argument)) >= 0)
				break;
			complain("--sort: '%s' isn't a column; copytrace help columns lists them",
				 argument);
			return EXIT_UNUSABLE;
		case LIMIT_ROWS:
			if ((limit = option_number("limit", argument)) < 0)
				return EXIT_UNUSABLE;
			break;
		case BY:
			all = false;
			if (!choose_tables(argument, chosen))
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
	if (first < argc)
		return report_files(argv + first, argc - first, json, sort, limit, chosen, all);
	struct arena arena = {0};
	char *newest = newest_trace(&arena);
	int code = EXIT_UNUSABLE;
	if (newest) {
		complain("report of %s", newest);
		code = report_files(&newest, 1, json, sort, limit, chosen, all);
	} else {
		complain("no FILE given, and no copytrace.*.json in the working directory");
	}
	arena_close(&arena);
	return code;
}

const struct command command_report = {
    .name = "report",
    .operands = "[FILE...]",
    .summary = "what a trace says: the lines that matter, then the tables",
    .details = "A FILE is a trace, a live region or a directory of them; several are merged.\n"
	       "What can't be read is named, and the rest reported. Without one, the newest\n"
	       "copytrace.*.json in the working directory is taken",
    .options = options,
    .run = run,
};
