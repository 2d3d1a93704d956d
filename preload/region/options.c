/*
 * options.c - what the environment asks for (shared/options.def).
 */
#include "region/options.h"

#include "region/notice.h"

#include <string.h>
#include <sys/auxv.h>

struct options options;

static const char *const variables[] = {
#define VARIABLE(name, value, meaning) #name,
#define OPTION(field, word, meaning)
#include "shared/options.def"
#undef VARIABLE
#undef OPTION
};

static const struct {
	const char *word;
	bool *flag;
} words[] = {
#define VARIABLE(name, value, meaning)
#define OPTION(field, word, meaning) {word, &options.field},
#include "shared/options.def"
#undef VARIABLE
#undef OPTION
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static bool is(const char *text, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(text, word, n) == 0;
}

static void unknown(const char *what, const char *text, size_t n)
{
	char copy[80];
	if (n > sizeof(copy) - 1)
		n = sizeof(copy) - 1;
	memcpy(copy, text, n);
	copy[n] = '\0';
	notice(what, copy, 0, "ignored; see `copytrace help environment`");
}

static void read_words(const char *text)
{
	while (*text) {
		size_t n = strcspn(text, ",");
		bool known = n == 0;
		for (size_t i = 0; i < COUNT(words); i++) {
			if (is(text, n, words[i].word))
				known = *words[i].flag = true;
		}
		if (options.quiet)
			notice_silence();
		if (!known)
			unknown("unknown word in COPYTRACE_OPTIONS", text, n);
		text += n;
		if (*text == ',')
			text++;
	}
}

static void read_stacks(const char *value)
{
	if (strcmp(value, "on") == 0)
		options.stacks = OPTION_STACKS_ON;
	else if (strcmp(value, "off") == 0)
		options.stacks = OPTION_STACKS_OFF;
	else if (strcmp(value, "all") == 0)
		options.stacks = OPTION_STACKS_ALL;
	else
		unknown("COPYTRACE_STACKS is neither on, off nor all", value, strlen(value));
}

static void read_faults(const char *value)
{
	if (strcmp(value, "on") == 0)
		options.faults = OPTION_FAULTS_ON;
	else if (strcmp(value, "stacks") == 0)
		options.faults = OPTION_FAULTS_STACKS;
	else if (strcmp(value, "count") == 0)
		options.faults = OPTION_FAULTS_COUNT;
	else
		unknown("COPYTRACE_FAULTS is neither on, stacks nor count", value, strlen(value));
}

static void read_variable(const char *name, size_t n, const char *value)
{
	if (is(name, n, "COPYTRACE_OUT") && *value)
		options.out = value;
	else if (is(name, n, "COPYTRACE_DIR") && *value)
		options.directory = value;
	else if (is(name, n, "COPYTRACE_SALT") && *value)
		options.salt = value;
	else if (is(name, n, "COPYTRACE_STACKS") && *value)
		read_stacks(value);
	else if (is(name, n, "COPYTRACE_FAULTS") && *value)
		read_faults(value);
	for (size_t i = 0; i < COUNT(variables); i++)
		if (is(name, n, variables[i]))
			return;
	unknown("unknown variable in the environment", name, n);
}

void options_read(char **environment)
{
	const char *words_value = NULL;
	if (getauxval(AT_SECURE))
		return;
	for (char **entry = environment; entry && *entry; entry++) {
		if (strncmp(*entry, "COPYTRACE_OPTIONS=", 18) == 0)
			words_value = *entry + 18;
	}
	/* First, since one of its words decides whether the rest may print. */
	if (words_value)
		read_words(words_value);
	for (char **entry = environment; entry && *entry; entry++) {
		const char *value = strchr(*entry, '=');
		if (value && strncmp(*entry, "COPYTRACE_", 10) == 0)
			read_variable(*entry, (size_t)(value - *entry), value + 1);
	}
}
