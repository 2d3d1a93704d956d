/*
 * process.c - the record of this process: begun, ended, begun anew in a forked child.
 */
#include "life/process.h"

#include "abi/clock.h"
#include "abi/raw.h"
#include "life/environment.h"
#include "life/execution.h"
#include "life/loader.h"
#include "life/names.h"
#include "life/place.h"
#include "life/readings.h"
#include "life/trace_file.h"
#include "life/untraced.h"
#include "memory/faults.h"
#include "memory/forks.h"
#include "memory/large_blocks.h"
#include "memory/mappings.h"
#include "memory/urgent.h"
#include "memory/blocks.h"
#include "region/kernel_io.h"
#include "region/notice.h"
#include "region/options.h"
#include "region/redaction.h"
#include "region/recording.h"
#include "region/thread.h"
#include "shared/copies.h"
#include "sites/rewrite.h"
#include "span/modules.h"
#include "span/object.h"
#include "span/requests.h"
#include "span/span.h"
#include "span/stack.h"
#include "span/unwinder.h"
#include "span/uring.h"
#include "syscall/confine.h"
#include "syscall/dispatch.h"
#include "syscall/hook.h"
#include "wrap/allocator.h"

#include <signal.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/single_threaded.h>
#include <sys/utsname.h>

extern void *__libc_stack_end; /* of ld.so */

static struct names names;
static const char *arguments; /* a copy, each ended by a zero: the program may overwrite its own */
static size_t arguments_bytes;
static enum stacks_state stacks_state;
static struct rewriting rewriting;
static enum ending pending; /* what the end of the process will have been */
static uint32_t image;
static uint32_t ended; /* taken by the first that ends the record */
static bool written;   /* the trace under names.trace is ours */
static bool removed;   /* the region, for an exec after which nobody else would */
static struct reading first_reading, last_reading;
static struct kernel_io_mark start_mark; /* until the program runs */
static struct counted counted_before;	 /* at the last exec of this pid */
static bool ready;			 /* there is what a record needs; in a forked child too */

static void describe(const char *executable)
{
	static char path[PATH_MAX]; /* not on the stack of a thread that forks */
	struct region *region = live.region;
	struct utsname host;
	region->pid = (int32_t)raw_getpid();
	region->ppid = (int32_t)RAW_1(SYS_getppid, 0);
	region->image = image;
	region->stacks_on = stacks_state;
	region->exhaustive = dispatch_state();
	region->copies = &copytrace_copies != NULL;
	region->syscall_layer = rewriting.state;
	region->sites_found = rewriting.found;
	region->sites_rewritten = rewriting.rewritten;
	region->sites_left = rewriting.found - rewriting.rewritten;
	region->ends_seen = kernel_io_watch_threads();
	region->start_boottime_ns = clock_ns(CLOCK_BOOTTIME);
	region->executable = live_text(executable, strlen(executable));
	long length = RAW_2(SYS_getcwd, path, sizeof(path)); /* the zero included */
	region->directory = live_text(path, length > 1 ? (size_t)length - 1 : 0);
	if (RAW_1(SYS_uname, &host) == 0) {
		region->host_name = live_text(host.nodename, strlen(host.nodename));
		region->host_kernel = live_text(host.release, strlen(host.release));
		region->host_machine = live_text(host.machine, strlen(host.machine));
	}
	redaction_start(region);
	region->arguments = live_text(arguments, arguments_bytes);
}

static const char *remedy(int error)
{
	switch (-error) {
	case EFBIG:
		return "raise the limit of file sizes (ulimit -f)";
	case EMFILE:
		return "raise the limit of open files (ulimit -n)";
	case ENOSPC:
		return "make room there, or set COPYTRACE_DIR to another directory";
	case ENOSYS:
		return NULL;
	default:
		return "set COPYTRACE_DIR to a directory that can be written";
	}
}

static void tell(const char *what, int error, const char *advice)
{
	/* A filter of the program's own has had its line (syscall/confine.c). */
	if (error != -ENOSYS || !filter_last)
		notice(what, names.live[0] ? names.live : NULL, -error, advice);
}

static bool begin_record(bool forked)
{
	static char executable[PATH_MAX]; /* as above */
	long n = raw_readlink("/proc/self/exe", executable, sizeof(executable) - 1);
	if (n <= 0) {
		n = arguments_bytes ? (long)strnlen(arguments, sizeof(executable) - 1) : 0;
		memcpy(executable, arguments, (size_t)n);
	}
	executable[n] = '\0';

	int error = place_make(&names, executable);
	if (error) {
		if (forked)
			untraced_forked(executable);
		tell("nothing is recorded: cannot make a live region", error, remedy(error));
		return false;
	}
	describe(executable);
	live.region->forked = forked;
	objects_start();
	stacks_start();
	if (!forked)
		loader_account(live.region, &first_reading.process, counted_before.rchar,
			       executable);
	live.region->counted_minor = counted_before.minor_faults;
	live.region->counted_major = counted_before.major_faults;
	reading_start(live.region, &first_reading, &start_mark);
	__atomic_store_n(&ended, 0, __ATOMIC_RELEASE);
	recording_start();
	return true;
}

