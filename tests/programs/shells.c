/*
 * shells.c - commands by system() and popen(): traced, each in a trace of its own, and the parent's stays whole.
 *
 * EXPECT (parent) function popen: calls=1
 * EXPECT (parent) function fgets: calls=1 returned=6
 * EXPECT (parent) function pclose: calls=1
 * EXPECT (parent) call write: calls=1 returned=5 discarded=5
 * EXPECT (parent) totals: returned=5 discarded=5
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
