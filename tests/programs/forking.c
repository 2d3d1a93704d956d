/*
 * forking.c - a child's ledger starts at nothing, and the parent's knows nothing of the child's.
 *
 * EXPECT processes: processes=3
 * EXPECT (parent) call read: calls=2 returned=1000+50 zero_filled=1000+50
 * EXPECT (parent) call fork: calls=1
 * EXPECT (parent) exit: how=exit status=3
 * EXPECT (parent) totals: returned=1050 zero_filled=1050
 * EXPECT (child) call read: calls=1 returned=300 zero_filled=300
 * EXPECT (child) call open:
 * EXPECT (child) call fork: calls=1
 * EXPECT (child) exit: how=exit status=4
 * EXPECT (grandchild) call read: calls=1 returned=7 zero_filled=7
 * EXPECT (grandchild) totals: returned=7 zero_filled=7
 * EXPECT (grandchild) exit: how=exit status=5
 */
#include "must.h"
#include <fcntl.h>
#include <sys/wait.h>

int main(void)
{
	static char buffer[1000];
	int fd = must(open("/dev/zero", O_RDONLY)), status;
	gives(read(fd, buffer, 1000), 1000);
	pid_t child = must(fork());
	if (!child) {
		gives(read(fd, buffer, 300), 300);
		pid_t grandchild = must(fork());
		if (!grandchild) {
			gives(read(fd, buffer, 7), 7);
			return 5;
		}
		must(waitpid(grandchild, &status, 0));
		gives(WEXITSTATUS(status), 5);
		return 4;
	}
	must(waitpid(child, &status, 0));
	gives(WEXITSTATUS(status), 4);
	gives(read(fd, buffer, 50), 50);
	return 3;
}
