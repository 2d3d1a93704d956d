/* mechanisms.c - the list of mechanisms, and how a process that uses one comes to an end. */
#include "ipc.h"

#include <signal.h>

static const struct mechanism *const mechanisms[] = {
    &by_pipe,	     &by_fifo,	     &by_unix_stream,  &by_unix_datagram, &by_tcp,
    &by_posix_queue, &by_sysv_queue, &by_posix_memory, &by_sysv_memory,	  &by_anonymous_memory,
    &by_memfd,	     &by_process_vm, &by_vmsplice,     &by_signals,
};

pid_t producer;

const struct mechanism *mechanism_named(const char *name, int found)
{
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(*mechanisms); i++)
		if (!strcmp(mechanisms[i]->name, name) && mechanisms[i]->found & found)
			return mechanisms[i];
	errx(2, "there is no mechanism '%s' that %s", name,
	     found == INHERITED ? "needs no NAME" : "is found by a NAME");
}

static const struct mechanism *removed;
static const char *removed_name;

static void remove_now(void)
{
	removed->remove(removed_name);
}

void remove_at_exit(const struct mechanism *mechanism, const char *name)
{
	removed = mechanism;
	removed_name = name;
	if (mechanism->remove)
		atexit(remove_now);
}

/* Once more each second, should no call have been blocked by now. */
static void interrupt(int number)
{
	alarm(1);
}

/* Without SA_RESTART a signal makes the call that blocks fail; the program ends by exit, and
 * removes. */
void give_up_after_a_minute(void)
{
	static const int signals[] = {SIGALRM, SIGHUP, SIGINT, SIGTERM};
	const struct sigaction action = {.sa_handler = interrupt};

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		sigaction(signals[i], &action, NULL);
	alarm(60);
}
