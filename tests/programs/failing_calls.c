/*
 * failing_calls.c - calls that fail, each with the errno that the kernel gave, and one that fails
 * half-way.
 *
 * EXPECT call read: calls=5 errors=4 returned=4096 to_user=4096
 * EXPECT call write: calls=4 errors=3 returned=8192 from_user=8192
 * EXPECT call open: calls=2 errors=1
 * EXPECT call close: calls=1 errors=1
 * EXPECT call send: calls=1 errors=1
 * EXPECT call mmap: calls=2 errors=1
 * EXPECT call dup: calls=1 errors=1
 * EXPECT function fopen: calls=1 errors=1
 * EXPECT totals: returned=12288 to_user=4096 from_user=8192 errors=13
 */
#include "must.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>

int main(int argc, char **argv)
{
	char byte = 0;
	int ends[2];
	signal(SIGPIPE, SIG_IGN);
	char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	must(pages);
	fails(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), EINVAL);

	fails(read(99, &byte, 1), EBADF);
	fails(write(99, &byte, 1), EBADF);
	fails(close(99), EBADF);
	fails(dup(99), EBADF);
	fails(open("/nowhere/at/all", O_RDONLY), ENOENT);
	fails(send(99, &byte, 1, 0), EBADF);
	gives(fopen("/nowhere/at/all", "r") == NULL && errno == ENOENT, 1);

	int fd = must(open(argv[1], O_RDWR | O_CREAT | O_EXCL, 0600));
	gives(write(fd, pages, 8192), 8192);
	must(lseek(fd, 0, SEEK_SET));
	must(mprotect(pages + 4096, 4096, PROT_NONE));
	gives(read(fd, pages, 8192), 4096);
	fails(read(fd, pages + 4096, 10), EFAULT);
	fails(write(fd, pages + 4096, 10), EFAULT);

	must(pipe2(ends, O_NONBLOCK));
	fails(read(ends[0], &byte, 1), EAGAIN);
	must(syscall(SYS_close, ends[0]));
	fails(write(ends[1], &byte, 1), EPIPE);
	fails(read(ends[1], &byte, 1), EBADF);
	return 0;
}
