/*
 * command.h - what a subcommand tells about itself; one file cmd_NAME.c has each.
 */
#ifndef VIEWER_COMMAND_H
#define VIEWER_COMMAND_H

#include <stddef.h>

enum {
	EXIT_FINE = 0,
	EXIT_CHECK_FAILED = 1,
	EXIT_UNUSABLE = 2, /* usage, or input that can't be read */
	EXIT_UNTRACEABLE = 3,
	EXIT_NOT_EXECUTABLE = 126,
	EXIT_NOT_FOUND = 127,
	EXIT_SIGNAL = 128, /* and the signal's number */
};

struct command_option {
	const char *word; /* --word */
	char letter;	  /* -l, or 0 */
	const char *argument;
	const char *meaning;
};

struct command {
	const char *name;
	const char *operands;
	const char *summary;
	const char *details;
	const struct command_option *options; /* ends with a NULL word */
	int (*run)(int argc, char **argv);    /* argv[0] is the command's name */
};

extern const struct command command_record, command_report, command_diff, command_check,
    command_recover, command_help;
extern const struct command *const commands[]; /* ends with NULL */

const struct command *command_find(const char *name);
void command_print_help(const struct command *command);
void print_usage(void);

#endif
