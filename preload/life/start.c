/*
 * start.c - the first and the last thing that happens: constructor, destructor, exit handlers.
 */
#include "life/fork.h"
#include "life/process.h"
#include "region/notice.h"
#include "region/options.h"
#include "region/thread.h"
#include "syscall/dispatch.h"
#include "wrap/real.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>

static void at_exit(int status, void *unused)
{
	(void)unused;
	process_end_soon(ENDING_EXIT, status);
}

static void at_quick_exit_(void)
{
	process_end_soon(ENDING_QUICK_EXIT, 0);
}

static __attribute__((constructor)) void start(void)
{
	int saved = errno;
	/* A constructor before this one may have begun the record; what we allocate isn't the
	 * program's. */
	self.busy = (uintptr_t)&saved;
	self.malloc_sizes = self.realloc_sizes = self.free_sizes = NULL;
	real_keep_libraries();
	allocation_start();
	copies_start();
	calls_resolve();
	variable_resolve();
	jumps_resolve();
	fork_watch();
	real_release_libraries();
	dlerror(); /* what we looked for in vain is no error of the program's */
	process_begin();
	/* Handlers run backwards, so ours, the first, runs last. */
	if (at_quick_exit(at_quick_exit_) != 0)
		notice("quick_exit will leave a live region and no trace", NULL, 0, NULL);
	process_load_unwinder();
	process_watch_faults();
	/* Last: from here on what isn't rewritten costs a signal, also where we call libc. */
	dispatch_start();
	self.busy = 0;
	errno = saved;
}

static __attribute__((destructor)) void stop(void)
{
	/*
	 * Other libraries' destructors come after this one. A handler that is
	 * registered now runs when all of them have (glibc, stdlib/exit.c: the
	 * list is walked again when it grew), and is told the exit status.
	 */
	if (on_exit(at_exit, NULL) != 0)
		process_end_soon(ENDING_EXIT, 0);
}
