/*
 * raw_fork.c - a child made by a system call of the program's own does not write into its parent's ledger.
 *
 * EXPECT (parent) call read: calls=2 returned=100+50 zero_filled=100+50
 * EXPECT (parent) totals: returned=150 zero_filled=150
 */
#include "must.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

int main(void)
{
	char buffer[1000];
	int zero = must(open("/dev/zero", O_RDONLY)), status;
	gives(read(zero, buffer, 100), 100);
	pid_t pid = must(syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL));
	if (!pid) {
		gives(read(zero, buffer, 1000), 1000);
		free(malloc(100));
		_exit(0);
	}
	gives(waitpid(pid, &status, 0), pid);
	gives(status, 0);
	gives(read(zero, buffer, 50), 50);
	return 0;
}
