/*
 * stream_threads.c - eight threads, each with streams of its own: ten thousand characters out, flushed
 * by the hundred, and as many back in.
 *
 * BUILD: -fno-builtin
 *
 * EXPECT function fputc: calls=8*10000 returned=8*10000
 * EXPECT function fflush: calls=8*100 crossings=8*100 from_user=8*10000
 * EXPECT function fgetc: calls=8*10001 returned=8*10000 crossings=8*(3+1) to_user=8*10000
 * EXPECT function fclose: calls=8*2 crossings=8*2
 * EXPECT syscall write: calls=8*100 returned=8*10000 from_user=8*10000
 * EXPECT syscall read: calls=any returned=any to_user=any
 * EXPECT object $KIND: from_user=80000 to_user=80000
 * EXPECT audit: unattributed_to_user=0 unattributed_from_user=0
 */
#include "must.h"
#include <pthread.h>

static void *begin(void *number)
{
	char path[20];
	sprintf(path, "data%ld", (long)number);
	FILE *stream = fopen(path, "w");
	for (int i = 0; i < 10000; i++) {
		gives(fputc('a', stream), 'a');
		if (i % 100 == 99)
			gives(fflush(stream), 0);
	}
	gives(fclose(stream), 0);
	stream = fopen(path, "r");
	while (fgetc(stream) != EOF)
		;
	gives(fclose(stream), 0);
	return NULL;
}

int main(void)
{
	pthread_t thread[8];
	for (long i = 0; i < 8; i++)
		gives(pthread_create(&thread[i], NULL, begin, (void *)i), 0);
	for (int i = 0; i < 8; i++)
		gives(pthread_join(thread[i], NULL), 0);
	return 0;
}
