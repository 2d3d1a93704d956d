/*
 * forks_inside.c - a function that a stream calls forks, and so does a handler that interrupts a call that
 * waits: the child comes back through a call that its parent made, which is none of the child's. The parent
 * waits for it in there, which is told in the row around.
 *
 * UNCLOSED: the kernel counts for the child what that call then reads.
 * EXPECT processes: processes=4
 * EXPECT (parent) function fgetc: calls=2 returned=2 crossings=2+1 to_user=1
 * EXPECT (parent) call read: calls=1 returned=1 to_user=1
 * EXPECT (parent) call write: calls=2 returned=2 from_user=2
 * EXPECT (parent) syscall read: calls=2 returned=2 to_user=2
 * EXPECT (parent) syscall wait4: calls=3
 * EXPECT (parent) totals: returned=4 from_user=2 to_user=2
 * EXPECT (parent) exit: how=exit status=0
 */
#include "must.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

static int ends[2], children, mine;

static void fork_here(void)
{
	int status;
	pid_t child = must(fork());
	mine = !child;
	if (!child)
		return;
	gives(waitpid(child, &status, 0), child);
	gives(status, 0);
	children++;
}

/* In either process there is an end to the wait. */
static void handler(int signal)
{
	fork_here();
	gives(write(ends[1], "a", 1), 1);
}

static ssize_t fetch(void *cookie, char *buffer, size_t n)
{
	fork_here();
	buffer[0] = 'a';
	return 1;
}

static void alarm_soon(void)
{
	must(setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_usec = 20000}, NULL));
}

static int child_ends(void)
{
	char buffer[50];
	gives(read(must(open("/dev/zero", O_RDONLY)), buffer, 50), 50);
	return 0;
}

int main(void)
{
	char byte;
	must(pipe(ends));
	must(sigaction(SIGALRM, &(struct sigaction){.sa_handler = handler, .sa_flags = SA_RESTART},
		       NULL));

	FILE *cookie = fopencookie(NULL, "r", (cookie_io_functions_t){.read = fetch});
	gives(fgetc(cookie), 'a');
	if (mine)
		return child_ends();

	FILE *stream = fdopen(ends[0], "r");
	alarm_soon();
	gives(fgetc(stream), 'a');
	if (mine)
		return child_ends();

	alarm_soon();
	gives(read(ends[0], &byte, 1), 1);
	if (mine)
		return child_ends();
	gives(children, 3);
	return 0;
}
