/* cancelled_inside.c - threads cancelled while libc reads, each time from another depth, so that the stack is new. */
#include "must.h"

#include <alloca.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>

#define ROUNDS 150

static void hangs(int signal)
{
	static const char text[] = "a thread was cancelled while it held a lock\n";
	(void)!write(2, text, sizeof(text) - 1);
	_exit(99);
}

static __attribute__((noinline)) void scan(FILE *file, unsigned depth)
{
	volatile char *place = alloca(16 + depth * 16);
	char c;

	place[0] = 0;
	gives(fscanf(file, "%c", &c), 1);
}

static void *reader(void *round)
{
	FILE *file = fopen("/dev/zero", "r");
	unsigned random = (unsigned)(long)round * 2654435761u;

	setvbuf(file, NULL, _IONBF, 0);
	for (;;) {
		random = random * 1103515245 + 12345;
		scan(file, random >> 8 & 4095);
	}
	return NULL;
}

static int nothing(struct dl_phdr_info *info, size_t bytes, void *unused)
{
	return 0;
}

int main(void)
{
	signal(SIGALRM, hangs);
	alarm(60);
	for (long round = 0; round < ROUNDS; round++) {
		pthread_t thread;
		void *result;
		gives(pthread_create(&thread, NULL, reader, (void *)round), 0);
		usleep(200 + (unsigned)round * 7 % 700);
		gives(pthread_cancel(thread), 0);
		gives(pthread_join(thread, &result), 0);
		gives(result == PTHREAD_CANCELED, 1);
		dl_iterate_phdr(nothing, NULL); /* asks for the loader's lock */
	}
	puts("all cancelled");
	return 0;
}
