/*
 * dispatch.c - arms the threads, and says whether that worked.
 */
#include "syscall/own_text.h"
#include "syscall/dispatch.h"

#include "abi/kernel.h"
#include "abi/raw.h"
#include "region/live.h"
#include "region/notice.h"
#include "region/recording.h"
#include "region/signals.h"
#include "syscall/dispatch_frame.h"
#include "syscall/dispatch_signals.h"
#include "syscall/dispatch_thread.h"
#include "syscall/dispatch_trap.h"

#include <dirent.h>
#include <link.h>
#include <string.h>
#include <sys/single_threaded.h>
#include <time.h>

enum exhaustive_state dispatch_current = EXHAUSTIVE_UNWANTED;

static long arm(void)
{
	/* No selector: there is nothing to switch, and nothing for the program to overwrite. */
	return RAW_5(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, own_text.start,
		     own_text.bytes, 0);
}

bool dispatch_arm(void)
{
	return arm() == 0;
}

void dispatch_disarm(void)
{
	RAW_5(SYS_prctl, PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0, 0);
}

/* A thread can arm only itself, so a signal has each do it; waits for them, but not for ever. */
static void ask_others(void)
{
	uint32_t asked = __atomic_load_n(&trap_answers, __ATOMIC_ACQUIRE);
	struct {
		uint64_t inode, offset;
		uint16_t bytes;
		uint8_t type;
		char name[];
	} * entry;
	_Alignas(8) char entries[2048];
	long fd = raw_open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), n;
	if (fd < 0)
		return;
	while ((n = RAW_3(SYS_getdents64, fd, entries, sizeof(entries))) > 0) {
		for (long at = 0; at < n; at += entry->bytes) {
			entry = (void *)(entries + at);
			int tid = 0;
			for (const char *c = entry->name; *c >= '0' && *c <= '9'; c++)
				tid = tid * 10 + (*c - '0');
			if (tid && tid != raw_gettid()) {
				trap_ask(tid);
				asked++;
			}
		}
	}
	raw_close((int)fd);
	struct timespec wait = {.tv_nsec = 100000};
	for (int i = 0; i < 1000 && __atomic_load_n(&trap_answers, __ATOMIC_ACQUIRE) != asked; i++)
		RAW_2(SYS_nanosleep, &wait, NULL);
}

void dispatch_probe(void)
{
	own_text_find();
	/* Nothing but our own text is run in between. */
	long error = arm();
	if (error < 0) {
		dispatch_current = EXHAUSTIVE_UNSUPPORTED;
		notice("exhaustive mode is off, for the kernel has no Syscall User Dispatch for us",
		       NULL, (int)-error, NULL);
		return;
	}
	dispatch_disarm();
	dispatch_current = EXHAUSTIVE_ON;
}

void dispatch_start(void)
{
	if (dispatch_current != EXHAUSTIVE_ON)
		return;
	dispatch_thread_init();
	/* The handler first: this thread's next call from elsewhere needs it. */
	signals_take(trap_handler, dispatch_thread_self(true));
	signals_caught = true;
	arm();
	/* Constructors before ours may have made threads. */
	if (!__libc_single_threaded)
		ask_others();
}

enum exhaustive_state dispatch_state(void)
{
	return dispatch_current;
}

void dispatch_forked(bool handlers_cleared)
{
	signals_forked(handlers_cleared);
	dispatch_thread_forget();
	if (dispatch_current == EXHAUSTIVE_ON)
		arm();
}

void dispatch_taken(void)
{
	if (dispatch_current == EXHAUSTIVE_TAKEN)
		return;
	dispatch_current = EXHAUSTIVE_TAKEN;
	/* They would send their signals to the program's handler. */
	ask_others();
	if (recording_state.recording)
		live.region->exhaustive = EXHAUSTIVE_TAKEN;
}
