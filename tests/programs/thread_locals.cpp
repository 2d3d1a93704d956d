/*
 * thread_locals.cpp - what a thread had is destroyed at its end, with calls: a C++ thread_local, a tss of C11, and
 * a key whose destructor sets it again. Some threads return, some exit, some are cancelled.
 *
 * EXPECT call write: calls=60*(1+1+3) returned=60*(7+5+3*3) discarded=60*(7+5+3*3)
 * EXPECT function fwrite: calls=60 returned=60*2 crossings=any discarded=any
 * EXPECT syscall write: calls=60*(1+1+3)+60 returned=60*(7+5+3*3+2) discarded=60*(7+5+3*3+2)
 * EXPECT coverage: calls_nested=0
 */
#include "must.h"
#include <fcntl.h>
#include <pthread.h>
#include <threads.h>

static int null;
static pthread_key_t key;
static tss_t specific;

struct Local {
	FILE *stream = nullptr;
	~Local()
	{
		fwrite("ab", 1, 2, stream);
		fclose(stream);
		gives(write(null, "local..", 7), 7);
	}
};
static thread_local Local local;

static void destroy_specific(void *)
{
	gives(write(null, "tss..", 5), 5);
}

/* Twice more, as long as it is set again: PTHREAD_DESTRUCTOR_ITERATIONS are 4. */
static void destroy_key(void *left)
{
	gives(write(null, "key", 3), 3);
	if ((long)left > 1)
		pthread_setspecific(key, (void *)((long)left - 1));
}

static void *begin(void *way)
{
	local.stream = fopen("/dev/null", "w");
	tss_set(specific, &null);
	pthread_setspecific(key, (void *)3);
	if ((long)way == 1)
		pthread_exit(nullptr);
	if ((long)way == 2) {
		pthread_cancel(pthread_self());
		pthread_testcancel();
	}
	return nullptr;
}

int main()
{
	null = must(open("/dev/null", O_WRONLY));
	gives(pthread_key_create(&key, destroy_key), 0);
	gives(tss_create(&specific, destroy_specific), thrd_success);
	for (long i = 0; i < 60; i++) {
		pthread_t thread;
		gives(pthread_create(&thread, nullptr, begin, (void *)(i % 3)), 0);
		gives(pthread_join(thread, nullptr), 0);
	}
	return 0;
}
