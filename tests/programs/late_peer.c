/*
 * late_peer.c - a FIFO whose writer opens it 300 ms late, and writes after another 300 ms; a busy machine
 * may take some of that.
 *
 * EXPECT processes: processes=2
 * EXPECT (parent) call open: calls=1 blocked_ns>=200000000
 * EXPECT (parent) call read: calls=2 returned=100 to_user=100 blocked_ns>=200000000
 * EXPECT (parent) object fifo $FILE: to_user=100
 * EXPECT (child) call open: calls=1
 * EXPECT (child) call write: calls=1 returned=100 from_user=100
 * EXPECT (child) object fifo $FILE: from_user=100
 */
#include "must.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

static void be_late(void)
{
	nanosleep(&(struct timespec){.tv_nsec = 300000000}, NULL);
}

int main(int argc, char **argv)
{
	char buffer[100] = "";
	must(mkfifo(argv[1], 0600));
	if (!must(fork())) {
		be_late();
		int fd = must(open(argv[1], O_WRONLY));
		be_late();
		gives(write(fd, buffer, 100), 100);
		return 0;
	}
	int fd = must(open(argv[1], O_RDONLY)), status;
	gives(read(fd, buffer, 100), 100);
	gives(read(fd, buffer, 100), 0);
	must(wait(&status));
	gives(status, 0);
	return 0;
}
