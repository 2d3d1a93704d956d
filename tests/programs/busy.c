/*
 * busy.c - works until it is killed or done, and counts its own calls in a file that outlives it.
 *
 * Each process takes a slot of the shared file, and each of its threads counts there what it begins
 * and what is done. All that they write goes to the end of one file, whose size is what the kernel did.
 *
 *     busy COUNTS OUTPUT alone|threads|tree|tables ROUNDS [IMAGE]
 */
#include "must.h"
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define SLOTS	256
#define THREADS 4
#define BYTES	100

struct slot {
	int32_t pid, image;
	struct {
		uint64_t begun, done;
	} thread[THREADS];
};

static struct counts {
	uint64_t taken;
	struct slot slot[SLOTS];
} * counts;
static struct slot *mine;
static int output, zero, rounds;

static void take_slot(int image)
{
	uint64_t i = __atomic_fetch_add(&counts->taken, 1, __ATOMIC_RELAXED);
	if (i >= SLOTS)
		abort();
	mine = &counts->slot[i];
	mine->image = image;
	__atomic_store_n(&mine->pid, getpid(), __ATOMIC_RELEASE);
}

/* A pipe of stdio's, memory, a file: so that it may die in any of them. */
static void bustle(int i)
{
	char text[200];
	FILE *file;
	void *library;
	free(malloc((size_t)i * 10 + 1));
	gives(read(zero, text, (size_t)i % 200), i % 200);
	if (i % 32 == 7 && (file = fopen("/proc/self/comm", "r"))) {
		if (!fgets(text, sizeof(text), file))
			abort();
		fclose(file);
	}
	if (i % 64 == 9 && (library = dlopen("libm.so.6", RTLD_NOW)))
		dlclose(library);
}

static void *work(void *number)
{
	static const char bytes[BYTES];
	intptr_t t = (intptr_t)number;
	for (int i = 0; i < rounds; i++) {
		mine->thread[t].begun++;
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		gives(write(output, bytes, BYTES), BYTES);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		mine->thread[t].done++;
		bustle(i);
	}
	return NULL;
}

static void work_in_threads(void)
{
	pthread_t thread[THREADS];
	for (intptr_t t = 1; t < THREADS; t++)
		gives(pthread_create(&thread[t], NULL, work, (void *)t), 0);
	work(0);
	for (intptr_t t = 1; t < THREADS; t++)
		pthread_join(thread[t], NULL);
}

static void work_in_a_tree(char **argv)
{
	char image[] = "1", alone[] = "alone";
	for (int i = 0; i < 3; i++) {
		if (must(fork()) > 0)
			continue;
		take_slot(0);
		work(0);
		if (i == 1)
			execv(argv[0],
			      (char *[]){argv[0], argv[1], argv[2], alone, argv[4], image, NULL});
		if (i == 2)
			work_in_threads();
		exit(0);
	}
	work(0);
	while (wait(NULL) > 0)
		;
}

/* Each bit of n is another place to come from. */
static __attribute__((noinline)) void deep(unsigned n, int depth)
{
	if (depth == 0) {
		work(0);
	} else if (n & 1) {
		deep(n >> 1, depth - 1);
		__asm__ volatile("# odd");
	} else {
		deep(n >> 1, depth - 1);
		__asm__ volatile("# even");
	}
}

int main(int argc, char **argv)
{
	counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED,
		      must(open(argv[1], O_RDWR)), 0);
	output = must(open(argv[2], O_WRONLY | O_APPEND));
	zero = must(open("/dev/zero", O_RDONLY));
	rounds = atoi(argv[4]);
	take_slot(argc > 5 ? atoi(argv[5]) : 0);
	if (!strcmp(argv[3], "threads"))
		work_in_threads();
	else if (!strcmp(argv[3], "tree"))
		work_in_a_tree(argv);
	else if (!strcmp(argv[3], "tables"))
		for (unsigned n = 0; n < 512; n++)
			deep(n, 9);
	else
		work(0);
	return 0;
}
