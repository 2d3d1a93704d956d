/*
 * threads_end_at_execs.c - threads read and end while execs of another one fail in the kernel: the bytes are theirs,
 * and not the child's that was waited for.
 *
 * EXPECT (parent) audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

static atomic_int done;

static void reads(void)
{
	char buffer[4096];
	int zero = must(open("/dev/zero", O_RDONLY));
	gives(read(zero, buffer, sizeof(buffer)), sizeof(buffer));
	must(close(zero));
}

static void *reader(void *unused)
{
	reads();
	return NULL;
}

static void *starter(void *unused)
{
	while (!done) {
		pthread_t thread;
		gives(pthread_create(&thread, NULL, reader, NULL), 0);
		gives(pthread_join(thread, NULL), 0);
	}
	return NULL;
}

/* argv[1]: a file that may be executed, and is no program. */
int main(int argc, char **argv)
{
	pthread_t thread;
	int status;
	/* Without a child nobody asks what is of which thread. */
	if (must(fork()) == 0) {
		reads();
		_exit(0);
	}
	gives(wait(&status) > 0 && status == 0, 1);
	gives(pthread_create(&thread, NULL, starter, NULL), 0);
	for (int i = 0; i < 100; i++) {
		fails(execv(argv[1], argv), ENOEXEC);
		usleep(500);
	}
	done = 1;
	gives(pthread_join(thread, NULL), 0);
	return 0;
}
