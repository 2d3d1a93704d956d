/*
 * run.h - runs a command as if nobody were between it and the caller.
 */
#ifndef VIEWER_RUN_H
#define VIEWER_RUN_H

#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

struct outcome {
	pid_t pid;
	int wait_status;
	int error;	   /* errno of a failed exec, else 0 */
	uint64_t start_ns; /* since the epoch */
	uint64_t wall_ns;
	struct rusage usage; /* of the command and all that it waited for */
};

/*
 * Forks, executes, passes signals on, stops and goes on with the command, waits.
 * Returns 0, or -1 where there was no process to be had. After it, standard
 * input and output are /dev/null, no other file is open but standard error, and
 * SIGINT, SIGTERM and SIGHUP are blocked.
 */
int run_command(const char *path, char **argv, char **environment, struct outcome *outcome);

#endif
