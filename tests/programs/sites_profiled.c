/*
 * sites_profiled.c - a profiler interrupts a thread 100,000 times in the midst of its reading and
 * writing, and finds the way to the thread's start by each of two unwinders, every time.
 *
 *     sites_profiled DIRECTORY INTERRUPTIONS
 *
 * BUILD: -ldl
 */
#include "must.h"
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>
#include <unwind.h>

#define FRAMES 64

static volatile long interruptions;
static long wanted, lost[2], between;
static int (*unw_backtrace)(void **, int);
static uintptr_t last_lost;
static const char *path;
static timer_t timer;

static void *work(void *unused);

struct search {
	uintptr_t interrupted;
	int frames, found;
};

static int is_start(uintptr_t pc)
{
	return _Unwind_FindEnclosingFunction((void *)pc) == (void *)work;
}

static _Unwind_Reason_Code look(struct _Unwind_Context *context, void *argument)
{
	struct search *search = argument;
	search->found |= is_start(_Unwind_GetIP(context));
	return ++search->frames < FRAMES && !search->found ? _URC_NO_REASON : _URC_END_OF_STACK;
}

/* Once: a handler that takes longer than the interval would leave no time for anything else. */
static void set_timer(void)
{
	struct itimerspec soon = {{0, 0}, {0, 5000 + interruptions * 37 % 20000}};
	must(timer_settime(timer, 0, &soon, NULL));
}

static void profile(int number, siginfo_t *info, void *context)
{
	int saved = errno;
	uintptr_t pc = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
	void *frames[FRAMES];
	struct search search = {0};
	int n, found = 0;
	if (++interruptions > wanted)
		return;
	if (!_Unwind_FindEnclosingFunction((void *)(pc + 1))) {
		between++; /* nobody can unwind from between two functions */
		goto out;
	}
	_Unwind_Backtrace(look, &search);
	lost[0] += !search.found;
	if (!search.found)
		last_lost = pc;
	n = unw_backtrace(frames, FRAMES);
	for (int i = 0; i < n; i++)
		found |= is_start((uintptr_t)frames[i]);
	lost[1] += !found;
	if (!found)
		last_lost = pc;
out:
	set_timer();
	errno = saved;
}

static void *work(void *unused)
{
	char buffer[100];
	int pair[2], null = must(open("/dev/null", O_WRONLY)),
		     zero = must(open("/dev/zero", O_RDONLY));
	FILE *out = fopen("/dev/null", "w"), *in = fopen("/dev/zero", "r");
	DIR *directory = opendir(path);
	void *frames[FRAMES];
	struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF};
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	gives(unw_backtrace(frames, FRAMES) > 0, 1);
	event._sigev_un._tid = syscall(SYS_gettid);
	must(timer_create(CLOCK_MONOTONIC, &event, &timer));
	set_timer();
	while (interruptions < wanted) {
		gives(read(zero, buffer, 5), 5);
		gives(write(null, buffer, 5), 5);
		gives(send(pair[0], buffer, 5, 0), 5);
		gives(recv(pair[1], buffer, 5, 0), 5);
		fputc('a', out);
		gives(fflush(out), 0);
		rewind(in);
		gives(fgetc(in), 0);
		rewinddir(directory);
		gives(readdir(directory) != NULL, 1);
		gives(syscall(SYS_write, null, buffer, 7), 7);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_sigaction = profile, .sa_flags = SA_SIGINFO | SA_RESTART};
	void *library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
	struct search search = {0};
	pthread_t thread;
	path = argv[1];
	wanted = atol(argv[2]);
	gives(library != NULL, 1);
	unw_backtrace = dlsym(library, "unw_backtrace");
	_Unwind_Backtrace(look, &search);
	must(sigaction(SIGPROF, &action, NULL));
	gives(pthread_create(&thread, NULL, work, NULL), 0);
	gives(pthread_join(thread, NULL), 0);
	if (last_lost) {
		Dl_info where = {.dli_fname = "?"};
		dladdr((void *)last_lost, &where);
		dprintf(2, "lost at %s+%#lx\n", where.dli_fname,
			(long)(last_lost - (uintptr_t)where.dli_fbase));
	}
	gives(lost[0], 0);
	gives(lost[1], 0);
	printf("%ld interruptions, %ld between functions\n", interruptions, between);
	return 0;
}
