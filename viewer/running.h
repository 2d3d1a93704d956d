/*
 * running.h - which processes of a recorded tree outlive its command.
 */
#ifndef VIEWER_RUNNING_H
#define VIEWER_RUNNING_H

#include "arena.h"
#include "model.h"

/*
 * Those that live and have a region in the directory; and those that as of
 * their last exec were told of the directory in the environment, traced or not.
 * Who is neither can't be told from the rest of the machine: no process is made
 * a child of ours that wasn't one, since daemons look at who their parent is.
 */
struct running {
	LIST(int) pids;
};

struct running running_find(struct arena *arena, const char *directory);

/* Their names, the first few: "sleep (pid 12), cat (pid 14) and 3 more". */
const char *running_names(struct arena *arena, const struct running *running);

/* Returns when all have ended and none has come, or when SIGINT, SIGTERM or SIGHUP, blocked, come.
 */
void running_wait(const char *directory);

#endif
