/* alternate_stack.c - a handler writes on an alternate stack of 8 KiB, below which there is no memory. */
#include "must.h"

#include <signal.h>
#include <sys/mman.h>

#define BYTES 8192

static void handler(int signal)
{
	static const char text[] = "handled\n";
	(void)!write(1, text, sizeof(text) - 1);
}

int main(void)
{
	char *guard = must(mmap(NULL, 4096 + BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};

	must(mprotect(guard + 4096, BYTES, PROT_READ | PROT_WRITE));
	stack_t stack = {.ss_sp = guard + 4096, .ss_size = BYTES};
	must(sigaltstack(&stack, NULL));
	must(sigaction(SIGUSR1, &action, NULL));
	must(raise(SIGUSR1));
	return 0;
}
