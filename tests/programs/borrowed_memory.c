/*
 * borrowed_memory.c - a child that shares our memory until it executes another program puts other files
 * under our numbers: ours are still what they were.
 *
 * UNCLOSED: what that child writes is in our ledger, and in the kernel's figures for children.
 * EXPECT object null: discarded=1
 * EXPECT object zero: discarded=3*10 zero_filled=3*100
 * EXPECT call write: calls=4 returned=1+3*10 discarded=1+3*10
 * EXPECT call read: calls=3 returned=3*100 zero_filled=3*100
 * EXPECT call dup2: calls=2
 * EXPECT syscall dup2: calls=2+1+1
 */
#include "must.h"
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>

static char buffer[100];
static int zero;

static void still_is_zero(void)
{
	gives(write(zero, buffer, 10), 10);
	gives(read(zero, buffer, 100), 100);
}

int main(void)
{
	int null = must(open("/dev/null", O_RDWR)), status;
	zero = must(open("/dev/zero", O_RDWR));
	still_is_zero();

	pid_t pid = must(vfork());
	if (!pid) {
		dup2(null, 0);
		dup2(null, zero);
		write(zero, buffer, 1);
		_exit(0);
	}
	gives(waitpid(pid, &status, 0), pid);
	still_is_zero();

	char *arguments[] = {(char *)"true", NULL}, *nothing[] = {NULL};
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, null, zero);
	posix_spawn_file_actions_adddup2(&actions, null, 0);
	gives(posix_spawn(&pid, "/bin/true", &actions, NULL, arguments, nothing), 0);
	gives(waitpid(pid, &status, 0), pid);
	still_is_zero();
	return 0;
}
