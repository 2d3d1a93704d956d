/*
 * notice.c - what copytrace has to say to the person at the terminal: one line on stderr.
 */
#include "region/notice.h"

#include "abi/raw.h"

#include <stdbool.h>
#include <string.h>

static bool silent;

struct line {
	char text[1024];
	size_t used;
};

static void add(struct line *line, const char *text)
{
	/* What comes from outside may hold control characters. */
	for (; *text && line->used < sizeof(line->text) - 1; text++)
		line->text[line->used++] = (unsigned char)*text < ' ' ? '?' : *text;
}

void notice(const char *what, const char *where, int error, const char *advice)
{
	struct line line = {.used = 0};
	if (silent)
		return;
	add(&line, "copytrace: ");
	add(&line, what);
	if (where) {
		add(&line, ": ");
		add(&line, where);
	}
	if (error) {
		/* strerrordesc_np() is constant data; strerror() would consult the locale. */
		const char *reason = strerrordesc_np(error);
		add(&line, ": ");
		add(&line, reason ? reason : "unknown error");
	}
	if (advice) {
		add(&line, "; ");
		add(&line, advice);
	}
	line.text[line.used++] = '\n';
	raw_write(2, line.text, line.used);
}

void notice_silence(void)
{
	silent = true;
}
