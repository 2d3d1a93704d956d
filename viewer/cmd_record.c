/*
 * cmd_record.c - copytrace record: runs a command and puts its whole process tree into one trace.
 */
#include "collect.h"
#include "complain.h"
#include "faults_ready.h"
#include "options.h"
#include "output_file.h"
#include "program.h"
#include "rows.h"
#include "run.h"
#include "running.h"
#include "shared/preload_order.h"
#include "trace_io.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIBRARY	  "libcopytrace.so"
#define OF_COPIES "libcopytrace_copies.so"

enum { OUTPUT, FORCE, WAIT, STACKS, FAULTS, COPIES, EXHAUSTIVE, OPTION, ANYWAY, REDACT };
static const struct command_option options[] = {
    [OUTPUT] = {"output", 'o', "FILE",
		"the trace, default copytrace.EXE.PID.json; an existing file is kept"},
    [FORCE] = {"force", 'f', NULL, "overwrite the FILE of -o"},
    [WAIT] = {"wait", 0, NULL,
	      "wait for all that the command started, too, as strace -f does; Ctrl-C ends that"},
    [STACKS] = {"stacks", 0, "on|off|all", "sets COPYTRACE_STACKS"},
    [FAULTS] = {"faults", 0, "on|stacks|count", "sets COPYTRACE_FAULTS"},
    [COPIES] = {"copies", 0, NULL,
		"count what the program copies within its memory, by memcpy, strcpy and their kin"},
    [EXHAUSTIVE] =
	{"exhaustive", 0, NULL,
	 "see the system calls of code that makes its own, too; short for --option exhaustive"},
    [OPTION] = {"option", 0, "WORD", "adds a word to COPYTRACE_OPTIONS; may be repeated"},
    [ANYWAY] = {"anyway", 0, NULL, "run CMD though it can't be traced"},
    [REDACT] = {"redact", 0, "hash|omit",
		"hash or leave out paths, object names and arguments in the trace"},
    {0},
};

struct settings {
	struct arena arena;
	const char *output, *stacks, *faults, *words;
	bool force, anyway, wait, redacted, copies;
	bool interrupted; /* the command died of SIGINT */
};

static void add_word(struct settings *settings, const char *word)
{
	settings->words =
	    settings->words ? arena_print(&settings->arena, "%s,%s", settings->words, word) : word;
}

static bool is_one_of(const char *word, const char *const three[])
{
	return !strcmp(word, three[0]) || !strcmp(word, three[1]) || !strcmp(word, three[2]);
}

/* Reads the options; returns a code to end with, or -1 to go on. */
static int read_settings(struct settings *settings, int argc, char **argv)
{
	const char *argument;
	int option;

	while ((option = options_next(&command_record, argc, argv, true, &argument)) >= 0) {
		switch (option) {
		case OUTPUT:
			settings->output = argument;
			break;
		case FORCE:
			settings->force = true;
			break;
		case WAIT:
			settings->wait = true;
			break;
		case STACKS:
			settings->stacks = argument;
			if (!is_one_of(argument, (const char *[]){"on", "off", "all"})) {
				complain("--stacks takes on, off or all, not '%s'", argument);
				return EXIT_UNUSABLE;
			}
			break;
		case FAULTS:
			settings->faults = argument;
			if (!is_one_of(argument, (const char *[]){"on", "stacks", "count"})) {
				complain("--faults takes on, stacks or count, not '%s'", argument);
				return EXIT_UNUSABLE;
			}
			break;
		case COPIES:
			settings->copies = true;
			break;
		case EXHAUSTIVE:
			add_word(settings, "exhaustive");
			break;
		case OPTION:
			add_word(settings, argument);
			break;
		case REDACT:
			if (strcmp(argument, "hash") && strcmp(argument, "omit")) {
				complain("--redact takes hash or omit, not '%s'", argument);
				return EXIT_UNUSABLE;
			}
			settings->redacted = true;
			add_word(settings, strcmp(argument, "hash") ? "redact-omit" : "redact");
			break;
		case ANYWAY:
			settings->anyway = true;
			break;
		}
	}
	if (option != OPTIONS_END)
		return option == OPTIONS_HELP ? EXIT_FINE : EXIT_UNUSABLE;
	if (options_first_operand() < argc)
		return -1;
	complain("record: no command given; copytrace record [OPTION...] -- CMD [ARG...]");
	return EXIT_UNUSABLE;
}

