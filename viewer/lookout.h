/*
 * lookout.h - tells a signal that was sent to one process from one that its whole group got.
 *
 * Who is hit sees no difference in what kill(2) tells. A process of ours in the
 * same group, which blocks all signals and whose pid nobody knows, has a signal
 * pending only if the group got it; and since the kernel begins with the process
 * that joined the group last (do_each_pid_task, kernel/signal.c), it has it
 * before we do.
 */
#ifndef VIEWER_LOOKOUT_H
#define VIEWER_LOOKOUT_H

#include <stdbool.h>
#include <sys/types.h>

struct lookout {
	pid_t pid; /* or -1: there is none */
	int link;
};

/* To be called with all signals blocked that will be asked about. */
void lookout_post(struct lookout *lookout);
void lookout_dismiss(struct lookout *lookout);

/* Whether a signal that we just got went to the group, so that all in it have it. */
bool lookout_has(const struct lookout *lookout, int number);

#endif
