/*
 * endings.c - ends in the way it is told to, and has counted its own calls in a file that outlives it.
 *
 *     endings COUNTS WAY [threads]
 *
 * With threads it ends while one of them waits in a read, and another writes without pause.
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>

static struct counts {
	struct {
		uint64_t begun, done;
	} writes, more_writes, reads;
} * counts;
static int null, pipe_ends[2];

static void *write_on(void *unused)
{
	for (;;) {
		counts->more_writes.begun++;
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		gives(write(null, "1234567", 7), 7);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		counts->more_writes.done++;
	}
	return NULL;
}

static void *wait_for_ever(void *unused)
{
	char byte;
	counts->reads.begun++;
	must(read(pipe_ends[0], &byte, 1));
	counts->reads.done++;
	return NULL;
}

static void begin_threads(void)
{
	pthread_t thread;
	must(pipe(pipe_ends));
	gives(pthread_create(&thread, NULL, wait_for_ever, NULL), 0);
	gives(pthread_create(&thread, NULL, write_on, NULL), 0);
	while (__atomic_load_n(&counts->more_writes.done, __ATOMIC_RELAXED) < 1000 ||
	       !__atomic_load_n(&counts->reads.begun, __ATOMIC_RELAXED))
		usleep(100);
}

static void *exit_from_here(void *unused)
{
	exit(3);
}

static void exit_in_handler(int signal)
{
	exit(3);
}

static void end_by(const char *way)
{
	pthread_t thread;
	if (!strcmp(way, "exit"))
		exit(3);
	if (!strcmp(way, "_exit"))
		_exit(3);
	if (!strcmp(way, "quick_exit"))
		quick_exit(3);
	if (!strcmp(way, "syscall"))
		syscall(SYS_exit_group, 3);
	if (!strcmp(way, "instruction"))
		__asm__ volatile("syscall"
				 :
				 : "a"(SYS_exit_group), "D"(3)
				 : "rcx", "r11", "memory");
	if (!strcmp(way, "handler")) {
		signal(SIGUSR1, exit_in_handler);
		raise(SIGUSR1);
	}
	if (!strcmp(way, "thread")) {
		gives(pthread_create(&thread, NULL, exit_from_here, NULL), 0);
		pthread_join(thread, NULL);
	}
	if (!strcmp(way, "abort"))
		abort();
	if (!strcmp(way, "fault"))
		*(volatile char *)16 = 1;
	if (!strcmp(way, "exec"))
		execl("/bin/sh", "sh", "-c", "exit 3", NULL);
	if (!strcmp(way, "refused")) {
		for (int i = 0; i < 10; i++)
			fails(execl("./no-program", "no-program", NULL), ENOEXEC);
		exit(3);
	}
	raise(atoi(way));
}

int main(int argc, char **argv)
{
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED,
		      must(open(argv[1], O_RDWR)), 0);
	null = must(open("/dev/null", O_WRONLY));
	if (argc > 3)
		begin_threads();
	for (int i = 0; i < 100; i++) {
		counts->writes.begun++;
		gives(write(null, "1234567", 7), 7);
		counts->writes.done++;
	}
	if (!strcmp(argv[2], "return"))
		return 3;
	end_by(argv[2]);
	return 99;
}