/* Beside the viewer, in ../lib beside it, or where it was installed. */
static char *find_library(struct arena *arena)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = 0;
	char *slash = strrchr(self, '/');
	if (slash)
		*slash = 0;
	const char *const candidates[] = {
	    arena_print(arena, "%s/" LIBRARY, self),
	    arena_print(arena, "%s/../lib/" LIBRARY, self),
	    COPYTRACE_LIBDIR "/" LIBRARY,
	};
	for (size_t i = 0; i < sizeof(candidates) / sizeof(*candidates); i++) {
		char *path = realpath(candidates[i], NULL);
		if (!path)
			continue;
		char *library = arena_string(arena, path);
		free(path);
		/* The loader splits LD_PRELOAD at these and knows no escape. */
		if (!strpbrk(library, " :"))
			return library;
		complain("%s: a blank or colon in its path keeps it from being preloaded", library);
		return NULL;
	}
	complain(LIBRARY " isn't beside the viewer, nor in ../lib, nor in " COPYTRACE_LIBDIR);
	return NULL;
}

/* The library of copies behind the other, beside which it is. */
static char *with_copies(struct arena *arena, const char *library)
{
	int directory = (int)(strrchr(library, '/') - library);
	char *copies = arena_print(arena, "%.*s/" OF_COPIES, directory, library);

	if (!access(copies, R_OK))
		return arena_print(arena, "%s:%s", library, copies);
	complain(OF_COPIES ", which counts for --copies, isn't in %.*s beside " LIBRARY, directory,
		 library);
	return NULL;
}

/* One for the whole tree, so that a file has one name in it; nobody needs it afterwards. */
static void set_salt(struct settings *settings)
{
	uint64_t salt[2];

	if (getrandom(salt, sizeof(salt), 0) == sizeof(salt))
		setenv("COPYTRACE_SALT",
		       arena_print(&settings->arena, "%016" PRIx64 "%016" PRIx64, salt[0], salt[1]),
		       1);
}

static void set_environment(struct settings *settings, const char *library, const char *directory)
{
	const char *preload = getenv("LD_PRELOAD"), *words = getenv("COPYTRACE_OPTIONS");

	if (preload && *preload)
		library = preload_comes_first(preload)
			      ? arena_print(&settings->arena, "%s:%s", library, preload)
			      : arena_print(&settings->arena, "%s:%s", preload, library);
	setenv("LD_PRELOAD", library, 1);
	setenv("COPYTRACE_DIR", directory, 1);
	unsetenv("COPYTRACE_OUT");
	set_salt(settings);
	if (settings->stacks)
		setenv("COPYTRACE_STACKS", settings->stacks, 1);
	if (settings->faults)
		setenv("COPYTRACE_FAULTS", settings->faults, 1);
	if (settings->words && words && *words)
		settings->words = arena_print(&settings->arena, "%s,%s", words, settings->words);
	if (settings->words)
		setenv("COPYTRACE_OPTIONS", settings->words, 1);
}

/* The first default name that is free, or the one asked for. */
static bool write_trace(struct settings *settings, const struct trace *trace, const char *command,
			pid_t pid)
{
	struct complaint why;
	const char *path = settings->output;

	if (path && output_trace(trace, path, settings->force, &why))
		return true;
	for (int n = 0; !settings->output && n < 1000; n++) {
		path = n ? arena_print(&settings->arena, "copytrace.%s.%d.%d.json",
				       base_name(command), (int)pid, n)
			 : arena_print(&settings->arena, "copytrace.%s.%d.json", base_name(command),
				       (int)pid);
		if (output_trace(trace, path, false, &why)) {
			complain("trace written to %s", path);
			return true;
		}
		if (errno != EEXIST)
			break;
	}
	complain("%s: %s", path, why.text);
	return false;
}

static int exit_code(const struct outcome *outcome)
{
	if (outcome->error)
		return outcome->error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
	if (WIFSIGNALED(outcome->wait_status))
		return EXIT_SIGNAL + WTERMSIG(outcome->wait_status);
	return WEXITSTATUS(outcome->wait_status);
}

/* A command that can't be traced is in the trace with what the kernel told of it. */
static void add_untraced(struct trace *trace, const struct refusal *refusal, bool redacted,
			 const struct outcome *outcome)
{
	struct child_row child = outcome_child(outcome);
	struct untraced_process_row row = {
	    .pid = child.pid,
	    .ppid = (uint64_t)getpid(),
	    .path = redacted ? "(redacted)" : refusal->path,
	    .why = refusal->why,
	    .start_ns = outcome->start_ns,
	    .end_ns = child.end_ns,
	    .exit = child.exit,
	    .usage = child.usage,
	};
	struct utsname host;
	struct trace one = {.copytrace = {TRACE_SCHEMA, COPYTRACE_VERSION},
			    .host = {"", "", "", (uint64_t)sysconf(_SC_PAGESIZE)},
			    .untraced_processes = {1, &row}};

	if (!uname(&host)) {
		one.host.name = host.nodename;
		one.host.kernel = host.release;
		one.host.machine = host.machine;
	}
	trace_steal(trace, &one);
}

