/*
 * faults_taken.c - touches so many fresh pages, reads 64 more pages into memory that nobody has
 * touched, and prints what the kernel counted of each.
 *
 *     faults_taken PAGES [blocked|ignored|threads|forks|executes PROGRAM]
 *
 * With SIGURG blocked or ignored; or the same again in 4 threads, in a child, in another image.
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define PAGE	 4096l
#define READ	 64
#define TOGETHER 4

static long pages;

/* The page of its names: a system call that isn't recorded would be the first to touch it. */
static __attribute__((constructor(101))) void look_at_names(void)
{
	static const char *volatile name = "/dev/zero";
	*(volatile const char *)name;
}

static long taken(void)
{
	struct rusage usage;
	gives(getrusage(RUSAGE_THREAD, &usage), 0);
	return usage.ru_minflt;
}

static char *fresh(long n)
{
	char *at = mmap(NULL, n * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(at);
	gives(madvise(at, n * PAGE, MADV_NOHUGEPAGE), 0);
	return at;
}

static void *take(void *name)
{
	int zero = must(open("/dev/zero", O_RDONLY));
	char *touched = fresh(pages), *filled = fresh(READ);
	long before = taken();
	for (long i = 0; i < pages; i++)
		touched[i * PAGE] = 1;
	long between = taken();
	for (long i = 0; i < READ; i += TOGETHER)
		gives(read(zero, filled + i * PAGE, TOGETHER * PAGE), TOGETHER * PAGE);
	long after = taken();
	if (between - before < pages || after - between < READ)
		complain(__FILE__, __LINE__, "too few page faults", after - before);
	gives(close(zero), 0);
	return name;
}

static void take_in_threads(void)
{
	pthread_t threads[4];
	for (int i = 0; i < 4; i++)
		gives(pthread_create(&threads[i], NULL, take, NULL), 0);
	for (int i = 0; i < 4; i++)
		gives(pthread_join(threads[i], NULL), 0);
}

static void take_in_child(void)
{
	int status;
	pid_t child = must(fork());
	if (!child) {
		take(NULL);
		_exit(0);
	}
	gives(waitpid(child, &status, 0), child);
	gives(status, 0);
}

int main(int argc, char **argv)
{
	const char *how = argc > 2 ? argv[2] : "";
	sigset_t urgent;
	sigemptyset(&urgent);
	sigaddset(&urgent, SIGURG);
	pages = atol(argv[1]);
	if (strcmp(how, "blocked") == 0)
		gives(sigprocmask(SIG_BLOCK, &urgent, NULL), 0);
	if (strcmp(how, "ignored") == 0)
		signal(SIGURG, SIG_IGN);
	take(NULL);
	if (strcmp(how, "threads") == 0)
		take_in_threads();
	if (strcmp(how, "forks") == 0)
		take_in_child();
	if (strcmp(how, "executes") == 0) {
		execl(argv[3], argv[3], argv[1], NULL);
		must(-1);
	}
	return 0;
}
