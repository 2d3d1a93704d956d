/*
 * run.h - runs a command as if nobody were between it and the caller.
 */
#ifndef VIEWER_RUN_H
#define VIEWER_RUN_H

#include <sys/types.h>

struct outcome {
	pid_t pid;
	int wait_status;
	int error; /* errno of a failed exec, else 0 */
};

/* Forks, executes, passes signals on, waits. Returns 0, or -1 where there was no process to be had.
 */
int run_command(const char *path, char **argv, char **environment, struct outcome *outcome);

#endif