/* Nothing that is known is thrown away: where the trace can't be written, its parts stay. */
static void finish(struct settings *settings, const char *directory, const char *command,
		   const struct refusal *refusal, const struct outcome *outcome)
{
	struct trace trace = {0};
	if (settings->wait)
		running_wait(directory);
	struct running running = running_find(&settings->arena, directory);
	bool keep = !collection_read(directory, outcome, &trace);

	if (refusal->why)
		add_untraced(&trace, refusal, settings->redacted, outcome);
	if (!trace.processes.count && !trace.untraced_processes.count) {
		if (!keep)
			complain("no trace: no process of %s loaded " LIBRARY
				 ", or each ended before it could",
				 command);
	} else {
		trace_symbolize(&trace);
		keep |= !write_trace(settings, &trace, command, outcome->pid);
	}
	/* Who ended since it was found is in the trace as running, and has left more. */
	struct running after = running_find(&settings->arena, directory);
	if (running.pids.count || after.pids.count)
		complain(
		    "still running: %s; in the trace as they were when the command ended. What "
		    "they leave at their end goes to %s, which copytrace report reads",
		    running_names(&settings->arena, after.pids.count ? &after : &running),
		    directory);
	else if (keep)
		complain("what the processes left is in %s", directory);
	else
		collection_close(directory);
	trace_close(&trace);
}

static int record(struct settings *settings, char **argv)
{
	struct complaint why;
	struct outcome outcome;
	int code;

	if (settings->output && !output_possible(settings->output, settings->force, &why)) {
		complain("%s: %s", settings->output, why.text);
		return EXIT_UNUSABLE;
	}
	if (!settings->output && access(".", W_OK | X_OK)) {
		complain("the working directory can't be written (%s); -o says where else the "
			 "trace goes",
			 strerror(errno));
		return EXIT_UNUSABLE;
	}
	char *path = program_find(&settings->arena, argv[0], &code);
	if (!path) {
		complain("%s: %s", argv[0],
			 code == EXIT_NOT_FOUND ? "command not found" : "can't be executed");
		return code;
	}
	struct refusal refusal = program_refusal(&settings->arena, path);
	if (refusal.why && !settings->anyway) {
		complain("%s %s; --anyway runs it untraced", refusal.path, refusal.why);
		return EXIT_UNTRACEABLE;
	}
	char *library = find_library(&settings->arena);
	if (library && settings->copies)
		library = with_copies(&settings->arena, library);
	char *directory = library ? collection_init(&settings->arena) : NULL;
	if (!directory)
		return EXIT_UNUSABLE;
	set_environment(settings, library, directory);
	if (!settings->faults || strcmp(settings->faults, "count") != 0)
		faults_keep_ready();
	if (run_command(path, argv, environ, &outcome)) {
		complain("no process can be made: %s", strerror(errno));
		collection_close(directory);
		return EXIT_UNUSABLE;
	}
	if (outcome.error) {
		complain("%s: can't be executed: %s", path, strerror(outcome.error));
		collection_close(directory);
	} else {
		finish(settings, directory, argv[0], &refusal, &outcome);
	}
	settings->interrupted = !outcome.error && WIFSIGNALED(outcome.wait_status) &&
				WTERMSIG(outcome.wait_status) == SIGINT;
	return exit_code(&outcome);
}

/*
 * A shell that runs a script ends it if its child died of SIGINT, and not if
 * that exited with 130.
 */
static void end_as_interrupted(void)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};
	sigset_t interrupt;

	sigemptyset(&interrupt);
	sigaddset(&interrupt, SIGINT);
	sigaction(SIGINT, &plain, NULL);
	raise(SIGINT);
	sigprocmask(SIG_UNBLOCK, &interrupt, NULL);
}

static int run(int argc, char **argv)
{
	struct settings settings = {0};
	int code = read_settings(&settings, argc, argv);

	if (code < 0)
		code = record(&settings, argv + options_first_operand());
	arena_close(&settings.arena);
	if (settings.interrupted)
		end_as_interrupted();
	return code;
}

const struct command command_record = {
    .name = "record",
    .operands = "-- CMD [ARG...]",
    .summary = "run a command and write its whole process tree into one trace",
    .details =
	"Exits as CMD does: with its code, 128 and the signal that killed it, 127 if it isn't\n"
	"found, 126 if it can't be executed; 3 if nothing can be preloaded into it",
    .options = options,
    .run = run,
};
