/*
 * cmd_check.c - copytrace check: assertions about a trace, for scripts and continuous integration.
 */
#include "collect.h"
#include "complain.h"
#include "doubt.h"
#include "narrow.h"
#include "options.h"
#include "process_fields.h"
#include "trace_io.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PRINT };

static const struct command_option options[] = {
    [PRINT] = {"print", 'p', NULL,
	       "print each value instead, in bytes, in ns, as a count or 'unknown'; no OP VALUE "
	       "then"},
    {0},
};

/* What a limit can't hold, for nothing is known of it. */
static void tell_untraced(const char *file, const struct trace *trace)
{
	int64_t untraced = trace_untraced(trace);

	if (untraced > 0)
		complain("%s: %" PRId64
			 " program%s could not be traced, and no figure has what %s; "
			 "see copytrace report",
			 file, untraced, untraced == 1 ? "" : "s",
			 untraced == 1 ? "it copied" : "they copied");
}

static bool any_partly_of_faults(const struct expression *expressions, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (expression_is_partly_of_faults(&expressions[i]))
			return true;
	return false;
}

/* What is compared with, read once however many expressions name it. */
struct bases {
	struct arena *arena;
	bool partly_of_faults; /* one of the expressions is */
	LIST(const char *) paths;
	struct trace *trace[64];
};

static struct trace *base_trace(struct bases *bases, const char *path)
{
	struct complaint why;
	struct trace *trace = NULL;

	for (size_t i = 0; i < bases->paths.count; i++)
		if (!strcmp(bases->paths.items[i], path))
			return bases->trace[i];
	if (bases->paths.count == sizeof(bases->trace) / sizeof(*bases->trace)) {
		complain("more than %zu files to compare with", bases->paths.count);
		return NULL;
	}
	trace = arena_take(bases->arena, sizeof(*trace));
	if (!traces_read_whole(trace, path, &why)) {
		complain("%s: %s", path, why.text);
		return NULL;
	}
	if (bases->partly_of_faults)
		tell_faults_counted(path, trace);
	bases->paths.items = arena_grow(bases->arena, bases->paths.items, bases->paths.count,
					sizeof(*bases->paths.items));
	bases->trace[bases->paths.count] = trace;
	bases->paths.items[bases->paths.count++] = path;
	return trace;
}

static bool is_layer(const char *name, size_t n)
{
	for (int i = 0; i < LAYERS; i++)
		if (strlen(layer_name[i]) == n && !strncmp(layer_name[i], name, n))
			return true;
	return false;
}

/* A name that nothing could ever have is a mistake; one that isn't in this trace may be the point.
 */
static bool is_possible(const struct expression *expression)
{
	const char *name = expression->name, *colon = name ? strchr(name, ':') : NULL;

	if (expression->scope == SCOPE_CALL) {
		if (colon && !is_layer(name, (size_t)(colon - name)))
			return false;
		for (int i = 0; i < CALLS; i++)
			if (!strcmp(call_table[i].name, colon ? colon + 1 : name))
				return true;
		return false;
	}
	if (expression->scope == SCOPE_KIND) {
		for (int i = 0; i < KINDS; i++)
			if (!strcmp(kind_table[i].name, name))
				return true;
		return false;
	}
	if (expression->scope == SCOPE_REASON) {
		for (int i = 0; i < REASONS; i++)
			if (!strcmp(reason_table[i].name, name))
				return true;
		return false;
	}
	if (expression->scope == SCOPE_BLOCK && expression->name)
		return (uint64_t)expression->block_bytes >= LARGE_BLOCK_BYTES;
	return true;
}

static const char *scope_name(enum scope scope)
{
	static const char *const names[] = {
	    [SCOPE_CALL] = "call",     [SCOPE_KIND] = "kind",	    [SCOPE_OBJECT] = "object",
	    [SCOPE_REASON] = "reason", [SCOPE_MAPPING] = "mapping", [SCOPE_BLOCK] = "block",
	};
	return names[scope];
}

