/*
 * options.c - reads a subcommand's options as its table declares them.
 */
#include "options.h"

#include "complain.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#define OPTIONS_MOST	16
#define VALUE_OF(index) (256 + (int)(index))
#define VALUE_HELP	255

static void describe(const struct command *command, bool strict_order, char *letters,
		     struct option *words)
{
	if (strict_order)
		*letters++ = '+';
	*letters++ = ':';
	size_t i = 0;
	for (const struct command_option *option = command->options; option->word; option++, i++) {
		words[i] = (struct option){option->word,
					   option->argument ? required_argument : no_argument, NULL,
					   VALUE_OF(i)};
		if (!option->letter)
			continue;
		*letters++ = option->letter;
		if (option->argument)
			*letters++ = ':';
	}
	words[i] = (struct option){"help", no_argument, NULL, VALUE_HELP};
	*letters = 0;
}

int options_next(const struct command *command, int argc, char **argv, bool strict_order,
		 const char **argument)
{
	char letters[2 * OPTIONS_MOST + 4];
	struct option words[OPTIONS_MOST + 2] = {0};

	describe(command, strict_order, letters, words);
	opterr = 0;
	int before = optind ? optind : 1;
	int value = getopt_long(argc, argv, letters, words, NULL);
	*argument = optarg;
	switch (value) {
	case -1:
		return OPTIONS_END;
	case VALUE_HELP:
		command_print_help(command);
		return OPTIONS_HELP;
	case ':':
		complain("%s: option %s needs a value", command->name, argv[optind - 1]);
		return OPTIONS_BAD;
	case '?':
		complain("%s: option %s isn't known; see copytrace help %s", command->name,
			 argv[optind > before ? optind - 1 : before], command->name);
		return OPTIONS_BAD;
	default:
		break;
	}
	if (value >= VALUE_OF(0))
		return value - VALUE_OF(0);
	for (int i = 0; command->options[i].word; i++)
		if (command->options[i].letter == value)
			return i;
	return OPTIONS_BAD;
}

int options_first_operand(void)
{
	return optind;
}

long option_number(const char *word, const char *argument)
{
	char *end;

	errno = 0;
	long number = strtol(argument, &end, 10);
	if (argument[0] >= '0' && argument[0] <= '9' && !*end && !errno)
		return number;
	complain("--%s takes a whole number from 0, not '%s'", word, argument);
	return -1;
}
