/* blocked_sigsys.c - a signal that the program has blocked stays pending while its calls are recorded. */
#include "must.h"

#include <signal.h>

int main(void)
{
	static const char text[] = "still here\n";
	sigset_t all, pending;

	sigfillset(&all);
	must(sigprocmask(SIG_SETMASK, &all, NULL));
	must(kill(getpid(), SIGSYS));
	gives(write(1, text, sizeof(text) - 1), sizeof(text) - 1);
	must(sigpending(&pending));
	gives(sigismember(&pending, SIGSYS), 1);
	return 0;
}
