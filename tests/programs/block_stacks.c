/*
 * block_stacks.c - what becomes of the blocks of each function: leaked, freed at once, by another thread,
 * moved, or in a forked child.
 *
 * BUILD: -fno-builtin
 */
#include "must.h"
#include <pthread.h>
#include <sys/wait.h>

static void *volatile kept;
static volatile int five = 5, seven = 7; /* a loop has one place, and isn't taken apart */

#define ONE_PLACE __attribute__((noinline, noclone))

static ONE_PLACE void *leaked(void)
{
	kept = malloc(100);
	return kept;
}

static ONE_PLACE void temporary(void)
{
	kept = malloc(10);
	free(kept);
}

/* Between the two is another call. */
static ONE_PLACE void in_between(void)
{
	void *block = malloc(20);
	free(NULL);
	kept = block;
	free(leaked());
	free(block);
}

static void *block[64];

static ONE_PLACE void filled(int i)
{
	block[i] = malloc(1000);
}

static ONE_PLACE void *freeing(void *unused)
{
	for (int i = 0; i < 64; i++)
		free(block[i]);
	return unused;
}

static ONE_PLACE void *grown(void *from, size_t n)
{
	kept = realloc(from, n);
	return kept;
}

static ONE_PLACE void *zeroed(void)
{
	kept = calloc(3, 7);
	return kept;
}

static ONE_PLACE void aligned(void)
{
	kept = aligned_alloc(4096, 8192);
	if (posix_memalign((void **)&kept, 64, 640))
		abort();
	free(kept);
}

int main(void)
{
	pthread_t thread;
	int status;
	for (int i = 0; i < five; i++)
		leaked();
	for (int i = 0; i < seven; i++)
		temporary();
	for (int i = 0; i < 3; i++)
		in_between();
	void *grows = NULL, *guard = NULL;
	for (int n = 1; n <= 1 + seven; n++) {
		grows = grown(grows, 500 * n);
		guard = malloc(1); /* so that it can't grow where it is */
	}
	free(guard);
	free(grows);

	/* A failure changes nothing, a size of 0 frees. */
	grows = zeroed();
	gives(grown(grows, (size_t)1 << 62) == NULL, 1);
	gives(grown(grows, 0) == NULL, 1);
	aligned();

	void *inherited = leaked();
	pid_t child = must(fork());
	if (!child) {
		free(inherited);
		free(leaked());
		leaked();
		exit(0);
	}
	gives(waitpid(child, &status, 0), child);
	gives(status, 0);

	/* From here on there are two threads. */
	for (int i = 0; i < 64; i++)
		filled(i);
	gives(pthread_create(&thread, NULL, freeing, NULL), 0);
	gives(pthread_join(thread, NULL), 0);
	return 0;
}