/* The kernel's block of arguments at the end of the stack (x86-64 ABI): count, pointers, NULL,
 * environment. */
static bool is_argument_block(const long *block)
{
	const long count = *block;
	if (count < 0 || count >= 1l << 20)
		return false;
	for (long i = 1; i <= count; i++)
		if (block[i] <= (long)block)
			return false; /* the texts come behind it */
	return block[count + 1] == 0;
}

/* Up to glibc 2.35 a loader that is run by name moves it, away from what it says is the end. */
static const long *argument_block(void)
{
	const long *end = __libc_stack_end;
	for (int i = 0; i < 64 && !is_argument_block(end); i++)
		if (end[i] > 0 && is_argument_block(end + i))
			return end + i;
	return end;
}

static char **keep_arguments(void)
{
	const long *block = argument_block();
	char **argv = (char **)(block + 1);
	size_t bytes = 0;
	for (long i = 0; i < *block; i++)
		bytes += strlen(argv[i]) + 1;
	char *copy = bytes ? raw_mmap(NULL, bytes, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
			   : NULL;
	for (long i = 0; copy && i < *block; i++) {
		size_t n = strlen(argv[i]) + 1;
		memcpy(copy + arguments_bytes, argv[i], n);
		arguments_bytes += n;
	}
	arguments = copy;
	return argv + *block + 1;
}

/*
 * A thread that isn't there any more may have held the lock of the loader's list
 * (glibc's dl_load_write_lock), which fork doesn't reset: unwinding would wait
 * for it for ever.
 */
static void forked_from_threads(void)
{
	if (__libc_single_threaded || !span_settings.stacks)
		return;
	stacks_state = STACKS_FORKED;
	span_settings.stacks = false;
}

static void end_at_exit(int status)
{
	process_end_at_last(pending ? pending : ENDING_IMMEDIATE_EXIT, status);
}

void process_begin(void)
{
	static uint32_t begun;
	if (__atomic_exchange_n(&begun, 1, __ATOMIC_ACQ_REL))
		return;
	char **environment = keep_arguments();
	const char *before;
	/* Nor does a program write for who starts it with fewer rights than it has. */
	if (getauxval(AT_SECURE))
		filter_add(NULL);
	reading_take(&first_reading);
	notice_init();
	image = environment_take_image(environment, &counted_before, &before);
	if (*before)
		region_file_remove(before);
	environment_keep(environment);
	options_read(environment_kept());
	stacks_state = options.stacks == OPTION_STACKS_OFF   ? STACKS_DISABLED
		       : options.stacks == OPTION_STACKS_ALL ? STACKS_ALL
							     : STACKS_ON;
	stacks_verified = options.verify_stacks;
	int error = names_init(&names);
	recording_init();
	ready = !error && live_reserve() && objects_init() && stacks_init() && mappings_init() &&
		large_blocks_init();
	if (ready && stacks_state == STACKS_ALL && !blocks_keep(allocator_distance()))
		notice("allocations have no stacks: no memory for a table of blocks", NULL, 0,
		       "raise the limit of address space (ulimit -v)");
	if (ready && options.exhaustive)
		dispatch_probe();
	if (ready && !options.no_syscall_layer)
		rewriting = rewrite_sites(dispatch_state() == EXHAUSTIVE_ON);
	hook_at_exit = end_at_exit;
	execution_watch(rewriting.executes);
	if (ready)
		begin_record(false);
	else
		notice("nothing is recorded: no memory or no working directory", NULL, -error,
		       NULL);
	if (!recording_state.recording)
		recording_stop();
}

void process_load_unwinder(void)
{
	if (!recording_state.recording || stacks_state == STACKS_DISABLED)
		return;
	/* What the loader reads for it isn't the program's. */
	if (!start_mark.io.known)
		kernel_io_own_begin(&start_mark);
	self.own = true;
	bool loaded = unwinder_load();
	self.own = false;
	if (!loaded) {
		live.region->stacks_on = stacks_state = STACKS_NO_LIBRARY;
		notice("no stacks are recorded: libunwind.so.8 cannot be loaded", NULL, 0,
		       "install libunwind8");
	}
	kernel_io_own_end(&start_mark);
	span_settings.stacks = stacks_state == STACKS_ON || stacks_state == STACKS_ALL;
}

/* What is written to stderr isn't the program's. */
static void tell_level(enum faults_level level, int error)
{
	if (level != FAULTS_REFUSED && level != FAULTS_NO_RING)
		return;
	if (!start_mark.io.known)
		kernel_io_own_begin(&start_mark);
	if (level == FAULTS_REFUSED)
		notice("page faults are counted, and no more is known of them: the kernel refuses "
		       "perf_event_open",
		       NULL, error,
		       "set kernel.perf_event_paranoid to 2 or less, or COPYTRACE_FAULTS=count");
	else
		notice("page faults are counted, and no more is known of them: there is no locked "
		       "memory left for them",
		       NULL, error, "raise ulimit -l or kernel.perf_event_mlock_kb");
	kernel_io_own_end(&start_mark);
}

void process_watch_faults(void)
{
	int error;
	if (!recording_state.recording)
		return;
	faults_start(rewriting.acts || dispatch_state() == EXHAUSTIVE_ON);
	enum faults_level level = faults_level(&error);
	if (!environment_of_traced())
		tell_level(level, error);
}

void recording_absent(void)
{
	if (ready)
		process_begin_forked();
	else
		process_begin();
	start_mark.io.known = 0;
}

static bool has_record(void)
{
	return recording_state.recording && live.region->pid == raw_getpid();
}

void process_begin_forked(void)
{
	/* A handler of the program's that ran before ours may have begun it. */
	if (!ready || has_record())
		return;
	recording_stop();
	if (confine_gave_up_clock())
		return;
	reading_take(&first_reading);
	unwinder_forked();
	forked_from_threads();
	threads_forget();
	objects_forget();
	requests_forget();
	uring_forget();
	stacks_forget();
	large_blocks_forget();
	modules_forget();
	faults_forget();
	mappings_forked();
	image = 0;
	counted_before = (struct counted){0};
	removed = false;
	pending = ENDING_NONE;
	if (!begin_record(true))
		return;
	forks_child();
	faults_start_forked();
}

/* Also of a child that libc knows nothing of, which has done nothing yet that would be recorded. */
bool process_is_ours(void)
{
	return recording_on() && has_record();
}

uint32_t process_image(void)
{
	return image;
}

/* Another thread is writing the trace: to end the process now would leave it torn. */
static void wait_for_trace(void)
{
	struct timespec wait = {.tv_nsec = 1000000};
	for (int i = 0; i < 2000 && __atomic_load_n(&ended, __ATOMIC_ACQUIRE) == 1; i++)
		RAW_2(SYS_nanosleep, &wait, NULL);
}

/*
 * Ends the record and writes the trace; false where that wasn't for this call
 * to do. The region goes, but not before an exec, which may fail. A signal
 * handler that exits must not find the work half done by its own thread.
 */
static bool end_record(enum ending ending, int status, bool at_last)
{
	struct region *region = live.region;
	uint32_t never = 0;
	uint64_t all = ~0ull, before;
	if (!process_is_ours())
		return false;
	RAW_4(SYS_rt_sigprocmask, SIG_BLOCK, &all, &before, 8);
	if (!__atomic_compare_exchange_n(&ended, &never, 1, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE)) {
		RAW_4(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
		wait_for_trace();
		return false;
	}
	if (at_last)
		recording_stop_others();
	struct moment now;
	live_moment(&now);
	uring_finish();
	faults_finish();
	large_blocks_finish();
	mappings_finish();
	reading_end(region, &last_reading, ending != ENDING_EXIT);
	if (ending == ENDING_EXIT && !rewriting.exits)
		region->unwritten_bytes = reading_unwritten();
	region->end_realtime_ns = clock_ns(CLOCK_REALTIME);
	region->status = status;
	__atomic_store_n(&region->ending, ending, __ATOMIC_RELEASE);
	int error = names_lead_there(&names);
	if (!error)
		error = trace_file_write(&names);
	written = !error;
	if (error)
		tell("the trace could not be written, but its live region is kept", error,
		     "copytrace report reads it");
	else if (ending != ENDING_EXEC && !options.keep_region)
		region_file_remove(names.live);
	/* Lets go whoever waits for the trace. */
	__atomic_store_n(&ended, 2, __ATOMIC_RELEASE);
	RAW_4(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
	return true;
}

void process_end(enum ending ending, int status)
{
	end_record(ending, status, false);
}

void process_end_at_last(enum ending ending, int status)
{
	end_record(ending, status, true);
}

void process_end_soon(enum ending ending, int status)
{
	/* libc has yet to write what stdio holds; its last system call comes by us. */
	if (rewriting.state == SYSCALLS_ON && rewriting.exits)
		pending = ending;
	else
		process_end(ending, status);
}

const char *process_end_by_exec(bool untraced, bool *ended_now)
{
	*ended_now = end_record(ENDING_EXEC, 0, true);
	if (*ended_now)
		urgent_discard();
	if (!*ended_now || !written || options.keep_region)
		return "";
	if (!untraced)
		return names.live;
	region_file_remove(names.live);
	removed = true;
	return "";
}

static void renew_region(void)
{
	int error = place_renew(&names);
	removed = false;
	if (error)
		notice("if the program is killed it leaves no record: its live region can't be "
		       "made again",
		       names.live, -error, NULL);
}

void process_end_undone(void)
{
	if (__atomic_load_n(&ended, __ATOMIC_ACQUIRE) != 2)
		return;
	if (written)
		raw_unlink(names.trace);
	if (removed)
		renew_region();
	live.region->ending = ENDING_NONE;
	reading_resume(live.region, &last_reading);
	faults_resume();
	__atomic_store_n(&ended, 0, __ATOMIC_RELEASE);
	recording_resume_others();
}
