/*
 * shells.c - commands by system() and popen(): traced, each in a trace of its own, and the parent's stays whole.
 *
 * popen closes its end of the pipe, and its child, still in our memory, puts the other under number 1;
 * pclose closes and waits, system waits.
 *
 * EXPECT (parent) function popen: calls=1 crossings=1+1
 * EXPECT (parent) function fgets: calls=1 returned=6 crossings=1 to_user=6
 * EXPECT (parent) function pclose: calls=1 crossings=1+1
 * EXPECT (parent) call write: calls=1 returned=5 discarded=5
 * EXPECT (parent) syscall close: calls=2
 * EXPECT (parent) syscall dup2: calls=1
 * EXPECT (parent) syscall wait4: calls=2
 * EXPECT (parent) object pipe: to_user=6
 * EXPECT (parent) totals: returned=6+5 to_user=6 discarded=5
 */
#include "must.h"
#include <fcntl.h>

int main(void)
{
	char line[100];
	gives(system("cat /dev/null; exit 3"), 3 << 8);
	FILE *stream = popen("echo hello | cat", "r");
	gives(fgets(line, sizeof(line), stream) == line, 1);
	gives(pclose(stream), 0);
	gives(write(must(open("/dev/null", O_WRONLY)), "after", 5), 5);
	return 0;
}