static void tell_no_process(const struct expression *expression, const char *file,
			    const struct trace *trace)
{
	if (expression->program && !program_is_unknown(expression->program, trace) &&
	    !trace_has(trace, expression->program, expression->number))
		complain("%s: no such process in %s; it counts as 0", expression->text, file);
}

/* What was named and isn't there, where that may be a slip of the pen. */
static void tell_absent(const struct expression *expression, const char *file)
{
	if (expression->scope == SCOPE_BLOCK && expression->name)
		complain("%s: no blocks of that size in %s; they count as 0", expression->text,
			 file);
	else if (expression->scope == SCOPE_OBJECT || expression->scope == SCOPE_MAPPING)
		complain("%s: no %s of that name in %s; it counts as 0", expression->text,
			 scope_name(expression->scope), file);
}

static int check_one(const struct expression *expression, const char *file, struct trace *trace,
		     struct bases *bases, bool print)
{
	struct complaint why;
	bool found, found_before = false;
	int64_t before = 0, value = expression_value(expression, trace, &found);

	if (expression->base) {
		struct trace *base = base_trace(bases, expression->base);
		if (!base)
			return EXIT_UNUSABLE;
		before = expression_value(expression, base, &found_before);
		bool comparable = !expression_is_partly_of_faults(expression) ||
				  faults_are_comparable(base, trace);
		if (!comparable && trace_faults_counted(base))
			before = UNKNOWN_SIGNED;
		else if (!comparable)
			value = UNKNOWN_SIGNED;
		tell_no_process(expression, expression->base, base);
	}
	tell_no_process(expression, file, trace);
	if (!found && !found_before) {
		if (!is_possible(expression)) {
			complain("%s: there is no %s '%s'", expression->text,
				 scope_name(expression->scope), expression->name);
			return EXIT_UNUSABLE;
		}
		if (value != UNKNOWN_SIGNED)
			tell_absent(expression, file);
	}
	if (value == UNKNOWN_SIGNED || before == UNKNOWN_SIGNED) {
		complain("check failed: %s: it isn't known in %s", expression->text,
			 value == UNKNOWN_SIGNED ? file : expression->base);
		if (print)
			puts("unknown");
		return EXIT_CHECK_FAILED;
	}
	if (print) {
		printf("%" PRId64 "\n", expression_change(before, value));
		return EXIT_FINE;
	}
	if (expression_holds(expression, before, value, &why))
		return EXIT_FINE;
	complain("check failed: %s", why.text);
	return EXIT_CHECK_FAILED;
}

static int check_all(struct arena *arena, const char *file, char **texts, size_t count, bool print)
{
	struct expression *expressions = arena_take_array(arena, count, sizeof(*expressions));
	struct bases bases = {.arena = arena};
	struct complaint why;
	struct trace trace;
	int code = EXIT_FINE;

	for (size_t i = 0; i < count; i++) {
		if (!expression_parse(&expressions[i], arena, texts[i], !print, &why)) {
			complain("%s: %s", texts[i], why.text);
			return EXIT_UNUSABLE;
		}
	}
	if (!traces_read_whole(&trace, file, &why)) {
		complain("%s: %s", file, why.text);
		return EXIT_UNUSABLE;
	}
	if (!print)
		tell_untraced(file, &trace);
	bases.partly_of_faults = !print && any_partly_of_faults(expressions, count);
	if (bases.partly_of_faults)
		tell_faults_counted(file, &trace);
	for (size_t i = 0; i < count; i++) {
		int one = check_one(&expressions[i], file, &trace, &bases, print);
		code = one > code ? one : code;
	}
	for (size_t i = 0; i < bases.paths.count; i++)
		trace_close(bases.trace[i]);
	trace_close(&trace);
	return code;
}

