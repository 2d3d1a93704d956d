/*
 * jumped_mappings.c - a handler jumps out of mmap, mremap and munmap and of touching what they
 * mapped, two thousand times: what is mapped and touched after that is known as ever.
 */
#include "must.h"
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>

#define BYTES (64ul << 10)
#define JUMPS 2000

static sigjmp_buf back;
static volatile int jumps;

static void handler(int signal)
{
	jumps++;
	siglongjmp(back, 1);
}

static void map_and_touch(void)
{
	char *at = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(at);
	memset(at, 1, BYTES);
	at = mremap(at, BYTES, 2 * BYTES, MREMAP_MAYMOVE);
	must(at);
	must(munmap(at, 2 * BYTES));
}

int main(void)
{
	struct itimerval often = {{.tv_usec = 200}, {.tv_usec = 200}};
	signal(SIGALRM, handler);
	sigsetjmp(back, 1);
	setitimer(ITIMER_REAL, jumps < JUMPS ? &often : &(struct itimerval){0}, NULL);
	while (jumps < JUMPS)
		map_and_touch();
	for (int i = 0; i < 1000; i++)
		map_and_touch();
	return 0;
}
