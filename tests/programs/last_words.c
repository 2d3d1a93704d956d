/*
 * last_words.c - what is written after main has returned, by handlers and destructors, is in the ledger too.
 *
 * BUILD: -fno-builtin
 *
 * EXPECT call write: calls=4 returned=100+20+10+5 discarded=100+20+10+5
 * EXPECT function fputs: calls=1 returned=3
 */
#include "must.h"
#include <fcntl.h>

static int null;

static void by_atexit(void)
{
	gives(write(null, "a handler's own text", 20), 20);
	fputs("bye", stdout);
}

static __attribute__((destructor)) void by_destructor(void)
{
	gives(write(null, "destructor", 10), 10);
}

/* Run after every other destructor of the program. */
static __attribute__((destructor(101))) void last_of_all(void)
{
	gives(write(null, "last!", 5), 5);
}

int main(void)
{
	static char buffer[100];
	null = must(open("/dev/null", O_WRONLY));
	atexit(by_atexit);
	gives(write(null, buffer, 100), 100);
	return 0;
}
