/*
 * cmd_help.c - copytrace help: the commands, and the tables that the tracer is made from.
 */
#include "command.h"
#include "complain.h"
#include "options.h"
#include "shared/table.h"
#include "text_table.h"

#include <stdio.h>
#include <string.h>

static void print_term(const char *term, const char *meaning, int indent)
{
	printf("  %-*s", indent - 2, term);
	if ((int)strlen(term) > indent - 4)
		printf("\n%*s", indent, "");
	print_paragraph(meaning, indent, indent);
}

void command_print_help(const struct command *command)
{
	char term[80];

	printf("usage: copytrace %s %s%s\n\n%s.\n", command->name,
	       command->options->word ? "[OPTION...] " : "", command->operands, command->details);
	if (command->options->word)
		printf("\n");
	for (const struct command_option *option = command->options; option->word; option++) {
		char letter[8] = "    ";
		if (option->letter)
			snprintf(letter, sizeof(letter), "-%c, ", option->letter);
		snprintf(term, sizeof(term), "%s--%s%s%s", letter, option->word,
			 option->argument ? " " : "", option->argument ? option->argument : "");
		print_term(term, option->meaning, 30);
	}
}

static void print_commands(FILE *to)
{
	fprintf(
	    to,
	    "usage: copytrace COMMAND [OPTION...] [ARG...]\n\n"
	    "Counts what a program copies between user space and the kernel: how many bytes each\n"
	    "way, through which call and stack, from what to what.\n\n");
	for (size_t i = 0; commands[i]; i++)
		fprintf(to, "  %-8s  %s\n", commands[i]->name, commands[i]->summary);
	fprintf(to,
		"\n  --help     this text\n"
		"  --version  the version\n\n"
		"copytrace help COMMAND tells more. Without the viewer:\n"
		"LD_PRELOAD=/path/to/libcopytrace.so CMD writes copytrace.EXE.PID.json at exit.\n");
}

void print_usage(void)
{
	print_commands(stderr);
}

static void print_environment(void)
{
	puts("What libcopytrace.so reads from the environment:\n");
#define VARIABLE(name, value, meaning) print_term(#name "=" value, meaning, 12);
#define OPTION(field, word, meaning)   print_term("    " word, meaning, 22);
#include "shared/options.def"
#undef VARIABLE
#undef OPTION
	puts("\nWhat the viewer reads:\n");
	print_term("NO_COLOR", "if set and not empty, no colours on a terminal", 12);
	print_term("TMPDIR",
		   "where record keeps what processes leave until it is one trace; unset, that "
		   "is in /dev/shm where that has 1 GiB to spare, and otherwise in /tmp",
		   12);
	print_term("PATH", "where record looks for the command", 12);
}

static void print_columns(void)
{
	puts("The columns of every row. A name that ends in _bytes or _ns says the unit; the "
	     "others are\n"
	     "counts.\n");
#define COLUMN(name, unit, meaning) print_term(#name, meaning, 22);
#include "shared/columns.def"
#undef COLUMN
	print_term(
	    "copied_bytes",
	    "for check and --sort: to_user_bytes + from_user_bytes + in_kernel_bytes + cow_bytes",
	    22);
}

static void print_reasons(void)
{
	puts("What page faults are for:\n");
	for (int i = 0; i < REASONS; i++)
		print_term(reason_table[i].name, reason_table[i].meaning, 18);
	puts("\nA fault is not a page, and not always a copy: the bytes stand beside the faults.");
}

static const char *layer_of(int flags)
{
	return flags & SYS	    ? "a system call"
	       : flags & IN_PROCESS ? "a copy"
	       : flags & ALLOC	    ? "an allocation"
				    : "a library function";
}

static void print_call(const char *symbol, const char *row, int flags)
{
	if (strcmp(symbol, row))
		printf("  %-24s as %s\n", symbol, row);
	else
		printf("  %-24s %s%s\n", symbol, layer_of(flags),
		       flags & MOVES ? " that moves bytes" : "");
}

static void print_calls(void)
{
	puts("Wrapped, by symbol; another spelling shares the row of the plain one:\n");
#define CALL(symbol, row, flags, type, parameters, arguments, object, effect)                      \
	print_call(#symbol, #row, flags);
#define CHARACTER_IN(symbol, row, parameters, arguments, stream)                                   \
	print_call(#symbol, #row, LIB | MOVES);
#define CHARACTER_OUT(symbol, row, parameters, arguments, stream)                                  \
	print_call(#symbol, #row, LIB | MOVES);
#define SPECIAL(symbol, row, flags) print_call(#symbol, #row, flags);
#define ALIAS(symbol, of)	    print_call(#symbol, #of, 0);
#include "shared/calls.def"
	puts("\nCopies inside the process, counted with record --copies:\n");
#define COPY(symbol, row, type, parameters, bytes, result) print_call(#symbol, #row, IN_PROCESS);
#define COPY_ALIAS(symbol, of)				   print_call(#symbol, #of, 0);
#include "shared/calls.def"
	puts("\nFollowed, and not counted:\n");
#define FOLLOWED(symbol, reason) print_term(#symbol, reason, 27);
#include "shared/calls.def"
	puts("\nKnown, and left out on purpose:\n");
#define LEFT_OUT(symbol, reason) print_term(#symbol, reason, 27);
#include "shared/calls.def"
	puts("\nSystem calls, accounted wherever they are made:\n");
	for (int call = 1; call < CALLS; call++)
		if (call_table[call].layer == LAYER_SYSCALL)
			print_call(call_table[call].name, call_table[call].name,
				   (int)call_table[call].flags);
}

static const struct command_option options[] = {{0}};

static int run(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} topics[] = {{"environment", print_environment},
		      {"columns", print_columns},
		      {"reasons", print_reasons},
		      {"calls", print_calls}};
	const char *argument;

	int option = options_next(&command_help, argc, argv, false, &argument);
	if (option != OPTIONS_END)
		return option == OPTIONS_HELP ? EXIT_FINE : EXIT_UNUSABLE;
	if (argc < 2) {
		print_commands(stdout);
		return EXIT_FINE;
	}
	for (size_t i = 0; i < sizeof(topics) / sizeof(*topics); i++) {
		if (strcmp(argv[1], topics[i].name))
			continue;
		topics[i].print();
		return EXIT_FINE;
	}
	const struct command *command = command_find(argv[1]);
	if (!command) {
		complain("no help on '%s'; copytrace help lists the commands, and there are "
			 "environment, columns, reasons and calls",
			 argv[1]);
		return EXIT_UNUSABLE;
	}
	command_print_help(command);
	return EXIT_FINE;
}

const struct command command_help = {
    .name = "help",
    .operands = "[environment|columns|reasons|calls|COMMAND]",
    .summary = "this text, a command's options, or one of the tables",
    .details = "environment lists the variables that libcopytrace.so reads, columns the ledger's "
	       "columns,\n"
	       "reasons what page faults are for, calls every call that is wrapped and those that "
	       "are left out",
    .options = options,
    .run = run,
};
