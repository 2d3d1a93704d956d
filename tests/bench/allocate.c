/* allocate.c - allocates 64 bytes and frees them, in every thread: allocate COUNT THREADS. */
#include "bench.h"

#include <pthread.h>

static long count;
static pthread_barrier_t all_there;

static void *loop(void *result)
{
	pthread_barrier_wait(&all_there);
	uint64_t start = now_ns();
	for (long i = 0; i < count; i++) {
		void *p = malloc(64);
		__asm__ volatile("" : "+r"(p) : : "memory"); /* or the pair is optimised away */
		free(p);
	}
	*(double *)result = (double)(now_ns() - start) / count;
	return NULL;
}

int main(int argc, char **argv)
{
	enum { MOST = 64 };
	pthread_t threads[MOST];
	double results[MOST], sum = 0;

	int n = argc == 3 ? atoi(argv[2]) : 0;
	if (n < 1 || n > MOST)
		errx(1, "usage: allocate COUNT THREADS");
	count = atol(argv[1]);
	pthread_barrier_init(&all_there, NULL, n);
	for (int i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, loop, &results[i]))
			errx(1, "pthread_create");
	for (int i = 0; i < n; i++) {
		pthread_join(threads[i], NULL);
		sum += results[i];
	}
	print_result(sum / n);
	return 0;
}
