/*
 * main.c - the viewer's commands, and which of them is asked for.
 */
#include "command.h"
#include "complain.h"

#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const struct command *const commands[] = {
    &command_record,  &command_report, &command_diff, &command_check,
    &command_recover, &command_help,   NULL,
};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

/* What was printed may still be in a buffer when the disk turns out to be full. */
static int end_output(int code)
{
	if (fflush(stdout) || ferror(stdout)) {
		complain("standard output can't be written");
		return code ? code : EXIT_UNUSABLE;
	}
	return code;
}

int main(int argc, char **argv)
{
	/* What one record took is for the next, and not to be faulted in again. */
	mallopt(M_TRIM_THRESHOLD, 64 << 20);
	if (argc < 2) {
		print_usage();
		return EXIT_UNUSABLE;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("copytrace %s\n", COPYTRACE_VERSION);
		return end_output(EXIT_FINE);
	}
	bool help = !strcmp(argv[1], "--help") || !strcmp(argv[1], "-h");
	const struct command *command = help ? &command_help : command_find(argv[1]);
	if (!command) {
		complain("'%s' isn't a command; copytrace --help lists them", argv[1]);
		return EXIT_UNUSABLE;
	}
	return end_output(command->run(help ? 1 : argc - 1, argv + 1));
}
