/*
 * options.h - reads a subcommand's options as its table declares them.
 */
#ifndef VIEWER_OPTIONS_H
#define VIEWER_OPTIONS_H

#include "command.h"

#include <stdbool.h>

enum { OPTIONS_END = -1, OPTIONS_BAD = -2, OPTIONS_HELP = -3 };

/*
 * The index of the next option in the command's table, its argument in
 * `argument`; or OPTIONS_END, after which argv holds the operands from
 * `first_operand` on; OPTIONS_BAD, when the user has been told; OPTIONS_HELP,
 * when the help has been printed. strict_order: the first operand ends the
 * options, since what follows belongs to another program.
 */
int options_next(const struct command *command, int argc, char **argv, bool strict_order,
		 const char **argument);
int options_first_operand(void);

/* A whole number from 0, or -1 after telling the user. */
long option_number(const char *word, const char *argument);

#endif