static int run(int argc, char **argv)
{
	const char *argument;
	bool print = false;
	int option;

	while ((option = options_next(&command_check, argc, argv, false, &argument)) == PRINT)
		print = true;
	if (option != OPTIONS_END)
		return option == OPTIONS_HELP ? EXIT_FINE : EXIT_UNUSABLE;
	int first = options_first_operand();
	if (argc - first < 2) {
		complain(
		    "check: a FILE and at least one 'EXPR' are needed; see copytrace help check");
		return EXIT_UNUSABLE;
	}
	struct arena arena = {0};
	int code = check_all(&arena, argv[first], argv + first + 1, argc - first - 1, print);
	arena_close(&arena);
	return code;
}

const struct command command_check = {
    .name = "check",
    .operands = "FILE 'EXPR'...",
    .summary = "assert something about a trace; exit 1 names what doesn't hold",
    .details =
	"FILE and BASE are each a trace, a live region or a directory of them that can all be\n"
	"read. EXPR is [diff(BASE).][process(NAME).][SCOPE.]COLUMN OP VALUE\n\n"
	"  NAME    of a program, without its directory: its processes alone are meant. #2 behind\n"
	"          it means the second of them to start, as in process(server#2). A script is its\n"
	"          interpreter.\n"
	"  SCOPE   call(NAME), kind(NAME), object(NAME), reason(NAME), mapping(NAME),\n"
	"          block(SIZE), blocks, memory, faults, audit or coverage; without one, the\n"
	"          totals. A call is looked for in the library layer, then among system calls,\n"
	"          then among copies inside the process; call(library:NAME), call(syscall:NAME)\n"
	"          and call(process:NAME) say which. A mapping is one by its name, such as a\n"
	"          path, or by the last part of it (libz.so.1), or all of a kind, such as heap.\n"
	"          block(8GiB) means the blocks that were asked for in that size, a MiB or more;\n"
	"          blocks means all that are so large.\n"
	"  COLUMN  one of copytrace help columns, copied_bytes among them. Of a reason:\n"
	"          minor_faults, major_faults, zero_filled_bytes, cow_bytes, reused_pages; of\n"
	"          a mapping these and maps, mapped_bytes, populated_bytes,\n"
	"          mapped_in_bytes, private_bytes; of blocks: blocks, reserved_bytes,\n"
	"          faulted_bytes, backed_bytes, freed; of memory: allocations, asked_bytes,\n"
	"          frees, live_bytes, never_freed_bytes, temporary_allocations,\n"
	"          resizes_copied_bytes, reserved_bytes, faulted_bytes, backed_bytes,\n"
	"          peak_live_bytes and peak_backed_bytes (of the largest process) and some more,\n"
	"          which a wrong name lists; of faults: minor, major, unattributed_minor and some\n"
	"          more; of the audit: rchar, wchar, read_bytes, write_bytes (the kernel adds a\n"
	"          child's to those of the process that waited for it) and some more; of the\n"
	"          coverage: untraced, how often a program was executed that can't be traced\n"
	"          What isn't known fails: it may have been redacted, its table may have been\n"
	"          full, page faults may only have been counted\n"
	"  OP      <= < >= > == !=\n"
	"  VALUE   a whole number; B, kB to TB, KiB to TiB, ns, us, ms, s may follow.\n"
	"          After diff(BASE) it is the change from that trace, such as +64KiB or -10%\n\n"
	"  copytrace check app.json 'to_user_bytes <= 64MiB' 'call(read).calls < 1000'\n"
	"  copytrace check app.json 'diff(base.json).kind(tcp).from_user_bytes < +5%'\n"
	"  copytrace check app.json 'reason(fork_cow).cow_bytes < 16MiB' 'minor_faults <= 5000'\n"
	"  copytrace check app.json 'block(8GiB).backed_bytes < 100MiB'\n"
	"  copytrace check --print app.json 'process(gzip).from_user_bytes'\n\n"
	"For tests under bats there is share/copytrace/copytrace.bash: see TESTS WITH BATS in\n"
	"copytrace(1).\n\n"
	"Exits with 0 if all hold, 1 if one doesn't, 2 if one can't be understood or read",
    .options = options,
    .run = run,
};
