/*
 * jumped_streams.c - a handler jumps out of a fgets that waits, a hundred times; what crosses after that
 * is told in the row of the function that is open then, and where that has none, or is called from deeper
 * than fgets was, not in the row of fgets.
 *
 * EXPECT function fgets: calls=100 crossings=100
 * EXPECT function fputs: calls=100 returned=100*5
 * EXPECT function fflush: calls=100 crossings=100 from_user=100*5
 * EXPECT function fread: calls=1 returned=4096 crossings=1 zero_filled=4096
 * EXPECT call pread: calls=100 returned=100*10 zero_filled=100*10
 * EXPECT syscall read: calls=100+1 returned=4096 zero_filled=4096
 * EXPECT syscall write: calls=2*100 returned=2*500 from_user=2*500
 * EXPECT totals: returned=4096+1000+2*500 zero_filled=4096+1000 from_user=2*500
 * EXPECT coverage: calls_nested=0
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>
#include <ucontext.h>

static sigjmp_buf back;
static int empty;

/* Once the read waits: it is about to be made again then. On a busy machine the time is up before, maybe in
 * another call. */
static void handler(int signal, siginfo_t *info, void *context)
{
	const greg_t *reg = ((ucontext_t *)context)->uc_mcontext.gregs;
	if (reg[REG_RAX] == SYS_read && reg[REG_RDI] == empty &&
	    memcmp((const void *)reg[REG_RIP], "\x0f\x05", 2) == 0)
		siglongjmp(back, 1);
}

/* Deeper than main is, where the bookkeeping of what was jumped over still lies. */
static __attribute__((noinline)) void wait_for_nothing(int fd)
{
	char line[100];
	volatile char depth[3000];
	depth[0] = 0;
	/* A stream left by a jump is locked, and not to be used again. */
	empty = must(syscall(SYS_dup, fd));
	FILE *stream = fdopen(empty, "r");
	setvbuf(stream, NULL, _IONBF, 0);
	setitimer(ITIMER_REAL, &(struct itimerval){{0, 3000}, {0, 3000}}, NULL);
	fgets(line, sizeof(line) + depth[0], stream);
}

/* Fills the stack below main; syscall has no row. */
static __attribute__((noinline)) void write_from_deep(int fd, int depth)
{
	volatile char room[200];
	memset((char *)room, depth, sizeof(room));
	if (depth > 0) {
		write_from_deep(fd, depth - 1);
		room[0] = 0;
		return;
	}
	gives(syscall(SYS_write, fd, "deep\n", 5), 5);
}

int main(void)
{
	static char buffer[4096];
	int ends[2], zero = must(open("/dev/zero", O_RDONLY));
	FILE *out = fopen("out", "w");
	must(syscall(SYS_pipe2, ends, 0));
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_RESTART};
	must(sigaction(SIGALRM, &action, NULL));
	for (volatile int i = 0; i < 100; i++) {
		if (sigsetjmp(back, 1) == 0)
			wait_for_nothing(ends[0]);
		setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
		write_from_deep(fileno(out), 50);
		must(fputs("after", out));
		gives(fflush(out), 0);
		gives(pread(zero, buffer, 10, 0), 10);
	}
	gives(fread(buffer, 1, 4096, fopen("/dev/zero", "r")), 4096);
	return 0;
}
