/*
 * options.h - what the environment asks for (shared/options.def).
 */
#ifndef REGION_OPTIONS_H
#define REGION_OPTIONS_H

#include <stdbool.h>

enum stacks_option { OPTION_STACKS_ON, OPTION_STACKS_OFF, OPTION_STACKS_ALL };

enum faults_option { OPTION_FAULTS_ON, OPTION_FAULTS_STACKS, OPTION_FAULTS_COUNT };

struct options {
	const char *out;       /* COPYTRACE_OUT, or NULL */
	const char *directory; /* COPYTRACE_DIR, or NULL */
	const char *salt;      /* COPYTRACE_SALT, or NULL */
	enum stacks_option stacks;
	enum faults_option faults;
#define VARIABLE(name, value, meaning)
#define OPTION(field, word, meaning) bool field;
#include "shared/options.def"
#undef VARIABLE
#undef OPTION
};

extern struct options options;

/* Reads the environment; what it doesn't know is a notice. Privileged programs get the defaults. */
void options_read(char **environment);

#endif
