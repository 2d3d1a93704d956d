/*
 * allocator_threads.c - threads that allocate, resize, hand over and free; it prints a sum that must not change.
 */
#include "must.h"
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>

#define THREADS 4
#define ROUNDS	20000
#define SLOTS	64

static void *shared[SLOTS];

static void fill(unsigned char *block, size_t n)
{
	for (size_t i = 0; i < n; i += 61)
		block[i] = (unsigned char)n;
}

static void *work(void *number)
{
	uint64_t random = 88172645463325252ull + (uintptr_t)number, sum = 0;
	void *own[SLOTS] = {NULL};
	for (int i = 0; i < ROUNDS; i++) {
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		size_t n = 1 + random % 3000, slot = random / 4096 % SLOTS;
		unsigned char *block;
		switch (random / 65536 % 6) {
		case 0:
			block = calloc(1, n);
			sum += block[n - 1];
			break;
		case 1:
			own[slot] = block = realloc(own[slot], n);
			own[slot] = NULL;
			break;
		case 2:
			block = memalign(64, n);
			break;
		case 3:
			gives(posix_memalign((void **)&block, 128, n), 0);
			break;
		default:
			block = malloc(n);
		}
		gives(malloc_usable_size(block) >= n, 1);
		fill(block, n);
		sum += n + block[0];
		/* Into a slot of our own, or into one that any thread frees. */
		void **place = random & 1ull << 40 ? &own[slot] : &shared[slot];
		free(__atomic_exchange_n(place, block, __ATOMIC_ACQ_REL));
	}
	for (int i = 0; i < SLOTS; i++)
		free(own[i]);
	return (void *)sum;
}

int main(void)
{
	pthread_t thread[THREADS];
	uint64_t total = 0;
	for (uintptr_t i = 0; i < THREADS; i++)
		gives(pthread_create(&thread[i], NULL, work, (void *)i), 0);
	for (int i = 0; i < THREADS; i++) {
		void *sum;
		gives(pthread_join(thread[i], &sum), 0);
		total += (uintptr_t)sum;
	}
	printf("%lu\n", (unsigned long)total);
	return 3;
}
