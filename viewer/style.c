/*
 * style.c - colours on a terminal that wants them, nothing elsewhere.
 */
#include "style.h"

#include "complain.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool enabled;

static bool terminal_wants_colours(void)
{
	const char *refusal = getenv("NO_COLOR"); /* https://no-color.org */
	const char *terminal = getenv("TERM");

	return isatty(STDOUT_FILENO) && !(refusal && refusal[0]) && terminal &&
	       strcmp(terminal, "dumb");
}

bool style_setup(const char *when)
{
	if (!when || !strcmp(when, "auto")) {
		enabled = terminal_wants_colours();
	} else if (!strcmp(when, "always") || !strcmp(when, "never")) {
		enabled = when[0] == 'a';
	} else {
		complain("--color takes auto, always or never, not '%s'", when);
		return false;
	}
	return true;
}

const char *style_start(enum style style)
{
	static const char *const codes[] = {
	    [STYLE_PLAIN] = "",	       [STYLE_HEADING] = "\033[1m",
	    [STYLE_FAINT] = "\033[2m", [STYLE_STRONG] = "\033[1;36m",
	    [STYLE_GOOD] = "\033[32m", [STYLE_BAD] = "\033[31m",
	};
	return enabled ? codes[style] : "";
}

const char *style_end(enum style style)
{
	return enabled && style != STYLE_PLAIN ? "\033[0m" : "";
}
