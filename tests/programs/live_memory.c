/*
 * live_memory.c - the peak of what was live, and what is left at the end.
 *
 * Thirty blocks of 1 MiB live at once, then ten of them until the end; a thread frees what another
 * allocated.
 *
 * EXPECT memory: live_bytes>=10*1048576 peak_live_bytes>=30*1048576
 */
#include "must.h"
#include <pthread.h>

static void *block[30];

static void *release(void *unused)
{
	for (int i = 10; i < 30; i++)
		free(block[i]);
	return NULL;
}

int main(void)
{
	pthread_t thread;
	for (int i = 0; i < 30; i++)
		block[i] = malloc(1 << 20);
	gives(pthread_create(&thread, NULL, release, NULL), 0);
	gives(pthread_join(thread, NULL), 0);
	return block[0] == NULL;
}
