/*
 * notice.c - what copytrace has to say to the person at the terminal: one line on stderr.
 */
#include "region/notice.h"

#include "abi/raw.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

static bool silent;
static struct stat stderr_at_start;

void notice_init(void)
{
	silent = raw_fstat(2, &stderr_at_start) < 0;
}

/* The program may have closed its stderr and opened a file of its own under that number. */
static bool stderr_is_the_same(void)
{
	struct stat now;
	return raw_fstat(2, &now) == 0 && now.st_dev == stderr_at_start.st_dev &&
	       now.st_ino == stderr_at_start.st_ino;
}

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

/* What no kernel lacks and needs no privilege fails so in sandboxes alone; or in most cases. */
static const char *cause_of(int error)
{
	return error == ENOSYS	? " (a seccomp filter forbids it)"
	       : error == EPERM ? " (perhaps a seccomp filter forbids it)"
				: "";
}

void notice(const char *what, const char *where, int error, const char *advice)
{
	struct line line = {.used = 0};
	if (silent || !stderr_is_the_same())
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
		add(&line, cause_of(error));
	}
	if (advice) {
		add(&line, "; ");
		add(&line, advice);
	}
	line.text[line.used++] = '\n';
	/* The signals that a write may raise are ours, and the program must not get them. */
	uint64_t raised = 1ull << (SIGXFSZ - 1) | 1ull << (SIGPIPE - 1), before;
	struct timespec now = {0};
	RAW_4(SYS_rt_sigprocmask, SIG_BLOCK, &raised, &before, 8);
	long written = raw_write(2, line.text, line.used);
	if (written == -EFBIG || written == -EPIPE)
		RAW_4(SYS_rt_sigtimedwait, &raised, NULL, &now, 8);
	RAW_4(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
}

void notice_silence(void)
{
	silent = true;
}
