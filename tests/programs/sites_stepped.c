/*
 * sites_stepped.c - single-steps through calls that reach the kernel by way of libc, and unwinds from
 * every instruction on the way, with two unwinders: main must be found by both.
 *
 *     sites_stepped DIRECTORY
 *
 * BUILD: -Wl,-z,now -ldl
 */
#include "must.h"
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unwind.h>

#define FRAMES	  64
#define TRAP_FLAG 0x100
#define SHOWN	  20

int main(int argc, char **argv);

static int null, zero, pair[2];
static FILE *out, *in;
static DIR *directory;
static long steps, failures, in_padding;
static int (*unw_backtrace)(void **, int);

static int is_main(uintptr_t pc)
{
	return _Unwind_FindEnclosingFunction((void *)(pc - 1)) == (void *)main;
}

struct search {
	int frames, found;
};

static _Unwind_Reason_Code look(struct _Unwind_Context *context, void *argument)
{
	struct search *search = argument;
	search->found |= is_main(_Unwind_GetIP(context));
	return ++search->frames < FRAMES && !search->found ? _URC_NO_REASON : _URC_END_OF_STACK;
}

static void complain_of(const char *unwinder, uintptr_t pc)
{
	Dl_info info = {.dli_fname = "?"};
	/* Between functions, where the way of a short jump goes on, nobody can unwind. */
	if (!_Unwind_FindEnclosingFunction((void *)(pc + 1))) {
		in_padding++;
		return;
	}
	if (++failures > SHOWN)
		return;
	dladdr((void *)pc, &info);
	dprintf(2, "%s lost main at %s+%#lx\n", unwinder, info.dli_fname,
		(long)(pc - (uintptr_t)info.dli_fbase));
}

static void stepped(int number, siginfo_t *info, void *context)
{
	int saved = errno;
	uintptr_t pc = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
	void *frames[FRAMES];
	struct search search = {0};
	int found = 0, n = unw_backtrace(frames, FRAMES);
	steps++;
	for (int i = 0; i < n; i++)
		found |= is_main((uintptr_t)frames[i]);
	if (!found)
		complain_of("libunwind", pc);
	_Unwind_Backtrace(look, &search);
	if (!search.found)
		complain_of("libgcc", pc);
	errno = saved;
}

static inline __attribute__((always_inline)) void step(long flag)
{
	/* Below the red zone of whoever this is a part of. */
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\torq %0, (%%rsp)\n\tpopfq\n\t"
			 "lea 128(%%rsp), %%rsp"
			 :
			 : "r"(flag)
			 : "memory", "cc");
}

static inline __attribute__((always_inline)) void run_on(void)
{
	__asm__ volatile("lea -128(%%rsp), %%rsp\n\tpushfq\n\tandq %0, (%%rsp)\n\tpopfq\n\t"
			 "lea 128(%%rsp), %%rsp"
			 :
			 : "r"(~(long)TRAP_FLAG)
			 : "memory", "cc");
}

static char buffer[64];
static struct iovec vector = {buffer, 3};

static void by_read(void)
{
	gives(read(zero, buffer, 5), 5);
}

static void by_write(void)
{
	gives(write(null, buffer, 5), 5);
}

static void by_failing_read(void)
{
	fails(read(-1, buffer, 5), EBADF);
}

static void by_pread(void)
{
	gives(pread(zero, buffer, 5, 0), 5);
}

static void by_writev(void)
{
	gives(writev(null, &vector, 1), 3);
}

static void by_send_and_recv(void)
{
	gives(send(pair[0], buffer, 5, 0), 5);
	gives(recv(pair[1], buffer, 5, 0), 5);
}

static void by_messages(void)
{
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
	gives(sendmsg(pair[0], &message, 0), 3);
	gives(recvmsg(pair[1], &message, 0), 3);
}

static void by_fflush(void)
{
	fputc('a', out);
	gives(fflush(out), 0);
}

static void by_fgetc(void)
{
	rewind(in);
	gives(fgetc(in), 0);
}

static void by_readdir(void)
{
	rewinddir(directory);
	gives(readdir(directory) != NULL, 1);
}

static void by_printf(void)
{
	gives(dprintf(null, "%d %s", 12, "words"), 8);
}

static void by_random(void)
{
	gives(getrandom(buffer, 8, 0), 8);
}

static void by_current(void)
{
	gives(getcwd(buffer, sizeof(buffer)) != NULL, 1);
}

static void by_number(void)
{
	gives(syscall(SYS_write, null, buffer, 7), 7);
}

static void by_another_number(void)
{
	gives(syscall(SYS_getppid) > 0, 1);
}

static void by_close(void)
{
	gives(close(syscall(SYS_dup, null)), 0);
}

static void (*const ways[])(void) = {
    by_read,	by_write,  by_failing_read, by_pread,	      by_writev, by_send_and_recv,
    by_fflush,	by_fgetc,  by_readdir,	    by_printf,	      by_random, by_messages,
    by_current, by_number, by_close,	    by_another_number};

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_sigaction = stepped, .sa_flags = SA_SIGINFO};
	void *frames[FRAMES], *library;
	struct search search = {0};
	library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
	gives(library != NULL, 1);
	unw_backtrace = dlsym(library, "unw_backtrace");
	must(chdir("/"));
	null = must(open("/dev/null", O_WRONLY));
	zero = must(open("/dev/zero", O_RDONLY));
	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	out = fdopen(must(dup(null)), "w");
	in = fopen("/dev/zero", "r");
	directory = opendir(argv[1]);
	gives(unw_backtrace(frames, FRAMES) > 1, 1);
	_Unwind_Backtrace(look, &search);
	must(sigaction(SIGTRAP, &action, NULL));
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		long before = steps;
		/* What is seen for the first time takes ways in which no unwinding can be asked
		 * for: a tracer's own unwinder blocks signals. */
		for (int k = 0; k < 4; k++) {
			if (k == 3)
				step(TRAP_FLAG);
			ways[i]();
			run_on();
		}
		gives(steps > before + 10, 1);
	}
	gives(failures, 0);
	printf("%zu ways\n%ld of %ld steps between functions\n", sizeof(ways) / sizeof(*ways),
	       in_padding / 2, steps);
	return 0;
}
